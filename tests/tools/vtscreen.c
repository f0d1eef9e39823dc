/* SPDX-License-Identifier: MIT */
/*
 * A terminal for tests: runs a program in a real pseudo-terminal, feeds what it writes to libvterm and answers
 * questions about the screen. tests/e2e/harness.py (class Screen) is the other side.
 *
 *   vtscreen ROWS COLUMNS CAPTURE-FILE PROGRAM [ARGUMENT...]
 *
 * Requests are lines on standard input, each answered by one line of JSON on standard output:
 *   dump                 everything about the screen and the program
 *   row R                the cells of one row with their attributes
 *   send HEX             bytes as if typed
 *   resize ROWS COLUMNS
 *   wait SEQ MS          answers when something happened after SEQ, or after MS milliseconds, with {"seq":N}
 *   continue             resumes a stopped program in the foreground, as `fg` does
 *   hangup               the terminal goes away
 *   quit                 ends everything; so does the end of standard input
 *
 * The program is not the session's leader: a small leader (job_leader.c) stands in for the shell, so that stopping
 * (Ctrl-Z), resuming and a hang-up work as they do for a person.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "core/strbuf.h"
#include "job_leader.h"
#include "vtscreen.h"

enum {
	LINE_SIZE = 1 << 20,
	REPLY_MAX = 16 << 20,
	/* How long the last output may stay in the pseudo-terminal after the program ended. */
	DRAIN_MS = 1000,
};

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* --- what libvterm reports --- */

static int
on_property(VTermProp property, VTermValue *value, void *user)
{
	struct terminal *terminal = user;

	if (property == VTERM_PROP_CURSORVISIBLE)
		terminal->cursor_visible = value->boolean;
	else if (property == VTERM_PROP_ALTSCREEN)
		terminal->alternate = value->boolean;
	else if (property == VTERM_PROP_MOUSE)
		terminal->mouse = value->number;
	else if (property == VTERM_PROP_TITLE) {
		free(terminal->title);
		terminal->title = strdup(value->string);
	}
	return 1;
}

static int
on_bell(void *user)
{
	struct terminal *terminal = user;

	terminal->bells++;
	return 1;
}

void
vtscreen_write(struct terminal *terminal, const char *bytes, size_t len)
{
	while (len > 0 && terminal->master >= 0) {
		ssize_t done = write(terminal->master, bytes, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && errno == EAGAIN) {
			struct pollfd wait = {.fd = terminal->master, .events = POLLOUT};

			/* A program that does not read fills the queue; what does not fit within a second is lost. */
			if (poll(&wait, 1, 1000) == 1 && (wait.revents & POLLOUT) != 0)
				continue;
			return;
		}
		if (done < 0)
			return;
		bytes += done;
		len -= (size_t)done;
	}
}

/* Sends the terminal's own answers (device attributes, cursor reports) to the program. */
static void
answer_queries(struct terminal *terminal)
{
	char bytes[512];
	size_t len;

	while ((len = vterm_output_read(terminal->vterm, bytes, sizeof bytes)) > 0)
		vtscreen_write(terminal, bytes, vtscreen_extra_filter(bytes, len));
}

/* libvterm does not report this mode: it only marks a paste when the program asked for marks. */
bool
terminal_marks_paste(struct terminal *terminal)
{
	char bytes[32];

	answer_queries(terminal);
	vterm_keyboard_start_paste(terminal->vterm);
	return vterm_output_read(terminal->vterm, bytes, sizeof bytes) > 0;
}

/* --- events --- */

static void
end_job(struct terminal *terminal, int status)
{
	if (terminal->ended)
		return;
	terminal->ended = true;
	terminal->stopped = false;
	terminal->wait_status = status;
	terminal->ended_ms = now_ns() / 1000000;
	terminal->sequence++;
}

static void
read_master(struct terminal *terminal)
{
	char bytes[65536];
	ssize_t len = read(terminal->master, bytes, sizeof bytes);

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	terminal->sequence++;
	if (len <= 0) {
		close(terminal->master);
		terminal->master = -1;
		return;
	}
	terminal->bytes += (uint64_t)len;
	terminal->output_ns = now_ns();
	fwrite(bytes, 1, (size_t)len, terminal->capture);
	fflush(terminal->capture);
	vterm_input_write(terminal->vterm, bytes, (size_t)len);
	vterm_screen_flush_damage(terminal->screen);
	vtscreen_extra_read(terminal, bytes, (size_t)len);
	answer_queries(terminal);
}

