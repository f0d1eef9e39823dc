/* SPDX-License-Identifier: MIT */
/* Private folders: made for this process alone, gone with it, swept when it was killed, never anybody else's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include <cmocka.h>

#include "core/path.h"

static char prefix[32]; /* of this run alone, so that runs at the same time do not meet */

static int
setup(void **state)
{
	(void)state;
	snprintf(prefix, sizeof prefix, "hilo-test-%ld", (long)getpid());
	return 0;
}

static void
make_file(const char *folder, const char *name)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
}

static bool
exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static void
test_folder_is_private_and_removed_with_all_in_it(void **state)
{
	char *path = NULL, *copy, inner[256];
	struct stat info;
	int lock;

	(void)state;
	assert_int_equal(path_make_throw_away(prefix, &path, &lock, NULL), STATUS_OK);
	copy = strdup(path);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0700);
	snprintf(inner, sizeof inner, "%s/deep", path);
	assert_int_equal(mkdir(inner, 0700), 0);
	make_file(inner, "file");
	/* What a link points at is not ours to remove. */
	snprintf(inner, sizeof inner, "%s/link", path);
	assert_int_equal(symlink("/etc", inner), 0);
	path_sweep_throw_away(prefix);
	assert_true(exists(path));
	path_remove_throw_away(path, lock);
	assert_false(exists(copy));
	assert_true(exists("/etc/passwd"));
	free(copy);
}

static void
test_folder_of_a_killed_process_is_swept(void **state)
{
	char path[256] = "";
	int names[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(names), 0);
	child = fork();
	if (child == 0) {
		char *made = NULL;
		int lock;

		if (path_make_throw_away(prefix, &made, &lock, NULL) != STATUS_OK)
			_exit(1);
		(void)!write(names[1], made, strlen(made) + 1);
		pause();
		_exit(0);
	}
	assert_true(read(names[0], path, sizeof path) > 0);
	path_sweep_throw_away(prefix);
	assert_true(exists(path));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(exists(path));
	path_sweep_throw_away(prefix);
	assert_false(exists(path));
	close(names[0]);
	close(names[1]);
}

struct other_row {
	const char *name;
	const char *ending; /* of the name, after the prefix */
	bool is_file;
	int age_s;
	bool swept;
};

static const struct other_row other_rows[] = {
	{ "just made, its lock will follow", "-abcdef", false, 0, false },
	{ "without a lock for long", "-ghijkl", false, 3600, true },
	{ "a longer name", "-abcdefg", false, 3600, false },
	{ "another ending", "x", false, 3600, false },
	{ "a file", "-mnopqr", true, 3600, false },
};

static void
test_only_what_is_left_over_is_swept(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof other_rows / sizeof other_rows[0]; i++) {
		const struct other_row *row = &other_rows[i];
		struct utimbuf when = { time(NULL) - row->age_s, time(NULL) - row->age_s };
		char name[96], path[128];

		snprintf(name, sizeof name, "%s%s", prefix, row->ending);
		snprintf(path, sizeof path, "/tmp/%s", name);
		if (row->is_file)
			make_file("/tmp", name);
		else
			assert_int_equal(mkdir(path, 0700), 0);
		assert_int_equal(utime(path, &when), 0);
		path_sweep_throw_away(prefix);
		if (exists(path) == row->swept)
			fail_msg("%s", row->name);
		if (!row->swept)
			assert_int_equal(remove(path), 0);
	}
}

static void
test_parents(void **state)
{
	char folder[] = "/tmp/hilo-path-XXXXXX", path[128];
	struct err err = { "" };
	struct stat info;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/a/b/file", folder);
	assert_int_equal(path_make_parents(path, &err), STATUS_OK);
	assert_int_equal(path_make_parents(path, &err), STATUS_OK);
	assert_false(exists(path));
	snprintf(path, sizeof path, "%s/a/b", folder);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0700);
	assert_int_equal(path_make_parents("file-here", &err), STATUS_OK);
	make_file(path, "file");
	snprintf(path, sizeof path, "%s/a/b/file/c/d", folder);
	assert_int_equal(path_make_parents(path, &err), STATUS_IO);
	assert_non_null(strstr(err.text, "/a/b/file/c"));
	snprintf(path, sizeof path, "%s/a/b/file", folder);
	assert_int_equal(remove(path), 0);
	snprintf(path, sizeof path, "%s/a/b", folder);
	assert_int_equal(rmdir(path), 0);
	snprintf(path, sizeof path, "%s/a", folder);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folder_is_private_and_removed_with_all_in_it),
		cmocka_unit_test(test_folder_of_a_killed_process_is_swept),
		cmocka_unit_test(test_only_what_is_left_over_is_swept),
		cmocka_unit_test(test_parents),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
