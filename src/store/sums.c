/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/sums_private.h"

#include <stdbool.h>

#include "base/duration.h"
#include "correlate/exchange.h"
#include "dns/message.h"
#include "store/gather_private.h"

enum {
	RCODE_NOERROR = 0,
	RCODE_NXDOMAIN = 3,
	VALUES_FEW = 1 << 19, /* 4 MB */
	VALUES_MANY = 1 << 20 /* where each name may be a group */
};

/* What rollup.sql hands over, in that order; GATHER_NONE for NULL. */
enum column {
	ID,
	CLIENT,
	SERVER,
	SERVER_PORT,
	NAME,
	WORD,
	QTYPE,
	KIND,
	STATE,
	RCODE,
	ATTEMPTS,
	TIME_NS,
	QUERY_FRAME,
	AFTER_NS,
	NEAR_NS, /* the same, rounded where that is done */
	FLAGS,
	TTL,
	PARENT,
	DOOR,
	HAS_ADDRESSES,
	IS_NODATA,
	IS_FAULTY, /* not all of the response could be read */
	UPSTREAMS,
	PATH_OUT_NS, /* of its hop, from here on */
	PATH_BACK_NS,
	NETWORK_NS,
	SERVER_NS,
	UPSTREAM_NS,
	RETRY_NS,
	BEYOND_NS,
	CLIENT_TITLE,
	SERVER_TITLE,
	SINCE_NS, /* the bar of the timeline */
	COLUMNS
};

enum sum { TALLY, TIMELINE, LATENCY, QUESTIONS, DENIED, NODATA, SUMS };

struct sums {
	struct gathering *gatherings[SUMS];
};

static bool is_known(int64_t value)
{
	return value != GATHER_NONE;
}

static int64_t or_none(bool condition, int64_t value)
{
	return condition ? value : GATHER_NONE;
}

static int64_t known_or(int64_t value, int64_t otherwise)
{
	return is_known(value) ? value : otherwise;
}

static bool has_flag(const int64_t *x, int64_t flag)
{
	return is_known(x[FLAGS]) && (x[FLAGS] & flag) != 0;
}

static bool is_measured(const int64_t *x)
{
	return is_known(x[QUERY_FRAME]) && x[AFTER_NS] >= 0;
}

static bool is_for_addresses(const int64_t *x)
{
	return x[QTYPE] == DNS_TYPE_A || x[QTYPE] == DNS_TYPE_AAAA;
}

/* The bits of tally.sort, as the view _tally reads them. */
static int64_t sort_of(const int64_t *x)
{
	bool has_query = is_known(x[QUERY_FRAME]);
	bool is_cut = has_flag(x, DNS_FLAG_TC) || x[IS_FAULTY] == 1;

	return (has_query ? 1 : 0) |
	       (has_query && is_known(x[TIME_NS]) ? 2 : 0) |
	       (has_flag(x, DNS_FLAG_AA) ? 4 : 0) |
	       (has_flag(x, DNS_FLAG_RA) ? 8 : 0) |
	       (x[UPSTREAMS] > 0 ? 16 : 0) | (is_for_addresses(x) ? 32 : 0) |
	       (x[HAS_ADDRESSES] == 1 ? 64 : 0) | (is_cut ? 128 : 0) |
	       x[KIND] << 8 | x[STATE] << 12 |
	       (is_known(x[RCODE]) ? (x[RCODE] + 1) << 16 : 0);
}

static int add_tally(struct gathering *g, const int64_t *x)
{
	bool has_query = is_known(x[QUERY_FRAME]);
	bool is_slow = has_query && x[AFTER_NS] > NS_PER_SECOND;

	return gathering_add(
		g,
		(int64_t[]){ x[CLIENT], x[SERVER], x[SERVER_PORT], sort_of(x),
			     1, is_measured(x), x[TIME_NS], x[TIME_NS], is_slow,
			     or_none(has_query, x[AFTER_NS]), x[ID] });
}

