/* SPDX-License-Identifier: BSD-3-Clause */
/* From a payload and the message in it to the facts that pairing works on. */
#ifndef PIPELINE_OBSERVE_H
#define PIPELINE_OBSERVE_H

#include "correlate/exchange.h"
#include "dns/message.h"
#include "packet/datagram.h"
#include "packet/icmp.h"

enum { MDNS_PORT = 5353, LLMNR_PORT = 5355 };

/* The ports on which DNS is unicast; mDNS and LLMNR are known beside them. */
struct dns_ports {
	const uint16_t *ports;
	size_t count;
};

/*
 * All but the numbers of the store (capture, interface, name, answers,
 * detail), which stay 0.
 */
struct sighting observe(const struct datagram *d, const struct dns_message *m,
			const struct dns_ports *unicast);

/*
 * The same for an ICMP error; m is what there is of the message that it quotes.
 * Where that is less than a header, its id may be known nevertheless.
 */
struct icmp_notice observe_error(const struct icmp_error *e,
				 const struct dns_message *m,
				 const struct dns_ports *unicast);

#endif
