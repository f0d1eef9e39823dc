/* SPDX-License-Identifier: MIT */
/*
 * Curses serves here as the terminal database alone (setupterm, tigetstr, tparm); the cells are ours. Its own
 * screen takes the C library's width table, draws newer emoji as blanks and flushes a frame in several writes; ours
 * knows the difference between two grids and sends it in one. After every character whose width terminals might see
 * otherwise the cursor is placed anew, so that a wrong guess can not shift what follows.
 *
 * The descriptor is our own non-blocking one: a terminal that takes nothing stops drawing, not the program.
 */
#include "ui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/rescue.h"
#include "ui/theme.h"

#include <curses.h>
#include <term.h>

/* term.h makes names out of words that everybody needs. */
#undef columns
#undef lines

#define MODES_ON "\033[22;2t\033[?2004h\033[?1004h"
#define MODES_OFF "\033[?1004l\033[?2004l\033[23;2t"

enum { FRAME_MAX = 16 << 20, SEQUENCE_SIZE = 256, TITLE_SIZE = 256, LEAVE_WAIT_MS = 200 };

struct terminal {
	int fd;
	int rows, cols;
	int signal_fd;
	struct rescue rescue; /* how the terminal was */
	struct grid shown;
	bool shown_known;
	bool cursor_shown;
	bool gone;
	bool behind; /* the terminal did not take the frame */
	struct strbuf frame; /* bytes of the frame, from `written` on not yet taken */
	size_t written;
	int at_row, at_column; /* where the terminal's cursor is; -1 = not known */
	int drawn_style;       /* style * 2 + selected; -1 = not known */
	char title[TITLE_SIZE];
	bool title_changed;
	char look[STYLE_COUNT][2][SEQUENCE_SIZE];
	char *place, *erase_line, *erase_screen, *hide, *show; /* of the terminal database, borrowed */
};

/* A capability, NULL if the terminal has none. */
static char *
capability(const char *name)
{
	char *text = tigetstr(name);

	return text == NULL || text == (char *)-1 || text[0] == '\0' ? NULL : text;
}

/* Appends a capability without its padding, which only terminals of paper and glass needed. */
static void
add_capability(struct strbuf *out, const char *text)
{
	for (; text != NULL && *text != '\0'; text++) {
		const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;

		if (end != NULL)
			text = end;
		else
			strbuf_add_char(out, *text);
	}
}

/* The parameter list is passed in full: tparm() is declared with varying ones on some systems. */
static char *
with_parameters(char *text, long first, long second)
{
	return text == NULL ? NULL : tparm(text, first, second, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
}

static enum theme_depth
colour_depth(void)
{
	const char *none = getenv("NO_COLOR");
	int colours = tigetnum("colors");

	if ((none != NULL && none[0] != '\0') || colours < 8 || capability("setaf") == NULL)
		return THEME_MONO;
	return colours >= 256 ? THEME_256 : THEME_8;
}

/* Works out the sequence of every style once. */
static void
prepare_looks(struct terminal *terminal)
{
	static const struct { unsigned bit; const char *name; } attributes[] = {
		{ THEME_BOLD, "bold" }, { THEME_DIM, "dim" }, { THEME_UNDERLINE, "smul" }, { THEME_REVERSE, "rev" },
	};
	enum theme_depth depth = colour_depth();
	struct strbuf out;

	strbuf_init(&out, SEQUENCE_SIZE - 1);
	for (int i = 0; i < STYLE_COUNT * 2; i++) {
		struct theme_look look = theme_look(THEME_DARK, depth, (enum style)(i / 2), i % 2 != 0);

		strbuf_clear(&out);
		add_capability(&out, capability("sgr0"));
		for (size_t k = 0; k < sizeof attributes / sizeof attributes[0]; k++)
			if (look.attributes & attributes[k].bit)
				add_capability(&out, capability(attributes[k].name));
		if (look.foreground >= 0)
			add_capability(&out, with_parameters(capability("setaf"), look.foreground, 0));
		if (look.background >= 0)
			add_capability(&out, with_parameters(capability("setab"), look.background, 0));
		memcpy(terminal->look[i / 2][i % 2], strbuf_text(&out), out.len + 1);
	}
	strbuf_release(&out);
}

static enum status
read_database(struct terminal *terminal, struct err *err)
{
	const char *name = getenv("TERM");
	int problem;

	if (setupterm(NULL, terminal->fd, &problem) != OK)
		return err_set(err, STATUS_INVALID,
			       _("The terminal type \"%s\" is not known here; set TERM, for example TERM=xterm-256color."),
			       name != NULL ? name : "");
	terminal->place = capability("cup");
	terminal->erase_screen = capability("clear");
	terminal->erase_line = capability("el");
	terminal->hide = capability("civis");
	terminal->show = capability("cnorm");
	if (terminal->place == NULL || terminal->erase_screen == NULL)
		return err_set(err, STATUS_INVALID,
			       _("The terminal type \"%s\" can not place the cursor; set TERM to what the terminal really is."),
			       name != NULL ? name : "");
	prepare_looks(terminal);
	return STATUS_OK;
}

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
	add_capability(&terminal->frame, capability("smcup"));
	add_capability(&terminal->frame, capability("rmam"));
	strbuf_add_string(&terminal->frame, MODES_ON);
	terminal->title_changed = terminal->title[0] != '\0';
	terminal_forget(terminal);
}

