/* SPDX-License-Identifier: MIT */
/* Lists: pages, filters, plans, counters against scans. */
#include "store_fixture.h"

#include "core/thread.h"

#define THREADS 230

static int
setup(void **state)
{
	static struct store store;
	char sid[32], from[32];
	struct err err = { "" };

	store_setup(&store);
	for (int i = 0; i < THREADS; i++) {
		enum channel channel = i % 3 == 0 ? CHANNEL_SMS : CHANNEL_WHATSAPP;
		struct inbound_result result;

		snprintf(sid, sizeof sid, "SM%d", i);
		snprintf(from, sizeof from, "%s+1415557%04d", channel == CHANNEL_WHATSAPP ? "whatsapp:" : "", i);
		/* Some share a moment: the id decides between them. */
		result = store_inbound(store.db, channel, sid, from, "hola", NOON + i / 4);
		assert_int_equal(db_begin(store.db, &err), STATUS_OK);
		if (i % 5 == 0)
			thread_set_status(store.db, result.thread_id, THREAD_CLOSED, "eva", NOON + i / 4, &err);
		if (i % 7 == 0)
			thread_set_status(store.db, result.thread_id, THREAD_PENDING, "eva", NOON + i / 4, &err);
		if (i % 2 == 0)
			thread_mark_read(store.db, result.thread_id, result.message_id, NOON + i / 4, &err);
		assert_int_equal(db_commit(store.db, &err), STATUS_OK);
	}
	*state = &store;
	return 0;
}

static int
teardown(void **state)
{
	store_teardown(*state);
	return 0;
}

static bool
belongs(const struct thread_filter *filter, const struct thread *row)
{
	if (filter->one_channel && row->channel != filter->channel)
		return false;
	if (filter->unread_only && row->unread == 0)
		return false;
	if (filter->view == THREAD_VIEW_ACTIVE)
		return row->status == THREAD_OPEN || row->status == THREAD_PENDING;
	return filter->view == THREAD_VIEW_ALL || row->status == filter->status;
}

/* Walks the whole list in pages of 50 and returns how many rows there were. */
static size_t
walk(struct db *db, const struct thread_filter *filter, const char *name)
{
	struct thread rows[50], back[50];
	struct thread_cursor cursor = { 0, 0 };
	struct err err = { "" };
	size_t total = 0, count, back_count;

	do {
		if (thread_list(db, filter, cursor, 50, rows, &count, &err) != STATUS_OK)
			fail_msg("%s: %s", name, err.text);
		for (size_t i = 0; i < count; i++) {
			struct thread_cursor here = { rows[i].last_message_at, rows[i].id };

			if (!belongs(filter, &rows[i]))
				fail_msg("%s: %lld does not belong", name, (long long)rows[i].id);
			if (total + i > 0 && (here.key > cursor.key
					      || (here.key == cursor.key && here.id >= cursor.id)))
				fail_msg("%s: order", name);
			cursor = here;
		}
		if (count > 1) {
			/* Upwards from the last row of the page comes the rest of the page. */
			assert_int_equal(thread_list_before(db, filter, cursor, count - 1, back, &back_count, &err), STATUS_OK);
			assert_int_equal(back_count, count - 1);
			for (size_t i = 0; i < back_count; i++)
				assert_int_equal(back[i].id, rows[i].id);
		}
		total += count;
	} while (count == 50);
	return total;
}

