/* SPDX-License-Identifier: MIT */
/* The writer and the change signal: durable before the answer, together, undone alone, indexed afterwards. */
#include "store_fixture.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/change.h"
#include "core/clock.h"
#include "core/thread.h"
#include "core/writer.h"

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

struct insert_job {
	struct writer_job job; /* first */
	char name[32];
	enum status result; /* what run() answers */
	atomic_int *stored;
	atomic_int *refused;
};

static enum status
run_insert(struct db *db, struct writer_job *job, struct err *err)
{
	struct insert_job *insert = (struct insert_job *)job;
	struct db_statement *query = db_query(db, "INSERT INTO agents (name, created_at, last_seen_at) VALUES ($1, 1, 1)");
	enum status status;

	db_bind_text(query, 1, insert->name);
	status = db_run(query, err);
	return status == STATUS_OK && insert->result != STATUS_OK ? err_set(err, insert->result, "on purpose") : status;
}

static void
finish_insert(struct writer_job *job, enum status status, const struct err *err)
{
	struct insert_job *insert = (struct insert_job *)job;

	(void)err;
	atomic_fetch_add(status == STATUS_OK ? insert->stored : insert->refused, 1);
	free(insert);
}

static void
submit(struct writer *writer, const char *name, enum status result, atomic_int *stored, atomic_int *refused)
{
	struct insert_job *insert = calloc(1, sizeof *insert);

	assert_non_null(insert);
	insert->job.run = run_insert;
	insert->job.done = finish_insert;
	snprintf(insert->name, sizeof insert->name, "%s", name);
	insert->result = result;
	insert->stored = stored;
	insert->refused = refused;
	assert_true(writer_submit(writer, &insert->job));
}

static void
test_one_bad_job_spoils_no_other(void **state)
{
	struct store *store = *state;
	struct writer *writer;
	struct err err = { "" };
	atomic_int stored = 0, refused = 0;
	char name[32];

	assert_int_equal(writer_new(store->path, NULL, &writer, &err), STATUS_OK);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "agent %d", i);
		submit(writer, name, i % 10 == 3 ? STATUS_INVALID : STATUS_OK, &stored, &refused);
	}
	writer_free(writer); /* finishes what is queued */
	assert_int_equal(stored, 90);
	assert_int_equal(refused, 10);
	assert_int_equal(store_number(store->db, "SELECT count(*) FROM agents"), 90);
}

static enum status
run_plain(struct db *db, void *arg, struct err *err)
{
	struct db_statement *query = db_query(db, "INSERT INTO agents (name, created_at, last_seen_at) VALUES ($1, 1, 1)");

	db_bind_text(query, 1, arg);
	return db_run(query, err);
}

static bool
becomes_readable(int fd, int timeout_ms)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	return poll(&poller, 1, timeout_ms) == 1;
}

static void
test_commit_is_signalled_here_and_in_another_hub(void **state)
{
	struct store *store = *state;
	struct change_hub *here, *elsewhere; /* the second one stands for another process: it hears only the log */
	struct writer *writer;
	struct err err = { "" };
	int fd, other_fd;

	assert_int_equal(change_hub_new(store->path, &here, &err), STATUS_OK);
	assert_int_equal(change_hub_new(store->path, &elsewhere, &err), STATUS_OK);
	fd = change_watch(here);
	other_fd = change_watch(elsewhere);
	assert_int_equal(writer_new(store->path, here, &writer, &err), STATUS_OK);
	for (int i = 0; i < 20; i++) {
		char name[32];

		snprintf(name, sizeof name, "agent %d", i);
		change_drain(fd);
		change_drain(other_fd);
		assert_int_equal(writer_run(writer, run_plain, name, &err), STATUS_OK);
		assert_true(becomes_readable(fd, 2000));
		assert_true(becomes_readable(other_fd, 2000));
	}
	assert_true(change_count(here) >= 20);
	writer_free(writer);
	change_unwatch(here, fd);
	change_unwatch(elsewhere, other_fd);
	change_hub_free(here);
	change_hub_free(elsewhere);
}

static void
test_waits_out_a_lock_and_reports_busy(void **state)
{
	struct store *store = *state;
	struct writer *writer;
	struct err err = { "" };

	assert_int_equal(writer_new(store->path, NULL, &writer, &err), STATUS_OK);
	assert_int_equal(writer_run(writer, run_plain, (void *)"before", &err), STATUS_OK);
	assert_int_equal(db_begin(store->db, &err), STATUS_OK);
	assert_int_equal(writer_run(writer, run_plain, (void *)"locked out", &err), STATUS_BUSY);
	assert_non_null(strstr(err.text, "locked"));
	db_rollback(store->db);
	assert_int_equal(writer_run(writer, run_plain, (void *)"after", &err), STATUS_OK);
	assert_int_equal(store_number(store->db, "SELECT count(*) FROM agents"), 2);
	writer_free(writer);
}

/* A job that fails and, when it has been answered, takes the write lock away from under the rest of its batch. */
struct spoiler {
	struct writer_job job; /* first */
	struct db *other;
};

