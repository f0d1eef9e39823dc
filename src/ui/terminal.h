/* SPDX-License-Identifier: MIT */
/*
 * The terminal: the only file that knows it. Raw mode, modes on and off, signals, what is shown, and its
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

/* Descriptor to poll for keys (and for room to write, while terminal_is_behind()). */
int terminal_fd(const struct terminal *terminal);
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

/* Takes the terminal's answer to a question (a KEY_ANSWER). True if what is shown looks different now: draw again. */
bool terminal_take_answer(struct terminal *terminal, const struct key *key);

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
/* Title of the window, with the next frame; raw text, made harmless here. */
void terminal_set_title(struct terminal *terminal, const char *title);
/* Restores the terminal, stops the process as Ctrl-Z does, and takes the terminal back when it goes on. */
void terminal_suspend(struct terminal *terminal);

#endif