static void
read_report(struct terminal *terminal)
{
	struct report report;

	if (read(terminal->leader_fd, &report, sizeof report) != (ssize_t)sizeof report) {
		close(terminal->leader_fd);
		terminal->leader_fd = -1;
		return;
	}
	terminal->sequence++;
	switch (report.kind) {
	case REPORT_STARTED:
		terminal->job = report.value;
		break;
	case REPORT_STOPPED:
		terminal->stopped = true;
		break;
	case REPORT_CONTINUED:
		terminal->stopped = false;
		break;
	case REPORT_ENDED:
		end_job(terminal, report.value);
		break;
	}
}

static void
reap(struct terminal *terminal)
{
	struct signalfd_siginfo info;
	pid_t pid;
	int status;

	while (read(terminal->signal_fd, &info, sizeof info) == (ssize_t)sizeof info)
		continue;
	/* The job itself comes here only when its leader went first. */
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == terminal->job)
			end_job(terminal, status);
	}
}

/* True once the program has ended and all its output was taken in. */
bool
terminal_is_over(const struct terminal *terminal)
{
	if (!terminal->ended)
		return false;
	return terminal->master < 0 || now_ns() / 1000000 - terminal->ended_ms > DRAIN_MS;
}

/* Waits for something to happen, at most `timeout_ms`. Returns true if a request can be read. */
static bool
wait_event(struct terminal *terminal, bool with_requests, int timeout_ms)
{
	struct pollfd fds[4] = {
		{.fd = terminal->master, .events = POLLIN},
		{.fd = terminal->leader_fd, .events = POLLIN},
		{.fd = terminal->signal_fd, .events = POLLIN},
		{.fd = with_requests ? STDIN_FILENO : -1, .events = POLLIN},
	};

	if (terminal->ended && terminal->master >= 0 && (timeout_ms < 0 || timeout_ms > DRAIN_MS))
		timeout_ms = DRAIN_MS + 1;
	if (poll(fds, 4, timeout_ms) <= 0)
		return false;
	if (fds[0].revents != 0)
		read_master(terminal);
	if (fds[1].revents != 0)
		read_report(terminal);
	if (fds[2].revents != 0)
		reap(terminal);
	return fds[3].revents != 0;
}

/* --- requests --- */

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *found = c != '\0' ? strchr(digits, c) : NULL;

	return found != NULL ? (int)(found - digits) : -1;
}

static void
send_hex(struct terminal *terminal, char *hex)
{
	size_t len = 0;

	while (hex_digit(hex[2 * len]) >= 0 && hex_digit(hex[2 * len + 1]) >= 0) {
		hex[len] = (char)(hex_digit(hex[2 * len]) << 4 | hex_digit(hex[2 * len + 1]));
		len++;
	}
	vtscreen_write(terminal, hex, len);
}

static void
resize(struct terminal *terminal, int rows, int columns)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

	terminal->rows = rows;
	terminal->columns = columns;
	/* On one column libvterm writes the right half of a wide character through a null pointer. */
	vterm_set_size(terminal->vterm, rows, columns > 1 ? columns : 2);
	if (terminal->master >= 0)
		ioctl(terminal->master, TIOCSWINSZ, &size);
	terminal->sequence++;
}

static void
wait_for_news(struct terminal *terminal, uint64_t sequence, int timeout_ms)
{
	int64_t deadline_ms = now_ns() / 1000000 + timeout_ms;

	while (terminal->sequence <= sequence) {
		int64_t left_ms = deadline_ms - now_ns() / 1000000;

		if (left_ms <= 0)
			return;
		wait_event(terminal, false, (int)left_ms);
		/* The end becomes visible with the last output or a moment later, without any event of its own. */
		if (terminal->ended && terminal_is_over(terminal))
			return;
	}
}

