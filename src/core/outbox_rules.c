/* SPDX-License-Identifier: MIT */
#include "core/outbox_rules.h"

#include <string.h>

#include "core/address.h"
#include "core/channel.h"
#include "core/outbox.h"
#include "core/utf8.h"

enum status
outbox_went_on(struct db *db, int64_t thread_id, int64_t seen, const char *author, bool *newer, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	/* What was taken back was never said. */
	query = db_query(db, "SELECT 1 FROM messages m WHERE m.thread_id = $1 AND m.id > $2 AND (m.direction = 'in'"
			     " OR (m.direction = 'out' AND m.author <> $3 AND NOT EXISTS (SELECT 1 FROM message_deliveries d"
			     " WHERE d.message_id = m.id AND d.status = 'canceled'))) LIMIT 1");
	db_bind_int(query, 1, thread_id);
	db_bind_int(query, 2, seen);
	db_bind_text(query, 3, author != NULL ? author : "");
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	*newer = step == DB_ROW;
	db_reset(query);
	return STATUS_OK;
}

/* A row that is about to go out for the first time. */
struct candidate {
	int64_t message_id, thread_id, seen, last_inbound_at;
	bool scheduled, has_template;
	enum channel channel;
	char author[128], sender[ADDRESS_SIZE], recipient[ADDRESS_SIZE];
};

static enum status
load(struct db *db, int64_t id, int64_t now_ms, struct candidate *row, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	query = db_query(db, "SELECT o.message_id, o.thread_id, o.seen_message_id, t.last_inbound_at, o.state = 'scheduled',"
			     " o.content_sid IS NOT NULL, o.delivery_method, m.author, o.sender, o.recipient FROM outbox o"
			     " JOIN messages m ON m.id = o.message_id JOIN communication_threads t ON t.id = o.thread_id"
			     " WHERE o.id = $1 AND o.state IN ('queued', 'scheduled') AND o.attempts = 0"
			     " AND o.next_attempt_at <= $2");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, now_ms);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return STATUS_OK;
	row->message_id = db_column_int(query, 0);
	row->thread_id = db_column_int(query, 1);
	row->seen = db_column_int(query, 2);
	row->last_inbound_at = db_column_int(query, 3);
	row->scheduled = db_column_int(query, 4) != 0;
	row->has_template = db_column_int(query, 5) != 0;
	channel_parse(db_column_text(query, 6), &row->channel);
	utf8_copy(row->author, sizeof row->author, db_column_text(query, 7));
	utf8_copy(row->sender, sizeof row->sender, db_column_text(query, 8));
	utf8_copy(row->recipient, sizeof row->recipient, db_column_text(query, 9));
	db_reset(query);
	return STATUS_OK;
}

static bool
window_closed(const struct candidate *row, int64_t now_ms)
{
	int64_t window_ms = channel_info(row->channel)->reply_window_ms;

	return window_ms != 0 && !row->has_template && row->last_inbound_at != 0
	       && now_ms > row->last_inbound_at + window_ms - OUTBOX_WINDOW_MARGIN_MS;
}

static enum status
opted_out(struct db *db, const struct candidate *row, bool *out, struct err *err)
{
	struct db_statement *query;
	struct address to;
	enum db_step step;

	*out = false;
	if (row->channel != CHANNEL_SMS || address_parse(row->channel, row->recipient, true, &to, NULL) != STATUS_OK)
		return STATUS_OK;
	query = db_query(db, "SELECT 1 FROM opt_outs WHERE own_address = $1 AND canonical = $2 AND revoked_at IS NULL");
	db_bind_text(query, 1, row->sender);
	db_bind_text(query, 2, to.canonical);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	*out = step == DB_ROW;
	db_reset(query);
	return STATUS_OK;
}

static enum status
hold(struct db *db, int64_t id, int64_t message_id, enum send_problem problem, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum status status;

	query = db_query(db, "UPDATE outbox SET state = 'held', held_reason = $2 WHERE id = $1");
	db_bind_int(query, 1, id);
	db_bind_text(query, 2, send_problem_code(problem));
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE message_deliveries SET status = 'held', updated_at = $2 WHERE message_id = $1");
	db_bind_int(query, 1, message_id);
	db_bind_int(query, 2, now_ms);
	return db_run(query, err);
}

enum status
outbox_hold_if_changed(struct db *db, int64_t id, int64_t now_ms, bool *held, struct err *err)
{
	struct candidate row = { 0 };
	enum send_problem problem = SEND_FINE;
	bool yes = false;
	enum status status = load(db, id, now_ms, &row, err);

	*held = false;
	if (status != STATUS_OK || row.message_id == 0)
		return status;
	if (row.seen > 0)
		status = outbox_went_on(db, row.thread_id, row.seen, row.author, &yes, err);
	if (status == STATUS_OK && yes)
		problem = SEND_NEWER;
	if (status == STATUS_OK && problem == SEND_FINE && row.scheduled) {
		status = opted_out(db, &row, &yes, err);
		if (status == STATUS_OK && yes)
			problem = SEND_OPTED_OUT;
		else if (status == STATUS_OK && window_closed(&row, now_ms))
			problem = SEND_WINDOW_CLOSED;
	}
	if (status != STATUS_OK || problem == SEND_FINE)
		return status;
	*held = true;
	return hold(db, id, row.message_id, problem, now_ms, err);
}
