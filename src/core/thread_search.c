/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/clock.h"
#include "core/query_run.h"
#include "core/thread.h"

enum status
thread_search(struct db *db, const char *text, const struct thread_filter *filter, size_t limit, struct thread *rows,
	      size_t *count, struct err *err)
{
	struct query_options options = { .now_ms = clock_now_ms(), .prefix = true };
	const struct query_budget budget = { .ms = 0 };
	struct query_run *run = NULL;
	struct query query;
	bool more = true;
	enum status status = query_parse(text, &options, &query, NULL, err);

	*count = 0;
	if (status == STATUS_OK)
		status = query_run_new(db, &query, &run, err);
	while (status == STATUS_OK && more && *count < limit) {
		struct query_page page = { .rows = rows + *count, .limit = limit - *count };
		size_t kept = 0;

		status = query_run_next(run, &budget, &page, err);
		more = page.more;
		for (size_t i = 0; i < page.count; i++) {
			if (thread_filter_takes(filter, &page.rows[i]))
				page.rows[kept++] = page.rows[i];
		}
		*count += kept;
	}
	query_run_free(run);
	return status;
}
