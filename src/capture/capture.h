/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A capture file as a sequence of frames, whatever its format: classic pcap
 * through libpcap, pcapng by a reader of our own (libpcap stops where a later
 * interface has another link type or snapshot length).  Formats are told by
 * their magic numbers, never by file names.
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/hash.h"

struct capture;

enum frame_direction { DIRECTION_UNKNOWN, DIRECTION_IN, DIRECTION_OUT };

struct frame {
	/*
	 * Wireshark's frame.number: 1 is the first; pcapng blocks that it
	 * shows though they hold no packet leave gaps.
	 */
	uint64_t number;
	int64_t time_ns;    /* nanoseconds since 1970, UTC */
	bool has_time;      /* false for pcapng simple packet blocks */
	uint32_t interface; /* index for capture_interface() */
	/*
	 * These two are set by who reads several captures at a time, and only
	 * carried along: which of the captures it is from, and the number of
	 * its interface among those of all captures of one node.
	 */
	uint32_t source, place;
	/* LINKTYPE_*, tcpdump.org/linktypes.html; raw IP always as 101. */
	int linktype;
	enum frame_direction direction; /* pcapng epb_flags */
	/* pcapng epb_verdict: the system did not let the packet pass. */
	bool os_dropped;
	/*
	 * pcapng epb_packetid: the same for all sightings of one packet on its
	 * way through the system (Windows' pktmon); 0: not told.
	 */
	uint64_t packet_id;
	/* pcapng opt_comment, several joined by "; "; NULL: none. */
	const char *comment; /* valid until the next capture_next() */
	uint32_t wire_len;  /* length on the wire; more than bytes.len if cut */
	struct bytes bytes; /* valid until the next capture_next() */
};

/*
 * An interface description: a pcapng IDB, or the one that a classic pcap's
 * header stands for.  Numbered over the whole file from 0, so that interface 0
 * of a second pcapng section has a number of its own.
 */
struct capture_interface {
	const char *name;        /* NULL where the file tells none */
	const char *description; /* likewise */
	const char *filter;      /* likewise; the capture filter */
	int linktype;
	uint32_t snaplen; /* 0: unlimited */
	/*
	 * The unit of its times, as pcapng's if_tsresol: 10^-n s, with the
	 * highest bit set 2^-n; and the seconds at which they begin, after
	 * 1970.
	 */
	uint8_t resolution;
	int64_t offset_s;
	int64_t received; /* from ISBs; -1 where the file tells nothing */
	/*
	 * Likewise: dropped by interface and OS; or else the sum of what
	 * packets tell that was lost before them.
	 */
	int64_t dropped;
	/*
	 * Whose interface it is, where the description tells as Inspektor
	 * Gadget's does; NULL where it does not.  Labels are "a=b,c=d".
	 */
	const char *node, *namespace_, *pod, *container, *labels;
};

/* An address that the file itself has a name for (pcapng, Wireshark). */
struct capture_name {
	const char *address; /* RFC 5952 */
	const char *name;
};

/* container_capture() of capture/container.h opens one. */

/*
 * 1: *frame is the next one, borrowed until the next call.  0: the end.
 * -1: the file is damaged here: already reported as
 * "PATH: after frame N: reason; N packets kept"; frames before it are good.
 * Asked again after 0 or -1 it gives the same, silently.
 */
int capture_next(struct capture *c, struct frame *frame);

void capture_close(struct capture *c);

/* Why capture_next() gave -1, as reported; NULL before that. */
const char *capture_damage(const struct capture *c);

/* Its container_name(). */
const char *capture_path(const struct capture *c);

/* "pcap", "pcap nanosecond", "pcapng". */
const char *capture_format(const struct capture *c);

/* Bytes read so far of the capture itself, unpacked. */
uint64_t capture_size(const struct capture *c);

/*
 * Interfaces seen up to now: in pcapng more may follow, and the counters of
 * one are complete only at the end.  Borrowed until capture_close(); the
 * pointer's content may change with each capture_next().
 */
uint32_t capture_num_interfaces(const struct capture *c);
const struct capture_interface *capture_interface(const struct capture *c,
						  uint32_t number);

/* What the capture's author wrote about it (pcapng); NULL: nothing. */
const char *capture_comment(const struct capture *c);

/*
 * Names for addresses, in the order of the file, read up to now; no more than
 * 65,536.  Borrowed until capture_close().
 */
uint32_t capture_num_names(const struct capture *c);
const struct capture_name *capture_name(const struct capture *c,
					uint32_t number);

/*
 * SHA-256 of the whole capture, unpacked, as hexadecimal: the same in whatever
 * it comes packed.  Reads what was not read yet, and gives the sum of what can
 * be unpacked where the packing is damaged.  Only after capture_next() gave 0
 * or -1, and once: it lets go of the file, so that the container may move on,
 * while what was found out stays.  -1: the file cannot be read, already
 * reported.
 */
int capture_sha256(struct capture *c, char text[SHA256_TEXT_SIZE]);

/* "EN10MB", "LINUX_SLL2"...; NULL for one that has no name. */
const char *capture_linktype_name(int linktype);

#endif
