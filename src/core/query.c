/* SPDX-License-Identifier: MIT */
/*
 * The query parser: recursive descent over the text itself, nodes and words in the arrays of struct query. After the first error
 * nothing more is read. Words of one "and" chain become one text at the end, however parentheses group them.
 */
#include "core/query.h"

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/query_keys.h"
#include "core/query_lex.h"
#include "core/text_token.h"
#include "core/utf8.h"

#define NONE (-1) /* takes all */

/* --- terms --------------------------------------------------------------------------------------------------------- */

static int
add_node(struct query_parser *parser, struct query_node node)
{
	struct query *query = parser->query;

	if (query->node_count == QUERY_NODES_MAX) {
		query_fail(parser, parser->token.span, _("This query has too many parts; leave some out."));
		return NONE;
	}
	query->nodes[query->node_count] = node;
	return query->node_count++;
}

static int
add_term(struct query_parser *parser, enum query_kind kind, int64_t value)
{
	return add_node(parser, (struct query_node){ kind, NONE, NONE, value, parser->token.value });
}

/* One word or phrase of the term `node`; a star at its end makes it a beginning. */
static void
add_word(struct query_parser *parser, int node, bool prefix)
{
	struct query *query = parser->query;
	struct query_span span = parser->token.value;
	struct text_token token;
	size_t letters = 0;
	bool starred = span.len > 0 && query->text[span.start + span.len - 1] == '*';

	span.len -= starred;
	/* The beginning is that of the last word of a phrase. */
	for (size_t at = span.start; text_token_next(query->text, span.start + span.len, at, &token); at = token.start + token.len)
		letters = token.letters;
	if (letters == 0) {
		query_fail(parser, parser->token.span, _("\"%s\" has neither letter nor digit; only words and numbers can be looked for."),
			   query_show(parser, parser->token.value).text);
		return;
	}
	if (starred && letters < 2) {
		query_fail(parser, parser->token.span, _("A beginning needs two letters at least; write more before the *."));
		return;
	}
	if (query->word_count == QUERY_TERMS_MAX) {
		query_fail(parser, parser->token.span, _("A query may have %d words; leave some out."), QUERY_TERMS_MAX);
		return;
	}
	query->words[query->word_count++] =
		(struct query_word){ .span = span, .prefix = (starred || prefix) && letters >= 2, .node = node };
}

/* Fails with the values that the key takes. */
static void
fail_value(struct query_parser *parser)
{
	const struct query_token *token = &parser->token;
	const struct query_value *value;
	char list[256] = "";

	for (value = query_key_values; value->name != NULL; value++) {
		/* A second Spanish spelling is a row of its own. */
		if (value->key == token->key->kind && (value->help != NULL || value->kind != QUERY_UNREAD))
			snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", list[0] != '\0' ? ", " : "", value->name);
	}
	if (token->value.len == 0)
		query_fail(parser, token->span, _("\"%s:\" needs a value; use %s."), token->key->name, list);
	else
		query_fail(parser, token->value, _("\"%s:\" cannot be \"%s\"; use %s."), token->key->name,
		     query_show(parser, token->value).text, list);
}

static int
add_fixed_value(struct query_parser *parser, const struct query_value *value)
{
	int node;

	if (value->kind == QUERY_AGENT && value->value == 1) {
		if (parser->query->agent[0] == '\0')
			query_fail(parser, parser->token.span, _("Nobody is asking here, so nothing is \"%s\"; name the agent: agent:ana."),
			     value->name);
		node = add_node(parser, (struct query_node){ QUERY_AGENT, NONE, NONE, 1, { 0, 0 } });
	} else {
		node = add_term(parser, value->kind, value->value);
	}
	if (value->kind == QUERY_STATUS)
		parser->has_status = true;
	return node;
}

static void
take_date(struct query_parser *parser)
{
	const struct query_token *token = &parser->token;
	struct query *query = parser->query;
	enum query_date which = token->key->kind == KEY_BEFORE  ? QUERY_DATE_BEFORE
				: token->key->kind == KEY_AFTER ? QUERY_DATE_AFTER
								: QUERY_DATE_SINCE;
	int64_t moment = query_date_parse(which, query->text + token->value.start, token->value.len, parser->options->now_ms);

	parser->dates++;
	parser->last_date = token->span;
	if (moment < 0)
		query_fail(parser, token->value.len > 0 ? token->value : token->span,
		     _("\"%s\" is no date; use 2026-11-22, 22/11/2026, today, yesterday, or a span such as 2h, 7d, 3w."),
		     query_show(parser, token->value).text);
	if (parser->loose > 0)
		query_fail(parser, token->span, _("A date holds for the whole query; put it outside of \"or\" and \"not\"."));
	if (which == QUERY_DATE_BEFORE)
		query->until_ms = moment < query->until_ms ? moment : query->until_ms;
	else
		query->from_ms = moment > query->from_ms ? moment : query->from_ms;
}

