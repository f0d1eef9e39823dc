/* SPDX-License-Identifier: MIT */
/* Writing a reply: what is kept of what is typed, where the cursor goes, how it is wrapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/editor.h"

#define FAMILY "👨‍👩‍👧"
#define E_ACUTE "e\xCC\x81" /* e and a combining accent */

static void
type(struct editor *editor, const char *text)
{
	assert_true(editor_insert(editor, text, strlen(text)));
}

struct text_row {
	const char *name;
	const char *typed;
	const char *kept;
};

static const struct text_row text_rows[] = {
	{ "plain", "Hola", "Hola" },
	{ "line ends become one kind", "a\r\nb\rc\nd", "a\nb\nc\nd" },
	{ "control characters are dropped", "a\033[31mb\a\x7f" "c\xC2\x9B" "d", "a[31mbcd" },
	{ "tabs stay", "a\tb", "a\tb" },
	{ "malformed bytes are marked", "a\xFF" "b", "a\xEF\xBF\xBD" "b" },
	{ "emoji stay whole", FAMILY, FAMILY },
};

static void
test_insert(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof text_rows / sizeof text_rows[0]; i++) {
		struct editor editor;

		editor_init(&editor);
		type(&editor, text_rows[i].typed);
		assert_string_equal(editor_text(&editor), text_rows[i].kept);
		assert_int_equal(editor.cursor, editor.len);
		editor_release(&editor);
	}
}

/* A line end that comes in two pieces is still one. */
static void
test_line_end_in_pieces(void **state)
{
	struct editor editor;

	(void)state;
	editor_init(&editor);
	type(&editor, "a\r");
	type(&editor, "\nb");
	assert_string_equal(editor_text(&editor), "a\nb");
	editor_release(&editor);
}

struct move_row {
	const char *name;
	const char *before; /* "|" is the cursor */
	enum editor_move move;
	const char *moved;
	const char *deleted; /* after deleting by the same move */
};

static const struct move_row move_rows[] = {
	{ "left", "ab|", EDITOR_LEFT, "a|b", "a|" },
	{ "left at the beginning", "|ab", EDITOR_LEFT, "|ab", "|ab" },
	{ "left over an emoji of many parts", "a" FAMILY "|", EDITOR_LEFT, "a|" FAMILY, "a|" },
	{ "left over a combining accent", "caf" E_ACUTE "|", EDITOR_LEFT, "caf|" E_ACUTE, "caf|" },
	{ "right", "|ñb", EDITOR_RIGHT, "ñ|b", "|b" },
	{ "right over a flag", "|🇲🇽x", EDITOR_RIGHT, "🇲🇽|x", "|x" },
	{ "right at the end", "ab|", EDITOR_RIGHT, "ab|", "ab|" },
	{ "word left", "uno dos|", EDITOR_WORD_LEFT, "uno |dos", "uno |" },
	{ "word left over blanks", "uno  |", EDITOR_WORD_LEFT, "|uno  ", "|" },
	{ "word left over letters with accents", "mañana útil|", EDITOR_WORD_LEFT, "mañana |útil", "mañana |" },
	{ "word right", "|uno dos", EDITOR_WORD_RIGHT, "uno| dos", "| dos" },
	{ "line start", "uno\ndos|", EDITOR_LINE_START, "uno\n|dos", "uno\n|" },
	{ "line end", "u|no\ndos", EDITOR_LINE_END, "uno|\ndos", "u|\ndos" },
	{ "text start", "uno\nd|os", EDITOR_TEXT_START, "|uno\ndos", "|os" },
	{ "text end", "|uno\ndos", EDITOR_TEXT_END, "uno\ndos|", "|" },
};

/* Sets text and cursor from a picture with "|". */
static void
set_picture(struct editor *editor, const char *picture)
{
	const char *bar = strchr(picture, '|');

	editor_init(editor);
	type(editor, bar + 1);
	editor_move(editor, EDITOR_TEXT_START);
	assert_true(editor_insert(editor, picture, (size_t)(bar - picture)));
	editor->cursor = (size_t)(bar - picture);
}

static void
assert_picture(const struct editor *editor, const char *picture)
{
	const char *bar = strchr(picture, '|');

	assert_int_equal(editor->cursor, bar - picture);
	assert_int_equal(editor->len, strlen(picture) - 1);
	assert_memory_equal(editor_text(editor), picture, (size_t)(bar - picture));
	assert_string_equal(editor_text(editor) + editor->cursor, bar + 1);
}

static void
test_moves(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof move_rows / sizeof move_rows[0]; i++) {
		const struct move_row *row = &move_rows[i];
		struct editor editor;

		set_picture(&editor, row->before);
		editor_move(&editor, row->move);
		assert_picture(&editor, row->moved);
		editor_release(&editor);
		set_picture(&editor, row->before);
		editor_delete(&editor, row->move, false);
		assert_picture(&editor, row->deleted);
		editor_release(&editor);
	}
}

