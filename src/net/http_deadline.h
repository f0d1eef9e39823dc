/* SPDX-License-Identifier: MIT */
/*
 * Cuts connections whose request takes too long, and silent ones when there are too many. Every entry has the same time from
 * its last beginning, so the list stays in the order in which entries come due, and the thread wakes only while one is listed
 * that may come due.
 */
#ifndef HILO_NET_HTTP_DEADLINE_H
#define HILO_NET_HTTP_DEADLINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* One connection; embedded by its owner, zeroed before deadline_add(). */
struct deadline_entry {
	struct deadline_entry *prev, *next;
	int fd; /* -1 once it was cut */
	int64_t began_ms;
	bool exempt;
	bool busy; /* its request has come so far that it is not cut for want of room */
};

struct deadline_watch {
	pthread_mutex_t lock;
	pthread_cond_t beat;
	pthread_t thread;
	struct deadline_entry *first, *last;
	size_t open; /* entries that are not cut */
	int64_t limit_ms;
	bool asleep; /* the thread waits without a timer */
	bool ended;
};

/* Starts the thread; an entry has `limit_ms` from its beginning. */
enum status deadline_watch_start(struct deadline_watch *watch, int64_t limit_ms, struct err *err);
/* Ends the thread; the list is empty by then. */
void deadline_watch_stop(struct deadline_watch *watch);
/* The connection `fd` begins now. When it comes due, fd is shut down (not closed). Any thread, as the following. */
void deadline_add(struct deadline_watch *watch, struct deadline_entry *entry, int fd);
/* Cuts the oldest of those that are not busy while more than `most` are open: who says nothing keeps nobody out. */
void deadline_make_room(struct deadline_watch *watch, size_t most);
void deadline_busy(struct deadline_watch *watch, struct deadline_entry *entry, bool busy);
/* Before fd is closed. */
void deadline_remove(struct deadline_watch *watch, struct deadline_entry *entry);
/* It begins anew, and is no longer exempt. */
void deadline_restart(struct deadline_watch *watch, struct deadline_entry *entry);
/* It never comes due until it is restarted. */
void deadline_exempt(struct deadline_watch *watch, struct deadline_entry *entry);

#endif
