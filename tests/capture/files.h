/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Capture files made in the tests, byte by byte, and what the reader says
 * about them.
 */
#ifndef TESTS_CAPTURE_FILES_H
#define TESTS_CAPTURE_FILES_H

#include "tests/test.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "capture/container.h"

/* A file in the making.  Release with text_release(&file.bytes). */
struct file {
	struct text bytes;
	bool big; /* byte order of what is added */
	size_t block;
};

static inline void put(struct file *f, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++) {
		int shift = f->big ? 8 * (bytes - 1 - i) : 8 * i;
		uint8_t byte = (uint8_t)(value >> shift);

		text_add_bytes(&f->bytes, &byte, 1);
	}
}

/* Packets are told apart by the byte of which they consist. */
static inline void put_data(struct file *f, uint8_t byte, size_t len)
{
	while (len-- > 0)
		put(f, byte, 1);
}

static inline void put_string(struct file *f, const char *string)
{
	text_add(&f->bytes, string);
}

/* Classic pcap. */

static inline void pcap_header(struct file *f, uint32_t magic, uint32_t snaplen,
			       uint32_t linktype)
{
	put(f, magic, 4);
	put(f, 2, 2);
	put(f, 4, 2);
	put(f, 0, 8);
	put(f, snaplen, 4);
	put(f, linktype, 4);
}

static inline void pcap_packet(struct file *f, uint32_t seconds,
			       uint32_t fraction, uint8_t byte, uint32_t len)
{
	put(f, seconds, 4);
	put(f, fraction, 4);
	put(f, len, 4);
	put(f, len, 4);
	put_data(f, byte, len);
}

/* pcapng. */

enum {
	SHB = 0x0a0d0d0a,
	IDB = 1,
	PB = 2,
	SPB = 3,
	NRB = 4,
	ISB = 5,
	EPB = 6,
	SDJ = 9,
	CB = 0xbad,
};

static inline void begin_block(struct file *f, uint32_t type)
{
	f->block = f->bytes.len;
	put(f, type, 4);
	put(f, 0, 4);
}

static inline void pad(struct file *f)
{
	while ((f->bytes.len - f->block) % 4 != 0)
		put(f, 0, 1);
}

static inline void set_u32(struct file *f, size_t at, uint32_t value)
{
	struct file word = { .big = f->big };

	put(&word, value, 4);
	memcpy(f->bytes.data + at, word.bytes.data, 4);
	text_release(&word.bytes);
}

static inline void end_block(struct file *f)
{
	uint32_t len;

	pad(f);
	len = (uint32_t)(f->bytes.len - f->block + 4);
	set_u32(f, f->block + 4, len);
	put(f, len, 4);
}

static inline void put_option(struct file *f, unsigned code, const void *value,
			      size_t len)
{
	put(f, code, 2);
	put(f, len, 2);
	text_add_bytes(&f->bytes, value, len);
	pad(f);
}

static inline void put_text_option(struct file *f, unsigned code,
				   const char *value)
{
	put_option(f, code, value, strlen(value));
}

static inline void put_number_option(struct file *f, unsigned code,
				     uint64_t value, int bytes)
{
	put(f, code, 2);
	put(f, (uint64_t)bytes, 2);
	put(f, value, bytes);
	pad(f);
}

static inline void section(struct file *f, bool big)
{
	f->big = big;
	begin_block(f, SHB);
	put(f, 0x1a2b3c4d, 4);
	put(f, 1, 2);
	put(f, 0, 2);
	put(f, UINT64_MAX, 8);
	end_block(f);
}

/* Options may follow until end_block(). */
static inline void begin_interface(struct file *f, unsigned linktype,
				   uint32_t snaplen)
{
	begin_block(f, IDB);
	put(f, linktype, 2);
	put(f, 0, 2);
	put(f, snaplen, 4);
}

static inline void interface(struct file *f, unsigned linktype)
{
	begin_interface(f, linktype, 0);
	end_block(f);
}

static inline void begin_packet(struct file *f, uint32_t interface_id,
				uint64_t units, uint8_t byte, uint32_t len)
{
	begin_block(f, EPB);
	put(f, interface_id, 4);
	put(f, units >> 32, 4);
	put(f, units, 4);
	put(f, len, 4);
	put(f, len, 4);
	put_data(f, byte, len);
	pad(f);
}

static inline void packet(struct file *f, uint32_t interface_id, uint64_t units,
			  uint8_t byte, uint32_t len)
{
	begin_packet(f, interface_id, units, byte, len);
	end_block(f);
}

static inline void put_statistics(struct file *f, uint32_t interface_id,
				  uint64_t received, uint64_t dropped)
{
	begin_block(f, ISB);
	put(f, interface_id, 4);
	put(f, 0, 8);
	put_number_option(f, 4, received, 8);
	put_number_option(f, 5, dropped, 8);
	put_number_option(f, 7, 2, 8);
	put(f, 0, 4);
	end_block(f);
}

/* One with all that can be told of it, one with what can't be used. */
static inline void describe_interfaces(struct file *f)
{
	begin_interface(f, 1, 256);
	put_text_option(f, 2, "eth0");
	put_text_option(f, 2, "second name");
	put_text_option(f, 3, "uplink");
	put_option(f, 11, "\0port 53", 8);
	put(f, 0, 4);
	end_block(f);
	begin_interface(f, 101, 0);
	put_option(f, 2, "azv1\0hidden", 11);
	put_option(f, 11, "\1bpf", 4);
	put_option(f, 99, "?", 1);
	end_block(f);
}

