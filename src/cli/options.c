/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/options.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/option_values_private.h"

/* Below 4 MB whether a kilobyte has 1,000 or 1,024 bytes. */
enum { DNS_PORT = 53, MAX_SIZE_PRESET = 4000000, BUFFER_PRESET = 32 << 20 };

#define AT(member) offsetof(struct options, member)

static const struct option_row rows[] = {
	{ OPTION_STORE, "store", 'd', "STORE", set_text, AT(store),
	  "the store (else $DNSFORENSICS_DB, else dnsforensics.db)" },
	{ OPTION_NODE_NAME, "node", 0, "NAME", set_text, AT(node),
	  "the node on which all the captures were taken, whatever their names "
	  "tell" },
	{ OPTION_NODE_FROM, "node-from", 0, "REGEX", set_text, AT(node_from),
	  "where the node stands in the names of captures: a group "
	  "(?<node>...)" },
	{ OPTION_IFMAP, "ifmap", 0, "FILE", set_text, AT(ifmap),
	  "names of interfaces by number: lines \"7 eth0\", or what ip addr "
	  "printed there" },
	{ OPTION_STEP, "step", 0, "STEP,...", set_text, AT(steps),
	  "failures, slow, upstream, timeliness, addresses (or 1 to 5), all "
	  "(these five, default), overview, capture, path, verdict" },
	{ OPTION_REPORT_FORMAT, "format", 0, "FORMAT", set_text, AT(format),
	  "text (default), json, csv, markdown or html (a page, with overview "
	  "and path)" },
	{ OPTION_TRACE_FORMAT, "format", 0, "FORMAT", set_text, AT(format),
	  "columns (default), json, jsonpretty or csv" },
	{ OPTION_QUERY_FORMAT, "format", 0, "FORMAT", set_text, AT(format),
	  "text (default), json or csv" },
	{ OPTION_OUTPUT, "output", 'o', "FILE", set_text, AT(output),
	  "write there, not to stdout" },
	{ OPTION_WRITE, "write", 'w', "FILE", set_text, AT(output),
	  "the pcapng file to make; -: standard output" },
	{ OPTION_TICKET, "output", 'o', "OUT.zip", set_text, AT(output),
	  "the ticket to make" },
	{ OPTION_MAX_SIZE, "max-size", 0, "SIZE", set_max_size, 0,
	  "leave out what does not fit, the less important first (4000000)" },
	{ OPTION_COMPARE, "compare", 0, NULL, set_flag, AT(compare),
	  "what changed from BEFORE to AFTER, two stores or captures" },
	{ OPTION_EXTRACT_STEP, "step", 0, "STEP,...", set_text, AT(steps),
	  "the frames that rows of these report steps cite (as in report)" },
	{ OPTION_FINDING, "finding", 0, "NAME,...", set_text, AT(finding),
	  "the transactions of findings, as UNANSWERED or SERVFAIL" },
	{ OPTION_TXNS, "txn", 0, "ID,...", set_text, AT(txns),
	  "transactions with their copies, attempts, ICMP errors, and what "
	  "their server asked for them" },
	{ OPTION_FRAMES, "frames", 0, "FILE#N,...", set_text, AT(frames),
	  "single frames, FILE#N-M several; N and N-M where there is one "
	  "capture" },
	{ OPTION_CAPTURES, "captures", 0, "DIR", set_text, AT(captures),
	  "where the captures of the store lie (else as they were named)" },
	{ OPTION_FIELDS, "fields", 0, "FIELD,...", set_text, AT(fields),
	  "which fields to show; help lists them" },
	{ OPTION_FILTER, "filter", 0, "EXPRESSION", add_filter, 0,
	  "only what matches, as \"qr==R,rcode!=Success\"; may be repeated" },
	{ OPTION_THRESHOLD, "threshold", 0, "DURATION", set_duration,
	  AT(threshold_ns), "slow is what takes longer (5ms)" },
	{ OPTION_NAMESERVER, "nameserver", 0, "ADDRESS", set_text,
	  AT(nameserver),
	  "only this server; upstream then lists its transactions" },
	{ OPTION_NAME, "name", 0, "NAME", set_text, AT(name),
	  "only this name, exactly but in any case" },
	{ OPTION_NAME_REGEX, "name-regex", 0, "REGEX", set_text, AT(name_regex),
	  "only names that match (PCRE2)" },
	{ OPTION_EXPECT, "expect", 0, "ADDRESS,...", set_text, AT(expect),
	  "what addresses should have answered" },
	{ OPTION_TXN, "txn", 0, "ID", set_txn, 0,
	  "only this transaction, as the column transaction_id and the field "
	  "txn number them" },
	{ OPTION_SINCE, "since", 0, "TIME", set_when, AT(since),
	  "only from then on: 2026-03-01T14:03:11Z, 14:03 on the capture's "
	  "day, -5m before its end" },
	{ OPTION_UNTIL, "until", 0, "TIME", set_when, AT(until),
	  "only before then" },
	{ OPTION_LIMIT, "limit", 0, "N", set_limit, 0,
	  "at most N rows of a list; 0: all" },
	{ OPTION_NODE, "node", 0, "NAME", set_text, AT(node),
	  "only captures of this node; captures named here of which nothing "
	  "tells the node count as its own" },
	{ OPTION_NAMESPACE, "namespace", 'n', "NAMESPACE", set_text,
	  AT(namespace),
	  "only from or to pods there; \"a,b\" either, \"!a\" all others" },
	{ OPTION_ALL_NAMESPACES, "all-namespaces", 'A', NULL, set_flag,
	  AT(all_namespaces),
	  "pods of all namespaces, where -l and -p mean the default one" },
	{ OPTION_SELECTOR, "selector", 'l', "SELECTOR", set_text, AT(selector),
	  "only from or to pods with these labels: \"app=web,tier!=cache\"" },
	{ OPTION_PODNAME, "podname", 'p', "POD", set_text, AT(podname),
	  "only from or to that pod" },
	{ OPTION_EXIT_CODE, "exit-code", 0, NULL, set_flag, AT(exit_code),
	  "end with status 10 if something is wrong, with 11 if nobody can "
	  "tell" },
	{ OPTION_SHOW_SQL, "show-sql", 0, "STEP", set_text, AT(show_sql),
	  "print the SQL of a step and stop" },
	{ OPTION_FILE, "file", 0, "FILE.sql", set_text, AT(file),
	  "a report of your own instead of a step" },
	{ OPTION_REDACT, "redact", 0, NULL, set_flag, AT(redact),
	  "pseudonyms for names, addresses and texts, by a key that stays here" },
	{ OPTION_KEY, "key", 0, "FILE", set_text, AT(key),
	  "that key; --redact makes it if it is not there (dnsforensics.key)" },
	{ OPTION_CHECK, "check", 0, "DIGITS", set_text, AT(check),
	  "refuse unless this is the key: what the head of the report says" },
	{ OPTION_PORT, "port", 0, "PORT", add_port, 0,
	  "DNS is there too, beside 53, 5353 (mDNS) and 5355 (LLMNR); may be "
	  "repeated" },
	{ OPTION_TIMEOUT, "timeout", 0, "DURATION", set_span, AT(timeout_ns),
	  "how long a query waits for its response (15s)" },
	{ OPTION_K8S, "k8s", 0, "FILE", add_snapshot, 0,
	  "names for addresses: what \"kubectl get "
	  "pods,services,endpointslices,nodes,namespaces -A -o json\" wrote; "
	  "may be repeated" },
	{ OPTION_SNAPSHOT_TIME, "snapshot-time", 0, "TIME", set_snapshot_time,
	  0, "when that was (else the newest time in it)" },
	{ OPTION_INTERFACE, "interface", 'i', "IFACE,...", set_text,
	  AT(interfaces),
	  "where to listen; any (default) is all interfaces of the node" },
	{ OPTION_LIVE_STORE, "store", 'd', "STORE", set_text, AT(store),
	  "keep what is seen there; reports can be asked for meanwhile" },
	{ OPTION_LIVE_NODE, "node", 0, "NAME", set_text, AT(node),
	  "the name of this node (else its host name)" },
	{ OPTION_DURATION, "duration", 0, "DURATION", set_span, AT(duration_ns),
	  "stop after that time" },
	{ OPTION_COUNT, "count", 0, "N", set_count, 0, "stop after N lines" },
	{ OPTION_QUIET, "quiet", 'q', NULL, set_flag, AT(quiet),
	  "print no messages, only the summary at the end" },
	{ OPTION_BPF, "bpf", 0, "FILTER", set_text, AT(bpf),
	  "what the kernel lets through, as for tcpdump (else DNS, fragments, "
	  "ICMP errors, tunnels)" },
	{ OPTION_NO_FILTER, "no-filter", 0, NULL, set_flag, AT(no_filter),
	  "the kernel lets everything through" },
	{ OPTION_BUFFER, "buffer", 0, "SIZE", set_buffer, 0,
	  "what the kernel may hold for us of each interface (32M)" },
	{ OPTION_ROTATE, "rotate", 0, "LIMIT", set_text, AT(rotate),
	  "a new file after that time or size: 1h, 500M; the files have their "
	  "start in their names" },
	{ OPTION_KEEP, "keep", 0, "LIMIT", set_text, AT(keep),
	  "remove old files of --rotate: 24h, 5G" },
	{ OPTION_WRITE_PCAP, "write-pcap", 'w', "FILE", set_text, AT(pcap),
	  "keep the packets too, as a pcap file" },
	{ OPTION_WATCH, "watch", 0, NULL, set_flag, AT(watch),
	  "a page of the last minutes, drawn anew each second, not lines" },
	{ OPTION_USER, "user", 0, "USER", set_text, AT(user),
	  "become that user once it listens (else nobody, as root)" },
	{ OPTION_SNAPSHOT_K8S, "snapshot-k8s", 0, "FILE", add_snapshot, 0,
	  "another word for --k8s" },
	{ OPTION_NO_SANDBOX, "no-sandbox", 0, NULL, set_flag, AT(no_sandbox),
	  "do not confine the process (see SECURITY.md)" },
	{ OPTION_HELP, "help", 'h', NULL, set_flag, AT(help),
	  "print this help" },
};

