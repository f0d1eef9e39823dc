/* SPDX-License-Identifier: MIT */
/* One holder at a time, the lock comes back however its holder ends, and waiting sleeps until then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/service_lock.h"

static char folder[64];
static char database[96];
static char file[128];

static int
setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/hilo-lock-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(database, sizeof database, "%s/hilo.db", folder);
	snprintf(file, sizeof file, "%s-lock", database);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(folder);
}

static struct service_lock *
open_lock(void)
{
	struct service_lock *lock;
	struct err err = { "" };

	if (service_lock_new(database, &lock, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return lock;
}

static void
test_one_holder(void **state)
{
	struct service_lock *first = open_lock(), *second = open_lock();
	struct err err = { "" };
	struct stat info;

	(void)state;
	assert_int_equal(service_lock_try(first, &err), STATUS_OK);
	assert_int_equal(service_lock_try(first, &err), STATUS_OK);
	assert_int_equal(service_lock_try(second, &err), STATUS_BUSY);
	assert_string_not_equal(err.text, "");
	service_lock_free(first);
	assert_int_equal(service_lock_try(second, &err), STATUS_OK);
	service_lock_free(second);
	assert_int_equal(stat(file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
}

static void
test_description(void **state)
{
	struct service_lock *holder = open_lock(), *other = open_lock();
	char text[64];

	(void)state;
	service_lock_describe(other, text, sizeof text);
	assert_string_equal(text, "");
	assert_int_equal(service_lock_try(holder, NULL), STATUS_OK);
	service_lock_announce(holder, "pid 123456789, http://127.0.0.1:8080");
	service_lock_announce(holder, "pid 123, http://127.0.0.1:8080");
	service_lock_describe(other, text, sizeof text);
	assert_string_equal(text, "pid 123, http://127.0.0.1:8080");
	service_lock_describe(holder, text, sizeof text);
	assert_string_equal(text, "pid 123, http://127.0.0.1:8080");
	service_lock_describe(other, text, 8);
	assert_string_equal(text, "pid 123");
	/* Asking must not have taken it. */
	assert_int_equal(service_lock_try(other, NULL), STATUS_BUSY);
	service_lock_free(holder);
	service_lock_describe(other, text, sizeof text);
	assert_string_equal(text, "");
	service_lock_free(other);
}

static void
test_no_folder(void **state)
{
	struct service_lock *lock = NULL;
	struct err err = { "" };

	(void)state;
	assert_int_equal(service_lock_new("/nonexistent/hilo.db", &lock, &err), STATUS_IO);
	assert_null(lock);
	assert_non_null(strstr(err.text, "/nonexistent/hilo.db-lock"));
}

struct waiter {
	struct service_lock *lock;
	enum status status;
	pthread_t thread;
	int started; /* pipe that carries the thread's id */
};

static void *
wait_for_lock(void *arg)
{
	struct waiter *waiter = arg;
	pid_t self = gettid();

	if (waiter->started != 0)
		(void)!write(waiter->started, &self, sizeof self);
	waiter->status = service_lock_wait(waiter->lock, NULL);
	return NULL;
}

/* Waits until the thread sleeps ("S"); nothing announces that, so it is looked for. */
static void
until_asleep(pid_t thread)
{
	char name[64], state = '?';

	snprintf(name, sizeof name, "/proc/self/task/%d/stat", (int)thread);
	while (state != 'S') {
		FILE *info = fopen(name, "r");

		assert_non_null(info);
		assert_int_equal(fscanf(info, "%*d (%*[^)]) %c", &state), 1);
		fclose(info);
		sched_yield();
	}
}

/* How often the thread has been woken so far. */
static long
wake_ups(pid_t thread)
{
	char name[64], line[128];
	long count = -1;
	FILE *info;

	snprintf(name, sizeof name, "/proc/self/task/%d/status", (int)thread);
	info = fopen(name, "r");
	assert_non_null(info);
	while (fgets(line, sizeof line, info) != NULL)
		sscanf(line, "voluntary_ctxt_switches: %ld", &count);
	fclose(info);
	return count;
}

static void
test_wait_ends_when_a_killed_process_goes(void **state)
{
	struct waiter waiter = { .lock = open_lock() };
	int pipes[2], status;
	long before;
	char byte;
	pid_t child, thread;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (child == 0) {
		struct service_lock *lock;

		if (service_lock_new(database, &lock, NULL) == STATUS_OK && service_lock_try(lock, NULL) == STATUS_OK)
			(void)!write(pipes[1], "x", 1);
		pause();
		_exit(1);
	}
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	waiter.started = pipes[1];
	assert_int_equal(pthread_create(&waiter.thread, NULL, wait_for_lock, &waiter), 0);
	assert_int_equal(read(pipes[0], &thread, sizeof thread), sizeof thread);
	until_asleep(thread);
	/* It is not polling: over a quarter of a second nothing wakes it. */
	before = wake_ups(thread);
	nanosleep(&(struct timespec){ .tv_nsec = 250000000 }, NULL);
	assert_int_equal(wake_ups(thread), before);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	pthread_join(waiter.thread, NULL);
	assert_int_equal(waiter.status, STATUS_OK);
	service_lock_free(waiter.lock);
	close(pipes[0]);
	close(pipes[1]);
}

/* Whatever the moment: before the wait, on its way into it, in it. */
static void
test_interrupt_at_any_moment(void **state)
{
	struct service_lock *holder = open_lock();

	(void)state;
	assert_int_equal(service_lock_try(holder, NULL), STATUS_OK);
	for (int i = 0; i < 200; i++) {
		struct waiter waiter = { .lock = open_lock() };

		assert_int_equal(pthread_create(&waiter.thread, NULL, wait_for_lock, &waiter), 0);
		if (i % 4 == 1)
			sched_yield();
		service_lock_interrupt(waiter.lock);
		pthread_join(waiter.thread, NULL);
		assert_int_equal(waiter.status, STATUS_BUSY);
		/* It stays interrupted. */
		assert_int_equal(service_lock_wait(waiter.lock, NULL), STATUS_BUSY);
		service_lock_free(waiter.lock);
	}
	service_lock_free(holder);
}

static void
test_interrupt_reaches_a_thread_with_blocked_signals(void **state)
{
	struct service_lock *holder = open_lock();
	struct waiter waiter = { .lock = open_lock() };
	sigset_t all, before;

	(void)state;
	assert_int_equal(service_lock_try(holder, NULL), STATUS_OK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	assert_int_equal(pthread_create(&waiter.thread, NULL, wait_for_lock, &waiter), 0);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	service_lock_interrupt(waiter.lock);
	pthread_join(waiter.thread, NULL);
	assert_int_equal(waiter.status, STATUS_BUSY);
	service_lock_free(waiter.lock);
	service_lock_free(holder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_holder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_description, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wait_ends_when_a_killed_process_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interrupt_at_any_moment, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interrupt_reaches_a_thread_with_blocked_signals, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
