/* SPDX-License-Identifier: MIT */
#include "core/agent.h"

#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"

static enum status
check_name(const char *name, struct err *err)
{
	size_t len = strlen(name);

	if (len == 0)
		return err_set(err, STATUS_INVALID, "%s", _("The agent's name is missing; give one."));
	if (len >= AGENT_NAME_SIZE || !utf8_valid(name, len))
		return err_set(err, STATUS_INVALID, "%s", _("This agent's name is too long or no text; give another one."));
	return STATUS_OK;
}

enum status
agent_seen(struct db *db, const char *name, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum status status = check_name(name, err);

	if (status != STATUS_OK)
		return status;
	query = db_query(db, "INSERT INTO agents (name, created_at, last_seen_at) VALUES ($1, $2, $2)"
			     " ON CONFLICT (name) DO UPDATE SET last_seen_at = $2");
	db_bind_text(query, 1, name);
	db_bind_int(query, 2, now_ms);
	return db_run(query, err);
}

enum status
agent_find_or_make(struct db *db, const char *name, int64_t now_ms, int64_t *id, struct err *err)
{
	struct db_statement *query;
	enum status status = check_name(name, err);
	enum db_step step;

	if (status != STATUS_OK)
		return status;
	query = db_query(db, "SELECT id FROM agents WHERE name = $1");
	db_bind_text(query, 1, name);
	step = db_step(query);
	if (step == DB_DONE) {
		query = db_query(db, "INSERT INTO agents (name, created_at, last_seen_at) VALUES ($1, $2, 0) RETURNING id");
		db_bind_text(query, 1, name);
		db_bind_int(query, 2, now_ms);
		step = db_step(query);
	}
	if (step != DB_ROW)
		return db_failure(db, err);
	*id = db_column_int(query, 0);
	return db_run(query, err);
}

enum status
agent_list(struct db *db, const char *prefix, size_t limit, struct agent *rows, size_t *count, struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;

	/* A team is small: no index for another spelling of the prefix. */
	*count = 0;
	query = db_query(db, "SELECT id, name, last_seen_at FROM agents"
			     " WHERE lower(substr(name, 1, length($1))) = lower($1) ORDER BY name LIMIT $2");
	db_bind_text(query, 1, prefix);
	db_bind_int(query, 2, (int64_t)limit);
	while (*count < limit && (step = db_step(query)) == DB_ROW) {
		struct agent *row = &rows[(*count)++];

		row->id = db_column_int(query, 0);
		utf8_copy(row->name, sizeof row->name, db_column_text(query, 1));
		row->last_seen_at = db_column_int(query, 2);
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}
