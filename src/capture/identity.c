/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/identity_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte that "%3D" stands for; -1 where it is none, or the NUL. */
static int escaped_byte(const char *at, size_t left)
{
	int high = left >= 3 ? hex_digit(at[1]) : -1;
	int low = high >= 0 ? hex_digit(at[2]) : -1;

	return low >= 0 && (high | low) != 0 ? high << 4 | low : -1;
}

static char *unescape(const char *value, size_t len)
{
	char *text = must_calloc(len + 1, 1), *to = text;

	for (size_t i = 0; i < len; i++) {
		int byte = value[i] == '%' ? escaped_byte(value + i, len - i)
					   : -1;

		if (byte >= 0)
			i += 2;
		else
			byte = value[i] == '+' ? ' ' : value[i];
		*to++ = (char)byte;
	}
	return text;
}

/* Where a field is kept; NULL for one that is not. */
static const char **place_of(struct capture_interface *interface,
			     const char *key, size_t len)
{
	const struct {
		const char *key;
		const char **place;
	} keys[] = {
		{ "k8s.node", &interface->node },
		{ "k8s.namespace", &interface->namespace_ },
		{ "k8s.podName", &interface->pod },
		{ "k8s.containerName", &interface->container },
		{ "k8s.podLabels", &interface->labels },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strlen(keys[i].key) == len &&
		    strncasecmp(keys[i].key, key, len) == 0)
			return keys[i].place;
	return NULL;
}

/* False where the field is not one of Inspektor Gadget's. */
static bool read_field(struct capture_interface *interface, const char *field,
		       size_t len)
{
	const char *equals = memchr(field, '=', len);
	size_t key_len = equals != NULL ? (size_t)(equals - field) : len;
	const char **place = place_of(interface, field, key_len);

	if (place == NULL || equals == NULL)
		return false;
	if (*place == NULL && key_len + 1 < len)
		*place = unescape(equals + 1, len - key_len - 1);
	return true;
}

void identity_read(struct capture_interface *interface)
{
	const char *at = interface->description;
	bool is_gadgets = false;

	while (at != NULL && *at != '\0') {
		size_t len = strcspn(at, ";");

		is_gadgets |= read_field(interface, at, len);
		at += at[len] != '\0' ? len + 1 : len;
	}
	if (is_gadgets && interface->name != NULL &&
	    strcmp(interface->name, "virtual") == 0) {
		free((char *)interface->name);
		interface->name = NULL;
	}
}

void identity_release(struct capture_interface *interface)
{
	free((char *)interface->node);
	free((char *)interface->namespace_);
	free((char *)interface->pod);
	free((char *)interface->container);
	free((char *)interface->labels);
}
