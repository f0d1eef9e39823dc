/* SPDX-License-Identifier: MIT */
/*
 * Who may be the same person as this customer. Three questions, each answered from an index and cut at a number of candidates; a
 * common name may have more bearers than are looked at, the newest are.
 */
#include <stdlib.h>
#include <string.h>

#include "core/client.h"
#include "core/client_merge.h"
#include "core/i18n.h"
#include "core/strbuf.h"
#include "core/text_fold.h"
#include "core/utf8.h"

#define ADDRESSES_MAX 50
#define LOCAL_LENGTH_LEAST 4
#define SCORE_ADDRESS 95
#define SCORE_FULL_NAME 70
#define SCORE_ONE_WORD 45
#define SCORE_MAILBOX 55

struct candidates {
	int64_t client_id; /* for whom */
	struct client_suggestion rows[SUGGESTIONS_MAX];
	size_t count;
};

const char *
suggestion_reason_text(enum suggestion_reason reason)
{
	switch (reason) {
	case SUGGESTION_SAME_ADDRESS:
		return _("same number or address");
	case SUGGESTION_SAME_NAME:
		return _("same name on another channel");
	case SUGGESTION_SAME_MAILBOX:
		return _("same name before the @");
	}
	return "";
}

/* Keeps the best ones, best first; equal scores in the order they were found. */
static void
consider(struct candidates *all, int64_t client_id, int score, enum suggestion_reason reason)
{
	size_t at;

	for (at = 0; at < all->count; at++) {
		if (all->rows[at].client_id != client_id)
			continue;
		if (all->rows[at].score >= score)
			return;
		memmove(&all->rows[at], &all->rows[at + 1], (all->count - at - 1) * sizeof all->rows[0]);
		all->count--;
		break;
	}
	for (at = all->count; at > 0 && all->rows[at - 1].score < score; at--)
		;
	if (at == SUGGESTIONS_MAX)
		return;
	if (all->count == SUGGESTIONS_MAX)
		all->count--;
	memmove(&all->rows[at + 1], &all->rows[at], (all->count - at) * sizeof all->rows[0]);
	memset(&all->rows[at], 0, sizeof all->rows[at]);
	all->rows[at].client_id = client_id;
	all->rows[at].score = score;
	all->rows[at].reason = reason;
	all->count++;
}

static enum status
collect(struct db *db, struct db_statement *query, struct candidates *all, int score, enum suggestion_reason reason,
	struct err *err)
{
	enum db_step step;

	while ((step = db_step(query)) == DB_ROW) {
		if (db_column_int(query, 0) != all->client_id)
			consider(all, db_column_int(query, 0), score, reason);
	}
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

/* Boxes that belong to a place, not to a person. */
static bool
is_common_mailbox(const char *local, size_t len)
{
	static const char *const common[] = { "info",	 "admin",   "contact", "contacto", "hola",    "hello",
					      "ventas",	 "sales",   "support", "soporte",  "office",  "oficina",
					      "billing", "noreply", "no-reply", "mail",	    "correo",  "team" };

	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
		if (strlen(common[i]) == len && strncmp(common[i], local, len) == 0)
			return true;
	}
	return false;
}

static enum status
same_mailbox(struct db *db, const char *canonical, struct candidates *all, struct err *err)
{
	const char *at = strrchr(canonical, '@');
	size_t len = at != NULL ? (size_t)(at - canonical) : 0;
	struct db_statement *query;
	char from[ADDRESS_SIZE], below[ADDRESS_SIZE];

	if (len < LOCAL_LENGTH_LEAST || is_common_mailbox(canonical, len))
		return STATUS_OK;
	utf8_copy(from, sizeof from, canonical);
	from[len + 1] = '\0';
	utf8_copy(below, sizeof below, from);
	below[len] = '@' + 1;
	query = db_query(db, "SELECT client_id FROM client_addresses WHERE kind = 'email' AND canonical >= $1 AND canonical < $2"
			     " LIMIT 50");
	db_bind_text(query, 1, from);
	db_bind_text(query, 2, below);
	return collect(db, query, all, SCORE_MAILBOX, SUGGESTION_SAME_MAILBOX, err);
}

