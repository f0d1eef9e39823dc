/* SPDX-License-Identifier: MIT */
/* What an agent does to messages of the outbox: take one back, let a held one go, send a failed one again, call it done. */
#include <stdlib.h>
#include <string.h>

#include "core/delivery.h"
#include "core/i18n.h"
#include "core/json.h"
#include "core/outbox.h"
#include "core/served_file.h"
#include "core/thread.h"

#define METADATA_DEPTH 4

static enum status
set_status(struct db *db, int64_t message_id, const char *word, int rank, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE message_deliveries SET status = $2, status_rank = $3, updated_at = $4"
			     " WHERE message_id = $1");
	db_bind_int(query, 1, message_id);
	db_bind_text(query, 2, word);
	db_bind_int(query, 3, rank);
	db_bind_int(query, 4, now_ms);
	return db_run(query, err);
}

/* The customer waits again, since what seemed the answer was never sent. */
static enum status
wait_again(struct db *db, int64_t message_id, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE communication_threads AS t SET unanswered_since = coalesce((SELECT min(m.created_at)"
			     " FROM messages m WHERE m.thread_id = t.id AND m.direction = 'in' AND m.id > coalesce((SELECT"
			     " max(r.id) FROM messages r JOIN message_deliveries d ON d.message_id = r.id"
			     " WHERE r.thread_id = t.id AND r.sender_type = 'agent' AND r.direction = 'out'"
			     " AND d.status <> 'canceled'), 0)), 0)"
			     " WHERE t.id = (SELECT thread_id FROM messages WHERE id = $1) AND t.unanswered_since = 0");
	db_bind_int(query, 1, message_id);
	return db_run(query, err);
}

enum status
outbox_cancel(struct db *db, int64_t message_id, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum status status;

	query = db_query(db, "DELETE FROM outbox WHERE message_id = $1 AND state IN ('queued', 'scheduled', 'held')");
	db_bind_int(query, 1, message_id);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	if (db_changes(db) == 0)
		return err_set(err, STATUS_CONFLICT, _("It is too late to take this message back; it is on its way."));
	status = set_status(db, message_id, "canceled", 50, now_ms, err);
	return status == STATUS_OK ? wait_again(db, message_id, err) : status;
}

enum status
outbox_release(struct db *db, int64_t message_id, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum status status;

	query = db_query(db, "UPDATE outbox SET state = 'queued', next_attempt_at = $2, seen_message_id = 0, held_reason = ''"
			     " WHERE message_id = $1 AND state = 'held'");
	db_bind_int(query, 1, message_id);
	db_bind_int(query, 2, now_ms);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	if (db_changes(db) == 0)
		return err_set(err, STATUS_CONFLICT, _("This message is not held any more; look at it again."));
	status = served_file_prolong(db, message_id, now_ms, err);
	return status == STATUS_OK ? set_status(db, message_id, "queued", DELIVERY_RANK_QUEUED, now_ms, err) : status;
}

enum status
outbox_reschedule(struct db *db, int64_t message_id, int64_t not_before, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum status status;

	if (not_before <= now_ms)
		return err_set(err, STATUS_INVALID, _("This time has passed; choose a later one."));
	query = db_query(db, "UPDATE outbox SET state = 'scheduled', next_attempt_at = $2, held_reason = ''"
			     " WHERE message_id = $1 AND state IN ('scheduled', 'held')");
	db_bind_int(query, 1, message_id);
	db_bind_int(query, 2, not_before);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	if (db_changes(db) == 0)
		return err_set(err, STATUS_CONFLICT, _("This message waits for no time any more; look at it again."));
	status = served_file_prolong(db, message_id, not_before, err);
	return status == STATUS_OK ? set_status(db, message_id, "scheduled", DELIVERY_RANK_QUEUED, now_ms, err) : status;
}

static enum status
log_action(struct db *db, int64_t message_id, const char *action, const char *author, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "INSERT INTO audit_log (at, actor, action, object_type, object_id)"
			     " VALUES ($1, $2, $4, 'message', $3)");
	db_bind_int(query, 1, now_ms);
	db_bind_text(query, 2, author != NULL ? author : "");
	db_bind_int(query, 3, message_id);
	db_bind_text(query, 4, action);
	return db_run(query, err);
}

enum status
outbox_dismiss(struct db *db, int64_t message_id, const char *agent, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	int64_t thread_id = 0;
	enum status status;
	enum db_step step;

	query = db_query(db, "SELECT m.thread_id FROM messages m JOIN message_deliveries d ON d.message_id = m.id"
			     " LEFT JOIN outbox o ON o.message_id = m.id WHERE m.id = $1"
			     " AND (d.status IN ('failed', 'undelivered') OR coalesce(o.state, '') = 'unsure')"
			     " AND NOT EXISTS (SELECT 1 FROM audit_log l WHERE l.object_type = 'message'"
			     " AND l.object_id = m.id AND l.action IN ('resend', 'dismiss'))");
	db_bind_int(query, 1, message_id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_ROW)
		thread_id = db_column_int(query, 0);
	db_reset(query);
	if (thread_id == 0)
		return err_set(err, STATUS_CONFLICT, _("This message did not fail, or somebody dealt with it already."));
	query = db_query(db, "DELETE FROM outbox WHERE message_id = $1 AND state = 'unsure'");
	db_bind_int(query, 1, message_id);
	status = db_run(query, err);
	if (status == STATUS_OK)
		status = thread_count_failed(db, thread_id, -1, err);
	return status == STATUS_OK ? log_action(db, message_id, "dismiss", agent, now_ms, err) : status;
}

