/* SPDX-License-Identifier: MIT */
/* Where everything is on a screen of that size. Pure. */
#ifndef HILO_UI_LAYOUT_H
#define HILO_UI_LAYOUT_H

#include <stdbool.h>

#include "ui/grid.h"

enum { LAYOUT_ROWS_LEAST = 10, LAYOUT_COLUMNS_LEAST = 40, LAYOUT_TWO_PANES = 80, LAYOUT_THREE_PANES = 120 };

/* A pane that is not shown has no columns. The first row of list, messages and customer is their heading. */
struct layout {
	bool too_small;
	int warning_row;    /* -1 = none */
	int hint_row;	    /* the bar is row 0 */
	int rule_columns[2]; /* between panes; -1 = none */
	struct area body;
	struct area list;
	struct area messages;
	struct area reply; /* its first row is its heading */
	struct area customer;
};

struct layout_wish {
	bool list_only;	  /* the pane that a narrow screen shows */
	bool warning;	  /* a row for it */
	int list_columns; /* as wide as that, where there is room; 0 = as it fits */
};
void layout_make(struct layout *layout, int rows, int columns, const struct layout_wish *wish);
/* Gives the reply pane room for `wanted` lines of text, at most a third, out of the messages. */
void layout_set_reply(struct layout *layout, int wanted);

#endif
