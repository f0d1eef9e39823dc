/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/one_line.h"

struct row {
	const char *name;
	const char *text;
	const char *line;
};

static const struct row rows[] = {
	{ "plain", "Hola", "Hola" },
	{ "nothing", "", "" },
	{ "two lines", "one\ntwo", "one\\ntwo" },
	{ "a backslash", "a\\b", "a\\\\b" },
	{ "a backslash and an n", "C:\\new", "C:\\\\new" },
	{ "at the end", "end\n", "end\\n" },
};

static void
test_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf line;
		char text[64];

		print_message("%s\n", rows[i].name);
		strbuf_init(&line, 256);
		one_line_add(&line, rows[i].text);
		assert_string_equal(strbuf_text(&line), rows[i].line);
		assert_true(one_line_read(rows[i].line, text, sizeof text));
		assert_string_equal(text, rows[i].text);
		strbuf_release(&line);
	}
}

static void
test_too_long(void **state)
{
	char text[5];

	(void)state;
	assert_true(one_line_read("four", text, sizeof text));
	assert_false(one_line_read("fives", text, sizeof text));
	assert_string_equal(text, "five");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_too_long) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
