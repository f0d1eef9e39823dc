/* SPDX-License-Identifier: MIT */
/* A real SQLite file in a folder of its own, opened anew for each test and removed after it. */
#ifndef HILO_TESTS_STORE_FIXTURE_H
#define HILO_TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/db.h"
#include "core/inbound.h"
#include "core/outbox.h"

#define NOON 1790000000000LL /* a fixed moment, ms */

struct store {
	char folder[64];
	char path[96];
	struct db *db;
};

static inline void
store_setup(struct store *store)
{
	struct err err = { "" };

	snprintf(store->folder, sizeof store->folder, "%s", "/tmp/hilo-test-XXXXXX");
	assert_non_null(mkdtemp(store->folder));
	snprintf(store->path, sizeof store->path, "%s/hilo.db", store->folder);
	if (db_open(store->path, DB_CREATE, &store->db, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

static inline void
store_teardown(struct store *store)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-lock" };
	char file[128];

	db_close(store->db);
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		snprintf(file, sizeof file, "%s%s", store->path, endings[i]);
		unlink(file);
	}
	/* Made by the services; empty where nothing was fetched. */
	snprintf(file, sizeof file, "%s/files", store->folder);
	rmdir(file);
	assert_int_equal(rmdir(store->folder), 0);
}

/* The first column of the first row of a query without values; the text must be a literal. */
static inline int64_t
store_number(struct db *db, const char *sql)
{
	struct db_statement *query = db_query(db, sql);
	struct err err = { "" };
	int64_t value;
	enum db_step step = db_step(query);

	if (step == DB_FAILED)
		db_failure(db, &err);
	if (step != DB_ROW)
		fail_msg("no row: %s (%s)", sql, err.text);
	value = db_column_int(query, 0);
	db_reset(query);
	return value;
}

static inline const char *
store_text(struct db *db, const char *sql)
{
	static char text[512];
	struct db_statement *query = db_query(db, sql);

	assert_int_equal(db_step(query), DB_ROW);
	snprintf(text, sizeof text, "%s", db_column_text(query, 0));
	db_reset(query);
	return text;
}

/* Stores a customer's message in a transaction of its own. */
static inline struct inbound_result
store_inbound(struct db *db, enum channel channel, const char *sid, const char *from, const char *body, int64_t at)
{
	struct inbound in = { .channel = channel,
			      .provider_message_id = sid,
			      .from = from,
			      .to = channel == CHANNEL_WHATSAPP ? "whatsapp:+14155238886" : "+15551230000",
			      .name = "Ana",
			      .body = body,
			      .metadata = "{}",
			      .received_at = at };
	struct inbound_result result;
	struct err err = { "" };

	assert_int_equal(db_begin(db, &err), STATUS_OK);
	if (inbound_store(db, &in, &result, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	return result;
}

/* Queues a reply in a transaction of its own and returns what came of it. */
static inline struct outgoing_result
store_enqueue(struct db *db, const struct outgoing *out)
{
	struct outgoing_result result;
	struct err err = { "" };

	assert_int_equal(db_begin(db, &err), STATUS_OK);
	if (outbox_enqueue(db, out, &result, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	return result;
}

/* A reply of an agent in the conversation. */
static inline int64_t
store_reply(struct db *db, int64_t thread_id, enum channel channel, const char *body, int64_t at)
{
	struct outgoing out = { .channel = channel,
				.thread_id = thread_id,
				.body = body,
				.author = "eva",
				.origin = "console",
				.now_ms = at };
	struct outgoing_result result = store_enqueue(db, &out);

	assert_int_equal(result.problem, SEND_FINE);
	return result.message_id;
}

#endif
