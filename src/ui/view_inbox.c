/* SPDX-License-Identifier: MIT */
/* The list: two rows a conversation. First who and when, then what was said last. */
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "ui/app.h"
#include "ui/list_view.h"
#include "ui/wording.h"

/* Columns of the list from which on there is room for labels. */
enum { LABELS_FROM = 38 };
enum { CLOSING_SOON_MS = 2 * 60 * 60 * 1000 };

/* How far the search is: after what is asked. */
static const char *
search_progress(const struct app *app, char *out, size_t size)
{
	const struct search *search = &app->search;

	if (search->stage == SEARCH_NEW || (search->stage == SEARCH_ADDING && app->inbox.count == 0))
		snprintf(out, size, " · %s", _("searching"));
	else
		snprintf(out, size, " · %zu%s", app->inbox.count,
			 search->stage == SEARCH_ADDING ? "…" : app->inbox.more ? "+" : "");
	return out;
}

/* A long query is cut before what was found. */
static void
draw_search_heading(struct app *app, struct area row, enum style style)
{
	char progress[WORDING_SIZE], query[QUERY_SIZE + 1];
	int width = grid_text_width(&app->grid, search_progress(app, progress, sizeof progress)), used;

	snprintf(query, sizeof query, "/%s", app->search.query.text);
	used = grid_text(&app->grid, row.row, row.column, row.columns - width, style, query);
	grid_text(&app->grid, row.row, row.column + used, row.columns - used, style, progress);
}

/* How many the list has; of the first one the bar tells it. */
static const char *
count_words(const struct app *app, char *out, size_t size)
{
	const struct thread_filter *filter = &app->inbox.filter;
	const struct list_view *list = list_view_of(filter);

	out[0] = '\0';
	if (list == NULL || filter->one_channel || filter->unread_only || filter->view == THREAD_VIEW_ACTIVE)
		return out;
	return list_view_count(list, &app->view_counts, out, size);
}

static const char *
filter_words(const struct app *app, char *out, size_t size)
{
	const struct thread_filter *filter = &app->inbox.filter;
	const struct list_view *list = list_view_of(filter);
	const char *view = list != NULL ? _(list->title) : _("only open");
	char number[WORDING_SIZE];
	size_t used;

	if (list != NULL && list->heading != NULL && !filter->one_channel)
		snprintf(out, size, "%s", _(list->heading));
	else
		snprintf(out, size, "%s · %s", filter->one_channel ? _(channel_info(filter->channel)->title) : _("All channels"),
			 view);
	used = strlen(out);
	if (filter->unread_only)
		snprintf(out + used, size - used, " · %s", _("unread"));
	else if (count_words(app, number, sizeof number)[0] != '\0')
		snprintf(out + used, size - used, " · %s", number);
	return out;
}

/* Before `end`: what is left of the time for free text. Returns the column before it. */
static int
draw_window(struct app *app, const struct thread *thread, struct area row, int end)
{
	int64_t until = thread_window_until(thread);
	bool closed = until <= app->now_ms, by_window = app->inbox.filter.view == THREAD_VIEW_WINDOW && !app->search.is_on;
	char text[WORDING_SIZE], window[WORDING_SIZE * 3];

	if (wording_window(thread, app->now_ms, text)[0] == '\0')
		return end;
	/* A clock before it, so that it is not taken for an age. */
	snprintf(window, sizeof window, "◷%s", closed ? _("closed") : text);
	return grid_text_right(&app->grid, row.row, row.column, end - row.column,
			       closed || (by_window && until - app->now_ms < CLOSING_SOON_MS) ? STYLE_WARNING : STYLE_DIM,
			       window) - 1;
}

