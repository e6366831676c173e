/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/size.h"
#include "cli/command.h"

/* Below 4 MB whether a kilobyte has 1,000 or 1,024 bytes. */
enum {
	DNS_PORT = 53,
	MAX_SIZE_PRESET = 4000000,
	BUFFER_LEAST = 1 << 20,
	BUFFER_PRESET = 32 << 20
};

static int set_text(const char **place, const char *value)
{
	*place = value;
	return 0;
}

/* Values that are plain text go straight into their place. */
static const char **text_of(struct options *o, enum option_id id)
{
	switch (id) {
	case OPTION_STORE:
	case OPTION_LIVE_STORE:
		return &o->store;
	case OPTION_NODE_NAME:
	case OPTION_NODE:
	case OPTION_LIVE_NODE:
		return &o->node;
	case OPTION_NODE_FROM:
		return &o->node_from;
	case OPTION_IFMAP:
		return &o->ifmap;
	case OPTION_STEP:
	case OPTION_EXTRACT_STEP:
		return &o->steps;
	case OPTION_REPORT_FORMAT:
	case OPTION_TRACE_FORMAT:
	case OPTION_QUERY_FORMAT:
		return &o->format;
	case OPTION_OUTPUT:
	case OPTION_WRITE:
	case OPTION_TICKET:
		return &o->output;
	case OPTION_FIELDS:
		return &o->fields;
	case OPTION_NAMESERVER:
		return &o->nameserver;
	case OPTION_NAME:
		return &o->name;
	case OPTION_NAME_REGEX:
		return &o->name_regex;
	case OPTION_EXPECT:
		return &o->expect;
	case OPTION_FINDING:
		return &o->finding;
	case OPTION_TXNS:
		return &o->txns;
	case OPTION_FRAMES:
		return &o->frames;
	case OPTION_CAPTURES:
		return &o->captures;
	case OPTION_NAMESPACE:
		return &o->namespace;
	case OPTION_SELECTOR:
		return &o->selector;
	case OPTION_PODNAME:
		return &o->podname;
	case OPTION_SHOW_SQL:
		return &o->show_sql;
	case OPTION_FILE:
		return &o->file;
	case OPTION_KEY:
		return &o->key;
	case OPTION_CHECK:
		return &o->check;
	case OPTION_INTERFACE:
		return &o->interfaces;
	case OPTION_BPF:
		return &o->bpf;
	case OPTION_ROTATE:
		return &o->rotate;
	case OPTION_KEEP:
		return &o->keep;
	case OPTION_WRITE_PCAP:
		return &o->pcap;
	case OPTION_USER:
		return &o->user;
	default:
		return NULL;
	}
}

static int set_duration(int64_t *place, const char *option, const char *value)
{
	if (duration_parse(value, place))
		return 0;
	return fail("--%s: \"%s\" is not a duration, such as 5ms, 5us, 1.5s",
		    option, value);
}

/* None at all would be no time to do anything in. */
static int set_span(int64_t *place, const char *option, const char *value)
{
	if (set_duration(place, option, value) != 0)
		return -1;
	return *place > 0 ? 0
			  : fail("--%s: \"%s\" is no time at all; give more, "
				 "such as 5s",
				 option, value);
}

static int set_time(int64_t *place, bool *given, const char *option,
		    const char *value)
{
	*given = true;
	if (timestamp_parse(value, place))
		return 0;
	return fail("--%s: \"%s\" is not a time in UTC, such as "
		    "2026-03-01T14:03:11Z, or seconds since 1970",
		    option, value);
}

static int set_when(struct when *place, const char *option, const char *value)
{
	if (when_parse(value, place))
		return 0;
	return fail("--%s: \"%s\" is not a time, such as "
		    "2026-03-01T14:03:11Z, 14:03:11 (UTC, on the capture's "
		    "day), -5m (before its end), or seconds since 1970",
		    option, value);
}

static bool parse_number(const char *text, long long max, long long *number)
{
	char *end = NULL;

	errno = 0;
	*number = strtoll(text, &end, 10);
	return isdigit((unsigned char)text[0]) && *end == '\0' && errno == 0 &&
	       *number <= max;
}

