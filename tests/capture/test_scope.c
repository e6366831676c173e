/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/scope.h"

#include <dlfcn.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "tests/test.h"

/*
 * The resolver, as libpcap calls it: these stand before the C library's.
 * Numbers may be written as addresses; whoever asks for a name fails the test.
 */
static unsigned lookups;

int getaddrinfo(const char *node, const char *service,
		const struct addrinfo *hints, struct addrinfo **result)
{
	int (*real)(const char *, const char *, const struct addrinfo *,
		    struct addrinfo **) = NULL;
	struct addrinfo numeric = { 0 };

	if (hints != NULL)
		numeric = *hints;
	numeric.ai_flags |= AI_NUMERICHOST | AI_NUMERICSERV;
	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	if (real(node, service, &numeric, result) == 0)
		return 0;
	lookups++;
	return EAI_NONAME;
}

int getnetbyname_r(const char *name, struct netent *entry, char *buffer,
		   size_t len, struct netent **result, int *error)
{
	(void)name;
	(void)entry;
	(void)buffer;
	(void)len;
	(void)error;
	*result = NULL;
	lookups++;
	return -1;
}

int getprotobyname_r(const char *name, struct protoent *entry, char *buffer,
		     size_t len, struct protoent **result)
{
	(void)name;
	(void)entry;
	(void)buffer;
	(void)len;
	*result = NULL;
	lookups++;
	return -1;
}

int ether_hostton(const char *name, struct ether_addr *address)
{
	(void)name;
	(void)address;
	lookups++;
	return -1;
}

enum { EN10MB = 1, RAW = 101, SLL = 113, SLL2 = 276 };

/* One letter for each probe: passes, hidden, unknown. */
static const char *letters_of(const char *filter, int linktype)
{
	static char letters[SCOPE_PROBES + 1];
	struct scope scope;

	scope_of_filter(&scope, filter, linktype);
	for (int i = 0; i < SCOPE_PROBES; i++)
		letters[i] = "?p-"[scope.answers[i]];
	return letters;
}

#define NOTHING "?????????????"
#define ALL     "ppppppppppppp"

struct row {
	const char *filter, *letters;
};

static void assert_scopes(const struct row *rows, size_t count, int linktype)
{
	for (size_t i = 0; i < count; i++) {
		const char *got = letters_of(rows[i].filter, linktype);

		if (strcmp(got, rows[i].letters) != 0)
			print_error("\"%.60s\" on %d\n", rows[i].filter,
				    linktype);
		assert_string_equal(got, rows[i].letters);
	}
}

static const char recommended[] =
	"port 53 or port 5353 or icmp or icmp6 or (ip[6:2]&0x1fff!=0) or "
	"ip6[6]=44 or udp port 8472 or udp port 4789 or udp port 6081";

