/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Link layers: what is in front of the IP header.  A new one is a function and
 * a row of the table; https://www.tcpdump.org/linktypes.html describes them.
 */
#include "packet/packet_private.h"

#include <stddef.h>

enum { VLAN_TAGS_MAX = 8 };

enum { ETHERTYPE_PPPOE_SESSION = 0x8864 };

enum {
	LINKTYPE_NULL = 0,
	LINKTYPE_EN10MB = 1,
	LINKTYPE_RAW_BSD = 12, /* DLT_RAW: files that kept the local number */
	LINKTYPE_RAW_OPENBSD = 14,
	LINKTYPE_RAW = 101,
	LINKTYPE_LOOP = 108,
	LINKTYPE_LINUX_SLL = 113,
	LINKTYPE_IPV4 = 228,
	LINKTYPE_IPV6 = 229,
	LINKTYPE_LINUX_SLL2 = 276
};

static bool is_vlan_tag(uint16_t ethertype)
{
	/* IEEE 802.1Q, 802.1ad, and QinQ as it was before the latter. */
	return ethertype == 0x8100 || ethertype == 0x88a8 ||
	       ethertype == 0x9100;
}

/* An EtherType, and the VLAN tags that may stand in front of the real one. */
static void read_ethertype(struct packet *k)
{
	k->protocol = read_u16(&k->r);
	for (int i = 0; i < VLAN_TAGS_MAX && is_vlan_tag(k->protocol); i++) {
		skip(&k->r, 2);
		k->protocol = read_u16(&k->r);
	}
}

void ethernet_open(struct packet *k)
{
	skip(&k->r, 12);
	read_ethertype(k);
}

/* The kernel's PACKET_HOST, _BROADCAST, _MULTICAST, _OTHERHOST, _OUTGOING. */
static void read_packet_type(struct packet *k, unsigned int type)
{
	if (type == 4)
		k->direction = DIRECTION_OUT;
	else if (type < 4)
		k->direction = DIRECTION_IN;
}

static void read_sll(struct packet *k)
{
	read_packet_type(k, read_u16(&k->r));
	skip(&k->r, 2 + 2 + 8); /* hardware type, address and its length */
	read_ethertype(k);
}

static void read_sll2(struct packet *k)
{
	uint16_t ethertype = read_u16(&k->r);

	skip(&k->r, 2);
	k->ifindex = read_u32(&k->r);
	skip(&k->r, 2);
	read_packet_type(k, read_u8(&k->r));
	skip(&k->r, 1 + 8);
	k->protocol = ethertype;
	/* The protocol stands first here, a tag's other half at the end. */
	if (is_vlan_tag(ethertype)) {
		skip(&k->r, 2);
		read_ethertype(k);
	}
}

/* Some writers use the link type of one IP version for both. */
static void read_raw(struct packet *k)
{
	struct bytes rest = reader_rest(&k->r);

	if (rest.len > 0 && rest.data[0] >> 4 == 6)
		k->protocol = ETHERTYPE_IPV6;
	else
		k->protocol = ETHERTYPE_IPV4;
}

/*
 * The address family, a number of the system that captured in its own byte
 * order: BSD's, Linux' and Windows' values for IPv6 differ, none is used for
 * anything else that carries IP.  Some programs write an EtherType instead.
 */
static void read_address_family(struct packet *k)
{
	uint32_t family = read_u32(&k->r);

	if (family > 0xffff)
		family = family >> 24 | (family >> 8 & 0xff00);
	switch (family) {
	case 2:
		k->protocol = ETHERTYPE_IPV4;
		break;
	case 10: /* Linux */
	case 23: /* Windows */
	case 24: /* NetBSD, OpenBSD */
	case 28: /* FreeBSD */
	case 30: /* macOS */
		k->protocol = ETHERTYPE_IPV6;
		break;
	default:
		if (family >= ETHERTYPE_IPV4)
			k->protocol = (uint16_t)family;
	}
}

/* RFC 2516, 4 to 6: one header, and PPP's protocol number behind it. */
static void read_pppoe_session(struct packet *k)
{
	uint16_t version_and_code = read_u16(&k->r), protocol;

	skip(&k->r, 2 + 2);
	protocol = read_u16(&k->r);
	if (version_and_code != 0x1100)
		return;
	if (protocol == 0x0021)
		k->protocol = ETHERTYPE_IPV4;
	else if (protocol == 0x0057)
		k->protocol = ETHERTYPE_IPV6;
}

static const struct link {
	int linktype;
	void (*read)(struct packet *k);
} links[] = {
	{ LINKTYPE_EN10MB, ethernet_open },
	{ LINKTYPE_LINUX_SLL, read_sll },
	{ LINKTYPE_LINUX_SLL2, read_sll2 },
	{ LINKTYPE_RAW, read_raw },
	{ LINKTYPE_RAW_BSD, read_raw },
	{ LINKTYPE_RAW_OPENBSD, read_raw },
	{ LINKTYPE_IPV4, read_raw },
	{ LINKTYPE_IPV6, read_raw },
	{ LINKTYPE_NULL, read_address_family },
	{ LINKTYPE_LOOP, read_address_family },
};

static const struct link *find_link(int linktype)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].linktype == linktype)
			return &links[i];
	return NULL;
}

enum packet_verdict link_open(struct packet *k, const struct frame *frame)
{
	const struct link *link = find_link(frame->linktype);

	*k = (struct packet){ .frame = frame,
			      .r = reader_of(frame->bytes),
			      .first_frame = frame->number,
			      .ifindex = NO_IFINDEX,
			      .direction = frame->direction };
	if (link == NULL)
		return PACKET_UNKNOWN_LINK;
	/* Some writers claim less than they give: then nothing is cut. */
	if (frame->wire_len > frame->bytes.len)
		k->cut = frame->wire_len - frame->bytes.len;
	link->read(k);
	if (k->protocol == ETHERTYPE_PPPOE_SESSION)
		read_pppoe_session(k);
	return reader_ok(&k->r) ? PACKET_TAKEN : packet_too_short(k);
}
