/* SPDX-License-Identifier: MIT */
/*
 * The states of the outbox. Each change is a transaction of its own, so that what the sender believes and what the disk
 * holds never differ by more than the step in progress: `sending` is durable before a byte goes out.
 */
#include "core/outbox.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/delivery.h"
#include "core/digest.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/outbox_rules.h"
#include "core/thread.h"
#include "core/utf8.h"

void
outbox_row_release(struct outbox_row *row)
{
	free(row->body);
	free(row->media_url);
	free(row->content_sid);
	free(row->variables);
	memset(row, 0, sizeof *row);
}

#define COLUMNS \
	"SELECT o.id, o.message_id, o.thread_id, o.delivery_method, o.sender, o.recipient, m.body, o.media_url," \
	" o.content_sid, o.variables, o.attempts, o.started_at, o.created_at" \
	" FROM outbox o JOIN messages m ON m.id = o.message_id WHERE "
/* No earlier one of the conversation is on its way, or waits to be; one that waits on purpose does not hold up the others. */
#define IS_HEAD \
	" AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.thread_id = o.thread_id AND p.id < o.id" \
	" AND p.state IN ('queued', 'sending', 'unknown'))"

static char *
copy_or_null(struct db_statement *query, int column, bool *whole)
{
	char *copy;

	if (db_column_is_null(query, column))
		return NULL;
	copy = strdup(db_column_text(query, column));
	*whole = *whole && copy != NULL;
	return copy;
}

static bool
read_row(struct db_statement *query, struct outbox_row *row)
{
	bool whole = true;

	memset(row, 0, sizeof *row);
	row->id = db_column_int(query, 0);
	row->message_id = db_column_int(query, 1);
	row->thread_id = db_column_int(query, 2);
	channel_parse(db_column_text(query, 3), &row->channel);
	utf8_copy(row->sender, sizeof row->sender, db_column_text(query, 4));
	utf8_copy(row->recipient, sizeof row->recipient, db_column_text(query, 5));
	row->body = copy_or_null(query, 6, &whole);
	row->media_url = copy_or_null(query, 7, &whole);
	row->content_sid = copy_or_null(query, 8, &whole);
	row->variables = copy_or_null(query, 9, &whole);
	row->attempts = (int)db_column_int(query, 10);
	row->started_at = db_column_int(query, 11);
	row->created_at = db_column_int(query, 12);
	return whole;
}

/* Runs a query of COLUMNS; on failure nothing is left to release. */
static enum status
read_rows(struct db *db, struct db_statement *query, size_t limit, struct outbox_row *rows, size_t *count, struct err *err)
{
	enum db_step step = DB_DONE;
	enum status status = STATUS_OK;

	*count = 0;
	while (status == STATUS_OK && *count < limit && (step = db_step(query)) == DB_ROW) {
		if (!read_row(query, &rows[(*count)++]))
			status = err_set(err, STATUS_NO_MEMORY,
					 _("There is not enough memory; close other programs and try again."));
	}
	db_reset(query);
	if (step == DB_FAILED)
		status = db_failure(db, err);
	if (status != STATUS_OK) {
		for (size_t i = 0; i < *count; i++)
			outbox_row_release(&rows[i]);
		*count = 0;
	}
	return status;
}

enum status
outbox_ready(struct db *db, int64_t now_ms, size_t limit, struct outbox_row *rows, size_t *count, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, COLUMNS "o.state IN ('queued', 'scheduled') AND o.next_attempt_at <= $1" IS_HEAD
				     " ORDER BY o.next_attempt_at, o.id LIMIT $2");
	db_bind_int(query, 1, now_ms);
	db_bind_int(query, 2, (int64_t)limit);
	return read_rows(db, query, limit, rows, count, err);
}

enum status
outbox_to_settle(struct db *db, int64_t now_ms, size_t limit, struct outbox_row *rows, size_t *count, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, COLUMNS "o.state = 'unknown' AND o.next_attempt_at <= $1 ORDER BY o.next_attempt_at, o.id LIMIT $2");
	db_bind_int(query, 1, now_ms);
	db_bind_int(query, 2, (int64_t)limit);
	return read_rows(db, query, limit, rows, count, err);
}

enum status
outbox_next_due(struct db *db, int64_t after_ms, int64_t *due_ms, struct err *err)
{
	struct db_statement *query;

	*due_ms = 0;
	query = db_query(db, "SELECT min(due) FROM ("
			     " SELECT min(next_attempt_at) AS due FROM outbox WHERE state = 'queued' AND next_attempt_at > $1"
			     " UNION ALL"
			     " SELECT min(next_attempt_at) FROM outbox WHERE state = 'scheduled' AND next_attempt_at > $1"
			     " UNION ALL"
			     " SELECT min(next_attempt_at) FROM outbox WHERE state = 'unknown' AND next_attempt_at > $1) AS soonest");
	db_bind_int(query, 1, after_ms);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	*due_ms = db_column_int(query, 0);
	db_reset(query);
	return STATUS_OK;
}