static int add_bar(struct gathering *g, const int64_t *x)
{
	if (x[KIND] != KIND_QUERY || !is_known(x[SINCE_NS]))
		return SQLITE_OK;
	return gathering_add(g, (int64_t[]){ x[SINCE_NS], x[STATE],
					     known_or(x[RCODE], -1), 1 });
}

/* The hops of what took no time tell nothing. */
static int add_latency(struct gathering *g, const int64_t *x)
{
	bool is_placed = is_known(x[SERVER_NS]) && x[AFTER_NS] > 0;
	bool has_path = is_known(x[PATH_OUT_NS]) && is_known(x[PATH_BACK_NS]);
	int64_t path_ns = has_path ? gather_sum(x[PATH_OUT_NS], x[PATH_BACK_NS])
				   : known_or(x[NETWORK_NS], 0);
	int64_t upstream_ns = known_or(x[UPSTREAM_NS], 0);
	int64_t beyond_ns = known_or(x[BEYOND_NS], 0);
	int64_t asked_ns = known_or(x[UPSTREAM_NS], beyond_ns);

	if (x[KIND] != KIND_QUERY || !is_measured(x))
		return SQLITE_OK;
	return gathering_add(
		g, (int64_t[]){ x[SERVER], x[SERVER_PORT], is_known(x[PARENT]),
				x[DOOR], x[NEAR_NS], 1, x[AFTER_NS], is_placed,
				is_placed ? x[AFTER_NS] : 0,
				is_placed ? path_ns : 0,
				is_placed ? x[SERVER_NS] - asked_ns : 0,
				is_placed ? upstream_ns : 0,
				is_placed ? known_or(x[RETRY_NS], 0) : 0,
				is_placed ? beyond_ns : 0 });
}

static int add_question(struct gathering *g, const int64_t *x)
{
	bool has_query = is_known(x[QUERY_FRAME]);
	/* What was answered at a time that is not known counts nowhere. */
	bool is_judged = has_query &&
			 (is_known(x[TIME_NS]) || !is_known(x[RCODE]));
	bool is_unanswered = x[STATE] == STATE_UNANSWERED ||
			     x[STATE] == STATE_WRONG_SOURCE ||
			     x[STATE] == STATE_ICMP_ERROR;

	if (x[KIND] != KIND_QUERY)
		return SQLITE_OK;
	return gathering_add(
		g, (int64_t[]){ x[WORD], x[QTYPE], x[NAME], has_query,
				has_query && x[STATE] != STATE_ANSWERED,
				is_judged && x[STATE] == STATE_ANSWERED,
				is_judged && x[STATE] == STATE_ANSWERED_LATE,
				is_judged && is_unanswered,
				is_judged && x[STATE] == STATE_PENDING_AT_END,
				or_none(is_measured(x), x[AFTER_NS]),
				x[RCODE] == RCODE_NOERROR,
				x[RCODE] == RCODE_NOERROR && is_known(x[TTL]),
				x[RCODE] == RCODE_NXDOMAIN,
				is_known(x[RCODE]) && is_for_addresses(x) });
}

/* A and AAAA wait together. */
static int add_denied(struct gathering *g, const int64_t *x)
{
	bool is_aaaa = x[QTYPE] == DNS_TYPE_AAAA;
	int64_t waited_ns = is_measured(x) ? x[AFTER_NS] : 0;

	if (x[KIND] != KIND_QUERY || x[RCODE] != RCODE_NXDOMAIN)
		return SQLITE_OK;
	return gathering_add(
		g,
		(int64_t[]){ x[CLIENT], x[NAME],
			     is_for_addresses(x) ? DNS_TYPE_A : x[QTYPE],
			     x[CLIENT_TITLE], 1, is_aaaa, x[ATTEMPTS],
			     is_aaaa ? 0 : waited_ns, is_aaaa ? waited_ns : 0,
			     is_measured(x), x[TIME_NS], x[TIME_NS] });
}

