/* SPDX-License-Identifier: BSD-3-Clause */
/* Names and addresses within words that stay. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redact/names_private.h"
#include "redact/text_private.h"

enum { LONE_LABEL_MIN = 6 };

/* Calls a function with each word; what is between them stays. */
static void for_words(const struct job *j, struct piece p, const char *inside,
		      void (*map)(const struct job *j, struct piece word))
{
	const char *at = p.at, *end = p.at + p.len;

	while (at < end) {
		size_t len = 0;

		while (at + len < end &&
		       ((at[len] >= 'a' && at[len] <= 'z') ||
			(at[len] >= 'A' && at[len] <= 'Z') ||
			(at[len] >= '0' && at[len] <= '9') ||
			(at[len] & 0x80) != 0 ||
			(at[len] != '\0' && strchr(inside, at[len]) != NULL)))
			len++;
		if (len > 0)
			map(j, (struct piece){ at, len });
		else
			text_add_bytes(j->to, at, len = 1);
		at += len;
	}
}

static bool is_number(struct piece p)
{
	for (size_t i = 0; i < p.len; i++)
		if (p.at[i] < '0' || p.at[i] > '9')
			return false;
	return true;
}

static bool is_hexadecimal(struct piece p)
{
	return p.len > 2 && p.at[0] == '0' && p.at[1] == 'x';
}

/* The words of pcap-filter(7); any other is a host's, or a protocol's. */
static void map_filter_word(const struct job *j, struct piece p)
{
	static const char *const known[] = {
		"host",     "net",       "port",      "portrange",  "src",
		"dst",      "and",       "or",        "not",        "ip",
		"ip6",      "tcp",       "udp",       "icmp",       "icmp6",
		"arp",      "ether",     "vlan",      "proto",      "mask",
		"less",     "greater",   "inbound",   "outbound",   "len",
		"gateway",  "broadcast", "multicast", "protochain", "mpls",
		"geneve",   "vxlan",     "domain",    "ifindex",    "sctp",
		"tcpflags", "tcp-syn",   "tcp-ack",   "tcp-rst",    "tcp-fin",
		"tcp-push", "rarp",      "link",      "pppoes",     "gre"
	};

	if (piece_is(p, known, sizeof(known) / sizeof(known[0])) ||
	    is_number(p) || is_hexadecimal(p))
		text_add_bytes(j->to, p.at, p.len);
	else if (!map_if_address(j, p))
		map_name(j->r, j->way, p.at, p.len, j->to);
}

void map_filter(const struct job *j, struct piece p)
{
	for_words(j, p, ".:_-\\", map_filter_word);
}

static size_t count_dots(struct piece p)
{
	size_t dots = 0;

	for (size_t i = 0; i + 1 < p.len; i++)
		dots += p.at[i] == '.';
	return dots;
}

/* "10.0.0.1:53", "[fd00::1]:53": the port, and the dot of a sentence, stay. */
static bool map_endpoint(const struct job *j, struct piece p)
{
	struct piece host = p;

	if (map_if_address(j, p))
		return true;
	while (host.len > 0 && host.at[host.len - 1] >= '0' &&
	       host.at[host.len - 1] <= '9')
		host.len--;
	if (host.len == 0 || strchr(":.,", host.at[host.len - 1]) == NULL)
		return false;
	host.len--;
	if (!map_if_address(j, host))
		return false;
	text_add_bytes(j->to, host.at + host.len, p.len - host.len);
	return true;
}

/* "9.8": what it would lead back to is no name either. */
static bool is_decimal(struct piece p)
{
	for (size_t i = 0; i < p.len; i++)
		if ((p.at[i] < '0' || p.at[i] > '9') && p.at[i] != '.')
			return false;
	return true;
}

/* By chance no word of a text is one that long. */
static bool is_lone_pseudonym(const struct job *j, struct piece p)
{
	uint8_t label[LABEL_MAX];
	size_t len = p.len - (p.at[p.len - 1] == '.');

	if (j->way != REVEAL || len < LONE_LABEL_MIN || len > sizeof(label))
		return false;
	memcpy(label, p.at, len);
	case_take(label, len);
	return is_seen(j->r, SEEN_LABEL, label, len) ||
	       is_seen(j->r, SEEN_LAST, label, len);
}

/* Two labels make a name; one alone has to be known. */
static void map_scan_word(const struct job *j, struct piece p)
{
	if (map_endpoint(j, p))
		return;
	if (count_dots(p) > 0 ? !(j->way == REVEAL && is_decimal(p))
			      : is_lone_pseudonym(j, p))
		map_name(j->r, j->way, p.at, p.len, j->to);
	else
		text_add_bytes(j->to, p.at, p.len);
}

void map_scan(const struct job *j, struct piece p)
{
	for_words(j, p, ".:_-\\", map_scan_word);
}

/* "p/shop/web-1:53": what is behind the mark is an owner's. */
static bool is_owner(const char *word)
{
	return strchr("psnr", word[0]) != NULL && word[1] == '/';
}

/* Names of captures, "x.tar.gz!y.pcap#3"; "zip." with its dot is DNS's. */
static void reveal_path(struct redactor *r, const char *word, struct text *to)
{
	const char *mark = strrchr(word, '#');
	struct text path = { 0 };

	text_add_bytes(&path, word,
		       mark != NULL ? (size_t)(mark - word) : strlen(word));
	redact_text(r, REVEAL, REDACT_PATH, text_string(&path), to);
	text_add(to, mark != NULL ? mark : "");
	text_release(&path);
}

static void reveal_word(struct redactor *r, const char *word, struct text *to)
{
	const struct job job = { r, REVEAL, to };
	struct piece p = { word, strlen(word) };
	const char *port = strrchr(word, ':');

	if (is_owner(word) && word[0] != 'r') {
		struct text owner = { 0 };

		text_add_bytes(&owner, word,
			       port != NULL ? (size_t)(port - word) : p.len);
		redact_text(r, REVEAL, REDACT_OWNER, text_string(&owner), to);
		text_add(to, port != NULL ? port : "");
		text_release(&owner);
		return;
	}
	if (is_path(word) && !is_owner(word))
		reveal_path(r, word, to);
	else
		for_words(&job, p, ".:_-\\", map_scan_word);
}

static void reveal_words(struct redactor *r, const char *line, struct text *to)
{
	static const char borders[] = " \t\",'()[]{}`|<>";

	while (*line != '\0') {
		size_t blank = strspn(line, borders);
		size_t len;
		struct text word = { 0 };

		text_add_bytes(to, line, blank);
		line += blank;
		len = strcspn(line, borders);
		text_add_bytes(&word, line, len);
		if (len > 0)
			reveal_word(r, text_string(&word), to);
		line += len;
		text_release(&word);
	}
}

struct redact_found redact_reveal_line(struct redactor *r, const char *line,
				       struct text *to)
{
	const struct job job = { r, REVEAL, to };
	struct piece p = { line, strlen(line) };
	struct redact_found found = { 0 };

	r->found = &found;
	if (strpbrk(line, " \t/`|\"") != NULL || is_path(line))
		reveal_words(r, line, to);
	else if (!map_endpoint(&job, p))
		map_name(r, REVEAL, line, p.len, to);
	r->found = NULL;
	return found;
}
