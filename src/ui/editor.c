/* SPDX-License-Identifier: MIT */
/*
 * A reply is short, so the text is one flat buffer and is wrapped anew when it is drawn. Widths are those of the
 * reduced form that the grid draws, cluster by cluster, so the cursor stands where the text is.
 */
#include "ui/editor.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/utf8.h"

enum { CODE_DELETE = 0x7F, CODE_C1_FIRST = 0x80, CODE_C1_LAST = 0x9F, GROW_BYTES = 256 };

void
editor_init(struct editor *editor)
{
	*editor = (struct editor){ .goal = -1 };
	strbuf_init(&editor->scratch, EDITOR_MAX * 4);
}

void
editor_release(struct editor *editor)
{
	free(editor->text);
	free(editor->killed);
	strbuf_release(&editor->scratch);
	*editor = (struct editor){ .goal = -1 };
}

const char *
editor_text(const struct editor *editor)
{
	return editor->text != NULL ? editor->text : "";
}

bool
editor_is_blank(const struct editor *editor)
{
	return strspn(editor_text(editor), " \t\n") == editor->len;
}

static bool
reserve(struct editor *editor, size_t len)
{
	size_t capacity = len + GROW_BYTES;
	char *text;

	if (len > EDITOR_MAX)
		return false;
	if (editor->text != NULL && len < editor->capacity)
		return true;
	text = realloc(editor->text, capacity);
	if (text == NULL)
		return false;
	if (editor->text == NULL)
		text[0] = '\0';
	editor->text = text;
	editor->capacity = capacity;
	return true;
}

static void
changed(struct editor *editor)
{
	editor->version++;
	editor->goal = -1;
}

static void
cut(struct editor *editor, size_t from, size_t to)
{
	if (from >= to)
		return;
	memmove(editor->text + from, editor->text + to, editor->len - to + 1);
	editor->len -= to - from;
	editor->cursor = from;
	changed(editor);
}

void
editor_set(struct editor *editor, const char *text)
{
	editor->len = editor->cursor = 0;
	if (editor->text != NULL)
		editor->text[0] = '\0';
	editor->after_return = false;
	changed(editor);
	editor_insert(editor, text, strlen(text));
}

/* Appends the bytes as they may stand in a message. */
static void
clean(struct editor *editor, const char *bytes, size_t len)
{
	for (size_t i = 0, step; i < len; i += step) {
		bool after_return = editor->after_return;
		uint32_t code;
		char encoded[4];

		step = utf8_decode(bytes + i, len - i, &code);
		editor->after_return = code == '\r';
		if (code == '\r' || (code == '\n' && !after_return))
			strbuf_add_char(&editor->scratch, '\n');
		else if (code == '\t' || (code >= ' ' && code != CODE_DELETE &&
					  (code < CODE_C1_FIRST || code > CODE_C1_LAST)))
			strbuf_add(&editor->scratch, encoded, utf8_encode(code, encoded));
	}
}

bool
editor_insert(struct editor *editor, const char *bytes, size_t len)
{
	size_t added;

	strbuf_clear(&editor->scratch);
	clean(editor, bytes, len);
	added = editor->scratch.len;
	if (editor->scratch.failed || !reserve(editor, editor->len + added))
		return false;
	memmove(editor->text + editor->cursor + added, editor->text + editor->cursor, editor->len - editor->cursor + 1);
	memcpy(editor->text + editor->cursor, strbuf_text(&editor->scratch), added);
	editor->len += added;
	editor->cursor += added;
	/* Joined with what follows it may have become one cluster: the cursor goes behind that. */
	if (editor->cursor < editor->len) {
		size_t start = text_cluster_before(editor->text, editor->len, editor->cursor);
		size_t end = start + text_cluster(editor->text + start, editor->len - start);

		if (end > editor->cursor)
			editor->cursor = end;
	}
	changed(editor);
	return true;
}

static size_t
step_left(const struct editor *editor, size_t at)
{
	return at == 0 ? 0 : text_cluster_before(editor->text, editor->len, at);
}

static size_t
step_right(const struct editor *editor, size_t at)
{
	return at >= editor->len ? editor->len : at + text_cluster(editor->text + at, editor->len - at);
}

/* ASCII punctuation and blanks part words; every other character is part of one. */
static bool
in_word(char byte)
{
	return (byte & 0x80) != 0 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '_' || byte == '\'';
}

static size_t
word_left(const struct editor *editor)
{
	size_t at = editor->cursor;

	while (at > 0 && !in_word(editor->text[at - 1]))
		at = step_left(editor, at);
	while (at > 0 && in_word(editor->text[at - 1]))
		at = step_left(editor, at);
	return at;
}

