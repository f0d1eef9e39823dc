/* SPDX-License-Identifier: MIT */
/* Children: words stay words, nothing of ours leaks into them, and none outlives its time or stays a zombie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/child.h"
#include "core/clock.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

struct split_row {
	const char *command;
	size_t count; /* 0 = refused */
	const char *last;
};

static const struct split_row split_rows[] = {
	{ "feh", 1, "feh" },
	{ "  feh \t -F  ", 2, "-F" },
	{ "a 'b c'", 2, "b c" },
	{ "a \"b c\"d", 2, "b cd" },
	{ "a b\\ c", 2, "b c" },
	{ "a 'x\\y'", 2, "x\\y" },
	{ "a \"\"", 2, "" },
	{ "a $(touch x)", 3, "x)" },
	{ "a ;b", 2, ";b" },
	{ "", 0, NULL },
	{ " \t", 0, NULL },
	{ "a 'b", 0, NULL },
	{ "a \"b", 0, NULL },
	{ "'' a", 0, NULL },
};

static void
test_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(split_rows); i++) {
		const struct split_row *row = &split_rows[i];
		struct child_words words;

		if (child_split(row->command, &words) != (row->count > 0))
			fail_msg("\"%s\" was taken wrongly", row->command);
		if (row->count > 0) {
			assert_int_equal(words.count, row->count);
			assert_string_equal(words.words[words.count - 1], row->last);
			assert_null(words.words[words.count]);
		}
		child_words_release(&words);
	}
}

static void
test_too_many_words(void **state)
{
	char command[2 * (CHILD_WORDS_MAX + 1) + 1] = "";
	struct child_words words;

	(void)state;
	for (size_t i = 0; i < CHILD_WORDS_MAX; i++)
		memcpy(command + 2 * i, "a ", 3);
	assert_true(child_split(command, &words));
	assert_int_equal(words.count, CHILD_WORDS_MAX);
	child_words_release(&words);
	memcpy(command + 2 * CHILD_WORDS_MAX, "a", 2);
	assert_false(child_split(command, &words));
	child_words_release(&words);
}

