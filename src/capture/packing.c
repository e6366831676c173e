/* SPDX-License-Identifier: BSD-3-Clause */
/* Compressed files and archives, told by their magic numbers. */
#include "capture/packing_private.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC(string) string, sizeof(string) - 1

static const struct magic {
	enum packing packing;
	size_t offset;
	const char *bytes;
	size_t len;
} magics[] = {
	{ PACKING_GZIP, 0, MAGIC("\x1f\x8b") },
	{ PACKING_ZSTD, 0, MAGIC("\x28\xb5\x2f\xfd") },
	{ PACKING_XZ, 0, MAGIC("\xfd\x37\x7a\x58\x5a\x00") },
	{ PACKING_LZ4, 0, MAGIC("\x04\x22\x4d\x18") },
	{ PACKING_BZIP2, 0, MAGIC("BZh") },
	{ PACKING_COMPRESS, 0, MAGIC("\x1f\x9d") },
	{ PACKING_LZIP, 0, MAGIC("LZIP") },
	{ PACKING_ZIP, 0, MAGIC("PK\x03\x04") },
	{ PACKING_ZIP, 0, MAGIC("PK\x05\x06") }, /* nothing in it */
	{ PACKING_ZIP, 0, MAGIC("PK00PK\x03\x04") },
	{ PACKING_TAR, 257, MAGIC("ustar") },
};

static const struct {
	const char *name, *advice;
} words[] = {
	[PACKING_NONE] = { "", "" },
	[PACKING_GZIP] = { "gzip", "gzip-compressed; decompress it first" },
	[PACKING_ZSTD] = { "zstd", "zstd-compressed; decompress it first" },
	[PACKING_XZ] = { "xz", "xz-compressed; decompress it first" },
	[PACKING_LZ4] = { "lz4", "lz4-compressed; decompress it first" },
	[PACKING_BZIP2] = { "bzip2", "bzip2-compressed; decompress it first" },
	[PACKING_COMPRESS] = { "compress",
			       "compressed by compress(1); decompress it "
			       "first" },
	[PACKING_LZIP] = { "lzip", "lzip-compressed; decompress it first" },
	[PACKING_TAR] = { "tar", "tar archive; unpack it first" },
	[PACKING_ZIP] = { "zip", "zip archive; unpack it first" },
};

static bool begins_with(struct bytes head, const struct magic *m)
{
	return head.len >= m->offset + m->len &&
	       memcmp(head.data + m->offset, m->bytes, m->len) == 0;
}

enum { CHECKSUM = 148, CHECKSUM_LEN = 8 };

/* Tars from before POSIX have no magic number, but a sum over their header. */
static bool is_old_tar(struct bytes head)
{
	unsigned long sum = CHECKSUM_LEN * ' ';
	char octal[CHECKSUM_LEN + 1] = "";

	if (head.len < HEAD_LEN || head.data[0] == '\0')
		return false;
	for (size_t i = 0; i < HEAD_LEN; i++)
		if (i < CHECKSUM || i >= CHECKSUM + CHECKSUM_LEN)
			sum += head.data[i];
	memcpy(octal, head.data + CHECKSUM, CHECKSUM_LEN);
	return strtoul(octal, NULL, 8) == sum;
}

enum packing packing_of(struct bytes head)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (begins_with(head, &magics[i]))
			return magics[i].packing;
	return is_old_tar(head) ? PACKING_TAR : PACKING_NONE;
}

bool packing_is_archive(enum packing packing)
{
	return packing == PACKING_TAR || packing == PACKING_ZIP;
}

const char *packing_name(enum packing packing)
{
	return words[packing].name;
}

const char *packing_advice(enum packing packing)
{
	return words[packing].advice;
}
