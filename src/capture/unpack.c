/* SPDX-License-Identifier: BSD-3-Clause */
/* libarchive, which pulls its bytes from an input and is pulled from by one. */
#include "capture/unpack_private.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "capture/gunzip_private.h"

struct unpacker {
	struct archive *archive;
	struct archive_entry *entry;
	struct input *packed;
	enum packing packing;
	struct layer layer;
	size_t lent;  /* of packed, what libarchive looks at */
	bool starved; /* it asked for more than there is */
	bool over;
	struct text error; /* of the archive, or of this member */
	/* Of the member: the block to be given, which may lie behind a hole. */
	bool member_ended;
	uint64_t given;
	struct block {
		const uint8_t *data;
		size_t len;
		uint64_t offset;
	} block;
};

/*
 * Where libarchive was built without a library it offers to run a program in
 * its place, by ARCHIVE_WARN: never here.
 */
static int support(struct archive *a, enum packing packing)
{
	switch (packing) {
	case PACKING_ZSTD:
		return archive_read_support_filter_zstd(a);
	case PACKING_XZ:
		return archive_read_support_filter_xz(a);
	case PACKING_LZ4:
		return archive_read_support_filter_lz4(a);
	case PACKING_BZIP2:
		return archive_read_support_filter_bzip2(a);
	case PACKING_COMPRESS:
		return archive_read_support_filter_compress(a);
	case PACKING_LZIP:
		return archive_read_support_filter_lzip(a);
	case PACKING_TAR:
		return archive_read_support_format_tar(a);
	case PACKING_ZIP:
		/* The other zip reader needs to seek. */
		return archive_read_support_format_zip_streamable(a);
	default:
		return ARCHIVE_OK;
	}
}

const char *unpack_obstacle(enum packing packing)
{
	struct archive *a = archive_read_new();
	int rc = support(a, packing);

	archive_read_free(a);
	return rc == ARCHIVE_OK ? NULL
				: "the libarchive of this machine cannot";
}

static la_ssize_t feed(struct archive *a, void *context, const void **data)
{
	struct unpacker *u = context;
	struct bytes held;

	(void)a;
	input_take(u->packed, u->lent);
	held = input_peek_some(u->packed);
	u->lent = held.len;
	u->starved = held.len == 0;
	*data = held.data;
	return u->starved && input_error(u->packed) != NULL
		       ? ARCHIVE_FATAL
		       : (la_ssize_t)held.len;
}

static void explain(struct unpacker *u)
{
	const char *said = archive_error_string(u->archive);
	const char *name = packing_name(u->packing);

	text_clear(&u->error);
	if (u->layer.ledger->refusal[0] != '\0')
		text_add(&u->error, u->layer.ledger->refusal);
	else if (input_error(u->packed) != NULL)
		text_add(&u->error, input_error(u->packed));
	else if (u->starved)
		text_addf(&u->error,
			  packing_is_archive(u->packing)
				  ? "archive ends early (truncated %s?)"
				  : "compressed data end early (truncated %s?)",
			  name);
	else
		text_addf(&u->error, "damaged %s data (%.200s)", name,
			  said != NULL ? said : "no reason given");
}

/* Later members may be good unless libarchive, or a limit, says fatal. */
static int give_up(struct unpacker *u, int rc)
{
	explain(u);
	u->member_ended = true;
	u->over = u->over || rc == ARCHIVE_FATAL ||
		  u->layer.ledger->refusal[0] != '\0';
	return -1;
}

static struct unpacker *new_unpacker(struct input *packed, enum packing packing,
				     struct ledger *ledger)
{
	struct unpacker *u = must_calloc(1, sizeof(*u));

	u->packed = packed;
	u->packing = packing;
	u->layer = (struct layer){ .ledger = ledger, .packed = packed };
	u->member_ended = true;
	u->archive = archive_read_new();
	support(u->archive, packing);
	return u;
}

static void start(struct unpacker *u)
{
	if (archive_read_open(u->archive, u, NULL, feed, NULL) != ARCHIVE_OK)
		give_up(u, ARCHIVE_FATAL);
}

struct unpacker *unpacker_open(struct input *packed, enum packing packing,
			       struct ledger *ledger)
{
	struct unpacker *u = new_unpacker(packed, packing, ledger);

	/* Names as the bytes that they are, whatever the locale. */
	archive_read_set_options(u->archive, "hdrcharset=BINARY");
	start(u);
	return u;
}

void unpacker_close(struct unpacker *u)
{
	if (u == NULL)
		return;
	archive_read_free(u->archive);
	input_close(u->packed);
	text_release(&u->error);
	free(u);
}

bool unpacker_is_over(const struct unpacker *u)
{
	return u->over;
}

const char *unpacker_error(const struct unpacker *u)
{
	return text_string(&u->error);
}

static int say_out_of_order(struct unpacker *u)
{
	archive_set_error(u->archive, EINVAL, "blocks out of order");
	return give_up(u, ARCHIVE_FAILED);
}

