/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads a capture filter as libpcap's scanner does, in that a word goes as far
 * as it can, and lets only pass what libpcap has no need to look up: what it
 * takes for a name here and there ("tcp-port", "1.2.3.4.5") must not be taken
 * for something else.
 */
#include "capture/scope_private.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 64, NUMBER_DIGITS_MAX = 10 };

/*
 * Keywords of pcap-filter(7) in libpcap 1.9, the oldest that we build with: a
 * later one's would be a name to it.  None is here that takes a name.
 */
static const char *const keywords[] = {
	"and",
	"or",
	"not",
	"src",
	"dst",
	"host",
	"net",
	"mask",
	"port",
	"portrange",
	"proto",
	"ip",
	"ip6",
	"arp",
	"rarp",
	"tcp",
	"udp",
	"sctp",
	"icmp",
	"icmp6",
	"igmp",
	"esp",
	"ah",
	"inbound",
	"outbound",
	"tcpflags",
	"tcp-fin",
	"tcp-syn",
	"tcp-rst",
	"tcp-push",
	"tcp-ack",
	"tcp-urg",
	"icmptype",
	"icmpcode",
	"icmp-unreach",
	"icmp-echo",
	"icmp-echoreply",
	"icmp-redirect",
	"icmp-sourcequench",
	"icmp-timxceed",
	"icmp-paramprob",
};

/* Likewise; they tell packets apart that are alike here. */
static const char *const finer_keywords[] = {
	"len",  "less", "greater", "broadcast", "multicast", "ether",
	"vlan", "mpls", "pppoes",  "pppoed",    "geneve",
};

struct scanner {
	struct scope_words *words;
	const char *at;
	char word[WORD_MAX], previous[WORD_MAX];
	unsigned brackets;
};

static bool is_in(const char *const *list, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

static bool is_keyword(struct scanner *s, const char *word)
{
	if (is_in(keywords, sizeof(keywords) / sizeof(*keywords), word))
		return true;
	if (!is_in(finer_keywords,
		   sizeof(finer_keywords) / sizeof(*finer_keywords), word))
		return false;
	s->words->is_finer = true;
	return true;
}

static bool is_number(const char *word)
{
	size_t len = strlen(word);

	if (len == 0 || len > NUMBER_DIGITS_MAX)
		return false;
	if (len > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
		return strspn(word + 2, "0123456789abcdefABCDEF") == len - 2;
	return strspn(word, "0123456789") == len;
}

/* Beyond the bound others of them might pass. */
static void add_address(struct scope_words *w, struct scope_addresses *list,
			const void *bytes, size_t len)
{
	if (list->count == SCOPE_ADDRESSES_MAX) {
		w->is_finer = true;
		return;
	}
	memcpy(list->bytes[list->count++], bytes, len);
}

/* "10.0.0.4"; or the start of one, "10.244", which is a network. */
static bool is_ipv4(struct scanner *s)
{
	uint8_t bytes[4] = { 0 };
	const char *at = s->word;
	size_t parts = 0;

	for (; parts < 4; parts++) {
		size_t digits = strspn(at, "0123456789");
		unsigned value = 0;

		if (digits == 0 || digits > 3)
			return false;
		for (size_t i = 0; i < digits; i++)
			value = 10 * value + (unsigned)(at[i] - '0');
		if (value > 255)
			return false;
		bytes[parts] = (uint8_t)value;
		at += digits;
		if (*at != '.')
			break;
		at++;
	}
	if (*at != '\0' || parts == 0 || parts == 4)
		return false;
	add_address(s->words, &s->words->ipv4, bytes, 4);
	return true;
}

/* Written anew, in a form that each scanner knows. */
static bool is_ipv6(struct scanner *s)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET6, s->word, bytes) != 1 ||
	    inet_ntop(AF_INET6, bytes, s->word, sizeof(s->word)) == NULL ||
	    strchr(s->word, '.') != NULL)
		return false;
	add_address(s->words, &s->words->ipv6, bytes, 16);
	return true;
}

/* "53-5353", which is a name anywhere else. */
static bool is_range(const struct scanner *s)
{
	size_t first = strspn(s->word, "0123456789");
	size_t second = 0;

	if (s->word[first] == '-')
		second = strspn(s->word + first + 1, "0123456789");
	return strcmp(s->previous, "portrange") == 0 && first > 0 &&
	       second > 0 && first <= 5 && second <= 5 &&
	       s->word[first + 1 + second] == '\0';
}

