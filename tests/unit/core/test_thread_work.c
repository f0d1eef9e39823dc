/* SPDX-License-Identifier: MIT */
/* Actions on conversations, alone and in bulk, and their undo. */
#include "store_dump.h"

#include <pthread.h>
#include <time.h>

#include "core/label.h"
#include "core/thread_work.h"

#define THREADS 60

struct world {
	struct store store;
	int64_t ids[THREADS];
};

static int
setup(void **state)
{
	static struct world world;
	char sid[32], from[32];

	store_setup(&world.store);
	for (int i = 0; i < THREADS; i++) {
		snprintf(sid, sizeof sid, "SM%d", i);
		snprintf(from, sizeof from, "+1415557%04d", i);
		world.ids[i] = store_inbound(world.store.db, CHANNEL_SMS, sid, from, "hola", NOON + i).thread_id;
	}
	*state = &world;
	return 0;
}

static int
teardown(void **state)
{
	store_teardown(&((struct world *)*state)->store);
	return 0;
}

static enum status
try(struct db *db, const struct work *work, const int64_t *ids, size_t count, struct undo *undo)
{
	struct err err = { "" };
	enum status status;

	assert_int_equal(db_begin(db, &err), STATUS_OK);
	status = work_apply(db, work, ids, count, undo, &err);
	if (status == STATUS_OK)
		assert_int_equal(db_commit(db, &err), STATUS_OK);
	else
		db_rollback(db);
	if (status != STATUS_OK)
		assert_true(err.text[0] != '\0');
	return status;
}

static void
apply(struct db *db, const struct work *work, const int64_t *ids, size_t count, struct undo *undo)
{
	assert_int_equal(try(db, work, ids, count, undo), STATUS_OK);
}

static size_t
take_back(struct db *db, const struct undo *undo, int64_t now_ms)
{
	struct undo_part part = { .count = WORK_CHUNK, .actor = "eva", .now_ms = now_ms };
	struct err err = { "" };
	size_t skipped, all = 0;

	do {
		assert_int_equal(db_begin(db, &err), STATUS_OK);
		if (work_undo(db, undo, &part, &skipped, &err) != STATUS_OK)
			fail_msg("%s", err.text);
		assert_int_equal(db_commit(db, &err), STATUS_OK);
		all += skipped;
		part.first += WORK_CHUNK;
	} while (part.first < undo->count);
	return all;
}

/* Everything actions may change; updated_at tells of the undo itself. */
static char *
dump(struct db *db)
{
	char *threads = store_dump(db, "SELECT id, status, closed_at, snoozed_until, failed_count, assignee_id, priority,"
				       " unread_count_agent, last_message_at FROM communication_threads ORDER BY id", 9);
	char *labels = store_dump(db, "SELECT l.name, x.thread_id, x.created_at, l.threads FROM thread_labels x"
				      " JOIN labels l ON l.id = x.label_id ORDER BY l.name, x.thread_id", 4);
	char *counts = store_dump(db, "SELECT thread_type, status, threads, unread_threads FROM inbox_counts"
				      " WHERE threads > 0 ORDER BY thread_type, status", 4);
	size_t size = strlen(threads) + strlen(labels) + strlen(counts) + 1;
	char *all = malloc(size);

	snprintf(all, size, "%s%s%s", threads, labels, counts);
	free(threads);
	free(labels);
	free(counts);
	return all;
}

