/* SPDX-License-Identifier: MIT */
/* What is new since a moment: in order, bounded, without spam and without ours. */
#include "store_dump.h"

#include "core/arrival.h"

static int
setup(void **state)
{
	static struct store store;

	store_setup(&store);
	*state = &store;
	return 0;
}

static int
teardown(void **state)
{
	store_teardown(*state);
	return 0;
}

static size_t
list(struct store *store, int64_t after_id, struct arrival *items, size_t max)
{
	struct err err = { "" };
	size_t count = 99;

	if (arrival_list(store->db, after_id, max, items, &count, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return count;
}

static void
change(struct db_statement *statement)
{
	assert_int_equal(db_step(statement), DB_DONE);
	db_reset(statement);
}

static void
test_new_ones_in_order(void **state)
{
	struct store *store = *state;
	struct arrival items[8];
	int64_t newest = -1, before;

	assert_int_equal(arrival_newest(store->db, &newest, NULL), STATUS_OK);
	assert_int_equal(newest, 0);
	assert_int_equal(list(store, 0, items, 8), 0);
	store_inbound(store->db, CHANNEL_SMS, "SM1", "+14155570001", "old", NOON);
	assert_int_equal(arrival_newest(store->db, &before, NULL), STATUS_OK);
	store_inbound(store->db, CHANNEL_SMS, "SM2", "+14155570001", "two", NOON + 1);
	store_inbound(store->db, CHANNEL_WHATSAPP, "SM3", "+14155570002", "three", NOON + 2);
	store_inbound(store->db, CHANNEL_SMS, "SM4", "+14155570003", "", NOON + 3);
	assert_int_equal(list(store, before, items, 8), 3);
	assert_string_equal(items[0].body, "two");
	assert_string_equal(items[0].client, "Ana");
	assert_int_equal(items[1].channel, CHANNEL_WHATSAPP);
	assert_int_equal(items[1].created_at, NOON + 2);
	assert_true(items[0].message_id < items[1].message_id && items[0].thread_id != items[1].thread_id);
	assert_string_equal(items[2].body, "");
	/* No more than asked for, the oldest first. */
	assert_int_equal(list(store, before, items, 1), 1);
	assert_string_equal(items[0].body, "two");
	assert_int_equal(arrival_newest(store->db, &newest, NULL), STATUS_OK);
	assert_int_equal(list(store, newest, items, 8), 0);
}

static void
test_spam_and_our_own_are_left_out(void **state)
{
	struct store *store = *state;
	struct arrival items[8];

	store_inbound(store->db, CHANNEL_SMS, "SM1", "+14155570001", "one", NOON);

	assert_int_equal(list(store, 0, items, 8), 1);
	change(db_query(store->db, "UPDATE communication_threads SET status = 'spam'"));
	assert_int_equal(list(store, 0, items, 8), 0);
	change(db_query(store->db, "UPDATE communication_threads SET status = 'open'"));
	change(db_query(store->db, "UPDATE messages SET direction = 'out', sender_type = 'agent'"));
	assert_int_equal(list(store, 0, items, 8), 0);
}

static void
test_plan(void **state)
{
	struct store *store = *state;

	store_expect_plan(store->db, "new ones", "SEARCH m USING INTEGER PRIMARY KEY (rowid>?)",
			  "EXPLAIN QUERY PLAN SELECT m.id, c.name FROM messages m"
			  " CROSS JOIN communication_threads t ON t.id = m.thread_id JOIN clients c ON c.id = t.client_id"
			  " WHERE m.id > $1 AND m.direction = 'in' AND t.status <> 'spam' ORDER BY m.id LIMIT $2");
	store_expect_plan(store->db, "newest", "SEARCH messages", "EXPLAIN QUERY PLAN SELECT coalesce(max(id), 0) FROM messages");
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = { T(test_new_ones_in_order), T(test_spam_and_our_own_are_left_out), T(test_plan) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
