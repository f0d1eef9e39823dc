/* SPDX-License-Identifier: MIT */
/*
 * The lines typed after ":", kept in $XDG_STATE_HOME/hilo/history (mode 0600) over restarts, for all consoles of a user.
 * Each console appends its lines; a file that grew to twice the maximum is rewritten when it is read.
 */
#ifndef HILO_UI_HISTORY_H
#define HILO_UI_HISTORY_H

#include <stddef.h>

#include "core/err.h"

#define HISTORY_MAX 1000

struct history {
	char *path; /* owned; NULL = only in memory */
	char *lines[HISTORY_MAX]; /* oldest first */
	size_t count;
};

/* The standard file; heap, the caller frees; NULL without memory. */
char *history_file_name(void);
/* Reads `path` (NULL: only in memory). It can be used also after a failure, then without a file. */
enum status history_open(struct history *history, const char *path, struct err *err);
/*
 * Adds a line at the end and to the file; the same line earlier goes. Nothing is kept of a line that is empty, begins
 * with a blank, is longer than 1000 bytes, holds control characters, or names a token, password or secret.
 */
enum status history_add(struct history *history, const char *line, struct err *err);
/*
 * The newest line before place `before` (history->count for the newest of all) that begins with `prefix`, and its place
 * in *place; NULL if there is none.
 */
const char *history_before(const struct history *history, const char *prefix, size_t before, size_t *place);
/* The same towards the newer ones, after place `after`. */
const char *history_after(const struct history *history, const char *prefix, size_t after, size_t *place);
void history_release(struct history *history);

#endif
