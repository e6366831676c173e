/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/dump.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/memory.h"
#include "capture/capture_private.h"

enum { PACKET_HEADER_LEN = 16, FILE_HEADER_LEN = 24 };

struct dump {
	char *path;
	pcap_t *pcap;
	pcap_dumper_t *dumper;
	uint64_t size;
};

static int check_linktypes(const struct capture *c, const char *path)
{
	for (uint32_t i = 1; i < capture_num_interfaces(c); i++)
		if (capture_interface(c, i)->linktype !=
		    capture_interface(c, 0)->linktype)
			return fail("%s: a pcap file has one link type, and "
				    "the interfaces have several; any gives "
				    "all of them the same",
				    path);
	return 0;
}

static int open_file(struct dump *d, const struct capture_interface *i)
{
	FILE *file = fopen(d->path, "wbx");

	if (file == NULL)
		return fail("%s: %s", d->path, strerror(errno));
	d->pcap = pcap_open_dead_with_tstamp_precision(
		linktype_dlt(i->linktype), (int)i->snaplen,
		PCAP_TSTAMP_PRECISION_NANO);
	d->dumper = pcap_dump_fopen(d->pcap, file);
	if (d->dumper != NULL)
		return 0;
	fclose(file);
	return fail("%s: %s", d->path, pcap_geterr(d->pcap));
}

struct dump *dump_open(const struct capture *c, const char *path)
{
	struct dump *d;

	if (check_linktypes(c, path) != 0)
		return NULL;
	d = must_calloc(1, sizeof(*d));
	d->path = must_strdup(path);
	d->size = FILE_HEADER_LEN;
	if (open_file(d, capture_interface(c, 0)) == 0)
		return d;
	dump_close(d);
	return NULL;
}

static int check_written(const struct dump *d)
{
	if (ferror(pcap_dump_file(d->dumper)))
		return fail("%s: %s", d->path, strerror(errno));
	return 0;
}

int dump_put(struct dump *d, const struct frame *frame)
{
	struct pcap_pkthdr header = {
		.ts = { .tv_sec = frame->time_ns / NS_PER_SECOND,
			.tv_usec = frame->time_ns % NS_PER_SECOND },
		.caplen = (bpf_u_int32)frame->bytes.len,
		.len = frame->wire_len,
	};

	pcap_dump((u_char *)d->dumper, &header, frame->bytes.data);
	d->size += PACKET_HEADER_LEN + frame->bytes.len;
	return check_written(d);
}

int dump_flush(struct dump *d)
{
	pcap_dump_flush(d->dumper);
	return check_written(d);
}

uint64_t dump_size(const struct dump *d)
{
	return d->size;
}

int dump_close(struct dump *d)
{
	int rc = 0;

	if (d == NULL)
		return 0;
	if (d->dumper != NULL) {
		rc = dump_flush(d);
		pcap_dump_close(d->dumper);
	}
	if (d->pcap != NULL)
		pcap_close(d->pcap);
	free(d->path);
	free(d);
	return rc;
}