/* Ends the transaction that `status` is the result of. */
static enum status
end(struct db *db, enum status status, struct err *err)
{
	if (status == STATUS_OK)
		return db_commit(db, err);
	db_rollback(db);
	return status;
}

/* Runs a query that returns the message's id; *message_id is 0 when no row was met. */
static enum status
run_returning(struct db *db, struct db_statement *query, int64_t *message_id, struct err *err)
{
	enum db_step step = db_step(query);

	*message_id = 0;
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return STATUS_OK;
	*message_id = db_column_int(query, 0);
	return db_run(query, err);
}

/* Our own state of a message, unless the carrier's word is there already. */
static enum status
set_local_status(struct db *db, int64_t message_id, const char *status, int rank, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE message_deliveries SET status = $2, status_rank = $3, updated_at = $4"
			     " WHERE message_id = $1 AND status_rank < 10");
	db_bind_int(query, 1, message_id);
	db_bind_text(query, 2, status);
	db_bind_int(query, 3, rank);
	db_bind_int(query, 4, now_ms);
	return db_run(query, err);
}

enum status
outbox_claim(struct db *db, int64_t id, const char *owner, int64_t now_ms, int64_t lease_ms, struct err *err)
{
	struct db_statement *query;
	int64_t message_id = 0;
	bool held = false;
	enum status status = db_begin(db, err);

	if (status != STATUS_OK)
		return status;
	status = outbox_hold_if_changed(db, id, now_ms, &held, err);
	if (status != STATUS_OK)
		return end(db, status, err);
	if (held) {
		status = db_commit(db, err);
		return status == STATUS_OK ? err_set(err, STATUS_CONFLICT, _("The conversation changed; this message is held.")) : status;
	}
	query = db_query(db, "UPDATE outbox AS o SET state = 'sending', attempts = attempts + 1, started_at = $1,"
			     " lease_owner = $3, lease_until = $4 WHERE o.id = $2 AND o.state IN ('queued', 'scheduled')"
			     " AND o.next_attempt_at <= $1" IS_HEAD " RETURNING message_id");
	db_bind_int(query, 1, now_ms);
	db_bind_int(query, 2, id);
	db_bind_text(query, 3, owner);
	db_bind_int(query, 4, now_ms + lease_ms);
	status = run_returning(db, query, &message_id, err);
	if (status == STATUS_OK && message_id == 0)
		status = err_set(err, STATUS_CONFLICT, _("This message is being sent by somebody else."));
	if (status == STATUS_OK)
		status = set_local_status(db, message_id, "sending", DELIVERY_RANK_SENDING, now_ms, err);
	return end(db, status, err);
}

/* The outcome is known: *message_id is 0 if the row is gone already. */
static enum status
remove_row(struct db *db, int64_t id, int64_t *message_id, struct err *err)
{
	struct db_statement *query;
	int64_t unsure_thread_id = 0;
	enum db_step step;

	*message_id = 0;
	query = db_query(db, "DELETE FROM outbox WHERE id = $1 RETURNING message_id,"
			     " CASE state WHEN 'unsure' THEN thread_id ELSE 0 END");
	db_bind_int(query, 1, id);
	while ((step = db_step(query)) == DB_ROW) {
		*message_id = db_column_int(query, 0);
		unsure_thread_id = db_column_int(query, 1);
	}
	if (step == DB_FAILED)
		return db_failure(db, err);
	/* An unsure one was counted as failed. */
	return unsure_thread_id != 0 ? thread_count_failed(db, unsure_thread_id, -1, err) : STATUS_OK;
}

/* The carrier's first word on a message: below `sent` it is shown as sending. */
static enum status
set_accepted(struct db *db, int64_t message_id, const char *carrier_status, int segments, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	int rank = delivery_rank(carrier_status);

	query = db_query(db, "UPDATE message_deliveries SET segments = CASE WHEN $2 > 0 THEN $2 ELSE segments END,"
			     " status = CASE WHEN status_rank < $3 THEN 'sending' ELSE status END,"
			     " status_rank = CASE WHEN status_rank < $3 THEN $3 ELSE status_rank END,"
			     " error_message = CASE WHEN status_rank < 50 THEN '' ELSE error_message END,"
			     " updated_at = $4 WHERE message_id = $1");
	db_bind_int(query, 1, message_id);
	db_bind_int(query, 2, segments);
	db_bind_int(query, 3, rank >= 10 && rank < 40 ? rank : 10);
	db_bind_int(query, 4, now_ms);
	return db_run(query, err);
}

