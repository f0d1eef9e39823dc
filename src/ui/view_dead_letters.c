/* SPDX-License-Identifier: MIT */
/* Two lines a row: when, where and what became of it; then why it could not be used. */
#include "ui/view_dead_letters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "ui/app.h"
#include "ui/view_rows.h"
#include "ui/wording.h"

const struct dead_letter *
view_letters_selected(const struct app *app)
{
	const struct letters_view *view = &app->letters_view;

	return view->pager.selected < view->pager.count ? &view->rows[view->pager.selected] : NULL;
}

static enum status
read_rows(struct app *app, struct err *err)
{
	struct letters_view *view = &app->letters_view;
	const struct dead_letter *selected = view_letters_selected(app);
	int64_t id = selected != NULL ? selected->id : 0;
	size_t limit = view_rows_wanted(&view->pager), count = 0;
	struct dead_letter *rows = calloc(limit, sizeof *rows);
	enum status status;

	if (rows == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	status = dead_letter_list(app->db, 0, limit, rows, &count, err);
	if (status != STATUS_OK) {
		free(rows);
		return status;
	}
	free(view->rows);
	view->rows = rows;
	view->more = count == limit;
	pager_set_count(&view->pager, count);
	for (size_t i = 0; i < count; i++)
		if (rows[i].id == id)
			pager_select(&view->pager, i);
	return STATUS_OK;
}

/* The services have done what was asked, or could not. */
static void
tell_end(struct app *app)
{
	struct letters_view *view = &app->letters_view;
	struct dead_letter letter;
	struct err err = { "" };

	if (view->asked_id == 0 || dead_letter_get(app->db, view->asked_id, &letter, &err) != STATUS_OK)
		return;
	if (letter.replayed_at == 0 && letter.replay_requested_at > 0)
		return;
	if (letter.replayed_at > 0)
		app_notice(app, STYLE_STRONG, _("It was taken in: its message is in the inbox."));
	else
		app_say(app, STYLE_FAILED, _("It still cannot be used: %s"), letter.replay_result);
	view->asked_id = 0;
}

void
view_letters_refresh(struct app *app)
{
	struct err err = { "" };

	app_report(app, read_rows(app, &err), &err);
	tell_end(app);
	app->dirty = true;
}

bool
view_letters_open(struct app *app, const char *argument)
{
	(void)argument;
	app->letters_view = (struct letters_view){ 0 };
	view_letters_refresh(app);
	return true;
}

void
view_letters_close(struct app *app)
{
	free(app->letters_view.rows);
	app->letters_view = (struct letters_view){ 0 };
}

void
view_letters_move(struct app *app, long by)
{
	struct letters_view *view = &app->letters_view;

	pager_move(&view->pager, by);
	if (view->more && view->pager.selected + view->pager.visible >= view->pager.count &&
	    view->pager.count < VIEW_ROWS_MAX)
		view_letters_refresh(app);
	app->dirty = true;
}

long
view_letters_page(const struct app *app)
{
	return view_rows_page(&app->letters_view.pager);
}

/* --- drawing --- */

static const char *
state_words(const struct dead_letter *letter, enum style *style)
{
	*style = STYLE_DIM;
	if (letter->replayed_at > 0 && letter->replay_result[0] != '\0')
		return _("put away");
	if (letter->replayed_at > 0)
		return _("✓ taken in");
	*style = STYLE_WARNING;
	if (letter->replay_requested_at > 0)
		return _("◌ being taken in");
	if (letter->replay_result[0] != '\0')
		return _("✗ failed again");
	*style = STYLE_FAILED;
	return _("✗ unused");
}

static void
draw_letter(struct app *app, size_t index, struct area area)
{
	const struct dead_letter *letter = &app->letters_view.rows[index];
	struct area row = { area.row, area.column + 1, 1, area.columns - 2 };
	bool again = letter->replayed_at == 0 && letter->replay_result[0] != '\0';
	char time[WORDING_SIZE];
	enum style style;
	const char *words = state_words(letter, &style);
	int end, column = row.column;

	end = grid_text_right(&app->grid, row.row, row.column, row.columns, style, words) - 1;
	column += grid_text(&app->grid, row.row, column, end - column, STYLE_NORMAL, wording_moment(letter->received_at, time)) + 2;
	grid_text(&app->grid, row.row, column, end - column, STYLE_STRONG, letter->route);
	if (area.rows > 1)
		grid_text(&app->grid, row.row + 1, row.column + 2, row.columns - 2, STYLE_DIM,
			  again ? letter->replay_result : letter->reason);
}

static const struct view_rows layout = { .heading = 1, .height = 2, .draw = draw_letter };

void
view_letters_draw(struct app *app, struct area body)
{
	struct letters_view *view = &app->letters_view;
	char text[128];

	snprintf(text, sizeof text, ngettext("Dead letters · %lld to look at", "Dead letters · %lld to look at",
					     (unsigned long)app->dead_letters), (long long)app->dead_letters);
	grid_text(&app->grid, body.row, body.column + 1, body.columns - 2, STYLE_STRONG, text);
	view_rows_draw(app, body, &layout, &view->pager);
	if (view->pager.count == 0)
		view_rows_wrap(app, (struct area){ body.row + 2, body.column + 1, 4, body.columns - 2 }, STYLE_DIM,
			       _("None: everything that the carrier sent could be used."));
}

void
view_letters_click(struct app *app, int row, int column)
{
	(void)column;
	view_rows_click(app, &layout, &app->letters_view.pager, row);
}
