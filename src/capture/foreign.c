/* SPDX-License-Identifier: BSD-3-Clause */
/* What people hand in instead of a capture, told by its magic number. */
#include "capture/capture_private.h"

#include <string.h>

struct foreign {
	size_t offset;
	const char *magic;
	size_t len;
	const char *advice;
};

#define MAGIC(string) string, sizeof(string) - 1

#define CONVERT_ETL                         \
	"etl2pcapng.exe in.etl out.pcapng " \
	"or pktmon etl2pcap in.etl --out out.pcapng"

static const struct foreign foreigners[] = {
	{ 0, MAGIC("7z\xbc\xaf\x27\x1c"), "7z archive; unpack it first" },
	{ 0, MAGIC("SQLite format 3\0"),
	  "SQLite database; if it is a store, name it with -d" },
	{ 0, MAGIC("MSCF"),
	  "Windows cabinet; unpack it (expand -F:* in.cab FOLDER) and convert "
	  "the .etl file in it: " CONVERT_ETL },
	/*
	 * The first event of every ETL file is a SYSTEM_TRACE_HEADER of 32 or
	 * 64 bits; it stands behind a WMI_BUFFER_HEADER.
	 */
	{ 72, MAGIC("\x02\x00\x01\xc0"),
	  "Windows event trace; convert it: " CONVERT_ETL },
	{ 72, MAGIC("\x02\x00\x02\xc0"),
	  "Windows event trace; convert it: " CONVERT_ETL },
	{ 0, MAGIC("snoop\0\0\0"),
	  "snoop capture; convert it with editcap -F pcapng" },
	{ 0, MAGIC("GMBU"),
	  "Network Monitor capture; convert it with editcap -F pcapng" },
	{ 0, MAGIC("RTSS"),
	  "Network Monitor capture; convert it with editcap -F pcapng" },
};

static bool matches(const struct foreign *f, struct bytes head)
{
	return head.len >= f->offset + f->len &&
	       memcmp(head.data + f->offset, f->magic, f->len) == 0;
}

const char *foreign_advice(struct bytes head)
{
	for (size_t i = 0; i < sizeof(foreigners) / sizeof(*foreigners); i++)
		if (matches(&foreigners[i], head))
			return foreigners[i].advice;
	return NULL;
}