enum status
outbox_accepted(struct db *db, int64_t id, const char *provider_message_id, const char *carrier_status, int segments,
		int64_t now_ms, struct err *err)
{
	struct delivery_callback word = { .provider_message_id = provider_message_id,
					  .status = carrier_status,
					  .payload = "{\"source\":\"response\"}",
					  .received_at = now_ms };
	int64_t message_id = 0;
	enum status status = db_begin(db, err);

	if (status != STATUS_OK)
		return status;
	status = remove_row(db, id, &message_id, err);
	/* No row: a callback that named our message was faster and settled it. */
	if (status == STATUS_OK && message_id != 0) {
		status = set_accepted(db, message_id, carrier_status, segments, now_ms, err);
		if (status == STATUS_OK)
			status = delivery_bind(db, message_id, provider_message_id, now_ms, err);
		if (status == STATUS_OK)
			status = delivery_apply(db, &word, NULL, err);
	}
	return end(db, status, err);
}

enum status
outbox_retry(struct db *db, int64_t id, int64_t next_attempt_at, int error_code, const char *reason, int64_t now_ms,
	     struct err *err)
{
	struct db_statement *query;
	int64_t message_id = 0;
	enum status status = db_begin(db, err);

	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE outbox SET state = 'queued', next_attempt_at = $2, last_error = $3, lease_owner = '',"
			     " lease_until = 0 WHERE id = $1 AND state = 'sending' RETURNING message_id");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, next_attempt_at);
	db_bind_text(query, 3, reason);
	status = run_returning(db, query, &message_id, err);
	if (status == STATUS_OK && message_id != 0) {
		log_info("send postponed message=%lld code=%d reason=%s", (long long)message_id, error_code, reason);
		query = db_query(db, "UPDATE message_deliveries SET error_message = $2, updated_at = $3"
				     " WHERE message_id = $1 AND status_rank < 10");
		db_bind_int(query, 1, message_id);
		db_bind_text(query, 2, reason);
		db_bind_int(query, 3, now_ms);
		status = db_run(query, err);
	}
	return end(db, status, err);
}

static enum status
count_failed(struct db *db, int64_t message_id, struct err *err)
{
	struct db_statement *query = db_query(db, "SELECT thread_id FROM messages WHERE id = $1");
	int64_t thread_id;

	db_bind_int(query, 1, message_id);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	thread_id = db_column_int(query, 0);
	db_reset(query);
	return thread_count_failed(db, thread_id, 1, err);
}

enum status
outbox_failed(struct db *db, int64_t id, int error_code, const char *reason, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	int64_t message_id = 0;
	enum status status = db_begin(db, err);

	if (status != STATUS_OK)
		return status;
	status = remove_row(db, id, &message_id, err);
	if (status == STATUS_OK && message_id != 0) {
		query = db_query(db, "UPDATE message_deliveries SET status = 'failed', status_rank = 50, error_code = $2,"
				     " error_message = $3, failed_at = $4, updated_at = $4 WHERE message_id = $1");
		db_bind_int(query, 1, message_id);
		if (error_code != 0)
			db_bind_int(query, 2, error_code);
		db_bind_text(query, 3, reason);
		db_bind_int(query, 4, now_ms);
		status = db_run(query, err);
		if (status == STATUS_OK)
			status = count_failed(db, message_id, err);
	}
	return end(db, status, err);
}

enum status
outbox_unknown(struct db *db, int64_t id, int64_t next_look_at, const char *reason, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	int64_t message_id = 0;
	enum status status = db_begin(db, err);

	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE outbox SET state = CASE $2 WHEN 0 THEN 'unsure' ELSE 'unknown' END, next_attempt_at = $2,"
			     " last_error = $3, lease_owner = '', lease_until = 0"
			     " WHERE id = $1 AND state IN ('sending', 'unknown') RETURNING message_id");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, next_look_at);
	db_bind_text(query, 3, reason);
	status = run_returning(db, query, &message_id, err);
	if (status == STATUS_OK && message_id != 0) {
		status = set_local_status(db, message_id, "unknown", DELIVERY_RANK_UNKNOWN, now_ms, err);
		if (status == STATUS_OK && next_look_at == 0)
			status = count_failed(db, message_id, err);
	}
	return end(db, status, err);
}

void
outbox_owner(char out[128])
{
	char host[64] = "", random[9];

	gethostname(host, sizeof host - 1);
	digest_random_hex(random, 8);
	snprintf(out, 128, "%s/%ld/%s", host, (long)getpid(), random);
}

