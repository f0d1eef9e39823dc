/* SPDX-License-Identifier: MIT */
#include "core/thread_names.h"

#include <stdint.h>

#include "core/utf8.h"

enum status
thread_names(struct db *db, struct thread_cursor before, size_t limit, struct thread_name *rows, size_t *count,
	     struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;

	*count = 0;
	query = db_query(db, "SELECT t.id, t.last_message_at, t.thread_type, t.status, c.name, t.client_address"
			     " FROM communication_threads t JOIN clients c ON c.id = t.client_id"
			     " WHERE (t.last_message_at, t.id) < ($1, $2)"
			     " ORDER BY t.last_message_at DESC, t.id DESC LIMIT $3");
	db_bind_int(query, 1, before.id == 0 ? INT64_MAX : before.key);
	db_bind_int(query, 2, before.id == 0 ? INT64_MAX : before.id);
	db_bind_int(query, 3, (int64_t)limit);
	while (*count < limit && (step = db_step(query)) == DB_ROW) {
		struct thread_name *row = &rows[(*count)++];

		row->id = db_column_int(query, 0);
		row->last_message_at = db_column_int(query, 1);
		channel_parse(db_column_text(query, 2), &row->channel);
		thread_status_parse(db_column_text(query, 3), &row->status);
		utf8_copy(row->name, sizeof row->name, db_column_text(query, 4));
		utf8_copy(row->address, sizeof row->address, db_column_text(query, 5));
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}
