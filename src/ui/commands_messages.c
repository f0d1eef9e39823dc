/* SPDX-License-Identifier: MIT */
/* Reading the open conversation. */
#include "core/i18n.h"
#include "ui/app.h"
#include "ui/command_tables.h"
#include "ui/details.h"

static void
scroll(struct app *app, long by)
{
	struct err err = { "" };

	app_report(app, conversation_scroll(&app->conversation, app->db, by, &err), &err);
	app_mark_read(app);
}

static void
scroll_down(struct app *app)
{
	scroll(app, 1);
}

static void
scroll_up(struct app *app)
{
	scroll(app, -1);
}

/* A line of the page before stays, to read on from. */
static long
page(const struct app *app)
{
	return app->conversation.height > 2 ? (long)app->conversation.height - 1 : 1;
}

static void
scroll_page_down(struct app *app)
{
	scroll(app, page(app));
}

static void
scroll_page_up(struct app *app)
{
	scroll(app, -page(app));
}

static void
scroll_half_down(struct app *app)
{
	scroll(app, page(app) / 2 + 1);
}

static void
scroll_half_up(struct app *app)
{
	scroll(app, -(page(app) / 2 + 1));
}

static void
scroll_first(struct app *app)
{
	scroll(app, -(long)app->conversation.line_count - 1);
}

static void
scroll_last(struct app *app)
{
	scroll(app, (long)app->conversation.line_count);
}

static void
choose(struct app *app, int by)
{
	struct err err = { "" };

	app_report(app, conversation_choose(&app->conversation, app->db, by, &err), &err);
	app_mark_read(app);
}

static void
choose_next(struct app *app)
{
	choose(app, 1);
}

static void
choose_previous(struct app *app)
{
	choose(app, -1);
}

/* The message chosen, or the first in sight that is folded or was. */
static void
toggle_fold(struct app *app)
{
	const struct conversation *conversation = &app->conversation;
	size_t top = conversation_top(conversation);

	for (size_t i = top; i < conversation->line_count && i < top + conversation->height; i++) {
		const struct line *line = &conversation->lines[i];
		int64_t id = line->anchor;

		if (conversation->chosen != 0 && id != conversation->chosen)
			continue;
		if (line->kind == LINE_FOLD || conversation_is_unfolded(conversation, id)) {
			conversation_toggle_fold(&app->conversation, id);
			return;
		}
	}
	app_notice(app, STYLE_WARNING, _("No long message is in sight."));
}

static void
show_details(struct app *app)
{
	const struct message *message = conversation_chosen(&app->conversation);
	struct delivery_event events[DETAILS_EVENTS_MAX];
	struct err err = { "" };
	struct strbuf text;
	size_t count;

	if (message == NULL)
		return;
	app_report(app, message_events(app->db, message->id, DETAILS_EVENTS_MAX, events, &count, &err), &err);
	strbuf_init(&text, 1 << 16);
	details_describe(message, events, count, &text);
	view_page_show(app, _("About this message"), strbuf_text(&text));
	strbuf_release(&text);
}

static const struct command rows[] = {
	{ .name = "scroll-down", .keys = "j Down", .contexts = MESSAGES,
	  .help = N_("A line down"), .run = scroll_down },
	{ .name = "scroll-up", .keys = "k Up", .contexts = MESSAGES,
	  .help = N_("A line up"), .run = scroll_up },
	{ .name = "scroll-half-down", .keys = "C-d C-f Space", .contexts = MESSAGES,
	  .help = N_("Half a page down"), .run = scroll_half_down },
	{ .name = "scroll-half-up", .keys = "C-u C-b", .contexts = MESSAGES,
	  .help = N_("Half a page up"), .run = scroll_half_up },
	{ .name = "scroll-page-up", .keys = "PgUp", .contexts = MESSAGES | REPLY,
	  .help = N_("A page up the messages"), .hint = N_("older"), .run = scroll_page_up },
	{ .name = "scroll-page-down", .keys = "PgDn", .contexts = MESSAGES | REPLY,
	  .help = N_("A page down the messages"), .run = scroll_page_down },
	{ .name = "scroll-first", .keys = "g Home", .contexts = MESSAGES,
	  .help = N_("The oldest message loaded; again for older ones"), .run = scroll_first },
	{ .name = "scroll-last", .keys = "G End", .contexts = MESSAGES,
	  .help = N_("The newest message"), .run = scroll_last },
	{ .name = "next-message", .keys = "J C-Down", .contexts = MESSAGES,
	  .help = N_("Choose the next message"), .run = choose_next },
	{ .name = "previous-message", .keys = "K C-Up", .contexts = MESSAGES,
	  .help = N_("Choose the message before"), .hint = N_("choose"), .run = choose_previous },
	{ .name = "fold", .keys = "x", .contexts = MESSAGES,
	  .help = N_("Open or fold a long message"), .run = toggle_fold },
	{ .name = "details", .keys = "I", .contexts = MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Everything known of the chosen message: times, states, reasons"), .run = show_details },
};

COMMAND_TABLE(commands_messages);
