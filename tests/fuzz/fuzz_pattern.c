/* SPDX-License-Identifier: BSD-3-Clause */
/* Regular expressions: up to a NUL the expression, behind it a text. */
#include <string.h>

#include "base/pattern.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *expression = fuzz_string((struct bytes){ data, len });
	size_t end = strlen(expression), where = 0;
	const char *text = expression + (end < len ? end + 1 : end);
	size_t text_len = len - (size_t)(text - expression);
	char why[PATTERN_WHY_MAX];
	struct pattern *p = pattern_new(expression, why, &where);
	struct bytes group;

	if (p == NULL) {
		CHECK(why[0] != '\0' && strlen(why) < sizeof(why));
		CHECK(where <= end);
	} else if (pattern_matches(p, text, text_len) &&
		   pattern_has_group(p, "node") &&
		   pattern_group(p, "node", text, text_len, &group)) {
		CHECK(group.len <= text_len);
		fuzz_touch(group);
	}
	pattern_free(p);
	free(expression);
	return 0;
}