static enum status
run_spoiler(struct db *db, struct writer_job *job, struct err *err)
{
	(void)db;
	(void)job;
	return err_set(err, STATUS_INVALID, "on purpose");
}

static void
lock_others_out(struct writer_job *job, enum status status, const struct err *err)
{
	struct err ignored = { "" };

	(void)status;
	(void)err;
	db_begin(((struct spoiler *)job)->other, &ignored);
}

struct gate_job {
	struct writer_job job; /* first */
	pthread_mutex_t *gate; /* held while the writer shall wait */
};

static enum status
wait_at_gate(struct db *db, struct writer_job *job, struct err *err)
{
	pthread_mutex_t *gate = ((struct gate_job *)job)->gate;

	(void)db;
	(void)err;
	pthread_mutex_lock(gate);
	pthread_mutex_unlock(gate);
	return STATUS_OK;
}

static void
test_lock_in_the_middle_costs_one_wait(void **state)
{
	struct store *store = *state;
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	struct gate_job first = { .job = { .run = wait_at_gate }, .gate = &gate };
	struct spoiler spoiler = { .job = { .run = run_spoiler, .done = lock_others_out } };
	struct writer *writer;
	struct err err = { "" };
	atomic_int stored = 0, refused = 0;
	int64_t start_ms;

	assert_int_equal(db_open(store->path, DB_OPEN, &spoiler.other, &err), STATUS_OK);
	assert_int_equal(writer_new(store->path, NULL, &writer, &err), STATUS_OK);
	/* While the first job holds the writer, the others gather in one batch. */
	pthread_mutex_lock(&gate);
	assert_true(writer_submit(writer, &first.job));
	assert_true(writer_submit(writer, &spoiler.job));
	for (int i = 0; i < 4; i++) {
		char name[32];

		snprintf(name, sizeof name, "agent %d", i);
		submit(writer, name, STATUS_OK, &stored, &refused);
	}
	start_ms = clock_monotonic_ms();
	pthread_mutex_unlock(&gate);
	writer_free(writer);
	assert_int_equal(stored, 0);
	assert_int_equal(refused, 4);
	assert_true(clock_monotonic_ms() - start_ms < 12000); /* each alone would wait 5 s */
	db_rollback(spoiler.other);
	db_close(spoiler.other);
}

static enum status
store_hello(struct db *db, void *arg, struct err *err)
{
	struct inbound in = { .channel = CHANNEL_SMS,
			      .provider_message_id = arg,
			      .from = "+14155550101",
			      .to = "+15551230000",
			      .name = "José Núñez",
			      .body = "El camión llegará mañana",
			      .metadata = "{}",
			      .received_at = NOON };
	struct inbound_result result;

	return inbound_store(db, &in, &result, err);
}

static void
test_index_catches_up_after_commits_and_after_a_crash(void **state)
{
	static const struct {
		const char *name, *words;
		size_t hits;
	} rows[] = {
		{ "accents folded", "camion", 1 },	  { "prefix of the last word", "llegara man", 1 },
		{ "both words needed", "camion tren", 0 }, { "customer's name", "nunez", 1 },
		{ "number", "+1415555", 1 },		   { "number without plus", "1415 555", 1 },
		{ "one of two", "camion or tren", 1 },
		{ "one without the other", "camion -tren", 1 },
	};
	struct store *store = *state;
	struct thread_filter all = { .view = THREAD_VIEW_ALL };
	struct thread found[4];
	struct change_hub *hub;
	struct writer *writer;
	struct err err = { "" };
	size_t count;
	int fd;

	/* Stored by a program that died before it indexed. */
	assert_int_equal(db_begin(store->db, &err), STATUS_OK);
	assert_int_equal(store_hello(store->db, (void *)"SM1", &err), STATUS_OK);
	assert_int_equal(db_commit(store->db, &err), STATUS_OK);
	assert_int_equal(thread_search(store->db, "camion", &all, 4, found, &count, &err), STATUS_OK);
	assert_int_equal(count, 0);

	assert_int_equal(writer_new(store->path, NULL, &writer, &err), STATUS_OK);
	/* The writer's index commit is signalled by the log as any other; look again at each signal. */
	assert_int_equal(change_hub_new(store->path, &hub, &err), STATUS_OK);
	fd = change_watch(hub);
	while (store_number(store->db, "SELECT value FROM counters WHERE name = 'search_mark'") == 0) {
		assert_true(becomes_readable(fd, 5000));
		change_drain(fd);
	}
	change_unwatch(hub, fd);
	change_hub_free(hub);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (thread_search(store->db, rows[i].words, &all, 4, found, &count, &err) != STATUS_OK)
			fail_msg("%s: %s", rows[i].name, err.text);
		if (count != rows[i].hits)
			fail_msg("%s: %zu hits", rows[i].name, count);
	}
	writer_free(writer);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_one_bad_job_spoils_no_other),
		T(test_commit_is_signalled_here_and_in_another_hub),
		T(test_waits_out_a_lock_and_reports_busy),
		T(test_lock_in_the_middle_costs_one_wait),
		T(test_index_catches_up_after_commits_and_after_a_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
