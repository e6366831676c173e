/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/values_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/inserter_private.h"
#include "store/store_private.h"

enum { MEMORY_LEAST = 1 << 12 }; /* slots; half of them are used at most */

struct slot {
	struct key128 key;
	int64_t number; /* 0: free */
};

/*
 * Which content has which number.  When its largest size is used up, all of it
 * becomes older; what is met again comes back from there, and the rest is
 * forgotten the next time: of names, few are asked for often.
 */
struct memory {
	struct slot *slots, *older; /* older: NULL, or as many slots */
	size_t count, size, most;   /* of slots */
	int64_t last;               /* the highest number that was given */
};

enum value { VALUE_ADDRESS, VALUE_NAME, VALUE_ANSWERS, VALUE_DETAIL, VALUES };

struct values {
	const struct store *store;
	struct memory memories[VALUES];
	struct text key, addresses, cname; /* scratch */
};

/* Names that get a second number cost most (spellings.sql). */
static const size_t most_slots[VALUES] = {
	[VALUE_ADDRESS] = 1 << 17,
	[VALUE_NAME] = 1 << 18,
	[VALUE_ANSWERS] = 1 << 17,
	[VALUE_DETAIL] = 1 << 17,
};

static const char *const insert_sql[VALUES] = {
	[VALUE_ADDRESS] = "INSERT INTO address (id, text)",
	[VALUE_NAME] = "INSERT INTO name (id, text)",
	[VALUE_ANSWERS] = "INSERT INTO answer_set (id, num_answers, "
			  "addresses, cname)",
	[VALUE_DETAIL] =
		"INSERT INTO detail (id, verdict, fault, edns_size, "
		"edns_version, edns_do, edns_subnet, ede, ede_text, tunnels, "
		"tunnel, notes)",
};

static const char answer_sql[] =
	"INSERT INTO answer (answer_set, position, name, type, class, data)";

static const char *const last_sql[VALUES] = {
	[VALUE_ADDRESS] = "SELECT coalesce(max(id), 0) FROM address",
	[VALUE_NAME] = "SELECT coalesce(max(id), 0) FROM name",
	[VALUE_ANSWERS] = "SELECT coalesce(max(id), 0) FROM answer_set",
	[VALUE_DETAIL] = "SELECT coalesce(max(id), 0) FROM detail",
};

static void set_up(struct memory *memory, size_t size)
{
	memory->slots = must_calloc_large(size, sizeof(struct slot));
	memory->size = size;
	memory->count = 0;
}

static void release(struct memory *memory)
{
	free(memory->slots);
	free(memory->older);
	memory->slots = memory->older = NULL;
}

static void forget(struct memory *memory)
{
	release(memory);
	set_up(memory,
	       memory->most < MEMORY_LEAST ? memory->most : MEMORY_LEAST);
}

struct values *values_new(const struct store *s)
{
	struct values *v = must_calloc(1, sizeof(*v));

	v->store = s;
	for (int i = 0; i < VALUES; i++)
		v->memories[i].most = most_slots[i];
	values_forget(v);
	return v;
}

void values_free(struct values *v)
{
	if (v == NULL)
		return;
	for (int i = 0; i < VALUES; i++)
		release(&v->memories[i]);
	text_release(&v->key);
	text_release(&v->addresses);
	text_release(&v->cname);
	free(v);
}

void values_limit(struct values *v, size_t slots)
{
	for (int i = 0; i < VALUES; i++)
		v->memories[i].most = slots;
	values_forget(v);
}

void values_forget(struct values *v)
{
	for (int i = 0; i < VALUES; i++)
		forget(&v->memories[i]);
}

/* The slot that holds the key, or the free one where it belongs. */
static struct slot *find(struct slot *slots, size_t size, struct key128 key)
{
	size_t i = key.a & (size - 1);

	while (slots[i].number != 0 && !key128_equal(slots[i].key, key))
		i = (i + 1) & (size - 1);
	return &slots[i];
}

static void double_size(struct memory *memory)
{
	struct memory old = *memory;

	set_up(memory, 2 * old.size);
	memory->count = old.count;
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i].number != 0)
			*find(memory->slots, memory->size,
			      old.slots[i].key) = old.slots[i];
	free(old.slots);
}

static void make_room(struct memory *memory)
{
	if (memory->count < memory->size / 2)
		return;
	if (memory->size < memory->most) {
		double_size(memory);
		return;
	}
	free(memory->older);
	memory->older = memory->slots;
	set_up(memory, memory->size);
}

static void remember(struct memory *memory, struct key128 key, int64_t number)
{
	struct slot *slot;

	make_room(memory);
	slot = find(memory->slots, memory->size, key);
	memory->count += slot->number == 0;
	*slot = (struct slot){ key, number };
}

