/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DNS messages: our decoder, and beside it ldns reading all of it at once.
 * Where both read a message they must tell the same of it.
 */
#include <ldns/ldns.h>
#include <string.h>

#include "dns/layout.h"
#include "dns/message.h"
#include "dns/names.h"
#include "tests/fuzz/fuzz.h"

enum { MESSAGE_MAX = 65535 };

/* ldns leaves tabs in strings as they are. */
static void check_texts(const struct dns_message *m)
{
	CHECK(strlen(m->name) < DNS_NAME_TEXT_MAX);
	for (size_t i = 0; i < m->num_answers; i++) {
		const struct dns_answer *a = &m->answers[i];

		CHECK(strlen(a->name) < DNS_NAME_TEXT_MAX);
		if (a->data == NULL)
			continue;
		for (const char *c = a->data; *c != '\0'; c++)
			CHECK(*c == '\t' || (*c >= ' ' && *c < 0x7f));
	}
}

static void check_message(const struct dns_message *m, size_t len)
{
	CHECK(m->size == len);
	CHECK((m->fault == NULL) == (m->verdict == DNS_OK));
	CHECK(m->fault == NULL || m->fault_offset <= len);
	CHECK(m->verdict != DNS_SNAP_TRUNCATED);
	for (int s = DNS_QUESTION; s < DNS_SECTIONS; s++)
		CHECK(m->decoded[s] <= m->counts[s]);
	CHECK(m->num_answers <= m->counts[DNS_ANSWER]);
	CHECK(m->num_answers >= m->decoded[DNS_ANSWER] ||
	      m->verdict == DNS_MALFORMED);
	CHECK(m->has_question == (m->name_wire_len > 0));
	check_texts(m);
}

/* Text of a record's fields as we write them; false: we write our own. */
static bool text_by_ldns(const ldns_rr *rr, ldns_buffer *out)
{
	ldns_buffer_clear(out);
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *field = ldns_rr_rdf(rr, i);

		if (ldns_rdf_get_type(field) == LDNS_RDF_TYPE_TIME)
			return false;
		if (i > 0)
			ldns_buffer_printf(out, " ");
		/* As write_field() in src/dns/rdata.c says. */
		ldns_buffer_reserve(out, 6 * ldns_rdf_size(field) + 64);
		if (ldns_rdf2buffer_str(out, field) != LDNS_STATUS_OK)
			return false;
	}
	ldns_buffer_write_u8(out, '\0');
	return true;
}

static void compare_name(const char *ours, const ldns_rdf *theirs)
{
	char *text = ldns_rdf2str(theirs);

	CHECK(text != NULL && strcmp(ours, text) == 0);
	free(text);
}

/* Ours are RFC 3597's where ldns may lose its way in a record's data. */
static bool is_generic(const struct dns_answer *a)
{
	return a->data == NULL || strncmp(a->data, "\\#", 2) == 0;
}

static void compare_answer(const struct dns_answer *a, const ldns_rr *rr,
			   ldns_buffer *text)
{
	uint32_t ttl = ldns_rr_ttl(rr);

	compare_name(a->name, ldns_rr_owner(rr));
	CHECK(a->type == (uint16_t)ldns_rr_get_type(rr));
	CHECK(a->class == (uint16_t)ldns_rr_get_class(rr));
	CHECK(a->ttl == (ttl > INT32_MAX ? 0 : ttl));
	if (!is_generic(a) && text_by_ldns(rr, text))
		CHECK(strcmp(a->data, (char *)ldns_buffer_begin(text)) == 0);
}

static void compare_header(const struct dns_message *m, const ldns_pkt *p)
{
	CHECK(m->id == ldns_pkt_id(p));
	CHECK(m->opcode == (uint8_t)ldns_pkt_get_opcode(p));
	CHECK((m->flags & 15) == (uint16_t)ldns_pkt_get_rcode(p));
	CHECK(((m->flags & DNS_FLAG_QR) != 0) == ldns_pkt_qr(p));
	CHECK(((m->flags & DNS_FLAG_AA) != 0) == ldns_pkt_aa(p));
	CHECK(((m->flags & DNS_FLAG_TC) != 0) == ldns_pkt_tc(p));
	CHECK(((m->flags & DNS_FLAG_RD) != 0) == ldns_pkt_rd(p));
	CHECK(((m->flags & DNS_FLAG_RA) != 0) == ldns_pkt_ra(p));
	CHECK(((m->flags & DNS_FLAG_AD) != 0) == ldns_pkt_ad(p));
	CHECK(((m->flags & DNS_FLAG_CD) != 0) == ldns_pkt_cd(p));
}

