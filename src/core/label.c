/* SPDX-License-Identifier: MIT */
#include "core/label.h"

#include <string.h>

#include "core/utf8.h"

static enum status
read_rows(struct db *db, struct db_statement *query, size_t limit, struct label *rows, size_t *count, struct err *err)
{
	enum db_step step = DB_DONE;

	*count = 0;
	while (*count < limit && (step = db_step(query)) == DB_ROW) {
		struct label *row = &rows[(*count)++];

		row->id = db_column_int(query, 0);
		utf8_copy(row->name, sizeof row->name, db_column_text(query, 1));
		row->threads = db_column_int(query, 2);
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
label_list(struct db *db, const char *prefix, size_t limit, struct label *rows, size_t *count, struct err *err)
{
	struct db_statement *query;
	char folded[SHORT_NAME_SIZE] = "";

	*count = 0;
	/* What cannot be a name begins none. */
	if (prefix[strspn(prefix, " ")] != '\0' && short_name_fold(prefix, folded, NULL) != STATUS_OK)
		return STATUS_OK;
	/* Bytes of UTF-8 are at most F4: what begins with the prefix is below prefix and U+10FFFF. */
	query = db_query(db, "SELECT id, name, threads FROM labels WHERE name >= $1 AND name < $1 || '\xf4\x8f\xbf\xbf'"
			     " AND threads > 0 ORDER BY name LIMIT $2");
	db_bind_text(query, 1, folded);
	db_bind_int(query, 2, (int64_t)limit);
	return read_rows(db, query, limit, rows, count, err);
}

enum status
label_list_of_thread(struct db *db, int64_t thread_id, size_t limit, struct label *rows, size_t *count, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "SELECT l.id, l.name, l.threads FROM thread_labels x JOIN labels l ON l.id = x.label_id"
			     " WHERE x.thread_id = $1 ORDER BY l.name LIMIT $2");
	db_bind_int(query, 1, thread_id);
	db_bind_int(query, 2, (int64_t)limit);
	return read_rows(db, query, limit, rows, count, err);
}

enum status
label_find(struct db *db, const char *name, int64_t *id, struct err *err)
{
	struct db_statement *query = db_query(db, "SELECT id FROM labels WHERE name = $1");
	enum db_step step;

	db_bind_text(query, 1, name);
	step = db_step(query);
	*id = step == DB_ROW ? db_column_int(query, 0) : 0;
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
label_find_or_make(struct db *db, const char *name, int64_t now_ms, int64_t *id, struct err *err)
{
	struct db_statement *query;
	enum status status = label_find(db, name, id, err);

	if (status != STATUS_OK || *id != 0)
		return status;
	query = db_query(db, "INSERT INTO labels (name, created_at) VALUES ($1, $2) RETURNING id");
	db_bind_text(query, 1, name);
	db_bind_int(query, 2, now_ms);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	*id = db_column_int(query, 0);
	return db_run(query, err);
}
