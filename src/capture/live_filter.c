/* SPDX-License-Identifier: BSD-3-Clause */
/* What of a node's traffic concerns DNS, in libpcap's language. */
#include "capture/live.h"

/*
 * Of a fragmented IPv6 packet the kernel's filter sees no ports, and behind
 * hop-by-hop options, a routing header or destination options (RFC 8200, 4.1)
 * neither: these are rare, so all of them are taken.
 */
static const char beside[] =
	" or (ip[6:2] & 0x1fff != 0)"
	" or (ip6[6] = 44 or ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 60)"
	/* RFC 792: unreachable, quench, time exceeded, bad parameter */
	" or (icmp[0] = 3 or icmp[0] = 4 or icmp[0] = 11 or icmp[0] = 12)"
	/* RFC 4443, 2.1: errors have the upper half */
	" or (icmp6 and ip6[40] < 128)"
	/* VXLAN as Linux has it, VXLAN, Geneve */
	" or (udp port 8472 or udp port 4789 or udp port 6081)"
	/* IP in IP, IPv6 in IP, GRE */
	" or (ip proto 4 or ip proto 41 or ip proto 47)"
	" or (ip6 proto 4 or ip6 proto 41 or ip6 proto 47)";

void live_filter(struct text *filter, const uint16_t *ports, size_t num_ports)
{
	text_add(filter, "(");
	for (size_t i = 0; i < num_ports; i++)
		text_addf(filter, "%sport %u", i > 0 ? " or " : "",
			  (unsigned)ports[i]);
	text_add(filter, ")");
	text_add(filter, beside);
}
