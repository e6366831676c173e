/* SPDX-License-Identifier: BSD-3-Clause */
/* Texts, taken apart by what they are. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "redact/names_private.h"
#include "redact/text_private.h"

static const char withheld[] = "(redacted)";

static void copy_piece(struct piece p, struct text *to)
{
	text_add_bytes(to, p.at, p.len);
}

bool piece_is(struct piece p, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) == p.len &&
		    strncasecmp(words[i], p.at, p.len) == 0)
			return true;
	return false;
}

/* Maps what is between separators, which stay. */
static void for_pieces(const struct job *j, struct piece p,
		       const char *separators,
		       void (*map)(const struct job *j, struct piece p))
{
	const char *end = p.at + p.len, *start = p.at;

	for (const char *at = start; at <= end; at++) {
		if (at < end && strchr(separators, *at) == NULL)
			continue;
		if (at > start)
			map(j, (struct piece){ start, (size_t)(at - start) });
		if (at < end)
			text_add_bytes(j->to, at, 1);
		start = at + 1;
	}
}

static void map_word(const struct job *j, struct piece p)
{
	map_name(j->r, j->way, p.at, p.len, j->to);
}

/* A comma may be in a label, but not behind its dot. */
static void map_names(const struct job *j, struct piece p)
{
	const char *end = p.at + p.len, *start = p.at;

	for (const char *at = start; at < end; at++)
		if (at[0] == ',' && at > start && at[-1] == '.') {
			map_name(j->r, j->way, start, (size_t)(at - start),
				 j->to);
			text_add(j->to, ",");
			start = at + 1;
		}
	map_name(j->r, j->way, start, (size_t)(end - start), j->to);
}

static void map_port_name(const struct job *j, struct piece p)
{
	uint8_t label[LABEL_MAX] = { '_' };

	if (p.len + 1 > sizeof(label)) {
		map_word(j, p);
		return;
	}
	memcpy(label + 1, p.at, p.len);
	case_take(label, p.len + 1);
	map_label(j->r, j->way, label, p.len + 1, NULL);
	text_add_bytes(j->to, label + 1, p.len);
}

/* "p/shop/web-1?", "later s/shop/web", "kube-system/coredns-1". */
static void map_owner(const struct job *j, struct piece p)
{
	static const char *const marks[] = { "p", "s", "n", "r", "later" };

	if (piece_is(p, marks, sizeof(marks) / sizeof(marks[0])))
		copy_piece(p, j->to);
	else
		map_word(j, p);
}

static void map_owners(const struct job *j, struct piece p)
{
	for_pieces(j, p, "/|? ", map_owner);
}

static void map_key(const struct job *j, struct piece p)
{
	static const char *const known[] = {
		"app",     "k8s-app",   "name",
		"tier",    "component", "pod-template-hash",
		"version", "release",   "controller-revision-hash"
	};
	const char *slash = memchr(p.at, '/', p.len);
	size_t host = slash != NULL ? (size_t)(slash - p.at) : 0;

	if (piece_is(p, known, sizeof(known) / sizeof(known[0])) ||
	    (host >= 6 && memcmp(slash - 6, "k8s.io", 6) == 0) ||
	    (host >= 13 && memcmp(slash - 13, "kubernetes.io", 13) == 0))
		copy_piece(p, j->to);
	else
		for_pieces(j, p, "/", map_word);
}

static void map_label_of_pod(const struct job *j, struct piece p)
{
	const char *equals = memchr(p.at, '=', p.len);
	size_t key = equals != NULL ? (size_t)(equals - p.at) : p.len;

	map_key(j, (struct piece){ p.at, key });
	if (equals == NULL)
		return;
	text_add(j->to, "=");
	map_word(j, (struct piece){ equals + 1, p.len - key - 1 });
}

static void map_labels_of_pod(const struct job *j, struct piece p)
{
	for_pieces(j, p, ",", map_label_of_pod);
}

static void map_object_kind(const struct job *j, struct piece p)
{
	static const char *const known[] = { "ReplicaSet", "DaemonSet",
					     "Deployment", "StatefulSet",
					     "Job",        "CronJob",
					     "Node",       "Pod" };

	if (piece_is(p, known, sizeof(known) / sizeof(known[0])))
		copy_piece(p, j->to);
	else
		map_word(j, p);
}

bool map_if_address(const struct job *j, struct piece p)
{
	char text[ADDRESS_TEXT_MAX];
	struct address a;

	if (p.len >= sizeof(text))
		return false;
	memcpy(text, p.at, p.len);
	text[p.len] = '\0';
	if (!address_parse(text, &a))
		return false;
	redact_address(j->r, j->way, &a);
	text_add(j->to, address_format(&a, text));
	return true;
}

/* What should be an address and is none is not to be seen. */
static void map_address(const struct job *j, struct piece p)
{
	if (!map_if_address(j, p))
		map_word(j, p);
}

static void map_addresses(const struct job *j, struct piece p)
{
	for_pieces(j, p, ",", map_address);
}

