/* SPDX-License-Identifier: MIT */
/*
 * The messages of several conversations as one list. Each conversation is asked for its newest ids below the place (an index has
 * them in order); conversations come newest first, so the walk ends when the next one is too old for the page.
 */
#include "core/client_timeline.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

static enum status
thread_ids(struct db *db, int64_t client_id, size_t limit, int64_t *ids, size_t *count, struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;

	*count = 0;
	query = db_query(db, "SELECT id FROM communication_threads WHERE client_id = $1 ORDER BY last_message_at DESC, id DESC"
			     " LIMIT $2");
	db_bind_int(query, 1, client_id);
	db_bind_int(query, 2, (int64_t)limit);
	while (*count < limit && (step = db_step(query)) == DB_ROW)
		ids[(*count)++] = db_column_int(query, 0);
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
client_threads(struct db *db, int64_t client_id, size_t limit, struct thread *rows, size_t *count, struct err *err)
{
	int64_t ids[CLIENT_THREADS_MAX];
	size_t found;
	enum status status;

	*count = 0;
	status = thread_ids(db, client_id, limit < CLIENT_THREADS_MAX ? limit : CLIENT_THREADS_MAX, ids, &found, err);
	for (size_t i = 0; status == STATUS_OK && i < found; i++) {
		status = thread_get(db, ids[i], &rows[*count], err);
		*count += status == STATUS_OK;
	}
	return status;
}

/* The page while it is gathered: ids, newest first. */
struct page {
	int64_t ids[TIMELINE_PAGE_MAX];
	size_t count;
	size_t limit;
};

/* False when it is too old for the page; so is then whatever is older. */
static bool
take_id(struct page *page, int64_t id)
{
	size_t at = page->count;

	while (at > 0 && page->ids[at - 1] < id)
		at--;
	if (at == page->limit)
		return false;
	if (page->count == page->limit)
		page->count--;
	memmove(&page->ids[at + 1], &page->ids[at], (page->count - at) * sizeof page->ids[0]);
	page->ids[at] = id;
	page->count++;
	return true;
}

static enum status
gather(struct db *db, int64_t client_id, int64_t before_id, struct page *page, struct err *err)
{
	struct db_statement *threads, *messages;
	enum db_step step = DB_DONE, inner = DB_DONE;

	threads = db_query(db, "SELECT t.id, (SELECT max(m.id) FROM messages m WHERE m.thread_id = t.id) AS newest"
			       " FROM communication_threads t WHERE t.client_id = $1 ORDER BY newest DESC LIMIT $2");
	db_bind_int(threads, 1, client_id);
	db_bind_int(threads, 2, CLIENT_THREADS_MAX);
	while (inner != DB_FAILED && (step = db_step(threads)) == DB_ROW) {
		if (page->count == page->limit && db_column_int(threads, 1) < page->ids[page->count - 1])
			break;
		messages = db_query(db, "SELECT id FROM messages WHERE thread_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
		db_bind_int(messages, 1, db_column_int(threads, 0));
		db_bind_int(messages, 2, before_id);
		db_bind_int(messages, 3, (int64_t)page->limit);
		while ((inner = db_step(messages)) == DB_ROW && take_id(page, db_column_int(messages, 0)))
			;
		db_reset(messages);
	}
	db_reset(threads);
	return inner == DB_FAILED || step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
client_timeline(struct db *db, int64_t client_id, int64_t before_id, size_t limit, struct message_list *list,
		struct err *err)
{
	struct page page = { .limit = limit < TIMELINE_PAGE_MAX ? limit : TIMELINE_PAGE_MAX };
	enum status status;

	list->count = 0;
	list->items = calloc(page.limit > 0 ? page.limit : 1, sizeof *list->items);
	if (list->items == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	if (page.limit == 0)
		return STATUS_OK;
	status = gather(db, client_id, before_id > 0 ? before_id : INT64_MAX, &page, err);
	for (size_t i = 0; status == STATUS_OK && i < page.count; i++) {
		status = message_get(db, page.ids[i], &list->items[list->count], err);
		list->count += status == STATUS_OK;
	}
	if (status != STATUS_OK)
		message_list_release(list);
	return status;
}
