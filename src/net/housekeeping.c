/* SPDX-License-Identifier: MIT */
/*
 * One thread, one connection. After each look it asks every chore for its next moment, arms one timer with the nearest and sleeps
 * on it, on the change signal and on the end. The timer is of the wall clock, as the moments are, and also wakes when that
 * clock is set: then everything is looked at again.
 */
#include "net/housekeeping.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/db.h"
#include "core/dead_letter.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/presence.h"
#include "core/thread_work.h"
#include "net/webhook_content.h"

#define CHUNK 500	    /* of a chore in one transaction: the writer waits for it */
#define LOOK_PAUSE_MS 100   /* from one look to the next: commits of others come in swarms */
#define RETRY_PAUSE_MS 2000 /* after the data could not be used */

struct occasion {
	struct db *db;
	int64_t now_ms;
	size_t limit;
	const char *account_sid;
};

struct chore {
	const char *name; /* for the log */
	/* When it is due (ms, perhaps past); 0 = not at all. */
	enum status (*next)(struct db *db, int64_t *due_ms, struct err *err);
	/* Inside a transaction: what is due by now, at most `limit`. *count = how many. */
	enum status (*run)(const struct occasion *occasion, size_t *count, struct err *err);
};

static enum status
wake(const struct occasion *occasion, size_t *count, struct err *err)
{
	return work_wake_due(occasion->db, occasion->now_ms, occasion->limit, count, err);
}

static enum status
sweep_presence(const struct occasion *occasion, size_t *count, struct err *err)
{
	/* Consoles are few: no limit. */
	return presence_sweep(occasion->db, occasion->now_ms, count, err);
}

/* Each one is as much work as a message that comes in. */
static enum status
replay_dead_letters(const struct occasion *occasion, size_t *count, struct err *err)
{
	struct webhook_replay replay = { .account_sid = occasion->account_sid,
					 .now_ms = occasion->now_ms,
					 .limit = occasion->limit / 10 };

	return webhook_replay_requested(occasion->db, &replay, count, err);
}

static const struct chore chores[] = {
	{ "wake", work_next_wake, wake },
	{ "presence", presence_next_sweep, sweep_presence },
	{ "dead-letters", dead_letter_next_request, replay_dead_letters },
};
#define CHORE_COUNT (sizeof chores / sizeof chores[0])

struct housekeeping {
	struct change_hub *hub;
	struct db *db; /* the thread's */
	const char *account_sid;
	int change_fd;
	int stop_fd;
	int timer_fd;
	pthread_t thread;
};

static enum status
run_chunk(struct housekeeping *keeping, const struct chore *chore, int64_t now_ms, size_t *count, struct err *err)
{
	struct occasion occasion = { .db = keeping->db, .now_ms = now_ms, .limit = CHUNK, .account_sid = keeping->account_sid };
	enum status status = db_begin(keeping->db, err);

	if (status != STATUS_OK)
		return status;
	status = chore->run(&occasion, count, err);
	if (status != STATUS_OK || *count == 0) {
		db_rollback(keeping->db);
		return status;
	}
	status = db_commit(keeping->db, err);
	if (status == STATUS_OK) {
		log_info("housekeeping chore=%s rows=%zu", chore->name, *count);
		change_tick(keeping->hub);
	}
	return status;
}

/* Does what is due; *next_ms gets the nearest moment (0 = none) of all chores. False if the data could not be used. */
static bool
look(struct housekeeping *keeping, bool all, int64_t *next_ms)
{
	*next_ms = 0;
	for (size_t i = 0; i < CHORE_COUNT; i++) {
		int64_t due_ms = 0, now_ms = clock_now_ms();
		struct err err = { "" };
		size_t count = 0;
		enum status status = chores[i].next(keeping->db, &due_ms, &err);

		if (status == STATUS_OK && due_ms != 0 && (all || due_ms <= now_ms)) {
			status = run_chunk(keeping, &chores[i], now_ms, &count, &err);
			if (status == STATUS_OK)
				status = chores[i].next(keeping->db, &due_ms, &err);
			if (due_ms != 0 && due_ms <= now_ms && count == 0) /* never spin on what does not get done */
				due_ms = now_ms + RETRY_PAUSE_MS;
		}
		if (status != STATUS_OK) {
			log_warning("housekeeping cannot use the data chore=%s: %s", chores[i].name, err.text);
			return false;
		}
		if (due_ms != 0 && (*next_ms == 0 || due_ms < *next_ms))
			*next_ms = due_ms;
	}
	return true;
}

