/* SPDX-License-Identifier: MIT */
/* One function a pane: it draws the state of the console into its area of the grid and changes nothing else. */
#ifndef HILO_UI_VIEWS_H
#define HILO_UI_VIEWS_H

#include "ui/app.h"

/* Rows that one conversation takes in the list. */
enum { VIEW_INBOX_ROW_HEIGHT = 2 };

void view_inbox_draw(struct app *app, struct area area);
void view_thread_draw(struct app *app, struct area area);
void view_reply_draw(struct app *app, struct area area);
/* Rows that the reply wants, at that width. */
int view_reply_rows(struct app *app, int columns);
void view_customer_draw(struct app *app, struct area area);
void view_help_draw(struct app *app, struct area area);
/* Number of lines of the help screen. */
size_t view_help_lines(void);
/* What to do when nothing is in the list: a greeting, or that others are elsewhere. */
void view_empty_draw(struct app *app, struct area area);
/* Marks the heading of the pane that takes the keys, also without colours. */
void view_heading_mark(struct app *app, struct area area, bool focused);
void view_bar_draw(struct app *app);
void view_hints_draw(struct app *app);
/* Rows that the line at the bottom wants: a sentence that is too long for one takes more. */
int view_hint_rows(const struct app *app, int columns);

#endif
