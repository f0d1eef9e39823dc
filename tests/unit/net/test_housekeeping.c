/* SPDX-License-Identifier: MIT */
/* The thread that does things at their time: now, later, what was missed, and what others change meanwhile. */
#include "core/store_dump.h"

#include <dirent.h>
#include <poll.h>

#include "core/change.h"
#include "core/clock.h"
#include "core/presence.h"
#include "core/thread_work.h"
#include "net/housekeeping.h"

#define WAIT_MS 20000
#define THREADS 1200

struct world {
	struct store store;
	struct change_hub *hub;
	struct housekeeping *keeping;
	int change_fd;
};

static int
setup(void **state)
{
	static struct world world;

	memset(&world, 0, sizeof world);
	store_setup(&world.store);
	assert_int_equal(change_hub_new(world.store.path, &world.hub, NULL), STATUS_OK);
	world.change_fd = change_watch(world.hub);
	*state = &world;
	return 0;
}

static int
teardown(void **state)
{
	struct world *world = *state;

	housekeeping_free(world->keeping);
	change_unwatch(world->hub, world->change_fd);
	change_hub_free(world->hub);
	store_teardown(&world->store);
	return 0;
}

static void
start(struct world *world)
{
	struct housekeeping_options options = { .database = world->store.path, .hub = world->hub };
	struct err err = { "" };

	if (housekeeping_new(&options, &world->keeping, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

static void
make_threads(struct world *world, int count)
{
	struct err err = { "" };

	assert_int_equal(db_begin(world->store.db, &err), STATUS_OK);
	db_run(db_query(world->store.db, "INSERT INTO clients (created_at, updated_at) VALUES (0, 0)"), &err);
	for (int i = 0; i < count; i++) {
		struct db_statement *query;

		query = db_query(world->store.db, "INSERT INTO communication_threads (thread_type, client_id, own_address,"
						  " client_address, last_message_at, created_at, updated_at, unread_count_agent)"
						  " VALUES ('sms', 1, '+15551230000', '+14155570001', $1, 0, 0, 1)");
		db_bind_int(query, 1, NOON + i);
		assert_int_equal(db_run(query, &err), STATUS_OK);
	}
	assert_int_equal(db_commit(world->store.db, &err), STATUS_OK);
}

/* Puts `count` conversations from `first` to sleep for `ms` from now; returns until when. */
static int64_t
snooze(struct world *world, int64_t first, int count, int64_t ms)
{
	int64_t ids[WORK_CHUNK], now_ms = clock_now_ms();
	struct work work = { .kind = WORK_SNOOZE, .name = "", .until_ms = now_ms + ms, .actor = "eva", .now_ms = now_ms };
	struct err err = { "" };

	for (int i = 0; i < count; i++)
		ids[i] = first + i;
	assert_int_equal(db_begin(world->store.db, &err), STATUS_OK);
	if (work_apply(world->store.db, &work, ids, (size_t)count, NULL, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(db_commit(world->store.db, &err), STATUS_OK);
	change_tick(world->hub);
	return work.until_ms;
}

/* Waits until the query, a literal, gives that number. */
static void
wait_for(struct world *world, const char *sql, int64_t number)
{
	int64_t end_ms = clock_monotonic_ms() + WAIT_MS;

	while (store_number(world->store.db, sql) != number) {
		struct pollfd poll_fd = { .fd = world->change_fd, .events = POLLIN };
		int64_t left_ms = end_ms - clock_monotonic_ms();

		if (left_ms <= 0)
			fail_msg("%s: %lld", sql, (long long)store_number(world->store.db, sql));
		poll(&poll_fd, 1, (int)left_ms);
		change_drain(world->change_fd);
	}
}

static void
test_it_wakes_in_time(void **state)
{
	struct world *world = *state;
	int64_t until_ms;

	make_threads(world, 3);
	start(world);
	snooze(world, 1, 1, 3600000);
	until_ms = snooze(world, 2, 1, 400);
	wait_for(world, "SELECT count(*) FROM communication_threads WHERE status = 'open'", 2);
	assert_true(store_number(world->store.db, "SELECT at FROM audit_log WHERE action = 'wake'") >= until_ms);
	assert_int_equal(store_number(world->store.db, "SELECT count(*) FROM communication_threads WHERE unread_count_agent = 1"),
			 3);
	/* An earlier moment, set while it sleeps for a later one. */
	snooze(world, 1, 1, 200);
	wait_for(world, "SELECT count(*) FROM communication_threads WHERE status = 'open'", 3);
	wait_for(world, "SELECT count(*) FROM audit_log WHERE action = 'wake'", 2);
}

static void
test_what_was_missed_is_done_at_the_start(void **state)
{
	struct world *world = *state;

	/* More than one transaction takes. */
	make_threads(world, THREADS);
	db_run(db_query(world->store.db, "UPDATE communication_threads SET status = 'snoozed', snoozed_until = 1000"), NULL);
	start(world);
	wait_for(world, "SELECT count(*) FROM communication_threads WHERE status = 'open' AND snoozed_until IS NULL", THREADS);
	assert_int_equal(store_number(world->store.db, "SELECT count(*) FROM audit_log WHERE action = 'wake'"), THREADS);
	assert_int_equal(store_number(world->store.db, "SELECT threads FROM inbox_counts WHERE status = 'open'"), THREADS);
}

static void
test_silent_consoles_are_swept(void **state)
{
	struct world *world = *state;
	int64_t now_ms = clock_now_ms();
	struct presence_report old = { "far/1/a", "eva", 1, PRESENCE_VIEWING, now_ms - PRESENCE_FRESH_MS + 300 };
	struct presence_report fresh = { "far/2/b", "leo", 1, PRESENCE_VIEWING, now_ms };

	make_threads(world, 1);
	start(world);
	assert_int_equal(presence_set(world->store.db, &old, NULL), STATUS_OK);
	assert_int_equal(presence_set(world->store.db, &fresh, NULL), STATUS_OK);
	change_tick(world->hub);
	wait_for(world, "SELECT count(*) FROM presence", 1);
	assert_string_equal(store_text(world->store.db, "SELECT agent FROM presence"), "leo");
}

static void
test_it_goes_on_after_the_store_was_locked(void **state)
{
	struct world *world = *state;

	make_threads(world, 1);
	start(world);
	snooze(world, 1, 1, 50);
	/* Longer than its connection waits for the lock. */
	assert_int_equal(db_begin(world->store.db, NULL), STATUS_OK);
	poll(NULL, 0, 5600);
	db_rollback(world->store.db);
	wait_for(world, "SELECT count(*) FROM communication_threads WHERE status = 'open'", 1);
}

/* Times that a thread of this process let go of the processor by itself, by thread. */
static int
read_sleeps(long ids[16], long sleeps[16])
{
	DIR *folder = opendir("/proc/self/task");
	struct dirent *entry;
	int count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL && count < 16) {
		char path[300], line[128];
		FILE *file;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "/proc/self/task/%s/status", entry->d_name);
		file = fopen(path, "r");
		assert_non_null(file);
		ids[count] = strtol(entry->d_name, NULL, 10);
		sleeps[count] = -1;
		while (fgets(line, sizeof line, file) != NULL)
			if (strncmp(line, "voluntary_ctxt_switches:", 24) == 0)
				sleeps[count] = strtol(line + 24, NULL, 10);
		fclose(file);
		count++;
	}
	closedir(folder);
	return count;
}

static void
test_it_sleeps_while_nothing_is_due(void **state)
{
	struct world *world = *state;
	long before_ids[16], ids[16], sleeps[16], later_ids[16], later[16];
	int before, count, found = -1;

	make_threads(world, 1);
	before = read_sleeps(before_ids, sleeps);
	start(world);
	snooze(world, 1, 1, 3600000);
	/* The signal of the change has been taken and its pause is over. */
	poll(NULL, 0, 1000);
	count = read_sleeps(ids, sleeps);
	for (int i = 0; i < count; i++) {
		bool old = false;

		for (int k = 0; k < before; k++)
			old = old || before_ids[k] == ids[i];
		if (!old)
			found = i;
	}
	assert_true(found >= 0);
	/* Long enough for the change signal's own last looks, which are not told to anybody. */
	poll(NULL, 0, 3000);
	assert_int_equal(read_sleeps(later_ids, later), count);
	assert_int_equal(later_ids[found], ids[found]);
	assert_true(sleeps[found] > 0);
	assert_int_equal(later[found], sleeps[found]);
}

static void
test_it_ends_at_once(void **state)
{
	struct world *world = *state;
	int64_t began_ms;

	make_threads(world, 1);
	start(world);
	snooze(world, 1, 1, 3600000);
	began_ms = clock_monotonic_ms();
	housekeeping_free(world->keeping);
	world->keeping = NULL;
	assert_true(clock_monotonic_ms() - began_ms < 2000);
	assert_int_equal(store_number(world->store.db, "SELECT count(*) FROM communication_threads WHERE status = 'snoozed'"), 1);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_it_wakes_in_time),
		T(test_what_was_missed_is_done_at_the_start),
		T(test_silent_consoles_are_swept),
		T(test_it_goes_on_after_the_store_was_locked),
		T(test_it_sleeps_while_nothing_is_due),
		T(test_it_ends_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
