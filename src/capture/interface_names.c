/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/interface_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum {
	LINE_MAX_LEN = 4096,
	NAME_MAX_LEN = 255, /* Linux has 15, Windows more */
	IFINDEX_DIGITS = 10,
};

/* A line of a map that opens an interface. */
struct map_line {
	uint32_t ifindex;
	const char *name;
	size_t name_len;
	bool is_ip; /* printed by ip(8): indented lines belong to it */
};

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void advance(struct bytes *b, size_t len)
{
	b->data += len;
	b->len -= len;
}

static void skip_space(struct bytes *b)
{
	while (b->len > 0 && is_space(b->data[0]))
		advance(b, 1);
}

static size_t line_length(struct bytes b)
{
	const uint8_t *end = b.len > 0 ? memchr(b.data, '\n', b.len) : NULL;

	return end != NULL ? (size_t)(end - b.data) : b.len;
}

static void skip_line(struct bytes *b)
{
	size_t len = line_length(*b);

	advance(b, len < b->len ? len + 1 : len);
}

/* "[{" or "[]", perhaps on several lines. */
static bool is_list(struct bytes b)
{
	if (b.len == 0 || b.data[0] != '[')
		return false;
	advance(&b, 1);
	skip_space(&b);
	return b.len == 0 || b.data[0] == '{' || b.data[0] == ']';
}

static void start(struct interface_names *n, const char *file,
		  struct bytes text)
{
	static const uint8_t nothing[1];

	if (text.data == NULL)
		text = (struct bytes){ nothing, 0 };
	*n = (struct interface_names){
		.file = file,
		.start = text.data,
		.rest = text,
		.last = 1,
	};
}

void interface_names_of_ip_resources(struct interface_names *n,
				     const char *file, struct bytes text)
{
	start(n, file, text);
	while (n->rest.len > 0 && !is_list(n->rest))
		skip_line(&n->rest);
	n->is_json = true;
	if (n->rest.len > 0)
		advance(&n->rest, 1);
	else
		n->last = 0;
}

void interface_names_of_map(struct interface_names *n, const char *file,
			    struct bytes text)
{
	struct bytes first;

