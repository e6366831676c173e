/* SPDX-License-Identifier: BSD-3-Clause */
/* A new field is a row here and a column of the view. */
#include "filter/fields.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "filter/caret_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char field_list_default[] =
	"file,frame,time,src,dst,id,qr,name,qtype,rcode,latency_ns,state,"
	"num_answers,addresses";

static const char *const directions[] = { "in", "out", NULL };
static const char *const transports[] = { "UDP", "TCP", NULL };
static const char *const states[] = { "answered",
				      "answered_late",
				      "unanswered",
				      "pending_at_end",
				      "answered_elsewhere",
				      "wrong_source",
				      "orphan_response",
				      "orphan_at_start",
				      "duplicate_response",
				      "continuation",
				      "undecided",
				      "icmp_error",
				      NULL };
static const char *const verdicts[] = { "ok",
					"snap_truncated",
					"sender_cut",
					"malformed",
					"trailing_bytes",
					"frag_incomplete",
					"stream_gap",
					NULL };
static const char *const kinds[] = { "query", "transfer", "notify", "update",
				     "other", "mdns",     "llmnr",  NULL };

/* Name, column shown and column compared are one. */
#define SAME(name) name, name, name

static const struct field fields[] = {
	{ SAME("file"), FIELD_TEXT, 20, "capture file", NULL },
	{ SAME("frame"), FIELD_INTEGER, 7,
	  "number of the frame in its file, as in Wireshark", NULL },
	{ "time", "time_ns", "time_ns", FIELD_TIME, 27,
	  "when it was captured, UTC", NULL },
	{ SAME("time_ns"), FIELD_INTEGER, 19,
	  "the same as nanoseconds since 1970", NULL },
	{ SAME("k8s.node"), FIELD_TEXT, 26, "node that captured it", NULL },
	{ SAME("k8s.namespace"), FIELD_TEXT, 16, "namespace of the pod", NULL },
	{ SAME("k8s.podname"), FIELD_TEXT, 26, "pod whose traffic it is",
	  NULL },
	{ SAME("k8s.containername"), FIELD_TEXT, 16, "container in that pod",
	  NULL },
	{ SAME("k8s.podlabels"), FIELD_TEXT, 24, "labels of that pod", NULL },
	{ SAME("k8s.owner.kind"), FIELD_TEXT, 14,
	  "what made that pod: ReplicaSet, DaemonSet...", NULL },
	{ SAME("k8s.owner.name"), FIELD_TEXT, 26, "its name", NULL },
	{ SAME("interface"), FIELD_TEXT, 14,
	  "interface on which it was captured", NULL },
	{ SAME("direction"), FIELD_WORD, 9,
	  "in or out, where the capture tells", directions },
	{ SAME("src"), FIELD_ENDPOINT, 38,
	  "source: r/IP:port, p/NS/POD:port, s/NS/SVC:port, n/NODE:port",
	  NULL },
	{ SAME("src.addr"), FIELD_ADDRESS, 15, "source's IP address", NULL },
	{ SAME("src.port"), FIELD_INTEGER, 5, "source's port", NULL },
	{ SAME("src.k8s.kind"), FIELD_TEXT, 8,
	  "what the source is: raw, pod, svc or node", NULL },
	{ SAME("src.k8s.name"), FIELD_TEXT, 26, "source's name", NULL },
	{ SAME("src.k8s.namespace"), FIELD_TEXT, 16, "source's namespace",
	  NULL },
	{ SAME("src.k8s.labels"), FIELD_TEXT, 24, "source's labels", NULL },
	{ SAME("dst"), FIELD_ENDPOINT, 38,
	  "destination: r/IP:port, p/NS/POD:port, s/NS/SVC:port, n/NODE:port",
	  NULL },
	{ SAME("dst.addr"), FIELD_ADDRESS, 15, "destination's IP address",
	  NULL },
	{ SAME("dst.port"), FIELD_INTEGER, 5, "destination's port", NULL },
	{ SAME("dst.k8s.kind"), FIELD_TEXT, 8,
	  "what the destination is: raw, pod, svc or node", NULL },
	{ SAME("dst.k8s.name"), FIELD_TEXT, 26, "destination's name", NULL },
	{ SAME("dst.k8s.namespace"), FIELD_TEXT, 16, "destination's namespace",
	  NULL },
	{ SAME("dst.k8s.labels"), FIELD_TEXT, 24, "destination's labels",
	  NULL },
	{ SAME("id"), FIELD_ID, 4, "DNS message id, hexadecimal", NULL },
	{ SAME("id_raw"), FIELD_INTEGER, 5, "the same as a number", NULL },
	{ SAME("qr"), FIELD_QR, 2, "Q a query, R a response", NULL },
	{ SAME("qr_raw"), FIELD_INTEGER, 6, "0 a query, 1 a response", NULL },
	{ "opcode", "opcode", "opcode_raw", FIELD_OPCODE, 7,
	  "operation, usually QUERY", NULL },
	{ SAME("opcode_raw"), FIELD_INTEGER, 10, "the same as a number", NULL },
	{ SAME("name"), FIELD_NAME, 36, "name asked for, with its final dot",
	  NULL },
	{ "qtype", "qtype", "qtype_raw", FIELD_TYPE, 6,
	  "type asked for: A, AAAA...", NULL },
	{ SAME("qtype_raw"), FIELD_INTEGER, 9, "the same as a number", NULL },
	{ "qclass", "qclass", "qclass_raw", FIELD_CLASS, 6,
	  "class asked for, usually IN", NULL },
	{ SAME("qclass_raw"), FIELD_INTEGER, 10, "the same as a number", NULL },
	{ "rcode", "rcode", "rcode_raw", FIELD_RCODE, 14,
	  "result: Success, NameError...; empty on queries", NULL },
	{ SAME("rcode_raw"), FIELD_INTEGER, 9, "the same as a number", NULL },
	{ SAME("num_answers"), FIELD_INTEGER, 11,
	  "records in the answer section", NULL },
	{ SAME("addresses"), FIELD_ADDRESSES, 32,
	  "addresses in the answer, in its order", NULL },
	{ SAME("cname"), FIELD_NAMES, 32, "chain of CNAMEs in the answer",
	  NULL },
	{ SAME("ttl"), FIELD_INTEGER, 6,
	  "shortest time to live in the answer, seconds", NULL },
	{ SAME("latency_ns"), FIELD_DURATION, 10,
	  "from the first query to the response", NULL },
	{ "latency_ns_raw", "latency_ns", "latency_ns", FIELD_INTEGER, 14,
	  "the same as nanoseconds", NULL },
	{ "nameserver", "nameserver", "nameserver.addr", FIELD_ADDRESS, 15,
	  "nameserver's IP address", NULL },
	{ SAME("nameserver.addr"), FIELD_ADDRESS, 15, "the same", NULL },
	{ SAME("nameserver.port"), FIELD_INTEGER, 15, "nameserver's port",
	  NULL },
	{ SAME("transport"), FIELD_WORD, 9, "UDP or TCP", transports },
	{ SAME("state"), FIELD_WORD, 18,
	  "what became of the transaction: answered, unanswered...", states },
	{ SAME("attempt"), FIELD_INTEGER, 7,
	  "which try of the transaction, from 1", NULL },
	{ SAME("txn"), FIELD_INTEGER, 7, "number of the transaction", NULL },
	{ SAME("message"), FIELD_INTEGER, 7,
	  "number of the message; its copies share it", NULL },
	{ SAME("size"), FIELD_INTEGER, 5, "bytes of DNS message as sent",
	  NULL },
	{ SAME("flags"), FIELD_TEXT, 14, "flags that are set: rd ra aa...",
	  NULL },
	{ SAME("flags_raw"), FIELD_INTEGER, 9, "the same as a number", NULL },
	{ SAME("tc"), FIELD_FLAG, 2, "answer was cut for size", NULL },
	{ SAME("rd"), FIELD_FLAG, 2, "recursion desired", NULL },
	{ SAME("ra"), FIELD_FLAG, 2, "recursion available", NULL },
	{ SAME("aa"), FIELD_FLAG, 2, "authoritative answer", NULL },
	{ SAME("ad"), FIELD_FLAG, 2, "authentic data (DNSSEC)", NULL },
	{ SAME("cd"), FIELD_FLAG, 2, "checking disabled (DNSSEC)", NULL },
	{ SAME("edns.size"), FIELD_INTEGER, 9, "UDP size offered", NULL },
	{ SAME("edns.version"), FIELD_INTEGER, 12, "EDNS version", NULL },
	{ SAME("edns.do"), FIELD_FLAG, 7, "DNSSEC records wanted", NULL },
	{ SAME("edns.subnet"), FIELD_TEXT, 20, "client subnet", NULL },
	{ "ede", "ede", "ede_raw", FIELD_EDE, 20, "extended DNS error, by name",
	  NULL },
	{ SAME("ede_raw"), FIELD_INTEGER, 7, "the same as a number", NULL },
	{ SAME("ede_text"), FIELD_TEXT, 32, "what the server said about it",
	  NULL },
	{ SAME("verdict"), FIELD_WORD, 15,
	  "ok, or why it could not be decoded in full", verdicts },
	{ SAME("comment"), FIELD_TEXT, 32,
	  "what the capture says of the packet", NULL },
	{ SAME("fault"), FIELD_TEXT, 32, "where and how decoding failed",
	  NULL },
	{ SAME("tunnels"), FIELD_INTEGER, 7, "how many tunnels it was in",
	  NULL },
	{ SAME("tunnel"), FIELD_TEXT, 36,
	  "those, the outermost first: kind, key, endpoints", NULL },
	{ SAME("notes"), FIELD_TEXT, 28,
	  "what else is odd: overlapping fragments differ", NULL },
	{ SAME("kind"), FIELD_WORD, 8,
	  "query, transfer, notify, update, mdns...", kinds },
};

