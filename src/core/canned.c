/* SPDX-License-Identifier: MIT */
/* A few hundred rows at most: what fits best is found by sorting the versions of a name. */
#include "core/canned.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/utf8.h"

#define FIELD_MAX 64  /* bytes of a name between the braces */
#define VALUE_MAX 200 /* bytes of what is put in */

/* "ES_mx " becomes "es-mx"; false if it is no language's short name. "" stays "". */
static bool
fold_language(const char *typed, char out[CANNED_LANGUAGE_SIZE])
{
	size_t len = strlen(typed);

	out[0] = '\0';
	while (len > 0 && typed[len - 1] == ' ')
		len--;
	if (len == 0)
		return true;
	if (len < 2 || len >= CANNED_LANGUAGE_SIZE)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = typed[i] == '_' ? '-' : typed[i];

		if (!isalnum((unsigned char)c) && c != '-')
			return false;
		out[i] = (char)tolower((unsigned char)c);
	}
	out[len] = '\0';
	return isalpha((unsigned char)out[0]) && isalpha((unsigned char)out[1]);
}

/* The two spellings that fit a customer: "es-mx" and "es". */
struct fit {
	char language[CANNED_LANGUAGE_SIZE];
	char base[CANNED_LANGUAGE_SIZE];
};

static void
find_fit(const char *language, struct fit *fit)
{
	if (language == NULL || language[0] == '\0' || !fold_language(language, fit->language))
		utf8_copy(fit->language, sizeof fit->language, i18n_language());
	memcpy(fit->base, fit->language, sizeof fit->base);
	fit->base[strcspn(fit->base, "-")] = '\0';
}

static enum status
check(const struct canned *canned, char name[SHORT_NAME_SIZE], char language[CANNED_LANGUAGE_SIZE], struct err *err)
{
	size_t len = strlen(canned->body);
	enum status status = short_name_fold(canned->name, name, err);
	enum channel channel;

	if (status != STATUS_OK)
		return status;
	if (strpbrk(name, "/:") != NULL)
		return err_set(err, STATUS_INVALID, "%s", _("A canned reply's name has no \"/\" and no \":\"; leave them out."));
	if (canned->channel[0] != '\0' && !channel_parse(canned->channel, &channel))
		return err_set(err, STATUS_INVALID, "%s", _("The channel is sms, whatsapp or email, or nothing for all."));
	if (!fold_language(canned->language, language))
		return err_set(err, STATUS_INVALID, "%s",
			       _("The language is a short name such as es, en or pt-br, or nothing for all."));
	if (strspn(canned->body, " \t\r\n") == len || !utf8_valid(canned->body, len))
		return err_set(err, STATUS_INVALID, "%s", _("A canned reply needs a text; write what is to be sent."));
	return STATUS_OK;
}

static enum status
count_versions(struct db *db, int64_t *count, struct err *err)
{
	struct db_statement *query = db_query(db, "SELECT count(*) FROM canned_replies");

	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	*count = db_column_int(query, 0);
	db_reset(query);
	return STATUS_OK;
}

enum status
canned_save(struct db *db, const struct canned *canned, int64_t now_ms, int64_t *id, struct err *err)
{
	char name[SHORT_NAME_SIZE], language[CANNED_LANGUAGE_SIZE];
	struct db_statement *query;
	int64_t count = 0;
	enum status status = check(canned, name, language, err);

	if (status != STATUS_OK)
		return status;
	query = db_query(db, "INSERT INTO canned_replies (name, channel, language, body, updated_at) VALUES ($1, $2, $3, $4, $5)"
			     " ON CONFLICT (name, channel, language) DO UPDATE SET body = excluded.body,"
			     " updated_at = excluded.updated_at RETURNING id");
	db_bind_text(query, 1, name);
	db_bind_text(query, 2, canned->channel);
	db_bind_text(query, 3, language);
	db_bind_text(query, 4, canned->body);
	db_bind_int(query, 5, now_ms);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	if (id != NULL)
		*id = db_column_int(query, 0);
	status = db_run(query, err);
	if (status == STATUS_OK)
		status = count_versions(db, &count, err);
	/* The caller's transaction takes the row back. */
	if (status == STATUS_OK && count > CANNED_MAX)
		return err_set(err, STATUS_LIMIT, _("There are %d canned replies already; delete one first."), CANNED_MAX);
	return status;
}

