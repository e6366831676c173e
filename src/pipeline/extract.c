/* SPDX-License-Identifier: BSD-3-Clause */
/* What was picked, and how it is written. */
#include <stdlib.h>

#include "base/memory.h"
#include "capture/pcapng_writer.h"
#include "pipeline/extract_private.h"
#include "store/redaction.h"

struct extract *extract_new(struct store *s,
			    const struct extract_options *options)
{
	struct extract *e = must_calloc(1, sizeof(*e));

	e->store = s;
	e->options = options;
	e->spool = spool_new();
	e->disguise = disguise_new(store_redactor(s), options->ports,
				   options->num_ports);
	if (e->spool != NULL && extract_load_sources(e) == 0)
		return e;
	extract_free(e);
	return NULL;
}

void extract_free(struct extract *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < e->num_sources; i++) {
		free(e->sources[i].file);
		free(e->sources[i].shown);
	}
	free(e->sources);
	spool_free(e->spool);
	disguise_free(e->disguise);
	text_release(&e->interfaces);
	text_release(&e->block);
	text_release(&e->comment);
	free(e);
}

struct extract_tally extract_count(const struct extract *e, int64_t level)
{
	struct extract_tally tally = { .packets = spool_count_up_to(e->spool,
								    level) };

	for (size_t i = 0; i < e->num_sources; i++)
		tally.captures += e->sources[i].is_done;
	return tally;
}

bool extract_has_read(const struct extract *e, int64_t capture)
{
	for (size_t i = 0; i < e->num_sources; i++)
		if (e->sources[i].capture == capture)
			return e->sources[i].is_done;
	return false;
}

static int learn_packet(void *context, int64_t time_ns, struct text *block)
{
	struct extract *e = context;

	disguise_learn(e->disguise, time_ns, block);
	return 0;
}

/* What came in several frames is known only when all were seen. */
static int learn_packets(struct extract *e, int64_t level)
{
	disguise_begin(e->disguise);
	if (spool_each(e->spool, level, learn_packet, e) != 0)
		return -1;
	disguise_end_learning(e->disguise);
	redactor_flush(store_redactor(e->store));
	return 0;
}

struct writing {
	struct extract *extract;
	FILE *to;
};

static int write_packet(void *context, int64_t time_ns, struct text *block)
{
	const struct writing *w = context;

	if (w->extract->disguise != NULL)
		disguise_apply(w->extract->disguise, time_ns, block);
	fwrite(block->data, 1, block->len, w->to);
	return 0;
}

/* Who reads it is to know that the names are none. */
static void write_section(struct extract *e, FILE *to)
{
	struct redactor *r = store_redactor(e->store);

	text_clear(&e->comment);
	text_add(&e->comment, e->options->comment);
	if (r != NULL)
		text_addf(&e->comment,
			  "; REDACTED: names, addresses and texts are "
			  "pseudonyms (key %s)",
			  redactor_check(r));
	text_clear(&e->block);
	pcapng_add_section(&e->block, e->options->application,
			   text_string(&e->comment));
	fwrite(e->block.data, 1, e->block.len, to);
}

/* Whether it could be written the stream itself remembers. */
int extract_write(struct extract *e, int64_t level, FILE *to)
{
	write_section(e, to);
	fwrite(text_string(&e->interfaces), 1, e->interfaces.len, to);
	if (e->disguise != NULL && learn_packets(e, level) != 0)
		return -1;
	return spool_each(e->spool, level, write_packet,
			  &(struct writing){ e, to });
}