static enum status
by_addresses(struct db *db, struct candidates *all, struct err *err)
{
	static const char text[] = "SELECT canonical FROM client_addresses WHERE client_id = $1 ORDER BY id LIMIT $2";
	char canonical[ADDRESSES_MAX][ADDRESS_SIZE];
	struct db_statement *query = db_query(db, text);
	enum status status = STATUS_OK;
	enum db_step step = DB_DONE;
	size_t count = 0;

	db_bind_int(query, 1, all->client_id);
	db_bind_int(query, 2, ADDRESSES_MAX);
	while (count < ADDRESSES_MAX && (step = db_step(query)) == DB_ROW)
		utf8_copy(canonical[count++], ADDRESS_SIZE, db_column_text(query, 0));
	db_reset(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		query = db_query(db, "SELECT client_id FROM client_addresses"
				     " WHERE kind IN ('phone', 'email', 'whatsapp_user') AND canonical = $1 LIMIT 50");
		db_bind_text(query, 1, canonical[i]);
		status = collect(db, query, all, SCORE_ADDRESS, SUGGESTION_SAME_ADDRESS, err);
		if (status == STATUS_OK)
			status = same_mailbox(db, canonical[i], all, err);
	}
	return status;
}

/* The words of a name, one after the other, as an expression of the index. */
static void
add_phrase(struct strbuf *out, const char *name)
{
	strbuf_add_char(out, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"') /* doubled inside quotes */
			strbuf_add_char(out, '"');
		strbuf_add_char(out, *name);
	}
	strbuf_add_char(out, '"');
}

static enum status
by_name(struct db *db, const struct client *client, struct candidates *all, struct err *err)
{
	int score = strchr(client->name, ' ') != NULL ? SCORE_FULL_NAME : SCORE_ONE_WORD;
	struct db_statement *query;
	struct strbuf expression;
	enum db_step step = DB_DONE;

	strbuf_init(&expression, 2 * CLIENT_NAME_SIZE + 2);
	add_phrase(&expression, client->name);
	query = db_query(db, "SELECT c.id, c.name FROM (SELECT rowid AS id FROM clients_fts WHERE clients_fts MATCH $1"
			     " ORDER BY rowid DESC LIMIT 500) f JOIN clients c ON c.id = f.id WHERE c.id <> $2"
			     " AND EXISTS (SELECT 1 FROM communication_threads t WHERE t.client_id = c.id"
			     " AND NOT EXISTS (SELECT 1 FROM communication_threads u WHERE u.client_id = $2"
			     " AND u.thread_type = t.thread_type)) ORDER BY c.id DESC");
	db_bind_text(query, 1, strbuf_text(&expression));
	db_bind_int(query, 2, client->id);
	while (client->name[0] != '\0' && (step = db_step(query)) == DB_ROW) {
		if (text_same_name(db_column_text(query, 1), client->name))
			consider(all, db_column_int(query, 0), score, SUGGESTION_SAME_NAME);
	}
	db_reset(query);
	strbuf_release(&expression);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

/* Fills in who it is; *take is false for one that is part of another, or that an agent has parted from this customer. */
static enum status
describe(struct db *db, int64_t client_id, struct client_suggestion *row, bool *take, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	query = db_query(db, "SELECT c.name, coalesce((SELECT a.address FROM client_addresses a WHERE a.client_id = c.id"
			     " ORDER BY a.id LIMIT 1), '') FROM clients c WHERE c.id = $1 AND c.merged_into IS NULL"
			     " AND NOT EXISTS (SELECT 1 FROM client_merges m WHERE m.kept_id = $1 AND m.gone_id = $2"
			     " AND m.undone_at IS NOT NULL)"
			     " AND NOT EXISTS (SELECT 1 FROM client_merges m WHERE m.kept_id = $2 AND m.gone_id = $1"
			     " AND m.undone_at IS NOT NULL)");
	db_bind_int(query, 1, row->client_id);
	db_bind_int(query, 2, client_id);
	step = db_step(query);
	*take = step == DB_ROW;
	if (*take) {
		utf8_copy(row->name, sizeof row->name, db_column_text(query, 0));
		utf8_copy(row->address, sizeof row->address, db_column_text(query, 1));
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
client_suggestions(struct db *db, int64_t client_id, size_t limit, struct client_suggestion *rows, size_t *count,
		   struct err *err)
{
	struct candidates *all = calloc(1, sizeof *all);
	struct client client;
	enum status status;

	*count = 0;
	if (all == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	all->client_id = client_id;
	status = client_get(db, client_id, &client, err);
	if (status == STATUS_OK)
		status = by_addresses(db, all, err);
	if (status == STATUS_OK)
		status = by_name(db, &client, all, err);
	client_release(&client);
	for (size_t i = 0; status == STATUS_OK && i < all->count && *count < limit; i++) {
		bool take;

		rows[*count] = all->rows[i];
		status = describe(db, client_id, &rows[*count], &take, err);
		*count += take;
	}
	free(all);
	return status;
}
