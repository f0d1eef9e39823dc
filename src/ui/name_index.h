/* SPDX-License-Identifier: MIT */
/*
 * The names of the newest conversations, read by a thread of its own and looked through at each key by fuzzy.h. The
 * index that is there serves until a newer one has been read.
 */
#ifndef HILO_UI_NAME_INDEX_H
#define HILO_UI_NAME_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/err.h"
#include "core/thread.h"

#define NAME_INDEX_MAX 100000 /* conversations; older ones are found by search */

struct name_index;

struct name_entry {
	int64_t thread_id;
	enum channel channel;
	enum thread_status status;
	const char *name; /* the name, or the address where there is none; raw, borrowed until name_index_take() */
	const char *address; /* "" when it is the name */
	int score;
};

/* `database` is copied. NULL without memory or descriptors. */
struct name_index *name_index_new(const char *database);
/* Ends the reading; NULL is fine. */
void name_index_free(struct name_index *index);
/* Begins to read the names anew, unless that is going on. */
void name_index_read(struct name_index *index);
/* Readable when they have been read: call name_index_take(). */
int name_index_fd(const struct name_index *index);
/* Puts what was read in place of the old; false if nothing was read. A failure is in `err`. */
bool name_index_take(struct name_index *index, struct err *err);
/* True once there is something to look through. */
bool name_index_is_ready(const struct name_index *index);
/* The best `max` for the pattern, best first, newer ones before older of the same score. Returns how many. */
size_t name_index_find(struct name_index *index, const char *pattern, struct name_entry *best, size_t max);

#endif
