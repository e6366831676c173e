/* SPDX-License-Identifier: BSD-3-Clause */
/* Endpoints, as they are shown or by their address alone. */
#include <stdlib.h>
#include <string.h>

#include "filter/value_private.h"

/* Decimal digits up to the end; false where they aren't a port. */
static bool parse_port(const char *digits, int *port)
{
	size_t len = strspn(digits, "0123456789");

	if (len == 0 || len > 5 || digits[len] != '\0')
		return false;
	*port = atoi(digits);
	return *port <= UINT16_MAX;
}

/* What stands before the port, without the brackets of IPv6. */
static bool parse_host(const char *host, size_t len, char *shown)
{
	char text[ADDRESS_TEXT_MAX];
	struct address address;
	bool brackets = len >= 2 && host[0] == '[' && host[len - 1] == ']';

	if (brackets) {
		host++;
		len -= 2;
	}
	if (len >= sizeof(text))
		return false;
	memcpy(text, host, len);
	text[len] = '\0';
	if (!address_parse(text, &address) || (brackets && address.len != 16))
		return false;
	address_format(&address, shown);
	return true;
}

/* An address, or one and a port: "fd00::1:53" can only be the former. */
static bool parse_address(const char *value, struct endpoint_value *e)
{
	const char *colon = strrchr(value, ':');

	if (parse_host(value, strlen(value), e->address))
		return true;
	if (colon == NULL || !parse_port(colon + 1, &e->port))
		return false;
	if (strchr(value, ':') != colon && colon[-1] != ']')
		return false;
	return parse_host(value, (size_t)(colon - value), e->address);
}

static void add_port(struct endpoint_value *e)
{
	text_add(&e->shown, ":");
	if (e->port != ANY_PORT)
		text_addf(&e->shown, "%d", e->port);
}

/* "r/10.0.0.1:53": what the snapshot knows no name for. */
static bool parse_remote(const char *value, struct endpoint_value *e)
{
	bool v6;

	if (!parse_address(value + 2, e))
		return false;
	v6 = strchr(e->address, ':') != NULL;
	text_addf(&e->shown, v6 ? "r/[%s]" : "r/%s", e->address);
	add_port(e);
	return true;
}

/* "p/namespace/pod:port", "n/node": so many parts, none of them empty. */
static bool parse_named(const char *value, size_t parts,
			struct endpoint_value *e)
{
	const char *colon = strrchr(value, ':');
	size_t len = strlen(value);

	if (colon != NULL && parse_port(colon + 1, &e->port))
		len = (size_t)(colon - value);
	text_add_bytes(&e->shown, value, len);
	if (strchr(text_string(&e->shown), ':') != NULL)
		return false;
	for (const char *at = text_string(&e->shown); *at != '\0'; at++) {
		if (*at == '/' && (at[1] == '/' || at[1] == '\0'))
			return false;
		parts -= *at == '/';
	}
	add_port(e);
	return parts == 0;
}

int value_read_endpoint(const struct term *t, struct endpoint_value *e)
{
	const char *value = t->value;
	char kind = value[1] == '/' ? value[0] : '\0';
	bool ok = kind == 'r'                  ? parse_remote(value, e)
		  : kind == 'p' || kind == 's' ? parse_named(value, 2, e)
		  : kind == 'n'                ? parse_named(value, 1, e)
					       : parse_address(value, e);

	if (!ok)
		return value_fail(
			t, "not an endpoint:",
			"r/10.0.0.1:53, 10.0.0.1, p/namespace/pod, s/namespace/service or n/node, each with or without :port");
	return 0;
}
