/* SPDX-License-Identifier: MIT */
#include "core/search_index.h"

#include <string.h>

enum status
search_index_advance(struct db *db, size_t limit, bool *more, struct err *err)
{
	struct db_statement *query;
	int64_t mark, last;
	enum status status;

	*more = false;
	query = db_query(db, "SELECT value, (SELECT id FROM messages WHERE id > value ORDER BY id LIMIT 1 OFFSET $1),"
			     " (SELECT max(id) FROM messages) FROM counters WHERE name = 'search_mark'");
	db_bind_int(query, 1, (int64_t)limit);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	mark = db_column_int(query, 0);
	*more = !db_column_is_null(query, 1);
	last = *more ? db_column_int(query, 1) - 1 : db_column_int(query, 2);
	db_reset(query);
	if (last <= mark)
		return STATUS_OK;

	query = db_query(db, "INSERT INTO messages_fts (rowid, body) SELECT id, body FROM messages WHERE id > $1 AND id <= $2");
	db_bind_int(query, 1, mark);
	db_bind_int(query, 2, last);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE counters SET value = $1 WHERE name = 'search_mark'");
	db_bind_int(query, 1, last);
	return db_run(query, err);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool
search_expression(const char *words, struct strbuf *out)
{
	bool any = false;

	while (*words != '\0') {
		const char *end;

		while (is_blank(*words))
			words++;
		for (end = words; *end != '\0' && !is_blank(*end); end++)
			;
		if (end == words)
			break;
		if (any)
			strbuf_add_char(out, ' ');
		strbuf_add_char(out, '"');
		for (; words < end; words++) {
			if (*words == '"') /* doubled inside quotes */
				strbuf_add_char(out, '"');
			strbuf_add_char(out, *words);
		}
		strbuf_add_char(out, '"');
		any = true;
	}
	if (any)
		strbuf_add_string(out, " *");
	return any && !out->failed;
}
