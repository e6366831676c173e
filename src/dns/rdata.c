/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/rdata_private.h"

#include <arpa/inet.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/calendar.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "dns/rdata_format_private.h"

enum {
	RDATA_MAX = 65535,
	/* Of the record that ldns gets: the root as its owner, then type,
	 * class, TTL and the length of the rdata. */
	FIXED_LEN = 1 + 2 + 2 + 4 + 2,
	CLASS_CH = 3
};

struct rdata_printer {
	ldns_buffer *buffer;
	struct text hex;
	size_t len;
	uint8_t record[FIXED_LEN + RDATA_MAX];
};

/* A walk over the fields; what it reads goes to `to` with names expanded. */
struct walk {
	struct reader r;
	size_t message_len;
	struct rdata_printer *to; /* or NULL */
	struct dns_fault *fault;
};

static bool refuse(struct walk *w, size_t offset, const char *why)
{
	*w->fault = (struct dns_fault){ .why = why, .offset = offset };
	return false;
}

/* NULL where ldns knows no format. */
static const ldns_rr_descriptor *format_of(uint16_t type)
{
	const ldns_rr_descriptor *format = ldns_rr_descript(type);

	if (format == NULL || format->_type != (ldns_rr_type)type)
		return NULL;
	return format;
}

/* Chaosnet's A record is something else (RFC 1035, 3.4.1 is for IN). */
const ldns_rr_descriptor *rdata_format(const struct rdata *d)
{
	if (d->type == LDNS_RR_TYPE_A && d->class == CLASS_CH)
		return NULL;
	return format_of(d->type);
}

size_t rdata_field_len(ldns_rdf_type field, struct bytes rest)
{
	switch (field) {
	case LDNS_RDF_TYPE_INT8:
	case LDNS_RDF_TYPE_ALG:
	case LDNS_RDF_TYPE_CERTIFICATE_USAGE:
	case LDNS_RDF_TYPE_SELECTOR:
	case LDNS_RDF_TYPE_MATCHING_TYPE:
		return 1;
	case LDNS_RDF_TYPE_INT16:
	case LDNS_RDF_TYPE_TYPE:
	case LDNS_RDF_TYPE_CERT_ALG:
		return 2;
	case LDNS_RDF_TYPE_INT32:
	case LDNS_RDF_TYPE_TIME:
	case LDNS_RDF_TYPE_PERIOD:
	case LDNS_RDF_TYPE_A:
		return 4;
	case LDNS_RDF_TYPE_TSIGTIME:
	case LDNS_RDF_TYPE_EUI48:
		return 6;
	case LDNS_RDF_TYPE_EUI64:
	case LDNS_RDF_TYPE_ILNP64:
		return 8;
	case LDNS_RDF_TYPE_AAAA:
		return 16;
	case LDNS_RDF_TYPE_STR:
	case LDNS_RDF_TYPE_TAG:
	case LDNS_RDF_TYPE_B32_EXT:
	case LDNS_RDF_TYPE_NSEC3_SALT:
	case LDNS_RDF_TYPE_NSEC3_NEXT_OWNER:
		return 1 + (rest.len > 0 ? (size_t)rest.data[0] : 0);
	case LDNS_RDF_TYPE_INT16_DATA:
		return 2 + (rest.len > 1
				    ? (size_t)rest.data[0] << 8 | rest.data[1]
				    : 0);
	default:
		return rest.len;
	}
}

static bool put(struct walk *w, const void *data, size_t len)
{
	struct rdata_printer *to = w->to;

	if (to == NULL || len == 0)
		return true;
	if (len > sizeof(to->record) - to->len)
		return refuse(w, reader_offset(&w->r),
			      "rdata over 65535 when uncompressed");
	memcpy(to->record + to->len, data, len);
	to->len += len;
	return true;
}

static bool walk_name(struct walk *w)
{
	struct dns_name name;

	if (dns_name_read(&w->r, w->message_len, &name, w->fault))
		return put(w, name.wire, name.len);
	/* The rdata's end is not the end of the bytes. */
	if (w->fault->ran_out)
		refuse(w, w->fault->offset, "name longer than the rdata");
	return false;
}

