/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/values_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/store_private.h"

enum {
	MEMORY_SIZE = 1 << 18, /* slots; half of them are used at most */
	MEMORY_MAX = MEMORY_SIZE / 2
};

struct slot {
	struct key128 key;
	int64_t number; /* 0: free */
};

/* Which content has which number. */
struct memory {
	struct slot *slots;
	size_t count;
};

enum value { VALUE_ADDRESS, VALUE_NAME, VALUE_ANSWERS, VALUE_DETAIL, VALUES };

struct values {
	const struct store *store;
	struct memory memories[VALUES];
	sqlite3_stmt *inserts[VALUES];
	sqlite3_stmt *insert_answer;
	struct text key, addresses, cname; /* scratch */
};

static const char *const insert_sql[VALUES] = {
	[VALUE_ADDRESS] = "INSERT INTO address (text) VALUES (?1)",
	[VALUE_NAME] = "INSERT INTO name (text) VALUES (?1)",
	[VALUE_ANSWERS] = "INSERT INTO answer_set (num_answers, addresses, "
			  "cname) VALUES (?1, ?2, ?3)",
	[VALUE_DETAIL] =
		"INSERT INTO detail (verdict, fault, edns_size, edns_version, "
		"edns_do, edns_subnet, ede, ede_text, tunnels, tunnel, notes) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
};

struct values *values_new(const struct store *s)
{
	struct values *v = must_calloc(1, sizeof(*v));

	v->store = s;
	for (int i = 0; i < VALUES; i++)
		v->memories[i].slots = must_calloc(MEMORY_SIZE,
						   sizeof(struct slot));
	return v;
}

void values_free(struct values *v)
{
	if (v == NULL)
		return;
	for (int i = 0; i < VALUES; i++) {
		free(v->memories[i].slots);
		sqlite3_finalize(v->inserts[i]);
	}
	sqlite3_finalize(v->insert_answer);
	text_release(&v->key);
	text_release(&v->addresses);
	text_release(&v->cname);
	free(v);
}

static void forget(struct memory *memory)
{
	if (memory->count != 0)
		memset(memory->slots, 0, MEMORY_SIZE * sizeof(struct slot));
	memory->count = 0;
}

void values_forget(struct values *v)
{
	for (int i = 0; i < VALUES; i++)
		forget(&v->memories[i]);
}

/* The slot that holds the key, or the free one where it belongs. */
static struct slot *find(struct memory *memory, struct key128 key)
{
	size_t i = key.a & (MEMORY_SIZE - 1);

	while (memory->slots[i].number != 0 &&
	       !key128_equal(memory->slots[i].key, key))
		i = (i + 1) & (MEMORY_SIZE - 1);
	return &memory->slots[i];
}

static sqlite3_stmt *prepared(struct values *v, sqlite3_stmt **statement,
			      const char *sql)
{
	if (*statement == NULL)
		*statement = store_prepare(v->store, sql);
	return *statement;
}

static void bind_text(sqlite3_stmt *statement, int i, const char *text)
{
	sqlite3_bind_text(statement, i, text, -1, SQLITE_STATIC);
}

/* Stores the row that is bound to the insert and remembers its number. */
static int64_t insert(struct values *v, enum value value, struct key128 key)
{
	struct memory *memory = &v->memories[value];
	struct slot *slot;

	if (store_step(v->store, v->inserts[value]) != 0)
		return -1;
	if (memory->count >= MEMORY_MAX)
		forget(memory);
	slot = find(memory, key);
	slot->key = key;
	slot->number = sqlite3_last_insert_rowid(v->store->db);
	memory->count++;
	return slot->number;
}

static int64_t put_text(struct values *v, enum value value, const char *text)
{
	struct key128 key = hash_key(text, strlen(text));
	struct slot *slot = find(&v->memories[value], key);

	if (slot->number != 0)
		return slot->number;
	if (prepared(v, &v->inserts[value], insert_sql[value]) == NULL)
		return -1;
	bind_text(v->inserts[value], 1, text);
	return insert(v, value, key);
}

int64_t values_address(struct values *v, const struct address *address)
{
	struct key128 key = hash_key(address, sizeof(*address));
	struct slot *slot = find(&v->memories[VALUE_ADDRESS], key);
	char text[ADDRESS_TEXT_MAX];

	if (slot->number != 0)
		return slot->number;
	if (prepared(v, &v->inserts[VALUE_ADDRESS],
		     insert_sql[VALUE_ADDRESS]) == NULL)
		return -1;
	bind_text(v->inserts[VALUE_ADDRESS], 1, address_format(address, text));
	return insert(v, VALUE_ADDRESS, key);
}