/* Runs and gives the output back. */
static void
run(const struct child_request *request, struct strbuf *output, struct child_end *end)
{
	struct err err = { "" };

	if (child_run(request, output, end, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

static void
test_hostile_words_stay_text(void **state)
{
	static const char hostile[] = "$(touch pwned) `touch pwned`; touch pwned | x && \"y\" 'z' \\ -rf *\n%s";
	const char *const argv[] = { "printf", "%s", hostile, NULL };
	const char *const cat[] = { "cat", NULL };
	struct child_request request = { .argv = argv, .timeout_ms = 10000 };
	struct strbuf output;
	struct child_end end;

	(void)state;
	strbuf_init(&output, 4096);
	run(&request, &output, &end);
	assert_string_equal(strbuf_text(&output), hostile);
	strbuf_clear(&output);
	request.argv = cat;
	request.input = hostile;
	run(&request, &output, &end);
	assert_string_equal(strbuf_text(&output), hostile);
	assert_int_equal(end.exit_code, 0);
	assert_int_equal(access("pwned", F_OK), -1);
	strbuf_release(&output);
}

#define DESCRIPTORS "n=0; while [ $n -lt 100 ]; do [ -e /proc/$$/fd/$n ] && echo $n; n=$((n + 1)); done"

/* One descriptor without close-on-exec is open on purpose: only 0, 1 and 2 may be there. */
static void
test_descriptors_do_not_leak(void **state)
{
	const char *const argv[] = { "sh", "-c", DESCRIPTORS, NULL };
	struct child_request request = { .argv = argv, .timeout_ms = 10000 };
	struct strbuf output;
	struct child_end end;
	int leak = open("/dev/null", O_RDONLY);

	(void)state;
	assert_true(leak >= 0 && fcntl(leak, F_DUPFD, 50) >= 50);
	strbuf_init(&output, 4096);
	run(&request, &output, &end);
	assert_string_equal(strbuf_text(&output), "0\n1\n2\n");
	strbuf_release(&output);
	close(leak);
}

static void
test_environment(void **state)
{
	static const char *const added[] = { "HILO_TITLE=$(x)", "LANG=xx", NULL };
	const char *const argv[] = { "env", NULL };
	struct child_request request = { .argv = argv, .environment = added, .timeout_ms = 10000 };
	struct strbuf output;
	struct child_end end;

	(void)state;
	setenv("TWILIO_AUTH_TOKEN", "canary", 1);
	setenv("HILO_API_TOKEN", "canary", 1);
	setenv("LANG", "C.UTF-8", 1);
	setenv("OTHER", "stays", 1);
	strbuf_init(&output, 64 * 1024);
	run(&request, &output, &end);
	assert_null(strstr(strbuf_text(&output), "canary"));
	assert_non_null(strstr(strbuf_text(&output), "HILO_TITLE=$(x)\n"));
	assert_non_null(strstr(strbuf_text(&output), "LANG=xx\n"));
	assert_null(strstr(strbuf_text(&output), "LANG=C.UTF-8\n"));
	assert_non_null(strstr(strbuf_text(&output), "OTHER=stays\n"));
	strbuf_release(&output);
}

static void
test_signals_are_standard(void **state)
{
	const char *const argv[] = { "grep", "-E", "^Sig(Ign|Blk):", "/proc/self/status", NULL };
	struct child_request request = { .argv = argv, .timeout_ms = 10000 };
	struct strbuf output;
	unsigned long long blocked, ignored;
	struct child_end end;
	sigset_t usr1;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	strbuf_init(&output, 4096);
	run(&request, &output, &end);
	sigprocmask(SIG_UNBLOCK, &usr1, NULL);
	assert_int_equal(sscanf(strbuf_text(&output), "SigBlk: %llx SigIgn: %llx", &blocked, &ignored), 2);
	assert_int_equal(blocked, 0);
	/* The two above the standard ones are the C library's own. */
	assert_int_equal(ignored & 0x7fffffff, 0);
	strbuf_release(&output);
}

static void
test_output_is_bounded(void **state)
{
	const char *const argv[] = { "head", "-c", "1000000", "/dev/zero", NULL };
	struct child_request request = { .argv = argv, .timeout_ms = 10000 };
	struct strbuf output;
	struct child_end end;

	(void)state;
	strbuf_init(&output, 100);
	run(&request, &output, &end);
	assert_int_equal(output.len, 100);
	assert_true(output.failed);
	assert_true(end.in_time);
	strbuf_release(&output);
}

static void
test_exit_code(void **state)
{
	const char *const argv[] = { "sh", "-c", "exit 7", NULL };
	struct child_request request = { .argv = argv, .timeout_ms = 10000 };
	struct child_end end;

	(void)state;
	run(&request, NULL, &end);
	assert_int_equal(end.exit_code, 7);
	assert_true(end.in_time);
}

static void
assert_no_children(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* Ends also who ignores the polite signal, and what it started itself. */
static void
test_hanging_child_is_ended(void **state)
{
	const char *const argv[] = { "sh", "-c", "trap '' TERM; sleep 100 & echo $!; while :; do sleep 1; done", NULL };
	struct child_request request = { .argv = argv, .timeout_ms = 200 };
	int64_t before = clock_monotonic_ms();
	struct strbuf output;
	struct child_end end;
	pid_t grandchild;

	(void)state;
	strbuf_init(&output, 100);
	run(&request, &output, &end);
	assert_false(end.in_time);
	assert_int_equal(end.exit_code, -1);
	assert_true(clock_monotonic_ms() - before < 10000);
	grandchild = (pid_t)strtol(strbuf_text(&output), NULL, 10);
	assert_true(grandchild > 1);
	strbuf_release(&output);
	assert_no_children();
	/* Its new parent may take a moment to reap it. */
	for (int i = 0; i < 100000 && kill(grandchild, 0) == 0; i++) {
		char name[64], text[256] = "";
		FILE *file;

		snprintf(name, sizeof name, "/proc/%d/stat", (int)grandchild);
		file = fopen(name, "r");
		if (file == NULL)
			return;
		if (fgets(text, sizeof text, file) == NULL)
			text[0] = '\0';
		fclose(file);
		if (text[0] == '\0' || strstr(text, ") Z ") != NULL)
			return;
	}
	assert_int_equal(kill(grandchild, 0), -1);
}

static void
test_spawn_does_not_wait(void **state)
{
	const char *const argv[] = { "sleep", "100", NULL };
	struct child_request request = { .argv = argv, .timeout_ms = 300 };
	int64_t before = clock_monotonic_ms();
	struct err err = { "" };

	(void)state;
	assert_int_equal(child_spawn(&request, &err), STATUS_OK);
	assert_true(clock_monotonic_ms() - before < 300);
	assert_false(child_settle(0));
	assert_true(child_settle(10000));
	assert_true(clock_monotonic_ms() - before >= 300);
	assert_no_children();
}

static void
test_spawn_is_limited(void **state)
{
	const char *const argv[] = { "sleep", "100", NULL };
	struct child_request request = { .argv = argv, .timeout_ms = 500 };
	struct err err = { "" };

	(void)state;
	for (int i = 0; i < CHILD_RUNNING_MAX; i++)
		assert_int_equal(child_spawn(&request, &err), STATUS_OK);
	assert_int_equal(child_spawn(&request, &err), STATUS_BUSY);
	assert_non_null(strstr(err.text, "sleep"));
	assert_true(child_settle(20000));
	assert_no_children();
}

static void
test_no_such_program(void **state)
{
	const char *const argv[] = { "/nowhere/at all", NULL };
	struct child_request request = { .argv = argv, .timeout_ms = 1000 };
	struct err err = { "" };

	(void)state;
	assert_int_equal(child_spawn(&request, &err), STATUS_NOT_FOUND);
	assert_non_null(strstr(err.text, "/nowhere/at all"));
	assert_true(child_settle(0));
	assert_no_children();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_too_many_words),
		cmocka_unit_test(test_hostile_words_stay_text),
		cmocka_unit_test(test_descriptors_do_not_leak),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_signals_are_standard),
		cmocka_unit_test(test_output_is_bounded),
		cmocka_unit_test(test_exit_code),
		cmocka_unit_test(test_hanging_child_is_ended),
		cmocka_unit_test(test_spawn_does_not_wait),
		cmocka_unit_test(test_spawn_is_limited),
		cmocka_unit_test(test_no_such_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
