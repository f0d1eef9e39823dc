/* SPDX-License-Identifier: MIT */
/* The command table as data: every row is complete, no key means two things in one place. */
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
	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = &commands[i];
		const char *rest = command->keys, *name;
		size_t len, keys = 0;
		struct key key;

		assert_true(strlen(command->help) > 3);
		assert_int_not_equal(command->contexts, 0);
		assert_non_null(command->run);
		assert_int_equal(strspn(command->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(command->name));
		while (command_next_key(&rest, &key, &name, &len))
			keys++;
		/* The walk ends early at a name that is none. */
		assert_int_equal(strlen(name), 0);
		assert_true(keys > 0);
	}
}

static void
test_names_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count; i++)
		assert_ptr_equal(command_by_name(commands[i].name), &commands[i]);
	assert_null(command_by_name("no-such-command"));
}

static void
test_no_key_means_two_things(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		const char *rest = commands[i].keys, *name;
		struct key key;
		size_t len;

		while (command_next_key(&rest, &key, &name, &len))
			for (size_t k = i + 1; k < command_count; k++)
				if ((commands[i].contexts & commands[k].contexts) && command_has_key(&commands[k], &key))
					fail_msg("%.*s is both %s and %s", (int)len, name, commands[i].name,
						 commands[k].name);
	}
}

/* A character typed into a reply is never a command. */
static void
test_reply_takes_characters(void **state)
{
	(void)state;
	for (uint32_t code = ' '; code < 0x7F; code++) {
		struct key key = { .kind = KEY_PRESS, .code = code };

		assert_null(command_for_key(CONTEXT_REPLY, &key));
	}
}

struct lookup_row {
	enum context context;
	const char *key;
	const char *command; /* NULL: none */
};

static const struct lookup_row lookups[] = {
	{ CONTEXT_LIST, "j", "select-next" },	{ CONTEXT_MESSAGES, "j", "scroll-down" },
	{ CONTEXT_HELP, "j", "help-down" },	{ CONTEXT_LIST, "Enter", "open" },
	{ CONTEXT_REPLY, "Enter", "send" },	{ CONTEXT_REPLY, "M-Enter", "newline" },
	{ CONTEXT_REPLY, "C-j", "newline" },	{ CONTEXT_REPLY, "C-n", "skip-to-unread" },
	{ CONTEXT_LIST, "q", "quit" },		{ CONTEXT_MESSAGES, "q", "list" },
	{ CONTEXT_REPLY, "q", NULL },		{ CONTEXT_REPLY, "C-l", "redraw" },
	{ CONTEXT_REPLY, "F1", "help" },	{ CONTEXT_LIST, "?", "help" },
	{ CONTEXT_REPLY, "Esc", "back" },	{ CONTEXT_LIST, "C-z", "suspend" },
	{ CONTEXT_LIST, "Z", NULL },
};

static void
test_lookup(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lookups / sizeof lookups[0]; i++) {
		const struct command *command;
		struct key key;

		assert_true(key_parse(lookups[i].key, strlen(lookups[i].key), &key));
		command = command_for_key(lookups[i].context, &key);
		if (lookups[i].command == NULL)
			assert_null(command);
		else
			assert_string_equal(command->name, lookups[i].command);
	}
}

static void
test_completion(void **state)
{
	const struct command *found[8];

	(void)state;
	assert_int_equal(command_complete("filter-", found, 8), 3);
	assert_string_equal(found[0]->name, "filter-channel");
	assert_int_equal(command_complete("", found, 8), command_count);
	assert_int_equal(command_complete("zzz", found, 8), 0);
}

static void
test_labels(void **state)
{
	char label[32];

	(void)state;
	assert_string_equal(command_key_label(command_by_name("newline"), label, sizeof label), "Alt-Enter");
	assert_string_equal(command_keys_label(command_by_name("next-unread"), label, sizeof label), "n ^N");
	assert_string_equal(command_keys_label(command_by_name("previous-pane"), label, sizeof label), "Shift-Tab");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_complete), cmocka_unit_test(test_names_are_unique),
		cmocka_unit_test(test_no_key_means_two_things), cmocka_unit_test(test_reply_takes_characters),
		cmocka_unit_test(test_lookup), cmocka_unit_test(test_completion), cmocka_unit_test(test_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
