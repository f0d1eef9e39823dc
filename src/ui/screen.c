/* SPDX-License-Identifier: MIT */
/* One frame: sizes first, then every pane into the grid. */
#include <string.h>

#include "core/clock.h"
#include "core/config.h"
#include "core/i18n.h"
#include "core/text.h"
#include "ui/app.h"

void
view_heading_mark(struct app *app, struct area area, bool focused)
{
	if (focused)
		grid_text(&app->grid, area.row, area.column, 1, STYLE_STRONG, "▸");
}

void
view_inbox_panes_draw(struct app *app, struct area body)
{
	struct layout *layout = &app->layout;

	(void)body; /* the layout has the panes */

	for (size_t i = 0; i < sizeof layout->rule_columns / sizeof layout->rule_columns[0]; i++)
		if (layout->rule_columns[i] >= 0)
			grid_rule_down(&app->grid, layout->body.row, layout->rule_columns[i], layout->body.rows, STYLE_BORDER);
	if (layout->list.columns > 0)
		view_inbox_draw(app, layout->list);
	if (layout->messages.columns > 0 && app->inbox.has_current) {
		view_thread_draw(app, layout->messages);
		view_reply_draw(app, layout->reply);
	} else if (layout->messages.columns > 0) {
		view_empty_draw(app, layout->messages);
	}
	if (layout->customer.columns > 0)
		view_customer_draw(app, layout->customer);
}

/* Sizes and what follows from them: rows of the list, lines of the messages. */
static void
arrange(struct app *app, int rows, int columns)
{
	struct layout *layout = &app->layout;
	bool empty = app->inbox.count == 0 && !app->inbox.has_current;
	/* A narrow screen with nothing in the list shows the greeting, not an empty list. */
	bool list_only = app->focus == FOCUS_LIST && !(empty && inbox_is_unfiltered(&app->inbox));
	int spare = rows - LAYOUT_ROWS_LEAST, more = view_hint_rows(app, columns) - 1;
	size_t visible;

	/* A long notice takes its rows from the panes, as far as they can spare them. */
	if (more > spare)
		more = spare > 0 ? spare : 0;
	layout_make(layout, rows - more, columns,
		    &(struct layout_wish){ .list_only = list_only,
					   .warning = config_missing(app->options->config) != NULL,
					   .list_columns = app->list_columns });
	if (layout->too_small)
		return;
	if (layout->messages.columns > 0 && app->inbox.has_current) {
		layout_set_reply(layout, view_reply_rows(app, layout->messages.columns - 2));
		conversation_layout(&app->conversation, layout->messages.columns - 2, (size_t)(layout->messages.rows - 1),
				    app->now_ms);
	}
	visible = (size_t)(layout->body.rows - 1) / VIEW_INBOX_ROW_HEIGHT;
	/* More room may need rows that are not loaded. */
	if (visible > app->inbox.visible && app->refresh_due_ms == 0)
		app->refresh_due_ms = clock_monotonic_ms();
	inbox_set_visible(&app->inbox, visible);
}

static void
draw_too_small(struct app *app)
{
	const char *text = _("hilo needs a window of at least 40 columns and 10 rows.");
	struct text_line lines[8];
	int columns = app->grid.columns < 2 ? 2 : app->grid.columns;
	size_t count = text_wrap(text, strlen(text), columns, lines, 8);

	for (size_t i = 0; i < count && i < 8; i++)
		grid_text_len(&app->grid, (struct area){ (int)i, 0, 1, app->grid.columns }, STYLE_NORMAL,
			      text + lines[i].start, lines[i].len);
}

void
screen_draw(struct app *app)
{
	int rows, columns;

	terminal_size(app->terminal, &rows, &columns);
	if (!grid_resize(&app->grid, rows, columns))
		return;
	arrange(app, rows, columns);
	if (app->layout.too_small) {
		draw_too_small(app);
		return;
	}
	views[view_current(app)].draw(app, app->layout.body);
	view_bar_draw(app);
	view_hints_draw(app);
	if (app->palette.is_open)
		palette_draw(app);
}

void
view_inbox_click(struct app *app, int row, int column)
{
	const struct layout *layout = &app->layout;
	struct err err = { "" };
	size_t line;

	if (column < layout->list.column + layout->list.columns && row > layout->list.row) {
		line = app->inbox.top + (size_t)(row - layout->list.row - 1) / VIEW_INBOX_ROW_HEIGHT;
		if (line >= app->inbox.count)
			return;
		app_report(app, inbox_move(&app->inbox, app->db, (long)line - (long)app->inbox.selected, &err), &err);
		app_set_focus(app, FOCUS_LIST);
	} else if (column >= layout->messages.column && column < layout->messages.column + layout->messages.columns) {
		app_set_focus(app, row >= layout->reply.row ? FOCUS_REPLY : FOCUS_MESSAGES);
	}
}
