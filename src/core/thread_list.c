/* SPDX-License-Identifier: MIT */
/*
 * Lists of conversations. Every list is one statement text for each shape of the filter, so that each meets the index made
 * for it; the texts are put together by the preprocessor, never at run time. A plus before a column keeps the planner
 * from an index that would have to sort.
 */
#include <string.h>

#include "core/i18n.h"
#include "core/thread.h"
#include "core/thread_row.h"
#include "core/utf8.h"

/* --- order and membership ------------------------------------------------------------------------------------------ */

static bool
is_active(const struct thread *thread)
{
	return thread->status == THREAD_OPEN || thread->status == THREAD_PENDING;
}

/* Conversations whose customer wrote after this moment may still be answered in free words. */
static int64_t
window_begin(const struct thread_filter *filter)
{
	return filter->now_ms - channel_info(CHANNEL_WHATSAPP)->reply_window_ms;
}

static bool
oldest_first(const struct thread_filter *filter)
{
	return filter->view == THREAD_VIEW_WAITING || filter->view == THREAD_VIEW_WINDOW;
}

bool
thread_filter_takes(const struct thread_filter *filter, const struct thread *thread)
{
	if (filter->one_channel && thread->channel != filter->channel)
		return false;
	if (filter->unread_only && thread->unread == 0)
		return false;
	switch (filter->view) {
	case THREAD_VIEW_ACTIVE:
		return is_active(thread);
	case THREAD_VIEW_STATUS:
		return thread->status == filter->status;
	case THREAD_VIEW_ALL:
		return true;
	case THREAD_VIEW_MINE:
		return is_active(thread) && filter->assignee_id != 0 && thread->assignee_id == filter->assignee_id;
	case THREAD_VIEW_UNASSIGNED:
		return is_active(thread) && thread->assignee_id == 0;
	case THREAD_VIEW_WAITING:
		return is_active(thread) && thread->unanswered_since > 0;
	case THREAD_VIEW_WINDOW:
		return is_active(thread) && thread->channel == CHANNEL_WHATSAPP
		       && thread->last_inbound_at > window_begin(filter);
	case THREAD_VIEW_FAILED:
		return thread->failed_count > 0;
	}
	return true;
}

struct thread_cursor
thread_place(const struct thread_filter *filter, const struct thread *thread)
{
	int64_t key = thread->last_message_at;

	if (filter->view == THREAD_VIEW_WAITING)
		key = thread->unanswered_since;
	else if (filter->view == THREAD_VIEW_WINDOW)
		key = thread->last_inbound_at;
	return (struct thread_cursor){ key, thread->id };
}

struct thread_cursor
thread_place_before(const struct thread_filter *filter, const struct thread *thread)
{
	struct thread_cursor place = thread_place(filter, thread);

	place.id += oldest_first(filter) ? -1 : 1;
	return place;
}

struct thread_cursor
thread_place_end(const struct thread_filter *filter)
{
	int64_t end = oldest_first(filter) ? INT64_MAX : 0;

	/* {0,0} means the beginning, so the end is one id further. */
	return (struct thread_cursor){ end, oldest_first(filter) ? INT64_MAX : -1 };
}

/* --- statements ---------------------------------------------------------------------------------------------------- */

#define NEWEST_DOWN " AND (t.last_message_at, t.id) < ($1, $2) ORDER BY t.last_message_at DESC, t.id DESC LIMIT $3"
#define NEWEST_UP " AND (t.last_message_at, t.id) > ($1, $2) ORDER BY t.last_message_at, t.id LIMIT $3"
#define OLDEST_DOWN(key) " AND (" key ", t.id) > ($1, $2) ORDER BY " key ", t.id LIMIT $3"
#define OLDEST_UP(key) " AND (" key ", t.id) < ($1, $2) ORDER BY " key " DESC, t.id DESC LIMIT $3"
#define UNREAD " AND t.unread_count_agent > 0"
#define PLUS_UNREAD " AND +t.unread_count_agent > 0"
#define PLUS_CHANNEL " AND +t.thread_type = $4"
#define BOTH(where) { THREAD_ROW_SELECT where NEWEST_DOWN, THREAD_ROW_SELECT where NEWEST_UP }
#define BOTH_OLDEST(where, key) { THREAD_ROW_SELECT where OLDEST_DOWN(key), THREAD_ROW_SELECT where OLDEST_UP(key) }
#define READ_AND_UNREAD(where) { BOTH(where), BOTH(where UNREAD) }
/* Channel and unread looked at row by row: these views are short, or take nearly every row. */
#define SIFTED(where) { { BOTH(where), BOTH(where PLUS_UNREAD) }, \
	{ BOTH(where PLUS_CHANNEL), BOTH(where PLUS_CHANNEL PLUS_UNREAD) } }