/* Puts the message's text before what the agent has in the reply draft. */
static enum status
return_to_draft(struct db *db, int64_t message_id, const char *agent, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "INSERT INTO drafts (thread_id, agent, kind, body, updated_at)"
			     " SELECT thread_id, $2, 'reply', body, $3 FROM messages WHERE id = $1 AND body <> ''"
			     " ON CONFLICT (thread_id, agent, kind) DO UPDATE"
			     " SET body = excluded.body || char(10) || body, updated_at = excluded.updated_at");
	db_bind_int(query, 1, message_id);
	db_bind_text(query, 2, agent);
	db_bind_int(query, 3, now_ms);
	return db_run(query, err);
}

enum status
outbox_take_back(struct db *db, int64_t message_id, const char *agent, int64_t now_ms, struct err *err)
{
	enum status status = outbox_cancel(db, message_id, now_ms, err);

	if (status == STATUS_CONFLICT) {
		struct err kept = { "" };

		status = outbox_dismiss(db, message_id, agent, now_ms, &kept);
	}
	return status == STATUS_OK ? return_to_draft(db, message_id, agent, now_ms, err) : status;
}

/* The message to be repeated; texts are the caller's to free. */
struct original {
	int64_t thread_id;
	enum channel channel;
	bool may_be_repeated, was_repeated;
	char *body;
	char *media_url;
	struct json *metadata; /* what it was made from: template and variables; or NULL */
};

static void
original_release(struct original *original)
{
	free(original->body);
	free(original->media_url);
	json_free(original->metadata);
}

static enum status
load_original(struct db *db, int64_t message_id, struct original *original, struct err *err)
{
	struct db_statement *query;
	enum db_step step;
	bool whole = true;

	query = db_query(db, "SELECT m.thread_id, d.delivery_method, m.body, x.url,"
			     " d.status IN ('failed', 'undelivered', 'canceled') OR coalesce(o.state, '') = 'unsure',"
			     " m.metadata, EXISTS (SELECT 1 FROM audit_log l WHERE l.object_type = 'message'"
			     " AND l.object_id = m.id AND l.action IN ('resend', 'dismiss')) FROM messages m JOIN message_deliveries d ON d.message_id = m.id"
			     " LEFT JOIN outbox o ON o.message_id = m.id"
			     " LEFT JOIN attachments x ON x.message_id = m.id AND x.position = 0 WHERE m.id = $1");
	db_bind_int(query, 1, message_id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_ROW) {
		const char *metadata = db_column_text(query, 5);

		json_parse(metadata, strlen(metadata), METADATA_DEPTH, &original->metadata, NULL);
		original->thread_id = db_column_int(query, 0);
		channel_parse(db_column_text(query, 1), &original->channel);
		original->body = strdup(db_column_text(query, 2));
		if (!db_column_is_null(query, 3)) {
			original->media_url = strdup(db_column_text(query, 3));
			whole = original->media_url != NULL;
		}
		original->may_be_repeated = db_column_int(query, 4) != 0;
		original->was_repeated = db_column_int(query, 6) != 0;
	}
	db_reset(query);
	if (!original->may_be_repeated)
		return err_set(err, STATUS_CONFLICT, _("Only a message that failed or is unconfirmed can be sent again."));
	/* Two agents may have the same idea. */
	if (original->was_repeated)
		return err_set(err, STATUS_CONFLICT, _("This message was sent again already; see the newer one."));
	if (original->body == NULL || !whole)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	return STATUS_OK;
}

enum status
outbox_resend(struct db *db, int64_t message_id, const char *author, int64_t now_ms, struct outgoing_result *result,
	      struct err *err)
{
	struct original original = { 0 };
	struct outgoing again = { .author = author, .origin = "console", .now_ms = now_ms, .keep_draft = true };
	struct db_statement *query;
	enum status status = load_original(db, message_id, &original, err);

	memset(result, 0, sizeof *result);
	if (status == STATUS_OK) {
		again.channel = original.channel;
		again.thread_id = original.thread_id;
		again.body = original.body;
		again.media_url = original.media_url;
		again.template_name = json_string(json_get(original.metadata, "template"));
		again.variables = json_string(json_get(original.metadata, "variables"));
		status = outbox_enqueue(db, &again, result, err);
	}
	if (status == STATUS_OK && result->problem == SEND_FINE) {
		/* The agent has decided: the unconfirmed one is no longer open. A late callback still finds its message. */
		query = db_query(db, "DELETE FROM outbox WHERE message_id = $1 AND state = 'unsure'");
		db_bind_int(query, 1, message_id);
		status = db_run(query, err);
		if (status == STATUS_OK)
			status = log_action(db, message_id, "resend", author, now_ms, err);
	}
	original_release(&original);
	return status;
}
