/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the words of a command line to the captures behind them, with what a
 * first look at each tells: where it lies, on which node it was taken, and
 * when its first packet came.
 */
#ifndef PIPELINE_INPUTS_H
#define PIPELINE_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/pattern.h"
#include "base/text.h"

/* A capture, or notes that lie beside captures. */
struct input {
	char *path;      /* what is opened: a file on disk, or "-" */
	uint64_t member; /* which of its members, container_index() */
	char *name;      /* for people and evidence: "x.tar.gz!y.pcap" */
	char *node;      /* NULL: not known */
	/*
	 * Captures with equal rings may be parts of one: of the same node, or,
	 * where that is unknown, named alike but for their digits.
	 */
	char *ring;
	bool is_notes;
	bool is_told; /* the user knows what is wrong with it */
	/* Cannot be looked at before it is read: a pipe, standard input. */
	bool is_stream;
	struct text text;              /* of notes */
	char sha256[SHA256_TEXT_SIZE]; /* "": not known yet */
	bool times_advance; /* not all of its first packets have the same */
	bool is_twin;       /* begins like another one of its ring */
	bool has_time;      /* its first packet has one */
	int64_t first_ns;   /* of its first packet */
	uint64_t start;     /* hash of its first packet; 0: has none */
	size_t order;       /* as it was given, from 0 */
};

/* A file on disk. */
struct input_path {
	char *path;
	uint64_t size;  /* 0: not known */
	bool is_faulty; /* looking at it ended early, or it is no capture */
};

/* Start from { 0 }, with what is known of nodes. */
struct inputs {
	const char *node;          /* of all captures; NULL: not given */
	const char *else_node;     /* of those of which nothing tells */
	struct pattern *node_from; /* that of inputs_find_nodes() */
	struct input *items;
	size_t count;
	struct input_path *paths;
	size_t num_paths;
	size_t notes_len; /* of all notes */
	char *foreign;    /* advice on what lies in directories instead */
};

/*
 * Where in the names of captures their nodes stand: a regular expression with
 * a group "(?<node>...)".  -1: it is not one, already reported.
 */
int inputs_find_nodes(struct inputs *inputs, const char *expression);

/*
 * Adds a file, "-", or all captures and notes under a directory, in the order
 * of their names; what else lies there is left out, and so are directories
 * that are only linked to.  What is wrong with a file is told by whoever reads
 * it.  -1: already reported (a directory without captures, or one that cannot
 * be read).
 */
int inputs_add(struct inputs *inputs, const char *path);

/*
 * Into the order in which they are read: by the time of the first packet,
 * then by name, whatever order they were given in.
 */
void inputs_sort(struct inputs *inputs);

/* The node and ring that a capture of that name has, into the input. */
void inputs_identify(const struct inputs *inputs, struct input *input);

/* For messages: what "-" stands for is spelt out. */
const char *input_shown(const struct input *input, struct text *text);

/* "dir" of "dir/x.pcap", "x.tar!" of "x.tar!y.pcap": its length in name. */
size_t input_folder_len(const char *name);

/* What it owns, not itself. */
void input_release(struct input *input);
void inputs_release(struct inputs *inputs);

#endif
