/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include "redact/redactor.h"

static struct redactor *redactor;
static struct text out;

static int begin(void **state)
{
	static const uint8_t key[REDACT_KEY_SIZE] = { 9, 8, 7 };

	(void)state;
	redactor = redactor_new(key);
	return 0;
}

static int end(void **state)
{
	(void)state;
	redactor_free(redactor);
	text_release(&out);
	return 0;
}

static const char *map(enum redact_kind kind, const char *from)
{
	text_clear(&out);
	redact_text(redactor, REDACT, kind, from, &out);
	return text_string(&out);
}

static char *label(const char *from)
{
	static char kept[4][256];
	static int at;

	at = (at + 1) % 4;
	snprintf(kept[at], sizeof(kept[at]), "%s", map(REDACT_WORD, from));
	return kept[at];
}

static void check(enum redact_kind kind, const char *from, const char *format,
		  const char *a, const char *b)
{
	char wanted[512];

	snprintf(wanted, sizeof(wanted), format, a, b);
	assert_string_equal(map(kind, from), wanted);
}

static void names_keep_their_ends(void **state)
{
	(void)state;
	check(REDACT_NAME, "web.acme.svc.cluster.local.",
	      "%s.%s.svc.cluster.local.", label("web"), label("acme"));
	check(REDACT_NAME, "secret.example.com.", "%s.example.com.",
	      label("secret"), "");
	check(REDACT_NAME, "_http._tcp.web.cluster.local.",
	      "_http._tcp.%s.cluster.local.", label("web"), "");
	check(REDACT_NAME, "acme.com.", "%s.com.", label("acme"), "");
	check(REDACT_NAME, "db.corp-intern.", "%s.%s.", label("db"),
	      label("corp-intern"));
	check(REDACT_NAME, ".", ".", "", "");
}

static void owners_agree_with_names(void **state)
{
	(void)state;
	check(REDACT_OWNER, "p/acme/web", "p/%s/%s", label("acme"),
	      label("web"));
	check(REDACT_OWNER, "later s/acme/web?", "later s/%s/%s?",
	      label("acme"), label("web"));
	check(REDACT_LABELS, "app=web,app.kubernetes.io/name=acme",
	      "app=%s,app.kubernetes.io/name=%s", label("web"), label("acme"));
}

static void filters_keep_their_words(void **state)
{
	(void)state;
	check(REDACT_FILTER, "udp port 53 and host acme",
	      "udp port 53 and host %s", label("acme"), "");
	assert_null(strstr(map(REDACT_FILTER, "host 10.1.2.3 or port 53"),
			   "10.1.2.3"));
}

static void interfaces_keep_their_kind(void **state)
{
	(void)state;
	assert_string_equal(map(REDACT_INTERFACE, "eth0"), "eth0");
	assert_memory_equal(map(REDACT_INTERFACE, "azv1a2b3c"), "azv", 3);
	assert_null(strstr(map(REDACT_INTERFACE, "azv1a2b3c"), "1a2b3c"));
	assert_null(strstr(map(REDACT_INTERFACE, "acme-lan"), "acme"));
}

static void data_by_type(void **state)
{
	char wanted[64];

	(void)state;
	snprintf(wanted, sizeof(wanted), "0 5 80 %s.com.", label("acme"));
	text_clear(&out);
	redact_rdata(redactor, 33, "0 5 80 acme.com.", &out);
	assert_string_equal(text_string(&out), wanted);
	text_clear(&out);
	redact_rdata(redactor, 16, "\"v=secret \\\"x\\\"\" \"a\"", &out);
	assert_null(strstr(text_string(&out), "secret"));
	text_clear(&out);
	redact_rdata(redactor, 65, "1 . alpn=h2 ipv4hint=10.1.2.3", &out);
	assert_null(strstr(text_string(&out), "10.1.2.3"));
}

static void check_reveal(enum redact_kind kind, const char *from)
{
	struct text back = { 0 };

	redact_reveal_line(redactor, map(kind, from), &back);
	assert_string_equal(text_string(&back), from);
	text_release(&back);
}

static void reveal_leads_back(void **state)
{
	(void)state;
	check_reveal(REDACT_NAME, "web.acme.svc.cluster.local.");
	check_reveal(REDACT_NAME, "a.b\\.c.\\000x.com.");
	check_reveal(REDACT_WORD, "aks-nodepool1-123-vmss000001");
	check_reveal(REDACT_ADDRESS, "10.244.0.5");
	check_reveal(REDACT_ADDRESS, "fd00::5");
	check_reveal(REDACT_OWNER, "p/acme/web-7");
}

static void reveal_finds_them_in_a_line(void **state)
{
	struct text line = { 0 }, back = { 0 };

	(void)state;
	text_add(&line, "12 queries by ");
	redact_text(redactor, REDACT, REDACT_ADDRESS, "10.244.0.5", &line);
	text_add(&line, " for ");
	redact_text(redactor, REDACT, REDACT_NAME, "www.acme.com.", &line);
	text_add(&line, " failed (");
	redact_text(redactor, REDACT, REDACT_OWNER, "p/acme/web", &line);
	text_add(&line, ")");
	redact_reveal_line(redactor, text_string(&line), &back);
	assert_string_equal(text_string(&back),
			    "12 queries by 10.244.0.5 for www.acme.com. "
			    "failed (p/acme/web)");
	text_release(&line);
	text_release(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_keep_their_ends),
		cmocka_unit_test(owners_agree_with_names),
		cmocka_unit_test(filters_keep_their_words),
		cmocka_unit_test(interfaces_keep_their_kind),
		cmocka_unit_test(data_by_type),
		cmocka_unit_test(reveal_leads_back),
		cmocka_unit_test(reveal_finds_them_in_a_line),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