static void test_says_what_common_filters_hide(void **state)
{
	static const int linktypes[] = { 0, EN10MB, RAW, 108, SLL, SLL2 };
	/* queries, responses: UDP, TCP; ICMP 4, 6; fragments 4, 6;
	 * VXLAN 4789, 8472; Geneve; GRE; IP in IP */
	static const struct row rows[] = {
		{ "", ALL },
		{ " \n", ALL },
		{ "udp port 53", "pp-----------" },
		{ "port 53", "pppp---------" },
		{ "port domain", "pppp---------" },
		{ "tcp port 53", "--pp---------" },
		{ "dst port 53", "p-p----------" },
		{ "udp src port 53", "-p-----------" },
		{ recommended, "ppppppppppp--" },
		{ "portrange 53-5353", "pppp----p----" },
		{ "udp", "pp----ppppp--" },
		{ "ip proto 47 or proto 4", "-----------pp" },
		{ "icmp or icmp6", "----pp-------" },
		{ "ip6", "pppp-p-pppppp" },
		{ "ip", "ppppp-p-ppppp" },
		{ "not port 22", ALL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(linktypes); i++)
		assert_scopes(rows, COUNT(rows), linktypes[i]);
}

static void test_addresses_in_the_filter_are_tried(void **state)
{
	static const struct row rows[] = {
		{ "host 10.244.0.5", "ppppp-p-ppppp" },
		{ "(host 10.244.0.5 and port 53)", "pppp---------" },
		{ "src 10.0.0.1 and dst 10.0.0.2 and udp", "pp----p-ppp--" },
		{ "host 10.0.0.1 and host 10.0.0.2 and not host 10.0.0.3",
		  "ppppp-p-ppppp" },
		{ "net 10.244.0.0/16 and udp port 53", "pp-----------" },
		{ "net 10.244", "ppppp-p-ppppp" },
		{ "net 10.0.0.0 mask 255.0.0.0", "ppppp-p-ppppp" },
		{ "not host 10.244.0.5", ALL },
		{ "host 2001:db8:0::0005 and port 53", "pppp---------" },
		{ "ip6 net fd00::/8 or host 10.0.0.1", ALL },
		{ "ip6 host fe80::1", "pppp-p-pppppp" },
		/* More than are tried. */
		{ "udp port 53 and (host 10.0.0.1 or 10.0.0.2 or 10.0.0.3 or "
		  "10.0.0.4 or 10.0.0.5 or 10.0.0.6 or 10.0.0.7 or 10.0.0.8 "
		  "or 10.0.0.9)",
		  "pp???????????" },
	};

	(void)state;
	assert_scopes(rows, COUNT(rows), EN10MB);
	assert_scopes(rows, COUNT(rows), SLL2);
	assert_int_equal(lookups, 0);
}

static void test_finer_filters_hide_nothing_for_certain(void **state)
{
	static const struct row rows[] = {
		{ "udp port 53 and udp[10] & 0x80 = 0", "p????????????" },
		{ "port 53 and greater 600", NOTHING },
		{ "port 53 and len <= 512", "pppp?????????" },
		{ "tcp[tcpflags] & (tcp-syn|tcp-rst) != 0", NOTHING },
		{ "tcp[tcpflags] & tcp-push != 0 and port 53",
		  "??pp?????????" },
		{ "icmp[icmptype] = icmp-unreach", "????p????????" },
		{ "port 53 or (vlan and port 53)", "pppp?????????" },
		{ "ip[20:2] = 53 or ip[22:2] = 53", "pppp?????????" },
		{ "ip[9] = 17", "pp----p-ppp--" },
		{ "udp port 53 and ether[0] & 1 = 0", "pp???????????" },
	};

	(void)state;
	assert_scopes(rows, COUNT(rows), EN10MB);
	assert_int_equal(lookups, 0);
}

static void test_directions_are_tried(void **state)
{
	static const struct row rows[] = {
		{ "inbound and udp port 53", "pp-----------" },
		{ "outbound and udp port 53", "pp-----------" },
	};

	(void)state;
	assert_scopes(rows, COUNT(rows), SLL);
	assert_scopes(rows, COUNT(rows), SLL2);
}

/* Or else the tests below would prove nothing. */
static void test_libpcap_itself_would_ask(void **state)
{
	static const char *const filters[] = {
		"host evil",
		"net evil",
		"ip proto evil",
		"ether host evil",
	};
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 65535);
	struct bpf_program program;

	(void)state;
	assert_non_null(pcap);
	for (size_t i = 0; i < COUNT(filters); i++) {
		lookups = 0;
		if (pcap_compile(pcap, &program, filters[i], 0,
				 PCAP_NETMASK_UNKNOWN) == 0)
			pcap_freecode(&program);
		assert_int_not_equal(lookups, 0);
	}
	pcap_close(pcap);
	lookups = 0;
}

/* What libpcap would look up, in its own eyes: never given to it. */
static void test_nothing_is_ever_looked_up(void **state)
{
	static const char *const filters[] = {
		"host evil.example.com",
		"host evil",
		"evil",
		"port 53 and host evil",
		"port ftp",
		"port 53 or domain",
		"host domain",
		"net localnet",
		"ip proto \\tcp",
		"ip proto evil",
		"ether proto \\ip",
		"ether host evil",
		"gateway evil",
		"host tcp-port",
		"host and-or",
		"udp port 53-evil",
		"host 53-54",
		"portrange 53-evil",
		"portrange evil-53",
		"port 53and host",
		"host 1.2.3.4.5",
		"host 1.2.3.4.",
		"host 256.1.1.1",
		"host 10.0.0.1x",
		"host 0xgg",
		"host fe80::1%evil",
		"host ::ffff:10.0.0.1",
		"host a:b",
		"host 02:00:00:00:00:01",
		"tcp[evil]",
		"tcp[2-evil]",
		"tcp[0:evil]",
		"host [evil]",
		"on evil",
		"ifname evil",
		"host \"evil\"",
		"host evil_",
		"host $evil",
		"host e\xc3\xafl",
		"host\vevil",
		"HOST evil",
		"decnet host evil",
		"icmp6type",
		"protochain 6",
		"host xn--a.example",
	};
	static const int linktypes[] = { EN10MB, SLL2 };

	(void)state;
	for (size_t i = 0; i < COUNT(filters); i++)
		for (size_t k = 0; k < COUNT(linktypes); k++)
			assert_string_equal(
				letters_of(filters[i], linktypes[k]), NOTHING);
	assert_int_equal(lookups, 0);
}

