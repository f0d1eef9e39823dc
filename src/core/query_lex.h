/* SPDX-License-Identifier: MIT */
/* The words and signs that a query is made of, and how its parser tells of an error. For core/query*.c only. */
#ifndef HILO_CORE_QUERY_LEX_H
#define HILO_CORE_QUERY_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/query.h"
#include "core/query_keys.h"

enum query_token_kind { TOKEN_END, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_NOT, TOKEN_AND, TOKEN_OR, TOKEN_WORD, TOKEN_KEY };

struct query_token {
	enum query_token_kind kind;
	struct query_span span;	 /* all of it */
	struct query_span value; /* a word, or what follows a key; without quotes */
	const struct query_key *key;
	bool quoted;
};

struct query_parser {
	struct query *query;
	const struct query_options *options;
	struct query_token token; /* the next one */
	size_t at;	    /* behind it */
	size_t len;
	int depth;
	int loose; /* > 0 under "or" and "not" */
	int dates;
	struct query_span last_date;
	bool has_status;
	bool failed;
	struct query_span *where;
	struct err *err;
};

/* The first error counts: it is kept, and nothing more is read. */
void query_fail(struct query_parser *parser, struct query_span where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A part of the query for a sentence, cut at a character. */
struct query_shown {
	char text[64];
};
struct query_shown query_show(const struct query_parser *parser, struct query_span span);

/* Reads the next token into parser->token. */
void query_next(struct query_parser *parser);

#endif
