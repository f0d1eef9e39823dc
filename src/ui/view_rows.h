/* SPDX-License-Identifier: MIT */
/* What the views with rows share: the rows in sight, the one that is selected with the cursor on it, clicks, pages. */
#ifndef HILO_UI_VIEW_ROWS_H
#define HILO_UI_VIEW_ROWS_H

#include <stddef.h>

#include "ui/grid.h"
#include "ui/pager.h"

struct app;

/* At most so many rows of a list are kept; who looks for older ones searches. */
#define VIEW_ROWS_MAX 1000
/* So many are read at once. */
#define VIEW_ROWS_PAGE 100

struct view_rows {
	int heading; /* lines of the view above its rows ... */
	int footing; /* ... and below them */
	int height;  /* lines of a row */
	void (*draw)(struct app *app, size_t row, struct area area);
};

/* Draws what is in sight, and sets how many rows that is. */
void view_rows_draw(struct app *app, struct area body, const struct view_rows *rows, struct pager *pager);
/* Selects the row on that line of the screen, if there is one. */
void view_rows_click(struct app *app, const struct view_rows *rows, struct pager *pager, int line);
/* Rows of a page. */
long view_rows_page(const struct pager *pager);
/* Draws up to `max` lines of a raw text, wrapped; returns how many it took. */
int view_rows_wrap(struct app *app, struct area area, enum style style, const char *text);
/* The key of a command as it is shown, or its name after ":" when it has none. Returns `out`. */
const char *view_rows_key(const struct app *app, const char *command, unsigned context, char *out, size_t size);
/*
 * How many rows to read so that what is loaded and in sight stays so: whole pages, at most VIEW_ROWS_MAX.
 */
size_t view_rows_wanted(const struct pager *pager);

#endif
