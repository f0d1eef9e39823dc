/* SPDX-License-Identifier: MIT */
/* Where the words of a query stand in a text. */
#include <string.h>

#include "core/query.h"
#include "core/text_token.h"

/* Marks the texts that are asked for: not those under "not". */
static void
mark_asked(const struct query *query, int index, bool *asked)
{
	const struct query_node *node;

	if (index < 0)
		return;
	node = &query->nodes[index];
	if (node->kind == QUERY_TEXT)
		asked[index] = true;
	if (node->kind == QUERY_AND || node->kind == QUERY_OR) {
		mark_asked(query, node->first, asked);
		mark_asked(query, node->second, asked);
	}
}

bool
query_asks(const struct query *query, int node)
{
	bool asked[QUERY_NODES_MAX] = { false };

	mark_asked(query, query->root, asked);
	return node >= 0 && asked[node];
}

bool
query_has_words(const struct query *query)
{
	bool asked[QUERY_NODES_MAX] = { false };

	mark_asked(query, query->root, asked);
	for (int i = 0; i < query->word_count; i++) {
		if (asked[query->words[i].node])
			return true;
	}
	return false;
}

/* Bytes from `first`, a word of `text`, to the end of the phrase if it stands there; 0 if it does not. */
static size_t
match_phrase(const struct query *query, const struct query_word *word, const char *text, size_t len,
	     const struct text_token *first)
{
	size_t word_end = word->span.start + word->span.len, at;
	struct text_token wanted, found = *first;
	bool more = text_token_next(query->text, word_end, word->span.start, &wanted);

	while (more) {
		struct text_token next;
		bool same;

		at = wanted.start + wanted.len;
		more = text_token_next(query->text, word_end, at, &next);
		same = more || !word->prefix ? strcmp(wanted.folded, found.folded) == 0
					     : strncmp(wanted.folded, found.folded, wanted.folded_len) == 0;
		if (!same)
			return 0;
		if (!more)
			return found.start + found.len - first->start;
		wanted = next;
		if (!text_token_next(text, len, found.start + found.len, &found))
			return 0;
	}
	return 0;
}

bool
query_find(const struct query *query, const char *text, size_t len, size_t from, struct query_span *hit)
{
	bool asked[QUERY_NODES_MAX] = { false };
	struct text_token token;

	mark_asked(query, query->root, asked);
	for (; text_token_next(text, len, from, &token); from = token.start + token.len) {
		size_t best = 0;

		for (int i = 0; i < query->word_count; i++) {
			size_t size = asked[query->words[i].node] ? match_phrase(query, &query->words[i], text, len, &token) : 0;

			best = size > best ? size : best;
		}
		if (best > 0) {
			*hit = (struct query_span){ token.start, best };
			return true;
		}
	}
	return false;
}
