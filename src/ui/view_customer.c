/* SPDX-License-Identifier: MIT */
/* Who it is that writes: what is known of the customer and of this conversation. */
#include <stdio.h>

#include "core/i18n.h"
#include "ui/app.h"
#include "ui/wording.h"

/* A label and under it the fact; returns the row after them. */
static int
draw_fact(struct app *app, struct area area, int row, const char *label, const char *fact)
{
	if (row + 1 >= area.row + area.rows)
		return row;
	grid_text(&app->grid, row, area.column + 1, area.columns - 2, STYLE_DIM, label);
	grid_text(&app->grid, row + 1, area.column + 1, area.columns - 2, STYLE_NORMAL, fact);
	return row + 3;
}

void
view_customer_draw(struct app *app, struct area area)
{
	const struct thread *thread = &app->inbox.current;
	char text[WORDING_SIZE * 2], time[WORDING_SIZE];
	int row = area.row;

	if (!app->inbox.has_current)
		return;
	grid_text(&app->grid, row, area.column + 1, area.columns - 2, STYLE_DIM, _("Customer"));
	grid_text(&app->grid, row + 1, area.column + 1, area.columns - 2, STYLE_STRONG, wording_name(thread));
	row = draw_fact(app, area, row + 3, _(channel_info(thread->channel)->title), thread->client_address);
	row = draw_fact(app, area, row, _("Writes to"), thread->own_address);
	row = draw_fact(app, area, row, _("Conversation is"), wording_status(thread->status));
	if (thread->assignee[0] != '\0')
		row = draw_fact(app, area, row, _("Assigned to"), thread->assignee);
	if (thread->labels[0] != '\0')
		row = draw_fact(app, area, row, _("Labels"), thread->labels);
	if (thread->priority != PRIORITY_NORMAL)
		row = draw_fact(app, area, row, _("Priority"), wording_priority(thread->priority));
	if (thread->status == THREAD_SNOOZED)
		row = draw_fact(app, area, row, _("Put aside until"), thread->snoozed_until > 0 ?
				wording_moment(thread->snoozed_until, time) : _("the customer writes"));
	if (wording_window(thread, app->now_ms, time)[0] != '\0') {
		if (thread_window_until(thread) > app->now_ms)
			snprintf(text, sizeof text, _("%s left"), time);
		else
			snprintf(text, sizeof text, "%s", time);
		row = draw_fact(app, area, row, _("Time for free text"), text);
	}
	if (thread->last_inbound_at > 0)
		row = draw_fact(app, area, row, _("Last wrote"), wording_moment(thread->last_inbound_at, time));
	draw_fact(app, area, row, _("Conversation since"), wording_moment(thread->created_at, time));
}
