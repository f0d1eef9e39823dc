/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/pager.h"

struct row {
	const char *name;
	size_t count, visible, selected;
	long by;
	size_t now_selected, now_top;
};

static const struct row rows[] = {
	{ "one down", 10, 4, 0, 1, 1, 0 },	{ "out of sight", 10, 4, 3, 1, 4, 1 },
	{ "a page", 10, 4, 0, 4, 4, 1 },	{ "past the end", 10, 4, 8, 9, 9, 6 },
	{ "before the start", 10, 4, 2, -9, 0, 0 }, { "an empty list", 0, 4, 0, 1, 0, 0 },
	{ "to the far end", 10, 4, 0, 1 << 30, 9, 6 }, { "all in sight", 3, 4, 0, 2, 2, 0 },
};

static void
test_moves(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pager pager = { 0 };

		pager_set_visible(&pager, rows[i].visible);
		pager_set_count(&pager, rows[i].count);
		pager_select(&pager, rows[i].selected);
		pager_move(&pager, rows[i].by);
		if (pager.selected != rows[i].now_selected || pager.top != rows[i].now_top)
			fail_msg("%s: row %zu, top %zu", rows[i].name, pager.selected, pager.top);
	}
}

static void
test_rows_that_go_away(void **state)
{
	struct pager pager = { 0 };

	(void)state;
	pager_set_visible(&pager, 4);
	pager_set_count(&pager, 10);
	pager_select(&pager, 9);
	pager_set_count(&pager, 5);
	assert_int_equal(pager.selected, 4);
	assert_int_equal(pager.top, 1);
	pager_set_visible(&pager, 20);
	assert_int_equal(pager.top, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_moves), cmocka_unit_test(test_rows_that_go_away) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