static void
test_each_action_and_its_undo(void **state)
{
	static const struct {
		const char *name;
		struct work work;
		const char *changed; /* gives 1 for each conversation that is as it should be */
		const char *action, *detail;
	} rows[] = {
		{ "close", { .kind = WORK_STATUS, .thread_status = THREAD_CLOSED, .name = "" },
		  "SELECT count(*) FROM communication_threads WHERE status = 'closed' AND closed_at = 1790000100000"
		  " AND failed_count = 0", "closed", "{\"from\":\"open\"}" },
		{ "spam", { .kind = WORK_STATUS, .thread_status = THREAD_SPAM, .name = "" },
		  "SELECT count(*) FROM communication_threads WHERE status = 'spam' AND closed_at IS NULL", "spam",
		  "{\"from\":\"open\"}" },
		{ "assign", { .kind = WORK_ASSIGN, .name = "Leo" },
		  "SELECT count(*) FROM communication_threads t JOIN agents a ON a.id = t.assignee_id WHERE a.name = 'Leo'",
		  "assign", "{\"from\":\"\",\"to\":\"Leo\"}" },
		{ "priority", { .kind = WORK_PRIORITY, .priority = PRIORITY_URGENT, .name = "" },
		  "SELECT count(*) FROM communication_threads WHERE priority = 2", "priority",
		  "{\"from\":\"normal\",\"to\":\"urgent\"}" },
		{ "snooze until", { .kind = WORK_SNOOZE, .until_ms = NOON + 3600000, .name = "" },
		  "SELECT count(*) FROM communication_threads WHERE status = 'snoozed' AND snoozed_until = 1790003600000",
		  "snooze", "{\"from\":\"open\",\"to\":\"2026-09-21T15:13:20.000Z\"}" },
		{ "snooze until a reply", { .kind = WORK_SNOOZE, .name = "" },
		  "SELECT count(*) FROM communication_threads WHERE status = 'snoozed' AND snoozed_until IS NULL", "snooze",
		  "{\"from\":\"open\",\"to\":\"reply\"}" },
		{ "label", { .kind = WORK_LABEL_ADD, .name = "  Muy Urgente " },
		  "SELECT threads FROM labels WHERE name = 'muy-urgente'", "label", "{\"to\":\"muy-urgente\"}" },
	};
	struct world *world = *state;
	struct db *db = world->store.db;

	db_run(db_query(db, "UPDATE communication_threads SET failed_count = 2 WHERE id % 2 = 0"), NULL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct work work = rows[i].work;
		struct undo undo = { 0 }, again = { 0 };
		char *before = dump(db), *after;

		work.actor = "eva";
		work.now_ms = NOON + 100000;
		apply(db, &work, world->ids, 7, &undo);
		if (store_number(db, rows[i].changed) != 7 || undo.count != 7)
			fail_msg("%s: not done", rows[i].name);
		assert_string_equal(store_text(db, "SELECT action FROM audit_log WHERE actor = 'eva' ORDER BY id DESC LIMIT 1"),
				    rows[i].action);
		assert_string_equal(store_text(db, "SELECT detail FROM audit_log ORDER BY id DESC LIMIT 1"), rows[i].detail);
		work.now_ms++;
		apply(db, &work, world->ids, 7, &again);
		if (again.count != 0)
			fail_msg("%s: done twice", rows[i].name);
		if (take_back(db, &undo, NOON + 200000) != 0)
			fail_msg("%s: skipped", rows[i].name);
		after = dump(db);
		if (strcmp(before, after) != 0)
			fail_msg("%s: not undone\n%s\n%s", rows[i].name, before, after);
		if (take_back(db, &undo, NOON + 300000) != 7)
			fail_msg("%s: undone twice", rows[i].name);
		free(before);
		free(after);
		undo_release(&undo);
		undo_release(&again);
	}
}

