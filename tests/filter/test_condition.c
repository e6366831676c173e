/* SPDX-License-Identifier: BSD-3-Clause */
/* The conditions choose rows of a table that has the columns of the view. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "base/text.h"
#include "filter/fields.h"
#include "filter/filter.h"
#include "tests/test.h"

/* As the store's, but for its memory of patterns. */
static void regexp(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *expression = (const char *)sqlite3_value_text(values[0]);
	const char *text = (const char *)sqlite3_value_text(values[1]);
	char why[PATTERN_WHY_MAX];
	size_t where;
	struct pattern *p;

	(void)count;
	if (expression == NULL || text == NULL)
		return;
	p = pattern_new(expression, why, &where);
	assert_non_null(p);
	sqlite3_result_int(context, pattern_matches(p, text, strlen(text)));
	pattern_free(p);
}

static void run(sqlite3 *db, const char *sql)
{
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* Every column that any field names, once. */
static void create_table(sqlite3 *db)
{
	const struct field *row;
	struct text sql = { 0 };

	text_add(&sql, "CREATE TABLE trace (time_ns");
	for (unsigned i = 0; (row = field_row(i)) != NULL; i++)
		if (strcmp(row->name, row->column) == 0 &&
		    strcmp(row->name, "time_ns") != 0)
			text_addf(&sql, ", \"%s\"", row->column);
	text_add(&sql, ")");
	run(db, text_string(&sql));
	text_release(&sql);
}

/* 1: a pod asks; 2: its answer; 3: no such name; 4: over IPv6. */
static int set_up(void **state)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	sqlite3_create_function(db, "regexp", 2, SQLITE_UTF8, NULL, regexp,
				NULL, NULL);
	/* A column that isn't there must not pass as a string. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	create_table(db);
	run(db,
	    "INSERT INTO trace (frame, qr, id, name, qtype, qtype_raw, src,"
	    "  \"src.addr\", \"src.port\", state, tc, \"k8s.podname\")"
	    " VALUES (1, 'Q', '102d', 'Microsoft.com.', 'A', 1,"
	    "  'p/default/my_pod:38480', '10.244.0.5', 38480, 'answered', 0,"
	    "  'my_pod');"
	    "INSERT INTO trace (frame, qr, id, name, qtype, qtype_raw, src,"
	    "  \"src.addr\", \"src.port\", state, tc, rcode, rcode_raw,"
	    "  latency_ns, addresses, cname, \"nameserver.addr\")"
	    " VALUES (2, 'R', '102d', 'microsoft.com.', 'A', 1,"
	    "  'r/10.0.0.1:53', '10.0.0.1', 53, 'answered', 0, 'Success', 0,"
	    "  14020000, '10.0.0.10,10.0.0.11', 'A.example.,b.example.',"
	    "  '168.63.129.16');"
	    "INSERT INTO trace (frame, qr, id, name, qtype, qtype_raw, src,"
	    "  \"src.addr\", \"src.port\", state, tc, rcode, rcode_raw,"
	    "  latency_ns, addresses)"
	    " VALUES (3, 'R', 'd482', 'myheadless.', 'AAAA', 28,"
	    "  'r/10.0.0.10:53', '10.0.0.10', 53, 'answered', 1, 'NameError',"
	    "  3, 900, '');"
	    "INSERT INTO trace (frame, qr, id, name, src, \"src.addr\","
	    "  \"src.port\", state, addresses)"
	    " VALUES (4, 'Q', '0001', 'x.', 'r/[fd00::1]:5353', 'fd00::1',"
	    "  5353, 'unanswered', 'fd00::2')");
	*state = db;
	return 0;
}

static int tear_down(void **state)
{
	return sqlite3_close(*state);
}

static void bind_all(sqlite3_stmt *statement, const struct filter *f)
{
	for (size_t i = 0; i < filter_num_values(f); i++) {
		const struct filter_value *v = filter_value(f, i);
		int at = sqlite3_bind_parameter_index(statement, v->name);

		assert_true(at > 0);
		if (v->type == FILTER_INTEGER)
			sqlite3_bind_int64(statement, at, v->integer);
		else
			sqlite3_bind_text(statement, at, v->text, -1,
					  SQLITE_STATIC);
	}
}

/* The frames that the filter lets through: "2 3 ". */
static void choose(sqlite3 *db, const struct filter *f, struct text *frames)
{
	sqlite3_stmt *statement = NULL;
	struct text sql = { 0 };

	text_addf(&sql, "SELECT frame FROM trace WHERE %s ORDER BY frame",
		  filter_condition(f));
	assert_int_equal(
		sqlite3_prepare_v2(db, text_string(&sql), -1, &statement, NULL),
		SQLITE_OK);
	bind_all(statement, f);
	while (sqlite3_step(statement) == SQLITE_ROW)
		text_addf(frames, "%d ", sqlite3_column_int(statement, 0));
	assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
	text_release(&sql);
}

static void test_conditions_choose_the_rows_that_people_mean(void **state)
{
	static const struct {
		const char *expression, *frames;
	} cases[] = {
		{ "", "1 2 3 4 " },
		{ "qr==R,rcode!=Success", "3 " },
		{ "rcode!=Success", "3 " },
		{ "rcode==NXDOMAIN", "3 " },
		{ "rcode==", "1 4 " },
		{ "rcode!=", "2 3 " },
		{ "rcode>Success", "3 " },
		{ "rcode~Error", "3 " },
		{ "rcode!~Error", "1 2 4 " },
		{ "latency_ns_raw>5000000", "2 " },
		{ "latency_ns>5ms", "2 " },
		{ "latency_ns<5ms", "3 " },
		{ "latency_ns==", "1 4 " },
		{ "latency_ns!=", "2 3 " },
		{ "nameserver.addr==168.63.129.16", "2 " },
		{ "nameserver.addr!=168.63.129.16", "1 3 4 " },
		{ "name==microsoft.com.", "1 2 " },
		{ "name==MICROSOFT.com", "1 2 " },
		{ "name!=microsoft.com", "3 4 " },
		{ "name~myheadless", "3 " },
		{ "name~(?i)^microsoft\\.", "1 2 " },
		{ "qtype==AAAA", "3 " },
		{ "qtype!=AAAA", "1 2 4 " },
		{ "id==0x102D", "1 2 " },
		{ "id==1", "4 " },
		{ "tc==true", "3 " },
		{ "tc!=true", "1 2 4 " },
		{ "tc==no", "1 2 " },
		{ "state==Unanswered", "4 " },
		{ "addresses==10.0.0.1", "" },
		{ "addresses==10.0.0.10", "2 " },
		{ "addresses==10.0.0.11", "2 " },
		{ "addresses==10.0.0.10\\,10.0.0.11", "2 " },
		{ "addresses==10.0.0.11\\,10.0.0.10", "" },
		{ "addresses!=10.0.0.10", "1 3 4 " },
		{ "addresses==FD00:0::2", "4 " },
		{ "addresses==", "1 3 " },
		{ "addresses!=", "2 4 " },
		{ "cname==a.Example", "2 " },
		{ "cname==example", "" },
		{ "cname!=b.example.", "1 3 4 " },
		{ "cname==a.example\\,B.example", "2 " },
		{ "src==10.0.0.1", "2 " },
		{ "src==10.0.0.1:53", "2 " },
		{ "src==10.0.0.1:54", "" },
		{ "src!=10.0.0.1:53", "1 3 4 " },
		{ "src==r/10.0.0.1", "2 " },
		{ "src==r/10.0.0.1:53", "2 " },
		{ "src!=r/10.0.0.1", "1 3 4 " },
		{ "src==10.244.0.5", "1 " },
		{ "src==p/default/my_pod", "1 " },
		{ "src==p/default/my_po", "" },
		{ "src==p/default/myxpod", "" },
		{ "src==p/default/my_pod:38480", "1 " },
		{ "src==p/default/my_pod:1", "" },
		{ "src==r/fd00::1", "4 " },
		{ "src==[FD00::1]:5353", "4 " },
		{ "src==fd00::1", "4 " },
		{ "src~^r/.*:53$", "2 3 " },
		{ "src.port==53,qr==response", "2 3 " },
		{ "frame~^[12]$", "1 2 " },
		{ "k8s.podName!=my_pod", "2 3 4 " },
		{ "k8s.podname==", "2 3 4 " },
		{ "file==');DELETE FROM trace;--", "" },
		{ "name==x' OR '1'='1", "" },
		{ "qr==Q", "1 4 " },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct filter *f = filter_new();
		struct text shown = { 0 };
		struct text expected = { 0 };

		assert_int_equal(filter_add(f, cases[i].expression), 0);
		text_addf(&shown, "%s -> ", cases[i].expression);
		choose(*state, f, &shown);
		text_addf(&expected, "%s -> %s", cases[i].expression,
			  cases[i].frames);
		assert_string_equal(text_string(&shown),
				    text_string(&expected));
		text_release(&expected);
		text_release(&shown);
		filter_free(f);
	}
}

static void test_every_field_gives_sql_that_can_be_run(void **state)
{
	static const char *const endings[] = { "==", "!=", "==1", "!=1" };
	const struct field *row;

	for (unsigned i = 0; (row = field_row(i)) != NULL; i++) {
		bool takes_1 = row->kind != FIELD_WORD &&
			       row->kind != FIELD_QR &&
			       row->kind != FIELD_ENDPOINT &&
			       row->kind != FIELD_ADDRESS &&
			       row->kind != FIELD_ADDRESSES;

		for (size_t j = 0; j < (takes_1 ? 4 : 2); j++) {
			struct filter *f = filter_new();
			struct text text = { 0 };

			text_addf(&text, "%s%s", row->name, endings[j]);
			assert_int_equal(filter_add(f, text_string(&text)), 0);
			choose(*state, f, &text);
			text_release(&text);
			filter_free(f);
		}
	}
}

static void test_as_many_conditions_as_allowed_can_be_run(void **state)
{
	struct filter *f = filter_new();
	struct text frames = { 0 };

	for (int i = 0; i < 300; i++)
		assert_int_equal(filter_add(f, "addresses!=10.9.9.9"), 0);
	choose(*state, f, &frames);
	assert_string_equal(text_string(&frames), "1 2 3 4 ");
	text_release(&frames);
	filter_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_conditions_choose_the_rows_that_people_mean),
		cmocka_unit_test(test_every_field_gives_sql_that_can_be_run),
		cmocka_unit_test(test_as_many_conditions_as_allowed_can_be_run),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
