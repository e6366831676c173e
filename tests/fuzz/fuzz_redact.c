/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DNS messages under pseudonyms: as long as before, and still the same message
 * to the decoder but for its names, with names as the store has them.
 */
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "dns/layout.h"
#include "dns/message.h"
#include "redact/message.h"
#include "tests/fuzz/fuzz.h"

enum { MESSAGE_MAX = 4096 };

static struct redactor *the_redactor(void)
{
	static const uint8_t key[REDACT_KEY_SIZE] = { 3, 1, 4 };
	static struct redactor *r;

	if (r == NULL)
		r = redactor_new(key);
	return r;
}

/* What a text becomes, and that it comes back but for its case. */
static void check_name(const char *from, const char *wanted)
{
	struct text to = { 0 }, back = { 0 };

	redact_text(the_redactor(), REDACT, REDACT_NAME, from, &to);
	CHECK(strcmp(text_string(&to), wanted) == 0);
	redact_text(the_redactor(), REVEAL, REDACT_NAME, text_string(&to),
		    &back);
	CHECK(strcasecmp(text_string(&back), from) == 0);
	text_release(&to);
	text_release(&back);
}

/* As the store has it, which withholds what it can't take apart. */
static void check_data(uint16_t type, const char *from, const char *wanted)
{
	struct text to = { 0 };

	redact_rdata(the_redactor(), type, from, &to);
	if (strncmp(text_string(&to), "(redacted ", 10) != 0 &&
	    strncmp(from, "\\#", 2) != 0 &&
	    strcmp(text_string(&to), wanted) != 0) {
		fprintf(stderr, "type %u: %s: %s, in packets %s\n", type, from,
			text_string(&to), wanted);
		abort();
	}
	text_release(&to);
}

static void compare_answers(const struct dns_message *a,
			    const struct dns_message *b)
{
	for (size_t i = 0; i < a->num_answers; i++) {
		CHECK(a->answers[i].type == b->answers[i].type);
		CHECK(a->answers[i].class == b->answers[i].class);
		CHECK(a->answers[i].ttl == b->answers[i].ttl);
		check_name(a->answers[i].name, b->answers[i].name);
		CHECK(a->answers[i].data != NULL && b->answers[i].data != NULL);
		check_data(a->answers[i].type, a->answers[i].data,
			   b->answers[i].data);
	}
}

static void compare(const struct dns_message *a, const struct dns_message *b)
{
	CHECK(b->verdict == a->verdict);
	CHECK(a->id == b->id && a->flags == b->flags && a->rcode == b->rcode);
	CHECK(memcmp(a->counts, b->counts, sizeof(a->counts)) == 0);
	CHECK(memcmp(a->decoded, b->decoded, sizeof(a->decoded)) == 0);
	CHECK(a->num_answers == b->num_answers);
	CHECK(a->name_wire_len == b->name_wire_len);
	CHECK(a->min_ttl == b->min_ttl && a->negative_ttl == b->negative_ttl);
	CHECK(a->edns.present == b->edns.present);
	CHECK(a->edns.ede_code == b->edns.ede_code);
	CHECK((a->edns.client_subnet == NULL) ==
	      (b->edns.client_subnet == NULL));
	if (a->has_question)
		check_name(a->name, b->name);
	compare_answers(a, b);
}

/* What nobody can tell the meaning of is zeroed, and reads differently. */
static void note_rest(void *context, const struct dns_part *part)
{
	bool *has_rest = context;

	*has_rest |= part->kind == DNS_PART_REST;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct dns_decoder *before, *after;
	const struct dns_message *a;
	bool has_rest = false, is_certain;
	uint8_t *copy;

	if (len > MESSAGE_MAX)
		return 0;
	copy = must_memdup(data, len);
	before = dns_decoder_new();
	after = dns_decoder_new();
	redact_message(the_redactor(), copy, len, len);
	a = dns_decode(before, (struct bytes){ data, len }, len);
	is_certain = dns_visit((struct bytes){ data, len }, len, note_rest,
			       &has_rest);
	if (a->verdict == DNS_OK && is_certain && !has_rest)
		compare(a, dns_decode(after, (struct bytes){ copy, len }, len));
	dns_decoder_free(before);
	dns_decoder_free(after);
	free(copy);
	return 0;
}
