/* SPDX-License-Identifier: MIT */
/* The names of conversations: read by a thread, taken when they are there, found by letters, read anew. */
#include "../core/store_fixture.h"

#include <poll.h>

#include "ui/name_index.h"

enum { CUSTOMERS = 1200, WAIT_MS = 20000 };

static struct store store;

static void
writes(int number)
{
	struct inbound_result result = { 0 };
	struct inbound in = { .channel = CHANNEL_SMS, .to = "+15005550006", .body = "hello", .metadata = "{}",
			      .received_at = NOON + number * 1000LL };
	char sid[40], from[40];
	struct err err = { "" };

	snprintf(sid, sizeof sid, "SM%032d", number);
	snprintf(from, sizeof from, "+52155%08d", number);
	in.provider_message_id = sid;
	in.from = from;
	assert_int_equal(inbound_store(store.db, &in, &result, &err), STATUS_OK);
}

static int
setup(void **state)
{
	(void)state;
	store_setup(&store);
	assert_int_equal(db_begin(store.db, NULL), STATUS_OK);
	for (int i = 0; i < CUSTOMERS; i++)
		writes(i);
	assert_int_equal(db_commit(store.db, NULL), STATUS_OK);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	store_teardown(&store);
	return 0;
}

/* Waits for the thread and takes what it read. */
static bool
take(struct name_index *index, struct err *err)
{
	struct pollfd fd = { .fd = name_index_fd(index), .events = POLLIN };

	assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
	return name_index_take(index, err);
}

static void
test_read_and_find(void **state)
{
	struct name_index *index = name_index_new(store.path);
	struct name_entry best[5];
	struct err err = { "" };

	(void)state;
	assert_non_null(index);
	assert_false(name_index_is_ready(index));
	assert_int_equal(name_index_find(index, "52", best, 5), 0);
	assert_false(name_index_take(index, &err));
	name_index_read(index);
	assert_true(take(index, &err));
	assert_true(name_index_is_ready(index));
	/* More than one page of them, the oldest too; each once. */
	assert_int_equal(name_index_find(index, "15500000000", best, 5), 1);
	assert_string_equal(best[0].name, "+5215500000000");
	assert_string_equal(best[0].address, "");
	assert_int_equal(name_index_find(index, "15500001199", best, 5), 1);
	assert_string_equal(best[0].name, "+5215500001199");
	assert_int_equal(best[0].channel, CHANNEL_SMS);
	assert_int_equal(best[0].status, THREAD_OPEN);
	/* The newest first where the letters decide nothing. */
	assert_int_equal(name_index_find(index, "", best, 5), 5);
	assert_string_equal(best[0].name, "+5215500001199");
	assert_int_equal(name_index_find(index, "q", best, 5), 0);
	name_index_free(index);
}

static void
test_read_anew(void **state)
{
	struct name_index *index = name_index_new(store.path);
	struct name_entry best[2];
	struct err err = { "" };

	(void)state;
	name_index_read(index);
	name_index_read(index); /* goes on already */
	assert_true(take(index, &err));
	writes(77777);
	assert_int_equal(name_index_find(index, "15500077777", best, 2), 0);
	name_index_read(index);
	/* What is there serves meanwhile. */
	assert_int_equal(name_index_find(index, "15500000001", best, 2), 1);
	assert_true(take(index, &err));
	assert_int_equal(name_index_find(index, "15500077777", best, 2), 1);
	name_index_free(index);
}

static void
test_no_store(void **state)
{
	struct name_index *index = name_index_new("/nonexistent/hilo.db");
	struct err err = { "" };

	(void)state;
	name_index_read(index);
	assert_false(take(index, &err));
	assert_true(err.text[0] != '\0');
	assert_false(name_index_is_ready(index));
	/* It may be tried again, and left in the middle. */
	name_index_read(index);
	name_index_free(index);
	name_index_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_read_and_find, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_store, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