static size_t
word_right(const struct editor *editor)
{
	size_t at = editor->cursor;

	while (at < editor->len && !in_word(editor->text[at]))
		at = step_right(editor, at);
	while (at < editor->len && in_word(editor->text[at]))
		at = step_right(editor, at);
	return at;
}

static size_t
line_start(const struct editor *editor)
{
	size_t at = editor->cursor;

	while (at > 0 && editor->text[at - 1] != '\n')
		at--;
	return at;
}

static size_t
line_end(const struct editor *editor)
{
	size_t at = editor->cursor;

	while (at < editor->len && editor->text[at] != '\n')
		at++;
	return at;
}

static size_t
target(const struct editor *editor, enum editor_move move)
{
	switch (move) {
	case EDITOR_LEFT:
		return step_left(editor, editor->cursor);
	case EDITOR_RIGHT:
		return step_right(editor, editor->cursor);
	case EDITOR_WORD_LEFT:
		return word_left(editor);
	case EDITOR_WORD_RIGHT:
		return word_right(editor);
	case EDITOR_LINE_START:
		return line_start(editor);
	case EDITOR_LINE_END:
		return line_end(editor);
	case EDITOR_TEXT_START:
		return 0;
	case EDITOR_TEXT_END:
		return editor->len;
	}
	return editor->cursor;
}

void
editor_move(struct editor *editor, enum editor_move move)
{
	editor->cursor = target(editor, move);
	editor->goal = -1;
}

static void
keep_killed(struct editor *editor, size_t from, size_t to)
{
	char *copy = strndup(editor->text + from, to - from);

	if (copy == NULL)
		return;
	free(editor->killed);
	editor->killed = copy;
}

void
editor_delete(struct editor *editor, enum editor_move move, bool keep)
{
	size_t other = target(editor, move);
	size_t from = other < editor->cursor ? other : editor->cursor;
	size_t to = other < editor->cursor ? editor->cursor : other;

	if (from == to)
		return;
	if (keep)
		keep_killed(editor, from, to);
	cut(editor, from, to);
}

void
editor_kill_line(struct editor *editor)
{
	size_t end = line_end(editor);

	if (end == editor->cursor && end < editor->len)
		end++;
	if (end == editor->cursor)
		return;
	keep_killed(editor, editor->cursor, end);
	cut(editor, editor->cursor, end);
}

void
editor_yank(struct editor *editor)
{
	if (editor->killed != NULL)
		editor_insert(editor, editor->killed, strlen(editor->killed));
}

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
		step = text_cluster(text + at, editor->len - at);
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

size_t
editor_rows_from(struct editor *editor, int columns, size_t first, struct editor_row *rows, size_t max)
{
	size_t number = 0, filled = 0, start = 0;

	while (filled < max) {
		struct editor_row row = wrap_row(editor, start, columns);

		if (number >= first)
			rows[filled++] = row;
		if (is_last(editor, &row))
			break;
		number++;
		start = row.next;
	}
	return filled;
}

size_t
editor_rows(struct editor *editor, int columns)
{
	struct editor_row row = wrap_row(editor, 0, columns);
	size_t count = 1;

	for (; !is_last(editor, &row); count++)
		row = wrap_row(editor, row.next, columns);
	return count;
}

/* The row of the cursor and its number. */
static struct editor_row
cursor_row(struct editor *editor, int columns, size_t *number)
{
	struct editor_row row = wrap_row(editor, 0, columns);

	*number = 0;
	while (row.next <= editor->cursor && !is_last(editor, &row)) {
		row = wrap_row(editor, row.next, columns);
		(*number)++;
	}
	return row;
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
	struct editor_row place = cursor_row(editor, columns, row);

	*column = columns_between(editor, place.start, editor->cursor);
	if (*column >= columns)
		*column = columns - 1;
}

bool
editor_move_row(struct editor *editor, int columns, int by)
{
	struct editor_row row;
	size_t number, wanted, at;
	int goal, used = 0;

	row = cursor_row(editor, columns, &number);
	goal = editor->goal >= 0 ? editor->goal : columns_between(editor, row.start, editor->cursor);
	if ((by < 0 && number == 0) || (by > 0 && number + 1 >= editor_rows(editor, columns)))
		return false;
	wanted = by < 0 ? number - 1 : number + 1;
	row = wrap_row(editor, 0, columns);
	while (wanted-- > 0)
		row = wrap_row(editor, row.next, columns);
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
	return true;
}
