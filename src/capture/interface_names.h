/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The names and addresses of a node's interfaces, as LINUX_SLL2 has only their
 * numbers.  They come in Retina's ip-resources.txt, which holds the output of
 * several commands, the first "ip -d -j addr show"; or in the file of --ifmap.
 * Each interface is given as JSON, as ip(8) writes it:
 *
 *     {"ifindex":7,"ifname":"eth0","addr_info":[{"local":"10.0.0.4"}]}
 *
 * What is in it is not looked at here: members may be missing or anything.
 */
#ifndef CAPTURE_INTERFACE_NAMES_H
#define CAPTURE_INTERFACE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/text.h"

struct interface_names {
	const char *file;
	const uint8_t *start;
	struct bytes rest;
	bool is_json, is_map;
	int last; /* what interface_names_next() gave; 1 goes on */
	size_t line;
	struct text json;
};

/* The list in ip-resources.txt: of no interface where there is none. */
void interface_names_of_ip_resources(struct interface_names *n,
				     const char *file, struct bytes text);

/*
 * A map of the user's: lines "7 eth0", "7: eth0" or "7=eth0" (and "# ..."), or
 * what "ip addr", "ip link", "ip -j addr" or "ip -j link" printed.
 */
void interface_names_of_map(struct interface_names *n, const char *file,
			    struct bytes text);

/*
 * 1: *json is the next one, borrowed until the next call.  0: the end.  -1: it
 * can't be read on from here: already reported, with the line or byte; what
 * came before is good.  Both texts are borrowed from start to release.
 */
int interface_names_next(struct interface_names *n, struct bytes *json);

void interface_names_release(struct interface_names *n);

#endif