static bool walk_field(struct walk *w, ldns_rdf_type field)
{
	size_t offset = reader_offset(&w->r);
	struct bytes bytes;

	if (field == LDNS_RDF_TYPE_DNAME)
		return walk_name(w);
	bytes = read_bytes(&w->r, rdata_field_len(field, reader_rest(&w->r)));
	if (!reader_ok(&w->r))
		return refuse(w, offset, "rdata too short for its type");
	return put(w, bytes.data, bytes.len);
}

static bool walk_fields(struct walk *w, const ldns_rr_descriptor *format)
{
	size_t least = ldns_rr_descriptor_minimum(format);
	size_t most = ldns_rr_descriptor_maximum(format);

	for (size_t i = 0; i < most; i++) {
		if (i >= least && reader_left(&w->r) == 0)
			break;
		if (!walk_field(w, ldns_rr_descriptor_field_type(format, i)))
			return false;
	}
	if (reader_left(&w->r) > 0)
		return refuse(w, reader_offset(&w->r),
			      "rdata too long for its type");
	return true;
}

bool rdata_check(const struct rdata *d, struct dns_fault *fault)
{
	const ldns_rr_descriptor *format = rdata_format(d);
	struct walk w = { .r = d->at,
			  .message_len = d->message_len,
			  .fault = fault };

	return format == NULL || walk_fields(&w, format);
}

bool rdata_is_name(uint16_t type)
{
	const ldns_rr_descriptor *format = format_of(type);

	return format != NULL && ldns_rr_descriptor_maximum(format) == 1 &&
	       ldns_rr_descriptor_field_type(format, 0) == LDNS_RDF_TYPE_DNAME;
}

static void *or_die(void *memory)
{
	if (memory == NULL) {
		fail("out of memory");
		exit(1);
	}
	return memory;
}

struct rdata_printer *rdata_printer_new(void)
{
	struct rdata_printer *p = must_calloc(1, sizeof(*p));

	p->buffer = or_die(ldns_buffer_new(1024));
	return p;
}

void rdata_printer_free(struct rdata_printer *p)
{
	if (p == NULL)
		return;
	ldns_buffer_free(p->buffer);
	text_release(&p->hex);
	free(p);
}

/*
 * ldns asks the host for the names of protocols and services (WKS), and
 * follows pointers in names inside of one field (IPSECKEY, AMTRELAY, HIP):
 * neither the same everywhere nor bounded.
 */
static bool ldns_writes_field(ldns_rdf_type field)
{
	switch (field) {
	case LDNS_RDF_TYPE_UNKNOWN:
	case LDNS_RDF_TYPE_WKS:
	case LDNS_RDF_TYPE_SERVICE:
	case LDNS_RDF_TYPE_ATMA:
	case LDNS_RDF_TYPE_HIP:
	case LDNS_RDF_TYPE_IPSECKEY:
	case LDNS_RDF_TYPE_AMTRELAY:
		return false;
	default:
		return true;
	}
}

static bool ldns_writes(const ldns_rr_descriptor *format)
{
	size_t most = ldns_rr_descriptor_maximum(format);
	size_t least = ldns_rr_descriptor_minimum(format);

	for (size_t i = 0; i < most && i <= least; i++)
		if (!ldns_writes_field(
			    ldns_rr_descriptor_field_type(format, i)))
			return false;
	return true;
}

/* RFC 3597, 5. */
static const char *generic_text(struct rdata_printer *p, struct bytes rdata)
{
	static const char digits[] = "0123456789abcdef";

	text_clear(&p->hex);
	text_addf(&p->hex, rdata.len > 0 ? "\\# %zu " : "\\# %zu", rdata.len);
	for (size_t i = 0; i < rdata.len; i++) {
		char pair[2] = { digits[rdata.data[i] >> 4],
				 digits[rdata.data[i] & 15] };

		text_add_bytes(&p->hex, pair, sizeof(pair));
	}
	return text_string(&p->hex);
}

static const char *address_text(struct rdata_printer *p, int family,
				struct bytes rdata)
{
	char address[INET6_ADDRSTRLEN] = "";

	inet_ntop(family, rdata.data, address, sizeof(address));
	text_clear(&p->hex);
	text_add(&p->hex, address);
	return text_string(&p->hex);
}

