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

struct terminal;

/*
 * Takes the controlling terminal over: full screen, raw keys, bracketed paste and focus reports on, standard error into
 * `log_file` ("" = nowhere). STATUS_INVALID with a sentence if there is no usable one. The caller frees *out.
 */
enum status terminal_new(const char *log_file, struct terminal **out, struct err *err);
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
