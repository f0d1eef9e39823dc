/* SPDX-License-Identifier: MIT */
/* Every size gives panes that fill the screen, do not overlap and are large enough. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/layout.h"

static int
panes(const struct layout *layout)
{
	return (layout->list.columns > 0) + (layout->messages.columns > 0) + (layout->customer.columns > 0);
}

static void
test_panes_by_width(void **state)
{
	static const struct { int columns; bool list_only; int panes; } rows[] = {
		{ 40, true, 1 }, { 40, false, 1 }, { 79, true, 1 }, { 80, true, 2 },
		{ 119, false, 2 }, { 120, true, 3 }, { 200, false, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct layout layout;

		layout_make(&layout, 24, rows[i].columns, &(struct layout_wish){ .list_only = rows[i].list_only, .warning = false });
		assert_false(layout.too_small);
		assert_int_equal(panes(&layout), rows[i].panes);
		if (rows[i].panes == 1)
			assert_int_equal(layout.list.columns > 0, rows[i].list_only);
	}
}

static void
test_too_small(void **state)
{
	struct layout layout;

	(void)state;
	layout_make(&layout, 9, 80, &(struct layout_wish){ .list_only = true, .warning = false });
	assert_true(layout.too_small);
	layout_make(&layout, 24, 39, &(struct layout_wish){ .list_only = true, .warning = false });
	assert_true(layout.too_small);
	layout_make(&layout, 10, 40, &(struct layout_wish){ .list_only = true, .warning = false });
	assert_false(layout.too_small);
}

/* All columns of the body belong to exactly one pane or rule; the reply never takes the messages' last rows. */
static void
test_nothing_overlaps(void **state)
{
	(void)state;
	for (int rows = LAYOUT_ROWS_LEAST; rows < 70; rows += 3) {
		for (int columns = LAYOUT_COLUMNS_LEAST; columns < 260; columns++) {
			struct layout layout;
			int used;

			layout_make(&layout, rows, columns, &(struct layout_wish){ .list_only = false, .warning = rows % 2 == 0 });
			layout_set_reply(&layout, columns);
			used = layout.list.columns + layout.messages.columns + layout.customer.columns;
			used += (layout.rule_columns[0] >= 0) + (layout.rule_columns[1] >= 0);
			assert_int_equal(used, columns);
			assert_true(layout.messages.column >= layout.list.columns);
			assert_true(layout.messages.columns >= 38);
			assert_int_equal(layout.reply.row, layout.messages.row + layout.messages.rows);
			assert_int_equal(layout.reply.row + layout.reply.rows, rows - 1);
			assert_true(layout.reply.rows >= 2 && layout.reply.rows <= rows / 3 + 1);
			assert_true(layout.messages.rows >= 3);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_panes_by_width),
		cmocka_unit_test(test_too_small),
		cmocka_unit_test(test_nothing_overlaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
