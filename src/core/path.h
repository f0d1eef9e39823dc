/* SPDX-License-Identifier: MIT */
/* Files and folders of this program: parents made on the way, private throw-away folders. */
#ifndef HILO_CORE_PATH_H
#define HILO_CORE_PATH_H

#include <stddef.h>

#include "core/err.h"

/* Makes every missing folder above the file `path`, mode 0700. STATUS_IO in words. */
enum status path_make_parents(const char *path, struct err *err);

/*
 * Makes a new private folder (0700) whose name begins with `prefix`, in memory (/dev/shm) where that exists, else in
 * TMPDIR or /tmp, and holds a lock in it while this process lives. *path (heap) gets its name and *lock_fd the lock;
 * both are given back to path_remove_throw_away().
 */
enum status path_make_throw_away(const char *prefix, char **path, int *lock_fd, struct err *err);
/* Removes the folder and everything in it, frees `path`, closes the lock. */
void path_remove_throw_away(char *path, int lock_fd);
/* Removes the folders of this user that path_make_throw_away(prefix) made in processes that were killed since. */
void path_sweep_throw_away(const char *prefix);

#endif
