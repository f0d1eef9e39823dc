/* SPDX-License-Identifier: MIT */
/*
 * There are some hundred of them at most, so all are read at once. Each takes two lines: name, channel, language; then how
 * its text begins. The templates stand below, for the carrier alone changes them.
 */
#include "ui/view_canned.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/view_rows.h"
#include "ui/wording.h"

const struct canned_row *
view_canned_selected(const struct app *app)
{
	const struct canned_view *view = &app->canned_view;

	return view->pager.selected < view->pager.count ? &view->rows[view->pager.selected] : NULL;
}

/* --- reading --- */

static void
free_rows(struct canned_view *view)
{
	free(view->canned);
	free(view->rows);
	for (int channel = 0; channel < CHANNEL_COUNT; channel++)
		free(view->templates[channel]);
}

static bool
has_letters(const struct canned_view *view, const char *name, const char *text)
{
	return view->filter[0] == '\0' || strcasestr(name, view->filter) != NULL || strcasestr(text, view->filter) != NULL;
}

/* What the filter leaves, in the room of `rows`. */
static void
choose_rows(struct canned_view *view)
{
	size_t count = 0;

	for (size_t i = 0; i < view->canned_count; i++)
		if (has_letters(view, view->canned[i].name, view->canned[i].preview))
			view->rows[count++] = (struct canned_row){ .canned = &view->canned[i] };
	for (int channel = 0; channel < CHANNEL_COUNT; channel++)
		for (size_t i = 0; i < view->template_counts[channel]; i++)
			if (has_letters(view, view->templates[channel][i].name, view->templates[channel][i].body))
				view->rows[count++] = (struct canned_row){ .template = &view->templates[channel][i],
									   .channel = (enum channel)channel };
	pager_set_count(&view->pager, count);
}

static enum status
read_all(struct app *app, struct canned_view *fresh, struct err *err)
{
	struct canned_query query = { .limit = CANNED_MAX };
	size_t room = CANNED_MAX;
	enum status status;

	query.rows = fresh->canned = calloc(CANNED_MAX, sizeof *fresh->canned);
	if (fresh->canned == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	status = canned_list(app->db, &query, err);
	fresh->canned_count = query.count;
	for (int channel = 0; status == STATUS_OK && channel < CHANNEL_COUNT; channel++) {
		fresh->templates[channel] = calloc(CANNED_TEMPLATES_MAX, sizeof *fresh->templates[channel]);
		if (fresh->templates[channel] != NULL)
			status = template_list(app->db, (enum channel)channel, CANNED_TEMPLATES_MAX, fresh->templates[channel],
					       &fresh->template_counts[channel], err);
		room += CANNED_TEMPLATES_MAX;
	}
	fresh->rows = calloc(room, sizeof *fresh->rows);
	if (status == STATUS_OK && fresh->rows == NULL)
		status = err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	return status;
}

/* Where the same one stands now. */
static void
select_again(struct canned_view *view, int64_t canned_id)
{
	for (size_t i = 0; canned_id != 0 && i < view->pager.count; i++)
		if (view->rows[i].canned != NULL && view->rows[i].canned->id == canned_id)
			pager_select(&view->pager, i);
}

void
view_canned_refresh(struct app *app)
{
	struct canned_view *view = &app->canned_view, fresh = { 0 };
	const struct canned_row *selected = view_canned_selected(app);
	int64_t id = selected != NULL && selected->canned != NULL ? selected->canned->id : 0;
	struct err err = { "" };
	enum status status = read_all(app, &fresh, &err);

	app_report(app, status, &err);
	if (status != STATUS_OK) {
		free_rows(&fresh);
		return;
	}
	free_rows(view);
	fresh.pager = view->pager;
	fresh.edited = view->edited;
	utf8_copy(fresh.filter, sizeof fresh.filter, view->filter);
	*view = fresh;
	choose_rows(view);
	select_again(view, id);
	app->dirty = true;
}

bool
view_canned_open(struct app *app, const char *argument)
{
	app->canned_view = (struct canned_view){ 0 };
	utf8_copy(app->canned_view.filter, sizeof app->canned_view.filter, argument);
	view_canned_refresh(app);
	return app->canned_view.rows != NULL;
}

void
view_canned_close(struct app *app)
{
	free_rows(&app->canned_view);
	free(app->canned_view.edited);
	app->canned_view = (struct canned_view){ 0 };
}

void
view_canned_set_filter(struct app *app, const char *filter)
{
	if (view_current(app) != VIEW_CANNED)
		return;
	utf8_copy(app->canned_view.filter, sizeof app->canned_view.filter, filter);
	choose_rows(&app->canned_view);
	app->dirty = true;
}

void
view_canned_move(struct app *app, long by)
{
	pager_move(&app->canned_view.pager, by);
	app->dirty = true;
}

long
view_canned_page(const struct app *app)
{
	return view_rows_page(&app->canned_view.pager);
}

/* --- drawing --- */

static void
draw_row(struct app *app, size_t index, struct area area)
{
	const struct canned_row *row = &app->canned_view.rows[index];
	const struct canned_item *canned = row->canned;
	const char *language = canned != NULL ? canned->language : row->template->language;
	struct area line = { area.row, area.column + 1, 1, area.columns - 2 };
	enum channel channel = row->channel;
	char facts[128];
	int end;

	if (canned != NULL)
		snprintf(facts, sizeof facts, "%s%s%s", canned->channel[0] != '\0' && channel_parse(canned->channel, &channel) ?
			 _(channel_info(channel)->title) : _("all channels"), language[0] != '\0' ? " · " : "", language);
	else
		snprintf(facts, sizeof facts, "%s · %s%s%s", _("template"), _(channel_info(channel)->title),
			 language[0] != '\0' ? " · " : "", language);
	end = grid_text_right(&app->grid, line.row, line.column, line.columns, STYLE_DIM, facts) - 1;
	grid_text(&app->grid, line.row, line.column, end - line.column, STYLE_STRONG,
		  canned != NULL ? canned->name : row->template->name);
	if (area.rows > 1)
		grid_text(&app->grid, line.row + 1, line.column + 2, line.columns - 2, STYLE_DIM,
			  canned != NULL ? canned->preview : row->template->body);
}

static const struct view_rows layout = { .heading = 1, .height = 2, .draw = draw_row };

void
view_canned_draw(struct app *app, struct area body)
{
	struct canned_view *view = &app->canned_view;
	char text[160];

	if (view->filter[0] != '\0')
		snprintf(text, sizeof text, _("Canned replies · only what has \"%s\""), view->filter);
	else
		snprintf(text, sizeof text, "%s", _("Canned replies and templates"));
	grid_text(&app->grid, body.row, body.column + 1, body.columns - 2, STYLE_STRONG, text);
	view_rows_draw(app, body, &layout, &view->pager);
	if (view->pager.count == 0)
		view_rows_wrap(app, (struct area){ body.row + 2, body.column + 1, 4, body.columns - 2 }, STYLE_DIM,
			       view->filter[0] != '\0' ? _("Nothing has these letters.") :
			       _("There is none yet: n makes one of the text in the reply, or of what you type."));
}

void
view_canned_click(struct app *app, int row, int column)
{
	(void)column;
	view_rows_click(app, &layout, &app->canned_view.pager, row);
}