enum status
canned_delete(struct db *db, int64_t id, struct err *err)
{
	struct db_statement *statement = db_query(db, "DELETE FROM canned_replies WHERE id = $1");
	enum status status;

	db_bind_int(statement, 1, id);
	status = db_run(statement, err);
	if (status == STATUS_OK && db_changes(db) == 0)
		status = err_set(err, STATUS_NOT_FOUND, "%s", _("This canned reply is not there any more."));
	return status;
}

/* The row the query stands on, or why there is none. */
static enum status
take_row(struct db *db, struct db_statement *query, struct canned *canned, struct err *err)
{
	enum db_step step = db_step(query);

	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return STATUS_NOT_FOUND;
	canned->id = db_column_int(query, 0);
	utf8_copy(canned->name, sizeof canned->name, db_column_text(query, 1));
	utf8_copy(canned->channel, sizeof canned->channel, db_column_text(query, 2));
	utf8_copy(canned->language, sizeof canned->language, db_column_text(query, 3));
	utf8_copy(canned->body, sizeof canned->body, db_column_text(query, 4));
	canned->updated_at = db_column_int(query, 5);
	db_reset(query);
	return STATUS_OK;
}

enum status
canned_get(struct db *db, int64_t id, struct canned *canned, struct err *err)
{
	struct db_statement *query;
	enum status status;

	query = db_query(db, "SELECT id, name, channel, language, body, updated_at FROM canned_replies WHERE id = $1");
	db_bind_int(query, 1, id);
	status = take_row(db, query, canned, err);
	if (status == STATUS_NOT_FOUND)
		return err_set(err, status, "%s", _("This canned reply is not there any more."));
	return status;
}

enum status
canned_choose(struct db *db, const char *name, enum channel channel, const char *language, struct canned *canned,
	      struct err *err)
{
	struct db_statement *query;
	char folded[SHORT_NAME_SIZE];
	struct fit fit;
	enum status status = short_name_fold(name, folded, err);

	if (status != STATUS_OK)
		return status;
	find_fit(language, &fit);
	query = db_query(db, "SELECT id, name, channel, language, body, updated_at FROM canned_replies"
			     " WHERE name = $1 AND channel IN ('', $2)"
			     " ORDER BY language NOT IN ('', $3, $4), channel = '', language = '', language <> $3, language"
			     " LIMIT 1");
	db_bind_text(query, 1, folded);
	db_bind_text(query, 2, channel_name(channel));
	db_bind_text(query, 3, fit.language);
	db_bind_text(query, 4, fit.base);
	status = take_row(db, query, canned, err);
	if (status == STATUS_NOT_FOUND)
		return err_set(err, status, _("There is no canned reply called %s for this channel."), folded);
	return status;
}

/* The end of all names that begin with `prefix`: U+10FFFF sorts behind every character of a name. */
static void
make_range(const char *prefix, char from[SHORT_NAME_SIZE], char to[SHORT_NAME_SIZE + 4])
{
	if (prefix == NULL || prefix[0] == '\0' || short_name_fold(prefix, from, NULL) != STATUS_OK)
		utf8_copy(from, SHORT_NAME_SIZE, prefix == NULL ? "" : prefix);
	snprintf(to, SHORT_NAME_SIZE + 4, "%s\xf4\x8f\xbf\xbf", from);
}

static struct db_statement *
list_all(struct db *db)
{
	return db_query(db, "SELECT id, name, channel, language, substr(body, 1, 160), updated_at FROM canned_replies"
			    " WHERE name >= $1 AND name < $2 ORDER BY name, channel, language LIMIT $3");
}

static struct db_statement *
list_fitting(struct db *db, const struct canned_query *list)
{
	struct db_statement *query;
	struct fit fit;

	query = db_query(db, "SELECT id, name, channel, language, substr(body, 1, 160), updated_at FROM (SELECT *, row_number()"
			     " OVER (PARTITION BY name ORDER BY language NOT IN ('', $5, $6), channel = '', language = '',"
			     " language <> $5, language) AS place FROM canned_replies"
			     " WHERE name >= $1 AND name < $2 AND channel IN ('', $4)) WHERE place = 1 ORDER BY name LIMIT $3");
	find_fit(list->language, &fit);
	db_bind_text(query, 4, channel_name(list->channel));
	db_bind_text(query, 5, fit.language);
	db_bind_text(query, 6, fit.base);
	return query;
}

