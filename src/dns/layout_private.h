/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DNS_LAYOUT_PRIVATE_H
#define DNS_LAYOUT_PRIVATE_H

#include "dns/layout.h"
#include "dns/rdata_private.h"

struct layout;

/* A name that starts there, within the cursor's bytes; false: damaged. */
bool layout_name(struct layout *l, struct reader *r);

void layout_part(struct layout *l, enum dns_part_kind kind, size_t offset,
		 size_t len);

/* The fields of a record's data, by its type; damage is a rest. */
void rdata_visit(const struct rdata *d, struct layout *l);

/* The options of OPT. */
void edns_visit(struct reader r, struct layout *l);

void layout_subnet(struct layout *l, struct reader r);

#endif
