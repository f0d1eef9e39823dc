/* SPDX-License-Identifier: MIT */
/* Text in cells: widths, cuts, halves of wide characters, and nothing that could steer a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/grid.h"

enum { ROWS = 3, COLUMNS = 12 };

static void
begin(struct grid *grid)
{
	grid_init(grid);
	assert_true(grid_resize(grid, ROWS, COLUMNS));
}

/* The row as text: blanks for empty cells, nothing for right halves. */
static const char *
read_row(const struct grid *grid, int row, char out[COLUMNS * CELL_TEXT_SIZE + 1])
{
	size_t len = 0;

	for (int column = 0; column < grid->columns; column++) {
		const struct cell *cell = grid_cell(grid, row, column);

		if (cell->width == 0)
			continue;
		if (cell->len == 0)
			out[len++] = ' ';
		memcpy(out + len, cell->text, cell->len);
		len += cell->len;
	}
	out[len] = '\0';
	return out;
}

/* Every wide cell has its right half, every right half its wide cell. */
static void
assert_whole(const struct grid *grid)
{
	for (int row = 0; row < grid->rows; row++) {
		for (int column = 0; column < grid->columns; column++) {
			const struct cell *cell = grid_cell(grid, row, column), *next = grid_cell(grid, row, column + 1);

			if (cell->width == 2)
				assert_true(next != NULL && next->width == 0);
			else
				assert_true(next == NULL || next->width != 0);
		}
	}
}

struct text_row {
	const char *name;
	const char *text;
	int columns;
	const char *row;
	int used;
};

static const struct text_row rows[] = {
	{ "plain", "hello", 12, "hello       ", 5 },
	{ "cut", "hello world", 8, "hello w…    ", 8 },
	{ "exactly", "hello", 5, "hello       ", 5 },
	{ "accents", "mañana", 12, "mañana      ", 6 },
	{ "combining accent", "cafe\xCC\x81!", 12, "cafe\xCC\x81!       ", 5 },
	{ "wide", "日本", 12, "日本        ", 4 },
	{ "wide, cut before the half that does not fit", "日本語", 4, "日…         ", 3 },
	{ "line ends are blanks", "a\nb\tc", 12, "a b c       ", 5 },
	{ "one column", "ab", 1, "…           ", 1 },
	{ "no column", "ab", 0, "            ", 0 },
};

static void
test_text(void **state)
{
	char text[COLUMNS * CELL_TEXT_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct grid grid;

		begin(&grid);
		assert_int_equal(grid_text(&grid, 1, 0, rows[i].columns, STYLE_NORMAL, rows[i].text), rows[i].used);
		assert_string_equal(read_row(&grid, 1, text), rows[i].row);
		assert_whole(&grid);
		grid_release(&grid);
	}
}

static void
test_drawing_over_a_wide_character(void **state)
{
	char text[COLUMNS * CELL_TEXT_SIZE + 1];
	struct grid grid;

	(void)state;
	begin(&grid);
	grid_text(&grid, 0, 0, COLUMNS, STYLE_NORMAL, "日本");
	grid_text(&grid, 0, 1, 1, STYLE_NORMAL, "x");
	assert_string_equal(read_row(&grid, 0, text), " x本        ");
	assert_whole(&grid);
	grid_text(&grid, 0, 2, 1, STYLE_NORMAL, "y");
	assert_string_equal(read_row(&grid, 0, text), " xy         ");
	grid_text(&grid, 0, 1, 2, STYLE_NORMAL, "語");
	assert_string_equal(read_row(&grid, 0, text), " 語         ");
	assert_whole(&grid);
	grid_release(&grid);
}

/* Outside the grid nothing is drawn and nothing is touched. */
static void
test_outside(void **state)
{
	char text[COLUMNS * CELL_TEXT_SIZE + 1];
	struct grid grid;

	(void)state;
	begin(&grid);
	grid_text(&grid, -1, 0, COLUMNS, STYLE_NORMAL, "above");
	grid_text(&grid, ROWS, 0, COLUMNS, STYLE_NORMAL, "below");
	grid_text(&grid, 0, COLUMNS - 1, 10, STYLE_NORMAL, "日");
	grid_text(&grid, 1, -2, 10, STYLE_NORMAL, "abc");
	assert_string_equal(read_row(&grid, 0, text), "            ");
	assert_string_equal(read_row(&grid, 1, text), "c           ");
	grid_fill(&grid, (struct area){ -5, -5, 100, 100 }, STYLE_BAR);
	assert_int_equal(grid_cell(&grid, 2, 11)->style, STYLE_BAR);
	assert_null(grid_cell(&grid, 0, COLUMNS));
	grid_release(&grid);
}