static void
test_kill_and_yank(void **state)
{
	struct editor editor;

	(void)state;
	set_picture(&editor, "one |two\nthree");
	editor_kill_line(&editor);
	assert_picture(&editor, "one |\nthree");
	editor_kill_line(&editor);
	assert_picture(&editor, "one |three");
	editor_delete(&editor, EDITOR_WORD_LEFT, true);
	assert_picture(&editor, "|three");
	editor_move(&editor, EDITOR_TEXT_END);
	editor_yank(&editor);
	assert_picture(&editor, "threeone two\n|"); /* kills in a row are one */
	editor_release(&editor);
}

static void
test_yank_pop(void **state)
{
	struct editor editor;

	(void)state;
	set_picture(&editor, "uno dos tres|");
	assert_false(editor_yank_pop(&editor));
	editor_delete(&editor, EDITOR_WORD_LEFT, true);
	editor_move(&editor, EDITOR_LEFT);
	editor_delete(&editor, EDITOR_WORD_LEFT, true);
	assert_picture(&editor, "uno | ");
	editor_yank(&editor);
	assert_picture(&editor, "uno dos| ");
	assert_true(editor_yank_pop(&editor));
	assert_picture(&editor, "uno tres| ");
	assert_true(editor_yank_pop(&editor));
	assert_picture(&editor, "uno dos| ");
	editor_move(&editor, EDITOR_LEFT);
	assert_false(editor_yank_pop(&editor));
	editor_release(&editor);
}

struct transpose_row {
	const char *name, *before, *after;
};

static const struct transpose_row transpose_rows[] = {
	{ "in a word", "ab|c", "acb|" },	  { "at the end", "abc|", "acb|" },
	{ "at the beginning", "|ab", "|ab" },	  { "one character", "a|", "a|" },
	{ "nothing", "|", "|" },		  { "at the end of a line", "ab|\nc", "ba|\nc" },
	{ "at the beginning of a line", "a\n|b", "a\n|b" },
	{ "with accents", "ca" E_ACUTE "|ñ", "cañ" E_ACUTE "|" },
	{ "an emoji of many parts", "a|" FAMILY, FAMILY "a|" },
};

static void
test_transpose(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof transpose_rows / sizeof transpose_rows[0]; i++) {
		struct editor editor;

		set_picture(&editor, transpose_rows[i].before);
		editor_transpose(&editor);
		assert_picture(&editor, transpose_rows[i].after);
		editor_release(&editor);
	}
}

/* As a person types: key by key. */
static void
type_keys(struct editor *editor, const char *text)
{
	for (; *text != '\0'; text++)
		assert_true(editor_insert(editor, text, 1));
}

static void
test_undo_by_word(void **state)
{
	struct editor editor;

	(void)state;
	editor_init(&editor);
	assert_false(editor_undo(&editor));
	type_keys(&editor, "hola que tal");
	assert_true(editor_undo(&editor));
	assert_picture(&editor, "hola que |");
	assert_true(editor_undo(&editor));
	assert_picture(&editor, "hola |");
	assert_true(editor_redo(&editor));
	assert_picture(&editor, "hola que |");
	type_keys(&editor, "x");
	assert_false(editor_redo(&editor));
	assert_true(editor_undo(&editor));
	assert_true(editor_undo(&editor));
	assert_true(editor_undo(&editor));
	assert_picture(&editor, "|");
	assert_false(editor_undo(&editor));
	editor_release(&editor);
}

static void
test_undo_of_deletions(void **state)
{
	struct editor editor;

	(void)state;
	editor_init(&editor);
	editor_set(&editor, "uno dos " FAMILY);
	assert_false(editor_undo(&editor)); /* a draft that was set is where it begins */
	editor_delete(&editor, EDITOR_LEFT, false);
	editor_delete(&editor, EDITOR_LEFT, false);
	editor_delete(&editor, EDITOR_LEFT, false);
	assert_picture(&editor, "uno do|");
	assert_true(editor_undo(&editor));
	assert_picture(&editor, "uno dos " FAMILY "|");
	editor_move(&editor, EDITOR_TEXT_START);
	editor_delete(&editor, EDITOR_RIGHT, false);
	editor_delete(&editor, EDITOR_RIGHT, false);
	assert_true(editor_undo(&editor));
	assert_picture(&editor, "|uno dos " FAMILY);
	assert_true(editor_replace(&editor, 4, 7, "tres", 4));
	assert_picture(&editor, "uno tres| " FAMILY);
	assert_true(editor_undo(&editor));
	assert_picture(&editor, "|uno dos " FAMILY);
	assert_true(editor_redo(&editor));
	assert_picture(&editor, "uno tres| " FAMILY);
	editor_release(&editor);
}

