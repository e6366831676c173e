/* SPDX-License-Identifier: BSD-3-Clause */
/* Compressed files and archives with captures, notes and JSON in them. */
#include <string.h>

#include "capture/container.h"
#include "tests/fuzz/fuzz.h"

enum { SUMS_MAX = 256 };

struct sums {
	size_t count;
	char sums[SUMS_MAX][SHA256_TEXT_SIZE];
};

static void read_text(struct container *c)
{
	struct text text = { 0 };

	container_text(c, &text);
	fuzz_touch((struct bytes){ (const uint8_t *)text.data, text.len });
	text_release(&text);
}

static void read_capture(struct container *c, char *sum)
{
	struct capture *capture = container_capture(c);
	struct frame frame;

	if (capture == NULL)
		return;
	CHECK(strcmp(capture_path(capture), container_name(c)) == 0);
	while (capture_next(capture, &frame) == 1)
		fuzz_touch(frame.bytes);
	if (capture_sha256(capture, sum) != 0)
		sum[0] = '\0';
	capture_close(capture);
}

static void read_all(struct container *c, struct sums *s)
{
	int rc;

	while ((rc = container_next(c)) == 1) {
		CHECK(container_name(c)[0] != '\0');
		if (container_kind(c) != MEMBER_CAPTURE) {
			read_text(c);
			continue;
		}
		CHECK(s->count < SUMS_MAX);
		read_capture(c, s->sums[s->count++]);
	}
	CHECK(container_next(c) == rc);
}

/* Unread captures have the sums of those that are read. */
static void compare_sums(struct container *c, const struct sums *s)
{
	char sum[SHA256_TEXT_SIZE];
	size_t i = 0;

	while (container_next(c) == 1) {
		if (container_kind(c) != MEMBER_CAPTURE)
			continue;
		CHECK(i < s->count);
		if (container_sha256(c, sum) == 0 && s->sums[i][0] != '\0')
			CHECK(strcmp(sum, s->sums[i]) == 0);
		i++;
	}
	CHECK(i == s->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *path = fuzz_file(data, len);
	struct sums *s = calloc(1, sizeof(*s));
	struct container *c = container_open(path, false);

	CHECK(s != NULL && c != NULL);
	read_all(c, s);
	container_close(c);
	c = container_open(path, true);
	compare_sums(c, s);
	container_close(c);
	c = container_open_json(path);
	while (container_next(c) == 1)
		read_text(c);
	container_close(c);
	container_is_one(path);
	container_advice(path);
	free(s);
	return 0;
}
