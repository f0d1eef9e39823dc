/* SPDX-License-Identifier: MIT */
#include "core/idempotency.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

#define KEPT_MS (24LL * 60 * 60 * 1000)

enum status
idempotency_find(struct db *db, const char *key, const char *request_hash, int *http_status, char **body, struct err *err)
{
	struct db_statement *query = db_query(db, "SELECT request_hash, http_status, body FROM idempotency_keys WHERE key = $1");
	enum status status = STATUS_OK;
	enum db_step step;

	*body = NULL;
	db_bind_text(query, 1, key);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return STATUS_NOT_FOUND;
	if (strcmp(db_column_text(query, 0), request_hash) != 0) {
		status = err_set(err, STATUS_CONFLICT,
				 _("This Idempotency-Key was used for another request; use a new key for a new message."));
	} else {
		*http_status = (int)db_column_int(query, 1);
		*body = strdup(db_column_text(query, 2));
		if (*body == NULL)
			status = err_set(err, STATUS_NO_MEMORY,
					 _("There is not enough memory; close other programs and try again."));
	}
	db_reset(query);
	return status;
}

enum status
idempotency_store(struct db *db, const char *key, const char *request_hash, int http_status, const char *body,
		  int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum status status;

	query = db_query(db, "DELETE FROM idempotency_keys WHERE created_at < $1");
	db_bind_int(query, 1, now_ms - KEPT_MS);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "INSERT INTO idempotency_keys (key, request_hash, http_status, body, created_at)"
			     " VALUES ($1, $2, $3, $4, $5)");
	db_bind_text(query, 1, key);
	db_bind_text(query, 2, request_hash);
	db_bind_int(query, 3, http_status);
	db_bind_text(query, 4, body);
	db_bind_int(query, 5, now_ms);
	return db_run(query, err);
}
