/* SPDX-License-Identifier: MIT */
/*
 * Any bytes through everything that stands between the store and the terminal. What comes out is judged by rules that
 * do not share the program's table. The first byte chooses the columns, its top bit the treatment of line ends.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/hostile_text.h"
#include "core/text.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void
try_clusters(const char *text, size_t len)
{
	size_t at = 0;

	/* Looking back is linear, so a long text is tried at its ends only. */
	for (int steps = 0; at < len && steps < 200; steps++) {
		size_t cluster = text_cluster(text + at, len - at);

		require(cluster > 0 && cluster <= len - at);
		require(text_cluster_before(text, len, at + cluster) == at);
		at += cluster;
	}
	require(text_cluster_before(text, len, len) < len || len == 0);
}

static void
try_wrap(const char *text, size_t len, int columns)
{
	size_t count = text_wrap(text, len, columns, NULL, 0);
	struct text_line *lines = calloc(count, sizeof *lines);
	size_t at = 0;

	require(lines != NULL);
	require(text_wrap(text, len, columns, lines, count) == count);
	for (size_t i = 0; i < count; i++) {
		/* Between two lines there is nothing but the one blank or line end that the break took. */
		if (i > 0 && lines[i].start != at) {
			require(at < len && (text[at] == ' ' || text[at] == '\n'));
			at++;
		}
		require(lines[i].start == at && lines[i].len <= len - at);
		require(text_width(text + at, lines[i].len) <= columns);
		require(hostile_text_judge(text + at, lines[i].len, false) == NULL);
		at += lines[i].len;
	}
	require(at == len);
	free(lines);
}

static void
try_cell(const char *bytes, size_t len, int columns)
{
	char *text = utf8_repair(bytes, len);
	struct strbuf cell;

	require(text != NULL && utf8_valid(text, strlen(text)));
	strbuf_init(&cell, 16 * len + 1000);
	text_cell(&cell, text, columns, true);
	require(!cell.failed);
	require(text_width(strbuf_text(&cell), cell.len) == columns);
	require(hostile_text_judge(strbuf_text(&cell), cell.len, false) == NULL);
	strbuf_release(&cell);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum text_lines lines = size > 0 && data[0] >= 0x80 ? TEXT_KEEP_LINES : TEXT_ONE_LINE;
	int columns = size > 0 ? 2 + (data[0] & 0x7F) : 2;
	const char *text = size > 0 ? (const char *)data + 1 : "";
	size_t len = size > 0 ? size - 1 : 0;
	struct strbuf once, twice;

	strbuf_init(&once, 16 * len + 1000);
	strbuf_init(&twice, 16 * len + 1000);
	text_show(&once, text, len, lines);
	require(!once.failed);
	require(hostile_text_judge(strbuf_text(&once), once.len, lines == TEXT_KEEP_LINES) == NULL);
	require(!text_show(&twice, strbuf_text(&once), once.len, lines));
	require(once.len == twice.len && memcmp(strbuf_text(&once), strbuf_text(&twice), once.len) == 0);
	try_wrap(strbuf_text(&once), once.len, columns);
	try_cell(text, len, columns);
	try_clusters(text, len);
	try_clusters(strbuf_text(&once), once.len);
	require(utf8_count(text, len) <= len);
	strbuf_release(&once);
	strbuf_release(&twice);
	return 0;
}
