/* SPDX-License-Identifier: MIT */
#include "core/client.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/search_index.h"
#include "core/utf8.h"

enum status
client_add_address(struct db *db, int64_t id, const struct address *address, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "INSERT INTO client_addresses (client_id, kind, address, canonical, created_at)"
			     " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (kind, address) DO NOTHING");
	db_bind_int(query, 1, id);
	db_bind_text(query, 2, address_kind_name(address->kind));
	db_bind_text(query, 3, address->text);
	db_bind_text(query, 4, address->canonical);
	db_bind_int(query, 5, now_ms);
	return db_run(query, err);
}

/* STATUS_NOT_FOUND without a sentence if nobody has it. *exact tells whether this very spelling is known. */
static enum status
find(struct db *db, const struct address *address, int64_t *id, bool *exact, bool *named, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	query = db_query(db, "SELECT a.client_id, a.address = $3, c.name <> '' FROM client_addresses a"
			     " JOIN clients c ON c.id = a.client_id WHERE a.kind = $1 AND a.canonical = $2"
			     " ORDER BY a.address = $3 DESC, a.id LIMIT 1");
	db_bind_text(query, 1, address_kind_name(address->kind));
	db_bind_text(query, 2, address->canonical);
	db_bind_text(query, 3, address->text);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return STATUS_NOT_FOUND;
	*id = db_column_int(query, 0);
	*exact = db_column_int(query, 1) != 0;
	*named = db_column_int(query, 2) != 0;
	db_reset(query);
	return STATUS_OK;
}

static enum status
make(struct db *db, const char *name, int64_t now_ms, int64_t *id, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "INSERT INTO clients (name, created_at, updated_at) VALUES ($1, $2, $2) RETURNING id");
	db_bind_text(query, 1, name != NULL ? name : "");
	db_bind_int(query, 2, now_ms);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	*id = db_column_int(query, 0);
	return db_run(query, err);
}

enum status
client_store_name(struct db *db, int64_t id, const char *name, int64_t now_ms, struct err *err)
{
	struct db_statement *query = db_query(db, "SELECT name FROM clients WHERE id = $1");
	char *old = NULL;
	enum status status;

	db_bind_int(query, 1, id);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	old = strdup(db_column_text(query, 0)); /* whole: the index forgets only the very text it was given */
	db_reset(query);
	if (old == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	status = search_index_rename(db, id, old, name, err);
	free(old);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE clients SET name = $2, updated_at = $3 WHERE id = $1");
	db_bind_int(query, 1, id);
	db_bind_text(query, 2, name);
	db_bind_int(query, 3, now_ms);
	return db_run(query, err);
}

enum status
client_find_or_make(struct db *db, const struct address *address, const char *name, int64_t now_ms, int64_t *id,
		    struct err *err)
{
	bool exact = false, named = false;
	enum status status = find(db, address, id, &exact, &named, err);

	if (status == STATUS_NOT_FOUND) {
		status = make(db, name, now_ms, id, err);
		named = true;
	}
	if (status == STATUS_OK && !named && name != NULL && name[0] != '\0')
		status = client_store_name(db, *id, name, now_ms, err);
	if (status == STATUS_OK && !exact)
		status = client_add_address(db, *id, address, now_ms, err);
	return status;
}

enum status
client_addresses(struct db *db, int64_t id, size_t limit, struct client_address *rows, size_t *count, struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;

	*count = 0;
	query = db_query(db, "SELECT kind, address FROM client_addresses WHERE client_id = $1 ORDER BY id LIMIT $2");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, (int64_t)limit);
	while (*count < limit && (step = db_step(query)) == DB_ROW) {
		utf8_copy(rows[*count].kind, sizeof rows[*count].kind, db_column_text(query, 0));
		utf8_copy(rows[*count].address, sizeof rows[*count].address, db_column_text(query, 1));
		(*count)++;
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}
