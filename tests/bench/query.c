/* SPDX-License-Identifier: MIT */
/* The time to the first screen of each query: query FILE ROUNDS QUERY... prints least, median and most ms, rows, rest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/query_run.h"

#define SCREEN 50
#define ROUNDS_MAX 1000

static double
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static size_t
search(struct db *db, const char *text, bool *more)
{
	static struct thread rows[SCREEN];
	static int64_t hits[SCREEN];
	const struct query_options options = { .now_ms = clock_now_ms(), .agent = "ana", .prefix = true };
	const struct query_budget budget = { .ms = 0 };
	struct query_page page = { .rows = rows, .hits = hits, .limit = SCREEN };
	struct query_run *run = NULL;
	struct query query;
	struct err err = { "" };

	if (query_parse(text, &options, &query, NULL, &err) != STATUS_OK || query_run_new(db, &query, &run, &err) != STATUS_OK
	    || query_run_next(run, &budget, &page, &err) != STATUS_OK) {
		fprintf(stderr, "%s: %s\n", text, err.text);
		exit(1);
	}
	query_run_free(run);
	*more = page.more;
	return page.count;
}

int
main(int argc, char **argv)
{
	static double times[ROUNDS_MAX];
	struct err err = { "" };
	struct db *db;
	int rounds = argc > 3 ? (int)strtol(argv[2], NULL, 10) : 0;

	if (rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: query FILE ROUNDS QUERY...\n");
		return 2;
	}
	if (db_open(argv[1], DB_READ_ONLY, &db, &err) != STATUS_OK) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	for (int i = 3; i < argc; i++) {
		size_t count = 0;
		bool more = false;

		for (int k = 0; k < rounds; k++) {
			double start = now_ms();

			count = search(db, argv[i], &more);
			times[k] = now_ms() - start;
		}
		qsort(times, (size_t)rounds, sizeof times[0], compare);
		printf("%9.2f %9.2f %9.2f ms %3zu%s  %s\n", times[0], times[rounds / 2], times[rounds - 1], count, more ? "+" : " ",
		       argv[i]);
	}
	db_close(db);
	return 0;
}
