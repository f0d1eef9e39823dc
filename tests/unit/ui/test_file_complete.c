/* SPDX-License-Identifier: MIT */
/* Names of files offered while a path is typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "ui/file_complete.h"

#define MAX 50

static char folder[64];

static void
touch(const char *name)
{
	char path[400];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	fclose(file);
}

static int
setup(void **state)
{
	char path[128];

	(void)state;
	snprintf(folder, sizeof folder, "%s", "/tmp/hilo-test-XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(setenv("HOME", folder, 1), 0);
	snprintf(path, sizeof path, "%s/photos", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(symlink("photos", "pictures"), 0);
	touch("plan.pdf");
	touch("año.txt");
	touch(".hidden");
	touch("bad\033[31mname");
	touch("bad\xff" "byte");
	touch("bad\xe2\x80\xae" "gpj.exe");
	touch("photos/one.png");
	return 0;
}

/* "a|b|c", as offered. */
static void
check(const char *prefix, const char *expected)
{
	char *items[MAX], all[1024] = "";
	bool cut;
	size_t count = file_complete(prefix, items, MAX, &cut);

	for (size_t i = 0; i < count; i++) {
		snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i > 0 ? "|" : "", items[i]);
		free(items[i]);
	}
	assert_false(cut);
	assert_string_equal(all, expected);
}

static void
test_ways_to_go_on(void **state)
{
	static const struct {
		const char *prefix, *expected;
	} rows[] = {
		{ "", "año.txt|photos/|pictures/|plan.pdf" },
		{ "p", "photos/|pictures/|plan.pdf" },
		{ "pl", "plan.pdf" },
		{ "photos/", "photos/one.png" },
		{ "photos/x", "" },
		{ "~", "~/" },
		{ "~/pl", "~/plan.pdf" },
		{ "~/photos/o", "~/photos/one.png" },
		{ "./pl", "./plan.pdf" },
		{ "photos/../pl", "photos/../plan.pdf" },
		{ ".h", ".hidden" },
		{ "bad", "" },
		{ "no such/", "" },
		{ "plan.pdf/", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check(rows[i].prefix, rows[i].expected);
}

static void
test_a_folder_with_very_many_files_is_cut(void **state)
{
	char *items[MAX], name[64];
	int64_t began_ms;
	bool cut = false;
	size_t count;

	(void)state;
	for (int i = 0; i < FILE_COMPLETE_LOOKED_AT_MAX + 100; i++) {
		snprintf(name, sizeof name, "photos/m%d", i);
		touch(name);
	}
	began_ms = clock_monotonic_ms();
	count = file_complete("photos/m", items, MAX, &cut);
	assert_true(clock_monotonic_ms() - began_ms < 2000);
	assert_true(cut);
	assert_true(count <= MAX);
	for (size_t i = 1; i < count; i++)
		assert_true(strcmp(items[i - 1], items[i]) < 0);
	for (size_t i = 0; i < count; i++)
		free(items[i]);
	for (int i = 0; i < FILE_COMPLETE_LOOKED_AT_MAX + 100; i++) {
		snprintf(name, sizeof name, "photos/m%d", i);
		unlink(name);
	}
}

static void
test_the_home_folder(void **state)
{
	static const struct {
		const char *path, *rest;
		bool home;
	} rows[] = { { "~", "", true }, { "~/a", "/a", true }, { "~a", "~a", false }, { "/x/~", "/x/~", false }, { "", "", false } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char expected[128], *whole = file_expand(rows[i].path);

		snprintf(expected, sizeof expected, "%s%s", rows[i].home ? folder : "", rows[i].rest);
		assert_string_equal(whole, expected);
		free(whole);
	}
}

static int
clean(void **state)
{
	static const char *const names[] = { "plan.pdf", "año.txt", ".hidden", "bad\033[31mname", "bad\xff" "byte",
					     "bad\xe2\x80\xae" "gpj.exe", "photos/one.png", "pictures" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_int_equal(unlink(names[i]), 0);
	assert_int_equal(rmdir("photos"), 0);
	(void)state;
	assert_int_equal(chdir("/"), 0);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways_to_go_on),
		cmocka_unit_test(test_a_folder_with_very_many_files_is_cut),
		cmocka_unit_test(test_the_home_folder),
	};

	return cmocka_run_group_tests_name("file completion", tests, setup, clean);
}
