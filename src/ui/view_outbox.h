/* SPDX-License-Identifier: MIT */
/* The outbox: what waits to be sent, what failed and why, and what to do about it. */
#ifndef HILO_UI_VIEW_OUTBOX_H
#define HILO_UI_VIEW_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/outbox_list.h"
#include "ui/grid.h"
#include "ui/keys.h"
#include "ui/pager.h"

#define OUTBOX_FILTER_COUNT 6

struct app;

struct outbox_view {
	enum outbox_filter filter;
	struct outbox_item *rows; /* owned; the pager's count of them */
	struct pager pager;
	bool more;	   /* there may be older ones than those */
	size_t failed;	   /* of the newest failures, those that nobody dealt with */
	bool failed_more;  /* not all failures were counted */
};

bool view_outbox_open(struct app *app, const char *argument);
void view_outbox_refresh(struct app *app);
bool view_outbox_key(struct app *app, const struct key *key);
void view_outbox_draw(struct app *app, struct area body);
void view_outbox_move(struct app *app, long by);
long view_outbox_page(const struct app *app);
void view_outbox_click(struct app *app, int row, int column);
void view_outbox_close(struct app *app);

/* The selected row, or NULL. Borrowed until the next refresh. */
const struct outbox_item *view_outbox_selected(const struct app *app);
/* Shows only what that filter takes. */
void view_outbox_set_filter(struct app *app, enum outbox_filter filter);
/* The filter by its place among the tabs, from 0. */
enum outbox_filter view_outbox_tab(size_t place);
size_t view_outbox_place(enum outbox_filter filter);

#endif