static void
test_refusals(void **state)
{
	static const struct {
		const char *name;
		struct work work;
		size_t count;
	} rows[] = {
		{ "a time that is past", { .kind = WORK_SNOOZE, .until_ms = NOON, .now_ms = NOON, .name = "" }, 1 },
		{ "no priority", { .kind = WORK_PRIORITY, .priority = (enum thread_priority)3, .name = "" }, 1 },
		{ "a blank label", { .kind = WORK_LABEL_ADD, .name = "  \t" }, 1 },
		{ "a label that could steer", { .kind = WORK_LABEL_ADD, .name = "a\x1b[2J" }, 1 },
		{ "a label that turns the line", { .kind = WORK_LABEL_ADD, .name = "a\xe2\x80\xae" }, 1 },
		{ "a label of 41 bytes", { .kind = WORK_LABEL_ADD, .name = "12345678901234567890123456789012345678901" }, 1 },
		{ "broken bytes", { .kind = WORK_LABEL_ADD, .name = "\xff" }, 1 },
		{ "too many", { .kind = WORK_SNOOZE, .name = "" }, WORK_CHUNK + 1 },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (try(world->store.db, &rows[i].work, world->ids, rows[i].count, NULL) != STATUS_INVALID)
			fail_msg("%s was taken", rows[i].name);
	}
	assert_int_equal(store_number(world->store.db, "SELECT count(*) FROM audit_log"), 0);
}

/* One random action on a random part of the conversations. */
static void
random_action(struct db *db, const int64_t *ids, unsigned *seed, int64_t now_ms, struct undo *undo)
{
	static const char *const names[] = { "uno", "dos", "tres", "cuatro" };
	static const char *const agents[] = { "", "eva", "leo", "mia" };
	struct work work = { .kind = (enum work_kind)(rand_r(seed) % WORK_MERGE),
			     .thread_status = (enum thread_status)(rand_r(seed) % THREAD_STATUS_COUNT),
			     .priority = (enum thread_priority)(rand_r(seed) % 4 - 1),
			     .until_ms = rand_r(seed) % 3 == 0 ? 0 : now_ms + 1 + rand_r(seed) % 1000,
			     .only_free = rand_r(seed) % 2 == 0,
			     .actor = "eva",
			     .now_ms = now_ms };
	size_t first = (size_t)rand_r(seed) % THREADS, count = 1 + (size_t)rand_r(seed) % (THREADS - first);

	work.name = work.kind == WORK_ASSIGN ? agents[rand_r(seed) % 4] : names[rand_r(seed) % 4];
	apply(db, &work, ids + first, count, undo);
}

#define DEEP 25

static void
test_random_actions_undone_give_the_rows_back(void **state)
{
	struct world *world = *state;
	struct db *db = world->store.db;
	unsigned seed = (unsigned)time(NULL), first_seed = seed;
	struct undo undos[DEEP] = { 0 };
	char *before[DEEP];
	int64_t now_ms = NOON + 1000;
	size_t depth = 0;

	print_message("seed %u\n", first_seed);
	db_run(db_query(db, "UPDATE communication_threads SET failed_count = id % 3"), NULL);
	db_run(db_query(db, "PRAGMA synchronous = OFF"), NULL);
	for (int step = 0; step < 4000 || depth > 0; step++) {
		bool back = depth == DEEP || (depth > 0 && (step >= 4000 || rand_r(&seed) % 2 == 0));
		char *now;

		now_ms += 5;
		if (!back) {
			before[depth] = dump(db);
			random_action(db, world->ids, &seed, now_ms, &undos[depth]);
			depth++;
			continue;
		}
		depth--;
		if (take_back(db, &undos[depth], now_ms) != 0)
			fail_msg("seed %u step %d: something was skipped", first_seed, step);
		now = dump(db);
		if (strcmp(now, before[depth]) != 0)
			fail_msg("seed %u step %d: kind %d\n%s\n%s", first_seed, step, (int)undos[depth].kind, before[depth], now);
		free(now);
		free(before[depth]);
		undo_release(&undos[depth]);
	}
	assert_int_equal(store_number(db, "SELECT count(*) FROM audit_log WHERE action LIKE 'undo %'"),
			 store_number(db, "SELECT count(*) FROM audit_log WHERE action NOT LIKE 'undo %'"));
}

