/* SPDX-License-Identifier: MIT */
/* Choosing a conversation: moving in the list, and what the list shows. */
#include "core/i18n.h"
#include "ui/app.h"
#include "ui/command_tables.h"

static void
open_conversation(struct app *app)
{
	if (app->focus == FOCUS_MESSAGES && reply_ask_about_chosen(app))
		return;
	reply_set_note(app, false);
	app_set_focus(app, FOCUS_REPLY);
}

static void
move_selection(struct app *app, long by)
{
	struct err err = { "" };

	app_report(app, inbox_move(&app->inbox, app->db, by, &err), &err);
}

static void
select_next(struct app *app)
{
	move_selection(app, 1);
}

static void
select_previous(struct app *app)
{
	move_selection(app, -1);
}

static void
select_page_down(struct app *app)
{
	move_selection(app, (long)app->inbox.visible);
}

static void
select_page_up(struct app *app)
{
	move_selection(app, -(long)app->inbox.visible);
}

static void
select_first(struct app *app)
{
	struct err err = { "" };

	app_report(app, inbox_go_first(&app->inbox, app->db, &err), &err);
}

static void
select_last(struct app *app)
{
	struct err err = { "" };

	app_report(app, inbox_go_last(&app->inbox, app->db, &err), &err);
}


static void
filter_again(struct app *app)
{
	struct err err = { "" };

	/* What was being marked was all of another list. */
	app->team.marking = false;
	/* What was found is left for the list. */
	app->search.before = 0;
	search_end(app);
	app_set_focus(app, FOCUS_LIST);
	app_report(app, inbox_restart(&app->inbox, app->db, &err), &err);
	app_show_selected(app);
}

static void
filter_channel(struct app *app)
{
	struct thread_filter *filter = &app->inbox.filter;

	if (!filter->one_channel) {
		filter->one_channel = true;
		filter->channel = CHANNEL_WHATSAPP;
	} else if (filter->channel == CHANNEL_WHATSAPP) {
		filter->channel = CHANNEL_SMS;
	} else if (filter->channel == CHANNEL_SMS) {
		filter->channel = CHANNEL_EMAIL;
	} else {
		filter->one_channel = false;
	}
	filter_again(app);
}

static void
filter_status(struct app *app)
{
	static const struct { enum thread_view view; enum thread_status status; } cycle[] = {
		{ THREAD_VIEW_ACTIVE, THREAD_OPEN },	{ THREAD_VIEW_STATUS, THREAD_OPEN },
		{ THREAD_VIEW_STATUS, THREAD_PENDING }, { THREAD_VIEW_STATUS, THREAD_CLOSED },
		{ THREAD_VIEW_ALL, THREAD_OPEN },
	};
	const size_t count = sizeof cycle / sizeof cycle[0];
	struct thread_filter *filter = &app->inbox.filter;
	size_t now = 0;

	for (size_t i = 0; i < count; i++)
		if (cycle[i].view == filter->view && (filter->view != THREAD_VIEW_STATUS || cycle[i].status == filter->status))
			now = i;
	filter->view = cycle[(now + 1) % count].view;
	filter->status = cycle[(now + 1) % count].status;
	filter_again(app);
}

static void
filter_unread(struct app *app)
{
	app->inbox.filter.unread_only = !app->inbox.filter.unread_only;
	filter_again(app);
}

static const struct command rows[] = {
	{ .name = "open", .keys = "Enter Right l", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Open the conversation and write a reply"), .hint = N_("answer"), .run = open_conversation },
	{ .name = "reply", .keys = "r i", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Write a reply"), .run = open_conversation },
	{ .name = "select-next", .keys = "j Down", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("Next conversation"), .run = select_next },
	{ .name = "select-previous", .keys = "k Up", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("Previous conversation"), .run = select_previous },
	{ .name = "select-page-down", .keys = "PgDn C-d C-f", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("A page down the list"), .run = select_page_down },
	{ .name = "select-page-up", .keys = "PgUp C-u C-b", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("A page up the list"), .run = select_page_up },
	{ .name = "select-first", .keys = "g Home", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("The newest conversation"), .run = select_first },
	{ .name = "select-last", .keys = "G End", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("The oldest conversation"), .run = select_last },
	{ .name = "filter-channel", .keys = "f", .contexts = LIST | MESSAGES,
	  .help = N_("By channel: all, WhatsApp, SMS, email"), .hint = N_("channel"), .run = filter_channel },
	{ .name = "filter-status", .keys = "s", .contexts = LIST | MESSAGES,
	  .help = N_("By status: active, open, pending, closed, all"), .hint = N_("status"), .run = filter_status },
	{ .name = "filter-unread", .keys = "u", .contexts = LIST | MESSAGES,
	  .help = N_("Only what is unread, or everything"), .run = filter_unread },
};

COMMAND_TABLE(commands_list);
