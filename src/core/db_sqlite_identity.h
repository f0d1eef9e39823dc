/* SPDX-License-Identifier: MIT */
/* What a SQLite file says of itself: whose it is and which schema it has. For core/db_sqlite.c only. */
#ifndef HILO_CORE_DB_SQLITE_IDENTITY_H
#define HILO_CORE_DB_SQLITE_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"

/* Marks the file as ours: "hilo". Run in the transaction that makes the schema. */
#define SQLITE_IDENTITY_MARK "PRAGMA application_id = 1751739503"

/* Inside a transaction: the number of the newest schema file applied. */
enum status sqlite_identity_version(struct db *db, int64_t *version, struct err *err);
/*
 * Refuses what is foreign (STATUS_INVALID), newer (STATUS_NEWER) or contradicts itself (STATUS_CORRUPT); changes
 * nothing. *up_to_date is false if schema files are to be applied; without `create` that is STATUS_NOT_FOUND.
 */
enum status sqlite_identity_check(struct db *db, const char *path, bool create, bool *up_to_date, struct err *err);

#endif
