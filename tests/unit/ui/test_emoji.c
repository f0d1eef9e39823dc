/* SPDX-License-Identifier: MIT */
/* Emoji by their names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/emoji.h"

struct row {
	const char *name, *typed, *emoji; /* NULL = unknown */
};

static const struct row rows[] = {
	{ "a short name", "joy", "😂" },
	{ "a sign", "-1", "👎" },
	{ "a name of Unicode", "grinning_face", "😀" },
	{ "with other joints", "Grinning-Face", "😀" },
	{ "Spanish of Unicode", "corazón_en_llamas", "❤️‍🔥" },
	{ "Spanish short", "gracias", "🙏" },
	{ "without the tilde", "guino", "😉" },
	{ "a flag", "bandera_méxico", "🇲🇽" },
	{ "the first of the table", "+1", "👍" },
	{ "a beginning alone", "grinning_fac", NULL },
	{ "nothing", "", NULL },
	{ "too long", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
	{ "malformed bytes", "joy\xFF", NULL },
};

static void
test_find(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *emoji = emoji_find(rows[i].typed, strlen(rows[i].typed));

		if ((emoji == NULL) != (rows[i].emoji == NULL))
			print_message("%s\n", rows[i].name);
		if (rows[i].emoji == NULL)
			assert_null(emoji);
		else
			assert_string_equal(emoji, rows[i].emoji);
	}
}

static void
test_complete(void **state)
{
	struct emoji_match out[50];
	size_t count;

	(void)state;
	assert_int_equal(emoji_complete("", 0, out, 3), 3);
	assert_string_equal(out[0].emoji, "👍");
	count = emoji_complete("corazon", 7, out, 50);
	assert_true(count > 5);
	assert_string_equal(out[0].name, "corazón"); /* the exact name before longer ones */
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(out[i].emoji, out[k].emoji);
	count = emoji_complete("thum", 4, out, 50);
	assert_true(count >= 2);
	assert_string_equal(out[0].name, "thumbs_down");
	assert_int_equal(emoji_complete("zzzz", 4, out, 50), 0);
	assert_true(emoji_complete("llamas", 6, out, 50) >= 1); /* a word inside */
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_find), cmocka_unit_test(test_complete) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
