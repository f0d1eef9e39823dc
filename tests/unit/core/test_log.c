/* SPDX-License-Identifier: MIT */
/* One line an event whatever the values hold, levels, masks, rotation between processes, private files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <inttypes.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/log.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static char folder[64];
static char file[160];
static char text[1 << 20];

static int
setup(void **state)
{
	struct err err = { "" };

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/hilo-log-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof file, "%s/state/hilo/hilo.log", folder);
	if (log_open(file, LOG_LEVEL_INFO, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return 0;
}

static int
teardown(void **state)
{
	char name[200];

	(void)state;
	log_close();
	unlink(file);
	snprintf(name, sizeof name, "%s.1", file);
	unlink(name);
	snprintf(name, sizeof name, "%s/state/hilo", folder);
	rmdir(name);
	snprintf(name, sizeof name, "%s/state", folder);
	rmdir(name);
	return rmdir(folder);
}

/* The whole log, in `text`; returns the number of lines. */
static size_t
read_log(const char *name)
{
	FILE *in = fopen(name, "r");
	size_t len, lines = 0;

	assert_non_null(in);
	len = fread(text, 1, sizeof text - 1, in);
	text[len] = '\0';
	fclose(in);
	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	return lines;
}

struct value_row {
	const char *name;
	const char *value;
	const char *written; /* after "value=" */
};

static const struct value_row value_rows[] = {
	{ "plain", "abc", "value=abc next=1\n" },
	{ "empty", "", "value=\"\" next=1\n" },
	{ "blank", "a b", "value=\"a b\" next=1\n" },
	{ "another field", "x level=error", "value=\"x level=error\" next=1\n" },
	{ "quotation mark", "a\" b=\"c", "value=\"a\\\" b=\\\"c\" next=1\n" },
	{ "backslash", "a\\nb", "value=a\\\\nb next=1\n" },
	{ "line end", "a\n2026-01-01T00:00:00.000Z error main forged",
	 "value=\"a\\n2026-01-01T00:00:00.000Z error main forged\" next=1\n" },
	{ "carriage return", "a\rb", "value=a\\u000db next=1\n" },
	{ "escape sequence", "\x1b[31mred", "value=\\u001b[31mred next=1\n" },
	{ "C1 control", "a\xc2\x9b" "b", "value=a\\u009bb next=1\n" },
	{ "direction override", "a\xe2\x80\xae" "b", "value=a\\u202eb next=1\n" },
	{ "line separator", "a\xe2\x80\xa8" "b", "value=a\\u2028b next=1\n" },
	{ "not UTF-8", "a\xff\xfe" "b", "value=a\\xff\\xfeb next=1\n" },
	{ "Spanish", "ñandú", "value=ñandú next=1\n" },
	{ "a format", "%n%s%d", "value=%n%s%d next=1\n" },
};

static void
test_foreign_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(value_rows); i++) {
		const char *line;

		log_info("test.event value=%s next=%d", value_rows[i].value, 1);
		assert_int_equal(read_log(file), i + 1);
		line = text;
		for (size_t skip = 0; skip < i; skip++)
			line = strchr(line, '\n') + 1;
		line = strstr(line, "value=");
		if (line == NULL || strcmp(line, value_rows[i].written) != 0)
			fail_msg("%s: %s", value_rows[i].name, text);
	}
}

static void
test_numbers(void **state)
{
	/* Hidden from the compiler, which would warn of it. */
	const char *volatile nothing = NULL;

	(void)state;
	log_warning("n i=%d u=%u l=%ld ll=%lld z=%zu x=%x c=%c p64=%" PRId64 " f=%.2f cut=%.3s star=%.*s null=%s 100%%",
		    -1, 2u,
		    -3L, -4LL, (size_t)5, 255u, 'y', INT64_MIN, 1.5, "abcdef", 2, "xyz", nothing);
	read_log(file);
	assert_non_null(strstr(text, " warning "));
	assert_non_null(strstr(text,
			       " n i=-1 u=2 l=-3 ll=-4 z=5 x=ff c=y p64=-9223372036854775808 f=1.50 cut=abc star=xy "
				     "null=- 100%\n"));
}

