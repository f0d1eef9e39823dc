/* SPDX-License-Identifier: MIT */
/* Which marks of a filled-in text count as places that wait for words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/reply_marker.h"

struct marker_row {
	const char *name;
	const char *text;
	const char *found; /* NULL = none */
};

static const struct marker_row markers[] = {
	{ "one", "Hola «name?», hasta luego", "«name?»" },
	{ "the first of two", "«a?» «b?»", "«a?»" },
	{ "a quotation", "she said «yes» to me", NULL },
	{ "a question that is quoted", "«qué pasa?»", NULL },
	{ "over a line end", "«na\nme?»", NULL },
	{ "nothing inside", "«?»", NULL },
	{ "after a quotation", "«yes» and «folio?»", "«folio?»" },
	{ "open to the end", "«name?", NULL },
	{ "nothing", "", NULL },
};

static void
test_markers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof markers / sizeof markers[0]; i++) {
		const struct marker_row *row = &markers[i];
		size_t start = 0, len = 0;
		bool found = reply_marker_find(row->text, 0, &start, &len);

		if (found != (row->found != NULL))
			fail_msg("%s: %s", row->name, found ? "found" : "not found");
		if (found && (strlen(row->found) != len || memcmp(row->text + start, row->found, len) != 0))
			fail_msg("%s: at %zu, %zu bytes", row->name, start, len);
	}
}

static void
test_all_of_them(void **state)
{
	const char *text = "«a?» x «b?»";
	size_t start, len;

	(void)state;
	assert_true(reply_marker_find(text, 0, &start, &len));
	assert_true(reply_marker_find(text, start + len, &start, &len));
	assert_memory_equal(text + start, "«b?»", len);
	assert_false(reply_marker_find(text, start + len, &start, &len));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_markers),
		cmocka_unit_test(test_all_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