/* Bits behind the prefix stay 0. */
static void map_subnet(const struct job *j, struct piece p)
{
	const char *slash = memchr(p.at, '/', p.len);
	size_t len = slash != NULL ? (size_t)(slash - p.at) : p.len;
	char text[ADDRESS_TEXT_MAX];
	struct address a;
	unsigned bits;

	if (slash == NULL || len >= sizeof(text)) {
		map_address(j, p);
		return;
	}
	memcpy(text, p.at, len);
	text[len] = '\0';
	if (!address_parse(text, &a)) {
		text_add(j->to, withheld);
		return;
	}
	bits = (unsigned)strtoul(slash + 1, NULL, 10);
	redact_address(j->r, j->way, &a);
	for (unsigned i = bits; i < 8u * a.len; i++)
		a.bytes[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
	text_addf(j->to, "%s/%u", address_format(&a, text), bits);
}

/* "pcap0", "gz": endings say what it is. */
static bool is_ending(struct piece p)
{
	static const char *const known[] = { "pcap", "pcapng", "cap",  "gz",
					     "zst",  "xz",     "lz4",  "bz2",
					     "tar",  "tgz",    "zip",  "json",
					     "log",  "txt",    "yaml", "db",
					     "etl",  "out",    "-" };
	const size_t count = sizeof(known) / sizeof(known[0]);

	if (piece_is(p, known, count))
		return true;
	while (p.len > 0 && isdigit((unsigned char)p.at[p.len - 1]))
		p.len--;
	return piece_is(p, known, count);
}

bool is_path(const char *word)
{
	const char *dot = strrchr(word, '.');

	if (strchr(word, '/') != NULL)
		return true;
	if (dot == NULL)
		return false;
	return is_ending((struct piece){ dot + 1, strcspn(dot + 1, "#:") });
}

static void map_path_word(const struct job *j, struct piece p)
{
	if (is_ending(p))
		copy_piece(p, j->to);
	else
		map_string(j, p);
}

static void map_path(const struct job *j, struct piece p)
{
	for_pieces(j, p, "/!.", map_path_word);
}

/* Names that tell nothing but what kind of interface it is stay. */
static void map_interface(const struct job *j, struct piece p)
{
	static const char *const kinds[] = {
		"lo",          "any",        "eth",          "cbr",
		"cni",         "docker",     "bond",         "flannel",
		"vxlan",       "vxlan.",     "flannel.",     "tunl",
		"genev",       "genev_sys_", "cilium_",      "azv",
		"veth",        "lxc",        "cali",         "gke",
		"en",          "enp",        "ens",          "eno",
		"enx",         "enP",        "eni",          "wg",
		"ipip",        "br-",        "virbr",        "tun",
		"if#",         "interface ", "ifb",          "dummy",
		"cilium_host", "cilium_net", "cilium_vxlan", "kube-ipvs"
	};
	size_t kept = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i]);

		if (len <= p.len && len > kept &&
		    memcmp(kinds[i], p.at, len) == 0)
			kept = len;
	}
	while (kept > 0 && p.len - kept <= 5 && kept < p.len &&
	       isdigit((unsigned char)p.at[kept]))
		kept++;
	copy_piece((struct piece){ p.at, kept }, j->to);
	if (kept < p.len)
		map_string(j, (struct piece){ p.at + kept, p.len - kept });
}

void map_string(const struct job *j, struct piece p)
{
	uint8_t *copy = must_memdup(p.at, p.len);
	uint64_t upper = case_take(copy, p.len);

	map_label(j->r, j->way, copy, p.len, NULL);
	case_give(copy, p.len, upper);
	text_add_bytes(j->to, copy, p.len);
	free(copy);
}

static void map_text(const struct job *j, struct piece p)
{
	uint8_t *copy = must_memdup(p.at, p.len);

	redact_string(j->r, copy, p.len);
	text_add_bytes(j->to, copy, p.len);
	free(copy);
}

static void map_remark(const struct job *j, struct piece p)
{
	if (p.len > 0)
		text_add(j->to, withheld);
}

static void (*const maps[REDACT_KINDS])(const struct job *, struct piece) = {
	[REDACT_NAME] = map_word,
	[REDACT_NAMES] = map_names,
	[REDACT_WORD] = map_word,
	[REDACT_PORT_NAME] = map_port_name,
	[REDACT_OWNER] = map_owners,
	[REDACT_KEY] = map_key,
	[REDACT_LABELS] = map_labels_of_pod,
	[REDACT_KIND] = map_object_kind,
	[REDACT_ADDRESS] = map_address,
	[REDACT_ADDRESSES] = map_addresses,
	[REDACT_SUBNET] = map_subnet,
	[REDACT_PATH] = map_path,
	[REDACT_INTERFACE] = map_interface,
	[REDACT_FILTER] = map_filter,
	[REDACT_SCAN] = map_scan,
	[REDACT_TEXT] = map_text,
	[REDACT_REMARK] = map_remark,
};

void redact_text(struct redactor *r, enum redact_way way, enum redact_kind kind,
		 const char *from, struct text *to)
{
	const struct job job = { r, way, to };

	maps[kind](&job, (struct piece){ from, strlen(from) });
}

/* Upper case becomes lower and comes back by its place alone. */
void redact_string(struct redactor *r, uint8_t *string, size_t len)
{
	uint8_t *before = must_memdup(string, len);

	case_take(string, len);
	if (len > 0)
		permute(r, REDACT, &r->text, string, len);
	for (size_t i = 0; i < len; i++)
		if (before[i] >= 'A' && before[i] <= 'Z')
			case_give(string + i, 1, 1);
	free(before);
}

void redact_label(struct redactor *r, uint8_t *label, size_t len)
{
	uint64_t upper = case_take(label, len);

	map_label(r, REDACT, label, len, NULL);
	case_give(label, len, upper);
}

void redact_bytes(struct redactor *r, uint8_t *bytes, size_t len)
{
	if (len > 0)
		permute(r, REDACT, &r->bytes, bytes, len);
}