static const struct option_row *row_of(enum option_id id)
{
	const struct option_row *row = rows;

	while (row->id != id)
		row++;
	return row;
}

/* What getopt_long() wants of a command's options. */
struct grammar {
	struct option longs[OPTION_END + 1];
	char letters[2 * OPTION_END + 3];
};

static struct grammar grammar_of(const struct command *command)
{
	struct grammar g = { .letters = ":" };
	size_t count = 0, len = 1;

	for (const enum option_id *id = command->options; *id != OPTION_END;
	     id++) {
		const struct option_row *row = row_of(*id);

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

static const struct option_row *row_of_value(const struct command *command,
					     int value)
{
	for (const enum option_id *id = command->options; *id != OPTION_END;
	     id++) {
		const struct option_row *row = row_of(*id);

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

static void note_given(struct options *o, const struct option_row *row,
		       const char *value)
{
	o->given = must_realloc(o->given, o->num_given + 1, sizeof(*o->given));
	o->given[o->num_given++] = (struct option_given){ row->id, row->name,
							  value };
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
		const struct option_row *row = row_of_value(command, value);

		if (row == NULL)
			return complain(command, value, argv);
		note_given(o, row, optarg);
		if (row->set(o, row, optarg) != 0)
			return -1;
	}
	o->arguments = argv + optind;
	o->num_arguments = argc - optind;
	return 0;
}

void options_release(struct options *o)
{
	free(o->given);
	free(o->typed);
	free(o->filters);
	free(o->snapshots);
}

static bool is_among(enum option_id id, const enum option_id *wanted)
{
	while (*wanted != OPTION_END && *wanted != id)
		wanted++;
	return *wanted == id;
}

bool options_have_given(const struct options *o, const enum option_id *wanted)
{
	for (size_t i = 0; i < o->num_given; i++)
		if (is_among(o->given[i].id, wanted))
			return true;
	return false;
}

void options_add_given(const struct options *o, const enum option_id *wanted,
		       struct text *words)
{
	for (size_t i = 0; i < o->num_given; i++) {
		const struct option_given *given = &o->given[i];

		if (!is_among(given->id, wanted))
			continue;
		text_addf(words, " --%s", given->name);
		if (given->value == NULL)
			continue;
		text_add(words, " ");
		text_add_shell(words, given->value);
	}
}

void options_print_help(const struct command *command)
{
	for (const enum option_id *id = command->options; *id != OPTION_END;
	     id++) {
		const struct option_row *row = row_of(*id);
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
