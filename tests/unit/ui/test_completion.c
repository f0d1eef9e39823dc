/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/completion.h"

static void
test_rows_are_copied_and_chosen_round(void **state)
{
	struct completion completion;
	char text[] = "alpha";

	(void)state;
	completion_init(&completion);
	assert_null(completion_selected(&completion));
	completion_move(&completion, 1);
	completion_begin(&completion, 2, 5);
	assert_true(completion_add(&completion, text, "1", "first"));
	assert_true(completion_add(&completion, "beta", NULL, NULL));
	memset(text, 'x', sizeof text - 1);
	assert_string_equal(completion_selected(&completion)->text, "alpha");
	completion_move(&completion, 1);
	assert_string_equal(completion_selected(&completion)->text, "beta");
	assert_string_equal(completion_selected(&completion)->detail, "");
	completion_move(&completion, 1);
	assert_int_equal(completion.selected, 0);
	completion_move(&completion, -1);
	assert_int_equal(completion.selected, 1);
	completion_select(&completion, 7);
	assert_int_equal(completion.selected, 1);
	assert_int_equal(completion.start, 2);
	assert_int_equal(completion.end, 5);
	completion_clear(&completion);
	assert_int_equal(completion.count, 0);
	assert_null(completion_selected(&completion));
	completion_release(&completion);
}

static void
test_there_is_an_end(void **state)
{
	struct completion completion;
	char text[16];

	(void)state;
	completion_init(&completion);
	for (int i = 0; i < COMPLETION_MAX; i++) {
		snprintf(text, sizeof text, "%d", i);
		assert_true(completion_add(&completion, text, NULL, NULL));
	}
	assert_false(completion_add(&completion, "more", NULL, NULL));
	assert_int_equal(completion.count, COMPLETION_MAX);
	completion_release(&completion);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows_are_copied_and_chosen_round),
					    cmocka_unit_test(test_there_is_an_end) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