/* NOERROR, whole, and nothing of the wanted type, as in transactions. */
static int add_nodata(struct gathering *g, const int64_t *x)
{
	bool has_time = is_known(x[TIME_NS]) && is_known(x[AFTER_NS]);
	int64_t answered_ns = has_time ? x[TIME_NS] + x[AFTER_NS] : GATHER_NONE;

	if (x[KIND] != KIND_QUERY || x[RCODE] != RCODE_NOERROR ||
	    !is_known(x[FLAGS]) || has_flag(x, DNS_FLAG_TC) ||
	    x[IS_NODATA] != 1 || x[IS_FAULTY] == 1)
		return SQLITE_OK;
	return gathering_add(g, (int64_t[]){ x[NAME], x[QTYPE], x[CLIENT],
					     x[CLIENT_TITLE], x[SERVER],
					     x[SERVER_TITLE], 1, answered_ns,
					     answered_ns });
}

static const struct {
	const char *table, *letters;
	size_t most_values; /* in memory */
	int (*add)(struct gathering *g, const int64_t *x);
} kinds[SUMS] = {
	[TALLY] = { "tally", "kkkk++<>+><", VALUES_FEW, add_tally },
	[TIMELINE] = { "timeline", "kkk+", VALUES_FEW, add_bar },
	[LATENCY] = { "latency", "kkkkk+>+++++++", VALUES_FEW, add_latency },
	[QUESTIONS] = { "question_sum", "kk<++++++>++++", VALUES_MANY,
			add_question },
	[DENIED] = { "denied_sum", "kkkk++++++<>", VALUES_MANY, add_denied },
	[NODATA] = { "nodata_sum", "kkkkkk+<>", VALUES_FEW, add_nodata },
};

static int begin(sqlite3_context *context, struct sums *s)
{
	sqlite3 *db = sqlite3_context_db_handle(context);

	for (int i = 0; i < SUMS; i++) {
		s->gatherings[i] = gathering_new(db, kinds[i].table,
						 kinds[i].letters,
						 kinds[i].most_values);
		if (s->gatherings[i] == NULL)
			return SQLITE_ERROR;
	}
	return SQLITE_OK;
}

static void sum_up_step(sqlite3_context *context, int count,
			sqlite3_value **args)
{
	struct sums *s = sqlite3_aggregate_context(context, sizeof(*s));
	int64_t x[COLUMNS];
	int rc = s == NULL ? SQLITE_NOMEM : SQLITE_OK;

	for (int i = 0; i < count; i++)
		x[i] = gather_value(args[i]);
	if (rc == SQLITE_OK && s->gatherings[0] == NULL)
		rc = begin(context, s);
	for (int i = 0; i < SUMS && rc == SQLITE_OK; i++)
		rc = kinds[i].add(s->gatherings[i], x);
	if (rc != SQLITE_OK)
		sqlite3_result_error_code(context, rc);
}

static void sum_up_final(sqlite3_context *context)
{
	struct sums *s = sqlite3_aggregate_context(context, 0);
	int rc = SQLITE_OK;

	for (int i = 0; s != NULL && i < SUMS; i++) {
		if (s->gatherings[i] != NULL && rc == SQLITE_OK)
			rc = gathering_write(s->gatherings[i]);
		gathering_free(s->gatherings[i]);
	}
	if (rc != SQLITE_OK)
		sqlite3_result_error_code(context, rc);
}

void sums_register(sqlite3 *db)
{
	sqlite3_create_function(db, "sum_up", COLUMNS,
				SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, NULL,
				sum_up_step, sum_up_final);
}

void sums_unregister(sqlite3 *db)
{
	sqlite3_create_function(db, "sum_up", COLUMNS, SQLITE_UTF8, NULL, NULL,
				NULL, NULL);
}
