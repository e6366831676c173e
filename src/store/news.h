/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What came into a store since somebody looked last, for who watches it grow.
 * Only the connection that writes can have news.
 */
#ifndef STORE_NEWS_H
#define STORE_NEWS_H

#include "store/store.h"

/*
 * From now on the views messages and trace, and what is chosen of them, show
 * this connection only news: each message once, when it comes, and a query
 * again when it is known that it gets no response.  -1: already reported.
 */
int news_start(struct store *s);

/* 1: there is some; 0: none; -1: already reported. */
int news_exist(struct store *s);

/* What they show now is no news any more.  -1: already reported. */
int news_forget(struct store *s);

/* The views show everything again.  -1: already reported. */
int news_stop(struct store *s);

#endif