static const char *const hostile[] = {
	"a\033[2Jb",	      "a\033]0;title\ab",    "a\xC2\x9B" "31mb",    "a\x9B" "31mb",
	"\xE2\x80\xAE" "ab",  "a\xE2\x81\xA6" "b",   "a\bb\rc",	       "\xED\xA0\x80",
	"\xF4\x90\x80\x80",   "a\x7F" "b",	     "\xE2\x80\xA8" "x",    "\xF3\xA0\x81\x81" "x",
};

static void
test_hostile_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
		struct grid grid;

		begin(&grid);
		grid_text(&grid, 0, 0, COLUMNS, STYLE_NORMAL, hostile[i]);
		assert_whole(&grid);
		for (int column = 0; column < COLUMNS; column++) {
			const struct cell *cell = grid_cell(&grid, 0, column);

			for (size_t k = 0; k < cell->len; k++) {
				unsigned char byte = (unsigned char)cell->text[k];

				assert_true(byte >= ' ' && byte != 0x7F);
			}
			assert_false(cell->len == 2 && (unsigned char)cell->text[0] == 0xC2 &&
				     (unsigned char)cell->text[1] < 0xA0);
			assert_false(cell->len == 3 && memcmp(cell->text, "\xE2\x80\xAE", 3) == 0);
		}
		grid_release(&grid);
	}
}

static void
test_right_end(void **state)
{
	char text[COLUMNS * CELL_TEXT_SIZE + 1];
	struct grid grid;

	(void)state;
	begin(&grid);
	assert_int_equal(grid_text_right(&grid, 0, 0, COLUMNS, STYLE_NORMAL, "✓✓ ñ"), 8);
	assert_string_equal(read_row(&grid, 0, text), "        ✓✓ ñ");
	assert_int_equal(grid_text_right(&grid, 1, 4, 3, STYLE_NORMAL, "abcdef"), 4);
	assert_string_equal(read_row(&grid, 1, text), "    ab…     ");
	grid_release(&grid);
}

/* What the console draws itself, in ASCII; letters stay, and nothing moves. */
static void
test_ascii(void **state)
{
	static const char *const symbols[] = { "…", "─", "│", "┌", "▸", "→", "↓", "·", "✓", "✗", "○", "◌", "●", "◷", "✎",
					       "█", "▁", "⚑", "␦", "�" };
	char text[COLUMNS * CELL_TEXT_SIZE + 1];
	struct grid grid;

	(void)state;
	begin(&grid);
	grid.ascii = true;
	for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
		const struct cell *cell = grid_cell(&grid, 0, 0);

		assert_int_equal(grid_text(&grid, 0, 0, 1, STYLE_NORMAL, symbols[i]), 1);
		assert_int_equal(cell->len, 1);
		assert_true(cell->text[0] > ' ' && cell->text[0] <= '~');
	}
	grid_text(&grid, 1, 0, COLUMNS, STYLE_NORMAL, "mañana 日本 ✓✓ x");
	assert_string_equal(read_row(&grid, 1, text), "mañana 日本~");
	grid_rule_across(&grid, 2, 0, 3, STYLE_BORDER);
	grid_rule_down(&grid, 2, 4, 1, STYLE_BORDER);
	assert_string_equal(read_row(&grid, 2, text), "--- |       ");
	grid_clear(&grid);
	assert_true(grid.ascii);
	grid_release(&grid);
}

