/* SPDX-License-Identifier: MIT */
/* An agent's own views: queries with a name. */
#ifndef HILO_CORE_SAVED_VIEW_H
#define HILO_CORE_SAVED_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"
#include "core/short_name.h"

#define SAVED_VIEWS_MAX 100 /* of an agent */
#define SAVED_QUERY_SIZE 1001

struct saved_view {
	char name[SHORT_NAME_SIZE];
	char query[SAVED_QUERY_SIZE];
	int64_t created_at;
};

/*
 * Inside a transaction: keeps the query under that name (as typed), in place of the one that was there. STATUS_INVALID,
 * STATUS_LIMIT.
 */
enum status saved_view_save(struct db *db, const char *agent, const char *name, const char *query, int64_t now_ms,
			    struct err *err);
/* Inside a transaction. STATUS_NOT_FOUND. */
enum status saved_view_delete(struct db *db, const char *agent, const char *name, struct err *err);
/* By name, at most `limit`. */
enum status saved_view_list(struct db *db, const char *agent, size_t limit, struct saved_view *rows, size_t *count,
			    struct err *err);

#endif
