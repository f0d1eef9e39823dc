/* SPDX-License-Identifier: MIT */
/*
 * The state of a message is computed from the set of its events, so the order and the repetition of callbacks cannot
 * matter: the highest rank wins; among equal ranks a fixed order of the words decides; the error is the one of the
 * highest event that carries a code. The carrier's response to our request counts like an event below `sent`.
 */
#include "core/delivery.h"

#include <stdio.h>
#include <string.h>

#include "core/thread.h"
#include "core/utf8.h"

#define EVENTS_LOOKED_AT 500

struct rank_row {
	const char *status;
	int rank;
	int tie; /* decides between equal ranks */
};

/* After Twilio's statuses: https://www.twilio.com/docs/messaging/api/message-resource#message-status-values */
static const struct rank_row ranks[] = {
	{ "receiving", 5, 0 },	  { "received", 100, 0 },	     { "accepted", 10, 0 },    { "scheduled", 10, 1 },
	{ "queued", 20, 0 },	  { "sending", 30, 0 },		     { "sent", 40, 0 },	       { "partially_delivered", 45, 0 },
	{ "canceled", 50, 0 },	  { "undelivered", 50, 1 },	     { "failed", 50, 2 },      { "delivered", 60, 0 },
	{ "read", 70, 0 },
};

static const struct rank_row *
find_rank(const char *status)
{
	for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++) {
		if (strcmp(ranks[i].status, status) == 0)
			return &ranks[i];
	}
	return NULL;
}

int
delivery_rank(const char *status)
{
	const struct rank_row *row = find_rank(status);

	return row != NULL ? row->rank : 0;
}

bool
delivery_is_final(const char *status)
{
	int rank = delivery_rank(status);

	return rank >= 50 && rank < 100;
}

static bool
is_failure(const char *status)
{
	return strcmp(status, "failed") == 0 || strcmp(status, "undelivered") == 0;
}

struct state {
	int64_t thread_id;
	char status[24];
	int rank;
	int tie;
	int error_rank; /* -1: the stored code stays */
	int error_code;
	char error_message[256];
	int64_t sent_at, delivered_at, read_at, failed_at; /* 0 = not */
	bool was_failed;
	bool dealt_with; /* sent again or dismissed: counted no more */
};

