/* SPDX-License-Identifier: BSD-3-Clause */
/* The formats of record data, as ldns knows them. */
#ifndef DNS_RDATA_FORMAT_PRIVATE_H
#define DNS_RDATA_FORMAT_PRIVATE_H

#include <ldns/ldns.h>

#include "dns/rdata_private.h"

/* NULL where ldns knows none. */
const ldns_rr_descriptor *rdata_format(const struct rdata *d);

/* How long a field is that starts with rest and is no name. */
size_t rdata_field_len(ldns_rdf_type field, struct bytes rest);

#endif
