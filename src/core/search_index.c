/* SPDX-License-Identifier: MIT */
#include "core/search_index.h"

#include <string.h>

/* One of the two indexes: what to look up, what to add, where the mark is kept. */
struct indexed {
	const char *range; /* $1: how many; gives the mark, the first id beyond, the last id */
	const char *add;   /* $1 < id <= $2 */
	const char *set_mark;
};

static const struct indexed indexes[] = {
	{
		.range = "SELECT value, (SELECT id FROM messages WHERE id > value ORDER BY id LIMIT 1 OFFSET $1),"
			 " (SELECT max(id) FROM messages) FROM counters WHERE name = 'search_mark'",
		.add = "INSERT INTO messages_fts (rowid, body) SELECT id, body FROM messages WHERE id > $1 AND id <= $2",
		.set_mark = "UPDATE counters SET value = $1 WHERE name = 'search_mark'",
	},
	{
		.range = "SELECT value, (SELECT id FROM clients WHERE id > value ORDER BY id LIMIT 1 OFFSET $1),"
			 " (SELECT max(id) FROM clients) FROM counters WHERE name = 'client_search_mark'",
		.add = "INSERT INTO clients_fts (rowid, name) SELECT id, name FROM clients WHERE id > $1 AND id <= $2",
		.set_mark = "UPDATE counters SET value = $1 WHERE name = 'client_search_mark'",
	},
};

static enum status
advance(struct db *db, const struct indexed *index, size_t limit, bool *more, struct err *err)
{
	struct db_statement *query = db_query(db, index->range);
	int64_t mark, last;
	enum status status;
	bool rest;

	db_bind_int(query, 1, (int64_t)limit);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	mark = db_column_int(query, 0);
	rest = !db_column_is_null(query, 1);
	last = rest ? db_column_int(query, 1) - 1 : db_column_int(query, 2);
	db_reset(query);
	*more = *more || rest;
	if (last <= mark)
		return STATUS_OK;
	query = db_query(db, index->add);
	db_bind_int(query, 1, mark);
	db_bind_int(query, 2, last);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, index->set_mark);
	db_bind_int(query, 1, last);
	return db_run(query, err);
}

enum status
search_index_advance(struct db *db, size_t limit, bool *more, struct err *err)
{
	enum status status = STATUS_OK;

	*more = false;
	for (size_t i = 0; status == STATUS_OK && i < sizeof indexes / sizeof indexes[0]; i++)
		status = advance(db, &indexes[i], limit, more, err);
	return status;
}

enum status
search_index_rename(struct db *db, int64_t client_id, const char *old_name, const char *new_name, struct err *err)
{
	struct db_statement *query;
	enum status status;

	/* Beyond the mark nothing is indexed yet; the index will meet the new name. */
	query = db_query(db, "INSERT INTO clients_fts (clients_fts, rowid, name) SELECT 'delete', $1, $2"
			     " WHERE $1 <= (SELECT value FROM counters WHERE name = 'client_search_mark')");
	db_bind_int(query, 1, client_id);
	db_bind_text(query, 2, old_name);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "INSERT INTO clients_fts (rowid, name) SELECT $1, $2"
			     " WHERE $1 <= (SELECT value FROM counters WHERE name = 'client_search_mark')");
	db_bind_int(query, 1, client_id);
	db_bind_text(query, 2, new_name);
	return db_run(query, err);
}
