/* SPDX-License-Identifier: MIT */
/* The columns of a conversation's row and how they are read. For the files of core that list conversations. */
#ifndef HILO_CORE_THREAD_ROW_H
#define HILO_CORE_THREAD_ROW_H

#include "core/db.h"
#include "core/thread.h"

/* To be followed by a condition on t; a literal, so that whole statements are literals. */
#define THREAD_ROW_SELECT \
	"SELECT t.id, t.thread_type, t.status, t.client_id, c.name, t.client_address, t.own_address, t.subject," \
	" coalesce(a.name, ''), t.unread_count_agent, t.last_message_id, t.last_message_sender," \
	" t.last_message_preview, t.last_message_at, t.last_inbound_at, t.created_at, t.updated_at," \
	" EXISTS (SELECT 1 FROM drafts d WHERE d.thread_id = t.id), t.failed_count, t.assignee_id, t.priority," \
	" t.snoozed_until, t.unanswered_since," \
	" (SELECT group_concat(l.name) FROM thread_labels tl JOIN labels l ON l.id = tl.label_id" \
	" WHERE tl.thread_id = t.id)," \
	" EXISTS (SELECT 1 FROM outbox o WHERE o.thread_id = t.id AND o.state = 'scheduled')," \
	" EXISTS (SELECT 1 FROM outbox o WHERE o.thread_id = t.id AND o.state = 'held')" \
	" FROM communication_threads t JOIN clients c ON c.id = t.client_id" \
	" LEFT JOIN agents a ON a.id = t.assignee_id WHERE "

/* Reads the row that the statement is at. */
void thread_row_read(struct db_statement *query, struct thread *row);

#endif
