/* SPDX-License-Identifier: MIT */
#include "core/outbox_list.h"

#include "core/utf8.h"

#define ITEM(state, due, attempts, code, reason, dealt) \
	"SELECT m.id, m.thread_id, t.thread_type, c.name, t.client_address, m.author, substr(m.body, 1, 150), " state ", " due \
	", " attempts ", " code ", " reason ", m.created_at, " dealt
#define JOINED \
	" JOIN communication_threads t ON t.id = m.thread_id JOIN clients c ON c.id = t.client_id"

/* Filter by the state's group; 'all' takes every one. */
#define FROM_OUTBOX \
	ITEM("o.state", "o.next_attempt_at", "o.attempts", "d.error_code", \
	     "CASE o.state WHEN 'held' THEN o.held_reason ELSE o.last_error END", "0") \
	" FROM outbox o JOIN messages m ON m.id = o.message_id" JOINED " LEFT JOIN message_deliveries d" \
	" ON d.message_id = o.message_id WHERE o.message_id < $1 AND ($3 = 'all' OR $3 = CASE" \
	" WHEN o.state IN ('scheduled', 'held', 'unsure') THEN o.state ELSE 'waiting' END)"
#define FROM_FAILED \
	ITEM("'failed'", "0", "0", "d.error_code", "d.error_message", "EXISTS (SELECT 1 FROM audit_log l" \
	     " WHERE l.object_type = 'message' AND l.object_id = m.id AND l.action IN ('resend', 'dismiss'))") \
	" FROM message_deliveries d JOIN messages m ON m.id = d.message_id" JOINED \
	" WHERE d.status_rank = 50 AND d.status IN ('failed', 'undelivered') AND d.message_id < $1"

static const char *const filter_states[] = {
	[OUTBOX_WAITING] = "waiting", [OUTBOX_SCHEDULED] = "scheduled", [OUTBOX_HELD] = "held",
	[OUTBOX_UNCONFIRMED] = "unsure", [OUTBOX_FAILED] = "failed", [OUTBOX_ALL] = "all",
};

static struct db_statement *
statement_for(struct db *db, enum outbox_filter filter)
{
	switch (filter) {
	case OUTBOX_FAILED:
		return db_query(db, FROM_FAILED " ORDER BY d.message_id DESC LIMIT $2");
	case OUTBOX_ALL:
		return db_query(db, "SELECT * FROM (" FROM_OUTBOX " UNION ALL SELECT * FROM (" FROM_FAILED
				    " ORDER BY d.message_id DESC LIMIT $2)) ORDER BY 1 DESC LIMIT $2");
	case OUTBOX_WAITING:
	case OUTBOX_SCHEDULED:
	case OUTBOX_HELD:
	case OUTBOX_UNCONFIRMED:
		break;
	}
	return db_query(db, FROM_OUTBOX " ORDER BY o.message_id DESC LIMIT $2");
}

static void
read_item(struct db_statement *query, struct outbox_item *item)
{
	*item = (struct outbox_item){ .message_id = db_column_int(query, 0), .thread_id = db_column_int(query, 1) };
	channel_parse(db_column_text(query, 2), &item->channel);
	utf8_copy(item->client_name, sizeof item->client_name, db_column_text(query, 3));
	utf8_copy(item->client_address, sizeof item->client_address, db_column_text(query, 4));
	utf8_copy(item->author, sizeof item->author, db_column_text(query, 5));
	utf8_copy(item->preview, sizeof item->preview, db_column_text(query, 6));
	utf8_copy(item->state, sizeof item->state, db_column_text(query, 7));
	item->due_at = db_column_int(query, 8);
	item->attempts = (int)db_column_int(query, 9);
	item->error_code = (int)db_column_int(query, 10);
	utf8_copy(item->reason, sizeof item->reason, db_column_text(query, 11));
	item->created_at = db_column_int(query, 12);
	item->dealt_with = db_column_int(query, 13) != 0;
}

enum status
outbox_list(struct db *db, struct outbox_page *page, struct err *err)
{
	struct db_statement *query = statement_for(db, page->filter);
	enum db_step step = DB_DONE;

	page->count = 0;
	db_bind_int(query, 1, page->before_id > 0 ? page->before_id : INT64_MAX);
	db_bind_int(query, 2, (int64_t)page->limit);
	if (page->filter != OUTBOX_FAILED)
		db_bind_text(query, 3, filter_states[page->filter]);
	while (page->count < page->limit && (step = db_step(query)) == DB_ROW)
		read_item(query, &page->rows[page->count++]);
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}