static void
leave(struct terminal *terminal)
{
	struct pollfd out = { .fd = terminal->fd, .events = POLLOUT };

	if (!terminal->gone && poll(&out, 1, LEAVE_WAIT_MS) > 0 && (out.revents & POLLOUT)) {
		ssize_t written = write(terminal->fd, terminal->rescue.leave, terminal->rescue.leave_len);
		(void)written;
	}
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
	add_capability(&out, capability("sgr0"));
	strbuf_add_string(&out, MODES_OFF);
	add_capability(&out, capability("smam"));
	/* Emptied first: some terminals bring part of it back when they were resized meanwhile. */
	add_capability(&out, terminal->erase_screen);
	add_capability(&out, capability("rmcup"));
	/* Last: some keep the cursor's visibility with the screen. */
	add_capability(&out, terminal->show);
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
	if (cur_term != NULL)
		del_curterm(cur_term);
	strbuf_release(&terminal->frame);
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
	strbuf_init(&terminal->frame, FRAME_MAX);
	grid_init(&terminal->shown);
	terminal->fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (terminal->fd < 0 || tcgetattr(terminal->fd, &terminal->rescue.shell_modes) != 0) {
		status = err_set(err, STATUS_INVALID,
				 _("The console needs a terminal; start hilo in one, or run the services alone with \"hilo serve\"."));
		goto fail;
	}
	status = read_database(terminal, err);
	if (status != STATUS_OK)
		goto fail;
	redirect_stderr(terminal, options->log_file);
	prepare_rescue(terminal);
	terminal->signal_fd = rescue_start(&terminal->rescue);
	if (terminal->signal_fd < 0) {
		status = err_set(err, STATUS_FAILED,
				 _("There are not enough file descriptors; raise \"ulimit -n\" and try again."));
		goto fail;
	}
	enter(terminal);
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
	leave(terminal);
	rescue_stop();
	release(terminal);
}

int
terminal_fd(const struct terminal *terminal)
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
terminal_set_title(struct terminal *terminal, const char *title)
{
	struct strbuf shown;

	strbuf_init(&shown, TITLE_SIZE * 4);
	text_show(&shown, title, strlen(title), TEXT_ONE_LINE);
	if (strncmp(terminal->title, strbuf_text(&shown), TITLE_SIZE - 1) != 0) {
		utf8_copy(terminal->title, sizeof terminal->title, strbuf_text(&shown));
		terminal->title_changed = true;
	}
	strbuf_release(&shown);
}

void
terminal_suspend(struct terminal *terminal)
{
	leave(terminal);
	rescue_stop_job();
	enter(terminal);
}

bool
terminal_take_answer(struct terminal *terminal, const struct key *key)
{
	return !terminal->gone && key->kind != KEY_ANSWER;
}

/* --- drawing --- */

static void
go_to(struct terminal *terminal, int row, int column)
{
	if (terminal->at_row == row && terminal->at_column == column)
		return;
	add_capability(&terminal->frame, with_parameters(terminal->place, row, column));
	terminal->at_row = row;
	terminal->at_column = column;
}

static void
use_style(struct terminal *terminal, enum style style, bool selected)
{
	int wanted = (int)style * 2 + selected;

	if (terminal->drawn_style == wanted)
		return;
	strbuf_add_string(&terminal->frame, terminal->look[style][selected]);
	terminal->drawn_style = wanted;
}

/* True if every terminal agrees that the cell takes its one column: Latin, Greek, Cyrillic and lines. */
static bool
is_certain(const struct cell *cell)
{
	uint32_t code;

	if (cell->len <= 1)
		return true;
	if (cell->width != 1 || utf8_decode(cell->text, cell->len, &code) != cell->len)
		return false;
	return (code >= 0xA1 && code < 0x300 && code != 0xAD) || (code >= 0x2500 && code < 0x2580);
}

