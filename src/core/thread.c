/* SPDX-License-Identifier: MIT */
/* Conversations: how one comes to be and what changes in it. What lists them is in core/thread_list.c. */
#include "core/thread.h"

#include <string.h>

#include "core/i18n.h"

#define REOPEN_MS (7LL * 24 * 60 * 60 * 1000)

static const char *const status_names[THREAD_STATUS_COUNT] = {
	[THREAD_OPEN] = "open",	    [THREAD_PENDING] = "pending", [THREAD_SNOOZED] = "snoozed",
	[THREAD_CLOSED] = "closed", [THREAD_SPAM] = "spam",
};

const char *
thread_status_name(enum thread_status status)
{
	return status_names[status];
}

bool
thread_status_parse(const char *name, enum thread_status *out)
{
	for (int i = 0; i < THREAD_STATUS_COUNT; i++) {
		if (name != NULL && strcmp(name, status_names[i]) == 0) {
			*out = (enum thread_status)i;
			return true;
		}
	}
	return false;
}

int64_t
thread_window_until(const struct thread *thread)
{
	int64_t window_ms = channel_info(thread->channel)->reply_window_ms;

	if (window_ms == 0)
		return 0;
	return thread->last_inbound_at == 0 ? 1 : thread->last_inbound_at + window_ms;
}

/*
 * A customer may have several lines. A conversation with one of them never takes a message of another: reply windows and
 * numbers belong to a line. Addresses of different kinds may be the same line, so only the same kind tells them apart.
 */
#define SAME_LINE \
	" AND NOT EXISTS (SELECT 1 FROM client_addresses a, client_addresses b" \
	" WHERE a.kind IN ('phone', 'email', 'whatsapp_user') AND a.address = t.client_address" \
	" AND b.kind = a.kind AND b.address = $6 AND b.canonical <> a.canonical)"

/* STATUS_NOT_FOUND without a sentence if there is none. */
static enum status
find(struct db *db, const struct thread_key *key, int64_t *id, struct err *err)
{
	bool pool = strncmp(key->own_address, "MG", 2) == 0;
	struct db_statement *query;
	enum db_step step;

	if (pool) {
		query = db_query(db, "SELECT t.id FROM communication_threads t WHERE t.client_id = $1 AND t.thread_type = $2"
				     " AND (t.status <> 'closed' OR t.closed_at >= $3)" SAME_LINE
				     " ORDER BY t.id DESC LIMIT 1");
	} else {
		query = db_query(db, "SELECT t.id FROM communication_threads t WHERE t.client_id = $1 AND t.thread_type = $2"
				     " AND t.own_address IN ($4, $5) AND (t.status <> 'closed' OR t.closed_at >= $3)" SAME_LINE
				     " ORDER BY t.id DESC LIMIT 1");
		db_bind_text(query, 4, key->own_address);
		db_bind_text(query, 5, key->service);
	}
	db_bind_int(query, 1, key->client_id);
	db_bind_text(query, 2, channel_name(key->channel));
	db_bind_int(query, 3, key->now_ms - REOPEN_MS);
	db_bind_text(query, 6, key->client_address);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return STATUS_NOT_FOUND;
	*id = db_column_int(query, 0);
	db_reset(query);
	return STATUS_OK;
}

enum status
thread_find_or_make(struct db *db, const struct thread_key *key, int64_t *id, struct err *err)
{
	struct db_statement *query;
	enum status status = find(db, key, id, err);

	if (status != STATUS_NOT_FOUND)
		return status;
	query = db_query(db, "INSERT INTO communication_threads (thread_type, client_id, own_address, client_address,"
			     " last_message_at, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5, $5) RETURNING id");
	db_bind_text(query, 1, channel_name(key->channel));
	db_bind_int(query, 2, key->client_id);
	db_bind_text(query, 3, key->own_address);
	db_bind_text(query, 4, key->client_address);
	db_bind_int(query, 5, key->now_ms);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	*id = db_column_int(query, 0);
	return db_run(query, err);
}

