/* SPDX-License-Identifier: BSD-3-Clause */
#include "packet/layout.h"

#include "packet/packet_private.h"
#include "packet/tunnel_private.h"

/* Room for what one round adds, and the payload. */
enum { ROUND_MAX = 6 };

struct walk {
	struct packet k;
	const uint16_t *ports;
	size_t num_ports;
	struct layer *layers;
	size_t count;
	bool is_quoted;
};

static struct layer *add(struct walk *w, enum layer_kind kind, size_t at)
{
	struct layer *layer = &w->layers[w->count++];

	*layer = (struct layer){ .kind = kind,
				 .at = at,
				 .payload = reader_offset(&w->k.r),
				 .end = (size_t)(w->k.r.end - w->k.r.start),
				 .cut = w->k.cut,
				 .protocol = w->k.protocol,
				 .src = w->k.src,
				 .dst = w->k.dst };
	return layer;
}

/* The payload: all that is left. */
static bool end_with(struct walk *w, enum layer_kind kind)
{
	add(w, kind, reader_offset(&w->k.r));
	return false;
}

static bool is_wanted(const struct walk *w)
{
	for (size_t i = 0; i < w->num_ports; i++)
		if (w->k.src.port == w->ports[i] ||
		    w->k.dst.port == w->ports[i])
			return true;
	return false;
}

/* Behind VXLAN's or Geneve's header, or GRE's, if it carries Ethernet. */
static size_t mac_in_tunnel(const struct packet *k, size_t at)
{
	const uint8_t *header = k->r.start + at;
	size_t len = 8;
	unsigned type;

	if (k->outer[k->tunnels - 1].kind == TUNNEL_VXLAN)
		return at + len;
	type = (unsigned)header[2] << 8 | header[3];
	if (k->outer[k->tunnels - 1].kind == TUNNEL_GENEVE)
		len += (header[0] & 0x3f) * (size_t)4;
	else
		len = 4 + (header[0] & 0x80 ? 4 : 0) +
		      (header[0] & 0x20 ? 4 : 0) + (header[0] & 0x10 ? 4 : 0);
	if (type == 0x88be)
		return at + len + (header[0] & 0x10 ? 8 : 0);
	return type == 0x6558 ? at + len : 0;
}

static bool enter_tunnel(struct walk *w, size_t at, enum packet_verdict verdict)
{
	struct packet *k = &w->k;
	bool is_bare = reader_offset(&k->r) == at;

	if (verdict != PACKET_TAKEN) {
		k->r.at = k->r.start + at;
		return end_with(w, LAYER_OTHER);
	}
	if (!is_bare)
		add(w, LAYER_TUNNEL, at)->mac = mac_in_tunnel(k, at);
	return true;
}

static bool walk_udp(struct walk *w, size_t at)
{
	struct datagram d = { 0 };
	bool wanted = is_wanted(w);
	enum packet_verdict verdict = udp_open(&w->k, &d);

	if (verdict != PACKET_TAKEN)
		return end_with(w, LAYER_OTHER);
	add(w, LAYER_UDP, at);
	if (wanted)
		return end_with(w, LAYER_MESSAGE);
	if (!tunnel_has_port(w->k.dst.port))
		return end_with(w, LAYER_OTHER);
	at = reader_offset(&w->k.r);
	return enter_tunnel(w, at, tunnel_open_udp(&w->k));
}

/* A quote may end within the header: what is behind the ports is no name. */
static bool walk_tcp(struct walk *w, size_t at)
{
	struct segment s = { 0 };
	bool wanted = is_wanted(w);

	if (tcp_open(&w->k, &s) != PACKET_TAKEN)
		return end_with(w, LAYER_OTHER);
	add(w, LAYER_TCP, at)->seq = s.seq;
	end_with(w, wanted ? LAYER_MESSAGE : LAYER_OTHER);
	w->layers[w->count - 1].seq = s.seq + (s.flags & TCP_SYN ? 1 : 0);
	return false;
}

static bool walk_transport(struct walk *w)
{
	struct packet *k = &w->k;
	size_t at = reader_offset(&k->r);

	k->src.port = read_u16(&k->r);
	k->dst.port = read_u16(&k->r);
	if (!reader_ok(&k->r))
		return end_with(w, LAYER_OTHER);
	return k->protocol == IP_PROTOCOL_UDP ? walk_udp(w, at)
					      : walk_tcp(w, at);
}

static bool walk_icmp(struct walk *w)
{
	size_t at = reader_offset(&w->k.r);
	size_t end = (size_t)(w->k.r.end - w->k.r.start);
	uint16_t protocol = w->k.protocol;
	struct icmp_error e;

	if (w->is_quoted || icmp_open(&w->k, &e) != PACKET_TAKEN) {
		w->k.r.at = w->k.r.start + at;
		return end_with(w, LAYER_OTHER);
	}
	*add(w, LAYER_ICMP,
	     at) = (struct layer){ .kind = LAYER_ICMP,
				   .at = at,
				   .payload = reader_offset(&w->k.r),
				   .end = end,
				   .protocol = protocol,
				   .src = w->k.src,
				   .dst = w->k.dst };
	w->is_quoted = true;
	return true;
}

static bool walk_payload(struct walk *w)
{
	size_t at = reader_offset(&w->k.r);

	if (w->k.protocol == IP_PROTOCOL_UDP ||
	    w->k.protocol == IP_PROTOCOL_TCP)
		return walk_transport(w);
	if (icmp_has_protocol(w->k.protocol))
		return walk_icmp(w);
	return enter_tunnel(w, at, tunnel_open(&w->k));
}

/* False: the last layer is there. */
static bool walk_ip(struct walk *w)
{
	struct packet *k = &w->k;
	size_t at = reader_offset(&k->r);
	enum packet_verdict verdict = ip_open(k);
	bool is_first = verdict == PACKET_FRAGMENT && w->is_quoted &&
			k->fragment.offset == 0;
	struct layer *layer;

	if (verdict != PACKET_TAKEN && verdict != PACKET_FRAGMENT) {
		k->r.at = k->r.start + at;
		return end_with(w, LAYER_OTHER);
	}
	add(w, k->src.address.len == 4 ? LAYER_IPV4 : LAYER_IPV6, at);
	if (verdict == PACKET_TAKEN || is_first)
		return walk_payload(w);
	layer = &w->layers[w->count];
	end_with(w, w->is_quoted ? LAYER_OTHER : LAYER_FRAGMENT);
	layer->id = k->fragment.id;
	layer->offset = k->fragment.offset;
	layer->more_fragments = k->more_fragments;
	return false;
}

size_t packet_layout(const struct frame *frame, const uint16_t *ports,
		     size_t num_ports, struct layer *layers)
{
	struct walk w = { .ports = ports,
			  .num_ports = num_ports,
			  .layers = layers };
	bool goes_on = link_open(&w.k, frame) == PACKET_TAKEN;

	add(&w, LAYER_LINK, 0);
	if (!goes_on)
		end_with(&w, LAYER_OTHER);
	while (goes_on && w.count + ROUND_MAX < LAYERS_MAX)
		goes_on = walk_ip(&w);
	if (goes_on)
		end_with(&w, LAYER_OTHER);
	return w.count;
}