static void
test_undo_is_bounded(void **state)
{
	char *text = malloc(EDITOR_MAX);
	struct editor editor;
	int undone = 0;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', EDITOR_MAX);
	editor_init(&editor);
	for (int i = 0; i < 20; i++) {
		assert_true(editor_replace(&editor, 0, editor.len, text, EDITOR_MAX));
		assert_true(editor.edit_bytes <= EDITOR_UNDO_BYTES);
	}
	while (editor_undo(&editor))
		undone++;
	assert_int_equal(undone, 2);
	editor_set(&editor, "");
	for (int i = 0; i < EDITOR_UNDO_STEPS + 50; i++)
		assert_true(editor_insert(&editor, i % 2 == 0 ? "a" : "\n", 1) && editor_replace(&editor, 0, 0, "b", 1));
	for (undone = 0; editor_undo(&editor); undone++)
		continue;
	assert_int_equal(undone, EDITOR_UNDO_STEPS);
	editor_release(&editor);
	free(text);
}

struct emoji_row {
	const char *name, *typed, *becomes;
};

static const struct emoji_row emoji_rows[] = {
	{ "a name", "hola :heart:", "hola ❤️" },
	{ "in Spanish, with its accent", ":corazón:", "❤️" },
	{ "in Spanish, without", ":CORAZON:", "❤️" },
	{ "with a sign", ":+1:", "👍" },
	{ "behind an emoji", "👍:joy:", "👍😂" },
	{ "an unknown name", ":nosuchname:", ":nosuchname:" },
	{ "no name", "::", "::" },
	{ "an hour", "10:30:", "10:30:" },
	{ "inside a word", "a:heart:", "a:heart:" },
	{ "a blank in between", ": heart:", ": heart:" },
};

static void
test_emoji(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof emoji_rows / sizeof emoji_rows[0]; i++) {
		const struct emoji_row *row = &emoji_rows[i];
		bool changes = strcmp(row->typed, row->becomes) != 0;
		struct editor editor;

		editor_init(&editor);
		type(&editor, row->typed);
		assert_int_equal(editor_expand_emoji(&editor), changes);
		assert_string_equal(editor_text(&editor), row->becomes);
		if (changes)
			assert_true(editor_undo(&editor));
		assert_string_equal(editor_text(&editor), row->typed);
		editor_release(&editor);
	}
}

static void
test_emoji_name(void **state)
{
	struct editor editor;
	size_t start, len;

	(void)state;
	set_picture(&editor, "hola :cora| x");
	assert_true(editor_emoji_name(&editor, &start, &len));
	assert_int_equal(start, 5);
	assert_int_equal(len, 5);
	editor_release(&editor);
	set_picture(&editor, "10:30|");
	assert_false(editor_emoji_name(&editor, &start, &len));
	editor_release(&editor);
}

/* The rows that were kept over changes are those that a fresh editor makes. */
static void
test_kept_rows(void **state)
{
	static const char *const pieces[] = { "palabra ", "\n", "日本", "x", " ", FAMILY, "larguísimapalabrasinblancos" };
	struct editor editor, fresh;
	unsigned seed = 7;

	(void)state;
	editor_init(&editor);
	for (int i = 0; i < 600; i++) {
		struct editor_row kept[8], made[8];
		size_t row, other_row, count;
		int column, other_column, columns = 7 + i / 200;

		seed = seed * 1103515245 + 12345;
		type(&editor, pieces[(seed >> 16) % 7]);
		if ((seed >> 20) % 3 == 0)
			editor_move_row(&editor, columns, -1);
		if ((seed >> 22) % 5 == 0)
			editor_delete(&editor, EDITOR_WORD_LEFT, false);
		if ((seed >> 24) % 16 == 0)
			editor_undo(&editor);
		editor_init(&fresh);
		editor_set(&fresh, editor_text(&editor));
		fresh.cursor = editor.cursor;
		assert_int_equal(editor_rows(&editor, columns), editor_rows(&fresh, columns));
		editor_cursor(&editor, columns, &row, &column);
		editor_cursor(&fresh, columns, &other_row, &other_column);
		assert_int_equal(row, other_row);
		assert_int_equal(column, other_column);
		count = editor_rows_from(&editor, columns, row, kept, 8);
		assert_int_equal(editor_rows_from(&fresh, columns, row, made, 8), count);
		assert_memory_equal(kept, made, count * sizeof kept[0]);
		editor_release(&fresh);
	}
	editor_release(&editor);
}

static void
test_too_long(void **state)
{
	char *text = malloc(EDITOR_MAX + 1);
	struct editor editor;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', EDITOR_MAX + 1);
	editor_init(&editor);
	assert_false(editor_insert(&editor, text, EDITOR_MAX + 1));
	assert_int_equal(editor.len, 0);
	assert_true(editor_insert(&editor, text, EDITOR_MAX));
	assert_false(editor_insert(&editor, "y", 1));
	assert_int_equal(editor.len, EDITOR_MAX);
	editor_release(&editor);
	free(text);
}

