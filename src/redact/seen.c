/* SPDX-License-Identifier: BSD-3-Clause */
#include "redact/seen_private.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

enum {
	SLOTS = 1 << 21,
	SUMS_MAX = SLOTS / 2, /* more are not remembered */
	ITEM_MAX = 256
};

struct seen {
	int file;        /* -1: none */
	uint64_t *slots; /* 0: free; NULL until there is one */
	size_t count;
	uint64_t *added; /* not in the file yet */
	size_t num_added, room;
	bool is_complete;
};

static void note(struct seen *s, uint64_t sum)
{
	if (s->num_added == s->room) {
		s->room = s->room > 0 ? 2 * s->room : 256;
		s->added = must_realloc(s->added, s->room, sizeof(*s->added));
	}
	s->added[s->num_added++] = sum;
}

/* False: it is there already, or there is no room. */
static bool put(struct seen *s, uint64_t sum)
{
	size_t at = (size_t)(sum % SLOTS);

	if (s->slots == NULL)
		s->slots = must_calloc(SLOTS, sizeof(*s->slots));
	while (s->slots[at] != 0 && s->slots[at] != sum)
		at = (at + 1) % SLOTS;
	if (s->slots[at] == sum)
		return false;
	if (s->count == SUMS_MAX) {
		if (s->is_complete)
			note(s, 0);
		s->is_complete = false;
		return false;
	}
	s->slots[at] = sum;
	s->count++;
	return true;
}

/* A sum that is 0 stands for all that are not there. */
static void load(struct seen *s)
{
	uint64_t sums[512];
	ssize_t len;

	while ((len = read(s->file, sums, sizeof(sums))) > 0)
		for (size_t i = 0; i < (size_t)len / sizeof(*sums); i++)
			if (sums[i] == 0)
				s->is_complete = false;
			else
				put(s, sums[i]);
}

/* Of a device or a pipe there may be no end.  -1: there is none. */
static int open_regular(const char *path, int flags)
{
	int file = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0600);
	struct stat st;

	if (file < 0 || (fstat(file, &st) == 0 && S_ISREG(st.st_mode)))
		return file;
	close(file);
	return -1;
}

struct seen *seen_open(const char *key_path, bool is_new, bool may_add)
{
	struct seen *s = must_calloc(1, sizeof(*s));
	struct text path = { 0 };
	bool was_whole;

	text_addf(&path, "%s.seen", key_path);
	s->file = open_regular(text_string(&path), O_RDONLY);
	s->is_complete = true;
	if (s->file >= 0) {
		load(s);
		close(s->file);
	}
	was_whole = s->is_complete;
	/* One that could not be written is empty. */
	if (s->count == 0 && !is_new)
		s->is_complete = false;
	s->file = -1;
	if (may_add)
		s->file = open_regular(text_string(&path),
				       O_WRONLY | O_CREAT | O_APPEND);
	if (may_add && was_whole && !s->is_complete)
		note(s, 0);
	text_release(&path);
	return s;
}

/* A list that lacks some is not to be taken for whole. */
void seen_flush(struct seen *s)
{
	size_t size = s != NULL ? s->num_added * sizeof(*s->added) : 0;

	if (size == 0 || s->file < 0)
		return;
	if (write(s->file, s->added, size) != (ssize_t)size &&
	    ftruncate(s->file, 0) != 0)
		warning("the list beside the key could not be written");
	s->num_added = 0;
}

void seen_close(struct seen *s)
{
	if (s == NULL)
		return;
	seen_flush(s);
	if (s->file >= 0)
		close(s->file);
	free(s->slots);
	free(s->added);
	free(s);
}

static uint64_t sum_of(const struct hmac *h, char kind, const uint8_t *bytes,
		       size_t len)
{
	uint8_t item[ITEM_MAX] = { 'S', (uint8_t)kind }, sum[SHA256_SIZE];
	uint64_t number;

	if (len > ITEM_MAX - 2)
		len = ITEM_MAX - 2;
	memcpy(item + 2, bytes, len);
	hmac_sum(h, item, 2 + len, sum);
	memcpy(&number, sum, sizeof(number));
	return number;
}

void seen_add(struct seen *s, const struct hmac *h, char kind,
	      const uint8_t *bytes, size_t len)
{
	uint64_t sum;

	if (s == NULL || s->file < 0)
		return;
	sum = sum_of(h, kind, bytes, len);
	if (sum != 0 && put(s, sum))
		note(s, sum);
}

bool seen_has(const struct seen *s, const struct hmac *h, char kind,
	      const uint8_t *bytes, size_t len)
{
	uint64_t sum = sum_of(h, kind, bytes, len);
	size_t at = (size_t)(sum % SLOTS);

	if (s == NULL)
		return false;
	while (s->slots != NULL && s->slots[at] != 0 && s->slots[at] != sum)
		at = (at + 1) % SLOTS;
	return s->slots != NULL && sum != 0 && s->slots[at] == sum;
}

bool seen_is_complete(const struct seen *s)
{
	return s != NULL && s->is_complete;
}
