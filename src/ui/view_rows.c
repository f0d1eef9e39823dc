/* SPDX-License-Identifier: MIT */
#include "ui/view_rows.h"

#include <stdio.h>
#include <string.h>

#include "core/strbuf.h"
#include "core/text.h"
#include "ui/app.h"

enum { WRAP_LINES_MAX = 16, WRAP_TEXT_MAX = 1 << 16 };

void
view_rows_draw(struct app *app, struct area body, const struct view_rows *rows, struct pager *pager)
{
	int room = body.rows - rows->heading - rows->footing, line = body.row + rows->heading;

	pager_set_visible(pager, room > rows->height ? (size_t)(room / rows->height) : 1);
	for (size_t i = pager->top; i < pager->count && i < pager->top + pager->visible; i++) {
		struct area area = { line, body.column, rows->height < room ? rows->height : room, body.columns };

		app->grid.mark_selected = i == pager->selected;
		grid_fill(&app->grid, area, STYLE_NORMAL);
		rows->draw(app, i, area);
		app->grid.mark_selected = false;
		if (i == pager->selected)
			grid_cursor(&app->grid, line, body.column, true);
		line += rows->height;
	}
	if (pager->count == 0)
		grid_cursor(&app->grid, body.row, body.column, true);
}

void
view_rows_click(struct app *app, const struct view_rows *rows, struct pager *pager, int line)
{
	int first = app->layout.body.row + rows->heading;
	size_t row;

	if (line < first || line >= app->layout.body.row + app->layout.body.rows - rows->footing)
		return;
	row = pager->top + (size_t)((line - first) / rows->height);
	if (row < pager->count)
		pager_select(pager, row);
	app->dirty = true;
}

long
view_rows_page(const struct pager *pager)
{
	return pager->visible > 1 ? (long)pager->visible - 1 : 1;
}

int
view_rows_wrap(struct app *app, struct area area, enum style style, const char *text)
{
	struct text_line lines[WRAP_LINES_MAX];
	struct strbuf shown;
	size_t count;

	strbuf_init(&shown, WRAP_TEXT_MAX);
	text_show(&shown, text, strlen(text), TEXT_KEEP_LINES);
	count = text_wrap(strbuf_text(&shown), shown.len, area.columns, lines, WRAP_LINES_MAX);
	if (count > WRAP_LINES_MAX)
		count = WRAP_LINES_MAX;
	for (size_t i = 0; i < count && (int)i < area.rows; i++) {
		/* What has no room stands at the end of the last line, and is cut there. */
		bool last = (int)i == area.rows - 1;

		grid_text_len(&app->grid, (struct area){ area.row + (int)i, area.column, 1, area.columns }, style,
			      strbuf_text(&shown) + lines[i].start, last ? shown.len - lines[i].start : lines[i].len);
	}
	strbuf_release(&shown);
	return (int)count < area.rows ? (int)count : area.rows;
}

const char *
view_rows_key(const struct app *app, const char *command, unsigned context, char *out, size_t size)
{
	keymap_label(&app->keymap, command_by_name(command, strlen(command)), context, out, size);
	if (out[0] == '\0')
		snprintf(out, size, ":%s", command);
	return out;
}

size_t
view_rows_wanted(const struct pager *pager)
{
	size_t wanted = (pager->count / VIEW_ROWS_PAGE + 1) * VIEW_ROWS_PAGE;

	/* Near the end of what is there, a page more. */
	if (pager->count > 0 && pager->count % VIEW_ROWS_PAGE == 0 && pager->selected + pager->visible < pager->count)
		wanted = pager->count;
	return wanted < VIEW_ROWS_MAX ? wanted : VIEW_ROWS_MAX;
}
