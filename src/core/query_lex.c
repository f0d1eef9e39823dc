/* SPDX-License-Identifier: MIT */
/* Cuts a query into words and signs. */
#include "core/query_lex.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text_token.h"
#include "core/utf8.h"

void
query_fail(struct query_parser *parser, struct query_span where, const char *format, ...)
{
	char text[sizeof parser->err->text];
	va_list args;

	if (parser->failed)
		return;
	parser->failed = true;
	parser->token.kind = TOKEN_END;
	if (parser->where != NULL)
		*parser->where = where;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	/* The cut may have split a character. */
	text[utf8_cut(text, strlen(text), sizeof text - 4)] = '\0';
	err_set(parser->err, STATUS_INVALID, "%s", text);
}

struct query_shown
query_show(const struct query_parser *parser, struct query_span span)
{
	struct query_shown shown;
	const char *text = parser->query->text + span.start;
	size_t len = utf8_cut(text, span.len, span.len < sizeof shown.text ? span.len : sizeof shown.text - 1);

	memcpy(shown.text, text, len);
	shown.text[len] = '\0';
	return shown;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
ends_word(char c)
{
	return c == '\0' || is_blank(c) || c == '(' || c == ')' || c == '"';
}

/* The end of a quoted text that begins at `at` with its quote; fails if the quote is not closed. */
static size_t
quoted_end(struct query_parser *parser, size_t at, struct query_span *value)
{
	const char *text = parser->query->text;
	const char *close = strchr(text + at + 1, '"');

	if (close == NULL) {
		query_fail(parser, (struct query_span){ at, parser->len - at },
		     _("This quote is not closed; put another \" behind the last word."));
		return parser->len;
	}
	*value = (struct query_span){ at + 1, (size_t)(close - text) - at - 1 };
	return (size_t)(close - text) + 1;
}

/* Length of "letters" before a colon that is not part of an address like https://, 0 if there is none. */
static size_t
key_length(const char *text)
{
	size_t len = 0;

	while ((text[len] >= 'a' && text[len] <= 'z') || (text[len] >= 'A' && text[len] <= 'Z') || (unsigned char)text[len] >= 0x80)
		len++;
	return len > 0 && text[len] == ':' && strncmp(text + len, "://", 3) != 0 ? len : 0;
}

static void
read_key(struct query_parser *parser, size_t key_len)
{
	const char *text = parser->query->text;
	struct query_token *token = &parser->token;
	size_t start = parser->at, at = start + key_len + 1;
	struct query_span name = { start, key_len };

	token->kind = TOKEN_KEY;
	token->key = query_key_find(text + start, key_len);
	token->value = (struct query_span){ at, 0 };
	if (text[at] == '"') {
		token->quoted = true;
		parser->at = quoted_end(parser, at, &token->value);
	} else {
		while (!ends_word(text[at]))
			at++;
		token->value.len = at - token->value.start;
		parser->at = at;
	}
	token->span.len = parser->at - start;
	if (token->key == NULL && !parser->failed) {
		char list[256] = "";

		for (const struct query_key *key = query_keys; key->name != NULL; key++)
			snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s:", key == query_keys ? "" : " ", key->name);
		query_fail(parser, name, _("There is no key \"%s:\"; use %s - or put it in quotes to look for the words."),
		     query_show(parser, name).text, list);
	}
}

/* "no" turns round what cannot be a word of the same sentence. */
static bool
no_is_not(const char *rest)
{
	while (is_blank(*rest))
		rest++;
	return *rest == '(' || *rest == '"' || key_length(rest) > 0;
}

static enum query_token_kind
word_kind(const struct query_parser *parser, struct query_span word)
{
	const char *text = parser->query->text + word.start;

	if (text_token_same(text, word.len, "and") || text_token_same(text, word.len, "y"))
		return TOKEN_AND;
	if (text_token_same(text, word.len, "or") || text_token_same(text, word.len, "o"))
		return TOKEN_OR;
	if (text_token_same(text, word.len, "not") || (text_token_same(text, word.len, "no") && no_is_not(text + word.len)))
		return TOKEN_NOT;
	return TOKEN_WORD;
}

void
query_next(struct query_parser *parser)
{
	const char *text = parser->query->text;
	struct query_token *token = &parser->token;
	size_t at = parser->at, key_len;

	if (parser->failed)
		return;
	while (is_blank(text[at]))
		at++;
	*token = (struct query_token){ .kind = TOKEN_END, .span = { at, 1 }, .value = { at, 0 } };
	parser->at = at + 1;
	switch (text[at]) {
	case '\0':
		token->span.len = 0;
		parser->at = at;
		return;
	case '(':
		token->kind = TOKEN_OPEN;
		return;
	case ')':
		token->kind = TOKEN_CLOSE;
		return;
	case '"':
		token->kind = TOKEN_WORD;
		token->quoted = true;
		parser->at = quoted_end(parser, at, &token->value);
		token->span.len = parser->at - at;
		return;
	default:
		break;
	}
	if ((text[at] == '-' || text[at] == '!') && text[at + 1] != '\0' && !is_blank(text[at + 1]) && text[at + 1] != ')') {
		token->kind = TOKEN_NOT;
		return;
	}
	parser->at = at;
	key_len = key_length(text + at);
	if (key_len > 0) {
		read_key(parser, key_len);
		return;
	}
	while (!ends_word(text[parser->at]))
		parser->at++;
	token->span.len = token->value.len = parser->at - at;
	token->kind = word_kind(parser, token->span);
}
