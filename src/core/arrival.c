/* SPDX-License-Identifier: MIT */
#include "core/arrival.h"

#include "core/utf8.h"

enum status
arrival_newest(struct db *db, int64_t *id, struct err *err)
{
	struct db_statement *query = db_query(db, "SELECT coalesce(max(id), 0) FROM messages");
	enum db_step step = db_step(query);

	*id = step == DB_ROW ? db_column_int(query, 0) : 0;
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
arrival_list(struct db *db, int64_t after_id, size_t max, struct arrival *items, size_t *count, struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;

	*count = 0;
	query = db_query(db, "SELECT m.id, m.thread_id, m.created_at, t.thread_type,"
			     " CASE WHEN c.name <> '' THEN c.name ELSE t.client_address END,"
			     " CASE WHEN m.body <> '' THEN substr(m.body, 1, 400) ELSE (SELECT '[' ||"
			     " CASE WHEN a.content_type <> '' THEN a.content_type ELSE a.kind END || ']'"
			     " FROM attachments a WHERE a.message_id = m.id ORDER BY a.position LIMIT 1) END"
			     " FROM messages m CROSS JOIN communication_threads t ON t.id = m.thread_id"
			     " JOIN clients c ON c.id = t.client_id"
			     " WHERE m.id > $1 AND m.direction = 'in' AND t.status <> 'spam' ORDER BY m.id LIMIT $2");
	db_bind_int(query, 1, after_id);
	db_bind_int(query, 2, (int64_t)max);
	while (*count < max && (step = db_step(query)) == DB_ROW) {
		struct arrival *item = &items[(*count)++];

		item->message_id = db_column_int(query, 0);
		item->thread_id = db_column_int(query, 1);
		item->created_at = db_column_int(query, 2);
		channel_parse(db_column_text(query, 3), &item->channel);
		utf8_copy(item->client, sizeof item->client, db_column_text(query, 4));
		utf8_copy(item->body, sizeof item->body, db_column_text(query, 5));
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}
