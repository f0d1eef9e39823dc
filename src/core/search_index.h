/* SPDX-License-Identifier: MIT */
/*
 * The full-text index of messages and customers' names. A row each transaction is its worst case, so rows are added in
 * batches after the commit that stored the messages, up to a durable mark; what a crash left out is caught up at the
 * next start.
 */
#ifndef HILO_CORE_SEARCH_INDEX_H
#define HILO_CORE_SEARCH_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/db.h"
#include "core/err.h"

/* Inside a transaction: indexes up to `limit` messages and customers after the marks; *more is true if some are left. */
enum status search_index_advance(struct db *db, size_t limit, bool *more, struct err *err);
/* Inside a transaction, before a customer's name changes from `old_name` to `new_name`. */
enum status search_index_rename(struct db *db, int64_t client_id, const char *old_name, const char *new_name,
				struct err *err);

#endif