/* Right end of the first row: unread, window or status, age. Returns the column where it begins. */
static int
draw_facts(struct app *app, const struct thread *thread, struct area row)
{
	bool by_wait = app->inbox.filter.view == THREAD_VIEW_WAITING && !app->search.is_on;
	bool by_window = app->inbox.filter.view == THREAD_VIEW_WINDOW && !app->search.is_on;
	char text[WORDING_SIZE * 2];
	int end = row.column + row.columns, from = end;

	/* Where the list is about the wait, it is the wait that is told. */
	from = grid_text_right(&app->grid, row.row, row.column, row.columns, by_wait ? STYLE_WARNING : STYLE_DIM,
			       wording_age(app->now_ms, by_wait ? thread->unanswered_since : thread->last_message_at, text));
	/* A column of its own, so that what is left of it lines up. */
	from = from < end - 4 ? from : end - 4;
	if (thread->status != THREAD_OPEN && !by_window)
		from = grid_text_right(&app->grid, row.row, row.column, from - row.column, STYLE_DIM,
				       wording_status(thread->status)) - 1;
	else
		from = draw_window(app, thread, row, from);
	if (thread->unread > 0) {
		snprintf(text, sizeof text, "●%lld", (long long)thread->unread);
		from = grid_text_right(&app->grid, row.row, row.column, from - row.column, STYLE_UNREAD, text) - 1;
	}
	return from;
}

/* Labels as far as whole ones fit. */
static void
draw_labels(struct app *app, const struct thread *thread, struct area row)
{
	const char *label = thread->labels;

	while (label[0] != '\0') {
		int len = (int)strcspn(label, ",");
		char text[THREAD_LABELS_SIZE + 2];
		int width;

		snprintf(text, sizeof text, "#%.*s", len, label);
		width = grid_text_width(&app->grid, text);
		if (width > row.columns)
			return;
		grid_text(&app->grid, row.row, row.column, width, STYLE_LABEL, text);
		row.column += width + 1;
		row.columns -= width + 1;
		label += len;
		label += label[0] == ',';
	}
}

/* Right end of the second row: who is there, who has it. Returns the column where it begins. */
static int
draw_people(struct app *app, const struct thread *thread, struct area row)
{
	const struct presence *other = team_other_in(app, thread->id);
	int end = row.column + row.columns, most = row.columns / 3;
	char text[AGENT_NAME_SIZE + 8];

	if (other != NULL) {
		/* A pencil: is writing there; an eye: looks at it. */
		snprintf(text, sizeof text, "%s%s", other->doing == PRESENCE_WRITING ? "✎" : "◉", other->agent);
		return grid_text_right(&app->grid, row.row, end - most, most, STYLE_WARNING, text) - 1;
	}
	if (thread->assignee[0] == '\0')
		return end;
	snprintf(text, sizeof text, "@%s", thread->assignee);
	return grid_text_right(&app->grid, row.row, end - most, most, STYLE_DIM, text) - 1;
}

/* A glyph and a word about the conversation; the room left of the row is what is after it. */
static void
draw_note(struct app *app, struct area *rest, enum style style, const char *text)
{
	int used = grid_text(&app->grid, rest->row, rest->column, rest->columns, style, text) + 1;

	used = used < rest->columns ? used : rest->columns;
	rest->column += used;
	rest->columns -= used;
}

static void
draw_marked(struct app *app, struct area *rest, enum style style, const char *mark, const char *word)
{
	char text[WORDING_SIZE];

	snprintf(text, sizeof text, "%s %s", mark, word);
	draw_note(app, rest, style, text);
}

/* Until when it is put aside. */
static void
draw_snoozed(struct app *app, struct area *rest, const struct thread *thread)
{
	char moment[WORDING_SIZE], text[WORDING_SIZE * 2];

	if (thread->snoozed_until == 0) {
		draw_note(app, rest, STYLE_DIM, _("until a message"));
		return;
	}
	/* Translators: a day and a time, until which a conversation is put aside. */
	snprintf(text, sizeof text, _("until %s"), wording_appointment(thread->snoozed_until, moment));
	draw_note(app, rest, STYLE_DIM, text);
}