const struct field *field_row(unsigned row)
{
	return row < COUNT(fields) ? &fields[row] : NULL;
}

const struct field *field_find(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if (strlen(fields[i].name) == len &&
		    strncasecmp(fields[i].name, name, len) == 0)
			return &fields[i];
	return NULL;
}

enum { NEAR_NAME_MAX = 32, NEAR_FIELDS_MAX = 3, FAR = 100 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	return a < b ? (a < c ? a : c) : (b < c ? b : c);
}

/* How many letters must be put in, taken out or changed (Levenshtein). */
static unsigned edits(const char *a, size_t len, const char *b)
{
	unsigned row[NEAR_NAME_MAX + 1];
	size_t width = strlen(b);

	for (size_t j = 0; j <= width; j++)
		row[j] = (unsigned)j;
	for (size_t i = 0; i < len; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i + 1;
		for (size_t j = 0; j < width; j++) {
			bool same = strncasecmp(a + i, b + j, 1) == 0;
			unsigned cost = least(row[j] + 1, row[j + 1] + 1,
					      diagonal + !same);

			diagonal = row[j + 1];
			row[j + 1] = cost;
		}
	}
	return row[width];
}

/* The part after a dot counts as near: "podname" is "k8s.podname". */
static unsigned distance(const char *name, size_t len, const char *field)
{
	const char *tail = strrchr(field, '.');
	unsigned whole;

	if (len == 0 || len > NEAR_NAME_MAX || strlen(field) > NEAR_NAME_MAX)
		return FAR;
	if (tail != NULL && strlen(tail + 1) == len &&
	    strncasecmp(tail + 1, name, len) == 0)
		return 1;
	whole = edits(name, len, field);
	return whole <= 1 + len / 4 && whole < len ? whole : FAR;
}

