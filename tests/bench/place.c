/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/bench/place.h"

#include <string.h>

enum {
	PODS = 10 << 24 | 244 << 16,
	SERVER_PODS = 10 << 24 | 245 << 16 | 10,
	SERVICE = 10 << 24 | 10,
	NODE = 10 << 24 | 224 << 16 | 4
};
static const uint32_t azure = UINT32_C(168) << 24 | 63 << 16 | 129 << 8 | 16;

enum { ETH0 = 2, SERVER_VETHS = 3, POD_VETHS = 10 };
enum { DNS_PORT = 53, TTL = 64, TTL_FAR = 57 };
enum { LOCAL_ONE_IN = 8 };

bool place_is_local(uint32_t pod)
{
	return pod % LOCAL_ONE_IN == 0;
}

/* fd00:: and the same number at the end. */
static struct peer peer_at(uint32_t number, bool is_ipv6, uint16_t port)
{
	struct peer p = { .is_ipv6 = is_ipv6, .port = port };
	uint8_t *at = p.address + (is_ipv6 ? 12 : 0);

	if (is_ipv6)
		p.address[0] = 0xfd;
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(number >> (24 - 8 * i));
	return p;
}

static void add_hop(struct path *p, uint32_t ifindex, bool is_out,
		    struct peer src, struct peer dst)
{
	p->hops[p->num_hops++] = (struct hop){ ifindex, is_out, src, dst };
}

void place_client_path(struct path *p, enum link link,
		       const struct client *client, uint16_t port,
		       unsigned server)
{
	bool is_ipv6 = client->is_ipv6;
	struct peer pod = peer_at(PODS + client->pod, is_ipv6, port);
	struct peer service = peer_at(SERVICE, is_ipv6, DNS_PORT);
	struct peer asked = peer_at(SERVER_PODS + server, is_ipv6, DNS_PORT);
	bool is_here = server < LOCAL_SERVERS;

	p->ttl_there = client->is_local ? TTL : TTL - 1;
	p->ttl_back = is_here ? TTL : TTL - 1;
	if (link == LINK_ETHERNET) {
		add_hop(p, 0, false, pod, asked);
		return;
	}
	if (client->is_local)
		add_hop(p, POD_VETHS + client->pod, false, pod, service);
	else
		add_hop(p, ETH0, false, pod, asked);
	add_hop(p, is_here ? SERVER_VETHS + server : ETH0, true, pod, asked);
}

void place_upstream_path(struct path *p, enum link link, unsigned server,
			 bool is_ipv6, const uint16_t ports[2])
{
	struct peer pod = peer_at(SERVER_PODS + server, is_ipv6, ports[0]);
	struct peer node = peer_at(NODE, is_ipv6, ports[1]);
	struct peer upstream = peer_at(azure, is_ipv6, DNS_PORT);

	p->ttl_there = TTL;
	p->ttl_back = TTL_FAR;
	add_hop(p, SERVER_VETHS + server, false, pod, upstream);
	if (link != LINK_ETHERNET)
		add_hop(p, ETH0, true, node, upstream);
}

void place_other(struct packet *p, struct dice *d, uint32_t pods)
{
	static const uint8_t ciphertext[1400];
	uint32_t pod = dice_below(d, pods);

	p->protocol = PROTOCOL_TCP;
	p->flags = TCP_ACK;
	p->ttl = TTL;
	p->ifindex = POD_VETHS + pod;
	p->is_out = dice_chance(d, 500);
	p->src = peer_at(PODS + pod, false,
			 (uint16_t)(32768 + dice_below(d, 8192)));
	p->dst = peer_at(PODS + dice_below(d, pods), false, 443);
	p->seq = (uint32_t)dice_next(d);
	p->payload = ciphertext;
	p->len = dice_chance(d, 500) ? 0 : dice_below(d, sizeof(ciphertext));
}
