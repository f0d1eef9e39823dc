/* SPDX-License-Identifier: MIT */
#include "core/macro_store.h"

#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"

/* STATUS_LIMIT when the agent has as many as fit and none of them is called so. */
static enum status
check_room(struct db *db, const char *agent, const char *name, struct err *err)
{
	struct db_statement *query;
	int64_t others;

	query = db_query(db, "SELECT count(*) FROM macros WHERE agent = $1 AND name <> $2");
	db_bind_text(query, 1, agent);
	db_bind_text(query, 2, name);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	others = db_column_int(query, 0);
	db_reset(query);
	if (others >= MACROS_MAX)
		return err_set(err, STATUS_LIMIT, _("You have %d macros already; delete one first."), MACROS_MAX);
	return STATUS_OK;
}

enum status
macro_save(struct db *db, const char *agent, const char *name, const char *keys, int64_t now_ms, struct err *err)
{
	struct db_statement *statement;
	char folded[SHORT_NAME_SIZE];
	size_t len = strlen(keys);
	enum status status = short_name_fold(name, folded, err);

	if (status != STATUS_OK)
		return status;
	if (len == 0 || len >= MACRO_KEYS_SIZE || !utf8_valid(keys, len))
		return err_set(err, STATUS_INVALID, _("A macro needs keys of at most %d bytes."), MACRO_KEYS_SIZE - 1);
	status = check_room(db, agent, folded, err);
	if (status != STATUS_OK)
		return status;
	statement = db_query(db, "INSERT INTO macros (agent, name, keys, created_at) VALUES ($1, $2, $3, $4)"
				 " ON CONFLICT (agent, name) DO UPDATE SET keys = $3");
	db_bind_text(statement, 1, agent);
	db_bind_text(statement, 2, folded);
	db_bind_text(statement, 3, keys);
	db_bind_int(statement, 4, now_ms);
	return db_run(statement, err);
}

enum status
macro_delete(struct db *db, const char *agent, const char *name, struct err *err)
{
	struct db_statement *statement;
	char folded[SHORT_NAME_SIZE];
	enum status status = short_name_fold(name, folded, err);

	if (status != STATUS_OK)
		return status;
	statement = db_query(db, "DELETE FROM macros WHERE agent = $1 AND name = $2");
	db_bind_text(statement, 1, agent);
	db_bind_text(statement, 2, folded);
	status = db_run(statement, err);
	if (status == STATUS_OK && db_changes(db) == 0)
		status = err_set(err, STATUS_NOT_FOUND, _("You have no macro called %s."), folded);
	return status;
}

enum status
macro_list(struct db *db, const char *agent, size_t limit, struct macro *rows, size_t *count, struct err *err)
{
	struct db_statement *statement;
	enum db_step step = DB_DONE;

	*count = 0;
	statement = db_query(db, "SELECT name, keys, created_at FROM macros WHERE agent = $1 ORDER BY name LIMIT $2");
	db_bind_text(statement, 1, agent);
	db_bind_int(statement, 2, (int64_t)limit);
	while (*count < limit && (step = db_step(statement)) == DB_ROW) {
		struct macro *row = &rows[(*count)++];

		utf8_copy(row->name, sizeof row->name, db_column_text(statement, 0));
		utf8_copy(row->keys, sizeof row->keys, db_column_text(statement, 1));
		row->created_at = db_column_int(statement, 2);
	}
	db_reset(statement);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}
