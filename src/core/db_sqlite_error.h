/* SPDX-License-Identifier: MIT */
/* SQLite's result codes in words. For core/db_sqlite.c only. */
#ifndef HILO_CORE_DB_SQLITE_ERROR_H
#define HILO_CORE_DB_SQLITE_ERROR_H

#include "core/err.h"

/* One sentence for the code (extended or not), with what to do; `text` is SQLite's own. `file` may be NULL. */
enum status sqlite_explain(int code, const char *text, const char *file, struct err *err);

#endif
