/* SPDX-License-Identifier: MIT */
/*
 * The panes of the inbox and the functions of the views (the rows of view.c). A draw function draws the state of the
 * console into its area of the grid and changes nothing else.
 */
#ifndef HILO_UI_VIEWS_H
#define HILO_UI_VIEWS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/strbuf.h"
#include "ui/command.h"
#include "ui/grid.h"
#include "ui/pager.h"

struct app;

/* Rows that one conversation takes in the list. */
enum { VIEW_INBOX_ROW_HEIGHT = 2 };

/* --- the inbox and its panes --- */

void view_inbox_panes_draw(struct app *app, struct area body);
void view_inbox_click(struct app *app, int row, int column);
void view_inbox_draw(struct app *app, struct area area);
void view_thread_draw(struct app *app, struct area area);
void view_reply_draw(struct app *app, struct area area);
/* Rows that the reply wants, at that width. */
int view_reply_rows(struct app *app, int columns);
void view_customer_draw(struct app *app, struct area area);
/* What to do when nothing is in the list: a greeting, or that others are elsewhere. */
void view_empty_draw(struct app *app, struct area area);
/* Marks the heading of the pane that takes the keys, also without colours. */
void view_heading_mark(struct app *app, struct area area, bool focused);

/* --- help --- */

struct help_view {
	enum context context; /* where it was asked for: comes first */
	char filter[64];      /* shows only what has these letters */
	struct pager pager;
};

bool view_help_open(struct app *app, const char *argument);
bool view_help_key(struct app *app, const struct key *key);
void view_help_draw(struct app *app, struct area area);
void view_help_move(struct app *app, long by);
long view_help_page(const struct app *app);

/* --- a page of text: the details of a message --- */

struct page_view {
	char title[64];	    /* translated */
	struct strbuf text; /* raw; lines end in \n */
	size_t top;	    /* first line in sight, when wrapped */
};

/* Shows `text` (raw, copied) under that heading, over what is open. */
void view_page_show(struct app *app, const char *title, const char *text);
void view_page_draw(struct app *app, struct area area);
void view_page_move(struct app *app, long by);
long view_page_page(const struct app *app);
void view_page_close(struct app *app);

/* --- bars --- */

void view_bar_draw(struct app *app);
void view_hints_draw(struct app *app);
/* Rows that the line at the bottom wants: a sentence that is too long for one takes more. */
int view_hint_rows(const struct app *app, int columns);

#endif