static void test_what_does_not_compile_is_unknown(void **state)
{
	static const struct row rows[] = {
		{ NULL, NOTHING },
		{ "port", NOTHING },
		{ "(port 53", NOTHING },
		{ "port 53)", NOTHING },
		{ "and or not", NOTHING },
		{ "port 99999", NOTHING },
		{ "53", NOTHING },
		{ "]]]]", NOTHING },
		{ "ip[0] / 0 = 1", NOTHING },
		{ "tcp and udp", NOTHING }, /* can never be true */
	};

	(void)state;
	assert_scopes(rows, COUNT(rows), EN10MB);
	assert_string_equal(letters_of("inbound and port 53", EN10MB), NOTHING);
	assert_string_equal(letters_of("port 53", 147), NOTHING);
	assert_string_equal(letters_of("", 147), ALL);
}

/* One word of a filter after the other, with a stranger's in its place. */
static void test_no_spelling_reaches_the_resolver(void **state)
{
	static const char signs[] = " -_.:\\$%/[]()!<>=&|+*^,;'\"x0f1";
	static const char whole[] =
		"ip[6:2] or host 10.0.0.4 and not portrange "
		"53-54 or net fe80::/10 or tcp-syn";
	char filter[sizeof(whole) + 2];

	(void)state;
	for (size_t at = 0; at < strlen(whole); at++) {
		for (size_t i = 0; i < strlen(signs); i++) {
			/* In its place, and before it. */
			strcpy(filter, whole);
			filter[at] = signs[i];
			letters_of(filter, EN10MB);
			strcpy(filter + at + 1, whole + at);
			letters_of(filter, EN10MB);
		}
	}
	assert_int_equal(lookups, 0);
}

static double seconds_for(const char *repeated, const char *between)
{
	clock_t start = clock();
	struct text filter = { 0 };

	text_add(&filter, repeated);
	while (filter.len + strlen(between) + strlen(repeated) <= 4096) {
		text_add(&filter, between);
		text_add(&filter, repeated);
	}
	letters_of(text_string(&filter), SLL2);
	text_release(&filter);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* Far more than even sanitizers take, far less than what has no bound. */
enum { LONG = 60 };

static void test_time_and_length_are_bounded(void **state)
{
	struct text filter = { 0 };

	(void)state;
	assert_true(seconds_for("port 53", " or ") < LONG);
	assert_true(seconds_for("portrange 1-2", " and ") < LONG);
	assert_true(seconds_for("ip[6]=1", " or ") < LONG);
	assert_true(seconds_for("(", "(") < LONG);
	assert_true(seconds_for("!", "!") < LONG);
	assert_true(seconds_for("vlan", " or ") < LONG);
	assert_true(seconds_for("host 10.0.0.1", " and ") < LONG);
	assert_true(seconds_for("geneve", " and ") < LONG);

	text_add(&filter, "port 53");
	while (filter.len < 4096)
		text_add(&filter, " ");
	assert_string_equal(letters_of(text_string(&filter), EN10MB),
			    "pppp---------");
	text_add(&filter, " ");
	assert_string_equal(letters_of(text_string(&filter), EN10MB), NOTHING);
	text_release(&filter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_says_what_common_filters_hide),
		cmocka_unit_test(test_addresses_in_the_filter_are_tried),
		cmocka_unit_test(test_finer_filters_hide_nothing_for_certain),
		cmocka_unit_test(test_directions_are_tried),
		cmocka_unit_test(test_libpcap_itself_would_ask),
		cmocka_unit_test(test_nothing_is_ever_looked_up),
		cmocka_unit_test(test_what_does_not_compile_is_unknown),
		cmocka_unit_test(test_no_spelling_reaches_the_resolver),
		cmocka_unit_test(test_time_and_length_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
