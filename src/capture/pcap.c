/* SPDX-License-Identifier: BSD-3-Clause */
/* Classic pcap files, through libpcap, which reads them from our stream. */
#include "capture/capture_private.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/memory.h"

enum {
	FILE_HEADER_LEN = 24,
	/* The upper bits of the link type hold the length of the FCS. */
	LINKTYPE_MASK = 0x03ffffff,
};

struct pcap_state {
	pcap_t *pcap;
	FILE *file; /* libpcap's, and closed by it */
	int linktype;
	struct input *input;
	/* The file's header as libpcap sees it, and how much it has seen. */
	uint8_t header[FILE_HEADER_LEN];
	size_t header_given;
};

static uint32_t magic_of(struct bytes head)
{
	struct reader r = reader_of(head);

	return read_u32(&r);
}

static bool is_swapped(uint32_t magic)
{
	/* All magic numbers of the family begin with a1b2. */
	return magic >> 16 != 0xa1b2;
}

static bool recognises(struct bytes head)
{
	static const uint32_t known[] = {
		0xa1b2c3d4, /* microseconds */
		0xa1b23c4d, /* nanoseconds */
		0xa1b2cd34, /* microseconds, longer packet headers */
	};
	uint32_t magic = magic_of(head);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (magic == known[i] || magic == __builtin_bswap32(known[i]))
			return true;
	return false;
}

/*
 * libpcap tells the link type in its own numbers and the snapshot length as it
 * sees fit; the file's are wanted.
 */
static void describe(struct capture *c, struct bytes head)
{
	struct pcap_state *state = c->state;
	struct capture_interface *interface = capture_add_interface(c);
	struct reader r = reader_of(head);
	uint32_t magic = read_u32(&r), linktype;
	bool swapped = is_swapped(magic);

	if (swapped)
		magic = __builtin_bswap32(magic);
	c->format = magic == 0xa1b23c4d ? "pcap nanosecond" : "pcap";
	interface->resolution = magic == 0xa1b23c4d ? 9 : 6;
	skip(&r, 12); /* version, time zone, accuracy */
	interface->snaplen = read_u32(&r);
	linktype = read_u32(&r);
	if (swapped) {
		interface->snaplen = __builtin_bswap32(interface->snaplen);
		linktype = __builtin_bswap32(linktype);
	}
	state->linktype = linktype_canonical(linktype & LINKTYPE_MASK);
	interface->linktype = state->linktype;
}

/*
 * libpcap cuts packets off at the snapshot length of the header.  Some files
 * have longer ones, which Wireshark shows whole: libpcap sees the most that
 * Wireshark takes, 262144, instead.  That bounds its memory as well.
 */
static void take_header(struct pcap_state *state, struct bytes head)
{
	uint8_t *snaplen = state->header + 16;

	memcpy(state->header, head.data, FILE_HEADER_LEN);
	memset(snaplen, 0, 4);
	snaplen[is_swapped(magic_of(head)) ? 2 : 1] = 0x04;
	input_take(state->input, FILE_HEADER_LEN);
}

static ssize_t read_stream(void *context, char *to, size_t len)
{
	struct pcap_state *state = context;
	size_t left = FILE_HEADER_LEN - state->header_given;

	if (left == 0)
		return input_read(state->input, to, len);
	if (len > left)
		len = left;
	memcpy(to, state->header + state->header_given, len);
	state->header_given += len;
	return (ssize_t)len;
}

static int open_pcap(struct capture *c, struct pcap_state *state)
{
	char why[PCAP_ERRBUF_SIZE] = "";

	state->file = fopencookie(
		state, "r",
		(cookie_io_functions_t){ read_stream, NULL, NULL, NULL });
	if (state->file == NULL)
		return capture_fault(c, "no memory for a stream");
	state->pcap = pcap_fopen_offline_with_tstamp_precision(
		state->file, PCAP_TSTAMP_PRECISION_NANO, why);
	if (state->pcap != NULL)
		return 0;
	fclose(state->file);
	return capture_fault(c, "%s", why);
}

static int open_file(struct capture *c)
{
	struct bytes head = input_peek(c->input, FILE_HEADER_LEN);
	struct pcap_state *state;

	if (head.len < FILE_HEADER_LEN)
		return capture_fault(c, "file cut short in its header");
	state = must_calloc(1, sizeof(*state));
	state->input = c->input;
	c->state = state;
	describe(c, head);
	take_header(state, head);
	return open_pcap(c, state);
}

static void close_file(struct capture *c)
{
	struct pcap_state *state = c->state;

	if (state != NULL && state->pcap != NULL)
		pcap_close(state->pcap);
	free(state);
}

static int say_why(struct capture *c)
{
	const struct pcap_state *state = c->state;

	if (feof(state->file))
		return capture_fault(c, "file cut short in a packet");
	return capture_fault(c, "%s", pcap_geterr(state->pcap));
}

/*
 * The file has 32 bits of seconds and nothing before 1970, as Wireshark sees
 * it; libpcap takes the times after 2038 for negative ones.  At nanosecond
 * precision it leaves nanoseconds in tv_usec.
 */
static int64_t time_of(const struct pcap_pkthdr *header)
{
	return (uint32_t)header->ts.tv_sec * NS_PER_SECOND + header->ts.tv_usec;
}

static int next_packet(struct capture *c, struct frame *frame)
{
	const struct pcap_state *state = c->state;
	struct pcap_pkthdr *header;
	const u_char *data;
	int rc = pcap_next_ex(state->pcap, &header, &data);

	if (rc == PCAP_ERROR_BREAK)
		return 0;
	if (rc != 1)
		return say_why(c);
	*frame = (struct frame){
		.number = ++c->frames,
		.time_ns = time_of(header),
		.has_time = true,
		.linktype = state->linktype,
		.wire_len = header->len,
		.bytes = { data, header->caplen },
	};
	return 1;
}

const struct capture_reader pcap_reader = {
	.recognises = recognises,
	.open = open_file,
	.next = next_packet,
	.close = close_file,
};
