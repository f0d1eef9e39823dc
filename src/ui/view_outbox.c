/* SPDX-License-Identifier: MIT */
/*
 * Two lines a row: state, when, to whom; then what was written and what is wrong with it. The sentence about the
 * selected one stands whole at the bottom, with the key that helps.
 */
#include "ui/view_outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/carrier_error.h"
#include "core/i18n.h"
#include "ui/app.h"
#include "ui/outbox_wording.h"
#include "ui/view_rows.h"

enum { STATE_COLUMNS = 15, WIDE = 72, WIDER = 110, AUTHOR_COLUMNS = 18, FOOTING = 3, FAILED_COUNTED = 100, REASON_MAX = 2048 };

static const struct tab {
	enum outbox_filter filter;
	const char *name; /* for ":outbox NAME" */
	const char *title;
	const char *empty;
} tabs[OUTBOX_FILTER_COUNT] = {
	{ OUTBOX_ALL, "all", N_("All"), N_("Nothing waits to be sent and nothing failed.") },
	{ OUTBOX_WAITING, "waiting", N_("Waiting"), N_("Nothing waits to be sent.") },
	{ OUTBOX_SCHEDULED, "scheduled", N_("Scheduled"), N_("No reply waits for its time; F8 in a reply chooses one.") },
	{ OUTBOX_HELD, "held", N_("Held"), N_("No reply is kept back.") },
	{ OUTBOX_FAILED, "failed", N_("Failed"), N_("No reply failed.") },
	{ OUTBOX_UNCONFIRMED, "unconfirmed", N_("Unconfirmed"), N_("Of every reply it is known whether it arrived.") },
};

enum outbox_filter
view_outbox_tab(size_t place)
{
	return tabs[place].filter;
}

size_t
view_outbox_place(enum outbox_filter filter)
{
	for (size_t i = 0; i < OUTBOX_FILTER_COUNT; i++)
		if (tabs[i].filter == filter)
			return i;
	return 0;
}

const struct outbox_item *
view_outbox_selected(const struct app *app)
{
	const struct outbox_view *view = &app->outbox_view;

	return view->pager.selected < view->pager.count ? &view->rows[view->pager.selected] : NULL;
}

/* --- reading --- */

