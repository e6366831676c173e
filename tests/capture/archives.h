/* SPDX-License-Identifier: BSD-3-Clause */
/* Compressed files and archives, made by libarchive in memory. */
#ifndef TESTS_CAPTURE_ARCHIVES_H
#define TESTS_CAPTURE_ARCHIVES_H

#include "tests/capture/files.h"

#include <archive.h>
#include <archive_entry.h>

#include "capture/container_private.h"

static inline la_ssize_t append(struct archive *a, void *to, const void *data,
				size_t len)
{
	(void)a;
	text_add_bytes(to, data, len);
	return (la_ssize_t)len;
}

/* filter, options (as "zip:compression=store"): NULL for none. */
static inline struct archive *begin_archive_with(struct text *to,
						 const char *format,
						 const char *filter,
						 const char *options)
{
	struct archive *a = archive_write_new();

	if (strcmp(format, "raw") == 0)
		assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
	else
		assert_int_equal(archive_write_set_format_by_name(a, format),
				 ARCHIVE_OK);
	if (filter != NULL)
		assert_int_equal(archive_write_add_filter_by_name(a, filter),
				 ARCHIVE_OK);
	if (options != NULL)
		assert_int_equal(archive_write_set_options(a, options),
				 ARCHIVE_OK);
	archive_write_set_passphrase(a, "secret");
	archive_write_set_bytes_in_last_block(a, 1);
	assert_int_equal(archive_write_open(a, to, NULL, append, NULL),
			 ARCHIVE_OK);
	return a;
}

static inline struct archive *begin_archive(struct text *to, const char *format,
					    const char *filter)
{
	bool is_pax = strcmp(format, "pax") == 0;

	return begin_archive_with(to, format, filter,
				  is_pax ? "hdrcharset=BINARY" : NULL);
}

static inline void end_archive(struct archive *a)
{
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
}

static inline struct archive_entry *new_entry(const char *name, unsigned type,
					      size_t len)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_copy_pathname(entry, name);
	archive_entry_set_filetype(entry, type);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)len);
	return entry;
}

static inline void add_entry(struct archive *a, struct archive_entry *entry,
			     const void *data, size_t len)
{
	assert_true(archive_write_header(a, entry) >= ARCHIVE_WARN);
	if (len > 0)
		assert_int_equal(archive_write_data(a, data, len), len);
	archive_entry_free(entry);
}

static inline void add_member(struct archive *a, const char *name,
			      const struct text *bytes)
{
	add_entry(a, new_entry(name, AE_IFREG, bytes->len), bytes->data,
		  bytes->len);
}

static inline void add_words(struct archive *a, const char *name,
			     const char *words)
{
	add_entry(a, new_entry(name, AE_IFREG, strlen(words)), words,
		  strlen(words));
}

/* An archive with one member; what is behind of *to stays there. */
static inline void pack_one(struct text *to, const char *format,
			    const char *filter, const char *name,
			    const struct text *bytes)
{
	struct archive *a = begin_archive(to, format, filter);

	add_member(a, name, bytes);
	end_archive(a);
}

static inline void compress_bytes(struct text *to, const char *filter,
				  const struct text *bytes)
{
	pack_one(to, "raw", filter, "data", bytes);
}

/* Two captures: three packets, and two in pcapng. */

static inline void make_pcap(struct file *f)
{
	pcap_header(f, 0xa1b2c3d4, 65535, 1);
	pcap_packet(f, 1, 2, 'a', 60);
	pcap_packet(f, 3, 4, 'b', 60);
	pcap_packet(f, 5, 6, 'c', 60);
}

static inline void make_pcapng(struct file *f)
{
	begin_block(f, SHB);
	put(f, 0x1a2b3c4d, 4);
	put(f, 1, 2);
	put(f, 0, 2);
	put(f, UINT64_MAX, 8);
	end_block(f);
	interface(f, 1);
	packet(f, 0, 1, 'd', 60);
	packet(f, 0, 2, 'e', 60);
}