/* The record alone: no pointers, the root as its owner. */
static bool copy_record(struct rdata_printer *p, const struct rdata *d,
			const ldns_rr_descriptor *format,
			struct dns_fault *fault)
{
	struct walk w = { .r = d->at,
			  .message_len = d->message_len,
			  .to = p,
			  .fault = fault };
	size_t len;

	memset(p->record, 0, FIXED_LEN);
	p->len = FIXED_LEN;
	if (!walk_fields(&w, format))
		return false;
	len = p->len - FIXED_LEN;
	ldns_write_uint16(p->record + 1, d->type);
	ldns_write_uint16(p->record + 3, LDNS_RR_CLASS_IN);
	ldns_write_uint16(p->record + 9, (uint16_t)len);
	return true;
}

/*
 * RFC 4034, 3.2.  ldns puts the 32 bits into the 136 years around the wall
 * clock, and the same capture would read differently another day.
 */
static ldns_status write_time(ldns_buffer *out, const ldns_rdf *field)
{
	char text[sizeof("YYYYMMDDHHmmSS")] = "";
	struct tm tm;

	calendar_of(ldns_rdf2native_int32(field), &tm);
	strftime(text, sizeof(text), "%Y%m%d%H%M%S", &tm);
	ldns_buffer_printf(out, "%s", text);
	return ldns_buffer_status(out);
}

/*
 * ldns 1.8 writes SVCB's values without asking whether there is room, and ends
 * the program where there is none (an assertion).  No byte becomes more than
 * six: 16 bits of "mandatory" are ",key65535".
 */
static ldns_status write_field(ldns_buffer *out, const ldns_rdf *field)
{
	if (!ldns_buffer_reserve(out, 6 * ldns_rdf_size(field) + 64))
		return LDNS_STATUS_MEM_ERR;
	if (ldns_rdf_get_type(field) == LDNS_RDF_TYPE_TIME)
		return write_time(out, field);
	return ldns_rdf2buffer_str(out, field);
}

static ldns_status write_fields(ldns_buffer *out, const ldns_rr *rr)
{
	ldns_buffer_clear(out);
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		ldns_status status;

		if (i > 0)
			ldns_buffer_printf(out, " ");
		status = write_field(out, ldns_rr_rdf(rr, i));
		if (status != LDNS_STATUS_OK)
			return status;
	}
	ldns_buffer_write_u8(out, '\0');
	return ldns_buffer_status(out);
}

static const char *ldns_text(struct rdata_printer *p, const struct rdata *d,
			     const ldns_rr_descriptor *format,
			     struct dns_fault *fault)
{
	ldns_status status;
	ldns_rr *rr = NULL;
	size_t at = 0;

	if (!copy_record(p, d, format, fault))
		return NULL;
	status = ldns_wire2rr(&rr, p->record, p->len, &at, LDNS_SECTION_ANSWER);
	if (status == LDNS_STATUS_OK) {
		status = write_fields(p->buffer, rr);
		ldns_rr_free(rr);
	}
	if (status == LDNS_STATUS_MEM_ERR)
		or_die(NULL);
	if (status == LDNS_STATUS_OK)
		return (const char *)ldns_buffer_begin(p->buffer);
	*fault = (struct dns_fault){ .why = ldns_get_errorstr_by_id(status),
				     .offset = reader_offset(&d->at) };
	return NULL;
}

const char *rdata_text(struct rdata_printer *p, const struct rdata *d,
		       struct dns_fault *fault)
{
	const ldns_rr_descriptor *format = rdata_format(d);
	struct bytes rdata = reader_rest(&d->at);

	if (format == NULL)
		return generic_text(p, rdata);
	if (d->type == LDNS_RR_TYPE_A || d->type == LDNS_RR_TYPE_AAAA) {
		if (!rdata_check(d, fault))
			return NULL;
		return address_text(p, rdata.len == 4 ? AF_INET : AF_INET6,
				    rdata);
	}
	if (ldns_writes(format) && rdata.len > 0)
		return ldns_text(p, d, format, fault);
	return rdata_check(d, fault) ? generic_text(p, rdata) : NULL;
}