static int
take_error_code(struct query_parser *parser)
{
	const struct query_token *token = &parser->token;
	const char *text = parser->query->text + token->value.start;
	int64_t code = 0;
	bool fine = token->value.len >= 1 && token->value.len <= 6;

	for (size_t i = 0; fine && i < token->value.len; i++) {
		fine = text[i] >= '0' && text[i] <= '9';
		code = code * 10 + (text[i] - '0');
	}
	if (!fine || code == 0)
		query_fail(parser, token->value.len > 0 ? token->value : token->span,
		     _("\"%s\" is no error code; use the carrier's number, such as error:30007."),
		     query_show(parser, token->value).text);
	return add_term(parser, QUERY_ERROR, code);
}

/* from: takes names and addresses, to: only addresses. */
static int
take_name(struct query_parser *parser)
{
	const struct query_token *token = &parser->token;
	struct query_span span = token->value;
	struct text_token found;
	int node;

	switch (token->key->kind) {
	case KEY_FROM:
		node = add_term(parser, QUERY_FROM, 0);
		if (span.len > 0)
			add_word(parser, node, true);
		break;
	case KEY_TO:
		node = add_term(parser, QUERY_TO, 0);
		break;
	case KEY_AGENT:
		node = add_term(parser, QUERY_AGENT, 2);
		break;
	default:
		node = add_term(parser, QUERY_LABEL, 0);
		break;
	}
	if (span.len == 0 || (token->key->kind == KEY_TO
			      && !text_token_next(parser->query->text, span.start + span.len, span.start, &found)))
		query_fail(parser, token->span, _("\"%s:\" needs a value: %s."), token->key->name, _(token->key->help));
	return node;
}

static int
take_key(struct query_parser *parser)
{
	const struct query_token *token = &parser->token;
	const struct query_value *value;

	value = query_value_find(token->key->kind, parser->query->text + token->value.start, token->value.len);
	switch (token->key->kind) {
	case KEY_CHANNEL:
	case KEY_STATUS:
	case KEY_PRIORITY:
	case KEY_IS:
	case KEY_HAS:
		if (value == NULL) {
			fail_value(parser);
			return NONE;
		}
		return add_fixed_value(parser, value);
	case KEY_AGENT:
		if (value != NULL && !token->quoted)
			return add_fixed_value(parser, value);
		return take_name(parser);
	case KEY_FROM:
	case KEY_TO:
	case KEY_LABEL:
		return take_name(parser);
	case KEY_ERROR:
		return take_error_code(parser);
	case KEY_BEFORE:
	case KEY_AFTER:
	case KEY_SINCE:
		take_date(parser);
		return NONE;
	}
	return NONE;
}

/* --- grammar ------------------------------------------------------------------------------------------------------- */

static int parse_or(struct query_parser *parser);

static int
parse_group(struct query_parser *parser)
{
	struct query_span open = parser->token.span;
	int node;

	query_next(parser);
	if (parser->token.kind == TOKEN_CLOSE)
		query_fail(parser, (struct query_span){ open.start, parser->token.span.start + 1 - open.start },
		     _("There is nothing between these parentheses; put a word there or leave them out."));
	node = parse_or(parser);
	if (parser->token.kind != TOKEN_CLOSE)
		query_fail(parser, open, _("This parenthesis is not closed; put a ) behind the last word of the group."));
	query_next(parser);
	return node;
}

/* What "and", "or", "not" or a parenthesis should have been followed by. */
static void
fail_missing(struct query_parser *parser, struct query_span before)
{
	if (parser->token.kind == TOKEN_CLOSE && parser->depth <= 1)
		query_fail(parser, parser->token.span, _("No parenthesis was opened for this one; leave it out."));
	else if (before.len > 0)
		query_fail(parser, before, _("Something is missing behind \"%s\"; write a word or a key such as is:unread there."),
		     query_show(parser, before).text);
	else
		query_fail(parser, parser->token.span,
			   _("Something is missing before \"%s\"; write a word or a key such as is:unread there."),
		     query_show(parser, parser->token.span).text);
}

/* `before` is the keyword that wants something to follow, empty at the beginning. */
static int
parse_not(struct query_parser *parser, struct query_span before)
{
	int node = NONE;

	if (++parser->depth > QUERY_DEPTH_MAX)
		query_fail(parser, parser->token.span, _("This query is nested too deeply; %d levels are allowed."), QUERY_DEPTH_MAX);
	switch (parser->token.kind) {
	case TOKEN_NOT:
		before = parser->token.span;
		query_next(parser);
		parser->loose++;
		node = parse_not(parser, before);
		parser->loose--;
		node = add_node(parser, (struct query_node){ QUERY_NOT, node, NONE, 0, before });
		break;
	case TOKEN_OPEN:
		node = parse_group(parser);
		break;
	case TOKEN_WORD:
		node = add_term(parser, QUERY_TEXT, 0);
		add_word(parser, node, false);
		query_next(parser);
		break;
	case TOKEN_KEY:
		node = take_key(parser);
		query_next(parser);
		break;
	case TOKEN_END:
	case TOKEN_CLOSE:
	case TOKEN_AND:
	case TOKEN_OR:
		fail_missing(parser, before);
		break;
	}
	parser->depth--;
	return node;
}

