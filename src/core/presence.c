/* SPDX-License-Identifier: MIT */
#include "core/presence.h"

#include <string.h>

#include "core/outbox.h"
#include "core/utf8.h"

static const char *const doing_names[] = { [PRESENCE_VIEWING] = "viewing", [PRESENCE_WRITING] = "writing" };

enum status
presence_set(struct db *db, const struct presence_report *report, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "INSERT INTO presence (console, agent, thread_id, doing, since, seen_at)"
			     " VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (console) DO UPDATE SET"
			     " since = CASE WHEN thread_id = $3 AND doing = $4 THEN since ELSE $5 END,"
			     " agent = $2, thread_id = $3, doing = $4, seen_at = $5");
	db_bind_text(query, 1, report->console);
	db_bind_text(query, 2, report->agent);
	db_bind_int(query, 3, report->thread_id);
	db_bind_text(query, 4, doing_names[report->doing]);
	db_bind_int(query, 5, report->now_ms);
	return db_run(query, err);
}

enum status
presence_clear(struct db *db, const char *console, struct err *err)
{
	struct db_statement *query = db_query(db, "DELETE FROM presence WHERE console = $1");

	db_bind_text(query, 1, console);
	return db_run(query, err);
}

/* Columns: console, agent, thread, doing, since. Rows of processes that are gone are passed over. */
static enum status
read_rows(struct db *db, struct db_statement *query, size_t limit, struct presence *rows, size_t *count, struct err *err)
{
	enum db_step step = DB_DONE;

	*count = 0;
	while (*count < limit && (step = db_step(query)) == DB_ROW) {
		struct presence *row = &rows[*count];

		if (outbox_owner_is_gone(db_column_text(query, 0)))
			continue;
		utf8_copy(row->agent, sizeof row->agent, db_column_text(query, 1));
		row->thread_id = db_column_int(query, 2);
		row->doing = strcmp(db_column_text(query, 3), doing_names[PRESENCE_WRITING]) == 0 ? PRESENCE_WRITING
												  : PRESENCE_VIEWING;
		row->since = db_column_int(query, 4);
		(*count)++;
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
presence_list(struct db *db, int64_t thread_id, const char *console, int64_t now_ms, size_t limit, struct presence *rows,
	      size_t *count, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "SELECT console, agent, thread_id, doing, since FROM presence WHERE thread_id = $1"
			     " AND console <> $2 AND seen_at > $3 - $4 AND seen_at < $3 + $4 ORDER BY since, console");
	db_bind_int(query, 1, thread_id);
	db_bind_text(query, 2, console != NULL ? console : "");
	db_bind_int(query, 3, now_ms);
	db_bind_int(query, 4, PRESENCE_FRESH_MS);
	return read_rows(db, query, limit, rows, count, err);
}

enum status
presence_list_all(struct db *db, const char *console, int64_t now_ms, size_t limit, struct presence *rows, size_t *count,
		  struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "SELECT console, agent, thread_id, doing, since FROM presence WHERE console <> $1"
			     " AND seen_at > $2 - $3 AND seen_at < $2 + $3 ORDER BY since, console");
	db_bind_text(query, 1, console != NULL ? console : "");
	db_bind_int(query, 2, now_ms);
	db_bind_int(query, 3, PRESENCE_FRESH_MS);
	return read_rows(db, query, limit, rows, count, err);
}

#define SWEEP_MAX 200

enum status
presence_sweep(struct db *db, int64_t now_ms, size_t *count, struct err *err)
{
	struct db_statement *query;
	char gone[SWEEP_MAX][128];
	size_t found = 0;
	enum db_step step = DB_DONE;
	enum status status = STATUS_OK;

	*count = 0;
	/* What is too far in the future was written before the clock was set back. */
	query = db_query(db, "SELECT console, seen_at > $1 - $2 AND seen_at < $1 + $2 FROM presence");
	db_bind_int(query, 1, now_ms);
	db_bind_int(query, 2, PRESENCE_FRESH_MS);
	while (found < SWEEP_MAX && (step = db_step(query)) == DB_ROW) {
		if (db_column_int(query, 1) == 0 || outbox_owner_is_gone(db_column_text(query, 0)))
			utf8_copy(gone[found++], sizeof gone[0], db_column_text(query, 0));
	}
	db_reset(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	for (size_t i = 0; status == STATUS_OK && i < found; i++)
		status = presence_clear(db, gone[i], err);
	if (status == STATUS_OK)
		*count = found;
	return status;
}

enum status
presence_next_sweep(struct db *db, int64_t *due_ms, struct err *err)
{
	struct db_statement *query = db_query(db, "SELECT min(seen_at) FROM presence");

	*due_ms = 0;
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	if (!db_column_is_null(query, 0))
		*due_ms = db_column_int(query, 0) + PRESENCE_FRESH_MS;
	db_reset(query);
	return STATUS_OK;
}
