/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/backlog_private.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/duration.h"
#include "base/memory.h"

enum {
	BLOCK_LEN = 1 << 19, /* room for the longest frame of libpcap's */
	BLOCKS_MAX = 256,    /* 128 MiB */
	SPARE_MAX = 8,       /* are not given back when they are empty */
	FRAMES_EACH_LOOK = 1 << 10,
	FULL_MS = 50 /* between two looks while there is no room */
};

/* In front of the bytes of each frame, which end at a multiple of 8. */
struct kept {
	int64_t time_ns;
	uint32_t interface, wire_len;
	size_t len;
};

struct block {
	struct block *next;
	size_t len, at; /* at: what was given already */
	uint8_t bytes[BLOCK_LEN];
};

struct backlog {
	struct backlog_source source;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct block *filling; /* the thread's; NULL: none yet */
	struct block *given;   /* of whom asks; NULL: likewise */
	bool is_stopped;       /* there is no thread any more */
	/* All else under the mutex. */
	struct block *first, **last; /* they wait */
	struct block *spare;
	unsigned num_blocks, num_spare; /* spare ones are among both */
	bool is_over;                   /* nothing more will come */
	atomic_bool is_ending;
};

static size_t room_of(size_t len)
{
	return sizeof(struct kept) + (len + 7) / 8 * 8;
}

static void wait_for_change(struct backlog *b, int timeout_ms)
{
	struct timespec until;
	int64_t ns;

	clock_gettime(CLOCK_MONOTONIC, &until);
	ns = until.tv_nsec + timeout_ms * (NS_PER_SECOND / 1000);
	until.tv_sec += ns / NS_PER_SECOND;
	until.tv_nsec = ns % NS_PER_SECOND;
	pthread_cond_timedwait(&b->changed, &b->mutex, &until);
}

/* NULL: there are as many as there may be. */
static struct block *get_block(struct backlog *b)
{
	struct block *block = b->spare;

	if (block != NULL) {
		b->spare = block->next;
		b->num_spare--;
	} else if (b->num_blocks < BLOCKS_MAX) {
		block = malloc(sizeof(*block));
		b->num_blocks += block != NULL;
	}
	if (block != NULL)
		block->len = block->at = 0;
	return block;
}

static void put_back(struct backlog *b, struct block *block)
{
	if (b->num_spare < SPARE_MAX) {
		block->next = b->spare;
		b->spare = block;
		b->num_spare++;
	} else {
		free(block);
		b->num_blocks--;
	}
	pthread_cond_broadcast(&b->changed);
}

static void hand_over(struct backlog *b)
{
	b->filling->next = NULL;
	*b->last = b->filling;
	b->last = &b->filling->next;
	b->filling = NULL;
	pthread_cond_broadcast(&b->changed);
}

/* False where there is none at the end. */
static bool make_room(struct backlog *b, size_t room)
{
	pthread_mutex_lock(&b->mutex);
	if (b->filling != NULL && BLOCK_LEN - b->filling->len < room)
		hand_over(b);
	while (b->filling == NULL && (b->filling = get_block(b)) == NULL &&
	       !b->is_ending) {
		wait_for_change(b, FULL_MS);
		pthread_mutex_unlock(&b->mutex);
		b->source.look(b->source.context);
		pthread_mutex_lock(&b->mutex);
	}
	pthread_mutex_unlock(&b->mutex);
	return b->filling != NULL;
}

static void keep(struct backlog *b, const struct frame *frame)
{
	struct kept kept = { frame->time_ns, frame->interface, frame->wire_len,
			     frame->bytes.len };
	size_t room = room_of(kept.len);
	uint8_t *to;

	if ((b->filling == NULL || BLOCK_LEN - b->filling->len < room) &&
	    !make_room(b, room))
		return;
	to = b->filling->bytes + b->filling->len;
	memcpy(to, &kept, sizeof(kept));
	memcpy(to + sizeof(kept), frame->bytes.data, kept.len);
	b->filling->len += room;
}

/* 1: there may be more. */
static int take_some(struct backlog *b)
{
	struct frame frame;
	int rc = 1;

	for (int i = 0; rc == 1 && i < FRAMES_EACH_LOOK; i++) {
		rc = b->source.take(b->source.context, &frame);
		if (rc == 1)
			keep(b, &frame);
	}
	return rc;
}

/* A block that is not full goes where nothing else waits. */
static void share(struct backlog *b, bool is_over)
{
	pthread_mutex_lock(&b->mutex);
	if (b->filling != NULL && (b->first == NULL || is_over))
		hand_over(b);
	b->is_over = is_over;
	pthread_mutex_unlock(&b->mutex);
}

static void *take_all(void *context)
{
	struct backlog *b = context;
	int rc = 1;

	while (rc >= 0 && !b->is_ending) {
		rc = take_some(b);
		b->source.look(b->source.context);
		share(b, false);
		if (rc == 0)
			b->source.wait(b->source.context);
	}
	/* What came while it waited. */
	if (rc >= 0)
		take_some(b);
	share(b, true);
	return NULL;
}

/* Its time-outs are of a clock that nobody sets. */
static void init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

static void release(struct backlog *b)
{
	pthread_cond_destroy(&b->changed);
	pthread_mutex_destroy(&b->mutex);
	free(b);
}

struct backlog *backlog_new(const struct backlog_source *source)
{
	struct backlog *b = must_calloc(1, sizeof(*b));

	b->source = *source;
	b->last = &b->first;
	pthread_mutex_init(&b->mutex, NULL);
	init_condition(&b->changed);
	if (pthread_create(&b->thread, NULL, take_all, b) == 0)
		return b;
	release(b);
	return NULL;
}

static void free_blocks(struct block *block)
{
	while (block != NULL) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

void backlog_stop(struct backlog *b)
{
	if (b->is_stopped)
		return;
	pthread_mutex_lock(&b->mutex);
	b->is_ending = true;
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->mutex);
	pthread_join(b->thread, NULL);
	b->is_stopped = true;
}

void backlog_free(struct backlog *b)
{
	if (b == NULL)
		return;
	backlog_stop(b);
	free(b->given);
	free_blocks(b->first);
	free_blocks(b->spare);
	release(b);
}

/* 1: there is another block; else as backlog_next(). */
static int turn_over(struct backlog *b)
{
	int rc = 1;

	pthread_mutex_lock(&b->mutex);
	if (b->given != NULL)
		put_back(b, b->given);
	b->given = b->first;
	if (b->given == NULL) {
		rc = b->is_over ? -1 : 0;
	} else {
		b->first = b->given->next;
		if (b->first == NULL)
			b->last = &b->first;
	}
	pthread_mutex_unlock(&b->mutex);
	return rc;
}

int backlog_next(struct backlog *b, struct frame *frame)
{
	struct kept kept;
	const uint8_t *from;
	int rc = 1;

	if (b->given == NULL || b->given->at == b->given->len)
		rc = turn_over(b);
	if (rc != 1)
		return rc;
	from = b->given->bytes + b->given->at;
	memcpy(&kept, from, sizeof(kept));
	b->given->at += room_of(kept.len);
	*frame = (struct frame){
		.time_ns = kept.time_ns,
		.has_time = true,
		.interface = kept.interface,
		.wire_len = kept.wire_len,
		.bytes = { from + sizeof(kept), kept.len },
	};
	return 1;
}

void backlog_wait(struct backlog *b, int timeout_ms)
{
	pthread_mutex_lock(&b->mutex);
	if (b->first == NULL && !b->is_over)
		wait_for_change(b, timeout_ms);
	pthread_mutex_unlock(&b->mutex);
}
