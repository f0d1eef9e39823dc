/* SPDX-License-Identifier: MIT */
/* The command tables as data: every row is complete, no key means two things in one place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/command.h"

static void
test_every_row_is_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count(); i++) {
		const struct command *command = command_at(i);
		const char *rest = command->keys, *name;
		struct key key;
		size_t len;

		assert_true(strlen(command->help) > 3);
		assert_int_not_equal(command->contexts, 0);
		/* One function, and one that takes an argument says what it is. */
		assert_true((command->run != NULL) != (command->run_with != NULL));
		assert_true((command->run_with != NULL) == (command->argument != NULL));
		assert_true(command->argument != NULL || (!command->argument_needed && command->complete == NULL));
		assert_int_equal(strspn(command->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(command->name));
		while (command_next_key(&rest, &key, &name, &len))
			;
		/* The walk ends early at a name that is none. */
		assert_int_equal(strlen(name), 0);
	}
}

static void
test_names_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count(); i++)
		assert_ptr_equal(command_by_name(command_at(i)->name, strlen(command_at(i)->name)), command_at(i));
	assert_null(command_by_name("no-such-command", 15));
	assert_null(command_at(command_count()));
}

static bool
has_key(const struct command *command, const struct key *key)
{
	const char *rest = command->keys, *name;
	struct key own;
	size_t len;

	while (command_next_key(&rest, &own, &name, &len))
		if (own.code == key->code && own.modifiers == key->modifiers)
			return true;
	return false;
}

static void
test_no_key_means_two_things(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count(); i++) {
		const char *rest = command_at(i)->keys, *name;
		struct key key;
		size_t len;

		while (command_next_key(&rest, &key, &name, &len))
			for (size_t k = i + 1; k < command_count(); k++)
				if ((command_at(i)->contexts & command_at(k)->contexts) && has_key(command_at(k), &key))
					fail_msg("%.*s is both %s and %s", (int)len, name, command_at(i)->name,
						 command_at(k)->name);
	}
}

/* Where Alt is taken by the keyboard, everything can still be done. */
static void
test_nothing_is_on_alt_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count(); i++) {
		const char *rest = command_at(i)->keys, *name;
		size_t len, keys = 0, on_alt = 0;
		struct key key;

		while (command_next_key(&rest, &key, &name, &len)) {
			keys++;
			on_alt += (key.modifiers & KEY_ALT) != 0;
		}
		if (keys > 0 && on_alt == keys)
			fail_msg("%s is only on Alt", command_at(i)->name);
	}
}

struct word_row {
	const char *word;
	const char *command; /* NULL: none, or several */
};

static const struct word_row words[] = {
	{ "close", "close" }, { "redr", "redraw" }, { "scroll-", NULL }, { "", NULL }, { "zzz", NULL }, { "quit", "quit" },
};

static void
test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		const struct command *command = command_by_word(words[i].word, strlen(words[i].word));

		if (words[i].command == NULL)
			assert_null(command);
		else
			assert_string_equal(command->name, words[i].command);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_complete), cmocka_unit_test(test_names_are_unique),
		cmocka_unit_test(test_no_key_means_two_things), cmocka_unit_test(test_nothing_is_on_alt_alone),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
