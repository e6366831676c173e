/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages that were cut, corrupted or made to hurt. */
#include "dns/message.h"

#include <string.h>
#include <time.h>

#include "tests/dns/samples.h"
#include "tests/dns/wire.h"
#include "tests/test.h"

static struct dns_decoder *decoder;
static struct wire wire;

static const struct sample {
	const char *text;
	size_t question_end;
} samples[] = {
	{ QUERY, 12 + 18 + 4 },
	{ ANSWER, 12 + 17 + 4 },
	{ NXDOMAIN, 12 + 18 + 4 },
	{ ZOO, 12 + 13 + 4 },
};

static uint8_t *copy;

/* On the heap, so that reading behind it is seen. */
static const struct dns_message *decode_copy(const uint8_t *data, size_t len,
					     size_t sent_len)
{
	free(copy);
	copy = malloc(len + (len == 0));
	assert_non_null(copy);
	memcpy(copy, data, len);
	return dns_decode(decoder, (struct bytes){ copy, len }, sent_len);
}

static void test_every_truncation_is_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct bytes whole = wire_of(&wire, samples[i].text);

		for (size_t len = 0; len < whole.len; len++) {
			bool asked = len >= samples[i].question_end;
			const struct dns_message *m = decode_copy(
				whole.data, len, whole.len);

			assert_int_equal(m->verdict, DNS_SNAP_TRUNCATED);
			assert_int_equal(m->has_question, asked);
			assert_int_equal(strlen(m->name) > 0, asked);
			assert_non_null(m->fault);
			m = decode_copy(whole.data, len, len);
			assert_int_equal(m->verdict, len < DNS_HEADER_LEN
							     ? DNS_MALFORMED
							     : DNS_SENDER_CUT);
			assert_int_equal(m->has_question, asked);
		}
	}
}

static void assert_sane(const struct dns_message *m)
{
	assert_true((m->verdict == DNS_OK) == (m->fault == NULL));
	assert_true(m->fault_offset <= m->size);
	assert_non_null(m->name);
	assert_true(m->min_ttl >= -1 && m->negative_ttl >= -1);
	for (int s = DNS_QUESTION; s < DNS_SECTIONS; s++)
		assert_true(m->decoded[s] <= m->counts[s]);
	for (size_t i = 0; i < m->num_answers; i++) {
		const struct dns_answer *a = &m->answers[i];

		assert_true(strlen(a->name) > 0);
		assert_true(a->data == NULL || strchr(a->data, '\n') == NULL);
	}
}

static void test_no_corrupt_byte_confuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct bytes whole = wire_of(&wire, samples[i].text);

		for (size_t at = 0; at < whole.len; at++) {
			uint8_t good = wire.data[at];

			for (int x = 1; x < 256; x++) {
				wire.data[at] = (uint8_t)(good ^ x);
				assert_sane(decode_copy(wire.data, whole.len,
							whole.len));
			}
			wire.data[at] = good;
		}
	}
}

/* Names that are chains of pointers, in as many records as there is room. */
static void write_pointer_chains(const char *record)
{
	wire_of(&wire, "0001 8000 0000 ffff 0000 0000");
	wire_write(&wire, "00 ff00 0001 00000000 4000 00");
	while (wire.len < 0x3ff0) {
		size_t target = wire.len % 250 < 2 ? 23 : wire.len - 2;

		if (wire.len == 24)
			target = 23;
		wire_add(&wire, (uint8_t)(0xc0 | target >> 8));
		wire_add(&wire, (uint8_t)target);
	}
	while (wire.len < 23 + 0x4000)
		wire_add(&wire, 0);
	while (wire.len < 65000)
		wire_write(&wire, record);
}

static void test_hostile_pointers_take_no_time(void **state)
{
	static const char *const records[] = {
		"ffee 0005 0001 00000000 0002 ffee",
		"ffee 0006 0001 00000000 0018 ffee ffec 00000000 00000000"
		"00000000 00000000 00000000",
		"ffee 002e 0001 00000000 0014 00000000 00000000 00000000"
		"00000000 0000 ffee",
		"ffee 0041 0001 00000000 0004 0001 ffee",
		"00 002d 0001 00000000 0008 00 03 00 c003 c003 00",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(records); i++) {
		clock_t start = clock();

		write_pointer_chains(records[i]);
		assert_sane(dns_decode(decoder,
				       (struct bytes){ wire.data, wire.len },
				       wire.len));
		/* About 10 ms; a hundred times that with a slow build. */
		assert_true(clock() - start < 3 * CLOCKS_PER_SEC);
	}
}

static int new_decoder(void **state)
{
	(void)state;
	decoder = dns_decoder_new();
	return 0;
}

static int free_decoder(void **state)
{
	(void)state;
	free(copy);
	dns_decoder_free(decoder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_truncation_is_seen),
		cmocka_unit_test(test_no_corrupt_byte_confuses),
		cmocka_unit_test(test_hostile_pointers_take_no_time),
	};

	return cmocka_run_group_tests(tests, new_decoder, free_decoder);
}
