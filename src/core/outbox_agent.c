/* SPDX-License-Identifier: MIT */
/* What an agent does to messages of the outbox: take one back, send a failed one again. */
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/json.h"
#include "core/outbox.h"
#include "core/thread.h"

#define METADATA_DEPTH 4

enum status
outbox_cancel(struct db *db, int64_t message_id, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum status status;

	query = db_query(db, "DELETE FROM outbox WHERE message_id = $1 AND state = 'queued'");
	db_bind_int(query, 1, message_id);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	if (db_changes(db) == 0)
		return err_set(err, STATUS_CONFLICT, _("It is too late to take this message back; it is on its way."));
	query = db_query(db, "UPDATE message_deliveries SET status = 'canceled', status_rank = 50, updated_at = $2"
			     " WHERE message_id = $1");
	db_bind_int(query, 1, message_id);
	db_bind_int(query, 2, now_ms);
	return db_run(query, err);
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
			     " AND l.object_id = m.id AND l.action = 'resend') FROM messages m JOIN message_deliveries d ON d.message_id = m.id"
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

static enum status
log_resend(struct db *db, int64_t message_id, const char *author, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "INSERT INTO audit_log (at, actor, action, object_type, object_id)"
			     " VALUES ($1, $2, 'resend', 'message', $3)");
	db_bind_int(query, 1, now_ms);
	db_bind_text(query, 2, author != NULL ? author : "");
	db_bind_int(query, 3, message_id);
	return db_run(query, err);
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
			status = log_resend(db, message_id, author, now_ms, err);
	}
	original_release(&original);
	return status;
}