static int
join(struct query_parser *parser, enum query_kind kind, int first, int second)
{
	if (first == NONE || second == NONE)
		return first == NONE ? second : first;
	return add_node(parser, (struct query_node){ kind, first, second, 0, { 0, 0 } });
}

static int
parse_and(struct query_parser *parser, struct query_span before)
{
	int node = parse_not(parser, before);

	while (!parser->failed && parser->token.kind != TOKEN_END && parser->token.kind != TOKEN_CLOSE
	       && parser->token.kind != TOKEN_OR) {
		before = (struct query_span){ 0, 0 };
		if (parser->token.kind == TOKEN_AND) {
			before = parser->token.span;
			query_next(parser);
		}
		node = join(parser, QUERY_AND, node, parse_not(parser, before));
	}
	return node;
}

static int
parse_or(struct query_parser *parser)
{
	int dates = parser->dates;
	int node = parse_and(parser, (struct query_span){ 0, 0 });

	while (!parser->failed && parser->token.kind == TOKEN_OR) {
		struct query_span before = parser->token.span;

		if (parser->dates > dates)
			query_fail(parser, parser->last_date,
			     _("A date holds for the whole query; put it outside of \"or\" and \"not\"."));
		query_next(parser);
		parser->loose++;
		node = join(parser, QUERY_OR, node, parse_and(parser, before));
		parser->loose--;
	}
	return node;
}

/* Makes the words of one "and" chain one text; *text is the chain's, NONE so far. Returns what is left of the node. */
static int
gather_words(struct query *query, int index, int *text)
{
	struct query_node *node = &query->nodes[index];
	int inner = NONE;

	switch (node->kind) {
	case QUERY_AND:
		node->first = gather_words(query, node->first, text);
		node->second = gather_words(query, node->second, text);
		return node->first == NONE ? node->second : node->second == NONE ? node->first : index;
	case QUERY_OR:
		node->first = gather_words(query, node->first, &inner);
		inner = NONE;
		node->second = gather_words(query, node->second, &inner);
		return index;
	case QUERY_NOT:
		node->first = gather_words(query, node->first, &inner);
		return index;
	case QUERY_TEXT:
		if (*text == NONE) {
			*text = index;
			return index;
		}
		for (int i = 0; i < query->word_count; i++) {
			if (query->words[i].node == index)
				query->words[i].node = *text;
		}
		return NONE;
	case QUERY_CHANNEL:
	case QUERY_STATUS:
	case QUERY_FROM:
	case QUERY_TO:
	case QUERY_AGENT:
	case QUERY_LABEL:
	case QUERY_PRIORITY:
	case QUERY_UNREAD:
	case QUERY_FAILED:
	case QUERY_WAITING:
	case QUERY_MEDIA:
	case QUERY_NOTE:
	case QUERY_DRAFT:
	case QUERY_ERROR:
		break;
	}
	return index;
}

/* The last word, if the text ends with it: the one that is being typed. */
static void
open_last_word(struct query *query, size_t len)
{
	struct query_word *word = query->word_count > 0 ? &query->words[query->word_count - 1] : NULL;
	struct text_token token;
	size_t letters = 0;

	if (word == NULL || query->nodes[word->node].kind != QUERY_TEXT || word->span.start + word->span.len != len)
		return;
	for (size_t at = word->span.start; text_token_next(query->text, len, at, &token); at = token.start + token.len)
		letters = token.letters;
	word->prefix = letters >= 2;
}

enum status
query_parse(const char *text, const struct query_options *options, struct query *out, struct query_span *where,
	    struct err *err)
{
	struct query_parser parser = { .query = out, .options = options, .len = strlen(text), .where = where, .err = err };
	int words = NONE;

	memset(out, 0, sizeof *out);
	out->root = NONE;
	out->until_ms = INT64_MAX;
	utf8_copy(out->agent, sizeof out->agent, options->agent != NULL ? options->agent : "");
	utf8_copy(out->text, sizeof out->text, text);
	if (parser.len >= QUERY_SIZE) {
		size_t fits = strlen(out->text);

		query_fail(&parser, (struct query_span){ fits, parser.len - fits },
		     _("A query may have %d bytes; shorten it."), QUERY_SIZE - 1);
	} else if (!utf8_valid(text, parser.len)) {
		query_fail(&parser, (struct query_span){ 0, parser.len }, _("The query is not UTF-8; type it again."));
	}
	query_next(&parser);
	if (!parser.failed && parser.token.kind != TOKEN_END) {
		out->root = parse_or(&parser);
		if (parser.token.kind == TOKEN_CLOSE)
			fail_missing(&parser, (struct query_span){ 0, 0 });
	}
	if (parser.failed)
		return STATUS_INVALID;
	out->active_only = options->active_only && !parser.has_status;
	if (options->prefix)
		open_last_word(out, parser.len);
	if (out->root != NONE)
		out->root = gather_words(out, out->root, &words);
	return STATUS_OK;
}
