/* SPDX-License-Identifier: MIT */
/*
 * Queries answered from the store, page by page. A run chooses what to walk along (hits of the full-text index newest first, a list by its
 * index, a small set, else everything by last activity) and looks at each conversation found there; it never reads more
 * than its budget in one call, so a search that finds little gives what it has and goes on when called again.
 *
 * Order: newest first; by the hit's time when the words lead, else by last activity. Each conversation comes once.
 * The full-text index may be a moment behind the newest messages.
 */
#ifndef HILO_CORE_QUERY_RUN_H
#define HILO_CORE_QUERY_RUN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"
#include "core/query.h"
#include "core/thread.h"

/* A query under way, with the place it has reached. Belongs to one thread, and to the connection it was begun on. */
struct query_run;

struct query_budget {
	int64_t ms; /* return about then with what was found; 0 = no limit */
	const atomic_bool *stop; /* may be NULL; once it is true the call returns STATUS_CANCELED. See also db_interrupt() */
};

/* STATUS_CANCELED, STATUS_NO_MEMORY or what the store says. The query is copied. The caller frees *out. */
enum status query_run_new(struct db *db, const struct query *query, struct query_run **out, struct err *err);
void query_run_free(struct query_run *run);

struct query_page {
	struct thread *rows; /* the caller's, room for `limit` */
	int64_t *hits; /* the caller's, or NULL: of each row the newest message that the words were found in; 0 = none */
	size_t limit;
	size_t count; /* out */
	bool more; /* out: not at the end yet; call again, also when count is 0 */
};
/*
 * The next conversations. After STATUS_CANCELED (db_interrupt() or budget.stop) page.count rows are good and the next call goes on
 * where this one was. No transaction is left open.
 */
enum status query_run_next(struct query_run *run, const struct query_budget *budget, struct query_page *page,
			   struct err *err);

/* True if the conversation belongs to the query as the store is now; for a list that follows changes. */
enum status query_takes(struct db *db, const struct query *query, int64_t thread_id, bool *takes, struct err *err);

/*
 * Messages of one conversation that the query's words are in, newest first, only ids below `below` (INT64_MAX to begin); at most
 * `max` of them.
 */
enum status query_hits(struct db *db, const struct query *query, int64_t thread_id, int64_t below, int64_t *ids, size_t max,
		       size_t *count, struct err *err);

/* A query_values_fn; `db` is the connection. */
size_t query_values(void *db, enum query_data what, const char *prefix, char (*values)[QUERY_VALUE_SIZE], size_t max);

#endif
