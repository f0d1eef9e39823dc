/* SPDX-License-Identifier: MIT */
/*
 * The soft wrap. Widths are those of the reduced form that the grid draws, cluster by cluster, so the cursor stands where
 * the text is. Rows are kept; a change leaves those well before it as they are.
 */
#include <stdlib.h>

#include "core/text.h"
#include "ui/editor_internal.h"

enum { ROWS_GROW = 64, ROWS_BACK = 3 /* rows before a change that it may reach, by a word that now fits */ };

/* Columns of one cluster as the grid draws it. */
static int
cluster_columns(struct editor *editor, const char *text, size_t len)
{
	if (len == 1 && text[0] >= ' ' && text[0] <= '~')
		return 1;
	strbuf_clear(&editor->scratch);
	text_show(&editor->scratch, text, len, TEXT_ONE_LINE);
	return text_width(strbuf_text(&editor->scratch), editor->scratch.len);
}

/* Two of ASCII in a row never join. */
static size_t
next_cluster(const struct editor *editor, size_t at)
{
	if ((editor->text[at] & 0x80) == 0 && (editor->text[at + 1] & 0x80) == 0)
		return 1;
	return text_cluster(editor->text + at, editor->len - at);
}

/* The row that starts at `start`. */
static struct editor_row
wrap_row(struct editor *editor, size_t start, int columns)
{
	const char *text = editor_text(editor);
	size_t blank = 0;
	int used = 0;

	for (size_t at = start, step; at < editor->len; at += step) {
		int width;

		if (text[at] == '\n')
			return (struct editor_row){ start, at - start, at + 1 };
		step = next_cluster(editor, at);
		width = cluster_columns(editor, text + at, step);
		if (used + width > columns && at > start) {
			if (text[at] == ' ')
				return (struct editor_row){ start, at - start, at + 1 };
			if (blank > start + 1)
				return (struct editor_row){ start, blank - 1 - start, blank };
			return (struct editor_row){ start, at - start, at };
		}
		used += width;
		if (text[at] == ' ')
			blank = at + 1;
	}
	return (struct editor_row){ start, editor->len - start, editor->len };
}

/* True if no row follows: a text that ends with a line end has an empty row after it. */
static bool
is_last(const struct editor *editor, const struct editor_row *row)
{
	return row->next >= editor->len && row->next == row->start + row->len;
}

/* The row that holds `at`; the first of those that end there is left for the one that begins there. */
static size_t
row_of(const struct editor_row *rows, size_t count, size_t at)
{
	size_t low = 0, high = count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (rows[middle].start <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

void
editor_touch_rows(struct editor *editor, size_t at)
{
	size_t row;

	if (editor->row_valid == 0)
		return;
	row = row_of(editor->rows, editor->row_valid, at);
	editor->row_valid = row > ROWS_BACK ? row - ROWS_BACK : 0;
	editor->rows_whole = false;
}

static bool
add_row(struct editor *editor, struct editor_row row)
{
	if (editor->row_valid == editor->row_capacity) {
		size_t capacity = editor->row_capacity * 2 + ROWS_GROW;
		struct editor_row *rows = reallocarray(editor->rows, capacity, sizeof *rows);

		if (rows == NULL)
			return false;
		editor->rows = rows;
		editor->row_capacity = capacity;
	}
	editor->rows[editor->row_valid++] = row;
	return true;
}

/* All rows; *count of them. Without memory the first one alone. */
static const struct editor_row *
wrapped(struct editor *editor, int columns, size_t *count)
{
	struct editor_row row;
	size_t start;

	if (columns != editor->row_columns || editor->row_valid == 0) {
		editor->row_valid = 0;
		editor->rows_whole = false;
	}
	editor->row_columns = columns;
	if (!editor->rows_whole) {
		start = editor->row_valid > 0 ? editor->rows[editor->row_valid - 1].next : 0;
		do {
			row = wrap_row(editor, start, columns);
			start = row.next;
			if (!add_row(editor, row)) {
				editor->row_valid = 0;
				editor->only_row = wrap_row(editor, 0, columns);
				*count = 1;
				return &editor->only_row;
			}
		} while (!is_last(editor, &row));
		editor->row_count = editor->row_valid;
		editor->rows_whole = true;
	}
	*count = editor->row_count;
	return editor->rows;
}

size_t
editor_rows_from(struct editor *editor, int columns, size_t first, struct editor_row *rows, size_t max)
{
	size_t count, filled = 0;
	const struct editor_row *all = wrapped(editor, columns, &count);

	for (size_t i = first; i < count && filled < max; i++)
		rows[filled++] = all[i];
	return filled;
}

size_t
editor_rows(struct editor *editor, int columns)
{
	size_t count;

	wrapped(editor, columns, &count);
	return count;
}

static int
columns_between(struct editor *editor, size_t from, size_t to)
{
	int used = 0;

	for (size_t step; from < to; from += step) {
		step = text_cluster(editor->text + from, to - from);
		used += cluster_columns(editor, editor->text + from, step);
	}
	return used;
}

void
editor_cursor(struct editor *editor, int columns, size_t *row, int *column)
{
	size_t count;
	const struct editor_row *rows = wrapped(editor, columns, &count);

	*row = row_of(rows, count, editor->cursor);
	*column = columns_between(editor, rows[*row].start, editor->cursor);
	if (*column >= columns)
		*column = columns - 1;
}

bool
editor_move_row(struct editor *editor, int columns, int by)
{
	size_t count, number, at;
	const struct editor_row *rows = wrapped(editor, columns, &count);
	struct editor_row row;
	int goal, used = 0;

	number = row_of(rows, count, editor->cursor);
	goal = editor->goal >= 0 ? editor->goal : columns_between(editor, rows[number].start, editor->cursor);
	if ((by < 0 && number == 0) || (by > 0 && number + 1 >= count))
		return false;
	row = rows[by < 0 ? number - 1 : number + 1];
	for (at = row.start; at < row.start + row.len;) {
		size_t step = text_cluster(editor->text + at, row.start + row.len - at);
		int width = cluster_columns(editor, editor->text + at, step);

		if (used + width > goal)
			break;
		used += width;
		at += step;
	}
	editor->cursor = at;
	editor->goal = goal;
	editor->last = EDITOR_NO_ACTION;
	return true;
}