/*
 * ldns goes by what a type should have, not by the length of the data (HIP
 * without any, A with 113 bytes): then it reads an OPT out of what follows.
 */
static bool may_have_lost_its_way(const struct dns_message *m)
{
	if (m->decoded[DNS_AUTHORITY] + m->decoded[DNS_ADDITIONAL] != 1)
		return true;
	for (size_t i = 0; i < m->num_answers; i++)
		if (is_generic(&m->answers[i]))
			return true;
	return false;
}

static void compare_edns(const struct dns_message *m, const ldns_pkt *p)
{
	if (!m->edns.present || !ldns_pkt_edns(p) || may_have_lost_its_way(m))
		return;
	CHECK(m->edns.udp_size == ldns_pkt_edns_udp_size(p));
	CHECK(m->edns.version == ldns_pkt_edns_version(p));
	CHECK(m->edns.dnssec_ok == ldns_pkt_edns_do(p));
	CHECK(m->rcode >> 4 == ldns_pkt_edns_extended_rcode(p));
}

static void compare(const struct dns_message *m, const ldns_pkt *p)
{
	const ldns_rr_list *questions = ldns_pkt_question(p);
	const ldns_rr_list *answers = ldns_pkt_answer(p);
	ldns_buffer *text = ldns_buffer_new(1024);

	compare_header(m, p);
	compare_edns(m, p);
	CHECK(ldns_rr_list_rr_count(questions) == m->decoded[DNS_QUESTION]);
	if (m->has_question) {
		const ldns_rr *rr = ldns_rr_list_rr(questions, 0);

		compare_name(m->name, ldns_rr_owner(rr));
		CHECK(m->type == (uint16_t)ldns_rr_get_type(rr));
		CHECK(m->class == (uint16_t)ldns_rr_get_class(rr));
	}
	CHECK(ldns_rr_list_rr_count(answers) == m->num_answers);
	for (size_t i = 0; i < m->num_answers; i++) {
		compare_answer(&m->answers[i], ldns_rr_list_rr(answers, i),
			       text);
		if (is_generic(&m->answers[i]))
			break;
	}
	ldns_buffer_free(text);
}

static void compare_with_ldns(const struct dns_message *m, const uint8_t *data,
			      size_t len)
{
	ldns_pkt *p = NULL;

	if (m->verdict != DNS_OK ||
	    ldns_wire2pkt(&p, data, len) != LDNS_STATUS_OK)
		return;
	compare(m, p);
	ldns_pkt_free(p);
}

/* A good message that the capture cut is good as far as it goes. */
static void check_cut(struct dns_decoder *d, struct bytes payload)
{
	struct bytes start = { payload.data, payload.len / 2 };
	const struct dns_message *m;

	if (payload.len < 2)
		return;
	start.len = payload.data[1] % payload.len;
	m = dns_decode(d, start, payload.len);
	CHECK(m->verdict == DNS_SNAP_TRUNCATED);
	check_texts(m);
}

struct visit {
	size_t at, len;
};

static void check_part(void *context, const struct dns_part *part)
{
	struct visit *v = context;

	CHECK(part->offset <= v->len && part->len <= v->len - part->offset);
	if (part->tail != NULL)
		fuzz_touch((struct bytes){ part->tail, part->tail_len });
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct dns_decoder *d;
	const struct dns_message *m;
	struct visit v = { .len = len };

	if (len > MESSAGE_MAX)
		return 0;
	d = dns_decoder_new();
	m = dns_decode(d, (struct bytes){ data, len }, len);
	check_message(m, len);
	compare_with_ldns(m, data, len);
	if (m->verdict == DNS_OK)
		check_cut(d, (struct bytes){ data, len });
	dns_plausible((struct bytes){ data, len < 12 ? len : 12 }, len);
	dns_visit((struct bytes){ data, len }, len, check_part, &v);
	dns_decoder_free(d);
	return 0;
}
