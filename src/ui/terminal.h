/* SPDX-License-Identifier: MIT */
/*
 * The terminal: the only module that knows it. Raw mode, modes on and off, signals, what is shown, and its
 * restoration at every way out, also a crash. One terminal a process; every call from one thread.
 */
#ifndef HILO_UI_TERMINAL_H
#define HILO_UI_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/err.h"
#include "ui/grid.h"
#include "ui/keys.h"

struct terminal;

enum terminal_theme { TERMINAL_THEME_AUTO, TERMINAL_THEME_DARK, TERMINAL_THEME_LIGHT, TERMINAL_THEME_CONTRAST };
enum terminal_colours {
	TERMINAL_COLOURS_AUTO, /* NO_COLOR, COLORTERM, then the terminal database */
	TERMINAL_COLOURS_NONE,
	TERMINAL_COLOURS_16,
	TERMINAL_COLOURS_256,
	TERMINAL_COLOURS_TRUE
};
enum terminal_choice { TERMINAL_AUTO, TERMINAL_YES, TERMINAL_NO };

/* What the configuration says about the terminal. Plain data; terminal_options_init() fills in the defaults. */
struct terminal_options {
	enum terminal_theme theme;
	enum terminal_colours colours;
	bool ascii;			   /* no box drawing, no symbols; the grid does it, see grid.h */
	bool mouse;
	enum terminal_choice synchronized; /* frames in brackets of mode 2026; auto: if the terminal says it has it */
	bool links;			   /* OSC 8 */
	bool clipboard;			   /* OSC 52 */
	bool title;
	const char *log_file; /* where standard error goes, "" = nowhere; borrowed during terminal_new() */
};

/* Everything automatic, titles, links and clipboard on, mouse and ASCII off. */
void terminal_options_init(struct terminal_options *options);

/*
 * Takes the controlling terminal over: full screen, raw keys, bracketed paste and focus reports on, and what the options
 * ask for. STATUS_INVALID with a sentence if there is no usable one. The caller frees *out.
 */
enum status terminal_new(const struct terminal_options *options, struct terminal **out, struct err *err);
/* Restores everything, but SIGHUP stays ignored: whoever calls is about to end. NULL is fine. */
void terminal_free(struct terminal *terminal);

/* Descriptor to poll for keys, -1 while a child has the terminal (and for room to write, while terminal_is_behind()). */
int terminal_fd(const struct terminal *terminal);
/* The terminal itself, for the child that gets it. */
int terminal_tty(const struct terminal *terminal);
/* Descriptor that becomes readable when a signal came. */
int terminal_signal_fd(const struct terminal *terminal);

enum terminal_signal {
	TERMINAL_RESIZED = 1,
	TERMINAL_STOP = 2,	/* asked to be suspended */
	TERMINAL_CONTINUED = 4, /* after a stop: the screen was taken back, draw it anew */
	TERMINAL_QUIT = 8	/* SIGTERM, SIGHUP, SIGINT */
};
/* The signals since the last call, as bits. */
unsigned terminal_signals(struct terminal *terminal);

/*
 * What it can do is asked once at start, without waiting: the first frame is drawn at once, an answer (a KEY_ANSWER) is
 * given to this. True if what is shown looks different now: draw again. Whatever the bytes are, they are harmless.
 */
bool terminal_take_answer(struct terminal *terminal, const struct key *key);

/* What the terminal said of itself; all false while it has not answered. */
struct terminal_abilities {
	bool synchronized;   /* mode 2026 */
	bool kitty_graphics;
	bool sixel;
	bool answered;	     /* the last answer is in */
};

const struct terminal_abilities *terminal_abilities(const struct terminal *terminal);

void terminal_size(const struct terminal *terminal, int *rows, int *columns);
/* Bytes typed: more than 0; 0 = nothing now; -1 = the terminal is gone. Never waits. */
ssize_t terminal_read(struct terminal *terminal, char *buffer, size_t size);

/*
 * Brings the difference between what is shown and `grid` to the terminal in one write. Does nothing while the
 * terminal is behind. False: the terminal is gone.
 */
bool terminal_draw(struct terminal *terminal, const struct grid *grid);
/* True while the terminal has not taken the last frame: wait for POLLOUT, call terminal_flush(), draw again. */
bool terminal_is_behind(const struct terminal *terminal);
bool terminal_flush(struct terminal *terminal);
/* The next frame is drawn whole. */
void terminal_forget(struct terminal *terminal);
/*
 * What the terminal is told besides the cells. All of it takes raw text, makes it harmless, goes out with the next frame
 * and is nothing where the options say so. Bounded: what does not fit is dropped.
 */
void terminal_set_title(struct terminal *terminal, const char *title);
/*
 * The text into the clipboard, as it was written but for controls and direction controls. False if it is off, too long
 * (TERMINAL_COPY_MAX) or the terminal is behind.
 */
bool terminal_copy(struct terminal *terminal, const char *text, size_t len);

#define TERMINAL_COPY_MAX 74994 /* bytes; what terminals are known to take */

enum terminal_notice { TERMINAL_NOTICE_AUTO, TERMINAL_NOTICE_OSC9, TERMINAL_NOTICE_OSC777, TERMINAL_NOTICE_OSC99 };

/* A notification of the desktop, made by the terminal. */
void terminal_notify(struct terminal *terminal, enum terminal_notice kind, const char *title, const char *body);
void terminal_bell(struct terminal *terminal);

/*
 * Shows a picture (a sequence of picture.h) from that cell on, over what is drawn there, with the next frame and whenever the
 * screen is drawn anew, until it is removed. Copied. False without memory, or in a terminal that is told nothing.
 */
bool terminal_picture(struct terminal *terminal, const char *bytes, size_t len, int row, int column);
/* Takes it away: the next frame is drawn whole. Nothing if there is none. */
void terminal_picture_remove(struct terminal *terminal);
/* Pixels of a cell; 0 where the terminal does not say. */
void terminal_cell_size(const struct terminal *terminal, int *width, int *height);
/* Restores the terminal, stops the process as Ctrl-Z does, and takes the terminal back when it goes on. */
void terminal_suspend(struct terminal *terminal);

/*
 * Lends the terminal to a child ($EDITOR) while the loop goes on: modes as the shell had them, nothing is drawn or read,
 * a change of size is only noted. The child must be in a process group of its own; hand it over once it exists.
 */
void terminal_release_screen(struct terminal *terminal);
/* Makes the group the terminal's foreground. False if that fails. */
bool terminal_hand_over(struct terminal *terminal, pid_t group);
/* Takes the terminal back, whatever the child left behind; the next frame is drawn whole. */
void terminal_take_screen(struct terminal *terminal);
bool terminal_is_released(const struct terminal *terminal);

#endif
