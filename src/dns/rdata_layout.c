/* SPDX-License-Identifier: BSD-3-Clause */
/* Where in the data of a record stand the bytes that tell of somebody. */
#include "dns/layout_private.h"
#include "dns/rdata_format_private.h"

/* What a field of that type holds: numbers and codes are nobody's. */
static bool is_number(ldns_rdf_type field)
{
	switch (field) {
	case LDNS_RDF_TYPE_INT8:
	case LDNS_RDF_TYPE_INT16:
	case LDNS_RDF_TYPE_INT32:
	case LDNS_RDF_TYPE_ALG:
	case LDNS_RDF_TYPE_CERTIFICATE_USAGE:
	case LDNS_RDF_TYPE_SELECTOR:
	case LDNS_RDF_TYPE_MATCHING_TYPE:
	case LDNS_RDF_TYPE_TYPE:
	case LDNS_RDF_TYPE_CERT_ALG:
	case LDNS_RDF_TYPE_TIME:
	case LDNS_RDF_TYPE_PERIOD:
	case LDNS_RDF_TYPE_TSIGTIME:
	case LDNS_RDF_TYPE_NSEC: /* a bit for each type */
	case LDNS_RDF_TYPE_TAG:  /* "issue", of CAA */
		return true;
	default:
		return false;
	}
}

/* How many bytes in front tell the length. */
static size_t prefix_len(ldns_rdf_type field)
{
	switch (field) {
	case LDNS_RDF_TYPE_STR:
	case LDNS_RDF_TYPE_TAG:
	case LDNS_RDF_TYPE_B32_EXT:
	case LDNS_RDF_TYPE_NSEC3_SALT:
	case LDNS_RDF_TYPE_NSEC3_NEXT_OWNER:
		return 1;
	case LDNS_RDF_TYPE_INT16_DATA:
		return 2;
	default:
		return 0;
	}
}

static enum dns_part_kind kind_of(ldns_rdf_type field)
{
	switch (field) {
	case LDNS_RDF_TYPE_A:
	case LDNS_RDF_TYPE_AAAA:
		return DNS_PART_ADDRESS;
	case LDNS_RDF_TYPE_STR:
	case LDNS_RDF_TYPE_LONG_STR:
		return DNS_PART_STRING;
	default:
		return DNS_PART_DATA;
	}
}

static bool visit_field(struct layout *l, struct reader *r, ldns_rdf_type field)
{
	size_t offset = reader_offset(r), len, before = prefix_len(field);

	if (field == LDNS_RDF_TYPE_DNAME)
		return layout_name(l, r);
	len = rdata_field_len(field, reader_rest(r));
	skip(r, len);
	if (!reader_ok(r))
		return false;
	if (!is_number(field) && len > before)
		layout_part(l, kind_of(field), offset + before, len - before);
	return true;
}

enum { TYPE_SVCB = 64, TYPE_HTTPS = 65, IPV4_HINT = 4, IPV6_HINT = 6 };

static void visit_hints(struct layout *l, struct reader r, size_t address_len)
{
	for (; reader_left(&r) >= address_len; skip(&r, address_len))
		layout_part(l, DNS_PART_ADDRESS, reader_offset(&r),
			    address_len);
}

/* RFC 9460, 2.2: those up to port tell of protocols. */
static void visit_service_parameters(struct layout *l, struct reader r)
{
	while (reader_left(&r) >= 4) {
		unsigned key = read_u16(&r);
		size_t len = read_u16(&r);
		struct reader value = r;

		skip(&r, len);
		if (!reader_ok(&r))
			break;
		value.end = r.at;
		if (key == IPV4_HINT || key == IPV6_HINT)
			visit_hints(l, value, key == IPV4_HINT ? 4 : 16);
		else if (key > 3)
			layout_part(l, DNS_PART_DATA, reader_offset(&value),
				    len);
	}
}

static void visit_service(struct layout *l, struct reader r)
{
	skip(&r, 2);
	if (reader_ok(&r) && layout_name(l, &r))
		visit_service_parameters(l, r);
	else
		layout_part(l, DNS_PART_DATA, reader_offset(&r),
			    reader_left(&r));
}

/* What shows the damage stays: the same is to be found there. */
static const uint8_t *after_damage(const struct reader *r, size_t len)
{
	return (size_t)(r->end - r->at) > len ? r->at + len : r->end;
}

void rdata_visit(const struct rdata *d, struct layout *l)
{
	const ldns_rr_descriptor *format = rdata_format(d);
	size_t most = format != NULL ? ldns_rr_descriptor_maximum(format) : 0;
	struct reader r = d->at;

	if (d->type == TYPE_SVCB || d->type == TYPE_HTTPS) {
		visit_service(l, r);
		return;
	}
	for (size_t i = 0; i < most && reader_left(&r) > 0; i++) {
		ldns_rdf_type field = ldns_rr_descriptor_field_type(format, i);

		if (visit_field(l, &r, field))
			continue;
		r.at = after_damage(&r, field == LDNS_RDF_TYPE_DNAME ? 2 : 0);
		break;
	}
	layout_part(l, DNS_PART_DATA, (size_t)(r.at - r.start),
		    (size_t)(r.end - r.at));
}
