/* SPDX-License-Identifier: MIT */
/* The list: two rows a conversation. First who and when, then what was said last. */
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "ui/app.h"
#include "ui/list_view.h"
#include "ui/wording.h"

static const char *
filter_words(const struct app *app, char *out, size_t size)
{
	const struct thread_filter *filter = &app->inbox.filter;
	const struct list_view *list = list_view_of(filter);
	const char *view = list != NULL ? _(list->title) : _("only open");

	if (app->search.is_on) {
		snprintf(out, size, app->inbox.count == 0 && app->search.running ? _("/%s · searching") : "/%s · %zu%s",
			 app->search.query.text, app->inbox.count, app->inbox.more ? "+" : "");
		return out;
	}
	snprintf(out, size, "%s · %s%s%s", filter->one_channel ? _(channel_info(filter->channel)->title) : _("All channels"),
		 view, filter->unread_only ? " · " : "", filter->unread_only ? _("unread") : "");
	return out;
}

/* Right end of the first row: unread, window or status, age. Returns the column where it begins. */
static int
draw_facts(struct app *app, const struct thread *thread, struct area row)
{
	char text[WORDING_SIZE * 2];
	int end = row.column + row.columns, from = end;

	from = grid_text_right(&app->grid, row.row, row.column, row.columns, STYLE_DIM,
			       wording_age(app->now_ms, thread->last_message_at, text));
	/* A column of its own, so that what is left of it lines up. */
	from = from < end - 4 ? from : end - 4;
	if (thread->status != THREAD_OPEN) {
		from = grid_text_right(&app->grid, row.row, row.column, from - row.column, STYLE_DIM,
				       wording_status(thread->status)) - 1;
	} else if (wording_window(thread, app->now_ms, text)[0] != '\0') {
		bool closed = thread_window_until(thread) <= app->now_ms;
		char window[WORDING_SIZE * 3];

		/* A clock before it, so that it is not taken for an age. */
		snprintf(window, sizeof window, "◷%s", closed ? _("closed") : text);
		from = grid_text_right(&app->grid, row.row, row.column, from - row.column,
				       closed ? STYLE_WARNING : STYLE_DIM, window) - 1;
	}
	if (thread->unread > 0) {
		snprintf(text, sizeof text, "●%lld", (long long)thread->unread);
		from = grid_text_right(&app->grid, row.row, row.column, from - row.column, STYLE_UNREAD, text) - 1;
	}
	return from;
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

static void
draw_preview(struct app *app, const struct thread *thread, struct area row)
{
	int column = row.column + 2, end = draw_people(app, thread, row);

	if (thread->has_failed) {
		column += grid_text(&app->grid, row.row, column, end - column, STYLE_FAILED, "✗ ");
		column += grid_text(&app->grid, row.row, column, end - column, STYLE_FAILED, _("not delivered")) + 1;
	}
	if (thread->has_draft) {
		column += grid_text(&app->grid, row.row, column, end - column, STYLE_WARNING, "✎ ");
		column += grid_text(&app->grid, row.row, column, end - column, STYLE_WARNING, _("draft")) + 1;
	}
	if (strcmp(thread->last_sender, "agent") == 0)
		column += grid_text(&app->grid, row.row, column, end - column, STYLE_DIM, "→ ");
	grid_text(&app->grid, row.row, column, end - column, thread->unread > 0 ? STYLE_NORMAL : STYLE_DIM,
		  thread->preview);
}

static void
draw_thread(struct app *app, const struct thread *thread, struct area area)
{
	struct area first = { area.row, area.column + 1, 1, area.columns - 2 };
	struct area second = { area.row + 1, area.column + 1, 1, area.columns - 2 };
	int end, column;

	grid_fill(&app->grid, area, STYLE_NORMAL);
	end = draw_facts(app, thread, first);
	grid_text(&app->grid, first.row, first.column, 1, wording_channel_style(thread->channel),
		  channel_info(thread->channel)->mark);
	if (marks_has(&app->team.marks, thread->id))
		grid_text(&app->grid, area.row, area.column, 1, STYLE_STRONG, "*");
	column = first.column + 2;
	if (thread->priority != PRIORITY_NORMAL)
		column += grid_text(&app->grid, first.row, column, end - column,
				    thread->priority > PRIORITY_NORMAL ? STYLE_WARNING : STYLE_DIM,
				    wording_priority_mark(thread->priority)) + 1;
	grid_text(&app->grid, first.row, column, end - column,
		  thread->unread > 0 ? STYLE_STRONG : STYLE_NORMAL, wording_name(thread));
	if (area.rows > 1)
		draw_preview(app, thread, second);
}

void
view_inbox_draw(struct app *app, struct area area)
{
	const struct inbox *inbox = &app->inbox;
	char heading[128];
	int row = area.row + 1;

	view_heading_mark(app, area, app->focus == FOCUS_LIST);
	grid_text(&app->grid, area.row, area.column + 1, area.columns - 2,
		  app->focus == FOCUS_LIST ? STYLE_STRONG : STYLE_DIM, filter_words(app, heading, sizeof heading));
	if (app->team.marks.count > 0) {
		unsigned long marked = app->team.marks.count;

		snprintf(heading, sizeof heading, ngettext("%lu marked", "%lu marked", marked), marked);
		grid_text_right(&app->grid, area.row, area.column + 1, area.columns - 2, STYLE_WARNING, heading);
	}
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
		grid_text(&app->grid, row, area.column + 1, area.columns - 2, STYLE_DIM,
			  !app->search.is_on	? _("No conversation here.") :
			  app->search.running	? _("Searching …") :
						  _("Nothing was found."));
}