static void
test_long_line_is_cut(void **state)
{
	char value[5000];

	(void)state;
	memset(value, 'a', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	log_info("test.long value=%s next=1", value);
	assert_int_equal(read_log(file), 1);
	assert_true(strlen(text) < 2200);
	assert_non_null(strstr(text, " ...\n"));
}

static void
test_levels_and_closing(void **state)
{
	enum log_level level;

	(void)state;
	log_debug("hidden");
	log_error("shown");
	assert_int_equal(read_log(file), 1);
	assert_non_null(strstr(text, " error "));
	log_close();
	log_error("after the end");
	assert_int_equal(read_log(file), 1);
	assert_int_equal(log_level_parse("warning", &level), 0);
	assert_int_equal(level, LOG_LEVEL_WARNING);
	assert_int_equal(log_level_parse("Warning", &level), -1);
	assert_int_equal(log_level_parse(NULL, &level), -1);
}

static void
test_file_is_private(void **state)
{
	struct stat info;
	char name[200];

	(void)state;
	assert_int_equal(stat(file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	snprintf(name, sizeof name, "%s/state", folder);
	assert_int_equal(stat(name, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0700);
}

static void
test_file_that_cannot_be_opened(void **state)
{
	struct err err = { "" };

	(void)state;
	assert_int_equal(log_open("/proc/nothing/hilo.log", LOG_LEVEL_INFO, &err), STATUS_IO);
	assert_string_not_equal(err.text, "");
	/* The log that was open stays in use. */
	log_info("still here");
	assert_int_equal(read_log(file), 1);
}

static void
test_rotation(void **state)
{
	char old[200];
	struct stat info;

	(void)state;
	snprintf(old, sizeof old, "%s.1", file);
	log_info("before");
	assert_int_equal(truncate(file, 11 * 1024 * 1024), 0);
	log_info("after");
	assert_int_equal(stat(old, &info), 0);
	assert_int_equal(info.st_size, 11 * 1024 * 1024);
	assert_int_equal(read_log(file), 1);
	assert_non_null(strstr(text, " after\n"));
	assert_int_equal(stat(file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
}

/* Two processes with the same file: the second one finds it renamed and follows, and nobody's lines are lost. */
static void
test_rotation_by_another_process(void **state)
{
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(truncate(file, 11 * 1024 * 1024), 0);
	child = fork();
	if (child == 0) {
		log_info("child");
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	log_info("parent");
	assert_int_equal(read_log(file), 2);
	assert_non_null(strstr(text, " child\n"));
	assert_non_null(strstr(text, " parent\n"));
}

static void *
write_lines(void *arg)
{
	for (int i = 0; i < 200; i++)
		log_info("thread.line who=%s number=%d", (const char *)arg, i);
	return NULL;
}

static void
test_threads(void **state)
{
	static char names[4][8] = { "one", "two", "three", "four" };
	pthread_t threads[4];
	const char *line = text;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_lines, names[i]), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(read_log(file), 800);
	for (int i = 0; i < 800; i++) {
		assert_non_null(strstr(line, " thread.line who="));
		line = strchr(line, '\n') + 1;
	}
}

struct mask_row {
	const char *address;
	const char *masked;
};

static const struct mask_row mask_rows[] = {
	{ "+5215512345678", "+5215***5678" },
	{ "whatsapp:+15551230001", "+1555***0001" },
	{ "12345", "1***5" },
	{ "123", "***" },
	{ "", "***" },
	{ "ana.lopez@example.com", "a***@example.com" },
	{ "@example.com", "***@example.com" },
};

static void
test_masks(void **state)
{
	char out[32];

	(void)state;
	for (size_t i = 0; i < LENGTH(mask_rows); i++)
		assert_string_equal(log_mask(mask_rows[i].address, out), mask_rows[i].masked);
	assert_string_equal(log_mask(NULL, out), "***");
	log_mask("a@a-very-long-domain-name-that-does-not-fit.example.com", out);
	assert_int_equal(strlen(out), 28);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_foreign_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_line_is_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_levels_and_closing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_file_is_private, setup, teardown),
		cmocka_unit_test_setup_teardown(test_file_that_cannot_be_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rotation, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rotation_by_another_process, setup, teardown),
		cmocka_unit_test_setup_teardown(test_threads, setup, teardown),
		cmocka_unit_test(test_masks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
