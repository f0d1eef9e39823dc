/* SPDX-License-Identifier: MIT */
/*
 * Finding conversations by words. Customers are matched first (name, number), then messages, newest hits first: ranking by
 * relevance would read every hit of a common word, newest first reads a page. The index may be a moment behind.
 */
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/search_index.h"
#include "core/thread.h"

#define HITS_MAX 2000 /* message hits looked at for one page */

struct found {
	int64_t ids[HITS_MAX];
	size_t count;
};

static void
add_found(struct found *found, int64_t id)
{
	for (size_t i = 0; i < found->count; i++) {
		if (found->ids[i] == id)
			return;
	}
	if (found->count < HITS_MAX)
		found->ids[found->count++] = id;
}

static enum status
collect(struct db *db, struct db_statement *query, struct found *found, struct err *err)
{
	enum db_step step;

	while ((step = db_step(query)) == DB_ROW)
		add_found(found, db_column_int(query, 0));
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

/* The beginning of a number as people type it: digits, blanks, dashes, parentheses; `out` gets plus and digits. */
static bool
looks_like_number(const char *words, char out[32])
{
	size_t len = 1, digits = 0;

	for (; *words != '\0'; words++) {
		if (strchr(" -()", *words) != NULL)
			continue;
		if (*words == '+' && digits == 0)
			continue;
		if (*words < '0' || *words > '9' || len >= 30)
			return false;
		digits++;
		out[len++] = *words;
	}
	out[0] = '+'; /* typed or not, the stored ones have it */
	out[len] = '\0';
	return digits >= 4;
}

static enum status
find_by_customer(struct db *db, const char *expression, const char *words, struct found *found, struct err *err)
{
	struct db_statement *query;
	enum status status;
	char number[32];

	query = db_query(db, "SELECT t.id FROM clients_fts f JOIN communication_threads t ON t.client_id = f.rowid"
			     " WHERE clients_fts MATCH $1 ORDER BY f.rowid DESC LIMIT 500");
	db_bind_text(query, 1, expression);
	status = collect(db, query, found, err);
	if (status != STATUS_OK || !looks_like_number(words, number))
		return status;
	query = db_query(db, "SELECT t.id FROM client_addresses a JOIN communication_threads t ON t.client_id = a.client_id"
			     " WHERE a.kind = 'phone' AND a.address >= $1 AND a.address < $1 || '~' LIMIT 500");
	db_bind_text(query, 1, number);
	return collect(db, query, found, err);
}

static enum status
find_by_message(struct db *db, const char *expression, struct found *found, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "SELECT m.thread_id FROM messages_fts f JOIN messages m ON m.id = f.rowid"
			     " WHERE messages_fts MATCH $1 ORDER BY f.rowid DESC LIMIT $2");
	db_bind_text(query, 1, expression);
	db_bind_int(query, 2, HITS_MAX);
	return collect(db, query, found, err);
}

enum status
thread_search(struct db *db, const char *words, const struct thread_filter *filter, size_t limit, struct thread *rows,
	      size_t *count, struct err *err)
{
	struct found *found = calloc(1, sizeof *found);
	struct strbuf expression;
	enum status status = STATUS_OK;

	*count = 0;
	strbuf_init(&expression, 4096);
	if (found == NULL) {
		status = err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
		goto out;
	}
	if (!search_expression(words, &expression)) {
		status = err_set(err, STATUS_INVALID, _("There is no word to search for; type at least one."));
		goto out;
	}
	status = find_by_customer(db, strbuf_text(&expression), words, found, err);
	if (status == STATUS_OK)
		status = find_by_message(db, strbuf_text(&expression), found, err);
	for (size_t i = 0; status == STATUS_OK && i < found->count && *count < limit; i++) {
		status = thread_get(db, found->ids[i], &rows[*count], err);
		if (status == STATUS_OK && thread_filter_takes(filter, &rows[*count]))
			(*count)++;
	}
out:
	strbuf_release(&expression);
	free(found);
	return status;
}
