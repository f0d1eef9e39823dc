/* SPDX-License-Identifier: MIT */
/* Recorded keys as text: what is written is read back as the same keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/macro.h"

struct row {
	const char *name;
	const char *keys;  /* what a macro says */
	size_t count;	   /* keys in it */
	const char *again; /* as it is recorded when played; NULL: the same */
	bool wrong;
};

static const struct row rows[] = {
	{ "a key", "Enter", 1, NULL, false },
	{ "text", "\"Hola\"", 4, NULL, false },
	{ "a reply", "\"r¡Gracias!\" Enter", 11, NULL, false },
	{ "between keys", "C-p \"mar\" Enter Esc", 6, NULL, false },
	{ "quotes in text", "\"say \\\"yes\\\" \\\\o/\"", 13, NULL, false },
	{ "letters without quotes", "r Space a", 3, "\"r a\"", false },
	{ "modifiers", "C-Left M-Enter S-Tab F5", 4, NULL, false },
	{ "nothing", "", 0, NULL, false },
	{ "no such key", "Enter Nope", 1, NULL, true },
	{ "an open quote", "\"Hola", 4, NULL, true },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct macro_player player = { .rest = rows[i].keys };
		struct macro_recorder recorder;
		size_t count = 0;
		struct key key;
		bool wrong;

		macro_recorder_init(&recorder);
		while (macro_next(&player, &key, &wrong)) {
			count++;
			assert_true(macro_record(&recorder, &key));
		}
		if (count != rows[i].count || macro_is_valid(rows[i].keys) == rows[i].wrong)
			fail_msg("%s: %zu keys", rows[i].name, count);
		if (!rows[i].wrong)
			assert_string_equal(macro_recorded(&recorder), rows[i].again != NULL ? rows[i].again : rows[i].keys);
		macro_recorder_release(&recorder);
	}
}

/* A recording that is full stays valid. */
static void
test_there_is_an_end(void **state)
{
	struct key letter = { .kind = KEY_PRESS, .code = 'x' }, enter = { .kind = KEY_PRESS, .code = KEY_CODE_ENTER };
	struct macro_recorder recorder;
	size_t count = 0;

	(void)state;
	macro_recorder_init(&recorder);
	while (macro_record(&recorder, count % 3 == 0 ? &enter : &letter))
		count++;
	assert_true(count > 100);
	assert_true(macro_is_valid(macro_recorded(&recorder)));
	macro_recorder_release(&recorder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_there_is_an_end) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
