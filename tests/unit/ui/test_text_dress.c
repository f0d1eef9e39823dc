/* SPDX-License-Identifier: MIT */
/* Which cells of a wrapped text a range of its bytes gives another look. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/text_dress.h"

enum { COLUMNS = 20 };

/* A row of the text drawn at column 2; what is looked at are styles: "." normal, "E" wrong word, "B" bold, "d" dim. */
static void
assert_looks(struct grid *grid, const char *wanted)
{
	char shown[COLUMNS + 1];

	for (int column = 0; column < COLUMNS; column++) {
		switch (grid_cell(grid, 0, column)->style) {
		case STYLE_ERROR_WORD:
			shown[column] = 'E';
			break;
		case STYLE_BOLD_TEXT:
			shown[column] = 'B';
			break;
		case STYLE_DIM:
			shown[column] = 'd';
			break;
		default:
			shown[column] = '.';
		}
	}
	shown[COLUMNS] = '\0';
	assert_string_equal(shown, wanted);
}

struct range_row {
	const char *name;
	const char *text;
	size_t start, len; /* of the row */
	size_t from, bytes;
	const char *looks;
};

static const struct range_row ranges[] = {
	{ "a word", "one two six", 0, 11, 4, 3, "......EEE..........." },
	{ "the beginning before the row", "one two six", 4, 7, 0, 7, "..EEE..............." },
	{ "the end behind the row", "one two six", 0, 7, 4, 7, "......EEE..........." },
	{ "outside the row", "one two six", 0, 3, 4, 3, "...................." },
	{ "after wide characters", "日本 mal", 0, 10, 7, 3, ".......EEE.........." },
	{ "after what is shown as a mark", "a\x1b""b mal", 0, 7, 4, 3, "......EEE..........." },
	{ "as far as the row has room", "aaaaaaaaaaaaaaaaaaaa", 0, 20, 0, 20, "..EEEEEEEEEEEEEEEE.." },
};

static void
test_ranges(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		const struct range_row *row = &ranges[i];
		struct grid grid;
		struct dress_row dress = { .grid = &grid, .area = { 0, 2, 1, COLUMNS - 4 }, .text = row->text,
					   .start = row->start, .len = row->len };

		grid_init(&grid);
		assert_true(grid_resize(&grid, 1, COLUMNS));
		grid_text_len(&grid, dress.area, STYLE_NORMAL, row->text + row->start, row->len);
		dress_range(&dress, row->from, row->bytes, STYLE_ERROR_WORD);
		assert_looks(&grid, row->looks);
		grid_release(&grid);
	}
}

static void
test_markup(void **state)
{
	static const char text[] = "a *bold* word";
	struct markup_span spans[4];
	struct grid grid;
	struct dress_row dress = { .grid = &grid, .area = { 0, 2, 1, COLUMNS - 4 }, .text = text, .len = strlen(text) };

	(void)state;
	grid_init(&grid);
	assert_true(grid_resize(&grid, 1, COLUMNS));
	grid_text_len(&grid, dress.area, STYLE_NORMAL, text, strlen(text));
	dress_markup(&dress, spans, markup_spans(text, strlen(text), spans, 4));
	assert_looks(&grid, "....dBBBBd..........");
	grid_release(&grid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_markup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