static int set_limit(struct options *o, const char *value)
{
	long long limit;

	if (!parse_number(value, INT64_MAX - 1, &limit))
		return fail("--limit: \"%s\" is not a number of rows (0: all)",
			    value);
	o->limit = limit == 0 ? NO_LIMIT : limit;
	return 0;
}

static int set_txn(struct options *o, const char *value)
{
	long long txn;

	if (!parse_number(value, INT64_MAX, &txn))
		return fail("--txn: \"%s\" is not the number of a transaction",
			    value);
	o->txn = txn;
	o->has_txn = true;
	return 0;
}

static int set_count(struct options *o, const char *value)
{
	long long count;

	if (!parse_number(value, INT64_MAX - 1, &count) || count == 0)
		return fail("--count: \"%s\" is not a number of messages",
			    value);
	o->count = count;
	return 0;
}

static int set_buffer(struct options *o, const char *value)
{
	/* libpcap takes an int. */
	if (!size_parse(value, &o->buffer) || o->buffer < BUFFER_LEAST ||
	    o->buffer > INT32_MAX)
		return fail("--buffer: \"%s\" is not a size from 1M to 2047M",
			    value);
	return 0;
}

static int set_max_size(struct options *o, const char *value)
{
	if (!size_parse(value, &o->max_size) || o->max_size == 0)
		return fail("--max-size: \"%s\" is not a size, such as 4M",
			    value);
	return 0;
}

static int add_port(struct options *o, const char *value)
{
	long long port;

	if (!parse_number(value, UINT16_MAX, &port) || port == 0)
		return fail("--port: \"%s\" is not a port from 1 to 65535",
			    value);
	if (o->num_ports == PORTS_MAX)
		return fail("--port: no more than %d ports", PORTS_MAX);
	o->ports[o->num_ports++] = (uint16_t)port;
	return 0;
}

static int add_text(const char ***texts, size_t *count, const char *value)
{
	*texts = must_realloc(*texts, *count + 1, sizeof(**texts));
	(*texts)[(*count)++] = value;
	return 0;
}

struct row {
	enum option_id id;
	const char *name;
	char letter;          /* 0: none */
	const char *argument; /* NULL: takes none */
	const char *help;
};

