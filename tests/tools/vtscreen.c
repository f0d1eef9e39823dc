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
 * The program is not the session's leader: a small leader stands in for the shell, so that stopping (Ctrl-Z), resuming
 * and a hang-up work as they do for a person.
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
#include <vterm.h>

#include "core/strbuf.h"
#include "core/utf8.h"

enum {
	LINE_SIZE = 1 << 20,
	REPLY_MAX = 16 << 20,
	/* How long the last output may stay in the pseudo-terminal after the program ended. */
	DRAIN_MS = 1000,
};

enum report_kind {
	REPORT_STARTED,
	REPORT_STOPPED,
	REPORT_CONTINUED,
	REPORT_ENDED,
};

struct report {
	enum report_kind kind;
	int value; /* process id or wait status */
};

struct terminal {
	VTerm *vterm;
	VTermScreen *screen;
	int rows;
	int columns;
	int master; /* -1 after a hang-up or the end of output */
	int leader_fd;
	int signal_fd;
	FILE *capture;
	pid_t leader;
	pid_t job; /* 0 until it started */
	bool stopped;
	bool ended;
	int wait_status;
	int64_t ended_ms;
	/* What the program told the terminal. */
	char *title;
	bool cursor_visible;
	bool alternate;
	int mouse;
	uint64_t bells;
	uint64_t bytes;
	uint64_t sequence; /* grows with everything that happens */
	int64_t output_ns; /* monotonic time of the last output */
};

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* --- the leader, in the shell's place --- */

static void
tell(int fd, enum report_kind kind, int value)
{
	struct report report = {.kind = kind, .value = value};

	if (write(fd, &report, sizeof report) != (ssize_t)sizeof report)
		_exit(1);
}

