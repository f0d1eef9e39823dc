/* SPDX-License-Identifier: MIT */
/* The person's own editor on a terminal of its own: its words, its end, what it leaves, its file. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/external_editor.h"

static char folder[] = "/tmp/hilo-test-XXXXXX";
static char script[64], seen[64];

struct row {
	const char *name;
	const char *body; /* of the editor, a shell script; $file is the draft, $seen a place to tell things in */
	const char *before;
	enum status status;
	const char *after; /* NULL = nothing comes back */
};

static const struct row rows[] = {
	{ "a text that was changed", "printf 'hola\\nadios\\n' > $file", "hola", STATUS_OK, "hola\nadios" },
	{ "a text that was left", "true", "uno\ndos", STATUS_OK, "uno\ndos" },
	{ "an empty text", ": > $file", "uno", STATUS_OK, "" },
	{ "bytes that are no UTF-8", "printf 'a\\377b' > $file", "", STATUS_OK, "a\xEF\xBF\xBD" "b" },
	{ "a file put in its place", "printf x > $file.new; mv $file.new $file", "", STATUS_OK, "x" },
	{ "an error", "printf x > $file; exit 3", "uno", STATUS_FAILED, NULL },
	{ "a kill", "kill -9 $$", "uno", STATUS_FAILED, NULL },
	{ "no file", "rm $file", "uno", STATUS_IO, NULL },
	{ "a pipe", "rm $file; mkfifo $file", "uno", STATUS_IO, NULL },
	{ "a link to elsewhere", "ln -sf /etc/passwd $file", "uno", STATUS_IO, NULL },
	{ "too long a text", "head -c 70000 /dev/zero > $file", "uno", STATUS_LIMIT, NULL },
	{ "the file is private", "test $(stat -c %a $file) = 600", "uno", STATUS_OK, "uno" },
	{ "it has the terminal in front", "test $(ps -o pgid= -p $$) = $(ps -o tpgid= -p $$)", "uno", STATUS_OK, "uno" },
	{ "a stop is gone on from", "kill -STOP $$; printf on > $file", "uno", STATUS_OK, "on" },
	{ "no descriptor but the terminal", "test ! -e /proc/$$/fd/200", "uno", STATUS_OK, "uno" },
};

static void
write_script(const char *body)
{
	FILE *file = fopen(script, "w");

	assert_non_null(file);
	fprintf(file, "for file; do :; done\nseen=%s\nprintf '%%s\\n' \"$@\" > $seen\n%s\n", seen, body);
	assert_int_equal(fclose(file), 0);
}

static enum status
edit(int tty, const char *before, char **after)
{
	struct external_editor editor;
	struct err err = { "" };
	enum status status;
	struct pollfd wait = { .events = POLLIN };

	external_editor_init(&editor);
	assert_int_equal(external_editor_start(&editor, tty, before, &err), STATUS_OK);
	assert_int_equal(external_editor_start(&editor, tty, before, NULL), STATUS_BUSY);
	wait.fd = external_editor_fd(&editor);
	assert_int_equal(poll(&wait, 1, 20000), 1);
	status = external_editor_finish(&editor, after, &err);
	assert_int_equal(status == STATUS_OK, err.text[0] == '\0');
	assert_int_equal(external_editor_fd(&editor), -1);
	assert_int_equal(tcgetpgrp(tty), getpgrp());
	return status;
}

static int
open_terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), tty;

	assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	tty = open(ptsname(master), O_RDWR);
	assert_true(tty >= 0);
	return tty;
}

/* Nothing but the script and what it told is left. */
static void
assert_no_draft_left(void)
{
	char command[128];

	snprintf(command, sizeof command, "%s/hilo-reply-x", folder);
	assert_int_equal(access(command, F_OK), -1);
	assert_int_equal(unlink(script), 0);
	unlink(seen);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(mkdir(folder, 0700), 0);
}

static void
test_rows(void **state)
{
	int tty = *(int *)*state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *after = NULL;
		enum status status;

		write_script(rows[i].body);
		status = edit(tty, rows[i].before, &after);
		if (status != rows[i].status)
			print_message("%s\n", rows[i].name);
		assert_int_equal(status, rows[i].status);
		if (rows[i].after == NULL)
			assert_null(after);
		else
			assert_string_equal(after, rows[i].after);
		free(after);
		assert_no_draft_left();
	}
}

static void
test_words(void **state)
{
	char line[256], told[256] = "", *after = NULL;
	FILE *file;

	write_script("true");
	snprintf(line, sizeof line, "sh %s  'two words' \"a\\\"b\" c\\ d ; ", script);
	assert_int_equal(setenv("VISUAL", line, 1), 0);
	assert_int_equal(edit(*(int *)*state, "uno", &after), STATUS_OK);
	free(after);
	file = fopen(seen, "r");
	assert_non_null(file);
	assert_true(fread(told, 1, sizeof told - 1, file) > 0);
	fclose(file);
	assert_memory_equal(told, "two words\na\"b\nc d\n;\n", strlen("two words\na\"b\nc d\n;\n"));
	assert_no_draft_left();
	snprintf(line, sizeof line, "sh %s", script);
	assert_int_equal(setenv("VISUAL", line, 1), 0);
}

static void
test_missing(void **state)
{
	char *after = NULL, *kept = strdup(getenv("VISUAL"));

	assert_int_equal(setenv("VISUAL", "no-such-editor-here", 1), 0);
	assert_int_equal(edit(*(int *)*state, "uno", &after), STATUS_NOT_FOUND);
	assert_null(after);
	assert_int_equal(setenv("VISUAL", kept, 1), 0);
	free(kept);
}

static void
test_abort(void **state)
{
	struct external_editor editor;
	int tty = *(int *)*state;

	write_script("exec sleep 1000");
	external_editor_init(&editor);
	assert_int_equal(external_editor_start(&editor, tty, "uno", NULL), STATUS_OK);
	external_editor_abort(&editor);
	assert_int_equal(external_editor_fd(&editor), -1);
	assert_int_equal(tcgetpgrp(tty), getpgrp());
	external_editor_abort(&editor);
	unlink(seen);
	assert_int_equal(unlink(script), 0);
}

static int tty_fd;

static int
set_up(void **state)
{
	char line[128];

	/* A session of its own, so that the terminal that is opened becomes the controlling one. */
	setsid();
	if (mkdtemp(folder) == NULL)
		return -1;
	tty_fd = open_terminal();
	ioctl(tty_fd, TIOCSCTTY, 0);
	snprintf(script, sizeof script, "%s/editor", folder);
	snprintf(seen, sizeof seen, "%s/seen", folder);
	snprintf(line, sizeof line, "sh %s", script);
	*state = &tty_fd;
	signal(SIGHUP, SIG_IGN);
	dup2(tty_fd, 200); /* one that the editor must not get */
	return setenv("VISUAL", line, 1) != 0 || setenv("XDG_RUNTIME_DIR", folder, 1) != 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_words),
		cmocka_unit_test(test_missing), cmocka_unit_test(test_abort),
	};
	pid_t pid = fork(); /* a leader of a process group cannot begin a session */
	int status = 0;

	if (pid == 0)
		exit(cmocka_run_group_tests(tests, set_up, tear_down));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
