/* SPDX-License-Identifier: BSD-3-Clause */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/confine.h"
#include "cli/headlines.h"
#include "cli/lines.h"
#include "cli/recording.h"
#include "cli/signals.h"
#include "cli/watch.h"
#include "pipeline/live.h"

enum {
	TURN_MS = 40,         /* the longest wait for a packet */
	PRINT_EACH = 1 << 12, /* packets: so that it is done quickly */
	NODE_NAME_MAX = 256,
};

static const int64_t print_each_ns = NS_PER_SECOND / 12;
static const int64_t commit_each_ns = NS_PER_SECOND * 9 / 10;

struct job {
	const struct options *options;
	struct live *live;
	struct recording recording;
	struct lines lines;
	struct watch *watch; /* NULL: lines are printed */
	char node[NODE_NAME_MAX];
	int64_t end_ns, print_ns, commit_ns; /* when each is due next */
	uint64_t printed_packets;            /* when it was done last */
	bool is_over;
	bool is_deaf; /* no interface is left */
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

static const char *node_of(struct job *j)
{
	if (j->options->node != NULL)
		return j->options->node;
	if (gethostname(j->node, sizeof(j->node) - 1) != 0)
		return NULL;
	return j->node[0] != '\0' ? j->node : NULL;
}

static int open_live(struct job *j)
{
	const struct options *o = j->options;
	struct live_options options = {
		.interfaces = o->interfaces != NULL ? o->interfaces : "any",
		.filter = o->no_filter ? "" : o->bpf,
		.buffer = o->buffer,
		.ports = o->ports,
		.num_ports = o->num_ports,
		.wait_ns = o->timeout_ns,
		.node = node_of(j),
	};

	j->live = live_open(&options);
	return j->live != NULL ? 0 : -1;
}

static int begin(struct job *j)
{
	if (recording_begin(&j->recording, j->live) != 0)
		return -1;
	if (j->watch != NULL)
		return watch_follow(j->watch, j->recording.store);
	return lines_begin(&j->lines, j->recording.store);
}

/* The first files, and all else that is to be open in confinement. */
static int begin_confined(struct job *j)
{
	if (recording_begin(&j->recording, j->live) != 0)
		return -1;
	if (j->options->watch)
		j->watch = watch_open(j->recording.store);
	if (j->watch == NULL && lines_begin(&j->lines, j->recording.store) != 0)
		return -1;
	return confine_process(j->options);
}

/* Settles everything, and prints what that brings. */
static int end(struct job *j)
{
	int rc = recording_end(&j->recording);

	if (lines_end(&j->lines) != 0)
		rc = -1;
	return rc;
}

static int start_anew(struct job *j)
{
	if (end(j) != 0)
		return -1;
	recording_turn_over(&j->recording);
	return begin(j);
}

/* Lines, or a page, are not always wanted. */
static bool is_print_due(const struct job *j, int64_t now)
{
	if (j->options->quiet && j->watch == NULL)
		return false;
	return now >= j->print_ns ||
	       live_status(j->live)->packets - j->printed_packets >= PRINT_EACH;
}

static int show_page(struct job *j)
{
	int rc = watch_turn(j->watch, live_status(j->live));

	j->is_over |= rc == 1;
	return rc < 0 ? -1 : 0;
}

static int print(struct job *j, int64_t now)
{
	j->print_ns = now + print_each_ns;
	j->printed_packets = live_status(j->live)->packets;
	if (live_settle(j->live) != 0)
		return -1;
	return j->watch != NULL ? show_page(j) : lines_print(&j->lines);
}

static int commit(struct job *j, int64_t now)
{
	j->commit_ns = now + commit_each_ns;
	if (recording_commit(&j->recording) != 0)
		return -1;
	return recording_is_full(&j->recording) ? start_anew(j) : 0;
}

static int heed_signals(struct job *j)
{
	int number = signals_next();

	if (number == SIGHUP && j->options->num_snapshots > 0)
		return recording_reread(&j->recording);
	j->is_over |= number != 0 && number != SIGHUP;
	return 0;
}

static int turn(struct job *j)
{
	int rc = live_turn(j->live, TURN_MS);
	int64_t now = now_ns();

	if (rc < 0)
		return -1;
	j->is_deaf = rc == 0;
	j->is_over |= j->is_deaf || (j->end_ns != 0 && now >= j->end_ns) ||
		      lines_are_over(&j->lines);
	if (j->is_over)
		return 0;
	if (is_print_due(j, now) && print(j, now) != 0)
		return -1;
	if (now >= j->commit_ns && commit(j, now) != 0)
		return -1;
	return heed_signals(j);
}

static int go_on(struct job *j)
{
	int64_t now = now_ns();
	int rc = 0;

	if (j->options->duration_ns > 0)
		j->end_ns = now + j->options->duration_ns;
	j->print_ns = now;
	j->commit_ns = now + commit_each_ns;
	while (rc == 0 && !j->is_over)
		rc = turn(j);
	return rc;
}

/* Of what is there, even where a fault ended it. */
static int sum_up(struct job *j)
{
	struct live_status status = *live_status(j->live);
	struct text part = { 0 };
	int rc;

	/* What was not committed is in nobody's way then. */
	live_close(j->live);
	j->live = NULL;
	if (j->recording.store == NULL)
		return -1;
	rc = recording_describe_part(&j->recording, &part);
	if (rc == 0)
		rc = headlines_print(stderr, j->recording.store, j->options,
				     &status, text_string(&part));
	text_release(&part);
	return rc;
}

static int live(struct job *j)
{
	int rc;

	if (open_live(j) != 0)
		return -1;
	signals_hold();
	if (confine_user(j->options) != 0 || begin_confined(j) != 0)
		return -1;
	if (j->watch == NULL)
		fprintf(stderr, "listening on %s\n",
			live_status(j->live)->interfaces);
	rc = go_on(j);
	watch_close(j->watch);
	j->watch = NULL;
	if (rc == 0 && !lines_are_over(&j->lines))
		rc = live_stop_taking(j->live);
	if (rc == 0)
		rc = end(j);
	if (sum_up(j) != 0 || j->is_deaf)
		rc = -1;
	return rc;
}

/* Whether a name of a list with commas stands in it again. */
static bool is_named_again(const char *name, size_t len)
{
	const char *other = name + len;
	size_t other_len;

	while (*other == ',') {
		other_len = strcspn(++other, ",");
		if (other_len == len && strncmp(other, name, len) == 0)
			return true;
		other += other_len;
	}
	return false;
}

/* A packet that two of them see would count twice. */
static int check_interfaces(const char *names)
{
	const char *name = names;

	for (size_t len; *name != '\0'; name += len + (name[len] == ',')) {
		len = strcspn(name, ",");
		if (strncmp(name, "any", len) == 0 && len == strlen("any") &&
		    strchr(names, ',') != NULL)
			return fail("live: -i %s: any is all interfaces; leave "
				    "out the others",
				    names);
		if (len > 0 && is_named_again(name, len))
			return fail("live: -i %s: %.*s is there twice", names,
				    (int)len, name);
	}
	return 0;
}

/* What would have no effect. */
static int check_lines(const struct options *o)
{
	const char *lines = o->fields != NULL ? "--fields"
			    : o->count > 0    ? "--count"
					      : NULL;

	if (lines == NULL)
		return 0;
	if (o->watch)
		return fail("live: %s is about lines, and --watch shows a page "
			    "instead; leave out one of them",
			    lines);
	if (o->quiet)
		return fail("live: %s is about lines, and --quiet prints none; "
			    "leave out one of them",
			    lines);
	return 0;
}

static int check(const struct options *o)
{
	if (o->num_arguments > 0)
		return fail("live: %s: captures are read by trace and report; "
			    "-i names interfaces",
			    o->arguments[0]);
	if (o->bpf != NULL && o->no_filter)
		return fail("live: --bpf is a filter; leave out --no-filter");
	if (o->has_snapshot_time && o->num_snapshots == 0)
		return fail("--snapshot-time: of which snapshot? --k8s names "
			    "it");
	if (o->interfaces != NULL && check_interfaces(o->interfaces) != 0)
		return -1;
	return check_lines(o);
}

static enum exit_status run(struct options *o)
{
	struct job job = { .options = o };
	enum exit_status status = EXIT_USAGE;

