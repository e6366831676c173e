/* SPDX-License-Identifier: BSD-3-Clause */
#include "packet/datagram.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

const char *address_format(const struct address *a, char *out)
{
	int family = a->len == 4 ? AF_INET : AF_INET6;

	if (inet_ntop(family, a->bytes, out, ADDRESS_TEXT_MAX) == NULL)
		out[0] = '\0';
	return out;
}

bool address_parse(const char *text, struct address *a)
{
	*a = (struct address){ .len = 4 };
	if (inet_pton(AF_INET, text, a->bytes) == 1)
		return true;
	*a = (struct address){ .len = 16 };
	return inet_pton(AF_INET6, text, a->bytes) == 1;
}

static const char *tunnel_kind_name(enum tunnel_kind kind)
{
	static const char *const names[TUNNEL_KINDS] = {
		[TUNNEL_VXLAN] = "VXLAN", [TUNNEL_GENEVE] = "Geneve",
		[TUNNEL_GRE] = "GRE",     [TUNNEL_ERSPAN] = "ERSPAN",
		[TUNNEL_IPIP] = "IPIP",   [TUNNEL_4IN6] = "4in6",
		[TUNNEL_6IN4] = "6in4",   [TUNNEL_6IN6] = "6in6",
	};

	return names[kind];
}

static void add_tunnel(struct text *t, const struct tunnel *tunnel)
{
	char src[ADDRESS_TEXT_MAX], dst[ADDRESS_TEXT_MAX];

	text_add(t, tunnel_kind_name(tunnel->kind));
	if (tunnel->has_key)
		text_addf(t, " %" PRIu32, tunnel->key);
	text_addf(t, " %s > %s", address_format(&tunnel->src, src),
		  address_format(&tunnel->dst, dst));
}

void datagram_add_tunnels(struct text *t, const struct datagram *d)
{
	for (uint8_t i = 0; i < d->tunnels; i++) {
		if (i > 0)
			text_add(t, ", ");
		add_tunnel(t, &d->outer[i]);
	}
}
