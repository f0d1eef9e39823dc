/* SPDX-License-Identifier: MIT */
/*
 * The words of a query as expressions of the full-text index. FTS5 answers a beginning of two or three letters from an index of
 * its own; for a longer one it would collect every message of every word that begins so before it gives the first. So such
 * a beginning is looked up among the indexed words, and those are asked for; only if there are too many is it left to FTS5.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/query_eval.h"
#include "core/strbuf.h"
#include "core/text_token.h"

#define EXPRESSION_MAX (32 * 1024)
#define TERMS_MAX 64	   /* words that a beginning is replaced by */
#define LETTERS_INDEXED 3  /* of a beginning: prefix = '2 3' of the schema */
#define NUMBER_DIGITS_MIN 4
#define NUMBER_SIZE 32

/* The first indexed word that is $1 or greater. */
static const char *const message_terms = "SELECT term FROM messages_terms WHERE term >= $1 LIMIT 1";
static const char *const name_terms = "SELECT term FROM clients_terms WHERE term >= $1 LIMIT 1";

/*
 * Appends ("pedido" OR "pedidos") for the beginning; *count gets how many words, TERMS_MAX + 1 when there are more (then what was
 * appended is of no use).
 */
static enum status
add_terms(struct db *db, const char *sql, const struct text_token *beginning, struct strbuf *out, size_t *count, struct err *err)
{
	char at[2 * TEXT_TOKEN_SIZE];

	*count = 0;
	snprintf(at, sizeof at, "%s", beginning->folded);
	strbuf_add_char(out, '(');
	while (*count <= TERMS_MAX) {
		struct db_statement *query = db_query(db, sql);
		const char *term;
		enum db_step step;

		db_bind_text(query, 1, at);
		step = db_step(query);
		if (step == DB_FAILED)
			return db_failure(db, err);
		term = step == DB_ROW ? db_column_text(query, 0) : "";
		if (strncmp(term, beginning->folded, beginning->folded_len) != 0 || strlen(term) + 2 > sizeof at) {
			db_reset(query);
			break;
		}
		strbuf_add_format(out, "%s\"%s\"", *count > 0 ? " OR " : "", term);
		/* Nothing sorts between a word and the same with the lowest byte behind it. */
		snprintf(at, sizeof at, "%s\001", term);
		db_reset(query);
		(*count)++;
	}
	strbuf_add_char(out, ')');
	return STATUS_OK;
}

/* One word or phrase; *possible becomes false if nothing in the index can match. */
static enum status
add_word(struct db *db, const char *sql, const struct query *query, const struct query_word *word, struct strbuf *out,
	 bool *possible, struct err *err)
{
	size_t end = word->span.start + word->span.len;
	struct text_token first, second;
	struct strbuf terms;
	enum status status = STATUS_OK;
	size_t count = TERMS_MAX + 1;

	strbuf_init(&terms, EXPRESSION_MAX);
	if (word->prefix && text_token_next(query->text, end, word->span.start, &first) && first.letters > LETTERS_INDEXED
	    && !text_token_next(query->text, end, first.start + first.len, &second))
		status = add_terms(db, sql, &first, &terms, &count, err);
	if (status == STATUS_OK && count <= TERMS_MAX) {
		*possible = *possible && count > 0;
		strbuf_add_string(out, strbuf_text(&terms));
	} else if (status == STATUS_OK) {
		/* The parser lets no quote into a word. */
		strbuf_add_format(out, "\"%.*s\"%s", (int)word->span.len, query->text + word->span.start, word->prefix ? " *" : "");
	}
	strbuf_release(&terms);
	return status;
}

/* *expression stays NULL if nothing can match. */
static enum status
compile(struct db *db, const char *sql, const struct query *query, int node, char **expression, struct err *err)
{
	struct strbuf out;
	enum status status = STATUS_OK;
	bool possible = true;

	strbuf_init(&out, EXPRESSION_MAX);
	for (int i = 0; status == STATUS_OK && possible && i < query->word_count; i++) {
		if (query->words[i].node != node)
			continue;
		if (out.len > 0)
			strbuf_add_string(&out, " AND ");
		status = add_word(db, sql, query, &query->words[i], &out, &possible, err);
	}
	if (status == STATUS_OK && possible) {
		*expression = strbuf_detach(&out);
		if (*expression == NULL)
			status = err_set(err, STATUS_NO_MEMORY,
					 _("There is not enough memory; close other programs and try again."));
	}
	strbuf_release(&out);
	return status;
}

/* The words together as the beginning of a number: digits, with or without plus, dashes, dots. */
static void
read_number(const struct query *query, int node, char out[ADDRESS_SIZE])
{
	size_t len = 1;

	out[0] = '\0';
	for (int i = 0; i < query->word_count; i++) {
		const char *text = query->text + query->words[i].span.start;

		if (query->words[i].node != node)
			continue;
		for (size_t k = 0; k < query->words[i].span.len; k++) {
			if (text[k] >= '0' && text[k] <= '9' && len < NUMBER_SIZE - 1)
				out[len++] = text[k];
			else if (strchr("+-. ", text[k]) == NULL || (text[k] == '+' && len > 1))
				return;
		}
	}
	if (len <= NUMBER_DIGITS_MIN)
		return;
	out[0] = '+'; /* typed or not, the stored ones have it */
	out[len] = '\0';
}

enum status
query_words_compile(struct db *db, const struct query *query, int node, struct query_term *term, struct err *err)
{
	struct query_span name = query->nodes[node].name;
	enum status status = STATUS_OK;

	read_number(query, node, term->address);
	/* Who writes from: may mean a mail address as well. */
	if (query->nodes[node].kind == QUERY_FROM && term->address[0] == '\0' && name.len < sizeof term->address) {
		memcpy(term->address, query->text + name.start, name.len);
		term->address[name.len] = '\0';
	}
	if (query->nodes[node].kind == QUERY_TEXT)
		status = compile(db, message_terms, query, node, &term->in_messages, err);
	if (status == STATUS_OK)
		status = compile(db, name_terms, query, node, &term->in_names, err);
	return status;
}
