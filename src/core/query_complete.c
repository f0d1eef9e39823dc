/* SPDX-License-Identifier: MIT */
/* What may stand at the cursor of an unfinished query. */
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/query_keys.h"
#include "core/text_token.h"
#include "core/utf8.h"

#define DATA_MAX 20 /* values taken from the data */

/* The beginning of the word that the cursor is at the end of: behind a blank, a parenthesis, a sign; quotes hold together. */
static size_t
word_start(const char *text, size_t cursor)
{
	size_t start = 0;
	bool quoted = false;

	for (size_t at = 0; at < cursor; at++) {
		if (text[at] == '"')
			quoted = !quoted;
		else if (!quoted && strchr(" \t\r\n()", text[at]) != NULL)
			start = at + 1;
	}
	while (start < cursor && (text[start] == '-' || text[start] == '!'))
		start++;
	return start;
}

static void
add(struct query_completion *out, const char *key, const char *value, const char *help)
{
	const char *quote = strpbrk(value, " ()") != NULL ? "\"" : "";
	int need;

	if (out->count == QUERY_COMPLETIONS_MAX || strchr(value, '"') != NULL)
		return;
	need = snprintf(out->items[out->count].text, QUERY_VALUE_SIZE, "%s:%s%s%s", key, quote, value, quote);
	/* A cut value would be another one. */
	if (need < 0 || need >= QUERY_VALUE_SIZE)
		return;
	out->items[out->count++].help = help != NULL ? _(help) : "";
}

static void
add_keys(struct query_completion *out, const char *word, size_t len)
{
	for (const struct query_key *key = query_keys; key->name != NULL; key++) {
		if (text_token_begins(word, len, key->name))
			add(out, key->name, "", key->help);
		else if (text_token_begins(word, len, key->spanish))
			add(out, key->spanish, "", key->help);
	}
}

static void
add_fixed(struct query_completion *out, const struct query_key *key, const char *name, const struct query_span *value,
	  const char *text)
{
	const char *begin = text + value->start;

	for (const struct query_value *row = query_key_values; row->name != NULL; row++) {
		if (row->key != key->kind || (row->help == NULL && row->kind == QUERY_UNREAD))
			continue;
		if (text_token_begins(begin, value->len, row->name))
			add(out, name, row->name, row->help);
		else if (row->spanish != NULL && text_token_begins(begin, value->len, row->spanish))
			add(out, name, row->spanish, row->help);
	}
}

static bool
data_of(const struct query_key *key, enum query_data *what)
{
	if (key->kind == KEY_AGENT)
		*what = QUERY_DATA_AGENT;
	else if (key->kind == KEY_LABEL)
		*what = QUERY_DATA_LABEL;
	else if (key->kind == KEY_TO)
		*what = QUERY_DATA_OWN_ADDRESS;
	else
		return false;
	return true;
}

void
query_complete(const char *text, size_t cursor, query_values_fn *values, void *arg, struct query_completion *out)
{
	static const char *const dates[] = { "today", "yesterday", "7d", "30d", NULL };
	char found[DATA_MAX][QUERY_VALUE_SIZE], prefix[QUERY_VALUE_SIZE], name[QUERY_VALUE_SIZE];
	size_t start, len = strlen(text), count;
	const struct query_key *key;
	struct query_span value;
	const char *colon;
	enum query_data what;

	memset(out, 0, sizeof *out);
	cursor = cursor < len ? cursor : len;
	start = word_start(text, cursor);
	out->replace = (struct query_span){ start, cursor - start };
	if (start == cursor)
		return;
	colon = memchr(text + start, ':', cursor - start);
	if (colon == NULL) {
		add_keys(out, text + start, cursor - start);
		return;
	}
	key = query_key_find(text + start, (size_t)(colon - text) - start);
	if (key == NULL || (size_t)(colon - text) - start >= sizeof name)
		return;
	/* In the language that was typed. */
	snprintf(name, sizeof name, "%.*s", (int)((size_t)(colon - text) - start), text + start);
	value.start = (size_t)(colon - text) + 1 + (colon[1] == '"' && (size_t)(colon - text) + 1 < cursor);
	value.len = cursor - value.start;
	add_fixed(out, key, name, &value, text);
	for (size_t i = 0; (key->kind == KEY_SINCE || key->kind == KEY_BEFORE || key->kind == KEY_AFTER) && dates[i] != NULL; i++) {
		if (text_token_begins(text + value.start, value.len, dates[i]))
			add(out, name, dates[i], NULL);
	}
	if (values == NULL || !data_of(key, &what) || value.len >= sizeof prefix)
		return;
	memcpy(prefix, text + value.start, value.len);
	prefix[value.len] = '\0';
	count = values(arg, what, prefix, found, DATA_MAX);
	for (size_t i = 0; i < count && i < DATA_MAX; i++)
		add(out, name, found[i], NULL);
}