	if (o->fields != NULL && strcmp(o->fields, "help") == 0) {
		output_print_fields();
		return EXIT_DONE;
	}
	if (check(o) == 0 && recording_prepare(&job.recording, o) == 0 &&
	    lines_prepare(&job.lines, o) == 0)
		status = live(&job) == 0 ? EXIT_DONE : EXIT_FAILED;
	watch_close(job.watch);
	lines_release(&job.lines);
	live_close(job.live);
	recording_release(&job.recording);
	return status;
}

static const enum option_id options[] = { OPTION_INTERFACE,
					  OPTION_LIVE_STORE,
					  OPTION_FIELDS,
					  OPTION_FILTER,
					  OPTION_TRACE_FORMAT,
					  OPTION_QUIET,
					  OPTION_DURATION,
					  OPTION_COUNT,
					  OPTION_TIMEOUT,
					  OPTION_THRESHOLD,
					  OPTION_NAMESPACE,
					  OPTION_ALL_NAMESPACES,
					  OPTION_SELECTOR,
					  OPTION_PODNAME,
					  OPTION_K8S,
					  OPTION_SNAPSHOT_K8S,
					  OPTION_SNAPSHOT_TIME,
					  OPTION_LIVE_NODE,
					  OPTION_WRITE_PCAP,
					  OPTION_ROTATE,
					  OPTION_KEEP,
					  OPTION_PORT,
					  OPTION_BPF,
					  OPTION_NO_FILTER,
					  OPTION_BUFFER,
					  OPTION_WATCH,
					  OPTION_USER,
					  OPTION_HELP,
					  OPTION_END };

const struct command cmd_live = {
	.name = "live",
	.arguments = "",
	.summary = "show the messages that pass this node, as they come",
	.notes = "Ctrl-C ends it, and what was found is told in short.  It "
		 "needs the capability\nCAP_NET_RAW.  On SIGHUP the snapshot "
		 "of --k8s is read again.",
	.options = options,
	.run = run,
};