static void
test_undo_leaves_what_others_changed(void **state)
{
	struct world *world = *state;
	struct db *db = world->store.db;
	struct work eva = { .kind = WORK_ASSIGN, .name = "eva", .actor = "eva", .now_ms = NOON + 1000 };
	struct work leo = { .kind = WORK_ASSIGN, .name = "leo", .actor = "leo", .now_ms = NOON + 2000 };
	struct work close = { .kind = WORK_STATUS, .thread_status = THREAD_CLOSED, .name = "", .actor = "eva",
			      .now_ms = NOON + 3000 };
	struct undo undo = { 0 };

	apply(db, &eva, world->ids, 10, &undo);
	apply(db, &leo, world->ids, 3, NULL);
	assert_int_equal(take_back(db, &undo, NOON + 4000), 3);
	assert_int_equal(store_number(db, "SELECT count(*) FROM communication_threads WHERE assignee_id IS NOT NULL"), 3);

	apply(db, &close, world->ids, 10, &undo);
	store_inbound(db, CHANNEL_SMS, "SMback", "+14155570000", "sigo aqui", NOON + 3500);
	assert_int_equal(take_back(db, &undo, NOON + 4000), 1);
	assert_int_equal(store_number(db, "SELECT count(*) FROM communication_threads WHERE status <> 'open'"), 0);

	/* Closed by us, reopened, closed by another: not ours any more. */
	apply(db, &close, world->ids, 1, &undo);
	close.thread_status = THREAD_OPEN;
	apply(db, &close, world->ids, 1, NULL);
	close.thread_status = THREAD_CLOSED;
	close.now_ms += 100;
	apply(db, &close, world->ids, 1, NULL);
	assert_int_equal(take_back(db, &undo, NOON + 5000), 1);
	undo_release(&undo);
}

static void
test_undo_of_a_close_keeps_new_failures(void **state)
{
	struct world *world = *state;
	struct db *db = world->store.db;
	struct work close = { .kind = WORK_STATUS, .thread_status = THREAD_CLOSED, .name = "", .now_ms = NOON + 3000 };
	struct undo undo = { 0 };

	db_run(db_query(db, "UPDATE communication_threads SET failed_count = 2"), NULL);
	apply(db, &close, world->ids, 1, &undo);
	assert_int_equal(thread_count_failed(db, world->ids[0], 1, NULL), STATUS_OK);
	assert_int_equal(take_back(db, &undo, NOON + 4000), 0);
	assert_int_equal(store_number(db, "SELECT failed_count FROM communication_threads WHERE id = 1"), 3);
	undo_release(&undo);
}

static void
test_chunks_join_to_one_record(void **state)
{
	struct world *world = *state;
	struct db *db = world->store.db;
	struct work work = { .kind = WORK_LABEL_ADD, .name = "vip", .actor = "eva", .now_ms = NOON + 1000 };
	struct undo all = { 0 }, chunk = { 0 };
	char *before = dump(db), *after;

	for (size_t i = 0; i < THREADS; i += 20) {
		apply(db, &work, world->ids + i, 20, &chunk);
		assert_int_equal(undo_join(&all, &chunk, NULL), STATUS_OK);
		assert_int_equal(chunk.count, 0);
	}
	assert_int_equal(all.count, THREADS);
	assert_string_equal(all.name, "vip");
	work.now_ms++;
	work.kind = WORK_LABEL_REMOVE;
	apply(db, &work, world->ids, 5, &chunk);
	assert_int_equal(undo_join(&all, &chunk, NULL), STATUS_INVALID);
	assert_int_equal(take_back(db, &chunk, NOON + 2000), 0);
	assert_int_equal(take_back(db, &all, NOON + 2000), 0);
	after = dump(db);
	assert_string_equal(before, after);
	free(before);
	free(after);
	undo_release(&all);
	undo_release(&chunk);
}