struct wrap_row {
	const char *name;
	const char *text;
	int columns;
	const char *lines[6];
};

static const struct wrap_row wrap_rows[] = {
	{ "empty", "", 10, { "" } },
	{ "fits", "uno dos", 10, { "uno dos" } },
	{ "at a blank", "uno dos tres", 8, { "uno dos", "tres" } },
	{ "a word that is too long", "abcdefghij", 4, { "abcd", "efgh", "ij" } },
	{ "line ends", "a\n\nb\n", 4, { "a", "", "b", "" } },
	{ "the blank at the margin is taken", "abcd efgh", 4, { "abcd", "efgh" } },
	{ "wide characters", "日本語", 4, { "日本", "語" } },
};

static void
test_wrap(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrap_rows / sizeof wrap_rows[0]; i++) {
		const struct wrap_row *row = &wrap_rows[i];
		struct editor_row lines[8];
		struct editor editor;
		size_t count, wanted = 0;

		editor_init(&editor);
		type(&editor, row->text);
		count = editor_rows_from(&editor, row->columns, 0, lines, 8);
		while (wanted < 6 && row->lines[wanted] != NULL)
			wanted++;
		assert_int_equal(count, wanted);
		assert_int_equal(editor_rows(&editor, row->columns), wanted);
		for (size_t k = 0; k < count; k++) {
			assert_int_equal(lines[k].len, strlen(row->lines[k]));
			assert_memory_equal(editor_text(&editor) + lines[k].start, row->lines[k], lines[k].len);
		}
		editor_release(&editor);
	}
}

static void
assert_cursor(struct editor *editor, int columns, size_t row, int column)
{
	size_t seen_row;
	int seen_column;

	editor_cursor(editor, columns, &seen_row, &seen_column);
	assert_int_equal(seen_row, row);
	assert_int_equal(seen_column, column);
}

static void
test_cursor_place(void **state)
{
	struct editor editor;

	(void)state;
	set_picture(&editor, "日本" FAMILY "|x");
	assert_cursor(&editor, 20, 0, 6);
	editor_release(&editor);
	set_picture(&editor, "uno dos |tres");
	assert_cursor(&editor, 8, 1, 0);
	editor_release(&editor);
	set_picture(&editor, "abcd|");
	assert_cursor(&editor, 4, 0, 3);
	editor_release(&editor);
	set_picture(&editor, "a\n|");
	assert_cursor(&editor, 4, 1, 0);
	editor_release(&editor);
}

/* Up and down keep their column over a shorter line. */
static void
test_rows(void **state)
{
	struct editor editor;

	(void)state;
	set_picture(&editor, "first line\nab\nthird l|ine");
	assert_true(editor_move_row(&editor, 40, -1));
	assert_picture(&editor, "first line\nab|\nthird line");
	assert_true(editor_move_row(&editor, 40, -1));
	assert_picture(&editor, "first l|ine\nab\nthird line");
	assert_false(editor_move_row(&editor, 40, -1));
	assert_true(editor_move_row(&editor, 40, 1));
	assert_true(editor_move_row(&editor, 40, 1));
	assert_picture(&editor, "first line\nab\nthird l|ine");
	assert_false(editor_move_row(&editor, 40, 1));
	editor_release(&editor);
}

static void
test_version_tells_of_changes(void **state)
{
	struct editor editor;
	uint64_t before;

	(void)state;
	editor_init(&editor);
	assert_true(editor_is_blank(&editor));
	type(&editor, "ab");
	before = editor.version;
	editor_move(&editor, EDITOR_LEFT);
	editor_delete(&editor, EDITOR_RIGHT, false);
	assert_true(editor.version > before);
	before = editor.version;
	editor_move(&editor, EDITOR_LEFT);
	assert_int_equal(editor.version, before);
	editor_set(&editor, " \n\t");
	assert_true(editor_is_blank(&editor));
	editor_release(&editor);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_insert),	      cmocka_unit_test(test_line_end_in_pieces),
		cmocka_unit_test(test_moves),	      cmocka_unit_test(test_kill_and_yank),
		cmocka_unit_test(test_too_long),      cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_cursor_place),  cmocka_unit_test(test_rows),
		cmocka_unit_test(test_version_tells_of_changes),
		cmocka_unit_test(test_yank_pop),      cmocka_unit_test(test_transpose),
		cmocka_unit_test(test_undo_by_word),  cmocka_unit_test(test_undo_of_deletions),
		cmocka_unit_test(test_undo_is_bounded), cmocka_unit_test(test_emoji),
		cmocka_unit_test(test_emoji_name),    cmocka_unit_test(test_kept_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
