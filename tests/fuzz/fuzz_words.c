/* SPDX-License-Identifier: BSD-3-Clause */
/* What people write: durations, times, sizes, names of codes. */
#include <string.h>

#include "base/duration.h"
#include "base/size.h"
#include "base/text.h"
#include "dns/names.h"
#include "packet/datagram.h"
#include "tests/fuzz/fuzz.h"

static void check_duration(const char *word)
{
	char text[DURATION_TEXT_MAX];
	int64_t ns;

	if (!duration_parse(word, &ns))
		return;
	CHECK(ns >= 0);
	CHECK(strlen(duration_format(ns, text)) < sizeof(text));
}

/* What is printed is read as the same time, but for days at the very edge. */
static void check_timestamp(const char *word)
{
	char text[TIMESTAMP_TEXT_MAX];
	int64_t ns, again;

	if (!timestamp_parse(word, &ns))
		return;
	CHECK(strlen(timestamp_format(ns, text)) < sizeof(text));
	if (ns > INT64_MIN / 10 * 9 && ns < INT64_MAX / 10 * 9)
		CHECK(timestamp_parse(text, &again) && ns == again);
}

static void check_when(const char *word)
{
	const int64_t noon = 1772366400 * NS_PER_SECOND;
	struct when when;

	if (!when_parse(word, &when))
		return;
	CHECK(when.kind != WHEN_NONE);
	when_at(&when, noon, noon + 3600 * NS_PER_SECOND);
	when_at(&when, -noon, noon);
}

static void check_others(const char *word)
{
	struct address a, again;
	char text[ADDRESS_TEXT_MAX];
	uint64_t bytes;
	uint16_t code;

	if (size_parse(word, &bytes))
		CHECK(bytes <= INT64_MAX);
	if (address_parse(word, &a)) {
		CHECK(address_parse(address_format(&a, text), &again));
		CHECK(address_equal(&a, &again));
	}
	dns_rcode_parse(word, &code);
	dns_opcode_parse(word, &code);
	dns_type_parse(word, &code);
}

/* Nothing that steers a terminal, a JSON string, a spreadsheet. */
static void check_escapes(const char *word)
{
	struct text t = { 0 };

	text_add_terminal_safe(&t, word);
	for (const char *c = text_string(&t); *c != '\0'; c++)
		CHECK((uint8_t)*c >= ' ' && *c != 0x7f);
	text_clear(&t);
	text_add_json(&t, word);
	CHECK(t.len >= 2 && t.data[0] == '"' && t.data[t.len - 1] == '"');
	for (size_t i = 1; i + 1 < t.len; i++)
		CHECK((uint8_t)t.data[i] >= ' ');
	text_clear(&t);
	text_add_csv(&t, word);
	CHECK(t.len == 0 || strchr("=@\t\r", t.data[0]) == NULL);
	text_release(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *word = fuzz_string((struct bytes){ data, len });

	check_duration(word);
	check_timestamp(word);
	check_when(word);
	check_others(word);
	check_escapes(word);
	free(word);
	return 0;
}
