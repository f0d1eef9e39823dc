/* SPDX-License-Identifier: MIT */
/*
 * Life and modes. The descriptor is our own non-blocking one. Whatever is switched on here is in the bytes that switch
 * it off, which a crash handler sends, too.
 */
#include "ui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "ui/terminal_caps.h"
#include "ui/terminal_state.h"

#define MODES_ON "\033[22;2t\033[?2004h\033[?1004h"
#define MODES_OFF "\033[?1004l\033[?2004l\033[23;2t"
#define MOUSE_ON "\033[?1002h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1002l"
#define THEME_CHANGES_ON "\033[?2031h"
#define THEME_CHANGES_OFF "\033[?2031l"

enum { FRAME_MAX = 16 << 20, VERBS_MAX = 128 << 10, LEAVE_WAIT_MS = 200, ANSWER_WAIT_MS = 100, ANSWERS_LATE_MS = 1000 };

static void
read_size(struct terminal *terminal)
{
	struct winsize size = { 0 };

	if (ioctl(terminal->fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
		terminal->rows = size.ws_row;
		terminal->cols = size.ws_col;
	} else if (terminal->rows == 0) {
		terminal->rows = 24;
		terminal->cols = 80;
	}
}

static void
raw_modes(struct terminal *terminal)
{
	struct termios raw = terminal->rescue.shell_modes;

	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(terminal->fd, TCSANOW, &raw);
}

/* Takes the screen. The bytes go out with the next frame. */
static void
enter(struct terminal *terminal)
{
	raw_modes(terminal);
	read_size(terminal);
	strbuf_clear(&terminal->frame);
	terminal->written = 0;
	terminal->behind = false;
	terminal_caps_add(&terminal->frame, "smcup");
	terminal_caps_add(&terminal->frame, "rmam");
	strbuf_add_string(&terminal->frame, MODES_ON);
	if (terminal->options.mouse)
		strbuf_add_string(&terminal->frame, MOUSE_ON);
	if (!terminal->simple)
		strbuf_add_string(&terminal->frame, THEME_CHANGES_ON);
	terminal->title_changed = terminal->title[0] != '\0';
	terminal_forget(terminal);
}

/* Whoever quits at once must not find the terminal's answers in the shell's line. */
static void
await_answers(struct terminal *terminal)
{
	struct pollfd in = { .fd = terminal->fd, .events = POLLIN };

	if (!terminal->gone && terminal->asked_ms != 0 && clock_monotonic_ms() - terminal->asked_ms < ANSWERS_LATE_MS)
		poll(&in, 1, ANSWER_WAIT_MS);
}

static void
leave(struct terminal *terminal)
{
	struct pollfd out = { .fd = terminal->fd, .events = POLLOUT };

	if (!terminal->gone && poll(&out, 1, LEAVE_WAIT_MS) > 0 && (out.revents & POLLOUT)) {
		ssize_t written = write(terminal->fd, terminal->rescue.leave, terminal->rescue.leave_len);
		(void)written;
	}
	await_answers(terminal);
	/*
	 * What was typed but not read was meant for us, not for the shell. Never waits for a terminal that takes
	 * nothing.
	 */
	tcflush(terminal->fd, TCIFLUSH);
	tcsetattr(terminal->fd, TCSANOW, &terminal->rescue.shell_modes);
}

/* The bytes that give the screen back, ready for a signal handler. */
static void
prepare_rescue(struct terminal *terminal)
{
	struct strbuf out;

	strbuf_init(&out, sizeof terminal->rescue.leave - 1);
	/* A frame may have been cut off within a link or its brackets. */
	if (!terminal->simple)
		strbuf_add_string(&out, "\033]8;;\033\\\033[?2026l");
	terminal_caps_add(&out, "sgr0");
	if (!terminal->simple)
		strbuf_add_string(&out, THEME_CHANGES_OFF);
	if (terminal->options.mouse)
		strbuf_add_string(&out, MOUSE_OFF);
	strbuf_add_string(&out, MODES_OFF);
	terminal_caps_add(&out, "smam");
	/* Emptied first: some terminals bring part of it back when they were resized meanwhile. */
	terminal_caps_add(&out, "clear");
	terminal_caps_add(&out, "rmcup");
	/* Last: some keep the cursor's visibility with the screen. */
	terminal_caps_add(&out, "cnorm");
	memcpy(terminal->rescue.leave, strbuf_text(&out), out.len);
	terminal->rescue.leave_len = out.len;
	terminal->rescue.fd = terminal->fd;
	strbuf_release(&out);
}

/* A library that complains must not write over the screen. */
static void
redirect_stderr(struct terminal *terminal, const char *log_file)
{
	int fd = log_file[0] != '\0' ? open(log_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (fd < 0)
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	terminal->rescue.shell_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (fd >= 0 && terminal->rescue.shell_stderr >= 0)
		dup2(fd, STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static void
release(struct terminal *terminal)
{
	if (terminal->fd >= 0)
		close(terminal->fd);
	if (terminal->rescue.shell_stderr >= 0) {
		dup2(terminal->rescue.shell_stderr, STDERR_FILENO);
		close(terminal->rescue.shell_stderr);
	}
	terminal_caps_release();
	strbuf_release(&terminal->frame);
	strbuf_release(&terminal->verbs);
	strbuf_release(&terminal->picture);
	grid_release(&terminal->shown);
	free(terminal);
}

void
terminal_options_init(struct terminal_options *options)
{
	*options = (struct terminal_options){ .links = true, .clipboard = true, .title = true, .log_file = "" };
}

enum status
terminal_new(const struct terminal_options *options, struct terminal **out, struct err *err)
{
	struct terminal *terminal = calloc(1, sizeof *terminal);
	enum status status;

	*out = NULL;
	if (terminal == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	terminal->rescue.shell_stderr = -1;
	terminal->options = *options;
	terminal->options.log_file = NULL;
	strbuf_init(&terminal->frame, FRAME_MAX);
	strbuf_init(&terminal->verbs, VERBS_MAX);
	grid_init(&terminal->shown);
	terminal->fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (terminal->fd < 0 || tcgetattr(terminal->fd, &terminal->rescue.shell_modes) != 0) {
		status = err_set(err, STATUS_INVALID,
				 _("The console needs a terminal; start hilo in one, or run the services alone with \"hilo serve\"."));
		goto fail;
	}
	status = terminal_caps_read(terminal->fd, err);
	if (status != STATUS_OK)
		goto fail;
	terminal_guess_looks(terminal);
	terminal_prepare_looks(terminal);
	redirect_stderr(terminal, options->log_file);
	prepare_rescue(terminal);
	terminal->signal_fd = rescue_start(&terminal->rescue);
	if (terminal->signal_fd < 0) {
		status = err_set(err, STATUS_FAILED,
				 _("There are not enough file descriptors; raise \"ulimit -n\" and try again."));
		goto fail;
	}
	enter(terminal);
	terminal_ask(terminal);
	*out = terminal;
	return STATUS_OK;

fail:
	release(terminal);
	return status;
}

void
terminal_free(struct terminal *terminal)
{
	if (terminal == NULL)
		return;
	if (terminal->released)
		terminal_take_screen(terminal);
	leave(terminal);
	rescue_stop();
	release(terminal);
}

int
terminal_fd(const struct terminal *terminal)
{
	return terminal->released ? -1 : terminal->fd;
}

int
terminal_tty(const struct terminal *terminal)
{
	return terminal->fd;
}

int
terminal_signal_fd(const struct terminal *terminal)
{
	return terminal->signal_fd;
}

unsigned
terminal_signals(struct terminal *terminal)
{
	unsigned bits = rescue_signals();

	if (terminal->released)
		return bits & ~(unsigned)(TERMINAL_STOP | TERMINAL_CONTINUED);

	/* Stopped by somebody else: the shell has changed the modes, and a change of size may have been missed. */
	if (bits & TERMINAL_CONTINUED)
		enter(terminal);
	if (bits & TERMINAL_RESIZED) {
		read_size(terminal);
		terminal_forget(terminal);
	}
	return bits;
}

void
terminal_size(const struct terminal *terminal, int *rows, int *columns_out)
{
	*rows = terminal->rows;
	*columns_out = terminal->cols;
}

ssize_t
terminal_read(struct terminal *terminal, char *buffer, size_t size)
{
	ssize_t got = read(terminal->fd, buffer, size);

	if (got > 0)
		return got;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	terminal->gone = true;
	return -1;
}

void
terminal_forget(struct terminal *terminal)
{
	terminal->shown_known = false;
}

void
terminal_suspend(struct terminal *terminal)
{
	leave(terminal);
	rescue_stop_job();
	enter(terminal);
}

void
terminal_release_screen(struct terminal *terminal)
{
	if (terminal->released)
		return;
	/* A frame that the terminal has not taken is lost; it is drawn anew. */
	leave(terminal);
	rescue_pause(true);
	terminal->released = true;
	terminal->behind = false;
	strbuf_clear(&terminal->frame);
	terminal->written = 0;
}

/* Also from the background, where the kernel would stop us for it. */
static bool
set_foreground(const struct terminal *terminal, pid_t group)
{
	sigset_t stop, before;
	bool done;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &stop, &before);
	done = tcsetpgrp(terminal->fd, group) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return done;
}

bool
terminal_hand_over(struct terminal *terminal, pid_t group)
{
	if (!terminal->released || !set_foreground(terminal, group))
		return false;
	/* It may have read too early, which stopped it. */
	kill(-group, SIGCONT);
	return true;
}

void
terminal_take_screen(struct terminal *terminal)
{
	if (!terminal->released)
		return;
	set_foreground(terminal, getpgrp());
	terminal->released = false;
	enter(terminal);
	rescue_pause(false);
}

bool
terminal_is_released(const struct terminal *terminal)
{
	return terminal->released;
}