int64_t values_name(struct values *v, const char *name)
{
	return name[0] != '\0' ? put_text(v, VALUE_NAME, name) : 0;
}

static int put_answer(struct values *v, int64_t set, int position,
		      const struct dns_answer *answer)
{
	int64_t name = values_name(v, answer->name);
	sqlite3_stmt *statement = prepared(
		v, &v->insert_answer,
		"INSERT INTO answer (answer_set, position, name, "
		"type, class, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");

	if (name < 0 || statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, set);
	sqlite3_bind_int(statement, 2, position);
	sqlite3_bind_int64(statement, 3, name);
	sqlite3_bind_int(statement, 4, answer->type);
	sqlite3_bind_int(statement, 5, answer->class);
	bind_text(statement, 6, answer->data);
	return store_step(v->store, statement);
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

/* What makes two answer sections the same; TTLs do not. */
static struct key128 answers_key(struct values *v, const struct dns_message *m)
{
	text_clear(&v->key);
	text_clear(&v->addresses);
	text_clear(&v->cname);
	for (size_t i = 0; i < m->num_answers; i++) {
		const struct dns_answer *a = &m->answers[i];
		const char *data = a->data != NULL ? a->data : "";

		text_addf(&v->key, "%s %u %u ", a->name, a->type, a->class);
		text_add(&v->key, data);
		text_add(&v->key, a->data != NULL ? "\n" : "?\n");
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
	struct slot *slot = find(&v->memories[VALUE_ANSWERS], key);
	sqlite3_stmt *statement;
	int64_t set;

	if (slot->number != 0)
		return slot->number;
	statement = prepared(v, &v->inserts[VALUE_ANSWERS],
			     insert_sql[VALUE_ANSWERS]);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, (int64_t)m->num_answers);
	bind_text(statement, 2, or_null(&v->addresses));
	bind_text(statement, 3, or_null(&v->cname));
	set = insert(v, VALUE_ANSWERS, key);
	for (size_t i = 0; set > 0 && i < m->num_answers; i++)
		if (put_answer(v, set, (int)i + 1, &m->answers[i]) != 0)
			return -1;
	return set;
}

/* A row of detail; the texts live as long as the row is made. */
struct detail {
	const struct datagram *datagram;
	const struct dns_message *message;
	const char *verdict, *notes;
	struct text fault, tunnel;
};

static void bind_edns(sqlite3_stmt *statement, const struct dns_edns *edns)
{
	if (!edns->present)
		return;
	sqlite3_bind_int(statement, 3, edns->udp_size);
	sqlite3_bind_int(statement, 4, edns->version);
	sqlite3_bind_int(statement, 5, edns->dnssec_ok);
	bind_text(statement, 6, edns->client_subnet);
	if (edns->ede_code >= 0)
		sqlite3_bind_int(statement, 7, edns->ede_code);
	bind_text(statement, 8, edns->ede_text);
}

static void bind_detail(sqlite3_stmt *statement, const struct detail *d)
{
	sqlite3_clear_bindings(statement);
	bind_text(statement, 1, d->verdict);
	bind_text(statement, 2, or_null(&d->fault));
	bind_edns(statement, &d->message->edns);
	sqlite3_bind_int(statement, 9, d->datagram->tunnels);
	bind_text(statement, 10, or_null(&d->tunnel));
	bind_text(statement, 11, d->notes);
}

static struct key128 detail_key(struct values *v, const struct detail *d)
{
	const struct dns_edns *edns = &d->message->edns;

	text_clear(&v->key);
	text_addf(&v->key, "%s|%s|%s|%s|", d->verdict, text_string(&d->fault),
		  text_string(&d->tunnel), d->notes != NULL ? d->notes : "");
	text_addf(&v->key, "%d %u %u %d %d|%s|%s", edns->present,
		  edns->udp_size, edns->version, edns->dnssec_ok,
		  edns->ede_code,
		  edns->client_subnet != NULL ? edns->client_subnet : "",
		  edns->ede_text != NULL ? edns->ede_text : "");
	return hash_key(text_string(&v->key), v->key.len);
}

static int64_t put_detail(struct values *v, const struct detail *d)
{
	struct key128 key = detail_key(v, d);
	struct slot *slot = find(&v->memories[VALUE_DETAIL], key);

	if (slot->number != 0)
		return slot->number;
	if (prepared(v, &v->inserts[VALUE_DETAIL], insert_sql[VALUE_DETAIL]) ==
	    NULL)
		return -1;
	bind_detail(v->inserts[VALUE_DETAIL], d);
	return insert(v, VALUE_DETAIL, key);
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
	number = put_detail(v, &detail);
	text_release(&detail.fault);
	text_release(&detail.tunnel);
	return number;
}
