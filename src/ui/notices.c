/* SPDX-License-Identifier: MIT */
#include "ui/notices.h"

#include <stdlib.h>

#include "core/arrival.h"
#include "core/clock.h"
#include "ui/app.h"

/* At a look; what is left is taken at the next one. */
enum { ARRIVALS_MAX = 64 };

void
notices_start(struct app *app)
{
	struct err err = { "" };

	notify_init(&app->notices.state, clock_now_ms());
	app_report(app, arrival_newest(app->db, &app->notices.seen_id, &err), &err);
}

static void
perform(struct app *app, const struct notify_output *out)
{
	const struct config_notification *config = &app->options->config->notify;
	struct err err = { "" };

	switch (out->terminal) {
	case CONFIG_NOTIFY_NO:
	case CONFIG_NOTIFY_AUTO: /* it has been decided */
		break;
	case CONFIG_NOTIFY_OSC9:
		terminal_notify(app->terminal, TERMINAL_NOTICE_OSC9, out->title, out->body);
		break;
	case CONFIG_NOTIFY_OSC777:
		terminal_notify(app->terminal, TERMINAL_NOTICE_OSC777, out->title, out->body);
		break;
	case CONFIG_NOTIFY_OSC99:
		terminal_notify(app->terminal, TERMINAL_NOTICE_OSC99, out->title, out->body);
		break;
	}
	if (out->bell)
		terminal_bell(app->terminal);
	if (out->command)
		app_report(app, notify_run_command(config, out, &err), &err);
	app->dirty = true;
}

static void
tell(struct app *app, const struct arrival *arrival)
{
	struct notify_event event = { .thread_id = arrival->thread_id, .created_at = arrival->created_at,
				      .direction = MESSAGE_IN, .channel = arrival->channel,
				      .client = arrival->client, .body = arrival->body };
	int64_t now_ms = clock_now_ms();
	struct notify_output out;

	notify_event(&app->notices.state, &app->options->config->notify, &event, now_ms, notify_local_minute(now_ms), &out);
	if (out.wanted)
		perform(app, &out);
}

void
notices_look(struct app *app)
{
	struct notices *notices = &app->notices;
	bool in_list = app->focus == FOCUS_LIST && app->view_depth == 0;
	struct arrival *arrivals = calloc(ARRIVALS_MAX, sizeof *arrivals);
	struct err err = { "" };
	int64_t newest = 0;
	size_t count = 0;

	if (arrivals == NULL)
		return;
	notices->state.unfocused = !app->terminal_focused;
	notices->focus_is_told = notices->focus_is_told || !app->terminal_focused;
	notices->state.open_thread_id = in_list || app->view_depth > 0 ? 0 : app->conversation.thread_id;
	/* The newest first: what arrives between the two is looked at the next time. */
	if (arrival_newest(app->db, &newest, &err) == STATUS_OK && newest > notices->seen_id
	    && arrival_list(app->db, notices->seen_id, ARRIVALS_MAX, arrivals, &count, &err) == STATUS_OK) {
		/* Whoever looks at the list sees it there; a terminal that is silent about its focus may be looked at by nobody. */
		for (size_t i = 0; i < count; i++)
			if (!in_list || !app->terminal_focused || !notices->focus_is_told)
				tell(app, &arrivals[i]);
		if (count > 0 && (count == ARRIVALS_MAX || arrivals[count - 1].message_id > newest))
			newest = arrivals[count - 1].message_id;
		notices->seen_id = newest;
	}
	free(arrivals);
}
