/* SPDX-License-Identifier: MIT */
/*
 * One thread waits on inotify of the write-ahead log. SQLite writes the log before the commit is synced and visible, and
 * announces nothing afterwards; so after a log write the thread looks at the data version, with growing pauses, until two
 * quiet seconds have passed. Without traffic it never wakes.
 */
#include "core/change.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "core/db.h"
#include "core/i18n.h"

#define WATCHERS_MAX 32
#define COALESCE_MS 2	 /* at most one signal in this time from other processes' commits */
#define LAST_PAUSE_MS 1024

struct change_hub {
	pthread_mutex_t lock; /* guards watchers */
	int watchers[WATCHERS_MAX];
	size_t watcher_count;
	atomic_uint_fast64_t count;
	struct db *db; /* the thread's */
	int inotify;
	int stop;
	pthread_t thread;
};

void
change_tick(struct change_hub *hub)
{
	uint64_t one = 1;

	atomic_fetch_add(&hub->count, 1);
	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < hub->watcher_count; i++) {
		/* Full means: already readable. */
		ssize_t written = write(hub->watchers[i], &one, sizeof one);
		(void)written;
	}
	pthread_mutex_unlock(&hub->lock);
}

enum log_event { LOG_STOP, LOG_QUIET, LOG_WRITTEN };

/* Waits for a write to the log, or only `timeout_ms`. */
static enum log_event
wait_for_log(struct change_hub *hub, int timeout_ms)
{
	struct pollfd fds[2] = { { .fd = hub->stop, .events = POLLIN }, { .fd = hub->inotify, .events = POLLIN } };
	char buffer[4096];

	poll(fds, 2, timeout_ms);
	if (fds[0].revents & POLLIN)
		return LOG_STOP;
	if ((fds[1].revents & POLLIN) == 0)
		return LOG_QUIET;
	while (read(hub->inotify, buffer, sizeof buffer) > 0)
		;
	return LOG_WRITTEN;
}

static bool
pause_for(struct change_hub *hub, int timeout_ms)
{
	struct pollfd stop = { .fd = hub->stop, .events = POLLIN };

	/* A signal may end it early, which does no harm. */
	return poll(&stop, 1, timeout_ms) <= 0;
}

/*
 * One write may announce several commits: while the first becomes visible, the log of the next may be written already and
 * its announcement be read together with the first. So a change that was seen does not end the looking; quiet does.
 */
static void *
watch_log(void *arg)
{
	struct change_hub *hub = arg;
	int64_t seen = db_data_version(hub->db);
	enum log_event event;

	while ((event = wait_for_log(hub, -1)) != LOG_STOP) {
		for (int pause_ms = 1; pause_ms <= LAST_PAUSE_MS; pause_ms = event == LOG_WRITTEN ? 1 : pause_ms * 2) {
			int64_t version = db_data_version(hub->db);

			if (version != seen) {
				seen = version;
				change_tick(hub);
			}
			if (event == LOG_WRITTEN && !pause_for(hub, COALESCE_MS))
				return NULL;
			event = wait_for_log(hub, pause_ms);
			if (event == LOG_STOP)
				return NULL;
		}
	}
	return NULL;
}

enum status
change_hub_new(const char *url, struct change_hub **out, struct err *err)
{
	struct change_hub *hub = calloc(1, sizeof *hub);
	char log_file[4096];
	enum status status;

	*out = NULL;
	if (hub == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	pthread_mutex_init(&hub->lock, NULL);
	hub->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	hub->stop = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	/* The connection comes first: while it is open, the log file stays the same one. */
	status = db_open(url, DB_OPEN, &hub->db, err);
	if (status != STATUS_OK)
		goto fail;
	db_data_version(hub->db);
	snprintf(log_file, sizeof log_file, "%s-wal", url);
	if (hub->inotify < 0 || hub->stop < 0 || inotify_add_watch(hub->inotify, log_file, IN_MODIFY) < 0) {
		status = err_set(err, STATUS_FAILED,
				 _("Changes of the data cannot be watched (inotify); raise fs.inotify.max_user_instances and try again."));
		goto fail;
	}
	if (pthread_create(&hub->thread, NULL, watch_log, hub) != 0) {
		status = err_set(err, STATUS_FAILED, _("No thread can be started; close other programs and try again."));
		goto fail;
	}
	*out = hub;
	return STATUS_OK;

fail:
	db_close(hub->db);
	if (hub->inotify >= 0)
		close(hub->inotify);
	if (hub->stop >= 0)
		close(hub->stop);
	pthread_mutex_destroy(&hub->lock);
	free(hub);
	return status;
}

void
change_hub_free(struct change_hub *hub)
{
	uint64_t one = 1;
	ssize_t written;

	if (hub == NULL)
		return;
	written = write(hub->stop, &one, sizeof one);
	(void)written;
	pthread_join(hub->thread, NULL);
	db_close(hub->db);
	close(hub->inotify);
	close(hub->stop);
	pthread_mutex_destroy(&hub->lock);
	free(hub);
}

int
change_watch(struct change_hub *hub)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	if (fd < 0)
		return -1;
	pthread_mutex_lock(&hub->lock);
	if (hub->watcher_count == WATCHERS_MAX) {
		close(fd);
		fd = -1;
	} else {
		hub->watchers[hub->watcher_count++] = fd;
	}
	pthread_mutex_unlock(&hub->lock);
	return fd;
}

void
change_unwatch(struct change_hub *hub, int fd)
{
	if (fd < 0)
		return;
	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < hub->watcher_count; i++) {
		if (hub->watchers[i] == fd) {
			hub->watchers[i] = hub->watchers[--hub->watcher_count];
			break;
		}
	}
	pthread_mutex_unlock(&hub->lock);
	close(fd);
}

void
change_drain(int fd)
{
	uint64_t count;
	ssize_t got = read(fd, &count, sizeof count);

	(void)got;
}

uint64_t
change_count(struct change_hub *hub)
{
	return atomic_load(&hub->count);
}
