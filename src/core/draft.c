/* SPDX-License-Identifier: MIT */
#include "core/draft.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

static const char *const kind_names[] = { [DRAFT_REPLY] = "reply", [DRAFT_NOTE] = "note" };

enum status
draft_save_kind(struct db *db, const struct draft_key *key, const char *body, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	if (body[0] == '\0') {
		query = db_query(db, "DELETE FROM drafts WHERE thread_id = $1 AND agent = $2 AND kind = $3");
	} else {
		query = db_query(db, "INSERT INTO drafts (thread_id, agent, kind, body, updated_at) VALUES ($1, $2, $3, $4, $5)"
				     " ON CONFLICT (thread_id, agent, kind) DO UPDATE SET body = excluded.body,"
				     " updated_at = excluded.updated_at");
		db_bind_text(query, 4, body);
		db_bind_int(query, 5, now_ms);
	}
	db_bind_int(query, 1, key->thread_id);
	db_bind_text(query, 2, key->agent);
	db_bind_text(query, 3, kind_names[key->kind]);
	return db_run(query, err);
}

enum status
draft_load_kind(struct db *db, const struct draft_key *key, char **body, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	*body = NULL;
	query = db_query(db, "SELECT body FROM drafts WHERE thread_id = $1 AND agent = $2 AND kind = $3");
	db_bind_int(query, 1, key->thread_id);
	db_bind_text(query, 2, key->agent);
	db_bind_text(query, 3, kind_names[key->kind]);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	*body = strdup(step == DB_ROW ? db_column_text(query, 0) : "");
	db_reset(query);
	if (*body == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	return STATUS_OK;
}

enum status
draft_save(struct db *db, int64_t thread_id, const char *agent, const char *body, int64_t now_ms, struct err *err)
{
	const struct draft_key key = { .thread_id = thread_id, .agent = agent, .kind = DRAFT_REPLY };

	return draft_save_kind(db, &key, body, now_ms, err);
}

enum status
draft_load(struct db *db, int64_t thread_id, const char *agent, char **body, struct err *err)
{
	const struct draft_key key = { .thread_id = thread_id, .agent = agent, .kind = DRAFT_REPLY };

	return draft_load_kind(db, &key, body, err);
}