static const struct row rows[] = {
	{ OPTION_STORE, "store", 'd', "STORE",
	  "the store (else $DNSFORENSICS_DB, else dnsforensics.db)" },
	{ OPTION_NODE_NAME, "node", 0, "NAME",
	  "the node on which all the captures were taken, whatever their "
	  "names tell" },
	{ OPTION_NODE_FROM, "node-from", 0, "REGEX",
	  "where the node stands in the names of captures: a group "
	  "(?<node>...)" },
	{ OPTION_IFMAP, "ifmap", 0, "FILE",
	  "names of interfaces by number: lines \"7 eth0\", or what ip addr "
	  "printed there" },
	{ OPTION_STEP, "step", 0, "STEP,...",
	  "failures, slow, upstream, timeliness, addresses (or 1 to 5), all "
	  "(these five, default), overview, capture, path" },
	{ OPTION_REPORT_FORMAT, "format", 0, "FORMAT",
	  "text (default), json, csv, markdown or html (a page, with overview "
	  "and path)" },
	{ OPTION_TRACE_FORMAT, "format", 0, "FORMAT",
	  "columns (default), json, jsonpretty or csv" },
	{ OPTION_QUERY_FORMAT, "format", 0, "FORMAT",
	  "text (default), json or csv" },
	{ OPTION_OUTPUT, "output", 'o', "FILE", "write there, not to stdout" },
	{ OPTION_WRITE, "write", 'w', "FILE",
	  "the pcapng file to make; -: standard output" },
	{ OPTION_TICKET, "output", 'o', "OUT.zip", "the ticket to make" },
	{ OPTION_MAX_SIZE, "max-size", 0, "SIZE",
	  "leave out what does not fit, the less important first (4000000)" },
	{ OPTION_COMPARE, "compare", 0, NULL,
	  "what changed from BEFORE to AFTER, two stores or captures" },
	{ OPTION_EXTRACT_STEP, "step", 0, "STEP,...",
	  "the frames that rows of these report steps cite (as in report)" },
	{ OPTION_FINDING, "finding", 0, "NAME,...",
	  "the transactions of findings, as UNANSWERED or SERVFAIL" },
	{ OPTION_TXNS, "txn", 0, "ID,...",
	  "transactions with their copies, attempts, ICMP errors, and what "
	  "their server asked for them" },
	{ OPTION_FRAMES, "frames", 0, "FILE#N,...",
	  "single frames, FILE#N-M several; N and N-M where there is one "
	  "capture" },
	{ OPTION_CAPTURES, "captures", 0, "DIR",
	  "where the captures of the store lie (else as they were named)" },
	{ OPTION_FIELDS, "fields", 0, "FIELD,...",
	  "which fields to show; help lists them" },
	{ OPTION_FILTER, "filter", 0, "EXPRESSION",
	  "only what matches, as \"qr==R,rcode!=Success\"; may be repeated" },
	{ OPTION_THRESHOLD, "threshold", 0, "DURATION",
	  "slow is what takes longer (5ms)" },
	{ OPTION_NAMESERVER, "nameserver", 0, "ADDRESS",
	  "only this server; upstream then lists its transactions" },
	{ OPTION_NAME, "name", 0, "NAME",
	  "only this name, exactly but in any case" },
	{ OPTION_NAME_REGEX, "name-regex", 0, "REGEX",
	  "only names that match (PCRE2)" },
	{ OPTION_EXPECT, "expect", 0, "ADDRESS,...",
	  "what addresses should have answered" },
	{ OPTION_TXN, "txn", 0, "ID",
	  "only this transaction, as the column transaction_id and the field "
	  "txn number them" },
	{ OPTION_SINCE, "since", 0, "TIME",
	  "only from then on: 2026-03-01T14:03:11Z, 14:03 on the capture's "
	  "day, -5m before its end" },
	{ OPTION_UNTIL, "until", 0, "TIME", "only before then" },
	{ OPTION_LIMIT, "limit", 0, "N", "at most N rows of a list; 0: all" },
	{ OPTION_NODE, "node", 0, "NAME",
	  "only captures of this node; captures named here of which nothing "
	  "tells the node count as its own" },
	{ OPTION_NAMESPACE, "namespace", 'n', "NAMESPACE",
	  "only from or to pods there; \"a,b\" either, \"!a\" all others" },
	{ OPTION_ALL_NAMESPACES, "all-namespaces", 'A', NULL,
	  "pods of all namespaces, where -l and -p mean the default one" },
	{ OPTION_SELECTOR, "selector", 'l', "SELECTOR",
	  "only from or to pods with these labels: \"app=web,tier!=cache\"" },
	{ OPTION_PODNAME, "podname", 'p', "POD", "only from or to that pod" },
	{ OPTION_EXIT_CODE, "exit-code", 0, NULL,
	  "end with status 10 if something is wrong, with 11 if nobody can "
	  "tell" },
	{ OPTION_SHOW_SQL, "show-sql", 0, "STEP",
	  "print the SQL of a step and stop" },
	{ OPTION_FILE, "file", 0, "FILE.sql",
	  "a report of your own instead of a step" },
	{ OPTION_REDACT, "redact", 0, NULL,
	  "pseudonyms for names, addresses and texts, by a key that stays "
	  "here" },
	{ OPTION_KEY, "key", 0, "FILE",
	  "that key; --redact makes it if it is not there "
	  "(dnsforensics.key)" },
	{ OPTION_CHECK, "check", 0, "DIGITS",
	  "refuse unless this is the key: what the head of the report says" },
	{ OPTION_PORT, "port", 0, "PORT",
	  "DNS is there too, beside 53, 5353 (mDNS) and 5355 (LLMNR); may be "
	  "repeated" },
	{ OPTION_TIMEOUT, "timeout", 0, "DURATION",
	  "how long a query waits for its response (15s)" },
	{ OPTION_K8S, "k8s", 0, "FILE",
	  "names for addresses: what \"kubectl get pods,services,"
	  "endpointslices,nodes,namespaces -A -o json\" wrote; may be "
	  "repeated" },
	{ OPTION_SNAPSHOT_TIME, "snapshot-time", 0, "TIME",
	  "when that was (else the newest time in it)" },
	{ OPTION_INTERFACE, "interface", 'i', "IFACE,...",
	  "where to listen; any (default) is all interfaces of the node" },
	{ OPTION_LIVE_STORE, "store", 'd', "STORE",
	  "keep what is seen there; reports can be asked for meanwhile" },
	{ OPTION_LIVE_NODE, "node", 0, "NAME",
	  "the name of this node (else its host name)" },
	{ OPTION_DURATION, "duration", 0, "DURATION", "stop after that time" },
	{ OPTION_COUNT, "count", 0, "N", "stop after N lines" },
	{ OPTION_QUIET, "quiet", 'q', NULL,
	  "print no messages, only the summary at the end" },
	{ OPTION_BPF, "bpf", 0, "FILTER",
	  "what the kernel lets through, as for tcpdump (else DNS, fragments, "
	  "ICMP errors, tunnels)" },
	{ OPTION_NO_FILTER, "no-filter", 0, NULL,
	  "the kernel lets everything through" },
	{ OPTION_BUFFER, "buffer", 0, "SIZE",
	  "what the kernel may hold for us of each interface (32M)" },
	{ OPTION_ROTATE, "rotate", 0, "LIMIT",
	  "a new file after that time or size: 1h, 500M; the files have "
	  "their start in their names" },
	{ OPTION_KEEP, "keep", 0, "LIMIT",
	  "remove old files of --rotate: 24h, 5G" },
	{ OPTION_WRITE_PCAP, "write-pcap", 'w', "FILE",
	  "keep the packets too, as a pcap file" },
	{ OPTION_WATCH, "watch", 0, NULL,
	  "a page of the last minutes, drawn anew each second, not lines" },
	{ OPTION_USER, "user", 0, "USER",
	  "become that user once it listens (else nobody, as root)" },
	{ OPTION_SNAPSHOT_K8S, "snapshot-k8s", 0, "FILE",
	  "another word for --k8s" },
	{ OPTION_NO_SANDBOX, "no-sandbox", 0, NULL,
	  "do not confine the process (see SECURITY.md)" },
	{ OPTION_HELP, "help", 'h', NULL, "print this help" },
};

