/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every option of every subcommand, in one table: its name, its help and where
 * its value goes.  A subcommand lists which of them it takes.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/duration.h"
#include "base/text.h"

enum option_id {
	OPTION_STORE,
	OPTION_NODE_NAME, /* ingest: where captures were taken */
	OPTION_NODE_FROM,
	OPTION_IFMAP,
	OPTION_PORT,
	OPTION_TIMEOUT,
	OPTION_K8S,
	OPTION_SNAPSHOT_TIME,
	OPTION_STEP,
	OPTION_REPORT_FORMAT,
	OPTION_TRACE_FORMAT,
	OPTION_QUERY_FORMAT,
	OPTION_OUTPUT,
	OPTION_WRITE, /* extract: the pcapng file */
	OPTION_EXTRACT_STEP,
	OPTION_FINDING,
	OPTION_TXNS,
	OPTION_FRAMES,
	OPTION_CAPTURES,
	OPTION_FIELDS,
	OPTION_FILTER,
	OPTION_THRESHOLD,
	OPTION_NAMESERVER,
	OPTION_NAME,
	OPTION_NAME_REGEX,
	OPTION_EXPECT,
	OPTION_TXN,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_LIMIT,
	OPTION_NODE,
	OPTION_NAMESPACE,
	OPTION_ALL_NAMESPACES,
	OPTION_SELECTOR,
	OPTION_PODNAME,
	OPTION_TICKET, /* the zip file */
	OPTION_MAX_SIZE,
	OPTION_COMPARE,
	OPTION_SHOW_SQL,
	OPTION_EXIT_CODE,
	OPTION_FILE,
	OPTION_REDACT,
	OPTION_KEY,
	OPTION_CHECK, /* reveal */
	/* live */
	OPTION_INTERFACE,
	OPTION_LIVE_STORE,
	OPTION_LIVE_NODE,
	OPTION_DURATION,
	OPTION_COUNT,
	OPTION_QUIET,
	OPTION_BPF,
	OPTION_NO_FILTER,
	OPTION_BUFFER,
	OPTION_ROTATE,
	OPTION_KEEP,
	OPTION_WRITE_PCAP,
	OPTION_SNAPSHOT_K8S,
	OPTION_WATCH,
	OPTION_USER,
	OPTION_NO_SANDBOX,
	OPTION_HELP,
	OPTION_END
};

enum { NO_LIMIT = -1, LIMIT_NOT_GIVEN = -2, PORTS_MAX = 64 };

/* An option as it was typed, but for its name, which is whole. */
struct option_given {
	enum option_id id;
	const char *name, *value; /* NULL: it takes none */
};

/* Texts are those of argv: borrowed. */
struct options {
	const char *store; /* NULL: not given */
	const char *node, *node_from, *ifmap, *steps, *format, *output, *fields;
	const char *nameserver, *name, *name_regex, *expect;
	const char *finding, *txns, *frames, *captures; /* of extract */
	const char *namespace, *selector, *podname, *show_sql, *file;
	const char **filters, **snapshots;
	size_t num_filters, num_snapshots;
	uint16_t ports[PORTS_MAX];
	size_t num_ports;
	int64_t timeout_ns, threshold_ns;
	bool has_snapshot_time, has_txn, all_namespaces, exit_code, help;
	const char *key, *check; /* of pseudonyms */
	const char *interfaces, *bpf, *rotate, *keep, *pcap, *user;
	int64_t duration_ns, count; /* of live; 0: until it is stopped */
	uint64_t buffer;            /* bytes */
	bool quiet, no_filter, watch, redact, no_sandbox;
	uint64_t max_size;  /* bytes, of ticket */
	bool compare;       /* two stores or captures */
	bool rereads;       /* the captures of the store, too */
	bool only_messages; /* nothing that is concluded of them is shown */
	bool is_second;     /* of two to be compared: confined, with the key */
	const char *later;  /* a store or capture that is still to be opened */
	struct when since, until;
	int64_t snapshot_time_ns, txn;
	int64_t limit;    /* rows; NO_LIMIT, LIMIT_NOT_GIVEN */
	char **arguments; /* what follows the options; NULL at the end */
	int num_arguments;
	char **typed; /* all of argv, in the order as it was typed */
	int num_typed;
	struct option_given *given; /* in the order as they were typed */
	size_t num_given;
};

struct command;

/*
 * argv[0] is the subcommand's name.  -1: already reported; the options are
 * then only good for options_release().
 */
int options_parse(struct options *o, const struct command *command, int argc,
		  char **argv);
void options_release(struct options *o);

/* Lists of options end with OPTION_END. */
bool options_have_given(const struct options *o, const enum option_id *wanted);

/* Those of the list that were given, for a shell: " --port 5300". */
void options_add_given(const struct options *o, const enum option_id *wanted,
		       struct text *words);

/* The options that a command takes, as its --help shows them. */
void options_print_help(const struct command *command);

#endif