/* The failures that nobody dealt with, among the newest: there may be years of them. */
static enum status
count_failed(struct app *app, struct err *err)
{
	struct outbox_page page = { .filter = OUTBOX_FAILED, .limit = FAILED_COUNTED };
	enum status status;

	page.rows = calloc(page.limit, sizeof *page.rows);
	if (page.rows == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	status = outbox_list(app->db, &page, err);
	app->outbox_view.failed = 0;
	for (size_t i = 0; i < page.count; i++)
		app->outbox_view.failed += !page.rows[i].dealt_with;
	app->outbox_view.failed_more = page.count == page.limit;
	free(page.rows);
	return status;
}

static enum status
read_rows(struct app *app, struct err *err)
{
	struct outbox_view *view = &app->outbox_view;
	struct outbox_page page = { .filter = view->filter, .limit = view_rows_wanted(&view->pager) };
	const struct outbox_item *selected = view_outbox_selected(app);
	int64_t id = selected != NULL ? selected->message_id : 0;
	enum status status;

	page.rows = calloc(page.limit, sizeof *page.rows);
	if (page.rows == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	status = outbox_list(app->db, &page, err);
	if (status != STATUS_OK) {
		free(page.rows);
		return status;
	}
	free(view->rows);
	view->rows = page.rows;
	view->more = page.count == page.limit;
	pager_set_count(&view->pager, page.count);
	for (size_t i = 0; i < page.count; i++)
		if (view->rows[i].message_id == id)
			pager_select(&view->pager, i);
	return STATUS_OK;
}

void
view_outbox_refresh(struct app *app)
{
	struct err err = { "" };
	enum status status = read_rows(app, &err);

	if (status == STATUS_OK)
		status = count_failed(app, &err);
	app_report(app, status, &err);
	app->dirty = true;
}

void
view_outbox_set_filter(struct app *app, enum outbox_filter filter)
{
	app->outbox_view.filter = filter;
	app->outbox_view.pager = (struct pager){ .visible = app->outbox_view.pager.visible };
	view_outbox_refresh(app);
}

bool
view_outbox_open(struct app *app, const char *argument)
{
	enum outbox_filter filter = OUTBOX_ALL;

	for (size_t i = 0; i < OUTBOX_FILTER_COUNT; i++)
		if (strcmp(tabs[i].name, argument) == 0)
			filter = tabs[i].filter;
	app->outbox_view = (struct outbox_view){ .filter = filter };
	view_outbox_refresh(app);
	return true;
}

void
view_outbox_close(struct app *app)
{
	free(app->outbox_view.rows);
	app->outbox_view = (struct outbox_view){ 0 };
}

/* --- keys --- */

bool
view_outbox_key(struct app *app, const struct key *key)
{
	if (key->modifiers != 0 || key->code < '1' || key->code >= '1' + OUTBOX_FILTER_COUNT)
		return false;
	view_outbox_set_filter(app, tabs[key->code - '1'].filter);
	return true;
}

void
view_outbox_move(struct app *app, long by)
{
	struct outbox_view *view = &app->outbox_view;

	pager_move(&view->pager, by);
	if (view->more && view->pager.selected + view->pager.visible >= view->pager.count &&
	    view->pager.count < VIEW_ROWS_MAX)
		view_outbox_refresh(app);
	app->dirty = true;
}

long
view_outbox_page(const struct app *app)
{
	return view_rows_page(&app->outbox_view.pager);
}

/* --- drawing --- */

static size_t
count_of(const struct app *app, enum outbox_filter filter)
{
	const struct outbox_counts *counts = &app->outbox;

	switch (filter) {
	case OUTBOX_WAITING:
		return (size_t)counts->waiting;
	case OUTBOX_SCHEDULED:
		return (size_t)counts->scheduled;
	case OUTBOX_HELD:
		return (size_t)counts->held;
	case OUTBOX_FAILED:
		return app->outbox_view.failed;
	case OUTBOX_UNCONFIRMED:
		return (size_t)counts->unsure;
	case OUTBOX_ALL:
		break;
	}
	return (size_t)(counts->waiting + counts->scheduled + counts->held + counts->unsure) + app->outbox_view.failed;
}

static void
draw_tabs(struct app *app, struct area area)
{
	int column = area.column + 1, end = area.column + area.columns - 1;
	bool narrow = area.columns < WIDE;
	char text[96];

	for (size_t i = 0; i < OUTBOX_FILTER_COUNT && column < end; i++) {
		bool current = tabs[i].filter == app->outbox_view.filter;
		bool plus = app->outbox_view.failed_more && (tabs[i].filter == OUTBOX_FAILED || tabs[i].filter == OUTBOX_ALL);

		/* Where there is little room, only the one that is shown has its name. */
		snprintf(text, sizeof text, narrow && !current ? "%zu:%.0s%zu%s" : "%zu %s %zu%s", i + 1, _(tabs[i].title),
			 count_of(app, tabs[i].filter), plus ? "+" : "");
		if (current)
			column += grid_text(&app->grid, area.row, column - 1, 1, STYLE_STRONG, "▸");
		column += grid_text(&app->grid, area.row, column, end - column, current ? STYLE_STRONG : STYLE_DIM, text) +
			  (narrow ? 1 : 2);
	}
}

/* "○ waiting" ... the due time, or when it was written. */
static const char *
time_words(const struct app *app, const struct outbox_item *item, char *out, size_t size)
{
	char time[WORDING_SIZE], left[WORDING_SIZE];

	if (item->due_at > app->now_ms && strcmp(item->state, "scheduled") == 0)
		snprintf(out, size, "%s (%s)", wording_appointment(item->due_at, time),
			 wording_age(item->due_at, app->now_ms, left));
	else if (item->due_at > app->now_ms && item->attempts > 0)
		snprintf(out, size, _("again at %s"), wording_time(item->due_at, time));
	else
		snprintf(out, size, "%s", wording_age(app->now_ms, item->created_at, time));
	return out;
}

static void
add_remedy(const struct app *app, const struct outbox_item *item, struct strbuf *out)
{
	static const struct {
		const char *command;
		const char *words;
	} remedies[] = {
		[OUTBOX_REMEDY_AGAIN] = { "outbox-send", N_("sends it again") },
		[OUTBOX_REMEDY_EDIT] = { "outbox-edit", N_("edits it to send it again") },
		[OUTBOX_REMEDY_DISMISS] = { "outbox-done", N_("when it is dealt with") },
		[OUTBOX_REMEDY_RELEASE] = { "outbox-send", N_("sends it all the same") },
	};
	enum outbox_remedy remedy = outbox_remedy(item);
	char key[32];

	if (remedy != OUTBOX_REMEDY_NONE)
		strbuf_add_format(out, " — %s %s",
				  view_rows_key(app, remedies[remedy].command, CONTEXT_OUTBOX, key, sizeof key),
				  _(remedies[remedy].words));
}

static void
draw_facts(struct app *app, const struct outbox_item *item, struct area row)
{
	struct delivery_look look = outbox_look(item);
	int column = row.column, end = row.column + row.columns, name = column + STATE_COLUMNS;
	char text[WORDING_SIZE * 3];

	snprintf(text, sizeof text, "%s %s", look.mark, look.word);
	grid_text(&app->grid, row.row, column, STATE_COLUMNS - 1, look.style, text);
	end = grid_text_right(&app->grid, row.row, name, end - name, STYLE_DIM, time_words(app, item, text, sizeof text)) - 1;
	if (item->attempts > 0) {
		snprintf(text, sizeof text, "×%d", item->attempts);
		end = grid_text_right(&app->grid, row.row, name, end - name, STYLE_WARNING, text) - 1;
	}
	if (row.columns >= WIDER) {
		end = end - AUTHOR_COLUMNS;
		grid_text(&app->grid, row.row, end + 1, AUTHOR_COLUMNS - 1, STYLE_DIM, item->author);
		end = grid_text_right(&app->grid, row.row, name, end - name, STYLE_DIM, item->client_address) - 1;
	}
	grid_text(&app->grid, row.row, name, 1, wording_channel_style(item->channel), channel_info(item->channel)->mark);
	grid_text(&app->grid, row.row, name + 2, end - name - 2, STYLE_STRONG,
		  item->client_name[0] != '\0' ? item->client_name : item->client_address);
}

static void
draw_item(struct app *app, size_t index, struct area area)
{
	const struct outbox_item *item = &app->outbox_view.rows[index];
	struct area row = { area.row, area.column + 1, 1, area.columns - 2 };
	int column = row.column + 2, end = row.column + row.columns;
	struct strbuf reason;

	draw_facts(app, item, row);
	if (area.rows < 2)
		return;
	strbuf_init(&reason, REASON_MAX);
	outbox_reason(item, &reason);
	if (reason.len > 0 && !item->dealt_with) {
		add_remedy(app, item, &reason);
		if (row.columns >= WIDE)
			column += grid_text(&app->grid, row.row + 1, column, row.columns / 3, STYLE_DIM, item->preview) + 2;
		grid_text(&app->grid, row.row + 1, column, end - column, outbox_look(item).style, strbuf_text(&reason));
	} else {
		grid_text(&app->grid, row.row + 1, column, end - column, STYLE_DIM, item->preview);
	}
	strbuf_release(&reason);
}

/* The sentence about the selected one, whole. */
static void
draw_footing(struct app *app, struct area area)
{
	const struct outbox_item *item = view_outbox_selected(app);
	struct area place = { area.row + area.rows - FOOTING + 1, area.column + 1, FOOTING - 1, area.columns - 2 };
	struct strbuf text;

	grid_rule_across(&app->grid, place.row - 1, area.column, area.columns, STYLE_BORDER);
	if (item == NULL)
		return;
	strbuf_init(&text, REASON_MAX);
	if (!item->dealt_with)
		outbox_reason(item, &text);
	if (text.len > 0)
		add_remedy(app, item, &text);
	else
		strbuf_add_string(&text, item->preview);
	if (text.len > 0 && item->error_code != 0 && !item->dealt_with)
		strbuf_add_format(&text, ". %s", carrier_error_next_step(item->error_code));
	view_rows_wrap(app, place, STYLE_NORMAL, strbuf_text(&text));
	strbuf_release(&text);
}

static const struct view_rows layout = { .heading = 1, .footing = FOOTING, .height = 2, .draw = draw_item };

void
view_outbox_draw(struct app *app, struct area body)
{
	struct outbox_view *view = &app->outbox_view;

	draw_tabs(app, body);
	view_rows_draw(app, body, &layout, &view->pager);
	draw_footing(app, body);
	if (view->pager.count == 0)
		view_rows_wrap(app, (struct area){ body.row + 2, body.column + 1, 3, body.columns - 2 }, STYLE_DIM,
			       _(tabs[view_outbox_place(view->filter)].empty));
}

void
view_outbox_click(struct app *app, int row, int column)
{
	(void)column;
	view_rows_click(app, &layout, &app->outbox_view.pager, row);
}
