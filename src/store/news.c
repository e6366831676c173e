/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/news.h"

#include "base/text.h"
#include "store/rows.h"

static const struct {
	const char *name, *summary, *text;
} files[] = {
#include "store/news.inc"
};

/* In the order of news_sql in Makefile.inc. */
enum { START, STOP };

/* Views over _message: as TEMP they see that of the news. */
static const char views_sql[] =
	"SELECT replace(sql, 'CREATE VIEW ', 'CREATE TEMP VIEW ') "
	"FROM main.sqlite_schema WHERE type = 'view' "
	"AND name IN ('messages', '_placed', 'trace')";

int news_start(struct store *s)
{
	struct rows *r;
	int rc = store_run(s, files[START].text);

	if (rc != 0)
		return -1;
	r = rows_open_own(s, views_sql);
	rc = r != NULL ? 1 : -1;
	while (rc == 1 && (rc = rows_next(r)) == 1)
		if (store_run(s, rows_text(r, 0)) != 0)
			rc = -1;
	rows_close(r);
	return rc;
}

int news_exist(struct store *s)
{
	struct rows *r = rows_open(s,
				   "SELECT EXISTS (SELECT 1 FROM temp.news)");
	int exist = -1;

	if (r != NULL && rows_next(r) == 1)
		exist = (int)rows_integer(r, 0);
	rows_close(r);
	return exist;
}

int news_forget(struct store *s)
{
	return store_run(s, "DELETE FROM temp.news");
}

int news_stop(struct store *s)
{
	return store_run(s, files[STOP].text);
}
