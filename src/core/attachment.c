/* SPDX-License-Identifier: MIT */
#include "core/attachment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

#define DELAY_FIRST_MS 2000
#define DELAY_MAX_MS ((int64_t)600 * 1000)

char *
attachment_folder(const char *database)
{
	const char *slash = strrchr(database, '/');
	char *folder;

	if (asprintf(&folder, "%.*sfiles", slash != NULL ? (int)(slash + 1 - database) : 0, database) < 0)
		return NULL;
	return folder;
}

char *
attachment_file(const char *database, const char *path)
{
	const char *slash = strrchr(database, '/');
	char *file;

	/* Names of our own have no folder in them: anything else was not written by us. */
	if (path[0] == '\0' || path[0] == '.' || strchr(path, '/') != NULL)
		return NULL;
	if (asprintf(&file, "%.*sfiles/%s", slash != NULL ? (int)(slash + 1 - database) : 0, database, path) < 0)
		return NULL;
	return file;
}

void
attachment_due_release(struct attachment_due *due)
{
	free(due->url);
	free(due->name);
	memset(due, 0, sizeof *due);
}

enum status
attachment_next_after(struct db *db, int64_t now_ms, int64_t *due_ms, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	*due_ms = 0;
	query = db_query(db, "SELECT next_attempt_at FROM attachments WHERE kind = 'media' AND state = 'pending'"
			     " AND next_attempt_at > $1 ORDER BY next_attempt_at LIMIT 1");
	db_bind_int(query, 1, now_ms);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_ROW)
		*due_ms = db_column_int(query, 0);
	db_reset(query);
	return STATUS_OK;
}

enum status
attachment_list_due(struct db *db, int64_t now_ms, struct attachment_due *items, size_t max, size_t *count, struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;
	bool whole = true;

	*count = 0;
	query = db_query(db, "SELECT id, attempts, url, name FROM attachments WHERE kind = 'media' AND state = 'pending'"
			     " AND next_attempt_at <= $1 ORDER BY next_attempt_at, id LIMIT $2");
	db_bind_int(query, 1, now_ms);
	db_bind_int(query, 2, (int64_t)max);
	while (*count < max && (step = db_step(query)) == DB_ROW) {
		struct attachment_due *due = &items[(*count)++];

		due->id = db_column_int(query, 0);
		due->attempts = (int)db_column_int(query, 1);
		due->url = strdup(db_column_text(query, 2));
		due->name = strdup(db_column_text(query, 3));
		whole = whole && due->url != NULL && due->name != NULL;
	}
	db_reset(query);
	if (step != DB_FAILED && whole)
		return STATUS_OK;
	while (*count > 0)
		attachment_due_release(&items[--*count]);
	if (step == DB_FAILED)
		return db_failure(db, err);
	return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
}

enum status
attachment_set_ready(struct db *db, int64_t id, const struct attachment_facts *facts, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE attachments SET state = 'ready', path = $2, content_type = $3, size = $4, width = $5,"
			     " height = $6, error = '', attempts = attempts + 1 WHERE id = $1 AND state = 'pending'");
	db_bind_int(query, 1, id);
	db_bind_text(query, 2, facts->path);
	db_bind_text(query, 3, facts->content_type);
	db_bind_int(query, 4, facts->size);
	db_bind_int(query, 5, facts->width);
	db_bind_int(query, 6, facts->height);
	return db_run(query, err);
}

enum status
attachment_set_failed(struct db *db, int64_t id, bool final, const char *reason, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	/* 2, 6, 18, 54, 162, 486, 600 seconds: a file that is not there yet mostly comes within the first. */
	query = db_query(db, "UPDATE attachments SET attempts = attempts + 1, error = $2,"
			     " state = CASE WHEN $3 OR attempts + 1 >= $4 THEN 'failed' ELSE 'pending' END,"
			     " next_attempt_at = $5 + min($7, CASE attempts WHEN 0 THEN $6 WHEN 1 THEN $6 * 3"
			     " WHEN 2 THEN $6 * 9 WHEN 3 THEN $6 * 27 WHEN 4 THEN $6 * 81 WHEN 5 THEN $6 * 243 ELSE $7 END)"
			     " WHERE id = $1 AND state = 'pending'");
	db_bind_int(query, 1, id);
	db_bind_text(query, 2, reason);
	db_bind_int(query, 3, final);
	db_bind_int(query, 4, ATTACHMENT_ATTEMPTS_MAX);
	db_bind_int(query, 5, now_ms);
	db_bind_int(query, 6, DELAY_FIRST_MS);
	db_bind_int(query, 7, DELAY_MAX_MS);
	return db_run(query, err);
}

enum status
attachment_set_too_large(struct db *db, int64_t id, int64_t size, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE attachments SET state = 'too_large', size = $2, error = $3, attempts = attempts + 1"
			     " WHERE id = $1 AND state = 'pending'");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, size);
	db_bind_text(query, 3, _("The file is larger than 16 MB; ask the customer for a smaller one."));
	return db_run(query, err);
}

enum status
attachment_retry(struct db *db, int64_t id, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum db_step step;
	bool found;

	query = db_query(db, "UPDATE attachments SET state = 'pending', attempts = 0, next_attempt_at = $2, error = ''"
			     " WHERE id = $1 AND kind = 'media' AND state IN ('pending', 'failed') AND url <> ''"
			     " RETURNING id");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, now_ms);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	found = step == DB_ROW;
	if (found)
		return db_run(query, err);
	return err_set(err, STATUS_INVALID, _("This file needs no other try: it is here already, was removed, or is too large."));
}
