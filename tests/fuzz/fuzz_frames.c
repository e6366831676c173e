/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Captures whose frames come under pseudonyms: each as long as before, with
 * its layers where they were.
 */
#include <string.h>

#include "base/memory.h"
#include "capture/container.h"
#include "packet/layout.h"
#include "redact/message.h"
#include "tests/fuzz/fuzz.h"

enum { FRAMES_MAX = 256 };

static const uint16_t ports[] = { 53, 5353, 5355 };

struct read {
	struct frame frames[FRAMES_MAX];
	size_t count;
};

static void read_frames(struct read *all, const char *path)
{
	struct container *c = container_open(path, true);
	struct capture *capture = NULL;
	struct frame frame;

	if (container_next(c) == 1 && container_kind(c) == MEMBER_CAPTURE)
		capture = container_capture(c);
	while (capture != NULL && all->count < FRAMES_MAX &&
	       capture_next(capture, &frame) == 1) {
		frame.bytes.data = must_memdup(frame.bytes.data,
					       frame.bytes.len);
		frame.comment = NULL;
		all->frames[all->count++] = frame;
	}
	capture_close(capture);
	container_close(c);
}

/* What is no DNS is zeros after that, which may look like anything. */
static void compare_layers(const struct frame *frame, const uint8_t *to)
{
	struct layer before[LAYERS_MAX], after[LAYERS_MAX];
	struct frame copy = *frame;
	size_t count = packet_layout(frame, ports, 3, before);

	copy.bytes.data = to;
	if (before[count - 1].kind == LAYER_OTHER)
		count--;
	CHECK(packet_layout(&copy, ports, 3, after) >= count);
	for (size_t i = 0; i < count; i++) {
		CHECK(before[i].kind == after[i].kind);
		CHECK(before[i].at == after[i].at);
		CHECK(before[i].payload == after[i].payload);
		CHECK(before[i].end == after[i].end);
		CHECK(before[i].src.port == after[i].src.port);
		CHECK(before[i].dst.port == after[i].dst.port);
	}
}

static void rewrite(struct frames *f, const struct frame *frame)
{
	uint8_t *to = must_calloc(frame->bytes.len + 1, 1);

	to[frame->bytes.len] = 0xa5;
	frames_rewrite(f, frame, to);
	CHECK(to[frame->bytes.len] == 0xa5);
	compare_layers(frame, to);
	free(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t key[REDACT_KEY_SIZE] = { 3, 1, 4 };
	static struct redactor *r;
	struct frames *f;
	struct read *all = must_calloc(1, sizeof(*all));

	if (r == NULL)
		r = redactor_new(key);
	f = frames_new(r, ports, 3);
	read_frames(all, fuzz_file(data, len));
	for (size_t i = 0; i < all->count; i++)
		frames_learn(f, &all->frames[i]);
	frames_end_learning(f);
	for (size_t i = 0; i < all->count; i++) {
		rewrite(f, &all->frames[i]);
		free((void *)all->frames[i].bytes.data);
	}
	frames_free(f);
	free(all);
	return 0;
}