static void
test_restyle(void **state)
{
	struct grid grid;

	(void)state;
	begin(&grid);
	grid_text(&grid, 0, 0, COLUMNS, STYLE_NORMAL, "find me");
	grid_restyle(&grid, (struct area){ 0, 5, 1, 2 }, STYLE_HIT);
	grid_restyle(&grid, (struct area){ ROWS - 1, COLUMNS - 1, 9, 9 }, STYLE_HIT);
	assert_int_equal(grid_cell(&grid, 0, 4)->style, STYLE_NORMAL);
	assert_int_equal(grid_cell(&grid, 0, 5)->style, STYLE_HIT);
	assert_int_equal(grid_cell(&grid, 0, 6)->style, STYLE_HIT);
	assert_memory_equal(grid_cell(&grid, 0, 5)->text, "m", 1);
	assert_int_equal(grid_cell(&grid, 0, 7)->style, STYLE_NORMAL);
	assert_int_equal(grid_cell(&grid, ROWS - 1, COLUMNS - 1)->style, STYLE_HIT);
	grid_release(&grid);
}

static void
test_links(void **state)
{
	struct grid grid;
	uint32_t number;

	(void)state;
	begin(&grid);
	grid_link_begin(&grid, "https://example.com/a?b=c#d");
	grid_text(&grid, 0, 0, COLUMNS, STYLE_LINK, "日x");
	grid_link_end(&grid);
	grid_text(&grid, 0, 3, COLUMNS, STYLE_NORMAL, "y");
	assert_string_equal(grid_link_at(&grid, 0, 0), "https://example.com/a?b=c#d");
	assert_string_equal(grid_link_at(&grid, 0, 1), "https://example.com/a?b=c#d");
	assert_string_equal(grid_link_at(&grid, 0, 2), "https://example.com/a?b=c#d");
	assert_null(grid_link_at(&grid, 0, 3));
	assert_null(grid_link_at(&grid, -1, 0));
	/* The same address keeps its number, so that what did not change is not drawn again. */
	number = grid_cell(&grid, 0, 0)->link;
	grid_clear(&grid);
	assert_null(grid_link_at(&grid, 0, 0));
	grid_link_begin(&grid, "https://example.com/other");
	grid_link_begin(&grid, "https://example.com/a?b=c#d");
	grid_text(&grid, 0, 0, COLUMNS, STYLE_LINK, "z");
	assert_int_equal(grid_cell(&grid, 0, 0)->link, number);
	/* A hundred screens of new addresses neither fill the table nor bring a number back. */
	for (int i = 0; i < 10000; i++) {
		char url[64];

		if (i % GRID_LINKS_MAX == 0)
			grid_clear(&grid);
		snprintf(url, sizeof url, "https://example.com/%d", i);
		grid_link_begin(&grid, url);
		grid_text(&grid, 0, 0, COLUMNS, STYLE_LINK, "z");
		assert_int_not_equal(grid_cell(&grid, 0, 0)->link, number);
	}
	grid_release(&grid);
}

static void
test_addresses(void **state)
{
	static const char *const good[] = { "http://a", "HTTPS://a/b?c=%20d", "mailto:a@b.c", "tel:+5215512345678" };
	static const char *const bad[] = { "", "https://", "file:///etc/passwd", "javascript:alert(1)", "ssh://a",
					   "https://a b", "https://a\033\\", "https://a\ab", "https://\xC3\xB1", "a",
					   "https://a\x7F", "https://a\x9C" };
	char endless[GRID_LINK_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_true(grid_link_is_safe(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(grid_link_is_safe(bad[i]));
	memset(endless, 'a', sizeof endless - 1);
	endless[sizeof endless - 1] = '\0';
	memcpy(endless, "http://", 7);
	assert_false(grid_link_is_safe(endless));
	endless[GRID_LINK_SIZE - 1] = '\0';
	assert_true(grid_link_is_safe(endless));
}

static void
test_smallest(void **state)
{
	struct grid grid;

	(void)state;
	grid_init(&grid);
	assert_false(grid_resize(&grid, 0, 5));
	grid_text(&grid, 0, 0, 5, STYLE_NORMAL, "nothing");
	assert_true(grid_resize(&grid, 1, 1));
	assert_int_equal(grid_text(&grid, 0, 0, 1, STYLE_NORMAL, "x"), 1);
	assert_memory_equal(grid_cell(&grid, 0, 0)->text, "x", 1);
	grid_release(&grid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),	     cmocka_unit_test(test_drawing_over_a_wide_character),
		cmocka_unit_test(test_outside),	     cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_right_end),    cmocka_unit_test(test_smallest),
		cmocka_unit_test(test_ascii),	     cmocka_unit_test(test_restyle),
		cmocka_unit_test(test_links),	     cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
