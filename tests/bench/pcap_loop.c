/* SPDX-License-Identifier: BSD-3-Clause */
/* pcap_loop CAPTURE: libpcap with nothing behind it, the unit of the ratios. */
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>

#include "base/error.h"

static void count(u_char *packets, const struct pcap_pkthdr *header,
		  const u_char *bytes)
{
	(void)header;
	(void)bytes;
	++*(uint64_t *)(void *)packets;
}

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE];
	uint64_t packets = 0;
	pcap_t *pcap;
	int rc;

	if (argc != 2) {
		fail("pcap_loop: which capture?");
		return 2;
	}
	pcap = pcap_open_offline(argv[1], why);
	if (pcap == NULL)
		return fail("%s: %s", argv[1], why) != 0;
	rc = pcap_loop(pcap, -1, count, (u_char *)&packets);
	if (rc != 0)
		fail("%s: %s", argv[1], pcap_geterr(pcap));
	printf("%" PRIu64 " packets\n", packets);
	pcap_close(pcap);
	return rc != 0;
}
