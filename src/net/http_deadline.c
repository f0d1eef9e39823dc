/* SPDX-License-Identifier: MIT */
#include "net/http_deadline.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/log.h"

static void
list_append(struct deadline_watch *watch, struct deadline_entry *entry)
{
	entry->began_ms = clock_monotonic_ms();
	entry->exempt = false;
	entry->next = NULL;
	entry->prev = watch->last;
	if (watch->last != NULL)
		watch->last->next = entry;
	else
		watch->first = entry;
	watch->last = entry;
	if (watch->asleep)
		pthread_cond_signal(&watch->beat);
}

static void
list_remove(struct deadline_watch *watch, struct deadline_entry *entry)
{
	if (entry->prev != NULL)
		entry->prev->next = entry->next;
	else
		watch->first = entry->next;
	if (entry->next != NULL)
		entry->next->prev = entry->prev;
	else
		watch->last = entry->prev;
}

/* Its owner sees the end of the connection and closes it. */
static void
cut(struct deadline_watch *watch, struct deadline_entry *entry, const char *reason)
{
	shutdown(entry->fd, SHUT_RDWR);
	entry->fd = -1;
	watch->open--;
	log_info("http-cut reason=%s", reason);
}

/* Cuts what is overdue; returns when to look again, 0 if nothing can come due. */
static int64_t
cut_overdue(struct deadline_watch *watch)
{
	int64_t now_ms = clock_monotonic_ms();

	for (struct deadline_entry *entry = watch->first; entry != NULL; entry = entry->next) {
		if (entry->exempt || entry->fd < 0)
			continue;
		if (entry->began_ms + watch->limit_ms > now_ms)
			return entry->began_ms + watch->limit_ms;
		cut(watch, entry, "deadline");
	}
	return 0;
}

static void *
watch_deadlines(void *arg)
{
	struct deadline_watch *watch = arg;

	pthread_setname_np(pthread_self(), "hilo-deadline");
	pthread_mutex_lock(&watch->lock);
	while (!watch->ended) {
		int64_t next_ms = cut_overdue(watch);

		if (next_ms == 0) {
			watch->asleep = true;
			pthread_cond_wait(&watch->beat, &watch->lock);
			watch->asleep = false;
		} else {
			struct timespec until = { .tv_sec = (time_t)(next_ms / 1000),
						  .tv_nsec = (long)(next_ms % 1000) * 1000000 };

			pthread_cond_timedwait(&watch->beat, &watch->lock, &until);
		}
	}
	pthread_mutex_unlock(&watch->lock);
	return NULL;
}

static void
release(struct deadline_watch *watch)
{
	pthread_cond_destroy(&watch->beat);
	pthread_mutex_destroy(&watch->lock);
}

enum status
deadline_watch_start(struct deadline_watch *watch, int64_t limit_ms, struct err *err)
{
	pthread_condattr_t attributes;

	memset(watch, 0, sizeof *watch);
	watch->limit_ms = limit_ms;
	pthread_mutex_init(&watch->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&watch->beat, &attributes);
	pthread_condattr_destroy(&attributes);
	if (pthread_create(&watch->thread, NULL, watch_deadlines, watch) != 0) {
		release(watch);
		return err_set(err, STATUS_FAILED, _("The listener's thread cannot be started; close other programs."));
	}
	return STATUS_OK;
}

void
deadline_watch_stop(struct deadline_watch *watch)
{
	pthread_mutex_lock(&watch->lock);
	watch->ended = true;
	pthread_cond_signal(&watch->beat);
	pthread_mutex_unlock(&watch->lock);
	pthread_join(watch->thread, NULL);
	release(watch);
}

void
deadline_add(struct deadline_watch *watch, struct deadline_entry *entry, int fd)
{
	pthread_mutex_lock(&watch->lock);
	entry->fd = fd;
	watch->open++;
	list_append(watch, entry);
	pthread_mutex_unlock(&watch->lock);
}

void
deadline_make_room(struct deadline_watch *watch, size_t most)
{
	pthread_mutex_lock(&watch->lock);
	for (struct deadline_entry *entry = watch->first; entry != NULL && watch->open > most; entry = entry->next)
		if (entry->fd >= 0 && !entry->busy)
			cut(watch, entry, "crowd");
	pthread_mutex_unlock(&watch->lock);
}

void
deadline_busy(struct deadline_watch *watch, struct deadline_entry *entry, bool busy)
{
	pthread_mutex_lock(&watch->lock);
	entry->busy = busy;
	pthread_mutex_unlock(&watch->lock);
}

void
deadline_remove(struct deadline_watch *watch, struct deadline_entry *entry)
{
	pthread_mutex_lock(&watch->lock);
	list_remove(watch, entry);
	if (entry->fd >= 0)
		watch->open--;
	pthread_mutex_unlock(&watch->lock);
}

void
deadline_restart(struct deadline_watch *watch, struct deadline_entry *entry)
{
	pthread_mutex_lock(&watch->lock);
	list_remove(watch, entry);
	list_append(watch, entry);
	pthread_mutex_unlock(&watch->lock);
}

void
deadline_exempt(struct deadline_watch *watch, struct deadline_entry *entry)
{
	pthread_mutex_lock(&watch->lock);
	entry->exempt = true;
	pthread_mutex_unlock(&watch->lock);
}
