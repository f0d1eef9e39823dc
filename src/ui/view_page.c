/* SPDX-License-Identifier: MIT */
/* A text to be read: wrapped to the width at each drawing, since it is short. */
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/app.h"

enum { PAGE_TEXT_MAX = 1 << 20, PAGE_LINES_MAX = 4096, PAGE_WIDTH_MAX = 100 };

void
view_page_show(struct app *app, const char *title, const char *text)
{
	struct strbuf shown;

	strbuf_init(&shown, PAGE_TEXT_MAX);
	text_show(&shown, text, strlen(text), TEXT_KEEP_LINES);
	if (view_current(app) == VIEW_PAGE)
		view_close(app);
	app->page.text = shown;
	app->page.top = 0;
	utf8_copy(app->page.title, sizeof app->page.title, title);
	view_open(app, VIEW_PAGE, "");
}

/* Wraps into a heap array; NULL without memory. */
static struct text_line *
wrap(const struct app *app, int columns, size_t *count)
{
	struct text_line *lines = calloc(PAGE_LINES_MAX, sizeof *lines);

	columns = columns < 2 ? 2 : columns > PAGE_WIDTH_MAX ? PAGE_WIDTH_MAX : columns;
	*count = 0;
	if (lines == NULL)
		return NULL;
	*count = text_wrap(strbuf_text(&app->page.text), app->page.text.len, columns, lines, PAGE_LINES_MAX);
	if (*count > PAGE_LINES_MAX)
		*count = PAGE_LINES_MAX;
	return lines;
}

void
view_page_draw(struct app *app, struct area area)
{
	size_t count;
	struct text_line *lines = wrap(app, area.columns - 2, &count);

	grid_text(&app->grid, area.row, area.column + 1, area.columns - 2, STYLE_STRONG, app->page.title);
	for (size_t i = app->page.top; i < count && (int)(i - app->page.top) + 1 < area.rows; i++)
		grid_text_len(&app->grid,
			      (struct area){ area.row + 1 + (int)(i - app->page.top), area.column + 1, 1, area.columns - 2 },
			      STYLE_NORMAL, strbuf_text(&app->page.text) + lines[i].start, lines[i].len);
	grid_cursor(&app->grid, area.row, area.column, true);
	free(lines);
}

void
view_page_move(struct app *app, long by)
{
	size_t count;
	long top, most;

	free(wrap(app, app->layout.body.columns - 2, &count));
	most = (long)count - app->layout.body.rows + 1;
	most = most < 0 ? 0 : most;
	top = (long)app->page.top + by;
	app->page.top = (size_t)(top < 0 ? 0 : top > most ? most : top);
	app->dirty = true;
}

long
view_page_page(const struct app *app)
{
	return app->layout.body.rows > 2 ? app->layout.body.rows - 2 : 1;
}

void
view_page_close(struct app *app)
{
	strbuf_release(&app->page.text);
}
