/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a capture filter lets pass and what it hides, so that what a capture
 * can't show is never reported as not being there.  libpcap itself compiles
 * the filter and applies it to small packets of each kind.
 *
 * libpcap would ask the resolver, and with it the network, for each name in a
 * filter, and the filter may be a stranger's: only expressions that consist of
 * well-known words, numbers and literal addresses are given to it.  Of all
 * others nothing is known.
 */
#ifndef CAPTURE_SCOPE_H
#define CAPTURE_SCOPE_H

enum scope_probe {
	PROBE_UDP_TO_53,
	PROBE_UDP_FROM_53,
	PROBE_TCP_TO_53,
	PROBE_TCP_FROM_53,
	PROBE_ICMP_ERROR,
	PROBE_ICMPV6_ERROR,
	PROBE_LATER_FRAGMENT, /* of IPv4; any but the first, which has ports */
	PROBE_LATER_FRAGMENT_IPV6,
	PROBE_VXLAN_4789,
	PROBE_VXLAN_8472,
	PROBE_GENEVE,
	PROBE_GRE,
	PROBE_IP_IN_IP,
	SCOPE_PROBES
};

enum scope_answer {
	SCOPE_UNKNOWN,
	SCOPE_PASSES, /* some of them do, such as those of a certain host */
	SCOPE_HIDDEN  /* none do */
};

struct scope {
	enum scope_answer answers[SCOPE_PROBES];
};

/*
 * filter is an expression as in pcap-filter(7); NULL is one that is not known,
 * "" the one that lets all pass.  linktype is LINKTYPE_*.
 */
void scope_of_filter(struct scope *scope, const char *filter, int linktype);

#endif