static void
test_labels_are_folded_listed_and_completed(void **state)
{
	static const char *const typed[] = { "VIP", " vip ", "Devolución  Pendiente", "ÁRBOL", "vía-rápida" };
	struct world *world = *state;
	struct db *db = world->store.db;
	struct label rows[10];
	struct err err = { "" };
	size_t count;

	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
		struct work work = { .kind = WORK_LABEL_ADD, .name = typed[i], .now_ms = NOON + (int64_t)i };

		apply(db, &work, world->ids, i + 1, NULL);
	}
	assert_int_equal(label_list(db, "", 10, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 4);
	assert_string_equal(rows[0].name, "devolución-pendiente");
	assert_int_equal(rows[0].threads, 3);
	assert_string_equal(rows[1].name, "vip");
	assert_int_equal(rows[1].threads, 2);
	assert_int_equal(label_list(db, "VI", 10, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].name, "vip");
	assert_int_equal(label_list(db, "á", 10, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].name, "árbol");
	assert_int_equal(label_list(db, "\x1b", 10, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(label_list_of_thread(db, world->ids[2], 10, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 3);
	assert_string_equal(rows[2].name, "árbol");
}

static void
test_snoozed_ones_wake(void **state)
{
	struct world *world = *state;
	struct db *db = world->store.db;
	struct work work = { .kind = WORK_SNOOZE, .until_ms = NOON + 5000, .name = "", .actor = "eva", .now_ms = NOON + 1000 };
	struct err err = { "" };
	int64_t due_ms;
	size_t count;

	assert_int_equal(work_next_wake(db, &due_ms, &err), STATUS_OK);
	assert_int_equal(due_ms, 0);
	apply(db, &work, world->ids, 3, NULL);
	work.until_ms = NOON + 9000;
	apply(db, &work, world->ids + 3, 1, NULL);
	work.until_ms = 0;
	apply(db, &work, world->ids + 4, 1, NULL);
	assert_int_equal(work_next_wake(db, &due_ms, &err), STATUS_OK);
	assert_int_equal(due_ms, NOON + 5000);
	assert_int_equal(db_begin(db, &err), STATUS_OK);
	assert_int_equal(work_wake_due(db, NOON + 4999, 10, &count, &err), STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(work_wake_due(db, NOON + 5000, 2, &count, &err), STATUS_OK);
	assert_int_equal(count, 2);
	assert_int_equal(work_wake_due(db, NOON + 5000, 2, &count, &err), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	assert_int_equal(store_number(db, "SELECT count(*) FROM communication_threads WHERE status = 'open'"
					  " AND snoozed_until IS NULL AND unread_count_agent = 1"), THREADS - 2);
	assert_int_equal(store_number(db, "SELECT count(*) FROM audit_log WHERE action = 'wake'"), 3);

	/* The customer's message ends both kinds. */
	store_inbound(db, CHANNEL_SMS, "SMx", "+14155570003", "hola?", NOON + 6000);
	store_inbound(db, CHANNEL_SMS, "SMy", "+14155570004", "hola?", NOON + 6000);
	assert_int_equal(store_number(db, "SELECT count(*) FROM communication_threads WHERE status = 'open'"
					  " AND snoozed_until IS NULL"), THREADS);
	/* So does an agent who takes it up. */
	work.until_ms = NOON + 9000;
	apply(db, &work, world->ids, 1, NULL);
	assert_int_equal(thread_set_status(db, world->ids[0], THREAD_OPEN, "eva", NOON + 2000, &err), STATUS_OK);
	assert_int_equal(work_next_wake(db, &due_ms, &err), STATUS_OK);
	assert_int_equal(due_ms, 0);
}

struct taker {
	const char *path;
	const char *name;
	const int64_t *ids;
	struct undo got;
	enum status status;
};

/* Takes all free conversations, one by one. */
static void *
take_all(void *arg)
{
	struct taker *taker = arg;
	struct work work = { .kind = WORK_ASSIGN, .name = taker->name, .only_free = true, .actor = taker->name,
			     .now_ms = NOON + 1000 };
	struct db *db;

	taker->status = db_open(taker->path, DB_OPEN, &db, NULL);
	for (size_t i = 0; taker->status == STATUS_OK && i < THREADS; i++) {
		struct undo one = { 0 };

		taker->status = db_begin(db, NULL);
		if (taker->status == STATUS_OK)
			taker->status = work_apply(db, &work, taker->ids + i, 1, &one, NULL);
		if (taker->status == STATUS_OK)
			taker->status = db_commit(db, NULL);
		if (taker->status == STATUS_OK)
			taker->status = undo_join(&taker->got, &one, NULL);
		undo_release(&one);
	}
	db_close(db);
	return NULL;
}

static void
test_two_agents_never_both_take_one(void **state)
{
	struct world *world = *state;
	struct taker eva = { .path = world->store.path, .name = "eva", .ids = world->ids };
	struct taker leo = { .path = world->store.path, .name = "leo", .ids = world->ids };
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, take_all, &eva), 0);
	take_all(&leo);
	pthread_join(thread, NULL);
	assert_int_equal(eva.status, STATUS_OK);
	assert_int_equal(leo.status, STATUS_OK);
	assert_int_equal(eva.got.count + leo.got.count, THREADS);
	assert_int_equal(eva.got.left + leo.got.left, THREADS);
	assert_int_equal(store_number(world->store.db, "SELECT count(*) FROM communication_threads t JOIN agents a"
						       " ON a.id = t.assignee_id WHERE a.name = 'eva'"), eva.got.count);
	assert_int_equal(store_number(world->store.db, "SELECT count(*) FROM audit_log"), THREADS);
	undo_release(&eva.got);
	undo_release(&leo.got);
}

static void
test_priorities_have_names(void **state)
{
	enum thread_priority priority;

	(void)state;
	for (int i = PRIORITY_LOW; i <= PRIORITY_URGENT; i++) {
		assert_true(thread_priority_parse(thread_priority_name(i), &priority));
		assert_int_equal(priority, i);
	}
	assert_string_equal(thread_priority_name(-9), "low");
	assert_string_equal(thread_priority_name(9), "urgent");
	assert_false(thread_priority_parse("URGENT!", &priority));
}

static void
test_plans(void **state)
{
	struct db *db = ((struct world *)*state)->store.db;

	store_expect_plan(db, "next wake", "threads_asleep",
			  "EXPLAIN QUERY PLAN SELECT snoozed_until FROM communication_threads WHERE snoozed_until IS NOT NULL"
			  " AND +status = 'snoozed' ORDER BY snoozed_until LIMIT 1");
	store_expect_plan(db, "due", "threads_asleep",
			  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads WHERE snoozed_until <= $1"
			  " AND +status = 'snoozed' ORDER BY snoozed_until LIMIT $2");
	store_expect_plan(db, "labels by prefix", "sqlite_autoindex_labels_1",
			  "EXPLAIN QUERY PLAN SELECT id, name, threads FROM labels WHERE name >= $1 AND name < $1 || 'x'"
			  " AND threads > 0 ORDER BY name LIMIT $2");
	store_expect_plan(db, "labels of a conversation", "PRIMARY KEY (thread_id=?)",
			  "EXPLAIN QUERY PLAN SELECT l.id, l.name, l.threads FROM thread_labels x"
			  " JOIN labels l ON l.id = x.label_id WHERE x.thread_id = $1 ORDER BY l.name LIMIT $2");
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_each_action_and_its_undo),
		T(test_refusals),
		T(test_random_actions_undone_give_the_rows_back),
		T(test_undo_leaves_what_others_changed),
		T(test_undo_of_a_close_keeps_new_failures),
		T(test_chunks_join_to_one_record),
		T(test_labels_are_folded_listed_and_completed),
		T(test_snoozed_ones_wake),
		T(test_two_agents_never_both_take_one),
		T(test_priorities_have_names),
		T(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