void field_add_unknown(struct text *t, const char *name, size_t len)
{
	unsigned nearest = FAR;
	unsigned listed = 0;

	text_add(t, "unknown field \"");
	text_add_bytes(t, name, len);
	text_add(t, "\"");
	for (size_t i = 0; i < COUNT(fields); i++) {
		unsigned d = distance(name, len, fields[i].name);

		nearest = d < nearest ? d : nearest;
	}
	for (size_t i = 0; nearest < FAR && i < COUNT(fields); i++) {
		if (listed == NEAR_FIELDS_MAX ||
		    distance(name, len, fields[i].name) != nearest)
			continue;
		text_addf(t, "%s \"%s\"",
			  listed++ == 0 ? "; did you mean" : " or",
			  fields[i].name);
	}
	text_addf(t, "%s (--fields help lists them)", listed > 0 ? "?" : "");
}

static int fail_unknown(const char *names, const char *at, size_t len)
{
	struct text why = { 0 };
	int rc;

	if (len == 0)
		return caret_fail(names, (size_t)(at - names),
				  "--fields: a name is missing here");
	field_add_unknown(&why, at, len);
	rc = caret_fail(names, (size_t)(at - names), "--fields: %s",
			text_string(&why));
	text_release(&why);
	return rc;
}

int field_list_parse(struct field_list *list, const char *names)
{
	static const char space[] = " \t\r\n";
	const char *at = names;

	for (;;) {
		const char *start = at + strspn(at, space);
		size_t len = strcspn(start, ",");
		const char *end = start + len;
		const struct field *field;

		while (len > 0 && strchr(space, start[len - 1]) != NULL)
			len--;
		field = field_find(start, len);
		if (field == NULL)
			return fail_unknown(names, start, len);
		list->fields = must_realloc(list->fields, list->count + 1,
					    sizeof(list->fields[0]));
		list->fields[list->count++] = field;
		if (*end == '\0')
			return 0;
		at = end + 1;
	}
}

void field_list_release(struct field_list *list)
{
	free(list->fields);
	*list = (struct field_list){ 0 };
}
