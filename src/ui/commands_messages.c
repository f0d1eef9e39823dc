/* SPDX-License-Identifier: MIT */
/* Reading the open conversation. */
#include "core/i18n.h"
#include "ui/app.h"
#include "ui/command_tables.h"

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
};

COMMAND_TABLE(commands_messages);
