/* SPDX-License-Identifier: MIT */
#include "core/thread_state.h"

#include <string.h>

#include "core/utf8.h"

static enum status
read_label(struct db *db, int64_t id, int64_t label_id, int64_t *labelled_at, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	query = db_query(db, "SELECT created_at FROM thread_labels WHERE thread_id = $1 AND label_id = $2");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, label_id);
	step = db_step(query);
	if (step == DB_ROW)
		*labelled_at = db_column_int(query, 0);
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
thread_state_read(struct db *db, int64_t id, const struct undo *record, struct thread_state *state, struct err *err)
{
	struct db_statement *query;
	enum thread_status thread_status = THREAD_OPEN;
	enum db_step step;

	memset(state, 0, sizeof *state);
	query = db_query(db, "SELECT t.status, t.closed_at, t.snoozed_until, t.failed_count, t.assignee_id,"
			     " coalesce(a.name, ''), t.priority FROM communication_threads t"
			     " LEFT JOIN agents a ON a.id = t.assignee_id WHERE t.id = $1");
	db_bind_int(query, 1, id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return STATUS_NOT_FOUND;
	thread_status_parse(db_column_text(query, 0), &thread_status);
	state->id = id;
	state->status = thread_status;
	state->closed_at = db_column_int(query, 1);
	state->snoozed_until = db_column_int(query, 2);
	state->failed_count = db_column_int(query, 3);
	state->assignee = db_column_int(query, 4);
	utf8_copy(state->assignee_name, sizeof state->assignee_name, db_column_text(query, 5));
	state->priority = db_column_int(query, 6);
	db_reset(query);
	if (record->kind != WORK_LABEL_ADD && record->kind != WORK_LABEL_REMOVE)
		return STATUS_OK;
	return read_label(db, id, record->value, &state->labelled_at, err);
}

enum status
thread_state_set_status(struct db *db, const struct thread_state *state, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE communication_threads SET status = $2, closed_at = nullif($3, 0),"
			     " snoozed_until = nullif($4, 0), failed_count = $5, updated_at = $6 WHERE id = $1");
	db_bind_int(query, 1, state->id);
	db_bind_text(query, 2, thread_status_name((enum thread_status)state->status));
	db_bind_int(query, 3, state->closed_at);
	db_bind_int(query, 4, state->snoozed_until);
	db_bind_int(query, 5, state->failed_count);
	db_bind_int(query, 6, now_ms);
	return db_run(query, err);
}

enum status
thread_state_set_assignee(struct db *db, int64_t id, int64_t agent_id, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE communication_threads SET assignee_id = nullif($2, 0), updated_at = $3 WHERE id = $1");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, agent_id);
	db_bind_int(query, 3, now_ms);
	return db_run(query, err);
}

enum status
thread_state_set_priority(struct db *db, int64_t id, int64_t priority, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE communication_threads SET priority = $2, updated_at = $3 WHERE id = $1");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, priority);
	db_bind_int(query, 3, now_ms);
	return db_run(query, err);
}

enum status
thread_state_set_label(struct db *db, int64_t id, int64_t label_id, int64_t labelled_at, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum status status;

	if (labelled_at != 0) {
		query = db_query(db, "INSERT INTO thread_labels (thread_id, label_id, created_at) VALUES ($1, $2, $3)"
				     " ON CONFLICT (thread_id, label_id) DO NOTHING");
		db_bind_int(query, 3, labelled_at);
	} else {
		query = db_query(db, "DELETE FROM thread_labels WHERE thread_id = $1 AND label_id = $2");
	}
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, label_id);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE communication_threads SET updated_at = $2 WHERE id = $1");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, now_ms);
	return db_run(query, err);
}