static void
draw_preview(struct app *app, const struct thread *thread, struct area row)
{
	struct area rest = { row.row, row.column + 2, 1, 0 };

	rest.columns = draw_people(app, thread, row) - rest.column;
	if (thread->has_failed)
		draw_marked(app, &rest, STYLE_FAILED, "✗", _("not delivered"));
	if (thread->has_held)
		/* Translators: a reply that waits for the agent's look. */
		draw_marked(app, &rest, STYLE_WARNING, "⏸", _("held"));
	if (thread->has_scheduled)
		/* Translators: a reply that goes out later. */
		draw_marked(app, &rest, STYLE_DIM, "⏱", _("later"));
	if (thread->has_draft)
		draw_marked(app, &rest, STYLE_WARNING, "✎", _("draft"));
	if (thread->status == THREAD_SNOOZED)
		draw_snoozed(app, &rest, thread);
	if (strcmp(thread->last_sender, "agent") == 0)
		draw_note(app, &rest, STYLE_DIM, "→");
	grid_text(&app->grid, rest.row, rest.column, rest.columns, thread->unread > 0 ? STYLE_NORMAL : STYLE_DIM,
		  thread->preview);
	search_show_hits(app, rest, thread->preview);
}

static void
draw_thread(struct app *app, const struct thread *thread, struct area area)
{
	struct area first = { area.row, area.column + 1, 1, area.columns - 2 };
	struct area second = { area.row + 1, area.column + 1, 1, area.columns - 2 };
	int end, column, used;

	grid_fill(&app->grid, area, STYLE_NORMAL);
	end = draw_facts(app, thread, first);
	grid_text(&app->grid, first.row, first.column, 1, wording_channel_style(thread->channel),
		  channel_info(thread->channel)->mark);
	if (marks_has(&app->team.marks, thread->id))
		grid_text(&app->grid, area.row, area.column, 1, STYLE_STRONG, "*");
	column = first.column + 2;
	if (thread->priority != PRIORITY_NORMAL)
		column += grid_text(&app->grid, first.row, column, end - column,
				    thread->priority > PRIORITY_NORMAL ? STYLE_PRIORITY : STYLE_DIM,
				    wording_priority_mark(thread->priority)) + 1;
	used = grid_text(&app->grid, first.row, column, end - column,
			 thread->unread > 0 ? STYLE_STRONG : STYLE_NORMAL, wording_name(thread));
	search_show_hits(app, (struct area){ first.row, column, 1, end - column }, wording_name(thread));
	if (area.columns >= LABELS_FROM)
		draw_labels(app, thread, (struct area){ first.row, column + used + 1, 1, end - column - used - 1 });
	if (area.rows > 1)
		draw_preview(app, thread, second);
}

/* What the list is, and at its right end how many are marked. */
static void
draw_heading(struct app *app, struct area area)
{
	struct area row = { area.row, area.column + 1, 1, area.columns - 2 };
	enum style style = app->focus == FOCUS_LIST ? STYLE_STRONG : STYLE_DIM;
	unsigned long marked = app->team.marks.count;
	char heading[WORDING_SIZE * 4];

	view_heading_mark(app, area, app->focus == FOCUS_LIST);
	if (app->search.is_on)
		draw_search_heading(app, row, style);
	else
		grid_text(&app->grid, row.row, row.column, row.columns, style, filter_words(app, heading, sizeof heading));
	if (marked > 0) {
		snprintf(heading, sizeof heading, ngettext("%lu marked", "%lu marked", marked), marked);
		grid_text_right(&app->grid, row.row, row.column, row.columns, STYLE_WARNING, heading);
	}
}

static const char *
empty_words(const struct app *app)
{
	if (!app->search.is_on)
		return _("No conversation here.");
	return search_is_running(&app->search) ? _("Searching …") : _("Nothing was found.");
}

void
view_inbox_draw(struct app *app, struct area area)
{
	const struct inbox *inbox = &app->inbox;
	int row = area.row + 1;

	draw_heading(app, area);
	for (size_t i = inbox->top; i < inbox->count && row + VIEW_INBOX_ROW_HEIGHT <= area.row + area.rows; i++) {
		bool selected = inbox->listed && i == inbox->selected;

		app->grid.mark_selected = selected;
		draw_thread(app, &inbox->rows[i], (struct area){ row, area.column, VIEW_INBOX_ROW_HEIGHT, area.columns });
		app->grid.mark_selected = false;
		if (selected && app->focus == FOCUS_LIST)
			grid_cursor(&app->grid, row, area.column, true);
		row += VIEW_INBOX_ROW_HEIGHT;
	}
	if (inbox->count == 0)
		grid_text(&app->grid, row, area.column + 1, area.columns - 2, STYLE_DIM, empty_words(app));
}