#define SIFTED_OLDEST(where, key) { { BOTH_OLDEST(where, key), BOTH_OLDEST(where PLUS_UNREAD, key) }, \
	{ BOTH_OLDEST(where PLUS_CHANNEL, key), BOTH_OLDEST(where PLUS_CHANNEL PLUS_UNREAD, key) } }

/* [view][one channel][unread only][upwards]; the last view is a status that is not active */
#define VIEW_INACTIVE_STATUS THREAD_VIEW_COUNT
static const char *const list_texts[THREAD_VIEW_COUNT + 1][2][2][2] = {
	[THREAD_VIEW_ACTIVE] = { READ_AND_UNREAD("t.active = 1"), READ_AND_UNREAD("t.active_type = $4") },
	[THREAD_VIEW_STATUS] = { READ_AND_UNREAD("t.status = $5"), READ_AND_UNREAD("t.active_type = $4 AND +t.status = $5") },
	[VIEW_INACTIVE_STATUS] = { READ_AND_UNREAD("t.status = $5 AND t.active = 0"),
				   { BOTH("t.status = $5 AND t.active = 0 AND t.thread_type = $4"),
				     BOTH("t.status = $5 AND t.active = 0 AND +t.thread_type = $4" UNREAD) } },
	[THREAD_VIEW_ALL] = { READ_AND_UNREAD("TRUE"), READ_AND_UNREAD("t.thread_type = $4") },
	[THREAD_VIEW_MINE] = SIFTED("t.active = 1 AND t.assignee_id = $6"),
	[THREAD_VIEW_UNASSIGNED] = SIFTED("t.active = 1 AND t.assignee_id IS NULL"),
	[THREAD_VIEW_WAITING] = SIFTED_OLDEST("t.active = 1 AND t.unanswered_since > 0", "t.unanswered_since"),
	[THREAD_VIEW_WINDOW] = SIFTED_OLDEST("t.active_type = 'whatsapp' AND t.last_inbound_at > $7", "t.last_inbound_at"),
	[THREAD_VIEW_FAILED] = SIFTED("t.failed_count > 0"),
};

void
thread_row_read(struct db_statement *query, struct thread *row)
{
	memset(row, 0, sizeof *row);
	row->id = db_column_int(query, 0);
	channel_parse(db_column_text(query, 1), &row->channel);
	thread_status_parse(db_column_text(query, 2), &row->status);
	row->client_id = db_column_int(query, 3);
	utf8_copy(row->client_name, sizeof row->client_name, db_column_text(query, 4));
	utf8_copy(row->client_address, sizeof row->client_address, db_column_text(query, 5));
	utf8_copy(row->own_address, sizeof row->own_address, db_column_text(query, 6));
	utf8_copy(row->subject, sizeof row->subject, db_column_text(query, 7));
	utf8_copy(row->assignee, sizeof row->assignee, db_column_text(query, 8));
	row->unread = db_column_int(query, 9);
	row->last_message_id = db_column_int(query, 10);
	utf8_copy(row->last_sender, sizeof row->last_sender, db_column_text(query, 11));
	utf8_copy(row->preview, sizeof row->preview, db_column_text(query, 12));
	row->last_message_at = db_column_int(query, 13);
	row->last_inbound_at = db_column_int(query, 14);
	row->created_at = db_column_int(query, 15);
	row->updated_at = db_column_int(query, 16);
	row->has_draft = db_column_int(query, 17) != 0;
	row->failed_count = db_column_int(query, 18);
	row->has_failed = row->failed_count > 0;
	row->assignee_id = db_column_int(query, 19);
	row->priority = db_column_int(query, 20);
	row->snoozed_until = db_column_int(query, 21);
	row->unanswered_since = db_column_int(query, 22);
	utf8_copy(row->labels, sizeof row->labels, db_column_text(query, 23));
	/* Half a name would look like another label. */
	if (strlen(db_column_text(query, 23)) >= sizeof row->labels) {
		char *comma = strrchr(row->labels, ',');

		*(comma != NULL ? comma : row->labels) = '\0';
	}
	row->has_scheduled = db_column_int(query, 24) != 0;
	row->has_held = db_column_int(query, 25) != 0;
}

static enum status
list(struct db *db, const struct thread_filter *filter, struct thread_cursor from, bool upwards, size_t limit,
     struct thread *rows, size_t *count, struct err *err)
{
	bool inactive = filter->view == THREAD_VIEW_STATUS && filter->status != THREAD_OPEN && filter->status != THREAD_PENDING;
	int view = inactive ? VIEW_INACTIVE_STATUS : (int)filter->view;
	struct db_statement *query;
	enum db_step step = DB_DONE;

