/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/watch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/duration.h"
#include "base/memory.h"
#include "base/pattern.h"
#include "base/text.h"
#include "cli/watch_page.h"

static const char *const sorts[] = { "worst", "queries", "failures",
				     "unanswered", "latency" };
static const int64_t windows_ns[] = { 60 * NS_PER_SECOND, 300 * NS_PER_SECOND,
				      900 * NS_PER_SECOND };
static const int64_t refusal_ns = 5 * NS_PER_SECOND; /* time to read it */

enum {
	NUM_SORTS = sizeof(sorts) / sizeof(sorts[0]),
	NUM_WINDOWS = sizeof(windows_ns) / sizeof(windows_ns[0]),
	TYPED_MAX = 200, /* of a filter */
	SPARING = 10     /* one part of the time in so many is spent here */
};

struct watch {
	struct screen *screen;
	struct store *store;
	struct watch_data data;
	struct live_status shown; /* what a pause goes on showing */
	double packets_per_second;
	int64_t next_ns, asked_ns; /* by the monotonic clock */
	unsigned sort, window;
	struct text filter, typed, said;
	struct text refusal; /* of what was typed last; hides what was said */
	int64_t refused_ns;
	bool is_typing, is_paused;
	bool wants_data, wants_order, is_stale; /* what the page lacks */
};

static int64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

struct watch *watch_open(struct store *store)
{
	struct screen *screen = screen_open();
	struct watch *w;

	if (screen == NULL)
		return NULL;
	w = must_calloc(1, sizeof(*w));
	w->screen = screen;
	w->wants_data = true;
	if (watch_follow(w, store) == 0)
		return w;
	watch_close(w);
	return NULL;
}

int watch_follow(struct watch *w, struct store *store)
{
	w->store = store;
	return recent_prepare(store);
}

void watch_close(struct watch *w)
{
	if (w == NULL)
		return;
	screen_close(w->screen);
	watch_data_release(&w->data);
	text_release(&w->filter);
	text_release(&w->typed);
	text_release(&w->said);
	text_release(&w->refusal);
	free(w);
}

static void say(struct watch *w, const char *line)
{
	text_clear(&w->said);
	text_add(&w->said, line);
	w->is_stale = true;
}

/* What is typed, as pattern_new() and REGEXP want it: case never counts. */
static void set_filter(struct watch *w)
{
	char why[PATTERN_WHY_MAX];
	struct pattern *pattern;
	size_t where;

	text_clear(&w->filter);
	text_clear(&w->refusal);
	w->is_typing = false;
	watch_data_forget(&w->data);
	if (w->typed.len == 0)
		return;
	text_addf(&w->filter, "(?i)%s", text_string(&w->typed));
	pattern = pattern_new(text_string(&w->filter), why, &where);
	if (pattern == NULL) {
		text_clear(&w->filter);
		text_addf(&w->refusal, "no filter: %s", why);
		w->refused_ns = monotonic_ns();
	}
	pattern_free(pattern);
}

static void forget_refusal(struct watch *w)
{
	if (w->refusal.len == 0 || monotonic_ns() - w->refused_ns < refusal_ns)
		return;
	text_clear(&w->refusal);
	w->is_stale = true;
}

static void drop_last(struct text *t)
{
	if (t->len > 0)
		t->data[--t->len] = '\0';
}

static void take_typed(struct watch *w, int key)
{
	char letter = (char)key;

	if (key == SCREEN_ENTER) {
		set_filter(w);
		w->wants_data = true;
	} else if (key == SCREEN_ESCAPE) {
		w->is_typing = false;
	} else if (key == SCREEN_BACKSPACE) {
		drop_last(&w->typed);
	} else if (key >= ' ' && key < 127 && w->typed.len < TYPED_MAX) {
		text_add_bytes(&w->typed, &letter, 1);
	}
}

/* 1: the user quits. */
static int take_command(struct watch *w, int key)
{
	switch (key) {
	case 'q':
	case 'Q':
		return 1;
	case 'p':
	case ' ':
		w->is_paused = !w->is_paused;
		break;
	case 's':
		w->sort = (w->sort + 1) % NUM_SORTS;
		w->wants_order = true;
		break;
	case 'w':
		w->window = (w->window + 1) % NUM_WINDOWS;
		w->wants_data = true;
		break;
	case '/':
		w->is_typing = true;
		break;
	}
	return 0;
}

static int take_keys(struct watch *w)
{
	int key;

	while ((key = screen_key(w->screen)) != SCREEN_NO_KEY) {
		w->is_stale = true;
		if (w->is_typing)
			take_typed(w, key);
		else if (take_command(w, key) == 1)
			return 1;
	}
	return 0;
}

static struct recent_span span_of(const struct watch *w)
{
	const struct live_status *status = &w->shown;
	int64_t since_ns = status->now_ns - windows_ns[w->window];

	return (struct recent_span){
		.since_ns = since_ns > status->started_ns ? since_ns
							  : status->started_ns,
		.now_ns = status->now_ns,
		.name_regex = w->filter.len > 0 ? text_string(&w->filter)
						: NULL,
		.sort = sorts[w->sort]
	};
}

static void count_packets(struct watch *w, const struct live_status *status,
			  int64_t now_ns)
{
	double seconds = (double)(now_ns - w->asked_ns) / NS_PER_SECOND;

	if (w->asked_ns != 0 && seconds > 0.1)
		w->packets_per_second = (double)(status->packets -
						 w->shown.packets) /
					seconds;
	w->asked_ns = now_ns;
}

static int load(struct watch *w, const struct live_status *status)
{
	int64_t start_ns = monotonic_ns(), cost_ns;
	struct recent_span span;
	int rc;

	count_packets(w, status, start_ns);
	w->shown = *status;
	span = span_of(w);
	rc = watch_data_load(&w->data, w->store, &span);
	cost_ns = SPARING * (monotonic_ns() - start_ns);
	w->next_ns = start_ns +
		     (cost_ns > NS_PER_SECOND ? cost_ns : NS_PER_SECOND);
	w->wants_data = w->wants_order = false;
	w->is_stale = true;
	return rc;
}

/* In a pause, too: of what stands there. */
static int sort(struct watch *w)
{
	struct recent_span span = span_of(w);

	w->wants_order = false;
	w->is_stale = true;
	return watch_data_sort(&w->data, w->store, &span);
}

static void draw(struct watch *w)
{
	struct watch_page page = {
		.data = &w->data,
		.status = &w->shown,
		.sort = sorts[w->sort],
		/* Without its "(?i)". */
		.filter = w->filter.len > 0 ? text_string(&w->filter) + 4 : "",
		.typed = w->is_typing ? text_string(&w->typed) : NULL,
		.said = text_string(w->refusal.len > 0 ? &w->refusal
						       : &w->said),
		.packets_per_second = w->packets_per_second,
		.is_paused = w->is_paused
	};

	watch_page_draw(w->screen, &page);
	w->is_stale = false;
}

int watch_turn(struct watch *w, const struct live_status *status)
{
	const char *line;
	int rc = 0;

	/* Those of a pause may be gone since. */
	w->shown.interfaces = status->interfaces;
	w->shown.store = status->store;
	if (take_keys(w) == 1)
		return 1;
	if (screen_said(w->screen, &line))
		say(w, line);
	forget_refusal(w);
	if (w->wants_data || (!w->is_paused && monotonic_ns() >= w->next_ns))
		rc = load(w, status);
	else if (w->wants_order)
		rc = sort(w);
	if (w->is_stale)
		draw(w);
	return rc;
}
