/* SPDX-License-Identifier: MIT */
/* Commits of another process are announced, however closely they follow each other, and silence is silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "core/change.h"
#include "store_fixture.h"

#define ROUNDS 150
#define BURST 4
#define DEADLINE_MS 10000

static struct store store;

static int
setup(void **state)
{
	(void)state;
	store_setup(&store);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	store_teardown(&store);
	return 0;
}

static bool
commit_number(struct db *db, int64_t number)
{
	struct db_statement *update;

	if (db_begin(db, NULL) != STATUS_OK)
		return false;
	update = db_query(db, "UPDATE counters SET value = $1 WHERE name = 'dead_letters'");
	db_bind_int(update, 1, number);
	return db_run(update, NULL) == STATUS_OK && db_commit(db, NULL) == STATUS_OK;
}

/* Commits a burst for each byte that comes; ends with the pipe. */
static void
be_the_other_process(int orders)
{
	struct db *db;
	int64_t number = 0;
	char byte;

	if (db_open(store.path, DB_OPEN, &db, NULL) != STATUS_OK)
		_exit(1);
	while (read(orders, &byte, 1) == 1) {
		for (int i = 0; i < BURST; i++) {
			if (!commit_number(db, ++number))
				_exit(2);
		}
	}
	_exit(0);
}

static void
test_every_commit_of_another_process_is_announced(void **state)
{
	struct change_hub *hub = NULL;
	struct err err = { "" };
	int orders[2], watch, status;
	pid_t child;

	(void)state;
	/* The child must not inherit an open database. */
	db_close(store.db);
	store.db = NULL;
	assert_int_equal(pipe(orders), 0);
	child = fork();
	if (child == 0) {
		close(orders[1]);
		be_the_other_process(orders[0]);
	}
	close(orders[0]);
	if (db_open(store.path, DB_OPEN, &store.db, &err) != STATUS_OK
	    || change_hub_new(store.path, &hub, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	watch = change_watch(hub);
	for (int64_t round = 1; round <= ROUNDS; round++) {
		assert_int_equal(write(orders[1], "x", 1), 1);
		/* Looks only when told to, as everybody does who shows something. */
		while (store_number(store.db, "SELECT value FROM counters WHERE name = 'dead_letters'") != round * BURST) {
			struct pollfd told = { .fd = watch, .events = POLLIN };

			if (poll(&told, 1, DEADLINE_MS) != 1)
				fail_msg("round %d: a commit was not announced", (int)round);
			change_drain(watch);
		}
	}
	close(orders[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	change_unwatch(hub, watch);
	change_hub_free(hub);
}

static void
test_ticks_reach_every_watcher_and_merge(void **state)
{
	struct change_hub *hub;
	struct err err = { "" };
	int first, second;
	uint64_t before;

	(void)state;
	if (change_hub_new(store.path, &hub, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	first = change_watch(hub);
	second = change_watch(hub);
	before = change_count(hub);
	change_tick(hub);
	change_tick(hub);
	assert_int_equal(change_count(hub) - before, 2);
	assert_int_equal(poll(&(struct pollfd){ .fd = first, .events = POLLIN }, 1, 0), 1);
	assert_int_equal(poll(&(struct pollfd){ .fd = second, .events = POLLIN }, 1, 0), 1);
	change_drain(first);
	assert_int_equal(poll(&(struct pollfd){ .fd = first, .events = POLLIN }, 1, 0), 0);
	change_unwatch(hub, first);
	change_tick(hub);
	assert_int_equal(poll(&(struct pollfd){ .fd = second, .events = POLLIN }, 1, 0), 1);
	change_unwatch(hub, second);
	change_hub_free(hub);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_commit_of_another_process_is_announced, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ticks_reach_every_watcher_and_merge, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
