/* SPDX-License-Identifier: BSD-3-Clause */
/* Capture files: pcap and pcapng, read from memory. */
#include <string.h>

#include "capture/capture_private.h"
#include "tests/fuzz/fuzz.h"

struct memory {
	struct bytes rest;
	size_t most; /* that is given at a time */
};

static ssize_t read_memory(void *context, void *to, size_t len,
			   struct text *why)
{
	struct memory *m = context;

	(void)why;
	if (len > m->rest.len)
		len = m->rest.len;
	if (len > m->most)
		len = m->most;
	if (len > 0)
		memcpy(to, m->rest.data, len);
	m->rest.data += len;
	m->rest.len -= len;
	return (ssize_t)len;
}

static void check_texts(const struct capture *c)
{
	const char *texts[] = { capture_comment(c), capture_damage(c),
				capture_format(c) };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		CHECK(texts[i] == NULL || strlen(texts[i]) < 1 << 20);
	for (uint32_t i = 0; i < capture_num_names(c); i++)
		CHECK(capture_name(c, i)->address[0] != '\0' &&
		      capture_name(c, i)->name[0] != '\0');
	for (uint32_t i = 0; i < capture_num_interfaces(c); i++) {
		const struct capture_interface *f = capture_interface(c, i);

		CHECK(f->received >= -1 && f->dropped >= -1);
		CHECK(f->name == NULL || f->name[0] != '\0');
	}
}

static void check_frame(const struct capture *c, const struct frame *frame,
			uint64_t last, size_t len)
{
	CHECK(frame->number > last);
	CHECK(frame->bytes.len <= len);
	CHECK(frame->interface < capture_num_interfaces(c));
	CHECK(frame->comment == NULL || frame->comment[0] != '\0');
	fuzz_touch(frame->bytes);
}

/* Whatever was damaged, the sum is that of the whole file. */
static void check_sum(struct capture *c, const uint8_t *data, size_t len)
{
	char whole[SHA256_TEXT_SIZE], sum[SHA256_TEXT_SIZE];
	struct sha256 *s = sha256_new();

	sha256_add(s, data, len);
	sha256_finish(s, whole);
	sha256_free(s);
	CHECK(capture_sha256(c, sum) == 0);
	CHECK(strcmp(sum, whole) == 0);
	CHECK(capture_size(c) == len);
}

static uint64_t read_frames(struct capture *c, const uint8_t *data, size_t len)
{
	struct frame frame;
	uint64_t last = 0;
	int rc;

	while ((rc = capture_next(c, &frame)) == 1) {
		check_frame(c, &frame, last, len);
		last = frame.number;
	}
	CHECK(capture_next(c, &frame) == rc);
	CHECK((capture_damage(c) != NULL) == (rc == -1));
	check_texts(c);
	check_sum(c, data, len);
	check_texts(c);
	return last;
}

static uint64_t read_capture(const uint8_t *data, size_t len, size_t most)
{
	static const struct input_source source = { read_memory, NULL };
	struct memory m = { { data, len }, most };
	/* The file at the bottom, which is asked for its faults. */
	struct input *file = input_open("/dev/null");
	struct input *input = input_new(&source, &m, file);
	struct capture *c;
	uint64_t last = 0;

	input_start_sum(input);
	c = capture_new(input, "input", "input", false);
	if (c != NULL) /* its header may be damaged */
		last = read_frames(c, data, len);
	capture_close(c);
	input_close(input);
	input_close(file);
	return last;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (!capture_recognises((struct bytes){ data, len }))
		return 0;
	/* However small the pieces are in which the file comes. */
	CHECK(read_capture(data, len, SIZE_MAX) ==
	      read_capture(data, len, 1 + data[len - 1] % 64));
	return 0;
}
