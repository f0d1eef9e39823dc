/* SPDX-License-Identifier: MIT */
/* Canned replies, to be read and changed, and the approved templates, to be read. */
#ifndef HILO_UI_VIEW_CANNED_H
#define HILO_UI_VIEW_CANNED_H

#include <stdbool.h>
#include <stddef.h>

#include "core/canned.h"
#include "core/template.h"
#include "ui/grid.h"
#include "ui/pager.h"

struct app;

/* Templates of one channel that are listed. */
#define CANNED_TEMPLATES_MAX 200

struct canned_row {
	const struct canned_item *canned;     /* borrowed from the view; NULL: a template */
	const struct template_item *template; /* the same */
	enum channel channel;		      /* of a template */
};

struct canned_view {
	struct canned_item *canned; /* owned */
	size_t canned_count;
	struct template_item *templates[CHANNEL_COUNT]; /* owned */
	size_t template_counts[CHANNEL_COUNT];
	struct canned_row *rows; /* owned: what the filter leaves; the pager's count of them */
	char filter[64];
	struct pager pager;
	struct canned *edited; /* owned: whose text is asked for, or NULL */
};

bool view_canned_open(struct app *app, const char *argument);
void view_canned_refresh(struct app *app);
void view_canned_draw(struct app *app, struct area body);
void view_canned_move(struct app *app, long by);
long view_canned_page(const struct app *app);
void view_canned_click(struct app *app, int row, int column);
void view_canned_close(struct app *app);

/* The selected row, or NULL. Borrowed until the next refresh. */
const struct canned_row *view_canned_selected(const struct app *app);
/* Leaves only what has these letters. */
void view_canned_set_filter(struct app *app, const char *filter);

#endif