	start(n, file, text);
	n->is_map = true;
	if (text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
		advance(&n->rest, 3);
	first = n->rest;
	skip_space(&first);
	n->is_json = is_list(first);
	if (n->is_json) {
		advance(&first, 1);
		n->rest = first;
	}
}

void interface_names_release(struct interface_names *n)
{
	text_release(&n->json);
}

/* A string's length with its quotes; 0 where it does not end. */
static size_t string_length(struct bytes b)
{
	for (size_t i = 1; i < b.len; i++) {
		if (b.data[i] == '"')
			return i + 1;
		if (b.data[i] == '\\')
			i++;
	}
	return 0;
}

/* An object's length up to the brace that closes it; 0 where none does. */
static size_t object_length(struct bytes b)
{
	size_t depth = 0, len;

	for (size_t i = 0; i < b.len; i += len) {
		struct bytes rest = { b.data + i, b.len - i };
		uint8_t c = b.data[i];

		len = c == '"' ? string_length(rest) : 1;
		if (len == 0)
			return 0;
		if (c == '{' || c == '[')
			depth++;
		if ((c == '}' || c == ']') && --depth == 0)
			return i + 1;
	}
	return 0;
}

/* A map is what the user gave; what came with a capture is a bonus. */
static int say_broken(const struct interface_names *n)
{
	size_t at = (size_t)(n->rest.data - n->start) + 1;

	if (n->is_map)
		return fail("%s: byte %zu: the list of interfaces is cut "
			    "short or damaged",
			    n->file, at);
	warning("%s: byte %zu: the list of interfaces is cut short or "
		"damaged; those from here on have no names",
		n->file, at);
	return -1;
}

static int next_in_list(struct interface_names *n, struct bytes *json)
{
	struct bytes *rest = &n->rest;
	size_t len;

	while (rest->len > 0 &&
	       (is_space(rest->data[0]) || rest->data[0] == ','))
		advance(rest, 1);
	if (rest->len > 0 && rest->data[0] == ']')
		return 0;
	len = rest->len > 0 && rest->data[0] == '{' ? object_length(*rest) : 0;
	if (len == 0)
		return say_broken(n);
	*json = (struct bytes){ rest->data, len };
	advance(rest, len);
	return 1;
}

static bool read_ifindex(struct map_line *m, const char **at)
{
	size_t digits = strspn(*at, "0123456789");
	unsigned long long value;

	if (digits == 0 || digits > IFINDEX_DIGITS)
		return false;
	value = strtoull(*at, NULL, 10);
	*at += digits;
	m->ifindex = (uint32_t)value;
	return value > 0 && value <= INT32_MAX;
}

/* "7 eth0", "7: eth0", "7=eth0", "7: eth0@if8: <BROADCAST,...". */
static bool parse_map_line(struct map_line *m, const char *line)
{
	const char *at = line;
	size_t between;

	*m = (struct map_line){ 0 };
	if (!read_ifindex(m, &at))
		return false;
	between = strspn(at, " \t");
	between += at[between] == ':' || at[between] == '=';
	between += strspn(at + between, " \t");
	m->name = at + between;
	m->name_len = strcspn(m->name, "@: \t");
	if (between == 0 || m->name_len == 0 || m->name_len > NAME_MAX_LEN)
		return false;
	at = m->name + m->name_len;
	at += strcspn(at, ": \t");
	m->is_ip = strncmp(at, ": <", 3) == 0;
	return m->is_ip || at[strspn(at, " \t")] == '\0';
}

/* The next line, without blanks around it, which are counted before it. */
static bool take_line(struct interface_names *n, char line[LINE_MAX_LEN],
		      size_t *indent)
{
	size_t len = line_length(n->rest);
	struct bytes b = { n->rest.data, len };

	if (n->rest.len == 0)
		return false;
	skip_space(&b);
	*indent = len - b.len;
	while (b.len > 0 && is_space(b.data[b.len - 1]))
		b.len--;
	/* One that is too long is cut, and then what is in it is wrong. */
	if (b.len >= LINE_MAX_LEN)
		b.len = LINE_MAX_LEN - 1;
	memcpy(line, b.data, b.len);
	line[b.len] = '\0';
	return true;
}

static void go_on(struct interface_names *n)
{
	skip_line(&n->rest);
	n->line++;
}

/* "inet 10.0.0.4/24 brd ...", "inet6 fe80::1/64 scope link". */
static void add_address(struct interface_names *n, const char *line)
{
	char address[LINE_MAX_LEN];
	size_t before = strncmp(line, "inet ", 5) == 0    ? 5
			: strncmp(line, "inet6 ", 6) == 0 ? 6
							  : 0;

	if (before == 0)
		return;
	snprintf(address, sizeof(address), "%s", line + before);
	address[strcspn(address, "/ \t")] = '\0';
	if (n->json.data[n->json.len - 1] != '[')
		text_add(&n->json, ",");
	text_add(&n->json, "{\"local\":");
	text_add_json(&n->json, address);
	text_add(&n->json, "}");
}

static void add_interface(struct interface_names *n, const struct map_line *m)
{
	char name[NAME_MAX_LEN + 1];

	memcpy(name, m->name, m->name_len);
	name[m->name_len] = '\0';
	text_clear(&n->json);
	text_addf(&n->json, "{\"ifindex\":%" PRIu32 ",\"ifname\":", m->ifindex);
	text_add_json(&n->json, name);
	text_add(&n->json, ",\"addr_info\":[");
}

static int next_in_map(struct interface_names *n, struct bytes *json)
{
	char line[LINE_MAX_LEN];
	struct map_line m;
	size_t indent;

	while (take_line(n, line, &indent) &&
	       (line[0] == '\0' || line[0] == '#'))
		go_on(n);
	if (n->rest.len == 0)
		return 0;
	if (!parse_map_line(&m, line))
		return fail("%s: line %zu: neither \"7 eth0\" nor a line that "
			    "\"ip addr\" or \"ip link\" prints",
			    n->file, n->line + 1);
	add_interface(n, &m);
	go_on(n);
	for (; m.is_ip && take_line(n, line, &indent) && indent > 0; go_on(n))
		add_address(n, line);
	text_add(&n->json, "]}");
	*json = (struct bytes){ (uint8_t *)n->json.data, n->json.len };
	return 1;
}

int interface_names_next(struct interface_names *n, struct bytes *json)
{
	if (n->last == 1)
		n->last = n->is_json ? next_in_list(n, json)
				     : next_in_map(n, json);
	return n->last;
}
