/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct values;
struct inserter;
struct redactor;

struct store {
	sqlite3 *db;
	char *path;
	bool is_new;               /* made by us and still without a capture */
	struct values *values;     /* NULL when opened for reading */
	struct inserter *inserter; /* NULL but while captures come in */
	struct redactor *redactor; /* NULL: none */
	bool is_redacted;
};

/* Reports what SQLite says, and what to do about it; always -1. */
int store_fail(const struct store *s);

/* Whether a file of SQLite's lies beside the store: "-journal", "-wal". */
bool store_has_beside(const char *path, const char *suffix);

/* NULL: already reported. */
sqlite3_stmt *store_prepare(const struct store *s, const char *sql);

/* Runs a statement to its end and resets it; -1: already reported. */
int store_step(const struct store *s, sqlite3_stmt *statement);

/* A number, which must not be negative; -1: already reported. */
int64_t store_ask(const struct store *s, const char *sql);

#endif