static void
run_job(char **argv)
{
	sigset_t none;

	setpgid(0, 0);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(STDIN_FILENO, getpid());
	signal(SIGTTOU, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void
run_leader(char **argv, int fd)
{
	sigset_t none;
	pid_t job = fork();
	char resume;
	int status;

	if (job == 0) {
		close(fd);
		run_job(argv);
	}
	if (job < 0)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(job, job);
	signal(SIGTTOU, SIG_IGN);
	tell(fd, REPORT_STARTED, job);
	for (;;) {
		if (waitpid(job, &status, WUNTRACED) < 0)
			_exit(1);
		if (!WIFSTOPPED(status))
			break;
		tcsetpgrp(STDIN_FILENO, getpgrp());
		tell(fd, REPORT_STOPPED, job);
		if (read(fd, &resume, 1) != 1)
			_exit(1);
		tcsetpgrp(STDIN_FILENO, job);
		tell(fd, REPORT_CONTINUED, job);
		kill(-job, SIGCONT);
	}
	tell(fd, REPORT_ENDED, status);
	_exit(0);
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

static void
write_master(struct terminal *terminal, const char *bytes, size_t len)
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
		write_master(terminal, bytes, len);
}

/* libvterm does not report this mode: it only marks a paste when the program asked for marks. */
static bool
paste_is_bracketed(struct terminal *terminal)
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
static bool
is_over(const struct terminal *terminal)
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

/* --- answers --- */

static void
add_code(struct strbuf *out, uint32_t code)
{
	char bytes[4];

	if (code == '"' || code == '\\') {
		strbuf_add_char(out, '\\');
		strbuf_add_char(out, (char)code);
	} else if (code < 0x20) {
		strbuf_add_format(out, "\\u%04" PRIx32, code);
	} else {
		strbuf_add(out, bytes, utf8_encode(code, bytes));
	}
}

static void
add_string(struct strbuf *out, const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;
	size_t at = 0;

	strbuf_add_char(out, '"');
	while (at < len) {
		uint32_t code;

		at += utf8_decode(text + at, len - at, &code);
		add_code(out, code);
	}
	strbuf_add_char(out, '"');
}

static void
add_cell_text(struct strbuf *out, const VTermScreenCell *cell)
{
	if (cell->chars[0] == 0)
		strbuf_add_char(out, ' ');
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
		add_code(out, cell->chars[i]);
}

/* The right half of a wide character has no text of its own. */
static bool
is_right_half(const VTermScreenCell *cell)
{
	return cell->chars[0] == (uint32_t)-1;
}

static void
add_row_text(struct terminal *terminal, int row, struct strbuf *out)
{
	VTermScreenCell cell;

	strbuf_add_char(out, '"');
	for (int column = 0; column < terminal->columns; column++) {
		vterm_screen_get_cell(terminal->screen, (VTermPos){.row = row, .col = column}, &cell);
		if (!is_right_half(&cell))
			add_cell_text(out, &cell);
	}
	strbuf_add_char(out, '"');
}

static void
add_color(struct strbuf *out, const char *name, const VTermColor *color, bool is_default)
{
	if (is_default)
		strbuf_add_format(out, ",\"%s\":\"default\"", name);
	else if (VTERM_COLOR_IS_INDEXED(color))
		strbuf_add_format(out, ",\"%s\":%d", name, color->indexed.idx);
	else
		strbuf_add_format(out, ",\"%s\":\"#%02x%02x%02x\"", name, color->rgb.red, color->rgb.green,
		    color->rgb.blue);
}

static const char *
truth(bool value)
{
	return value ? "true" : "false";
}

static void
answer_row(struct terminal *terminal, int row, struct strbuf *out)
{
	VTermScreenCell cell;

	strbuf_add_char(out, '[');
	for (int column = 0; row >= 0 && row < terminal->rows && column < terminal->columns; column++) {
		vterm_screen_get_cell(terminal->screen, (VTermPos){.row = row, .col = column}, &cell);
		if (is_right_half(&cell))
			continue;
		if (column > 0)
			strbuf_add_char(out, ',');
		strbuf_add_format(out, "{\"column\":%d,\"width\":%d,\"text\":\"", column, cell.width);
		add_cell_text(out, &cell);
		strbuf_add_char(out, '"');
		add_color(out, "fg", &cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
		add_color(out, "bg", &cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
		strbuf_add_format(out, ",\"bold\":%s,\"italic\":%s,\"underline\":%s,\"reverse\":%s,\"strike\":%s}",
		    truth(cell.attrs.bold), truth(cell.attrs.italic), truth(cell.attrs.underline != 0),
		    truth(cell.attrs.reverse), truth(cell.attrs.strike));
	}
	strbuf_add_char(out, ']');
}

static void
add_program(struct terminal *terminal, struct strbuf *out)
{
	strbuf_add_format(out, ",\"pid\":%d,\"stopped\":%s,\"ended\":%s", (int)terminal->job, truth(terminal->stopped),
	    truth(is_over(terminal)));
	if (terminal->ended && WIFEXITED(terminal->wait_status))
		strbuf_add_format(out, ",\"exit\":%d,\"signal\":null", WEXITSTATUS(terminal->wait_status));
	else if (terminal->ended)
		strbuf_add_format(out, ",\"exit\":null,\"signal\":%d", WTERMSIG(terminal->wait_status));
	else
		strbuf_add_string(out, ",\"exit\":null,\"signal\":null");
}

static void
answer_dump(struct terminal *terminal, struct strbuf *out)
{
	struct termios modes = {0};
	VTermPos cursor = {0};
	bool have_modes = terminal->master >= 0 && tcgetattr(terminal->master, &modes) == 0;

	vterm_state_get_cursorpos(vterm_obtain_state(terminal->vterm), &cursor);
	strbuf_add_format(out, "{\"seq\":%" PRIu64 ",\"rows\":[", terminal->sequence);
	for (int row = 0; row < terminal->rows; row++) {
		if (row > 0)
			strbuf_add_char(out, ',');
		add_row_text(terminal, row, out);
	}
	strbuf_add_format(out, "],\"columns\":%d,\"cursor\":[%d,%d],\"cursor_visible\":%s,\"title\":", terminal->columns,
	    cursor.row, cursor.col, truth(terminal->cursor_visible));
	add_string(out, terminal->title);
	strbuf_add_format(out, ",\"alternate\":%s,\"mouse\":%d,\"bracketed_paste\":%s", truth(terminal->alternate),
	    terminal->mouse, truth(paste_is_bracketed(terminal)));
	if (have_modes)
		strbuf_add_format(out, ",\"canonical\":%s,\"echo\":%s", truth((modes.c_lflag & ICANON) != 0),
		    truth((modes.c_lflag & ECHO) != 0));
	strbuf_add_format(out, ",\"bells\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"output_ns\":%" PRId64, terminal->bells,
	    terminal->bytes, terminal->output_ns);
	add_program(terminal, out);
	strbuf_add_char(out, '}');
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
	write_master(terminal, hex, len);
}

static void
resize(struct terminal *terminal, int rows, int columns)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

	terminal->rows = rows;
	terminal->columns = columns;
	vterm_set_size(terminal->vterm, rows, columns);
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
		if (terminal->ended && is_over(terminal))
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
		answer_dump(terminal, &out);
	else if (sscanf(line, "row %d", &first) == 1)
		answer_row(terminal, first, &out);
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
	if (terminal->signal_fd < 0 || terminal->vterm == NULL || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
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
		run_leader(argv, pair[1]);
	}
	close(pair[1]);
	terminal->leader_fd = pair[0];
	fcntl(terminal->master, F_SETFD, FD_CLOEXEC);
	fcntl(terminal->master, F_SETFL, O_NONBLOCK);
	return true;
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
}

int
main(int argc, char **argv)
{
	struct terminal terminal = {.master = -1, .leader_fd = -1, .cursor_visible = true};

	if (argc < 5 || sscanf(argv[1], "%d", &terminal.rows) != 1 || sscanf(argv[2], "%d", &terminal.columns) != 1 ||
	    terminal.rows < 1 || terminal.columns < 1) {
		fprintf(stderr, "usage: vtscreen ROWS COLUMNS CAPTURE-FILE PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	terminal.capture = fopen(argv[3], "wbe");
	if (terminal.capture == NULL || !start(&terminal, argv + 4)) {
		perror("vtscreen");
		return 1;
	}
	serve(&terminal);
	stop(&terminal);
	return 0;
}
