/* SPDX-License-Identifier: MIT */
/* The state of the terminal for tests, shared by its two halves: events (vtscreen.c) and answers (vtscreen_answer.c). */
#ifndef HILO_TESTS_VTSCREEN_H
#define HILO_TESTS_VTSCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <vterm.h>

#include "core/strbuf.h"

enum vtscreen_state { EXTRA_TEXT, EXTRA_ESCAPE, EXTRA_CONTROL, EXTRA_STRING };

/* What libvterm does not know (vtscreen_extra.c). */
struct vtscreen_extra {
	enum vtscreen_state state;
	char sequence[1 << 17];
	size_t len;
	int questions; /* times it was asked for synchronized frames */
	int frames;    /* in brackets */
	bool in_frame, theme_changes, focus, mouse_sgr;
	struct strbuf told; /* links, clipboard and notifications, a line each */
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
	struct vtscreen_extra extra;
};

/* True once the program has ended and all its output was taken in. */
bool terminal_is_over(const struct terminal *terminal);
/* True if the program asked for marks around what is pasted. */
bool terminal_marks_paste(struct terminal *terminal);

/* Bytes as the terminal sends them. */
void vtscreen_write(struct terminal *terminal, const char *bytes, size_t len);
/* Takes out of libvterm's answers what this terminal says otherwise; returns the length left. */
size_t vtscreen_extra_filter(char *bytes, size_t len);
void vtscreen_extra_read(struct terminal *terminal, const char *bytes, size_t len);

/* One JSON value each, appended to `out`. */
void vtscreen_answer_dump(struct terminal *terminal, struct strbuf *out);
void vtscreen_answer_row(struct terminal *terminal, int row, struct strbuf *out);

#endif
