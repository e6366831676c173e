/* SPDX-License-Identifier: BSD-3-Clause */
/* Texts of all kinds under pseudonyms, and back: the first byte is the kind. */
#include <string.h>
#include <strings.h>

#include "redact/redactor.h"
#include "tests/fuzz/fuzz.h"

enum { TEXT_LEN_MAX = 1024 };

static struct redactor *the_redactor(void)
{
	static const uint8_t key[REDACT_KEY_SIZE] = { 2, 7, 1 };
	static struct redactor *r;

	if (r == NULL)
		r = redactor_new(key);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct text to = { 0 }, back = { 0 };
	enum redact_kind kind;
	char *from;

	if (len < 1 || len > TEXT_LEN_MAX)
		return 0;
	kind = (enum redact_kind)(data[0] % (REDACT_KINDS + 1));
	from = fuzz_string((struct bytes){ data + 1, len - 1 });
	if (kind == REDACT_KINDS) {
		redact_rdata(the_redactor(), len > 1 ? data[1] : 0, from, &to);
		redact_reveal_line(the_redactor(), from, &back);
	} else {
		redact_text(the_redactor(), REDACT, kind, from, &to);
		redact_text(the_redactor(), REVEAL, kind, text_string(&to),
			    &back);
	}
	text_release(&to);
	text_release(&back);
	free(from);
	return 0;
}
