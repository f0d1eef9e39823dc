/* SPDX-License-Identifier: MIT */
/*
 * The change signal: tells everybody in this process that something was committed, by this or another process, without
 * anybody polling. Signals may merge: after one, look at everything you show.
 *
 * A thread waits on inotify of the write-ahead log; a log write is announced before its commit is visible, so it looks at the
 * data version until it has changed. Commits of this process are announced at once by change_tick().
 */
#ifndef HILO_CORE_CHANGE_H
#define HILO_CORE_CHANGE_H

#include <stdint.h>

#include "core/err.h"

struct change_hub;

/* Watches the database at `url` (already created). The caller frees *out after all its watchers are gone. */
enum status change_hub_new(const char *url, struct change_hub **out, struct err *err);
void change_hub_free(struct change_hub *hub);
/* A new eventfd (non-blocking, close-on-exec) that becomes readable at each change; closed by change_unwatch(). -1 without descriptors. */
int change_watch(struct change_hub *hub);
void change_unwatch(struct change_hub *hub, int fd);
/* Empties a watcher's descriptor. */
void change_drain(int fd);
/* Call after a commit. Any thread. */
void change_tick(struct change_hub *hub);
/* Number of signals so far. Any thread. */
uint64_t change_count(struct change_hub *hub);

#endif