/* Returns false when there is nothing more to do. */
static bool
handle_request(struct terminal *terminal, char *line)
{
	struct strbuf out;
	char hex_marker[] = "send ";
	uint64_t sequence;
	int first;
	int second;

	strbuf_init(&out, REPLY_MAX);
	if (strcmp(line, "dump") == 0)
		vtscreen_answer_dump(terminal, &out);
	else if (sscanf(line, "row %d", &first) == 1)
		vtscreen_answer_row(terminal, first, &out);
	else if (strncmp(line, hex_marker, strlen(hex_marker)) == 0)
		send_hex(terminal, line + strlen(hex_marker));
	else if (sscanf(line, "resize %d %d", &first, &second) == 2 && first > 0 && second > 0)
		resize(terminal, first, second);
	else if (sscanf(line, "wait %" SCNu64 " %d", &sequence, &first) == 2)
		wait_for_news(terminal, sequence, first);
	else if (strcmp(line, "continue") == 0 && terminal->stopped)
		(void)!write(terminal->leader_fd, "c", 1);
	else if (strcmp(line, "hangup") == 0 && terminal->master >= 0) {
		close(terminal->master);
		terminal->master = -1;
		terminal->sequence++;
	} else if (strcmp(line, "quit") == 0)
		return false;
	if (out.len == 0)
		strbuf_add_format(&out, "{\"seq\":%" PRIu64 "}", terminal->sequence);
	strbuf_add_char(&out, '\n');
	fwrite(out.data, 1, out.len, stdout);
	fflush(stdout);
	strbuf_release(&out);
	return true;
}

static void
serve(struct terminal *terminal)
{
	static char line[LINE_SIZE];
	size_t len = 0;

	for (;;) {
		char *end;
		ssize_t got;

		if (!wait_event(terminal, true, -1))
			continue;
		got = read(STDIN_FILENO, line + len, sizeof line - 1 - len);
		if (got <= 0)
			return;
		len += (size_t)got;
		while ((end = memchr(line, '\n', len)) != NULL) {
			*end = '\0';
			if (!handle_request(terminal, line))
				return;
			len -= (size_t)(end + 1 - line);
			memmove(line, end + 1, len);
		}
		if (len == sizeof line - 1)
			return;
	}
}

/* --- life --- */

static bool
start(struct terminal *terminal, char **argv)
{
	static const VTermScreenCallbacks callbacks = {.settermprop = on_property, .bell = on_bell};
	struct winsize size = {.ws_row = (unsigned short)terminal->rows, .ws_col = (unsigned short)terminal->columns};
	sigset_t child;
	int pair[2];

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	terminal->signal_fd = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
	terminal->vterm = vterm_new(terminal->rows, terminal->columns);
	if (terminal->signal_fd < 0 || terminal->vterm == NULL)
		return false;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	vterm_set_utf8(terminal->vterm, 1);
	terminal->screen = vterm_obtain_screen(terminal->vterm);
	vterm_screen_set_callbacks(terminal->screen, &callbacks, terminal);
	vterm_screen_enable_altscreen(terminal->screen, 1);
	vterm_screen_reset(terminal->screen, 1);

	terminal->leader = forkpty(&terminal->master, NULL, NULL, &size);
	if (terminal->leader < 0)
		return false;
	if (terminal->leader == 0) {
		signal(SIGPIPE, SIG_DFL);
		job_leader_run(argv, pair[1]);
	}
	close(pair[1]);
	terminal->leader_fd = pair[0];
	fcntl(terminal->master, F_SETFD, FD_CLOEXEC);
	fcntl(terminal->master, F_SETFL, O_NONBLOCK);
	/* From its report on the job has the terminal, so that what is typed reaches nobody else. */
	read_report(terminal);
	return terminal->job > 0;
}

static void
stop(struct terminal *terminal)
{
	if (terminal->job > 0 && !terminal->ended)
		kill(-terminal->job, SIGKILL);
	kill(terminal->leader, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		continue;
	fclose(terminal->capture);
	vterm_free(terminal->vterm);
	free(terminal->title);
	strbuf_release(&terminal->extra.told);
}

int
main(int argc, char **argv)
{
	static struct terminal terminal = {.master = -1, .leader_fd = -1, .cursor_visible = true};

	if (argc < 5 || sscanf(argv[1], "%d", &terminal.rows) != 1 || sscanf(argv[2], "%d", &terminal.columns) != 1 ||
	    terminal.rows < 1 || terminal.columns < 1) {
		fprintf(stderr, "usage: vtscreen ROWS COLUMNS CAPTURE-FILE PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	strbuf_init(&terminal.extra.told, REPLY_MAX / 2);
	terminal.capture = fopen(argv[3], "wbe");
	if (terminal.capture == NULL || !start(&terminal, argv + 4)) {
		perror("vtscreen");
		return 1;
	}
	serve(&terminal);
	stop(&terminal);
	return 0;
}
