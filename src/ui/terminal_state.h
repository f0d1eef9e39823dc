/* SPDX-License-Identifier: MIT */
/* The inside of the terminal, shared by terminal*.c: life and modes, drawing, questions, and what it is told. */
#ifndef HILO_UI_TERMINAL_STATE_H
#define HILO_UI_TERMINAL_STATE_H

#include <stdint.h>

#include "core/strbuf.h"
#include "ui/rescue.h"
#include "ui/terminal.h"
#include "ui/theme.h"

enum { TERMINAL_TITLE_SIZE = 256, TERMINAL_SEQUENCE_SIZE = 256 };

struct terminal {
	struct terminal_options options;
	int fd;
	int rows, cols;
	int signal_fd;
	struct rescue rescue; /* how the terminal was */
	bool gone;
	bool released; /* a child has the terminal */
	bool simple;   /* a type that might print what it does not understand: nothing is asked or told */

	/* Output. */
	struct strbuf frame; /* bytes of the frame, from `written` on not yet taken */
	size_t written;
	bool behind;	     /* the terminal did not take the frame */
	struct strbuf verbs; /* clipboard, notifications and bell for the next frame */
	char title[TERMINAL_TITLE_SIZE];
	bool title_changed;

	/* A picture over the cells; empty = none. */
	struct strbuf picture;
	int picture_row, picture_column;
	bool picture_due; /* it goes out with the next frame */

	/* What is shown. */
	struct grid shown;
	bool shown_known;
	bool cursor_shown;
	int at_row, at_column; /* where the terminal's cursor is; -1 = not known */
	int drawn_style;       /* style * 2 + selected; -1 = not known */
	uint32_t drawn_link;

	/* Looks. */
	enum theme theme;
	enum theme_depth depth;
	bool erase_paints; /* erasing leaves the ground in its colour */
	char look[STYLE_COUNT][2][TERMINAL_SEQUENCE_SIZE];

	/* What it answered. */
	struct terminal_abilities abilities;
	int64_t asked_ms; /* when, while the last answer is missing; else 0 */
};

/* Works out the sequence of every style; what is shown must be drawn anew. */
void terminal_prepare_looks(struct terminal *terminal);
/* What the environment says of theme and depth. */
void terminal_guess_looks(struct terminal *terminal);
/* Asks everything, in the frame that goes out next. */
void terminal_ask(struct terminal *terminal);
/* Appends the title and what else is to be told. */
void terminal_add_verbs(struct terminal *terminal);
/* Appends the picture, if it is due. */
void terminal_add_picture(struct terminal *terminal);

#endif