/* The number; 0: it has none that is known. */
static int64_t recall(struct values *v, enum value value, struct key128 key)
{
	struct memory *memory = &v->memories[value];
	int64_t number = find(memory->slots, memory->size, key)->number;

	if (number != 0 || memory->older == NULL)
		return number;
	number = find(memory->older, memory->size, key)->number;
	if (number != 0)
		remember(memory, key, number);
	return number;
}

static struct key128 name_key(const char *name)
{
	return hash_key(name, strlen(name));
}

/* Where it is no address the key is as good as any. */
static struct key128 address_key(const char *text)
{
	struct address address = { 0 };

	address_parse(text, &address);
	return hash_key(&address, sizeof(address));
}

/*
 * Counts go by the numbers of names and addresses, so that a store which is
 * gone on with needs those that it has; as many as there is room for.
 */
static int recall_texts(struct values *v, enum value value, const char *sql,
			struct key128 (*key_of)(const char *))
{
	struct memory *memory = &v->memories[value];
	sqlite3_stmt *statement = store_prepare(v->store, sql);
	int rc = SQLITE_DONE;

	if (statement == NULL)
		return -1;
	while (memory->count < memory->most / 2 &&
	       (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(statement,
								     1);

		if (text != NULL && recall(v, value, key_of(text)) == 0)
			remember(memory, key_of(text),
				 sqlite3_column_int64(statement, 0));
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		store_fail(v->store);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static int recall_all(struct values *v)
{
	if (v->memories[VALUE_ADDRESS].count == 0 &&
	    recall_texts(v, VALUE_ADDRESS,
			 "SELECT id, text FROM address ORDER BY id",
			 address_key) != 0)
		return -1;
	if (v->memories[VALUE_NAME].count != 0)
		return 0;
	return recall_texts(v, VALUE_NAME,
			    "SELECT id, text FROM name ORDER BY id", name_key);
}

int values_begin(struct values *v)
{
	for (int i = 0; i < VALUES; i++) {
		v->memories[i].last = store_ask(v->store, last_sql[i]);
		if (v->memories[i].last < 0)
			return -1;
	}
	return recall_all(v);
}

/* A number for new content, and the beginning of its row. */
static int64_t begin_row(struct values *v, enum value value, struct key128 key)
{
	struct memory *memory = &v->memories[value];
	int64_t number = ++memory->last;

	remember(memory, key, number);
	inserter_begin_row(v->store->inserter, insert_sql[value]);
	inserter_number(v->store->inserter, number);
	return number;
}

static int64_t put_text(struct values *v, enum value value, struct key128 key,
			const char *text)
{
	int64_t number = begin_row(v, value, key);

	inserter_text(v->store->inserter, text);
	inserter_end(v->store->inserter);
	return number;
}

int64_t values_address(struct values *v, const struct address *address)
{
	struct key128 key = hash_key(address, sizeof(*address));
	int64_t number = recall(v, VALUE_ADDRESS, key);
	char text[ADDRESS_TEXT_MAX];

	if (number != 0)
		return number;
	return put_text(v, VALUE_ADDRESS, key, address_format(address, text));
}

int64_t values_name(struct values *v, const char *name)
{
	struct key128 key;
	int64_t number;

	if (name[0] == '\0')
		return 0;
	key = name_key(name);
	number = recall(v, VALUE_NAME, key);
	return number != 0 ? number : put_text(v, VALUE_NAME, key, name);
}

static void put_answer(struct values *v, int64_t set, int position,
		       const struct dns_answer *answer)
{
	int64_t name = values_name(v, answer->name);
	struct inserter *w = v->store->inserter;

	inserter_begin_row(w, answer_sql);
	inserter_number(w, set);
	inserter_number(w, position);
	inserter_number(w, name);
	inserter_number(w, answer->type);
	inserter_number(w, answer->class);
	inserter_text(w, answer->data);
	inserter_end(w);
}

static void add_to_list(struct text *list, const char *item)
{
	if (list->len != 0)
		text_add(list, ",");
	text_add(list, item);
}

/* In mDNS the top bit is no part of the class (RFC 6762, 10.2). */
static bool is_internet(uint16_t class)
{
	return (class & 0x7fff) == DNS_CLASS_IN;
}

/* With its NUL, so that none runs into the next. */
static void add_text_to_key(struct text *key, const char *text)
{
	if (text == NULL)
		text = "";
	text_add_bytes(key, text, strlen(text) + 1);
}

static void add_answer_to_key(struct text *key, const struct dns_answer *a)
{
	const uint16_t codes[] = { a->type, a->class, a->data != NULL };

	text_add_bytes(key, codes, sizeof(codes));
	add_text_to_key(key, a->name);
	add_text_to_key(key, a->data);
}

/* What makes two answer sections the same; TTLs do not. */
static struct key128 answers_key(struct values *v, const struct dns_message *m)
{
	text_clear(&v->key);
	text_clear(&v->addresses);
	text_clear(&v->cname);
	for (size_t i = 0; i < m->num_answers; i++) {
		const struct dns_answer *a = &m->answers[i];
		const char *data = a->data != NULL ? a->data : "";

		add_answer_to_key(&v->key, a);
		if (a->data == NULL || !is_internet(a->class))
			continue;
		if (a->type == DNS_TYPE_A || a->type == DNS_TYPE_AAAA)
			add_to_list(&v->addresses, data);
		if (a->type == DNS_TYPE_CNAME)
			add_to_list(&v->cname, data);
	}
	return hash_key(text_string(&v->key), v->key.len);
}

static const char *or_null(const struct text *t)
{
	return t->len != 0 ? text_string(t) : NULL;
}

int64_t values_answers(struct values *v, const struct dns_message *m)
{
	struct key128 key = answers_key(v, m);
	struct inserter *w = v->store->inserter;
	int64_t set = recall(v, VALUE_ANSWERS, key);

	if (set != 0)
		return set;
	set = begin_row(v, VALUE_ANSWERS, key);
	inserter_number(w, (int64_t)m->num_answers);
	inserter_text(w, or_null(&v->addresses));
	inserter_text(w, or_null(&v->cname));
	inserter_end(w);
	for (size_t i = 0; i < m->num_answers; i++)
		put_answer(v, set, (int)i + 1, &m->answers[i]);
	return set;
}

/* A row of detail; the texts live as long as the row is made. */
struct detail {
	const struct datagram *datagram;
	const struct dns_message *message;
	const char *verdict, *notes;
	struct text fault, tunnel;
};

static void put_edns(struct inserter *w, const struct dns_edns *edns)
{
	if (!edns->present) {
		for (int i = 0; i < 6; i++)
			inserter_null(w);
		return;
	}
	inserter_number(w, edns->udp_size);
	inserter_number(w, edns->version);
	inserter_number(w, edns->dnssec_ok);
	inserter_text(w, edns->client_subnet);
	inserter_optional(w, edns->ede_code, -1);
	inserter_text(w, edns->ede_text);
}

static int64_t put_detail(struct values *v, struct key128 key,
			  const struct detail *d)
{
	struct inserter *w = v->store->inserter;
	int64_t number = begin_row(v, VALUE_DETAIL, key);

	inserter_text(w, d->verdict);
	inserter_text(w, or_null(&d->fault));
	put_edns(w, &d->message->edns);
	inserter_number(w, d->datagram->tunnels);
	inserter_text(w, or_null(&d->tunnel));
	inserter_text(w, d->notes);
	inserter_end(w);
	return number;
}

static struct key128 detail_key(struct values *v, const struct detail *d)
{
	const struct dns_edns *edns = &d->message->edns;
	const int32_t codes[] = { edns->present, edns->udp_size, edns->version,
				  edns->dnssec_ok, edns->ede_code };

	text_clear(&v->key);
	text_add_bytes(&v->key, codes, sizeof(codes));
	add_text_to_key(&v->key, d->verdict);
	add_text_to_key(&v->key, text_string(&d->fault));
	add_text_to_key(&v->key, text_string(&d->tunnel));
	add_text_to_key(&v->key, d->notes);
	add_text_to_key(&v->key, edns->client_subnet);
	add_text_to_key(&v->key, edns->ede_text);
	return hash_key(text_string(&v->key), v->key.len);
}

static int64_t find_detail(struct values *v, const struct detail *d)
{
	struct key128 key = detail_key(v, d);
	int64_t number = recall(v, VALUE_DETAIL, key);

	return number != 0 ? number : put_detail(v, key, d);
}

int64_t values_detail(struct values *v, const struct datagram *d,
		      const struct dns_message *m, const char *verdict)
{
	struct detail detail = { .datagram = d,
				 .message = m,
				 .verdict = verdict };
	int64_t number;

	if (!m->edns.present && strcmp(verdict, "ok") == 0 && d->tunnels == 0 &&
	    !d->fragment_conflict)
		return 0;
	if (m->fault != NULL)
		text_addf(&detail.fault, "%s at byte %u: %s",
			  dns_section_name(m->fault_section),
			  (unsigned)m->fault_offset, m->fault);
	datagram_add_tunnels(&detail.tunnel, d);
	if (d->fragment_conflict)
		detail.notes = "overlapping fragments differ";
	number = find_detail(v, &detail);
	text_release(&detail.fault);
	text_release(&detail.tunnel);
	return number;
}
