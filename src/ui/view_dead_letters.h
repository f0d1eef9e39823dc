/* SPDX-License-Identifier: MIT */
/* Dead letters: what the carrier sent, properly signed, and could not be used. */
#ifndef HILO_UI_VIEW_DEAD_LETTERS_H
#define HILO_UI_VIEW_DEAD_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/dead_letter.h"
#include "core/strbuf.h"
#include "ui/grid.h"
#include "ui/pager.h"

struct app;

struct letters_view {
	struct dead_letter *rows; /* owned; the pager's count of them */
	struct pager pager;
	bool more;
	int64_t asked_id; /* to be taken in again: its end is told; 0 = none */
};

bool view_letters_open(struct app *app, const char *argument);
void view_letters_refresh(struct app *app);
void view_letters_draw(struct app *app, struct area body);
void view_letters_move(struct app *app, long by);
long view_letters_page(const struct app *app);
void view_letters_click(struct app *app, int row, int column);
void view_letters_close(struct app *app);

/* The selected row, or NULL. Borrowed until the next refresh. */
const struct dead_letter *view_letters_selected(const struct app *app);
/* Appends all that is known of it, a field of the form a line. Raw. */
void dead_letter_describe(const struct dead_letter *letter, struct strbuf *out);

#endif