/* Packets that don't compress, so that each cut is within another one. */
enum { NOISE_PACKETS = 2000, NOISE_LEN = 60, NOISE_RECORD = 16 + NOISE_LEN };

static inline void make_noise(struct file *f)
{
	uint32_t seed = 1;

	pcap_header(f, 0xa1b2c3d4, 65535, 1);
	for (int i = 0; i < NOISE_PACKETS; i++) {
		pcap_packet(f, (uint32_t)i, 0, 'n', NOISE_LEN);
		for (size_t at = f->bytes.len - NOISE_LEN; at < f->bytes.len;
		     at++) {
			seed = seed * 1664525 + 1013904223;
			f->bytes.data[at] = (char)(seed >> 24);
		}
	}
}

/* What a container gave, member by member, and what it said. */

enum { MEMBERS_MAX = 16 };

struct contents {
	bool opened;
	int rc;
	size_t count;
	struct member {
		char name[4096];
		enum member_kind kind;
		uint64_t packets, size;
		char sum[SHA256_TEXT_SIZE];
		char notes[64]; /* their beginning */
		size_t notes_len;
	} members[MEMBERS_MAX];
	const char *said;
};

static inline void take_notes(struct container *c, struct member *m)
{
	struct text notes = { 0 };

	container_text(c, &notes);
	snprintf(m->notes, sizeof(m->notes), "%s", text_string(&notes));
	m->notes_len = notes.len;
	text_release(&notes);
}

static inline void take_capture(struct container *c, struct member *m)
{
	struct capture *capture = container_capture(c);
	struct frame frame;

	if (capture == NULL)
		return;
	assert_string_equal(capture_path(capture), container_name(c));
	while (capture_next(capture, &frame) == 1)
		m->packets++;
	assert_int_equal(capture_sha256(capture, m->sum), 0);
	m->size = capture_size(capture);
	capture_close(capture);
}

static inline void take_member(struct container *c, struct contents *all)
{
	struct member *m = &all->members[all->count];

	assert_true(all->count < MEMBERS_MAX);
	assert_int_equal(container_index(c), all->count++);
	snprintf(m->name, sizeof(m->name), "%s", container_name(c));
	m->kind = container_kind(c);
	if (m->kind == MEMBER_NOTES)
		take_notes(c, m);
	else
		take_capture(c, m);
}

static inline struct contents *read_limited(const char *path, bool quiet,
					    const struct ledger_limits *limits)
{
	static struct contents all;
	struct hush h = hush();
	struct container *c = container_open_limited(path, quiet, limits);

	memset(&all, 0, sizeof(all));
	all.opened = c != NULL;
	while (c != NULL && (all.rc = container_next(c)) == 1)
		take_member(c, &all);
	if (c != NULL)
		assert_int_equal(container_next(c), all.rc);
	container_close(c);
	all.said = unhush(h);
	return &all;
}

static inline struct contents *read_container(const char *path)
{
	return read_limited(path, false, &ledger_limits);
}

static inline struct contents *read_packed(const struct text *packed)
{
	return read_container(save_bytes(packed->data, packed->len));
}

/* The name behind the path of the file on disk. */
static inline const char *inner_name(const struct contents *all, size_t i)
{
	const char *name = strchr(all->members[i].name, '!');

	return name != NULL ? name : "";
}

/* The one message, behind "dnsforensics: PATH". */
static inline const char *said_of(const struct contents *all, const char *path)
{
	static char text[8192];
	size_t before = strlen("dnsforensics: ") + strlen(path);

	if (count_lines(all->said) != 1)
		fail_msg("not one line: %s", all->said);
	snprintf(text, sizeof(text), "%s", all->said + before);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* The same where the file is that of save_bytes(). */
static inline const char *reason_of(const struct contents *all)
{
	return said_of(all, save_bytes("", 0));
}

static inline bool says(const struct contents *all, const char *words)
{
	return strstr(all->said, words) != NULL;
}

#endif
