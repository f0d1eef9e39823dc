/* SPDX-License-Identifier: MIT */
/* The set of marks against a plain array. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ui/marks.h"

enum { IDS = 400, ROUNDS = 20000 };

static void
test_against_an_array(void **state)
{
	bool marked[IDS + 1] = { false };
	uint32_t random = 12345;
	struct marks marks;
	size_t count = 0;

	(void)state;
	marks_init(&marks);
	for (int round = 0; round < ROUNDS; round++) {
		int64_t id;

		random = random * 1664525u + 1013904223u;
		id = 1 + (random >> 8) % IDS;
		if (random & 1) {
			assert_true(marks_add(&marks, id));
			count += !marked[id];
			marked[id] = true;
		} else {
			marks_remove(&marks, id);
			count -= marked[id];
			marked[id] = false;
		}
		assert_int_equal(marks.count, count);
		assert_int_equal(marks_has(&marks, id), marked[id]);
	}
	for (int64_t id = 1; id <= IDS; id++)
		assert_int_equal(marks_has(&marks, id), marked[id]);
	marks_release(&marks);
}

static void
test_ids_come_in_order(void **state)
{
	static const int64_t ids[] = { 9000000000, 3, 77, 1, 500000 }, sorted[] = { 1, 3, 77, 500000, 9000000000 };
	struct marks marks;
	int64_t *got;

	(void)state;
	marks_init(&marks);
	for (size_t i = 0; i < 5; i++)
		assert_true(marks_add(&marks, ids[i]));
	got = marks_ids(&marks);
	assert_non_null(got);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(got[i], sorted[i]);
	free(got);
	marks_clear(&marks);
	assert_int_equal(marks.count, 0);
	assert_false(marks_has(&marks, 77));
	marks_release(&marks);
}

static void
test_there_is_an_end(void **state)
{
	struct marks marks;

	(void)state;
	marks_init(&marks);
	for (int64_t id = 1; id <= MARKS_MAX; id++)
		assert_true(marks_add(&marks, id));
	assert_false(marks_add(&marks, MARKS_MAX + 1));
	assert_true(marks_add(&marks, 1));
	assert_int_equal(marks.count, MARKS_MAX);
	marks_release(&marks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_against_an_array), cmocka_unit_test(test_ids_come_in_order),
					    cmocka_unit_test(test_there_is_an_end) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
