/* SPDX-License-Identifier: MIT */
#include "core/dead_letter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"

enum status
dead_letter_store(struct db *db, const char *route, const char *reason, const void *body, size_t len, int64_t now_ms,
		  struct err *err)
{
	struct db_statement *query;

	/*
	 * The carrier repeats what it thinks was lost: the same letter is kept once. Only the newest are looked at, so that a
	 * flood of them stays cheap.
	 */
	query = db_query(db, "INSERT INTO dead_letters (route, reason, body, received_at) SELECT $1, $2, $3, $4"
			     " WHERE NOT EXISTS (SELECT 1 FROM (SELECT route, body, received_at FROM dead_letters"
			     " ORDER BY id DESC LIMIT 100) WHERE received_at >= $4 - 86400000 AND route = $1 AND body = $3)");
	db_bind_text(query, 1, route);
	db_bind_text(query, 2, reason);
	db_bind_blob(query, 3, body, len);
	db_bind_int(query, 4, now_ms);
	return db_run(query, err);
}

#define COLUMNS \
	"SELECT id, received_at, route, reason, substr(body, 1, 1023), length(body), CASE WHEN replayed_at IS NULL" \
	" THEN replay_requested_at END, replayed_at, replay_result FROM dead_letters WHERE "

static void
read_row(struct db_statement *query, struct dead_letter *row)
{
	row->id = db_column_int(query, 0);
	row->received_at = db_column_int(query, 1);
	utf8_copy(row->route, sizeof row->route, db_column_text(query, 2));
	utf8_copy(row->reason, sizeof row->reason, db_column_text(query, 3));
	snprintf(row->body, sizeof row->body, "%s", db_column_text(query, 4));
	row->body_size = db_column_int(query, 5);
	row->replay_requested_at = db_column_int(query, 6);
	row->replayed_at = db_column_int(query, 7);
	utf8_copy(row->replay_result, sizeof row->replay_result, db_column_text(query, 8));
}

enum status
dead_letter_list(struct db *db, int64_t before_id, size_t limit, struct dead_letter *rows, size_t *count, struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;

	*count = 0;
	query = db_query(db, COLUMNS "id < $1 ORDER BY id DESC LIMIT $2");
	db_bind_int(query, 1, before_id > 0 ? before_id : INT64_MAX);
	db_bind_int(query, 2, (int64_t)limit);
	while (*count < limit && (step = db_step(query)) == DB_ROW)
		read_row(query, &rows[(*count)++]);
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
dead_letter_get(struct db *db, int64_t id, struct dead_letter *letter, struct err *err)
{
	struct db_statement *query = db_query(db, COLUMNS "id = $1");
	enum db_step step;

	db_bind_int(query, 1, id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return err_set(err, STATUS_NOT_FOUND, "%s", _("This dead letter is not there any more."));
	read_row(query, letter);
	db_reset(query);
	return STATUS_OK;
}

enum status
dead_letter_count(struct db *db, int64_t *count, struct err *err)
{
	struct db_statement *query = db_query(db, "SELECT value FROM counters WHERE name = 'dead_letters'");

	*count = 0;
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	*count = db_column_int(query, 0);
	db_reset(query);
	return STATUS_OK;
}

/* Runs a change of one open letter, or says why it met none. */
static enum status
change_open(struct db *db, struct db_statement *statement, int64_t id, struct err *err)
{
	struct dead_letter letter;
	enum status status = db_run(statement, err);

	if (status != STATUS_OK || db_changes(db) > 0)
		return status;
	status = dead_letter_get(db, id, &letter, err);
	if (status == STATUS_OK)
		status = err_set(err, STATUS_CONFLICT, "%s", _("This dead letter was dealt with already."));
	return status;
}

enum status
dead_letter_request_replay(struct db *db, int64_t id, int64_t now_ms, struct err *err)
{
	struct db_statement *statement;

	statement = db_query(db, "UPDATE dead_letters SET replay_requested_at = coalesce(replay_requested_at, $2),"
				 " replay_result = '' WHERE id = $1 AND replayed_at IS NULL");
	db_bind_int(statement, 1, id);
	db_bind_int(statement, 2, now_ms);
	return change_open(db, statement, id, err);
}

enum status
dead_letter_dismiss(struct db *db, int64_t id, int64_t now_ms, struct err *err)
{
	struct db_statement *statement;

	statement = db_query(db, "UPDATE dead_letters SET replayed_at = $2, replay_result = 'dismissed'"
				 " WHERE id = $1 AND replayed_at IS NULL");
	db_bind_int(statement, 1, id);
	db_bind_int(statement, 2, now_ms);
	return change_open(db, statement, id, err);
}

enum status
dead_letter_next_request(struct db *db, int64_t *requested_ms, struct err *err)
{
	struct db_statement *query;

	*requested_ms = 0;
	query = db_query(db, "SELECT min(replay_requested_at) FROM dead_letters WHERE replay_requested_at IS NOT NULL"
			     " AND replayed_at IS NULL");
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	*requested_ms = db_column_int(query, 0);
	db_reset(query);
	return STATUS_OK;
}

enum status
dead_letter_take_request(struct db *db, struct dead_letter_content *content, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	memset(content, 0, sizeof *content);
	query = db_query(db, "SELECT id, received_at, route, length(body), body FROM dead_letters"
			     " WHERE replay_requested_at IS NOT NULL AND replayed_at IS NULL ORDER BY id LIMIT 1");
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return STATUS_OK;
	content->id = db_column_int(query, 0);
	content->received_at = db_column_int(query, 1);
	utf8_copy(content->route, sizeof content->route, db_column_text(query, 2));
	content->len = (size_t)db_column_int(query, 3);
	content->body = malloc(content->len + 1);
	if (content->body != NULL) {
		/* A blob reads as its bytes, a zero byte among them too, and one more behind them. */
		memcpy(content->body, content->len > 0 ? db_column_text(query, 4) : "", content->len);
		content->body[content->len] = '\0';
	}
	db_reset(query);
	if (content->body == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s", _("There is not enough memory; close other programs and try again."));
	return STATUS_OK;
}

enum status
dead_letter_end_request(struct db *db, int64_t id, const char *problem, int64_t now_ms, struct err *err)
{
	struct db_statement *statement;

	if (problem == NULL)
		statement = db_query(db, "UPDATE dead_letters SET replay_requested_at = NULL, replay_result = '',"
					 " replayed_at = $2 WHERE id = $1 AND replayed_at IS NULL");
	else
		statement = db_query(db, "UPDATE dead_letters SET replay_requested_at = NULL, replay_result = $2"
					 " WHERE id = $1 AND replayed_at IS NULL");
	db_bind_int(statement, 1, id);
	if (problem == NULL)
		db_bind_int(statement, 2, now_ms);
	else
		db_bind_text(statement, 2, problem);
	return db_run(statement, err);
}
