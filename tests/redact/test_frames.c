/* SPDX-License-Identifier: BSD-3-Clause */
#include "redact/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/test.h"

enum { IP_LEN = 20, UDP_LEN = 8, LINKTYPE_RAW = 101 };

static const uint8_t key[REDACT_KEY_SIZE] = { 3, 1, 4 };
static const uint16_t ports[] = { 53 };

/* www.acme.com. A 192.0.2.7 with a pointer, TXT "secret", EDNS' subnet. */
static const uint8_t dns[] = "\x12\x34\x81\x80\0\1\0\2\0\0\0\1"
			     "\3www\4acme\3com\0\0\1\0\1"
			     "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\7"
			     "\xc0\x10\0\x10\0\1\0\0\0\x3c\0\7\6secret"
			     "\0\0\x29\x10\0\0\0\0\0\0\x0b\0\x08\0\7\0\1\x18\0"
			     "\x0a\1\2";

static uint32_t sum(const uint8_t *bytes, size_t len, uint32_t start)
{
	for (size_t i = 0; i < len; i++)
		start += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
	while (start >> 16 != 0)
		start = (start & 0xffff) + (start >> 16);
	return start;
}

static uint32_t udp_sum(const uint8_t *packet, size_t len)
{
	return sum(packet + IP_LEN, len - IP_LEN,
		   sum(packet + 12, 8, 17 + (uint32_t)len - IP_LEN));
}

static void put(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Its length; right checksums. */
static size_t build(uint8_t *packet)
{
	static const uint8_t header[IP_LEN] = { 0x45, 0,  0,  0, 7, 7,  0,
						0,    64, 17, 0, 0, 10, 9,
						8,    7,  10, 9, 9, 9 };
	size_t len = IP_LEN + UDP_LEN + sizeof(dns) - 1;

	memcpy(packet, header, IP_LEN);
	put(packet + 2, (uint32_t)len);
	put(packet + 10, ~sum(packet, IP_LEN, 0) & 0xffff);
	put(packet + IP_LEN, 53);
	put(packet + IP_LEN + 2, 40000);
	put(packet + IP_LEN + 4, (uint32_t)len - IP_LEN);
	put(packet + IP_LEN + 6, 0);
	memcpy(packet + IP_LEN + UDP_LEN, dns, sizeof(dns) - 1);
	put(packet + IP_LEN + 6, ~udp_sum(packet, len) & 0xffff);
	return len;
}

static void rewrite(const uint8_t *packet, size_t len, size_t wire_len,
		    uint8_t *to)
{
	struct redactor *r = redactor_new(key);
	struct frames *f = frames_new(r, ports, 1);
	uint8_t *copy = must_memdup(packet, len);
	struct frame frame = { .number = 1,
			       .has_time = true,
			       .linktype = LINKTYPE_RAW,
			       .wire_len = (uint32_t)wire_len,
			       .bytes = { copy, len } };

	frames_learn(f, &frame);
	frames_end_learning(f);
	frames_rewrite(f, &frame, to);
	free(copy);
	frames_free(f);
	redactor_free(r);
}

static bool holds(const uint8_t *bytes, size_t len, const char *what,
		  size_t what_len)
{
	for (size_t i = 0; i + what_len <= len; i++)
		if (memcmp(bytes + i, what, what_len) == 0)
			return true;
	return false;
}

static void nothing_is_left_and_sums_are_right(void **state)
{
	uint8_t packet[512], to[512];
	size_t len = build(packet);

	(void)state;
	rewrite(packet, len, len, to);
	assert_int_equal(sum(to, IP_LEN, 0), 0xffff);
	assert_int_equal(udp_sum(to, len), 0xffff);
	assert_false(holds(to, len, "acme", 4));
	assert_false(holds(to, len, "www", 3));
	assert_false(holds(to, len, "secret", 6));
	assert_false(holds(to, len, "\xc0\0\2\7", 4));
	assert_false(holds(to, len, "\x0a\1\2", 3));
	assert_false(holds(to, len, "\x0a\x09\x08\x07", 4));
	assert_true(holds(to, len, "\3com\0", 5));
	assert_int_equal(to[12], 10);
	/* structure: counts, pointers, lengths */
	assert_memory_equal(to + IP_LEN + UDP_LEN, dns, 13);
	assert_true(holds(to, len, "\xc0\x10\0\x10\0\1\0\0\0\x3c\0\7\6", 13));
}

static void wrong_sums_stay_wrong(void **state)
{
	uint8_t packet[512], to[512];
	size_t len = build(packet);

	(void)state;
	packet[10] ^= 0x55;
	packet[IP_LEN + 7] ^= 0x11;
	rewrite(packet, len, len, to);
	assert_int_not_equal(sum(to, IP_LEN, 0), 0xffff);
	assert_int_not_equal(udp_sum(to, len), 0xffff);
	put(packet + IP_LEN + 6, 0);
	rewrite(packet, len, len, to);
	assert_int_equal(to[IP_LEN + 6] | to[IP_LEN + 7], 0);
}

static void what_is_cut_anywhere_tells_nothing(void **state)
{
	uint8_t packet[512], to[512];
	size_t len = build(packet);

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		rewrite(packet, cut, len, to);
		assert_false(holds(to, cut, "acme", 4));
		assert_false(holds(to, cut, "secret", 6));
	}
}

/* Pointers into the middle of labels, lengths that lie. */
static void what_is_damaged_anywhere_is_survived(void **state)
{
	uint8_t packet[512], to[512];
	size_t len = build(packet);

	(void)state;
	for (size_t i = 0; i < len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			packet[i] ^= (uint8_t)(1 << bit);
			rewrite(packet, len, len, to);
			packet[i] ^= (uint8_t)(1 << bit);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_left_and_sums_are_right),
		cmocka_unit_test(wrong_sums_stay_wrong),
		cmocka_unit_test(what_is_cut_anywhere_tells_nothing),
		cmocka_unit_test(what_is_damaged_anywhere_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