static void
draw_cell(struct terminal *terminal, int row, int column, const struct cell *cell)
{
	go_to(terminal, row, column);
	use_style(terminal, (enum style)cell->style, cell->selected != 0);
	if (cell->len == 0)
		strbuf_add_char(&terminal->frame, ' ');
	else
		strbuf_add(&terminal->frame, cell->text, cell->len);
	terminal->at_column = column + 1;
	if (!is_certain(cell) || column + cell->width >= terminal->cols)
		terminal->at_row = terminal->at_column = -1;
}

/* The column from which on the row is blank in the normal style. */
static int
blank_from(const struct grid *grid, int row)
{
	int column = grid->columns;

	while (column > 0) {
		const struct cell *cell = grid_cell(grid, row, column - 1);

		if (cell->len > 0 || cell->width != 1 || cell->style != STYLE_NORMAL || cell->selected)
			break;
		column--;
	}
	return column;
}

static void
draw_row(struct terminal *terminal, const struct grid *grid, int row)
{
	int blank = terminal->erase_line != NULL ? blank_from(grid, row) : grid->columns;

	for (int column = 0; column < grid->columns; column++) {
		const struct cell *cell = grid_cell(grid, row, column);

		if (cell->width == 0 || cell_equal(cell, grid_cell(&terminal->shown, row, column)))
			continue;
		if (column >= blank) {
			go_to(terminal, row, column);
			use_style(terminal, STYLE_NORMAL, false);
			add_capability(&terminal->frame, terminal->erase_line);
			return;
		}
		draw_cell(terminal, row, column, cell);
	}
}

static void
draw_title(struct terminal *terminal)
{
	if (!terminal->title_changed)
		return;
	strbuf_add_string(&terminal->frame, "\033]2;");
	strbuf_add_string(&terminal->frame, terminal->title);
	strbuf_add_string(&terminal->frame, "\033\\");
	terminal->title_changed = false;
}

/* Starts from an empty screen of the grid's size. */
static bool
start_anew(struct terminal *terminal, const struct grid *grid)
{
	terminal->at_row = terminal->at_column = terminal->drawn_style = -1;
	if (!grid_resize(&terminal->shown, grid->rows, grid->columns))
		return false;
	use_style(terminal, STYLE_NORMAL, false);
	add_capability(&terminal->frame, terminal->erase_screen);
	/* Whatever its state is: shown, so that a change is noticed. */
	add_capability(&terminal->frame, terminal->show);
	terminal->cursor_shown = true;
	terminal->shown_known = true;
	return true;
}

bool
terminal_draw(struct terminal *terminal, const struct grid *grid)
{
	if (terminal->gone || terminal_is_behind(terminal))
		return !terminal->gone;
	if ((!terminal->shown_known || terminal->shown.rows != grid->rows ||
	     terminal->shown.columns != grid->columns) && !start_anew(terminal, grid))
		return true;
	draw_title(terminal);
	for (int row = 0; row < grid->rows; row++)
		draw_row(terminal, grid, row);
	go_to(terminal, grid->cursor_row, grid->cursor_column);
	if (grid->cursor_shown != terminal->cursor_shown) {
		add_capability(&terminal->frame, grid->cursor_shown ? terminal->show : terminal->hide);
		terminal->cursor_shown = grid->cursor_shown;
	}
	memcpy(terminal->shown.cells, grid->cells,
	       (size_t)grid->rows * (size_t)grid->columns * sizeof *grid->cells);
	return terminal_flush(terminal);
}

bool
terminal_is_behind(const struct terminal *terminal)
{
	return terminal->behind;
}

bool
terminal_flush(struct terminal *terminal)
{
	while (terminal->written < terminal->frame.len) {
		ssize_t written = write(terminal->fd, terminal->frame.data + terminal->written,
					terminal->frame.len - terminal->written);

		if (written < 0 && errno == EAGAIN) {
			terminal->behind = true;
			return true;
		}
		if (written < 0 && errno != EINTR) {
			terminal->gone = true;
			return false;
		}
		terminal->written += written > 0 ? (size_t)written : 0;
	}
	if (terminal->frame.failed)
		terminal_forget(terminal);
	strbuf_clear(&terminal->frame);
	terminal->written = 0;
	terminal->behind = false;
	return true;
}
