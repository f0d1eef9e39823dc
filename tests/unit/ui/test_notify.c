/* SPDX-License-Identifier: MIT */
/* Who is told of a new message, when, in which words, and that nothing of it can be run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/child.h"
#include "ui/notify.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define NOW 1000000000000LL
#define NOON (12 * 60)

static struct config_notification
settings(void)
{
	return (struct config_notification){ .terminal = CONFIG_NOTIFY_OSC777, .command = (char *)(uintptr_t)"" };
}

static struct notify_event
event_of(int64_t thread_id)
{
	return (struct notify_event){ .thread_id = thread_id, .created_at = NOW + 1, .direction = MESSAGE_IN,
				      .channel = CHANNEL_SMS, .client = "Eva", .body = "Hello" };
}

struct decision_row {
	const char *name;
	bool unfocused;
	int64_t open_thread_id;
	enum message_direction direction;
	int64_t age_ms; /* before the start of the program */
	int from, to, minute; /* quiet hours, time of day */
	bool wanted;
};

static const struct decision_row decision_rows[] = {
	{ "focused, the same conversation open", false, 7, MESSAGE_IN, 0, 0, 0, NOON, false },
	{ "unfocused, the same conversation open", true, 7, MESSAGE_IN, 0, 0, 0, NOON, true },
	{ "focused, another conversation open", false, 8, MESSAGE_IN, 0, 0, 0, NOON, true },
	{ "focused, none open", false, 0, MESSAGE_IN, 0, 0, 0, NOON, true },
	{ "own message", true, 0, MESSAGE_OUT, 0, 0, 0, NOON, false },
	{ "note", true, 0, MESSAGE_NOTE, 0, 0, 0, NOON, false },
	{ "older than the program", true, 0, MESSAGE_IN, 1, 0, 0, NOON, false },
	{ "inside quiet hours", true, 0, MESSAGE_IN, 0, NOON - 1, NOON + 1, NOON, false },
	{ "first quiet minute", true, 0, MESSAGE_IN, 0, NOON, NOON + 1, NOON, false },
	{ "first minute after", true, 0, MESSAGE_IN, 0, NOON - 1, NOON, NOON, true },
	{ "quiet over midnight, late", true, 0, MESSAGE_IN, 0, 1320, 420, 1439, false },
	{ "quiet over midnight, early", true, 0, MESSAGE_IN, 0, 1320, 420, 0, false },
	{ "quiet over midnight, by day", true, 0, MESSAGE_IN, 0, 1320, 420, NOON, true },
};

static void
test_decision(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(decision_rows); i++) {
		const struct decision_row *row = &decision_rows[i];
		struct config_notification config = settings();
		struct notify_event event = event_of(7);
		struct notify_state notify;
		struct notify_output out;

		notify_init(&notify, NOW);
		notify.unfocused = row->unfocused;
		notify.open_thread_id = row->open_thread_id;
		config.quiet_from_minute = row->from;
		config.quiet_to_minute = row->to;
		event.direction = row->direction;
		event.created_at = row->age_ms > 0 ? NOW - row->age_ms : NOW;
		notify_event(&notify, &config, &event, NOW, row->minute, &out);
		if (out.wanted != row->wanted)
			fail_msg("%s: wanted is %d", row->name, out.wanted);
	}
}

static void
test_grouped_per_conversation(void **state)
{
	struct config_notification config = settings();
	struct notify_event event = event_of(7);
	struct notify_state notify;
	struct notify_output out;

	(void)state;
	config.content = true;
	notify_init(&notify, NOW);
	notify_event(&notify, &config, &event, NOW, NOON, &out);
	assert_true(out.wanted);
	assert_string_equal(out.title, "Eva");
	assert_string_equal(out.body, "Hello");
	notify_event(&notify, &config, &event, NOW + 1, NOON, &out);
	assert_false(out.wanted);
	notify_event(&notify, &config, &event, NOW + NOTIFY_THREAD_MS - 1, NOON, &out);
	assert_false(out.wanted);
	notify_event(&notify, &config, &event, NOW + NOTIFY_THREAD_MS, NOON, &out);
	assert_true(out.wanted);
	assert_string_equal(out.body, "3 new messages");
}

static void
test_at_most_six_a_minute(void **state)
{
	struct config_notification config = settings();
	struct notify_state notify;
	struct notify_output out;
	int shown = 0;

	(void)state;
	notify_init(&notify, NOW);
	for (int64_t i = 0; i < 1000; i++) {
		struct notify_event event = event_of(100 + i);

		notify_event(&notify, &config, &event, NOW + i, NOON, &out);
		shown += out.wanted;
	}
	assert_int_equal(shown, NOTIFY_PER_MINUTE);
	for (int64_t i = 0; i < NOTIFY_PER_MINUTE; i++) {
		struct notify_event event = event_of(5000 + i);

		notify_event(&notify, &config, &event, NOW + 60010, NOON, &out);
		assert_true(out.wanted);
		if (i == 0)
			assert_string_equal(out.body, "995 new messages");
	}
}

