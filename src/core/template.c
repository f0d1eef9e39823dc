/* SPDX-License-Identifier: MIT */
#include "core/template.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/json.h"
#include "core/utf8.h"

static bool
is_content_sid(const char *name)
{
	return strncmp(name, "HX", 2) == 0 && strlen(name) == 34 && strspn(name + 2, "0123456789abcdefABCDEF") == 32;
}

enum status
template_find(struct db *db, enum channel channel, const char *name, struct template_row *row, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	row->body = NULL;
	query = db_query(db, "SELECT content_sid, body FROM templates WHERE channel = $1 AND status = 'approved'"
			     " AND (name = $2 OR content_sid = $2) ORDER BY updated_at DESC LIMIT 1");
	db_bind_text(query, 1, channel_name(channel));
	db_bind_text(query, 2, name);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE && !is_content_sid(name))
		return err_set(err, STATUS_NOT_FOUND, _("There is no approved template of that name; see the list of templates."));
	utf8_copy(row->content_sid, sizeof row->content_sid, step == DB_ROW ? db_column_text(query, 0) : name);
	row->body = strdup(step == DB_ROW ? db_column_text(query, 1) : "");
	db_reset(query);
	if (row->body == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	return STATUS_OK;
}

enum status
template_list(struct db *db, enum channel channel, size_t limit, struct template_item *rows, size_t *count, struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;

	*count = 0;
	query = db_query(db, "SELECT name, language, content_sid, body FROM templates WHERE channel = $1"
			     " AND status = 'approved' ORDER BY name, language LIMIT $2");
	db_bind_text(query, 1, channel_name(channel));
	db_bind_int(query, 2, (int64_t)limit);
	while (*count < limit && (step = db_step(query)) == DB_ROW) {
		struct template_item *row = &rows[(*count)++];

		utf8_copy(row->name, sizeof row->name, db_column_text(query, 0));
		utf8_copy(row->language, sizeof row->language, db_column_text(query, 1));
		utf8_copy(row->content_sid, sizeof row->content_sid, db_column_text(query, 2));
		utf8_copy(row->body, sizeof row->body, db_column_text(query, 3));
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

enum status
template_save(struct db *db, enum channel channel, const struct template_item *item, int64_t now_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "INSERT INTO templates (channel, name, language, content_sid, body, status, updated_at)"
			     " VALUES ($1, $2, $3, $4, $5, 'approved', $6) ON CONFLICT (channel, name, language) DO UPDATE"
			     " SET content_sid = excluded.content_sid, body = excluded.body, status = 'approved',"
			     " updated_at = excluded.updated_at");
	db_bind_text(query, 1, channel_name(channel));
	db_bind_text(query, 2, item->name);
	db_bind_text(query, 3, item->language);
	db_bind_text(query, 4, item->content_sid);
	db_bind_text(query, 5, item->body);
	db_bind_int(query, 6, now_ms);
	return db_run(query, err);
}

static bool
is_among(const char *name, char (*names)[TEMPLATE_VARIABLE_SIZE], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

size_t
template_variables(const char *body, char (*names)[TEMPLATE_VARIABLE_SIZE], size_t max)
{
	const char *open, *close;
	size_t count = 0;

	while (count < max && (open = strstr(body, "{{")) != NULL && (close = strstr(open, "}}")) != NULL) {
		size_t len = (size_t)(close - open) - 2;
		char name[TEMPLATE_VARIABLE_SIZE];

		body = close + 2;
		if (len == 0 || len >= sizeof name)
			continue;
		memcpy(name, open + 2, len);
		name[len] = '\0';
		if (!is_among(name, names, count))
			memcpy(names[count++], name, len + 1);
	}
	return count;
}

enum status
template_render(const char *body, const char *variables, struct strbuf *out, struct err *err)
{
	struct json *values = NULL;
	enum status status = STATUS_OK;
	const char *open, *close;

	if (variables != NULL)
		status = json_parse(variables, strlen(variables), 2, &values, err);
	if (status != STATUS_OK)
		return status;
	while ((open = strstr(body, "{{")) != NULL && (close = strstr(open, "}}")) != NULL) {
		size_t len = (size_t)(close - open) - 2;
		const char *value = NULL;
		char name[TEMPLATE_VARIABLE_SIZE];

		if (len < sizeof name) {
			memcpy(name, open + 2, len);
			name[len] = '\0';
			value = values != NULL ? json_string(json_get(values, name)) : NULL;
		}
		strbuf_add(out, body, (size_t)(open - body));
		if (value != NULL)
			strbuf_add_string(out, value);
		else
			strbuf_add(out, open, len + 4);
		body = close + 2;
	}
	strbuf_add_string(out, body);
	json_free(values);
	if (out->failed)
		return err_set(err, STATUS_INVALID, _("The filled-in template is too long; shorten its values."));
	return STATUS_OK;
}
