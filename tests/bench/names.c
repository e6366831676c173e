/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/bench/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

enum { WORD_MAX = 40, LABELS_MAX = 200 };

/* Syllables, so that names compress and sort as names do. */
static const char *write_word(uint64_t number, char *word)
{
	static const char syllables[16][4] = { "ba",  "con", "da",  "el",
					       "fi",  "gor", "ha",  "ist",
					       "jo",  "kal", "lu",  "mer",
					       "not", "or",  "pay", "ser" };
	unsigned count = 2 + (unsigned)(number >> 60) % 4;
	size_t len = 0;

	for (unsigned i = 0; i < count; i++)
		len += (size_t)sprintf(word + len, "%s",
				       syllables[number >> 4 * i & 15]);
	sprintf(word + len, "%" PRIu64, (number >> 40) % 97);
	return word;
}

/* A few are asked with their whole name, which ndots:5 expands as well. */
static void make_service(struct names *n, uint32_t rank)
{
	static const char *const written[] = { "", ".svc",
					       ".svc.cluster.local" };
	struct name *name = &n->names[rank];
	uint64_t hash = dice_mix(rank + 1);
	char word[WORD_MAX], labels[LABELS_MAX];

	name->number = hash;
	snprintf(labels, sizeof(labels), "%s-%" PRIu32 ".ns-%" PRIu64 "%s",
		 write_word(hash, word), rank, hash % NAMESPACES,
		 written[hash >> 8 & 3 ? 0 : (hash >> 10) % 3]);
	wire_name_add(&name->asked, labels);
	snprintf(labels, sizeof(labels),
		 "%s-%" PRIu32 ".ns-%" PRIu64 ".svc.cluster.local", word, rank,
		 hash % NAMESPACES);
	wire_name_add(&name->full, labels);
	wire_name_end(&name->full);
	name->in_cluster = true;
	/* One in eight is headless. */
	name->addresses = hash >> 12 & 7 ? 1 : 2 + (hash >> 16) % 7;
	name->fate = (hash >> 20) % 100 == 0 ? FATE_NXDOMAIN : FATE_ANSWERED;
}

static enum fate fate_outside(uint64_t hash)
{
	unsigned per_mille = (hash >> 20) % 1000;

	if (per_mille < 5)
		return FATE_SILENCE;
	if (per_mille < 12)
		return FATE_SERVFAIL;
	return per_mille < 40 ? FATE_NXDOMAIN : FATE_ANSWERED;
}

static void make_outside(struct names *n, uint32_t rank)
{
	static const char *const hosts[] = { "www",          "api",
					     "login",        "registry",
					     "storage.blob", "vault.eu" };
	static const char *const zones[] = {
		"com", "net", "io", "azure.net", "org", "example.co.uk"
	};
	struct name *name = &n->names[SERVICES + rank];
	uint64_t hash = dice_mix(UINT64_C(1) << 32 | rank);
	char word[WORD_MAX], labels[LABELS_MAX];

	name->number = hash;
	snprintf(labels, sizeof(labels), "%s.%s-%" PRIu32 ".%s",
		 hosts[hash % 6], write_word(hash, word), rank,
		 zones[(hash >> 8) % 6]);
	wire_name_add(&name->asked, labels);
	wire_name_append(&name->full, &name->asked);
	wire_name_end(&name->full);
	name->addresses = (uint8_t)(1 + (hash >> 12) % 4);
	name->chain = hash >> 32 & 1 ? 0 : (uint8_t)(1 + (hash >> 33) % 3);
	name->has_ipv6 = (hash >> 36) % 3 == 0;
	/* What everybody asks for is there. */
	name->fate = rank < 20 ? FATE_ANSWERED : fate_outside(hash);
}

static void make_searches(struct names *n)
{
	static const char *const searches[] = {
		"svc.cluster.local", "cluster.local",
		"hkzdqvxbtf2e.bx.internal.cloudapp.net"
	};
	char labels[LABELS_MAX];

	for (unsigned i = 0; i < NAMESPACES; i++) {
		snprintf(labels, sizeof(labels), "ns-%u.svc.cluster.local", i);
		wire_name_add(&n->namespaces[i], labels);
		wire_name_end(&n->namespaces[i]);
	}
	for (unsigned i = 1; i < SEARCHES; i++) {
		wire_name_add(&n->searches[i], searches[i - 1]);
		wire_name_end(&n->searches[i]);
	}
	n->cluster = n->searches[2];
}

void names_init(struct names *n)
{
	*n = (struct names){ 0 };
	n->names = must_calloc(SERVICES + OUTSIDE, sizeof(*n->names));
	zipf_init(&n->services, SERVICES);
	zipf_init(&n->outside, OUTSIDE);
	for (uint32_t rank = 0; rank < SERVICES; rank++)
		make_service(n, rank);
	for (uint32_t rank = 0; rank < OUTSIDE; rank++)
		make_outside(n, rank);
	make_searches(n);
}

void names_release(struct names *n)
{
	free(n->names);
	zipf_release(&n->services);
	zipf_release(&n->outside);
}

const struct name *names_roll(const struct names *n, struct dice *d)
{
	if (dice_chance(d, 550))
		return &n->names[zipf_roll(&n->services, d)];
	return &n->names[SERVICES + zipf_roll(&n->outside, d)];
}

const struct wire_name *names_search(const struct names *n, unsigned namespace_,
				     unsigned i)
{
	if (i == 0)
		return &n->namespaces[namespace_];
	return i < SEARCHES ? &n->searches[i] : NULL;
}

struct wire_name names_target(const struct name *n, unsigned i)
{
	static const char *const zones[] = { "trafficmanager.net",
					     "edge.azureedge.net",
					     "g.cdn.example.net" };
	struct wire_name target = { .len = 0 };
	char word[WORD_MAX], labels[LABELS_MAX];

	snprintf(labels, sizeof(labels), "%s-%u.%s",
		 write_word(dice_mix(n->number + i), word), i, zones[i % 3]);
	wire_name_add(&target, labels);
	wire_name_end(&target);
	return target;
}

struct wire_name names_random(struct dice *d)
{
	struct wire_name name = { .len = 0 };
	char labels[LABELS_MAX];
	uint64_t words[3];

	for (int i = 0; i < 3; i++)
		words[i] = dice_next(d);
	snprintf(labels, sizeof(labels),
		 "%016" PRIx64 "%016" PRIx64 ".%08" PRIx64 ".tunnel.example",
		 words[0], words[1], words[2] >> 32);
	wire_name_add(&name, labels);
	wire_name_end(&name);
	return name;
}
