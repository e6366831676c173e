/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LINKTYPE_* are the numbers in files, DLT_* those of libpcap's interface.
 * They are the same but for the few that operating systems could not agree on.
 */
#include "capture/capture_private.h"

#include <pcap/pcap.h>

enum { LINKTYPE_RAW = 101 };

static const struct {
	int linktype, dlt;
} differing[] = {
	{ 100, DLT_ATM_RFC1483 }, { LINKTYPE_RAW, DLT_RAW },
	{ 102, DLT_SLIP_BSDOS },  { 103, DLT_PPP_BSDOS },
	{ 106, DLT_ATM_CLIP },
};

int linktype_canonical(uint32_t in_file)
{
	/* BSDs and Linux wrote their own DLT_RAW into files. */
	if (in_file == 12 || in_file == 14)
		return LINKTYPE_RAW;
	return (int)in_file;
}

int linktype_dlt(int linktype)
{
	for (size_t i = 0; i < sizeof(differing) / sizeof(*differing); i++)
		if (differing[i].linktype == linktype)
			return differing[i].dlt;
	return linktype;
}

const char *capture_linktype_name(int linktype)
{
	return pcap_datalink_val_to_name(linktype_dlt(linktype));
}
