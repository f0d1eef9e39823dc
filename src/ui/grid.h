/* SPDX-License-Identifier: MIT */
/*
 * What the screen shall show, as cells off screen. Views draw here; terminal.c brings the difference to the
 * terminal. Every text goes through text_show() on its way into a cell, so nothing a customer wrote can steer a
 * terminal.
 */
#ifndef HILO_UI_GRID_H
#define HILO_UI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/strbuf.h"
#include "ui/grid_link.h"

/* What a cell means; terminal.c knows how it looks with 256, 16 or no colours. */
enum style {
	STYLE_NORMAL,
	STYLE_DIM,
	STYLE_STRONG,
	STYLE_BAR,
	STYLE_BAR_STRONG,
	STYLE_BAR_WARNING,
	STYLE_HINT,
	STYLE_KEY,
	STYLE_BORDER,
	STYLE_SMS,
	STYLE_WHATSAPP,
	STYLE_EMAIL,
	STYLE_UNREAD,
	STYLE_CUSTOMER,
	STYLE_AGENT,
	STYLE_READ,
	STYLE_FAILED,
	STYLE_WARNING,
	STYLE_NOTE,	   /* a private note: a ground of its own */
	STYLE_HIT,	   /* what a search found */
	STYLE_MARKED,	   /* the mark of a marked row */
	STYLE_PRIORITY,
	STYLE_LABEL,
	STYLE_PRESENCE,	   /* who else is here */
	STYLE_LINK,
	STYLE_ERROR_WORD,  /* misspelled */
	STYLE_BOLD_TEXT,   /* as WhatsApp formats, with the next three */
	STYLE_ITALIC_TEXT,
	STYLE_STRIKE_TEXT,
	STYLE_MONO_TEXT,
	STYLE_CHART_1,
	STYLE_CHART_2,
	STYLE_CHART_3,
	STYLE_CHART_4,
	STYLE_QUOTE,
	STYLE_KEYCAP,
	STYLE_COUNT
};

#define CELL_TEXT_SIZE 16

struct cell {
	char text[CELL_TEXT_SIZE]; /* one cluster, not ended by NUL when full; empty = blank */
	uint8_t len;
	uint8_t width;	  /* 1 or 2; 0 = the right half of the cell before */
	uint8_t style;	  /* enum style */
	uint8_t selected; /* drawn on the colour of the selected row */
	uint32_t link;	  /* number of the address behind it, 0 = none */
};

struct grid {
	int rows;
	int columns;
	struct cell *cells; /* rows * columns */
	int cursor_row;
	int cursor_column;
	bool cursor_shown;
	bool ascii;	       /* draw symbols and lines as ASCII; set by the owner, stays */
	bool mark_selected;    /* what is drawn now belongs to a selected row */
	uint32_t link;	       /* what is drawn now has this address behind it */
	struct grid_links links;
	struct strbuf scratch; /* the text being drawn, made harmless */
};

/* A part of the grid. */
struct area {
	int row, column, rows, columns;
};

void grid_init(struct grid *grid);
void grid_release(struct grid *grid);
/* Makes it that large, all blank; false (and 0x0) without memory. */
bool grid_resize(struct grid *grid, int rows, int columns);
void grid_clear(struct grid *grid);
/* The cell, or NULL outside. */
const struct cell *grid_cell(const struct grid *grid, int row, int column);
/* True if the two cells look the same. */
bool cell_equal(const struct cell *a, const struct cell *b);

/*
 * Draws raw text on one row, cut to `columns` with "…". Line ends become blanks. Returns the columns used. What lies
 * outside the grid is left out.
 */
int grid_text(struct grid *grid, int row, int column, int columns, enum style style, const char *text);
/* The same for `len` bytes. */
int grid_text_len(struct grid *grid, struct area place, enum style style, const char *text, size_t len);
/* As grid_text(), at the right end of the `columns`. Returns the column where it begins. */
int grid_text_right(struct grid *grid, int row, int column, int columns, enum style style, const char *text);
/* Columns that `text` will use when drawn on one row. */
int grid_text_width(struct grid *grid, const char *text);
/* Fills the area with blanks of that style. */
void grid_fill(struct grid *grid, struct area area, enum style style);
/* Draws a line of "─" or "│" over the area's first row or column. */
void grid_rule_across(struct grid *grid, int row, int column, int columns, enum style style);
void grid_rule_down(struct grid *grid, int row, int column, int rows, enum style style);
/* Gives what is already there another style: what a search found. */
void grid_restyle(struct grid *grid, struct area area, enum style style);
/*
 * What is drawn between these two opens the address when it is clicked, where the terminal can. One that is not safe
 * (see grid_link_is_safe()) leaves the text without. Copied.
 */
void grid_link_begin(struct grid *grid, const char *url);
void grid_link_end(struct grid *grid);
/* The address behind a cell, NULL if there is none. Valid until the grid is cleared. */
const char *grid_link_at(const struct grid *grid, int row, int column);
/*
 * Where the cursor stands; the last call counts. Where no text is written, it belongs on the selected row, shown, for
 * braille displays and magnifiers follow it.
 */
void grid_cursor(struct grid *grid, int row, int column, bool shown);

#endif