static void
bind_touch(struct db_statement *query, const struct thread_touch *touch)
{
	db_bind_int(query, 1, touch->id);
	db_bind_int(query, 2, touch->message_id);
	db_bind_int(query, 3, touch->now_ms);
	db_bind_text(query, 4, touch->sender);
	db_bind_text(query, 5, touch->preview);
}

enum status
thread_touch_inbound(struct db *db, const struct thread_touch *touch, const char *client_address,
		     const char *own_address, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE communication_threads SET last_message_id = $2,"
			     " last_message_at = CASE WHEN last_message_at > $3 THEN last_message_at ELSE $3 END,"
			     " last_message_sender = $4, last_message_preview = $5, client_address = $6, own_address = $7,"
			     " unread_count_agent = unread_count_agent + 1,"
			     " last_inbound_at = CASE WHEN last_inbound_at > $3 THEN last_inbound_at ELSE $3 END,"
			     " status = CASE status WHEN 'spam' THEN 'spam' ELSE 'open' END, closed_at = NULL,"
			     " snoozed_until = NULL, updated_at = $3,"
			     " unanswered_since = CASE unanswered_since WHEN 0 THEN $3 ELSE unanswered_since END"
			     " WHERE id = $1");
	bind_touch(query, touch);
	db_bind_text(query, 6, client_address);
	db_bind_text(query, 7, own_address);
	return db_run(query, err);
}

enum status
thread_touch_outbound(struct db *db, const struct thread_touch *touch, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE communication_threads SET last_message_id = $2,"
			     " last_message_at = CASE WHEN last_message_at > $3 THEN last_message_at ELSE $3 END,"
			     " last_message_sender = $4, last_message_preview = $5, failed_count = 0, updated_at = $3,"
			     " unanswered_since = CASE $4 WHEN 'agent' THEN 0 ELSE unanswered_since END WHERE id = $1");
	bind_touch(query, touch);
	return db_run(query, err);
}

enum status
thread_count_failed(struct db *db, int64_t id, int change, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE communication_threads SET failed_count ="
			     " CASE WHEN failed_count + $2 < 0 THEN 0 ELSE failed_count + $2 END WHERE id = $1");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, change);
	return db_run(query, err);
}

enum status
thread_mark_read(struct db *db, int64_t id, int64_t up_to_message_id, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	/* What arrived after the agent looked stays unread. */
	query = db_query(db, "UPDATE communication_threads SET unread_count_agent = (SELECT count(*) FROM messages m"
			     " WHERE m.thread_id = $1 AND m.id > $2 AND m.direction = 'in'),"
			     " read_up_to = CASE WHEN read_up_to > $2 THEN read_up_to ELSE $2 END, updated_at = $3"
			     " WHERE id = $1 AND unread_count_agent > 0 AND read_up_to <= $2");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, up_to_message_id);
	db_bind_int(query, 3, now_ms);
	return db_run(query, err);
}

enum status
thread_set_status(struct db *db, int64_t id, enum thread_status thread_status, const char *agent, int64_t now_ms,
		  struct err *err)
{
	struct db_statement *query;
	enum status status;

	query = db_query(db, "UPDATE communication_threads SET status = $2, updated_at = $3, snoozed_until = NULL,"
			     " closed_at = CASE $2 WHEN 'closed' THEN $3 ELSE NULL END,"
			     " failed_count = CASE $2 WHEN 'closed' THEN 0 ELSE failed_count END"
			     " WHERE id = $1 AND status <> $2");
	db_bind_int(query, 1, id);
	db_bind_text(query, 2, thread_status_name(thread_status));
	db_bind_int(query, 3, now_ms);
	status = db_run(query, err);
	if (status != STATUS_OK || db_changes(db) == 0)
		return status;
	query = db_query(db, "INSERT INTO audit_log (at, actor, action, object_type, object_id)"
			     " VALUES ($1, $2, $3, 'thread', $4)");
	db_bind_int(query, 1, now_ms);
	db_bind_text(query, 2, agent != NULL ? agent : "");
	db_bind_text(query, 3, thread_status_name(thread_status));
	db_bind_int(query, 4, id);
	return db_run(query, err);
}