bool
outbox_owner_is_gone(const char *owner)
{
	char host[64] = "";
	const char *slash = strchr(owner, '/');
	long pid;

	gethostname(host, sizeof host - 1);
	if (slash == NULL || strlen(host) != (size_t)(slash - owner) || strncmp(owner, host, strlen(host)) != 0)
		return false;
	pid = strtol(slash + 1, NULL, 10);
	return pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static enum status
recover_rows(struct db *db, int64_t now_ms, int64_t *count, struct err *err)
{
	struct db_statement *query;
	enum status status = STATUS_OK;
	enum db_step step;

	query = db_query(db, "SELECT id, message_id, lease_owner, lease_until FROM outbox WHERE state = 'sending'");
	while (status == STATUS_OK && (step = db_step(query)) == DB_ROW) {
		int64_t message_id = db_column_int(query, 1);
		struct db_statement *update;

		if (db_column_int(query, 3) > now_ms && !outbox_owner_is_gone(db_column_text(query, 2)))
			continue;
		update = db_query(db, "UPDATE outbox SET state = 'unknown', next_attempt_at = $2, lease_owner = '',"
				      " lease_until = 0 WHERE id = $1");
		db_bind_int(update, 1, db_column_int(query, 0));
		db_bind_int(update, 2, now_ms);
		status = db_run(update, err);
		if (status == STATUS_OK)
			status = set_local_status(db, message_id, "unknown", DELIVERY_RANK_UNKNOWN, now_ms, err);
		(*count)++;
	}
	db_reset(query);
	return status == STATUS_OK && step == DB_FAILED ? db_failure(db, err) : status;
}

/*
 * The clock was set back: what was stored or tried "later than now" would wait until the old time comes round. What was put
 * off on purpose keeps its time.
 */
static enum status
pull_back(struct db *db, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE outbox SET next_attempt_at = $1 WHERE state IN ('queued', 'unknown')"
			     " AND next_attempt_at > $1 AND (started_at > $1"
			     " OR (created_at > $1 AND next_attempt_at <= created_at + 60000))");
	db_bind_int(query, 1, now_ms);
	return db_run(query, err);
}

enum status
outbox_recover(struct db *db, int64_t now_ms, int64_t *count, struct err *err)
{
	enum status status = db_begin(db, err);

	*count = 0;
	if (status != STATUS_OK)
		return status;
	status = recover_rows(db, now_ms, count, err);
	return end(db, status == STATUS_OK ? pull_back(db, now_ms, err) : status, err);
}

bool
outbox_provider_id_is_new(struct db *db, const char *provider_message_id)
{
	struct db_statement *query = db_query(db, "SELECT 1 FROM messages WHERE provider_message_id = $1");
	enum db_step step;

	db_bind_text(query, 1, provider_message_id);
	step = db_step(query);
	db_reset(query);
	return step == DB_DONE;
}

enum status
outbox_open_statuses(struct db *db, int64_t sent_after_ms, size_t limit, struct outbox_open_status *rows, size_t *count,
		     struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;

	*count = 0;
	query = db_query(db, "SELECT d.message_id, d.delivery_method, d.provider_message_id, d.status, m.created_at"
			     " FROM message_deliveries d JOIN messages m ON m.id = d.message_id"
			     " WHERE d.provider_message_id IS NOT NULL AND d.status_rank < 50 AND m.created_at > $1"
			     /* Never before it was made: keeps those that stay "sent" for ever out of the search. */
			     " AND d.updated_at > $1 ORDER BY d.updated_at, d.message_id LIMIT $2");
	db_bind_int(query, 1, sent_after_ms);
	db_bind_int(query, 2, (int64_t)limit);
	while (*count < limit && (step = db_step(query)) == DB_ROW) {
		struct outbox_open_status *row = &rows[(*count)++];

		row->message_id = db_column_int(query, 0);
		channel_parse(db_column_text(query, 1), &row->channel);
		utf8_copy(row->provider_message_id, sizeof row->provider_message_id, db_column_text(query, 2));
		utf8_copy(row->status, sizeof row->status, db_column_text(query, 3));
		row->sent_at = db_column_int(query, 4);
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
outbox_counts(struct db *db, struct outbox_counts *counts, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "SELECT (SELECT value FROM counters WHERE name = 'outbox_waiting'),"
			     " (SELECT value FROM counters WHERE name = 'outbox_unsure'),"
			     " (SELECT value FROM counters WHERE name = 'outbox_scheduled'),"
			     " (SELECT value FROM counters WHERE name = 'outbox_held')");
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	counts->waiting = db_column_int(query, 0);
	counts->unsure = db_column_int(query, 1);
	counts->scheduled = db_column_int(query, 2);
	counts->held = db_column_int(query, 3);
	db_reset(query);
	return STATUS_OK;
}