	*count = 0;
	query = db_query(db, list_texts[view][filter->one_channel][filter->unread_only][upwards]);
	db_bind_int(query, 1, from.key);
	db_bind_int(query, 2, from.id);
	db_bind_int(query, 3, (int64_t)limit);
	if (filter->one_channel)
		db_bind_text(query, 4, channel_name(filter->channel));
	if (filter->view == THREAD_VIEW_STATUS)
		db_bind_text(query, 5, thread_status_name(filter->status));
	db_bind_int(query, 6, filter->assignee_id);
	db_bind_int(query, 7, window_begin(filter));
	while (*count < limit && (step = db_step(query)) == DB_ROW)
		thread_row_read(query, &rows[(*count)++]);
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
thread_list(struct db *db, const struct thread_filter *filter, struct thread_cursor after, size_t limit,
	    struct thread *rows, size_t *count, struct err *err)
{
	if (after.key == 0 && after.id == 0 && !oldest_first(filter))
		after = (struct thread_cursor){ INT64_MAX, INT64_MAX };
	return list(db, filter, after, false, limit, rows, count, err);
}

enum status
thread_list_before(struct db *db, const struct thread_filter *filter, struct thread_cursor before, size_t limit,
		   struct thread *rows, size_t *count, struct err *err)
{
	enum status status = list(db, filter, before, true, limit, rows, count, err);

	for (size_t i = 0; i < *count / 2; i++) {
		struct thread swapped = rows[i];

		rows[i] = rows[*count - 1 - i];
		rows[*count - 1 - i] = swapped;
	}
	return status;
}

enum status
thread_get(struct db *db, int64_t id, struct thread *row, struct err *err)
{
	struct db_statement *query = db_query(db, THREAD_ROW_SELECT "t.id = $1");
	enum db_step step;

	db_bind_int(query, 1, id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return err_set(err, STATUS_NOT_FOUND, _("There is no conversation %lld; it may have been removed."),
			       (long long)id);
	thread_row_read(query, row);
	db_reset(query);
	return STATUS_OK;
}

enum status
thread_next_unread(struct db *db, const struct thread_filter *filter, struct thread_cursor after, struct thread *row,
		   struct err *err)
{
	struct thread_filter unread = *filter;
	enum status status;
	size_t count;

	unread.unread_only = true;
	status = thread_list(db, &unread, after, 1, row, &count, err);
	if (status == STATUS_OK && count == 0)
		status = thread_list(db, &unread, (struct thread_cursor){ 0, 0 }, 1, row, &count, err);
	if (status == STATUS_OK && count == 0)
		return err_set(err, STATUS_NOT_FOUND, _("Nothing is unread here."));
	return status;
}

/* --- numbers ------------------------------------------------------------------------------------------------------- */

enum status
thread_counts(struct db *db, struct thread_counts *counts, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	memset(counts, 0, sizeof *counts);
	query = db_query(db, "SELECT thread_type, status, threads, unread_threads FROM inbox_counts");
	while ((step = db_step(query)) == DB_ROW) {
		enum channel channel;
		enum thread_status status;

		if (!channel_parse(db_column_text(query, 0), &channel)
		    || !thread_status_parse(db_column_text(query, 1), &status))
			continue;
		counts->threads[channel][status] = db_column_int(query, 2);
		counts->unread[channel][status] = db_column_int(query, 3);
	}
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

/* One row of assignee_counts: whose, threads, unread, waiting. */
static void
add_agent(struct thread_view_counts *counts, int64_t asked, struct db_statement *query)
{
	int64_t whose = db_column_int(query, 0);

	counts->waiting += db_column_int(query, 3);
	counts->active += db_column_int(query, 1);
	counts->active_unread += db_column_int(query, 2);
	if (whose == 0) {
		counts->unassigned = db_column_int(query, 1);
		counts->unassigned_unread = db_column_int(query, 2);
	} else if (whose == asked) {
		counts->mine = db_column_int(query, 1);
		counts->mine_unread = db_column_int(query, 2);
		counts->mine_waiting = db_column_int(query, 3);
	}
}

enum status
thread_view_counts(struct db *db, int64_t assignee_id, struct thread_view_counts *counts, struct err *err)
{
	struct db_statement *query;
	enum thread_status status;
	enum db_step step;

	memset(counts, 0, sizeof *counts);
	query = db_query(db, "SELECT assignee_id, threads, unread_threads, waiting_threads FROM assignee_counts");
	while ((step = db_step(query)) == DB_ROW)
		add_agent(counts, assignee_id, query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	query = db_query(db, "SELECT status, sum(threads) FROM inbox_counts GROUP BY status"
			     " UNION ALL SELECT name, value FROM counters WHERE name = 'threads_failed'");
	while ((step = db_step(query)) == DB_ROW) {
		if (thread_status_parse(db_column_text(query, 0), &status))
			counts->by_status[status] = db_column_int(query, 1);
		else
			counts->failed = db_column_int(query, 1);
	}
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}
