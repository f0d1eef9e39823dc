/* SPDX-License-Identifier: MIT */
/* What agents know about a customer: name, language, notes. */
#include <stdlib.h>
#include <string.h>

#include "core/audit.h"
#include "core/client.h"
#include "core/i18n.h"
#include "core/utf8.h"

void
client_release(struct client *client)
{
	free(client->notes);
	memset(client, 0, sizeof *client);
}

enum status
client_get(struct db *db, int64_t id, struct client *client, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	memset(client, 0, sizeof *client);
	query = db_query(db, "SELECT name, language, notes, created_at, updated_at, merged_into FROM clients WHERE id = $1");
	db_bind_int(query, 1, id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return err_set(err, STATUS_NOT_FOUND, _("There is no customer %lld; look for another one."), (long long)id);
	client->id = id;
	utf8_copy(client->name, sizeof client->name, db_column_text(query, 0));
	utf8_copy(client->language, sizeof client->language, db_column_text(query, 1));
	client->notes = strdup(db_column_text(query, 2));
	client->created_at = db_column_int(query, 3);
	client->updated_at = db_column_int(query, 4);
	client->merged_into = db_column_int(query, 5);
	db_reset(query);
	if (client->notes == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	return STATUS_OK;
}

/* The customer before the edit, to be released, if it may be edited. */
static enum status
begin_edit(struct db *db, const struct client_edit *edit, struct client *before, struct err *err)
{
	enum status status = client_get(db, edit->id, before, err);

	if (status == STATUS_OK && before->merged_into != 0) {
		client_release(before);
		status = err_set(err, STATUS_CONFLICT, "%s",
				 _("This customer is part of another one now; change that one, or take the merge back."));
	}
	return status;
}

static enum status
check_text(const char *text, size_t most, struct err *err)
{
	size_t len = strlen(text);

	if (len > most)
		return err_set(err, STATUS_INVALID, _("This text is too long; at most %zu bytes fit."), most);
	if (!utf8_valid(text, len))
		return err_set(err, STATUS_INVALID, "%s", _("This text is not UTF-8; type it again."));
	return STATUS_OK;
}

static enum status
store(struct db_statement *update, const struct client_edit *edit, const char *text, struct err *err)
{
	db_bind_int(update, 1, edit->id);
	db_bind_text(update, 2, text);
	db_bind_int(update, 3, edit->now_ms);
	return db_run(update, err);
}

static enum status
note(struct db *db, const struct client_edit *edit, const char *action, const char *from, const char *to, struct err *err)
{
	struct audit audit = { .actor = edit->actor,
			       .action = action,
			       .object_type = "client",
			       .object_id = edit->id,
			       .at = edit->now_ms };

	return audit_write(db, &audit, from, to, err);
}

enum status
client_rename(struct db *db, const struct client_edit *edit, const char *name, struct err *err)
{
	struct client before;
	enum status status = check_text(name, CLIENT_NAME_SIZE - 1, err);

	if (status == STATUS_OK)
		status = begin_edit(db, edit, &before, err);
	if (status != STATUS_OK)
		return status;
	if (strcmp(before.name, name) != 0) {
		status = client_store_name(db, edit->id, name, edit->now_ms, err);
		if (status == STATUS_OK)
			status = note(db, edit, "rename", before.name, name, err);
	}
	client_release(&before);
	return status;
}

/* Letters, digits and hyphens, beginning with a letter: "es", "pt-BR". */
static bool
is_language(const char *tag)
{
	size_t len = strlen(tag);

	if (len == 0)
		return true;
	if (len < 2 || len >= CLIENT_LANGUAGE_SIZE || !((tag[0] | 0x20) >= 'a' && (tag[0] | 0x20) <= 'z'))
		return false;
	return strspn(tag, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == len;
}

enum status
client_set_language(struct db *db, const struct client_edit *edit, const char *language, struct err *err)
{
	struct client before;
	enum status status;

	if (!is_language(language))
		return err_set(err, STATUS_INVALID, "%s", _("This is no language; give its tag, as \"es\" or \"pt-BR\"."));
	status = begin_edit(db, edit, &before, err);
	if (status != STATUS_OK)
		return status;
	if (strcmp(before.language, language) != 0) {
		status = store(db_query(db, "UPDATE clients SET language = $2, updated_at = $3 WHERE id = $1"), edit, language,
			       err);
		if (status == STATUS_OK)
			status = note(db, edit, "language", before.language, language, err);
	}
	client_release(&before);
	return status;
}

enum status
client_set_notes(struct db *db, const struct client_edit *edit, const char *notes, struct err *err)
{
	struct client before;
	enum status status = check_text(notes, CLIENT_NOTES_MAX, err);

	if (status == STATUS_OK)
		status = begin_edit(db, edit, &before, err);
	if (status != STATUS_OK)
		return status;
	if (strcmp(before.notes, notes) != 0) {
		status = store(db_query(db, "UPDATE clients SET notes = $2, updated_at = $3 WHERE id = $1"), edit, notes,
			       err);
		if (status == STATUS_OK) /* what is noted about a person stays in one place */
			status = note(db, edit, "notes", NULL, NULL, err);
	}
	client_release(&before);
	return status;
}