enum status
canned_list(struct db *db, struct canned_query *list, struct err *err)
{
	char from[SHORT_NAME_SIZE], to[SHORT_NAME_SIZE + 4];
	struct db_statement *query = list->fitting ? list_fitting(db, list) : list_all(db);
	enum db_step step = DB_DONE;

	list->count = 0;
	make_range(list->prefix, from, to);
	db_bind_text(query, 1, from);
	db_bind_text(query, 2, to);
	db_bind_int(query, 3, (int64_t)list->limit);
	while (list->count < list->limit && (step = db_step(query)) == DB_ROW) {
		struct canned_item *row = &list->rows[list->count++];

		row->id = db_column_int(query, 0);
		utf8_copy(row->name, sizeof row->name, db_column_text(query, 1));
		utf8_copy(row->channel, sizeof row->channel, db_column_text(query, 2));
		utf8_copy(row->language, sizeof row->language, db_column_text(query, 3));
		utf8_copy(row->preview, sizeof row->preview, db_column_text(query, 4));
		row->updated_at = db_column_int(query, 5);
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

/* --- filling in --- */

static bool
is_known(const char *value)
{
	return value != NULL && value[strspn(value, " \t\r\n")] != '\0';
}

/* Appends a value; it came from outside and must not reach into the text around it. */
static void
put_value(struct strbuf *out, const char *value, size_t len)
{
	struct strbuf shown;

	strbuf_init(&shown, 8 * VALUE_MAX);
	text_show(&shown, value, utf8_cut(value, len, VALUE_MAX), TEXT_ONE_LINE);
	strbuf_add(out, strbuf_text(&shown), shown.len);
	if (shown.failed)
		out->failed = true;
	strbuf_release(&shown);
}

/* "Ana" of "Ana López", and of "López, Ana". A name that is a number has none. */
static void
find_first_name(const char *name, const char **start, size_t *len)
{
	const char *blanks = " \t\r\n", *comma = strchr(name, ',');

	*start = comma != NULL && is_known(comma + 1) ? comma + 1 : name;
	*start += strspn(*start, blanks);
	*len = strcspn(*start, " \t\r\n,");
	if (strspn(*start, "+0123456789()-.") >= *len)
		*len = 0;
}

/* Puts in the value of the field; false if it is not known. */
static bool
fill_in(const char *field, const struct canned_values *values, struct strbuf *out)
{
	const struct {
		const char *field, *value;
	} known[] = { { "name", values->name }, { "first_name", values->first_name }, { "agent", values->agent },
		      { "number", values->number }, { "date", values->date } };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strcmp(known[i].field, field) == 0 && is_known(known[i].value)) {
			put_value(out, known[i].value, strlen(known[i].value));
			return true;
		}
	}
	if (strcmp(field, "first_name") == 0 && is_known(values->name)) {
		const char *start;
		size_t len;

		find_first_name(values->name, &start, &len);
		if (len > 0)
			put_value(out, start, len);
		return len > 0;
	}
	return false;
}

/* What stands between the braces, without the blanks around it, in lower case. */
static void
read_field(const char *text, size_t len, char field[FIELD_MAX + 1])
{
	size_t used = 0;

	while (len > 0 && text[len - 1] == ' ')
		len--;
	for (size_t i = 0; i < len && used < FIELD_MAX; i++)
		if (used > 0 || text[i] != ' ')
			field[used++] = (char)tolower((unsigned char)text[i]);
	field[used] = '\0';
}

static void
put_field(const char *text, size_t len, const struct canned_values *values, struct strbuf *out, size_t *missing)
{
	const char *bar = memchr(text, '|', len);
	char field[FIELD_MAX + 1];

	read_field(text, bar != NULL ? (size_t)(bar - text) : len, field);
	if (fill_in(field, values, out))
		return;
	if (bar != NULL) {
		strbuf_add(out, bar + 1, len - (size_t)(bar + 1 - text));
		return;
	}
	strbuf_add_string(out, "«");
	put_value(out, field, strlen(field));
	strbuf_add_string(out, "?»");
	(*missing)++;
}

void
canned_expand(const char *body, const struct canned_values *values, struct strbuf *out, size_t *missing)
{
	const char *open, *close;
	size_t unknown = 0;

	while ((open = strstr(body, "{{")) != NULL && (close = strstr(open, "}}")) != NULL) {
		strbuf_add(out, body, (size_t)(open - body));
		put_field(open + 2, (size_t)(close - open - 2), values, out, &unknown);
		body = close + 2;
	}
	strbuf_add_string(out, body);
	if (missing != NULL)
		*missing = unknown;
}
