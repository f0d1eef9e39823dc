/* SPDX-License-Identifier: MIT */
/* The terminal lent to a child and taken back, in a session with a pseudo-terminal of its own. */
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/terminal.h"

/* What went wrong, as the exit status of the session. */
enum { FINE, NO_TERMINAL, NOT_RELEASED, NO_CHILD, CHILD_FAILED, NOT_TAKEN, DREW, NO_SIZE };

static bool
is_raw(int fd)
{
	struct termios modes;

	return tcgetattr(fd, &modes) == 0 && (modes.c_lflag & (ICANON | ECHO)) == 0;
}

/* The child: waits until it is told that it has the terminal, then looks whether that is so. */
static int
run_child(int told, int tty)
{
	char byte;

	if (read(told, &byte, 1) != 1)
		return 1;
	if (tcgetpgrp(tty) != getpgrp())
		return 2;
	return is_raw(tty) ? 3 : 0;
}

static int
lend(struct terminal *terminal, struct grid *grid)
{
	int pipe_ends[2], status, tty = terminal_tty(terminal);
	struct winsize size = { .ws_row = 10, .ws_col = 30 };
	int rows, columns;
	pid_t child;

	if (pipe(pipe_ends) != 0)
		return NO_CHILD;
	terminal_release_screen(terminal);
	if (!terminal_is_released(terminal) || terminal_fd(terminal) != -1 || is_raw(tty))
		return NOT_RELEASED;
	child = fork();
	if (child == 0) {
		setpgid(0, 0);
		_exit(run_child(pipe_ends[0], tty));
	}
	if (child < 0 || (setpgid(child, child) != 0 && getpgid(child) != child) || !terminal_hand_over(terminal, child))
		return NO_CHILD;
	/* Nothing is drawn meanwhile, and it is no error. */
	grid_text(grid, 0, 0, 10, STYLE_NORMAL, "not now");
	if (!terminal_draw(terminal, grid) || terminal_is_behind(terminal))
		return DREW;
	ioctl(tty, TIOCSWINSZ, &size);
	if (write(pipe_ends[1], "x", 1) != 1 || waitpid(child, &status, 0) != child)
		return NO_CHILD;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return CHILD_FAILED;
	terminal_take_screen(terminal);
	if (terminal_is_released(terminal) || tcgetpgrp(tty) != getpgrp() || !is_raw(tty) || terminal_fd(terminal) != tty)
		return NOT_TAKEN;
	terminal_size(terminal, &rows, &columns);
	return rows == 10 && columns == 30 ? FINE : NO_SIZE;
}

static int
run_session(void)
{
	struct terminal_options options;
	struct terminal *terminal;
	struct grid grid;
	struct err err;
	int result;

	setenv("TERM", "xterm-256color", 1);
	terminal_options_init(&options);
	if (terminal_new(&options, &terminal, &err) != STATUS_OK)
		return NO_TERMINAL;
	grid_init(&grid);
	grid_resize(&grid, 24, 80);
	grid_text(&grid, 0, 0, 10, STYLE_NORMAL, "before");
	terminal_draw(terminal, &grid);
	result = lend(terminal, &grid);
	grid_text(&grid, 0, 0, 10, STYLE_NORMAL, "afterwards");
	terminal_draw(terminal, &grid);
	terminal_free(terminal);
	grid_release(&grid);
	return result;
}

static void
test_lend_and_take_back(void **state)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	char output[65536];
	size_t len = 0;
	int master, status;
	ssize_t got;
	pid_t session = forkpty(&master, NULL, NULL, &size);
	const char *left, *back;

	(void)state;
	assert_true(session >= 0);
	if (session == 0)
		_exit(run_session());
	while (len < sizeof output - 1 && (got = read(master, output + len, sizeof output - 1 - len)) > 0)
		len += (size_t)got;
	output[len] = '\0';
	assert_int_equal(waitpid(session, &status, 0), session);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), FINE);
	/* Off for the child, on again afterwards, off at the end; nothing was drawn between. */
	left = strstr(output, "\033[?2004l");
	assert_non_null(left);
	back = strstr(left, "\033[?2004h");
	assert_non_null(back);
	assert_null(strstr(output, "not now"));
	assert_true(strstr(output, "before") < left);
	assert_non_null(strstr(back, "afterwards"));
	assert_non_null(strstr(back, "\033[?2004l"));
	close(master);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lend_and_take_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
