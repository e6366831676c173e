/* SPDX-License-Identifier: BSD-3-Clause */
/* One label, and what it may become. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "redact/redact_private.h"

/* Names of services behind "_". */
static const char *const kept_services[] = { "tcp",    "udp",     "sctp",
					     "dns",    "http",    "https",
					     "grpc",   "dns-tcp", "ldap",
					     "metrics" };

static bool is_kept_service(const uint8_t *label, size_t len)
{
	const size_t count = sizeof(kept_services) / sizeof(kept_services[0]);

	for (size_t i = 0; i < count; i++)
		if (strlen(kept_services[i]) == len &&
		    memcmp(kept_services[i], label, len) == 0)
			return true;
	return false;
}

/* Health checks ask for such names, and PTR names have them. */
static bool is_number(const uint8_t *label, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (label[i] < '0' || label[i] > '9')
			return false;
	return true;
}

/* A label becomes one of the same kind: the walk ends at the next. */
static int kind_of(const uint8_t *label, size_t len, const char *parent)
{
	int kind = 0;

	if (word_is_kept(label, len))
		return -1;
	kind |= label[0] == '_' ? 1 : 0;
	kind |= label[0] == '-' ? 2 : 0;
	kind |= label[len - 1] == '-' ? 4 : 0;
	kind |= is_number(label, len) ? 16 : 0;
	kind |= parent != NULL && suffix_is_kept(label, len, parent) ? 8 : 0;
	return kind;
}

/*
 * A permutation that is gone through until it is back among those of a kind is
 * a permutation of these.  What begins or ends with a hyphen keeps it: few do,
 * and the way back to one of them would be long.
 */
static void walk(struct redactor *r, enum redact_way way, uint8_t *label,
		 size_t len, const char *parent)
{
	int kind = kind_of(label, len, parent);
	const struct alphabet *alphabet = (kind & 16) != 0 ? &r->digits
							   : &r->text;
	size_t first = (kind & 3) != 0, last = len > first && (kind & 4) != 0;

	if (kind < 0)
		return;
	do
		permute(r, way, alphabet, label + first, len - first - last);
	while (kind_of(label, len, parent) != kind);
}

static struct cached_label *find_cached(struct redactor *r,
					const uint8_t *label, size_t len)
{
	return &r->cache[hash_key(label, len).a % CACHE_SIZE];
}

static void walk_cached(struct redactor *r, uint8_t *label, size_t len)
{
	struct cached_label *c = find_cached(r, label, len);

	if (c->len != len || memcmp(c->from, label, len) != 0) {
		c->len = (uint8_t)len;
		memcpy(c->from, label, len);
		memcpy(c->to, label, len);
		walk(r, REDACT, c->to, len, NULL);
		if (!word_is_kept(c->to, len))
			seen_add(r->seen, r->hmac, SEEN_LABEL, c->to, len);
	}
	memcpy(label, c->to, len);
}

/* "_https": the "_" is syntax. */
static void map_service(struct redactor *r, enum redact_way way,
			uint8_t *service, size_t len)
{
	if (is_kept_service(service, len))
		return;
	do
		walk(r, way, service, len, NULL);
	while (is_kept_service(service, len));
}

/* What stays: it is no pseudonym, and nobody's name. */
static bool is_nobodys(const uint8_t *label, size_t len, bool is_service)
{
	return is_service ? is_kept_service(label + 1, len - 1) ||
				    word_is_kept(label + 1, len - 1)
			  : word_is_kept(label, len);
}

bool may_be_pseudonym(struct redactor *r, char kind, const uint8_t *bytes,
		      size_t len)
{
	bool is_known;

	if (r->found == NULL)
		return true;
	is_known = seen_has(r->seen, r->hmac, kind, bytes, len) ||
		   (kind == SEEN_LABEL &&
		    seen_has(r->seen, r->hmac, SEEN_LAST, bytes, len));
	if (is_known)
		r->found->known++;
	else if (seen_is_complete(r->seen))
		r->found->strangers++;
	else
		r->found->doubtful++;
	return is_known || !seen_is_complete(r->seen);
}

static void map_whole(struct redactor *r, enum redact_way way, uint8_t *label,
		      size_t len, const char *parent)
{
	if (label[0] == '_' && len > 1 && len <= LABEL_MAX)
		map_service(r, way, label + 1, len - 1);
	else
		walk(r, way, label, len, parent);
}

/* Where two ways back lead to different labels, none is taken. */
static bool is_ambiguous(struct redactor *r, const uint8_t *label, size_t len,
			 const char *parent)
{
	uint8_t *one = must_memdup(label, len),
		*other = must_memdup(label, len);
	bool is_same;

	map_whole(r, REVEAL, one, len, parent);
	map_whole(r, REVEAL, other, len, NULL);
	is_same = memcmp(one, other, len) == 0;
	free(one);
	free(other);
	return !is_same;
}

bool is_seen(struct redactor *r, char kind, const uint8_t *label, size_t len)
{
	return r->found != NULL && seen_has(r->seen, r->hmac, kind, label, len);
}

static void reveal_label(struct redactor *r, uint8_t *label, size_t len,
			 const char *parent)
{
	bool is_inner = is_seen(r, SEEN_LABEL, label, len);

	if (parent != NULL && is_inner && !is_seen(r, SEEN_LAST, label, len))
		parent = NULL;
	if (parent != NULL && is_inner && is_ambiguous(r, label, len, parent))
		r->found->ambiguous++;
	else
		map_whole(r, REVEAL, label, len, parent);
}

void map_label(struct redactor *r, enum redact_way way, uint8_t *label,
	       size_t len, const char *parent)
{
	bool is_service = label[0] == '_' && len > 1 && len <= LABEL_MAX;

	if (len == 0)
		return;
	if (way == REDACT && !is_service && parent == NULL &&
	    len <= LABEL_MAX) {
		walk_cached(r, label, len);
		return;
	}
	if (is_nobodys(label, len, is_service) ||
	    (way == REVEAL && !may_be_pseudonym(r, SEEN_LABEL, label, len)))
		return;
	if (way == REVEAL) {
		reveal_label(r, label, len, parent);
		return;
	}
	map_whole(r, way, label, len, parent);
	seen_add(r->seen, r->hmac, parent != NULL ? SEEN_LAST : SEEN_LABEL,
		 label, len);
}
