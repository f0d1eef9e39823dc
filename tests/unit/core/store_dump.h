/* SPDX-License-Identifier: MIT */
/* Looking at a store from outside: whole tables as text, and the plans of queries. */
#ifndef HILO_TESTS_STORE_DUMP_H
#define HILO_TESTS_STORE_DUMP_H

#include "core/store_fixture.h"

#include "core/strbuf.h"

/* All rows of a query of up to `columns` columns, a line each; heap. The text must be a literal. */
static inline char *
store_dump(struct db *db, const char *sql, int columns)
{
	struct db_statement *query = db_query(db, sql);
	struct strbuf out;
	enum db_step step;

	strbuf_init(&out, 16 << 20);
	while ((step = db_step(query)) == DB_ROW) {
		for (int i = 0; i < columns; i++) {
			strbuf_add_string(&out, db_column_is_null(query, i) ? "NULL" : db_column_text(query, i));
			strbuf_add_char(&out, '|');
		}
		strbuf_add_char(&out, '\n');
	}
	assert_int_equal(step, DB_DONE);
	assert_false(out.failed);
	strbuf_add_char(&out, '\n');
	return strbuf_detach(&out);
}

/* The query (EXPLAIN QUERY PLAN ..., a literal) searches, over that index among others, and scans nothing. */
static inline void
store_expect_plan(struct db *db, const char *name, const char *index, const char *sql)
{
	struct db_statement *query = db_query(db, sql);
	enum db_step step;
	bool met = false;

	while ((step = db_step(query)) == DB_ROW) {
		const char *detail = db_column_text(query, 3);

		if (strncmp(detail, "SCAN ", 5) == 0 && strstr(detail, "VIRTUAL") == NULL && strstr(detail, index) == NULL)
			fail_msg("%s: %s", name, detail);
		met = met || strstr(detail, index) != NULL;
	}
	assert_int_equal(step, DB_DONE);
	if (!met)
		fail_msg("%s: not over %s", name, index);
}

#endif