static enum status
load(struct db *db, int64_t message_id, struct state *state, struct err *err)
{
	struct db_statement *query;
	const struct rank_row *row;
	enum db_step step;

	memset(state, 0, sizeof *state);
	query = db_query(db, "SELECT d.status, d.status_rank, d.error_code, d.error_message, d.sent_at, d.delivered_at,"
			     " d.read_at, d.failed_at, m.thread_id, EXISTS (SELECT 1 FROM audit_log l"
			     " WHERE l.object_type = 'message' AND l.object_id = m.id AND l.action IN ('resend', 'dismiss'))"
			     " FROM message_deliveries d"
			     " JOIN messages m ON m.id = d.message_id WHERE d.message_id = $1");
	db_bind_int(query, 1, message_id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return STATUS_NOT_FOUND;
	utf8_copy(state->status, sizeof state->status, db_column_text(query, 0));
	state->rank = (int)db_column_int(query, 1);
	state->error_code = (int)db_column_int(query, 2);
	utf8_copy(state->error_message, sizeof state->error_message, db_column_text(query, 3));
	state->sent_at = db_column_int(query, 4);
	state->delivered_at = db_column_int(query, 5);
	state->read_at = db_column_int(query, 6);
	state->failed_at = db_column_int(query, 7);
	state->thread_id = db_column_int(query, 8);
	state->dealt_with = db_column_int(query, 9) != 0;
	db_reset(query);
	row = find_rank(state->status);
	state->tie = row != NULL && row->rank == state->rank ? row->tie : 0;
	state->error_rank = -1;
	state->was_failed = is_failure(state->status);
	return STATUS_OK;
}

static void
set_earliest(int64_t *at, int64_t event_at)
{
	if (*at == 0 || event_at < *at)
		*at = event_at;
}

static void
take_error(struct state *state, int rank, int code, const char *message)
{
	if (code == 0)
		return;
	if (rank > state->error_rank || (rank == state->error_rank && code < state->error_code)) {
		state->error_rank = rank;
		state->error_code = code;
		utf8_copy(state->error_message, sizeof state->error_message, message);
	}
}

static void
take_event(struct state *state, const char *status, int64_t at)
{
	const struct rank_row *row = find_rank(status);

	if (row == NULL || row->rank >= 100) /* unknown words and inbound ones stay in the history only */
		return;
	if (row->rank > state->rank || (row->rank == state->rank && row->tie > state->tie)) {
		/* Once handed over it is on its way: the carrier's own queue is not shown as a step back. */
		if (row->rank > 30 || strcmp(state->status, "sending") != 0)
			utf8_copy(state->status, sizeof state->status, status);
		state->rank = row->rank;
		state->tie = row->tie;
	}
	if (row->rank == 40 || row->rank == 60 || row->rank == 70)
		set_earliest(&state->sent_at, at);
	if (row->rank == 60 || row->rank == 70)
		set_earliest(&state->delivered_at, at);
	if (row->rank == 70)
		set_earliest(&state->read_at, at);
	if (is_failure(status))
		set_earliest(&state->failed_at, at);
}

static enum status
take_events(struct db *db, int64_t message_id, struct state *state, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	query = db_query(db, "SELECT status, error_code, error_message, received_at FROM delivery_events"
			     " WHERE message_id = $1 ORDER BY id LIMIT $2");
	db_bind_int(query, 1, message_id);
	db_bind_int(query, 2, EVENTS_LOOKED_AT);
	while ((step = db_step(query)) == DB_ROW) {
		take_event(state, db_column_text(query, 0), db_column_int(query, 3));
		take_error(state, delivery_rank(db_column_text(query, 0)), (int)db_column_int(query, 1),
			   db_column_text(query, 2));
	}
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

static void
bind_time(struct db_statement *query, int index, int64_t at)
{
	if (at != 0)
		db_bind_int(query, index, at);
	else
		db_bind_null(query, index);
}

static enum status
save(struct db *db, int64_t message_id, const struct state *state, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum status status;

	query = db_query(db, "UPDATE message_deliveries SET status = $2, status_rank = $3, error_code = $4, error_message = $5,"
			     " sent_at = $6, delivered_at = $7, read_at = $8, failed_at = $9, updated_at = $10"
			     " WHERE message_id = $1");
	db_bind_int(query, 1, message_id);
	db_bind_text(query, 2, state->status);
	db_bind_int(query, 3, state->rank);
	bind_time(query, 4, state->error_code);
	db_bind_text(query, 5, state->error_message);
	bind_time(query, 6, state->sent_at);
	bind_time(query, 7, state->delivered_at);
	bind_time(query, 8, state->read_at);
	bind_time(query, 9, state->failed_at);
	db_bind_int(query, 10, now_ms);
	status = db_run(query, err);
	if (status != STATUS_OK || state->was_failed == is_failure(state->status) || state->dealt_with)
		return status;
	return thread_count_failed(db, state->thread_id, state->was_failed ? -1 : 1, err);
}

static enum status
recompute(struct db *db, int64_t message_id, int64_t now_ms, struct err *err)
{
	struct state state;
	enum status status = load(db, message_id, &state, err);

	if (status == STATUS_OK)
		status = take_events(db, message_id, &state, err);
	return status == STATUS_OK ? save(db, message_id, &state, now_ms, err) : status;
}

enum status
delivery_bind(struct db *db, int64_t message_id, const char *provider_message_id, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum status status;

	query = db_query(db, "UPDATE message_deliveries SET provider_message_id = $2 WHERE message_id = $1");
	db_bind_int(query, 1, message_id);
	db_bind_text(query, 2, provider_message_id);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE messages SET provider_message_id = $2 WHERE id = $1");
	db_bind_int(query, 1, message_id);
	db_bind_text(query, 2, provider_message_id);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE delivery_events SET message_id = $1 WHERE provider_message_id = $2 AND message_id IS NULL");
	db_bind_int(query, 1, message_id);
	db_bind_text(query, 2, provider_message_id);
	status = db_run(query, err);
	return status == STATUS_OK ? recompute(db, message_id, now_ms, err) : status;
}

static enum status
find_by_provider_id(struct db *db, const char *provider_message_id, int64_t *message_id, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	query = db_query(db, "SELECT message_id FROM message_deliveries WHERE provider_message_id = $1");
	db_bind_text(query, 1, provider_message_id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	*message_id = step == DB_ROW ? db_column_int(query, 0) : 0;
	db_reset(query);
	return STATUS_OK;
}

/*
 * The callback's path names our message: the answer to our request was lost or is still on its way. It is believed
 * only if that message was handed out at least once and has no other id.
 */
static enum status
settle_by_path(struct db *db, const struct delivery_callback *callback, int64_t *message_id, struct err *err)
{
	struct db_statement *query;
	int64_t unsure_thread_id = 0;
	enum db_step step;
	enum status status;

	query = db_query(db, "SELECT d.message_id FROM message_deliveries d LEFT JOIN outbox o ON o.message_id = d.message_id"
			     " WHERE d.message_id = $1 AND d.provider_message_id IS NULL AND coalesce(o.attempts, 1) > 0");
	db_bind_int(query, 1, callback->message_id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	db_reset(query);
	if (step == DB_DONE)
		return STATUS_OK;
	query = db_query(db, "DELETE FROM outbox WHERE message_id = $1 RETURNING"
			     " CASE state WHEN 'unsure' THEN thread_id ELSE 0 END");
	db_bind_int(query, 1, callback->message_id);
	while ((step = db_step(query)) == DB_ROW)
		unsure_thread_id = db_column_int(query, 0);
	status = step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
	if (status == STATUS_OK && unsure_thread_id != 0) /* it was counted as failed */
		status = thread_count_failed(db, unsure_thread_id, -1, err);
	if (status == STATUS_OK)
		status = delivery_bind(db, callback->message_id, callback->provider_message_id, callback->received_at, err);
	*message_id = callback->message_id;
	return status;
}

enum status
delivery_apply(struct db *db, const struct delivery_callback *callback, int64_t *message_id, struct err *err)
{
	struct db_statement *query;
	int64_t found = 0;
	enum status status;

	status = find_by_provider_id(db, callback->provider_message_id, &found, err);
	if (status == STATUS_OK && found == 0 && callback->message_id > 0)
		status = settle_by_path(db, callback, &found, err);
	if (status != STATUS_OK)
		return status;
	if (message_id != NULL)
		*message_id = found;

	query = db_query(db, "INSERT INTO delivery_events (message_id, provider_message_id, status, error_code, error_message,"
			     " payload, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
			     " ON CONFLICT (provider_message_id, status, error_code) DO NOTHING");
	if (found != 0)
		db_bind_int(query, 1, found);
	db_bind_text(query, 2, callback->provider_message_id);
	db_bind_text(query, 3, callback->status);
	db_bind_int(query, 4, callback->error_code);
	db_bind_text(query, 5, callback->error_message != NULL ? callback->error_message : "");
	db_bind_text(query, 6, callback->payload != NULL ? callback->payload : "{}");
	db_bind_int(query, 7, callback->received_at);
	status = db_run(query, err);
	if (status != STATUS_OK || db_changes(db) == 0 || found == 0)
		return status;
	return recompute(db, found, callback->received_at, err);
}
