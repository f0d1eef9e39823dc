/* SPDX-License-Identifier: MIT */
/* Which key does what: the tables' keys, and the configuration over them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/keymap.h"

struct lookup_row {
	enum context context;
	const char *key;
	const char *command; /* NULL: none */
};

static const struct lookup_row lookups[] = {
	{ CONTEXT_LIST, "j", "select-next" },	{ CONTEXT_MESSAGES, "j", "scroll-down" },
	{ CONTEXT_HELP, "j", "down" },		{ CONTEXT_LIST, "Enter", "open" },
	{ CONTEXT_REPLY, "Enter", "send" },	{ CONTEXT_REPLY, "M-Enter", "newline" },
	{ CONTEXT_REPLY, "C-j", "newline" },	{ CONTEXT_REPLY, "C-n", "skip-to-unread" },
	{ CONTEXT_LIST, "q", "quit" },		{ CONTEXT_MESSAGES, "q", "list" },
	{ CONTEXT_REPLY, "q", NULL },		{ CONTEXT_REPLY, "C-l", "redraw" },
	{ CONTEXT_REPLY, "F1", "help" },	{ CONTEXT_LIST, "?", "help" },
	{ CONTEXT_REPLY, "Esc", "back" },	{ CONTEXT_LIST, "C-z", "suspend" },
};

static const struct binding *
look_up(const struct keymap *keymap, enum context context, const char *name)
{
	struct key key;

	assert_true(key_parse(name, strlen(name), &key));
	return keymap_find(keymap, context, &key);
}

static void
test_keys_of_the_tables(void **state)
{
	struct keymap keymap;

	(void)state;
	assert_true(keymap_init(&keymap, NULL, 0, NULL));
	for (size_t i = 0; i < sizeof lookups / sizeof lookups[0]; i++) {
		const struct binding *binding = look_up(&keymap, lookups[i].context, lookups[i].key);

		if (lookups[i].command == NULL)
			assert_null(binding);
		else
			assert_string_equal(binding->command->name, lookups[i].command);
	}
	keymap_release(&keymap);
}

/* A character typed into a reply is never a command. */
static void
test_reply_takes_characters(void **state)
{
	struct keymap keymap;

	(void)state;
	assert_true(keymap_init(&keymap, NULL, 0, NULL));
	for (uint32_t code = ' '; code < 0x7F; code++) {
		struct key key = { .kind = KEY_PRESS, .code = code };

		assert_null(keymap_find(&keymap, CONTEXT_REPLY, &key));
	}
	keymap_release(&keymap);
}

static void
test_labels(void **state)
{
	const struct command *newline = command_by_name("newline", 7), *open = command_by_name("open", 4);
	struct keymap keymap;
	char label[64];

	(void)state;
	assert_true(keymap_init(&keymap, NULL, 0, NULL));
	assert_string_equal(keymap_label(&keymap, newline, CONTEXT_REPLY, label, sizeof label), "Alt-Enter");
	assert_string_equal(keymap_labels(&keymap, open, CONTEXT_LIST, label, sizeof label), "Enter Right l");
	assert_string_equal(keymap_label(&keymap, newline, CONTEXT_HELP, label, sizeof label), "");
	keymap_release(&keymap);
}

struct configured_row {
	const char *name;
	const char *key, *value; /* the row of [keys] */
	enum context context;
	const char *look; /* the key looked up, as it is shown by label */
	const char *line; /* what it runs: a command's name or a line; NULL: nothing */
	bool refused;
};

static const struct configured_row configured[] = {
	{ "another command", "list.x", "close", CONTEXT_LIST, "x", "close", false },
	{ "over one of ours", "list.j", "close", CONTEXT_LIST, "j", "close", false },
	{ "elsewhere ours stays", "list.j", "close", CONTEXT_MESSAGES, "j", "scroll-down", false },
	{ "a line", "list.x", "view help", CONTEXT_LIST, "x", "view help", false },
	{ "unbound", "list.q", "", CONTEXT_LIST, "q", NULL, false },
	{ "a place of all", "everywhere.F1", "redraw", CONTEXT_REPLY, "F1", "redraw", false },
	{ "no place", "x", "close", CONTEXT_LIST, "x", NULL, true },
	{ "an unknown place", "nowhere.x", "close", CONTEXT_LIST, "x", NULL, true },
	{ "an unknown key", "list.Nope", "close", CONTEXT_LIST, "x", NULL, true },
	{ "a character in the reply", "reply.x", "close", CONTEXT_REPLY, "x", NULL, true },
};

static void
test_keys_of_the_configuration(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof configured / sizeof configured[0]; i++) {
		const struct configured_row *row = &configured[i];
		struct keymap_setting settings[] = { { row->key, row->value, "line 7" } };
		const struct binding *binding;
		struct strbuf problems;
		struct keymap keymap;

		strbuf_init(&problems, 1024);
		assert_true(keymap_init(&keymap, settings, sizeof settings / sizeof settings[0], &problems));
		binding = look_up(&keymap, row->context, row->look);
		if (row->line == NULL)
			assert_true(binding == NULL || (binding->command == NULL && binding->line == NULL));
		else
			assert_string_equal(binding->command != NULL ? binding->command->name : binding->line, row->line);
		if (row->refused != (problems.len > 0))
			fail_msg("%s: %s", row->name, strbuf_text(&problems));
		if (row->refused)
			assert_non_null(strstr(strbuf_text(&problems), "line 7: "));
		keymap_release(&keymap);
		strbuf_release(&problems);
	}
}

static void
test_conflicts_are_told(void **state)
{
	struct keymap_setting settings[] = { { "list.x", "close", "line 1" }, { "list.x", "reopen", "line 2" } };
	struct strbuf problems;
	struct keymap keymap;

	(void)state;
	strbuf_init(&problems, 1024);
	assert_true(keymap_init(&keymap, settings, sizeof settings / sizeof settings[0], &problems));
	assert_non_null(strstr(strbuf_text(&problems), "line 2: "));
	assert_string_equal(look_up(&keymap, CONTEXT_LIST, "x")->command->name, "close");
	keymap_release(&keymap);
	strbuf_release(&problems);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_of_the_tables),	  cmocka_unit_test(test_reply_takes_characters),
		cmocka_unit_test(test_labels),			  cmocka_unit_test(test_keys_of_the_configuration),
		cmocka_unit_test(test_conflicts_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