/* 1: u->block is the next one, perhaps empty; 0: the member's end; -1. */
static int next_block(struct unpacker *u)
{
	const void *data = NULL;
	la_int64_t offset = (la_int64_t)u->given;
	size_t len = 0;
	int rc;

	if (u->member_ended)
		return u->error.len == 0 ? 0 : -1;
	rc = archive_read_data_block(u->archive, &data, &len, &offset);
	u->member_ended = rc == ARCHIVE_EOF;
	/* A wrong sum: the member is given to its end, and then is damaged. */
	if (rc == ARCHIVE_WARN)
		explain(u);
	else if (rc != ARCHIVE_OK && rc != ARCHIVE_EOF)
		return give_up(u, rc);
	if (offset < (la_int64_t)u->given)
		return say_out_of_order(u);
	/* Before the end there may be a hole as well. */
	u->block = (struct block){ data, u->member_ended ? 0 : len,
				   (uint64_t)offset };
	return 1;
}

static bool block_is_given(const struct unpacker *u)
{
	return u->given == u->block.offset + u->block.len;
}

/* Holes of sparse files are zeros, as if they had been written. */
static size_t copy_block(const struct unpacker *u, void *to, size_t len)
{
	uint64_t hole = u->block.offset, done = 0;

	if (u->given < hole) {
		len = len < hole - u->given ? len : (size_t)(hole - u->given);
		memset(to, 0, len);
		return len;
	}
	done = u->given - u->block.offset;
	if (u->block.len - done < len)
		len = u->block.len - (size_t)done;
	memcpy(to, u->block.data + done, len);
	return len;
}

static int count(struct unpacker *u, size_t len)
{
	return layer_count(&u->layer, len) ? 0 : give_up(u, ARCHIVE_FATAL);
}

static ssize_t read_member(void *context, void *to, size_t len,
			   struct text *why)
{
	struct unpacker *u = context;
	int rc = 1;

	while (rc == 1 && block_is_given(u))
		rc = next_block(u);
	if (rc == 1) {
		len = copy_block(u, to, len);
		u->given += len;
		rc = count(u, len) == 0 ? 1 : -1;
	}
	if (rc == -1)
		text_add(why, unpacker_error(u));
	return rc == 1 ? (ssize_t)len : rc;
}

static int pass_over(struct unpacker *u)
{
	/* A fault of what nobody wants is none, unless it is the end. */
	while (!u->over && next_block(u) == 1) {
		u->given = u->block.offset + u->block.len;
		count(u, u->block.len);
	}
	return u->over ? -1 : 0;
}

static void start_member(struct unpacker *u)
{
	u->block = (struct block){ 0 };
	u->given = 0;
	u->member_ended = false;
	text_clear(&u->error);
	if (!archive_entry_is_encrypted(u->entry))
		return;
	u->member_ended = true;
	text_add(&u->error, "encrypted; unpack it with its password first");
}

static int next_header(struct unpacker *u)
{
	int rc = archive_read_next_header(u->archive, &u->entry);

	if (rc == ARCHIVE_EOF)
		return 0;
	if (!ledger_count_member(u->layer.ledger) ||
	    (rc != ARCHIVE_OK && rc != ARCHIVE_WARN))
		return give_up(u, rc);
	start_member(u);
	return 1;
}

static bool is_regular(struct archive_entry *entry)
{
	return archive_entry_filetype(entry) == AE_IFREG &&
	       archive_entry_hardlink(entry) == NULL;
}

int unpacker_next(struct unpacker *u)
{
	int rc;

	do {
		if (pass_over(u) != 0)
			return -1;
		rc = next_header(u);
	} while (rc == 1 && !is_regular(u->entry));
	return rc;
}

const char *unpacker_name(const struct unpacker *u)
{
	const char *name = archive_entry_pathname(u->entry);

	return name != NULL ? name : "?";
}

struct input *unpacker_input(struct unpacker *u)
{
	static const struct input_source source = { read_member, NULL };

	return input_new(&source, u, input_file(u->packed));
}

/* Without a filter that fits libarchive would give the bytes as they are. */
static int open_stream(struct unpacker *u)
{
	int rc = u->over ? -1 : next_header(u);

	if (rc != 1 ||
	    archive_filter_code(u->archive, 0) != ARCHIVE_FILTER_NONE)
		return rc;
	u->starved = false;
	archive_set_error(u->archive, EINVAL, "bad header");
	return give_up(u, ARCHIVE_FATAL);
}

static ssize_t read_stream(void *context, void *to, size_t len,
			   struct text *why)
{
	struct unpacker *u = context;
	int rc = u->entry != NULL ? 1 : open_stream(u);

	if (rc == -1)
		text_add(why, unpacker_error(u));
	return rc == 1 ? read_member(u, to, len, why) : rc;
}

static void close_stream(void *context)
{
	unpacker_close(context);
}

struct input *unpack_compressed(struct input *packed, enum packing packing,
				struct ledger *ledger)
{
	static const struct input_source source = { read_stream, close_stream };
	struct unpacker *u;

	if (packing == PACKING_GZIP)
		return gunzip_open(packed, ledger);
	u = new_unpacker(packed, packing, ledger);
	archive_read_support_format_raw(u->archive);
	archive_read_support_format_empty(u->archive);
	start(u);
	return input_new(&source, u, input_file(packed));
}