enum { NUM_ROWS = sizeof(rows) / sizeof(rows[0]) };

static const struct row *row_of(enum option_id id)
{
	for (size_t i = 0; i < NUM_ROWS; i++)
		if (rows[i].id == id)
			return &rows[i];
	return NULL;
}

static int set(struct options *o, const struct row *row, const char *value)
{
	const char **place = text_of(o, row->id);

	o->has_reading |= row->id == OPTION_NODE_FROM ||
			  row->id == OPTION_IFMAP;
	if (place != NULL)
		return set_text(place, value);
	switch (row->id) {
	case OPTION_PORT:
		o->has_reading = true;
		return add_port(o, value);
	case OPTION_TIMEOUT:
		o->has_reading = true;
		return set_span(&o->timeout_ns, row->name, value);
	case OPTION_THRESHOLD:
		return set_duration(&o->threshold_ns, row->name, value);
	case OPTION_FILTER:
		return add_text(&o->filters, &o->num_filters, value);
	case OPTION_K8S:
	case OPTION_SNAPSHOT_K8S:
		return add_text(&o->snapshots, &o->num_snapshots, value);
	case OPTION_SNAPSHOT_TIME:
		return set_time(&o->snapshot_time_ns, &o->has_snapshot_time,
				row->name, value);
	case OPTION_SINCE:
		return set_when(&o->since, row->name, value);
	case OPTION_UNTIL:
		return set_when(&o->until, row->name, value);
	case OPTION_TXN:
		return set_txn(o, value);
	case OPTION_LIMIT:
		return set_limit(o, value);
	case OPTION_DURATION:
		return set_span(&o->duration_ns, row->name, value);
	case OPTION_COUNT:
		return set_count(o, value);
	case OPTION_BUFFER:
		return set_buffer(o, value);
	case OPTION_MAX_SIZE:
		return set_max_size(o, value);
	case OPTION_COMPARE:
		o->compare = true;
		return 0;
	case OPTION_QUIET:
		o->quiet = true;
		return 0;
	case OPTION_NO_FILTER:
		o->no_filter = true;
		return 0;
	case OPTION_WATCH:
		o->watch = true;
		return 0;
	case OPTION_REDACT:
		o->redact = true;
		return 0;
	case OPTION_NO_SANDBOX:
		o->no_sandbox = true;
		return 0;
	case OPTION_HELP:
		o->help = true;
		return 0;
	case OPTION_EXIT_CODE:
		o->exit_code = true;
		return 0;
	case OPTION_ALL_NAMESPACES:
		o->all_namespaces = true;
		return 0;
	default:
		return 0;
	}
}

