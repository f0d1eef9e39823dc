/* SPDX-License-Identifier: MIT */
/* The files of a SQLite database, looked at before and beside SQLite. For core/db_sqlite.c only. */
#ifndef HILO_CORE_DB_SQLITE_FILE_H
#define HILO_CORE_DB_SQLITE_FILE_H

#include <stdbool.h>

#include "core/err.h"

/*
 * Before the file is opened. With `create` makes it, private, if there is none. STATUS_CORRUPT: the log beside it cannot be
 * a log, or the file is empty or missing and the log is not; SQLite would drop the log, and what was stored last with it.
 */
enum status sqlite_file_prepare(const char *path, bool create, struct err *err);
/* After the file has shown to be ours: nobody else may read it and its companions. */
void sqlite_file_make_private(const char *path);

#endif
