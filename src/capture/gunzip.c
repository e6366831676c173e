/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gzip (RFC 1952) by zlib itself: libarchive neither checks the sum nor gives
 * what it had unpacked where a file is cut short.
 */
#include "capture/gunzip_private.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/error.h"
#include "base/memory.h"

enum { WITH_GZIP_HEADER = 16 + MAX_WBITS };

struct gunzip {
	z_stream stream;
	struct input *packed;
	struct layer layer;
	int fault; /* zlib's code, when what came before it was given */
	bool ended;
};

static uInt at_most(size_t len)
{
	return len < UINT32_MAX ? (uInt)len : UINT32_MAX;
}

static int inflate_some(struct gunzip *g)
{
	struct bytes held = input_peek_some(g->packed);
	int rc;

	g->stream.next_in = (Bytef *)held.data;
	g->stream.avail_in = at_most(held.len);
	rc = inflate(&g->stream, Z_NO_FLUSH);
	input_take(g->packed, (size_t)(g->stream.next_in - held.data));
	return held.len == 0 ? Z_BUF_ERROR : rc;
}

/* Another stream may follow, as after `cat a.gz b.gz`; else only padding. */
static void end_stream(struct gunzip *g)
{
	struct bytes head = input_peek(g->packed, 2);

	g->ended = packing_of(head) != PACKING_GZIP;
	inflateReset(&g->stream);
}

static ssize_t explain(const struct gunzip *g, struct text *why)
{
	if (input_error(g->packed) != NULL)
		text_add(why, input_error(g->packed));
	else if (g->fault == Z_BUF_ERROR)
		text_add(why, "compressed data end early (truncated gzip?)");
	else
		text_addf(why, "damaged gzip data (%s)",
			  g->stream.msg != NULL ? g->stream.msg : "no memory");
	return -1;
}

static ssize_t read_gunzip(void *context, void *to, size_t len,
			   struct text *why)
{
	struct gunzip *g = context;
	uInt room = at_most(len), got = 0;

	g->stream.next_out = to;
	g->stream.avail_out = room;
	while (got == 0 && !g->ended && g->fault == Z_OK) {
		int rc = inflate_some(g);

		got = room - g->stream.avail_out;
		if (rc == Z_STREAM_END)
			end_stream(g);
		else if (rc != Z_OK)
			g->fault = rc;
	}
	if (got == 0 && g->fault != Z_OK)
		return explain(g, why);
	if (layer_count(&g->layer, got))
		return (ssize_t)got;
	text_add(why, g->layer.ledger->refusal);
	return -1;
}

static void close_gunzip(void *context)
{
	struct gunzip *g = context;

	inflateEnd(&g->stream);
	input_close(g->packed);
	free(g);
}

static const struct input_source gunzip_source = { read_gunzip, close_gunzip };

struct input *gunzip_open(struct input *packed, struct ledger *ledger)
{
	struct gunzip *g = must_calloc(1, sizeof(*g));

	g->packed = packed;
	g->layer = (struct layer){ .ledger = ledger, .packed = packed };
	if (inflateInit2(&g->stream, WITH_GZIP_HEADER) != Z_OK) {
		fail("zlib cannot be used here");
		exit(1);
	}
	return input_new(&gunzip_source, g, input_file(packed));
}