static void
test_content_is_hidden(void **state)
{
	struct config_notification config = settings();
	struct notify_event event = event_of(7);
	struct notify_state notify;
	struct notify_output out;

	(void)state;
	notify_init(&notify, NOW);
	notify_event(&notify, &config, &event, NOW, NOON, &out);
	assert_true(out.wanted);
	assert_string_equal(out.title, "hilo");
	assert_string_equal(out.body, "1 new message");
}

struct kind_row {
	const char *term;
	const char *program;
	enum config_notify kind;
};

static const struct kind_row kind_rows[] = {
	{ "xterm-kitty", NULL, CONFIG_NOTIFY_OSC99 },
	{ "foot", NULL, CONFIG_NOTIFY_OSC777 },
	{ "foot-extra", NULL, CONFIG_NOTIFY_OSC777 },
	{ "xterm-256color", "iTerm.app", CONFIG_NOTIFY_OSC9 },
	{ "xterm-256color", "WezTerm", CONFIG_NOTIFY_OSC9 },
	{ "xterm-ghostty", "ghostty", CONFIG_NOTIFY_OSC777 },
	{ "tmux-256color", "WezTerm", CONFIG_NOTIFY_NO },
	{ "screen", NULL, CONFIG_NOTIFY_NO },
	{ "xterm-256color", NULL, CONFIG_NOTIFY_NO },
	{ "linux", NULL, CONFIG_NOTIFY_NO },
	{ NULL, NULL, CONFIG_NOTIFY_NO },
};

static void
test_terminal_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(kind_rows); i++)
		assert_int_equal(notify_terminal_kind(kind_rows[i].term, kind_rows[i].program), kind_rows[i].kind);
}

/* No control of a message is in what is told, and what is too long is cut at a character. */
static void
test_hostile_message(void **state)
{
	struct config_notification config = settings();
	struct notify_event event = event_of(7);
	struct notify_state notify;
	struct notify_output out;
	char body[5000];

	(void)state;
	memset(body, 'x', sizeof body - 1);
	body[sizeof body - 1] = '\0';
	memcpy(body, "\033]0;pwned\a\xc2\x9b\x32J\033\\\r\n\xe2\x80\xae", 22);
	config.content = true;
	event.client = "\033[2J\xff\xc2\x9d";
	event.body = body;
	notify_init(&notify, NOW);
	notify_event(&notify, &config, &event, NOW, NOON, &out);
	assert_true(out.wanted);
	for (const char *at = out.title; *at != '\0'; at++)
		assert_true((unsigned char)*at >= 0x20 && *at != 0x7f && *at != ';');
	for (const char *at = out.body; *at != '\0'; at++)
		assert_true((unsigned char)*at >= 0x20 && *at != 0x7f);
	assert_true(strlen(out.body) > 0 && strlen(out.body) < sizeof out.body);
	assert_null(strstr(out.body, "\xc2\x9b"));
	assert_null(strstr(out.title, "\xc2\x9d"));
}

static void
test_command(void **state)
{
	static char command[] = "sh -c 'echo \"$HILO_TITLE|$HILO_BODY|$HILO_CHANNEL|$#\" >out; cat >>out'";
	struct config_notification config = settings();
	struct notify_event event = event_of(7);
	char folder[] = "/tmp/hilo-notify-XXXXXX", text[512];
	struct notify_state notify;
	struct notify_output out;
	struct err err = { "" };
	FILE *file;
	size_t len;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	config.command = command;
	config.content = true;
	event.client = "$(touch pwned)";
	event.body = "'; touch pwned; `touch pwned`";
	notify_init(&notify, NOW);
	notify_event(&notify, &config, &event, NOW, NOON, &out);
	assert_true(out.command);
	assert_int_equal(notify_run_command(&config, &out, &err), STATUS_OK);
	assert_true(child_settle(20000));
	file = fopen("out", "r");
	assert_non_null(file);
	len = fread(text, 1, sizeof text - 1, file);
	text[len] = '\0';
	fclose(file);
	assert_string_equal(text, "$(touch pwned)|'; touch pwned; `touch pwned`|sms|0\n"
				  "$(touch pwned)\n'; touch pwned; `touch pwned`\n");
	assert_int_equal(access("pwned", F_OK), -1);
	assert_int_equal(unlink("out"), 0);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decision),	 cmocka_unit_test(test_grouped_per_conversation),
		cmocka_unit_test(test_at_most_six_a_minute), cmocka_unit_test(test_content_is_hidden),
		cmocka_unit_test(test_terminal_kind),
		cmocka_unit_test(test_hostile_message),	 cmocka_unit_test(test_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