static void
test_every_filter_gives_its_rows_once(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct thread_filter all = { .view = THREAD_VIEW_ALL };
	struct thread rows[THREADS];
	struct err err = { "" };
	size_t count;

	assert_int_equal(thread_list(db, &all, (struct thread_cursor){ 0, 0 }, THREADS, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, THREADS);
	for (int i = 0; i < 2 * 2 * 3 * 2; i++) {
		struct thread_filter filter = { .unread_only = i & 1,
						.one_channel = i & 2,
						.channel = i & 4 ? CHANNEL_SMS : CHANNEL_WHATSAPP,
						.view = (enum thread_view)(i / 8),
						.status = THREAD_CLOSED };
		size_t expected = 0;
		char name[64];

		for (size_t k = 0; k < count; k++)
			expected += belongs(&filter, &rows[k]);
		snprintf(name, sizeof name, "filter %d", i);
		assert_true(expected > 0);
		assert_int_equal(walk(db, &filter, name), expected);
	}
}

static void
test_counters_equal_a_scan(void **state)
{
	struct db *db = ((struct store *)*state)->db;

	assert_int_equal(store_number(db, "SELECT count(*) FROM ("
					  " SELECT thread_type, status, count(*), sum(unread_count_agent > 0)"
					  " FROM communication_threads GROUP BY 1, 2"
					  " EXCEPT SELECT thread_type, status, threads, unread_threads FROM inbox_counts)"),
			 0);
	assert_int_equal(store_number(db, "SELECT sum(threads) FROM inbox_counts"), THREADS);
}

static void
test_next_unread_goes_round(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct thread_filter active = { .view = THREAD_VIEW_ACTIVE };
	struct thread_cursor cursor = { 0, 0 };
	struct thread row, first;
	struct err err = { "" };
	size_t steps = 0;

	assert_int_equal(thread_next_unread(db, &active, cursor, &first, &err), STATUS_OK);
	row = first;
	do {
		assert_true(row.unread > 0);
		cursor = (struct thread_cursor){ row.last_message_at, row.id };
		assert_int_equal(thread_next_unread(db, &active, cursor, &row, &err), STATUS_OK);
		steps++;
	} while (row.id != first.id && steps < THREADS);
	active.unread_only = true;
	assert_int_equal(steps, walk(db, &active, "unread"));
}

/* A list that sorts or scans would cost more as the data grow. */
static void
test_plans_use_the_indexes(void **state)
{
	static const struct {
		const char *name, *index, *sql;
	} rows[] = {
		{ "active", "threads_active ", "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.active = 1"
			    " AND (t.last_message_at, t.id) < ($1, $2) ORDER BY t.last_message_at DESC, t.id DESC LIMIT $3" },
		{ "active of a channel", "threads_active_channel ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.active_type = $4"
		  " AND (t.last_message_at, t.id) < ($1, $2)"
		  " ORDER BY t.last_message_at DESC, t.id DESC LIMIT $3" },
		{ "unread", "threads_unread ", "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.active = 1"
			    " AND t.unread_count_agent > 0 AND (t.last_message_at, t.id) < ($1, $2)"
			    " ORDER BY t.last_message_at DESC, t.id DESC LIMIT $3" },
		{ "by status", "threads_status ", "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.status = $5"
			       " AND (t.last_message_at, t.id) > ($1, $2) ORDER BY t.last_message_at, t.id LIMIT $3" },
		{ "by status and channel", "threads_inactive_channel ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.status = $5 AND t.active = 0"
		  " AND t.thread_type = $4 AND (t.last_message_at, t.id) < ($1, $2)"
		  " ORDER BY t.last_message_at DESC, t.id DESC LIMIT $3" },
		{ "unread by status", "threads_inactive_unread ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.status = $5 AND t.active = 0"
		  " AND t.unread_count_agent > 0 AND (t.last_message_at, t.id) > ($1, $2)"
		  " ORDER BY t.last_message_at, t.id LIMIT $3" },
		{ "everything", "threads_all ", "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE TRUE"
				" AND (t.last_message_at, t.id) < ($1, $2) ORDER BY t.last_message_at DESC, t.id DESC LIMIT $3" },
		{ "earlier ones of the outbox", "outbox_thread ", "EXPLAIN QUERY PLAN SELECT 1 FROM outbox p"
		  " WHERE p.thread_id = $1 AND p.id < $2 AND p.state IN ('queued', 'sending', 'unknown')" },
		{ "mine", "threads_assignee ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.active = 1 AND t.assignee_id = $6"
		  " AND (t.last_message_at, t.id) < ($1, $2) ORDER BY t.last_message_at DESC, t.id DESC LIMIT $3" },
		{ "unassigned, unread of a channel", "threads_assignee ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.active = 1 AND t.assignee_id IS NULL"
		  " AND +t.thread_type = $4 AND +t.unread_count_agent > 0"
		  " AND (t.last_message_at, t.id) < ($1, $2) ORDER BY t.last_message_at DESC, t.id DESC LIMIT $3" },
		{ "waiting", "threads_waiting ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.active = 1 AND t.unanswered_since > 0"
		  " AND (t.unanswered_since, t.id) < ($1, $2) ORDER BY t.unanswered_since DESC, t.id DESC LIMIT $3" },
		{ "window", "threads_window ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.active_type = 'whatsapp' AND t.last_inbound_at > $7"
		  " AND (t.last_inbound_at, t.id) < ($1, $2) ORDER BY t.last_inbound_at DESC, t.id DESC LIMIT $3" },
		{ "failed", "threads_failed ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.failed_count > 0"
		  " AND (t.last_message_at, t.id) < ($1, $2) ORDER BY t.last_message_at DESC, t.id DESC LIMIT $3" },
		{ "mine upwards", "threads_assignee ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.active = 1 AND t.assignee_id = $6"
		  " AND (t.last_message_at, t.id) > ($1, $2) ORDER BY t.last_message_at, t.id LIMIT $3" },
		{ "unassigned, unread of a channel upwards", "threads_assignee ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.active = 1 AND t.assignee_id IS NULL"
		  " AND +t.thread_type = $4 AND +t.unread_count_agent > 0"
		  " AND (t.last_message_at, t.id) > ($1, $2) ORDER BY t.last_message_at, t.id LIMIT $3" },
		{ "waiting upwards", "threads_waiting ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.active = 1 AND t.unanswered_since > 0"
		  " AND (t.unanswered_since, t.id) > ($1, $2) ORDER BY t.unanswered_since, t.id LIMIT $3" },
		{ "window upwards", "threads_window ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.active_type = 'whatsapp' AND t.last_inbound_at > $7"
		  " AND (t.last_inbound_at, t.id) > ($1, $2) ORDER BY t.last_inbound_at, t.id LIMIT $3" },
		{ "failed upwards", "threads_failed ",
		  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads t WHERE t.failed_count > 0"
		  " AND (t.last_message_at, t.id) > ($1, $2) ORDER BY t.last_message_at, t.id LIMIT $3" },
		{ "messages", "messages_thread ", "EXPLAIN QUERY PLAN SELECT id FROM messages m WHERE m.thread_id = $1 AND m.id < $2"
			      " ORDER BY m.id DESC LIMIT $3" },
	};
	struct db *db = ((struct store *)*state)->db;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct db_statement *query = db_query(db, rows[i].sql);
		bool met = false;

		while (db_step(query) == DB_ROW) {
			const char *detail = db_column_text(query, 3);

			if (strstr(detail, "TEMP B-TREE") != NULL || strncmp(detail, "SCAN", 4) == 0)
				fail_msg("%s: %s", rows[i].name, detail);
			met = met || strstr(detail, rows[i].index) != NULL;
		}
		if (!met)
			fail_msg("%s: not over %s", rows[i].name, rows[i].index);
	}
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_every_filter_gives_its_rows_once),
		T(test_counters_equal_a_scan),
		T(test_next_unread_goes_round),
		T(test_plans_use_the_indexes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