/* "port domain" is the one name that people use, and always 53. */
static bool is_domain(struct scanner *s)
{
	if (strcmp(s->word, "domain") != 0 || strcmp(s->previous, "port") != 0)
		return false;
	strcpy(s->word, "53");
	return true;
}

/* Offsets and lengths: "6:2", "tcpflags", ":". */
static bool is_index(struct scanner *s)
{
	char part[WORD_MAX];
	const char *colon = strchr(s->word, ':');
	size_t first = colon != NULL ? (size_t)(colon - s->word)
				     : strlen(s->word);
	const char *second = colon != NULL ? colon + 1 : "";

	memcpy(part, s->word, first);
	part[first] = '\0';
	return (part[0] == '\0' || is_number(part) || is_keyword(s, part)) &&
	       (second[0] == '\0' || is_number(second));
}

/*
 * What is a fragment and which protocol follows is told by the IP header, and
 * the packets here differ in that; other bytes are not all tried.
 */
static bool is_of_ip_header(const struct scanner *s)
{
	static const char *const ipv4[] = { "6", "7", "9", "6:2" };
	static const char *const ipv6[] = { "6" };

	return (strcmp(s->previous, "ip") == 0 && is_in(ipv4, 4, s->word)) ||
	       (strcmp(s->previous, "ip6") == 0 && is_in(ipv6, 1, s->word));
}

static bool is_harmless(struct scanner *s)
{
	if (s->brackets > 0) {
		if (!is_of_ip_header(s))
			s->words->is_finer = true;
		return is_index(s);
	}
	return is_number(s->word) || is_keyword(s, s->word) || is_ipv4(s) ||
	       is_ipv6(s) || is_range(s) || is_domain(s);
}

/* All that can be part of a word, and more: "%" is not, it is "modulo". */
static size_t word_length(const char *at)
{
	static const char characters[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789-_.:\\$";

	/* No word starts so. */
	return *at == '-' ? 0 : strspn(at, characters);
}

static bool take_word(struct scanner *s, size_t len)
{
	if (len >= WORD_MAX)
		return false;
	memcpy(s->word, s->at, len);
	s->word[len] = '\0';
	if (!is_harmless(s))
		return false;
	text_add(&s->words->filter, s->word);
	/* So that no two words become one. */
	text_add(&s->words->filter, " ");
	memcpy(s->previous, s->word, sizeof(s->previous));
	s->at += len;
	return true;
}

static bool take_sign(struct scanner *s)
{
	if (strchr("()[]!<>=&|+-*/%^ \t\r\n", *s->at) == NULL)
		return false;
	s->brackets += *s->at == '[';
	s->brackets -= *s->at == ']' && s->brackets > 0;
	text_add_bytes(&s->words->filter, s->at++, 1);
	return true;
}

static void add_others(struct scope_words *w)
{
	/* RFC 5737, RFC 3849: nobody asks for them. */
	static const uint8_t ipv4[2][4] = { { 192, 0, 2, 1 },
					    { 192, 0, 2, 2 } };
	static const uint8_t ipv6[2][16] = {
		{ 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
		{ 0x20, 0x01, 0x0d, 0xb8, [15] = 2 },
	};

	for (size_t i = 0; i < 2; i++) {
		memcpy(w->ipv4.bytes[w->ipv4.count++], ipv4[i], 4);
		memcpy(w->ipv6.bytes[w->ipv6.count++], ipv6[i], 16);
	}
}

bool scope_words_read(struct scope_words *w, const char *filter)
{
	struct scanner s = { .words = w, .at = filter };

	*w = (struct scope_words){ 0 };
	if (strnlen(filter, SCOPE_FILTER_MAX + 1) > SCOPE_FILTER_MAX)
		return false;
	while (*s.at != '\0') {
		size_t len = word_length(s.at);

		if (len > 0 ? !take_word(&s, len) : !take_sign(&s))
			return false;
	}
	add_others(w);
	return true;
}

void scope_words_release(struct scope_words *w)
{
	text_release(&w->filter);
}
