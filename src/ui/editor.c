/* SPDX-License-Identifier: MIT */
/* A reply is short, so the text is one flat buffer. Every change of it is made by replace(). */
#include "ui/editor.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/utf8.h"
#include "ui/editor_internal.h"

enum { CODE_DELETE = 0x7F, CODE_C1_FIRST = 0x80, CODE_C1_LAST = 0x9F, GROW_BYTES = 256,
       TYPED_MAX = 16 /* bytes; more at once is a paste */ };

void
editor_init(struct editor *editor)
{
	*editor = (struct editor){ .goal = -1 };
	strbuf_init(&editor->scratch, EDITOR_MAX * 4);
}

void
editor_release(struct editor *editor)
{
	editor_forget(editor);
	free(editor->edits);
	free(editor->text);
	free(editor->rows);
	for (size_t i = 0; i < EDITOR_KILLS; i++)
		free(editor->kills[i]);
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

bool
editor_put(struct editor *editor, size_t from, size_t to, const char *bytes, size_t len)
{
	if (!reserve(editor, editor->len - (to - from) + len))
		return false;
	editor_touch_rows(editor, from);
	memmove(editor->text + from + len, editor->text + to, editor->len - to + 1);
	if (len > 0)
		memcpy(editor->text + from, bytes, len);
	editor->len = editor->len - (to - from) + len;
	editor->version++;
	editor->goal = -1;
	return true;
}

size_t
editor_settle(const struct editor *editor, size_t at)
{
	size_t start, end;

	if (at == 0 || at >= editor->len)
		return at < editor->len ? at : editor->len;
	start = text_cluster_before(editor->text, editor->len, at);
	end = start + text_cluster(editor->text + start, editor->len - start);
	return end > at ? end : at;
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

void
editor_set(struct editor *editor, const char *text)
{
	editor_touch_rows(editor, 0);
	editor->len = editor->cursor = 0;
	if (editor->text != NULL)
		editor->text[0] = '\0';
	editor->after_return = false;
	editor->goal = -1;
	editor->version++;
	editor_insert(editor, text, strlen(text));
	editor_forget(editor);
}

/* Puts cleaned bytes in place of others, with a note for undo; the cursor goes behind them. */
static bool
replace(struct editor *editor, size_t from, size_t to, const struct strbuf *bytes, enum editor_action action)
{
	struct editor_change change = { .at = from, .removed = editor_text(editor) + from, .removed_len = to - from,
					.inserted = strbuf_text(bytes), .inserted_len = bytes->len,
					.cursor_before = editor->cursor, .cursor_after = from + bytes->len,
					.action = action };

	if (!reserve(editor, editor->len - (to - from) + bytes->len))
		return false;
	if (change.removed_len > 0 || change.inserted_len > 0) {
		change.removed = editor->text + from;
		editor_note(editor, &change);
	}
	if (!editor_put(editor, from, to, change.inserted, change.inserted_len))
		return false;
	/* Joined with what follows it may have become one cluster: the cursor goes behind that. */
	editor->cursor = editor_settle(editor, change.cursor_after);
	editor->last = action;
	return true;
}

static bool
clean_and_replace(struct editor *editor, size_t from, size_t to, const char *bytes, size_t len)
{
	enum editor_action action = from == to && len <= TYPED_MAX ? EDITOR_TYPED : EDITOR_NO_ACTION;

	strbuf_clear(&editor->scratch);
	clean(editor, bytes, len);
	return !editor->scratch.failed && replace(editor, from, to, &editor->scratch, action);
}

bool
editor_insert(struct editor *editor, const char *bytes, size_t len)
{
	return clean_and_replace(editor, editor->cursor, editor->cursor, bytes, len);
}

bool
editor_replace(struct editor *editor, size_t from, size_t to, const char *bytes, size_t len)
{
	bool done;

	if (from > to || to > editor->len)
		return false;
	editor->after_return = false;
	done = clean_and_replace(editor, from, to, bytes, len);
	editor->last = EDITOR_NO_ACTION;
	return done;
}

static void
cut(struct editor *editor, size_t from, size_t to, enum editor_action action)
{
	strbuf_clear(&editor->scratch);
	replace(editor, from, to, &editor->scratch, action);
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
bool
editor_in_word(char byte)
{
	return (byte & 0x80) != 0 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '_' || byte == '\'';
}

static size_t
word_left(const struct editor *editor)
{
	size_t at = editor->cursor;

	while (at > 0 && !editor_in_word(editor->text[at - 1]))
		at = step_left(editor, at);
	while (at > 0 && editor_in_word(editor->text[at - 1]))
		at = step_left(editor, at);
	return at;
}

static size_t
word_right(const struct editor *editor)
{
	size_t at = editor->cursor;

	while (at < editor->len && !editor_in_word(editor->text[at]))
		at = step_right(editor, at);
	while (at < editor->len && editor_in_word(editor->text[at]))
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
	editor->last = EDITOR_NO_ACTION;
}

/* Joins to the newest kill if the last thing done was one: behind it, or before it when it was killed backwards. */
static bool
join_kill(struct editor *editor, size_t from, size_t to)
{
	size_t had, len = to - from;
	char *joined;

	if (editor->last != EDITOR_KILLED || editor->kills[0] == NULL)
		return false;
	had = strlen(editor->kills[0]);
	if (had + len > EDITOR_MAX)
		return false;
	joined = malloc(had + len + 1);
	if (joined == NULL)
		return false;
	memcpy(joined + (from < editor->cursor ? len : 0), editor->kills[0], had);
	memcpy(joined + (from < editor->cursor ? 0 : had), editor->text + from, len);
	joined[had + len] = '\0';
	free(editor->kills[0]);
	editor->kills[0] = joined;
	return true;
}

static void
keep_killed(struct editor *editor, size_t from, size_t to)
{
	char *copy;

	if (join_kill(editor, from, to))
		return;
	copy = strndup(editor->text + from, to - from);
	if (copy == NULL)
		return;
	free(editor->kills[EDITOR_KILLS - 1]);
	memmove(editor->kills + 1, editor->kills, (EDITOR_KILLS - 1) * sizeof editor->kills[0]);
	editor->kills[0] = copy;
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
	cut(editor, from, to, keep ? EDITOR_KILLED : EDITOR_ERASED);
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
	cut(editor, editor->cursor, end, EDITOR_KILLED);
}

static bool
yank(struct editor *editor, size_t from, size_t turn)
{
	const char *text = editor->kills[turn];

	if (!editor_replace(editor, from, editor->cursor, text, strlen(text)))
		return false;
	editor->kill_turn = turn;
	editor->yank_start = from;
	editor->last = EDITOR_YANKED;
	return true;
}

void
editor_yank(struct editor *editor)
{
	if (editor->kills[0] != NULL)
		yank(editor, editor->cursor, 0);
}

bool
editor_yank_pop(struct editor *editor)
{
	size_t turn = editor->kill_turn + 1;

	if (editor->last != EDITOR_YANKED || editor->kills[1] == NULL)
		return false;
	if (turn == EDITOR_KILLS || editor->kills[turn] == NULL)
		turn = 0;
	return yank(editor, editor->yank_start, turn);
}

void
editor_transpose(struct editor *editor)
{
	size_t second = editor->cursor, first, end;
	char pair[256];

	if (second == editor->len || editor->text[second] == '\n')
		second = step_left(editor, second);
	if (editor->len == 0 || second == 0)
		return;
	first = step_left(editor, second);
	end = step_right(editor, second);
	if (editor->text[first] == '\n' || editor->text[second] == '\n' || end - first > sizeof pair)
		return;
	memcpy(pair, editor->text + second, end - second);
	memcpy(pair + (end - second), editor->text + first, second - first);
	editor_replace(editor, first, end, pair, end - first);
}
