/* SPDX-License-Identifier: MIT */
/*
 * Names of files that go on from what was typed. Looks at one folder, for a bounded time, so that a folder on a slow disk or with
 * very many files does not hold up the screen.
 */
#ifndef HILO_UI_FILE_COMPLETE_H
#define HILO_UI_FILE_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#define FILE_COMPLETE_LOOKED_AT_MAX 2000
#define FILE_COMPLETE_TIME_MS 30

/*
 * Fills `items` with up to `max` ways to go on from `prefix` ("~", "~/Do", "../x", "/tmp/"), sorted, each the whole text that
 * would stand there (a "~" stays), folders ending with '/'. Hidden names only when their dot was typed; names that cannot be shown
 * as they are (controls, invalid UTF-8) never. The caller frees each item. Returns how many; *cut: there may be more.
 */
size_t file_complete(const char *prefix, char **items, size_t max, bool *cut);
/* `path` with a leading "~" or "~/" replaced by the home folder; heap, the caller frees; NULL without memory. */
char *file_expand(const char *path);

#endif
