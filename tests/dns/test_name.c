/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/name_private.h"

#include <string.h>

#include "tests/dns/wire.h"
#include "tests/test.h"

#define HEADER "0001 0100 0001 0000 0000 0000 "

static struct wire message;

static bool read_at(size_t at, struct dns_name *name, struct dns_fault *fault,
		    size_t *end)
{
	struct reader r = reader_of(
		(struct bytes){ message.data, message.len });
	bool ok;

	r.at += at;
	ok = dns_name_read(&r, message.len, name, fault);
	*end = reader_offset(&r);
	return ok;
}

static void assert_name(size_t at, const char *expected, size_t expected_end)
{
	char text[DNS_NAME_TEXT_MAX];
	struct dns_fault fault = { 0 };
	struct dns_name name;
	size_t end;

	assert_true(read_at(at, &name, &fault, &end));
	assert_int_equal(dns_name_text(&name, text), strlen(expected));
	assert_string_equal(text, expected);
	assert_int_equal(end, expected_end);
}

static void test_reads_names_with_and_without_pointers(void **state)
{
	static const struct {
		const char *what, *wire;
		size_t at;
		const char *text;
		size_t end;
	} rows[] = {
		{ "the root", HEADER "00", 12, ".", 13 },
		{ "a name", HEADER "\"www.example.com.\" ff", 12,
		  "www.example.com.", 29 },
		{ "case is kept", HEADER "\"wWw.eXample.\"", 12, "wWw.eXample.",
		  25 },
		{ "a pointer", HEADER "\"example.com.\" c00c", 25,
		  "example.com.", 27 },
		{ "labels, then a pointer",
		  HEADER "\"example.com.\" 03 'www' c00c", 25,
		  "www.example.com.", 31 },
		{ "a pointer to a pointer",
		  HEADER "\"com.\" c00c 01 'b' c011 ff", 19, "b.com.", 23 },
		{ "a pointer to the root", HEADER "00 c00c", 13, ".", 15 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		wire_of(&message, rows[i].wire);
		assert_name(rows[i].at, rows[i].text, rows[i].end);
	}
}

static void test_escapes_what_would_be_misread(void **state)
{
	static const struct {
		const char *wire, *text;
	} rows[] = {
		{ "03 'a.b' 00", "a\\.b." },
		{ "04 ';()' 5c 00", "\\;\\(\\)\\\\." },
		{ "04 '\"@$' 7e 00", "\"@$~." },
		{ "06 00 09 20 7f 80 ff 00",
		  "\\000\\009\\032\\127\\128\\255." },
		{ "04 1b 'c' c3 a9 00", "\\027c\\195\\169." },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		wire_of(&message, rows[i].wire);
		assert_name(0, rows[i].text, message.len);
	}
}

static void test_says_why_a_name_is_none(void **state)
{
	static const struct {
		const char *wire;
		size_t at;
		const char *why;
		size_t offset;
		bool ran_out;
	} rows[] = {
		{ HEADER "03 'ww'", 12, "ends within a name", 12, true },
		{ HEADER "03 'www'", 12, "ends within a name", 16, true },
		{ HEADER, 12, "ends within a name", 12, true },
		{ HEADER "01 'a' c0", 12, "ends within a name", 14, true },
		{ HEADER "c00c", 12, "compression loop", 12, false },
		{ HEADER "01 'a' c00c", 12, "compression loop", 14, false },
		{ HEADER "01 05 00 c00d", 15, "compression loop", 13, false },
		{ HEADER "c00e 00", 12, "pointer forward", 12, false },
		{ HEADER "c010 00", 12, "pointer outside the message", 12,
		  false },
		{ HEADER "ffff", 12, "pointer outside the message", 12, false },
		{ HEADER "c000", 12, "pointer into the header", 12, false },
		{ HEADER "40 00", 12, "label over 63", 12, false },
		{ HEADER "01 'a' 80 00", 12, "label over 63", 14, false },
		{ HEADER "01 'a' bf", 12, "label over 63", 14, false },
		/* The piece at 12 runs into the name that points to it. */
		{ HEADER "05 'abc' c00c 00", 16, "compression loop", 12,
		  false },
		{ HEADER "01 'a' c00c", 14, "compression loop", 14, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dns_fault fault = { 0 };
		struct dns_name name;
		size_t end;

		wire_of(&message, rows[i].wire);
		assert_false(read_at(rows[i].at, &name, &fault, &end));
		assert_string_equal(fault.why, rows[i].why);
		assert_int_equal(fault.offset, rows[i].offset);
		assert_int_equal(fault.ran_out, rows[i].ran_out);
	}
}

/* Labels of the given length until the name has len bytes. */
static void write_long_name(size_t label, size_t len)
{
	message.len = 0;
	while (message.len + 1 < len) {
		size_t room = len - message.len - 2;
		size_t this = room < label ? room : label;

		wire_add(&message, (uint8_t)this);
		for (size_t i = 0; i < this; i++)
			wire_add(&message, 0xff);
	}
	wire_add(&message, 0);
}

static void test_a_name_has_255_bytes_at_most(void **state)
{
	char text[DNS_NAME_TEXT_MAX];
	struct dns_fault fault = { 0 };
	struct dns_name name;
	size_t end;

	(void)state;
	write_long_name(63, 255);
	assert_true(read_at(0, &name, &fault, &end));
	assert_int_equal(name.len, 255);
	assert_true(dns_name_text(&name, text) < DNS_NAME_TEXT_MAX);
	write_long_name(1, 255);
	assert_true(read_at(0, &name, &fault, &end));
	assert_int_equal(name.len, 255);
	write_long_name(63, 256);
	assert_false(read_at(0, &name, &fault, &end));
	assert_string_equal(fault.why, "name over 255");
}

static void test_a_name_grows_over_255_through_pointers(void **state)
{
	struct dns_fault fault = { 0 };
	struct dns_name name;
	size_t at, end;

	(void)state;
	write_long_name(63, 255);
	at = message.len;
	wire_write(&message, "01 'a' c03f");
	memmove(message.data + 12, message.data, message.len);
	message.len += 12;
	message.data[at + 12 + 3] = 12;
	assert_false(read_at(at + 12, &name, &fault, &end));
	assert_string_equal(fault.why, "name over 255");
}

static void test_a_chain_of_pointers_ends_somewhere(void **state)
{
	struct dns_fault fault = { 0 };
	struct dns_name name;
	size_t end;

	(void)state;
	wire_of(&message, HEADER "00 c00c");
	for (size_t at = 13; at < 13 + 2 * 126; at += 2) {
		wire_add(&message, (uint8_t)(0xc0 | at >> 8));
		wire_add(&message, (uint8_t)at);
	}
	assert_true(read_at(message.len - 2, &name, &fault, &end));
	wire_add(&message, (uint8_t)(0xc0 | (message.len - 2) >> 8));
	wire_add(&message, (uint8_t)(message.len - 3));
	assert_false(read_at(message.len - 2, &name, &fault, &end));
	assert_string_equal(fault.why, "too many pointers");
}

static void test_compares_bytes(void **state)
{
	struct dns_name a = { { 1, 'a', 0 }, 3 }, b = { { 1, 'A', 0 }, 3 };
	struct dns_name root = { { 0 }, 1 };

	(void)state;
	assert_true(dns_name_same_bytes(&a, &a));
	assert_false(dns_name_same_bytes(&a, &b));
	assert_false(dns_name_same_bytes(&a, &root));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_names_with_and_without_pointers),
		cmocka_unit_test(test_escapes_what_would_be_misread),
		cmocka_unit_test(test_says_why_a_name_is_none),
		cmocka_unit_test(test_a_name_has_255_bytes_at_most),
		cmocka_unit_test(test_a_name_grows_over_255_through_pointers),
		cmocka_unit_test(test_a_chain_of_pointers_ends_somewhere),
		cmocka_unit_test(test_compares_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