/* 0 = no moment. One that is past wakes at once. */
static void
arm(struct housekeeping *keeping, int64_t moment_ms)
{
	struct itimerspec when = { .it_value = { .tv_sec = moment_ms / 1000, .tv_nsec = moment_ms % 1000 * 1000000 } };

	timerfd_settime(keeping->timer_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL);
}

/* True when the clock was set. */
static bool
drain_timer(struct housekeeping *keeping)
{
	uint64_t count;

	return read(keeping->timer_fd, &count, sizeof count) < 0 && errno == ECANCELED;
}

/* False when the end has come within the pause. */
static bool
pause_for(struct housekeeping *keeping, int pause_ms)
{
	struct pollfd stop = { .fd = keeping->stop_fd, .events = POLLIN };

	return poll(&stop, 1, pause_ms) == 0;
}

static void *
run(void *arg)
{
	struct housekeeping *keeping = arg;
	struct pollfd fds[] = { { .fd = keeping->stop_fd, .events = POLLIN },
				{ .fd = keeping->change_fd, .events = POLLIN },
				{ .fd = keeping->timer_fd, .events = POLLIN } };
	bool all = true; /* at the start: what a machine that was off has missed */

	for (;;) {
		int64_t next_ms;
		bool whole;

		change_drain(keeping->change_fd);
		whole = look(keeping, all, &next_ms);
		all = false;
		arm(keeping, whole ? next_ms : 0);
		if (!pause_for(keeping, whole ? LOOK_PAUSE_MS : RETRY_PAUSE_MS))
			return NULL;
		while (whole && poll(fds, 3, -1) < 0 && errno == EINTR)
			;
		if (fds[2].revents != 0)
			all = drain_timer(keeping);
		if (fds[0].revents != 0)
			return NULL;
	}
}

static void
release(struct housekeeping *keeping)
{
	db_close(keeping->db);
	if (keeping->change_fd >= 0)
		change_unwatch(keeping->hub, keeping->change_fd);
	if (keeping->stop_fd >= 0)
		close(keeping->stop_fd);
	if (keeping->timer_fd >= 0)
		close(keeping->timer_fd);
	free(keeping);
}

static enum status
start_thread(struct housekeeping *keeping, struct err *err)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&keeping->thread, NULL, run, keeping);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed != 0)
		return err_set(err, STATUS_FAILED, "%s",
			       _("No thread can be started; close other programs and try again."));
	return STATUS_OK;
}

enum status
housekeeping_new(const struct housekeeping_options *options, struct housekeeping **out, struct err *err)
{
	struct housekeeping *keeping = calloc(1, sizeof *keeping);
	enum status status = STATUS_OK;

	*out = NULL;
	if (keeping == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	keeping->hub = options->hub;
	keeping->account_sid = options->account_sid != NULL ? options->account_sid : "";
	keeping->change_fd = change_watch(keeping->hub);
	keeping->stop_fd = eventfd(0, EFD_CLOEXEC);
	keeping->timer_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (keeping->change_fd < 0 || keeping->stop_fd < 0 || keeping->timer_fd < 0)
		status = err_set(err, STATUS_NO_MEMORY, "%s",
				 _("There is not enough memory; close other programs and try again."));
	if (status == STATUS_OK)
		status = db_open(options->database, DB_OPEN, &keeping->db, err);
	if (status == STATUS_OK)
		status = start_thread(keeping, err);
	if (status != STATUS_OK) {
		release(keeping);
		return status;
	}
	*out = keeping;
	return STATUS_OK;
}

void
housekeeping_free(struct housekeeping *keeping)
{
	uint64_t one = 1;

	if (keeping == NULL)
		return;
	while (write(keeping->stop_fd, &one, sizeof one) < 0 && errno == EINTR)
		;
	pthread_join(keeping->thread, NULL);
	release(keeping);
}
