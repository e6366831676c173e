/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/names.h"

#include <stdbool.h>

#include "tests/test.h"

typedef const struct dns_code *(*row_of)(unsigned row);
typedef bool (*parse)(const char *word, uint16_t *code);

struct word {
	const char *word;
	int code; /* -1: means nothing */
};

static void assert_words(parse parse_word, const struct word *words,
			 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint16_t code = 0;
		bool known = parse_word(words[i].word, &code);

		if ((known ? code : -1) != words[i].code)
			print_message("\"%s\"\n", words[i].word);
		assert_int_equal(known ? code : -1, words[i].code);
	}
}

static void test_reads_every_tools_words_for_rcodes(void **state)
{
	static const struct word words[] = {
		{ "NOERROR", 0 },
		{ "noerror", 0 },
		{ "Success", 0 },
		{ "No Error", 0 },
		{ "No error", 0 },
		{ "0", 0 },
		{ "FormatError", 1 },
		{ "Format error", 1 },
		{ "ServerFailure", 2 },
		{ "SERVFAIL", 2 },
		{ "server failure", 2 },
		{ "NameError", 3 },
		{ "nxdomain", 3 },
		{ "Non-Existent Domain", 3 },
		{ "No such name", 3 },
		{ "3", 3 },
		{ "RCODE3", 3 },
		{ "NotImplemented", 4 },
		{ "Not Implemented", 4 },
		{ "Refused", 5 },
		{ "Query Refused", 5 },
		{ "NOTAUTH", 9 },
		{ "BADVERS", 16 },
		{ "badsig", 16 },
		{ "BADCOOKIE", 23 },
		{ "rcode4095", 4095 },
		{ "4096", -1 },
		{ "", -1 },
		{ "RCODE", -1 },
		{ "-1", -1 },
		{ "+1", -1 },
		{ " 1", -1 },
		{ "0x3", -1 },
		{ "NXDOMAINS", -1 },
		{ "99999999999999999999", -1 },
	};

	(void)state;
	assert_words(dns_rcode_parse, words, COUNT(words));
}

static void test_reads_every_tools_words_for_types(void **state)
{
	static const struct word words[] = {
		{ "A", 1 },         { "a", 1 },         { "AAAA", 28 },
		{ "https", 65 },    { "TYPE65", 65 },   { "type65535", 65535 },
		{ "65280", 65280 }, { "ANY", 255 },     { "ALL", 255 },
		{ "*", 255 },       { "NSAP-PTR", 23 }, { "OPT", 41 },
		{ "AXFR", 252 },    { "DLV", 32769 },   { "TYPE65536", -1 },
		{ "TYPE", -1 },     { "TYPE-1", -1 },   { "AA", -1 },
		{ "AAAAA", -1 },
	};

	(void)state;
	assert_words(dns_type_parse, words, COUNT(words));
}

static void test_reads_every_tools_words_for_opcodes(void **state)
{
	static const struct word words[] = {
		{ "QUERY", 0 },
		{ "Query", 0 },
		{ "Standard query", 0 },
		{ "Inverse Query", 1 },
		{ "NOTIFY", 4 },
		{ "Dynamic update", 5 },
		{ "DSO", 6 },
		{ "OPCODE15", 15 },
		{ "3", 3 },
		{ "16", -1 },
		{ "", -1 },
	};

	(void)state;
	assert_words(dns_opcode_parse, words, COUNT(words));
}

static void test_rows_come_in_order_and_end(void **state)
{
	static const struct {
		row_of row;
		unsigned count;
	} tables[] = { { dns_rcode_row, 20 },
		       { dns_opcode_row, 6 },
		       { dns_type_row, 97 },
		       { dns_ede_row, 31 } };

	(void)state;
	for (size_t t = 0; t < COUNT(tables); t++) {
		unsigned i = 0;
		int last = -1;

		for (; tables[t].row(i) != NULL; i++) {
			assert_true(tables[t].row(i)->code > last);
			last = tables[t].row(i)->code;
		}
		assert_int_equal(i, tables[t].count);
		assert_null(tables[t].row(i + 1));
		assert_null(tables[t].row(UINT32_MAX));
	}
}

/* What is printed can be typed. */
static void test_each_name_is_read_as_its_code(void **state)
{
	static const struct {
		row_of row;
		parse parse_word;
	} tables[] = { { dns_rcode_row, dns_rcode_parse },
		       { dns_opcode_row, dns_opcode_parse },
		       { dns_type_row, dns_type_parse } };
	const struct dns_code *row;
	uint16_t code;

	(void)state;
	for (size_t t = 0; t < COUNT(tables); t++)
		for (unsigned i = 0; (row = tables[t].row(i)) != NULL; i++) {
			code = UINT16_MAX;
			assert_true(tables[t].parse_word(row->iana, &code));
			assert_int_equal(code, row->code);
			if (row->guide == NULL)
				continue;
			code = UINT16_MAX;
			assert_true(tables[t].parse_word(row->guide, &code));
			assert_int_equal(code, row->code);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_every_tools_words_for_rcodes),
		cmocka_unit_test(test_reads_every_tools_words_for_types),
		cmocka_unit_test(test_reads_every_tools_words_for_opcodes),
		cmocka_unit_test(test_rows_come_in_order_and_end),
		cmocka_unit_test(test_each_name_is_read_as_its_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
