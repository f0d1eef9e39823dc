/* SPDX-License-Identifier: MIT */
/*
 * Whatever is typed is understood or refused in words that point into it; what is understood is a tree whose parts lie inside the text;
 * completion stays inside it too, and what is marked in a text moves on.
 */
#include <stdlib.h>
#include <string.h>

#include "core/query.h"
#include "core/utf8.h"
#include "require.h"

static int
check_node(const struct query *query, int index, int depth)
{
	const struct query_node *node = &query->nodes[index];
	size_t len = strlen(query->text);
	int nodes = 1;

	require(index >= 0 && index < query->node_count && depth <= QUERY_NODES_MAX);
	require(node->name.start <= len && node->name.len <= len - node->name.start);
	if (node->kind == QUERY_AND || node->kind == QUERY_OR || node->kind == QUERY_NOT) {
		require(node->first < index);
		nodes += check_node(query, node->first, depth + 1);
	}
	if (node->kind == QUERY_AND || node->kind == QUERY_OR) {
		require(node->second < index && node->second != node->first);
		nodes += check_node(query, node->second, depth + 1);
	}
	return nodes;
}

static void
check_query(const struct query *query)
{
	size_t len = strlen(query->text), at = 0;
	struct query_span hit;

	if (query->root >= 0)
		require(check_node(query, query->root, 0) <= query->node_count);
	for (int i = 0; i < query->word_count; i++) {
		const struct query_word *word = &query->words[i];

		require(word->span.start + word->span.len <= len && word->node >= 0 && word->node < query->node_count);
		require(memchr(query->text + word->span.start, '"', word->span.len) == NULL);
		require(query->nodes[word->node].kind == QUERY_TEXT || query->nodes[word->node].kind == QUERY_FROM);
	}
	while (query_find(query, query->text, len, at, &hit)) {
		require(hit.start >= at && hit.len > 0 && hit.start + hit.len <= len);
		at = hit.start + hit.len;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[2048];
	struct query_options options = { .now_ms = 1790000000000, .agent = "ana" };
	struct query_completion found;
	struct query_span where = { 0, 0 };
	struct query query;
	struct err err = { "" };

	if (size < 2 || size > sizeof text)
		return 0;
	options.prefix = (data[0] & 1) != 0;
	options.active_only = (data[0] & 2) != 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (query_parse(text, &options, &query, &where, &err) == STATUS_OK) {
		require(strcmp(query.text, text) == 0);
		check_query(&query);
	} else {
		require(err.text[0] != '\0' && utf8_valid(err.text, strlen(err.text)));
		require(where.start <= strlen(text) && where.len <= strlen(text) - where.start);
	}
	query_complete(text, data[0], NULL, NULL, &found);
	require(found.replace.start + found.replace.len <= strlen(text) && found.count <= QUERY_COMPLETIONS_MAX);
	return 0;
}