/* What getopt_long() wants of a command's options. */
struct grammar {
	struct option longs[NUM_ROWS + 1];
	char letters[2 * NUM_ROWS + 3];
};

static struct grammar grammar_of(const struct command *command)
{
	struct grammar g = { .letters = ":" };
	size_t count = 0, len = 1;

	for (const enum option_id *id = command->options; *id != OPTION_END;
	     id++) {
		const struct row *row = row_of(*id);

		g.longs[count++] = (struct option){
			.name = row->name,
			.has_arg = row->argument != NULL ? required_argument
							 : no_argument,
			.val = row->letter != 0 ? row->letter : 256 + (int)*id
		};
		if (row->letter == 0)
			continue;
		g.letters[len++] = row->letter;
		if (row->argument != NULL)
			g.letters[len++] = ':';
	}
	return g;
}

static const struct row *row_of_value(const struct command *command, int value)
{
	for (const enum option_id *id = command->options; *id != OPTION_END;
	     id++) {
		const struct row *row = row_of(*id);

		if (value == (row->letter != 0 ? row->letter : 256 + (int)*id))
			return row;
	}
	return NULL;
}

static int complain(const struct command *command, int what, char **argv)
{
	const char *word = argv[optind - 1];

	if (what == ':')
		return fail("%s: %s needs a value; see dnsforensics %s --help",
			    command->name, word, command->name);
	return fail("%s: there is no option %s; see "
		    "dnsforensics %s --help",
		    command->name, word, command->name);
}

int options_parse(struct options *o, const struct command *command, int argc,
		  char **argv)
{
	struct grammar g = grammar_of(command);
	int value;

	*o = (struct options){ .timeout_ns = 15 * NS_PER_SECOND,
			       .threshold_ns = NS_PER_SECOND / 200,
			       .limit = LIMIT_NOT_GIVEN,
			       .buffer = BUFFER_PRESET,
			       .max_size = MAX_SIZE_PRESET,
			       .typed = must_memdup(
				       argv, (size_t)argc * sizeof(*argv)),
			       .num_typed = argc,
			       .ports = { DNS_PORT },
			       .num_ports = 1 };
	opterr = 0;
	optind = 1;
	while ((value = getopt_long(argc, argv, g.letters, g.longs, NULL)) !=
	       -1) {
		const struct row *row = row_of_value(command, value);

		if (row == NULL)
			return complain(command, value, argv);
		if (set(o, row, optarg) != 0)
			return -1;
	}
	o->arguments = argv + optind;
	o->num_arguments = argc - optind;
	return 0;
}

void options_release(struct options *o)
{
	free(o->typed);
	free(o->filters);
	free(o->snapshots);
}

void options_print_help(const struct command *command)
{
	for (const enum option_id *id = command->options; *id != OPTION_END;
	     id++) {
		const struct row *row = row_of(*id);
		char names[64];
		int len = snprintf(names, sizeof(names), "%s%c%s--%s%s%s",
				   row->letter != 0 ? "-" : " ",
				   row->letter != 0 ? row->letter : ' ',
				   row->letter != 0 ? ", " : "  ", row->name,
				   row->argument != NULL ? " " : "",
				   row->argument != NULL ? row->argument : "");

		printf("  %-30s%s%s\n", names, len >= 30 ? " " : "", row->help);
	}
}
