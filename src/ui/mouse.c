/* SPDX-License-Identifier: MIT */
#include "ui/mouse.h"

#include "core/i18n.h"
#include "ui/app.h"

enum { WHEEL_ROWS = 3, LIST_COLUMNS_LEAST = 20, MESSAGES_COLUMNS_LEAST = 30 };

static bool
is_inside(const struct area *area, const struct key *key)
{
	return key->row >= area->row && key->row < area->row + area->rows && key->column >= area->column &&
	       key->column < area->column + area->columns;
}

/* The wheel moves what is under the pointer, and nothing but that. */
static void
turn_wheel(struct app *app, const struct key *key)
{
	long by = key->action == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS;
	struct err err = { "" };

	if (view_current(app) != VIEW_INBOX) {
		if (views[view_current(app)].move != NULL)
			views[view_current(app)].move(app, by);
	} else if (is_inside(&app->layout.list, key)) {
		app_report(app, inbox_move(&app->inbox, app->db, by > 0 ? 1 : -1, &err), &err);
	} else if (is_inside(&app->layout.messages, key)) {
		app_report(app, conversation_scroll(&app->conversation, app->db, by, &err), &err);
		app_mark_read(app);
	}
}

static void
drag_divider(struct app *app, const struct key *key)
{
	int most = app->grid.columns - MESSAGES_COLUMNS_LEAST;

	app->list_columns = key->column < LIST_COLUMNS_LEAST ? LIST_COLUMNS_LEAST : key->column > most ? most : key->column;
}

void
mouse_take(struct app *app, const struct key *key)
{
	const struct view *view = &views[view_current(app)];

	/* What is asked and the palette are over everything: what is below stays as it was. */
	if (app->layout.too_small || app->palette.is_open || app->prompt.asking)
		return;
	switch (key->action) {
	case MOUSE_WHEEL_UP:
	case MOUSE_WHEEL_DOWN:
		turn_wheel(app, key);
		break;
	case MOUSE_PRESS:
		if (key->button != 1 || prompt_is_open(&app->prompt))
			break;
		app->dragging = view_current(app) == VIEW_INBOX && key->column == app->layout.rule_columns[0] &&
				key->row >= app->layout.body.row;
		if (!app->dragging && view->click != NULL)
			view->click(app, key->row, key->column);
		break;
	case MOUSE_DRAG:
		if (app->dragging)
			drag_divider(app, key);
		break;
	case MOUSE_RELEASE:
		app->dragging = false;
		break;
	}
}