static inline void put_simple(struct file *f, uint8_t byte, uint32_t wire_len,
			      uint32_t len)
{
	begin_block(f, SPB);
	put(f, wire_len, 4);
	put_data(f, byte, len);
	end_block(f);
}

static inline void put_other(struct file *f, uint32_t type, size_t len)
{
	begin_block(f, type);
	put(f, 0, 4);
	put_data(f, 'x', len);
	end_block(f);
}

/* On disk: one file for each test program, overwritten by the next. */

static inline const char *save_bytes(const void *data, size_t len)
{
	static char path[64];
	FILE *out;

	if (path[0] == '\0') {
		strcpy(path, "/tmp/dnsforensics-test-XXXXXX");
		close(mkstemp(path));
	}
	out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(data, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
	return path;
}

static inline const char *save(const struct file *f)
{
	return save_bytes(f->bytes.data, f->bytes.len);
}

/*
 * The first capture in a file.  Its container stays open until the next one,
 * NULL for none.
 */
static inline struct capture *open_capture(const char *path)
{
	static struct container *c;

	container_close(c);
	c = path != NULL ? container_open(path, false) : NULL;
	return c != NULL && container_next(c) == 1 ? container_capture(c)
						   : NULL;
}

/* For a group's teardown. */
static inline int remove_saved(void **state)
{
	(void)state;
	open_capture(NULL);
	return unlink(save_bytes("", 0));
}

/* Standard input becomes the file, or a pipe from a process that writes it. */
static inline void feed_standard_input(const struct text *bytes, bool piped)
{
	int ends[2], fd;

	if (!piped) {
		fd = open(save_bytes(bytes->data, bytes->len), O_RDONLY);
		dup2(fd, STDIN_FILENO);
		close(fd);
		return;
	}
	assert_int_equal(pipe(ends), 0);
	if (fork() == 0) {
		close(ends[0]);
		for (size_t at = 0; at < bytes->len; at += 7) {
			size_t len = bytes->len - at;

			if (write(ends[1], bytes->data + at,
				  len < 7 ? len : 7) < 0)
				break;
		}
		_exit(0);
	}
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
}

/* Standard error goes to a file between these two; the second gives it. */

struct hush {
	FILE *file;
	int saved;
};

static inline struct hush hush(void)
{
	struct hush h = { tmpfile(), dup(STDERR_FILENO) };

	assert_non_null(h.file);
	fflush(stderr);
	dup2(fileno(h.file), STDERR_FILENO);
	return h;
}

static inline const char *unhush(struct hush h)
{
	static char said[4096];
	size_t len;

	fflush(stderr);
	dup2(h.saved, STDERR_FILENO);
	close(h.saved);
	rewind(h.file);
	len = fread(said, 1, sizeof(said) - 1, h.file);
	said[len] = '\0';
	fclose(h.file);
	return said;
}

/* What a file gave: its frames, how it ended and what was said. */

enum { FRAMES_MAX = 16 };

struct outcome {
	bool opened;
	int rc;
	size_t num_frames;
	struct frame frames[FRAMES_MAX]; /* bytes.data points to first_byte */
	uint8_t first_byte[FRAMES_MAX];
	const char *said;
};

static inline void keep_frame(struct outcome *o, const struct frame *frame)
{
	size_t i = o->num_frames++;

	assert_true(i < FRAMES_MAX);
	o->frames[i] = *frame;
	if (frame->bytes.len > 0)
		o->first_byte[i] = frame->bytes.data[0];
	for (size_t k = 1; k < frame->bytes.len; k++)
		assert_int_equal(frame->bytes.data[k], o->first_byte[i]);
	o->frames[i].bytes.data = &o->first_byte[i];
}

static inline struct outcome *read_capture(const char *path)
{
	static struct outcome o;
	struct hush h = hush();
	struct capture *c = open_capture(path);
	struct frame frame;

	memset(&o, 0, sizeof(o));
	o.opened = c != NULL;
	o.rc = -1;
	while (c != NULL && (o.rc = capture_next(c, &frame)) == 1)
		keep_frame(&o, &frame);
	/* Asked again it says the same, silently. */
	if (c != NULL)
		assert_int_equal(capture_next(c, &frame), o.rc);
	capture_close(c);
	o.said = unhush(h);
	return &o;
}

static inline struct outcome *read_file(const struct file *f)
{
	return read_capture(save(f));
}

static inline size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

/* The message without "dnsforensics: PATH: " and the end of the line. */
static inline const char *reason(const struct outcome *o, const char *path)
{
	static char text[4096];
	size_t before = strlen("dnsforensics: ") + strlen(path) + 2;

	assert_int_equal(count_lines(o->said), 1);
	assert_true(strlen(o->said) > before);
	assert_non_null(strstr(o->said, path));
	snprintf(text, sizeof(text), "%s", o->said + before);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/*
 * However the file is cut: its first frames, then the end or one line that
 * says what happened.
 */
static inline void assert_every_cut_gives_a_prefix(const struct file *f)
{
	struct outcome whole = *read_file(f);

	assert_int_equal(whole.rc, 0);
	for (size_t len = 0; len < f->bytes.len; len++) {
		struct outcome *o = read_capture(
			save_bytes(f->bytes.data, len));

		assert_int_equal(count_lines(o->said), o->rc == 0 ? 0 : 1);
		assert_true(o->num_frames <= whole.num_frames);
		assert_memory_equal(o->first_byte, whole.first_byte,
				    o->num_frames);
		for (size_t i = 0; i < o->num_frames; i++)
			assert_int_equal(o->frames[i].bytes.len,
					 whole.frames[i].bytes.len);
	}
}

#endif
