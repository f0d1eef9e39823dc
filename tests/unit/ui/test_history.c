/* SPDX-License-Identifier: MIT */
/* The history of commands: what is kept, for whom, how much, and that no secret is. */
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

#include "ui/history.h"

static char folder[64], path[96];

static int
setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/hilo-history-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/hilo/history", folder);
	return 0;
}

static int
teardown(void **state)
{
	char parent[80];

	(void)state;
	unlink(path);
	snprintf(parent, sizeof parent, "%s/hilo", folder);
	rmdir(parent);
	return rmdir(folder);
}

static void
open_history(struct history *history)
{
	struct err err = { "" };

	if (history_open(history, path, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

static void
add(struct history *history, const char *line)
{
	struct err err = { "" };

	if (history_add(history, line, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

static void
test_kept_over_restarts(void **state)
{
	struct history history;
	struct stat info;

	(void)state;
	open_history(&history);
	add(&history, "close");
	add(&history, "label niño 🙂");
	add(&history, "close");
	history_release(&history);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	open_history(&history);
	assert_int_equal(history.count, 2);
	assert_string_equal(history.lines[0], "label niño 🙂");
	assert_string_equal(history.lines[1], "close");
	history_release(&history);
}

static void
test_shared_between_consoles(void **state)
{
	struct history first, second;

	(void)state;
	open_history(&first);
	open_history(&second);
	add(&first, "one");
	add(&second, "two");
	add(&first, "three");
	history_release(&first);
	history_release(&second);
	open_history(&first);
	assert_int_equal(first.count, 3);
	assert_string_equal(first.lines[0], "one");
	assert_string_equal(first.lines[1], "two");
	assert_string_equal(first.lines[2], "three");
	history_release(&first);
}

static void
test_what_is_not_kept(void **state)
{
	static const char *const lines[] = { "", " close", "set HILO_API_TOKEN=x", "password x", "a\nb", "a\033b", "\xff",
					     "Secret", "contraseña x" };
	struct history history;
	char line[1002];

	(void)state;
	open_history(&history);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		add(&history, lines[i]);
		if (history.count != 0)
			fail_msg("\"%s\" was kept", lines[i]);
	}
	memset(line, 'x', sizeof line);
	line[1001] = '\0';
	add(&history, line);
	assert_int_equal(history.count, 0);
	line[1000] = '\0';
	add(&history, line);
	assert_int_equal(history.count, 1);
	history_release(&history);
}

static void
test_bounded(void **state)
{
	struct history history;
	struct stat info;
	char line[32];

	(void)state;
	open_history(&history);
	for (int i = 0; i < 2 * HISTORY_MAX + 1; i++) {
		snprintf(line, sizeof line, "line %05d", i);
		add(&history, line);
	}
	assert_int_equal(history.count, HISTORY_MAX);
	history_release(&history);
	open_history(&history);
	assert_int_equal(history.count, HISTORY_MAX);
	assert_string_equal(history.lines[0], "line 01001");
	assert_string_equal(history.lines[HISTORY_MAX - 1], "line 02000");
	history_release(&history);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_size, HISTORY_MAX * 11);
	assert_int_equal(info.st_mode & 0777, 0600);
}

static void
test_search_by_prefix(void **state)
{
	struct history history;
	size_t place = 99;

	(void)state;
	assert_int_equal(history_open(&history, NULL, NULL), STATUS_OK);
	add(&history, "label a");
	add(&history, "close");
	add(&history, "label b");
	add(&history, "view");
	assert_string_equal(history_before(&history, "", history.count, &place), "view");
	assert_string_equal(history_before(&history, "label", history.count, &place), "label b");
	assert_int_equal(place, 2);
	assert_string_equal(history_before(&history, "label", place, &place), "label a");
	assert_int_equal(place, 0);
	assert_null(history_before(&history, "label", place, &place));
	assert_string_equal(history_after(&history, "label", place, &place), "label b");
	assert_null(history_after(&history, "label", place, &place));
	history_release(&history);
}

/* A link in place of the file would let others choose what is written to. */
static void
test_link_is_refused(void **state)
{
	struct history history;
	struct err err = { "" };
	char parent[80];

	(void)state;
	snprintf(parent, sizeof parent, "%s/hilo", folder);
	assert_int_equal(mkdir(parent, 0700), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(history_open(&history, path, &err), STATUS_IO);
	assert_non_null(strstr(err.text, path));
	add(&history, "close");
	assert_int_equal(history.count, 1);
	history_release(&history);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kept_over_restarts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shared_between_consoles, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_not_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_is_refused, setup, teardown),
		cmocka_unit_test(test_search_by_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
