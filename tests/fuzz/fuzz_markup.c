/* SPDX-License-Identifier: MIT */
/* Any bytes as a formatted message: the spans lie inside the text, in order, and never cross. */
#include <string.h>

#include "require.h"
#include "ui/markup.h"

enum { SPANS = 64 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t max = size > 0 ? data[0] % (SPANS + 1) : 0, len = size > 0 ? size - 1 : 0;
	const char *text = size > 0 ? (const char *)data + 1 : "";
	struct markup_span spans[SPANS];
	size_t count = markup_spans(text, len, spans, max), ends[SPANS], depth = 0;

	require(count <= max);
	for (size_t i = 0; i < count; i++) {
		const struct markup_span *span = &spans[i];

		require(span->start <= len && span->len <= len - span->start && span->inner_len > 0);
		require(span->inner > span->start && span->inner + span->inner_len <= span->start + span->len);
		require(i == 0 || spans[i - 1].start <= span->start);
		while (depth > 0 && ends[depth - 1] <= span->start)
			depth--;
		require(depth == 0 || span->kind == MARKUP_MONO || span->start + span->len <= ends[depth - 1]);
		ends[depth++] = span->start + span->len;
	}
	return 0;
}
