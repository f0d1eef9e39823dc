/* SPDX-License-Identifier: MIT */
/* Every command and what it does. A row is all that a new command takes. */
#include <string.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "ui/views.h"
#include "ui/wording.h"

/* --- everywhere --- */

static void
show_help(struct app *app)
{
	app->help_context = app_context(app);
	app->help = !app->help;
	app->help_top = 0;
	app_mark_read(app);
}

static void
redraw(struct app *app)
{
	terminal_forget(app->terminal);
	app_refresh(app);
}

static void
suspend(struct app *app)
{
	app_save_draft(app);
	terminal_suspend(app->terminal);
	app_refresh(app);
}

static void
quit(struct app *app)
{
	app->quitting = true;
}

static void
next_pane(struct app *app)
{
	static const enum focus next[] = { [FOCUS_LIST] = FOCUS_MESSAGES, [FOCUS_MESSAGES] = FOCUS_REPLY,
					   [FOCUS_REPLY] = FOCUS_LIST };

	app_set_focus(app, next[app->focus]);
}

static void
previous_pane(struct app *app)
{
	static const enum focus previous[] = { [FOCUS_LIST] = FOCUS_REPLY, [FOCUS_MESSAGES] = FOCUS_LIST,
					       [FOCUS_REPLY] = FOCUS_MESSAGES };

	app_set_focus(app, previous[app->focus]);
}

static void
next_unread(struct app *app)
{
	struct err err = { "" };
	enum status status = inbox_next_unread(&app->inbox, app->db, &err);

	if (status == STATUS_NOT_FOUND) {
		app_notice(app, STYLE_WARNING, _("Nothing is unread here."));
		return;
	}
	app_report(app, status, &err);
	app_show_selected(app);
}

static void
back(struct app *app)
{
	if (app->help) {
		show_help(app);
		return;
	}
	app_set_focus(app, app->focus == FOCUS_REPLY ? FOCUS_MESSAGES : FOCUS_LIST);
}

static void
back_to_list(struct app *app)
{
	app_set_focus(app, FOCUS_LIST);
}

/* --- the list --- */

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
open_conversation(struct app *app)
{
	app_set_focus(app, FOCUS_REPLY);
}

/* --- filters --- */

static void
filter_again(struct app *app)
{
	struct err err = { "" };

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

/* --- the conversation --- */

static void
close_conversation(struct app *app)
{
	if (app->inbox.current.status == THREAD_CLOSED)
		app_notice(app, STYLE_WARNING, _("It is closed already; o opens it again."));
	else if (app_request(app, (struct request){ .kind = REQUEST_SET_STATUS, .thread_status = THREAD_CLOSED }, NULL))
		app_notice(app, STYLE_STRONG, _("Closed. It opens again when the customer writes; s shows the closed ones."));
}

static void
reopen_conversation(struct app *app)
{
	if (app->inbox.current.status == THREAD_OPEN)
		app_notice(app, STYLE_WARNING, _("It is open."));
	else if (app_request(app, (struct request){ .kind = REQUEST_SET_STATUS, .thread_status = THREAD_OPEN }, NULL))
		app_notice(app, STYLE_STRONG, _("Open again."));
}

static void
resend_confirmed(struct app *app)
{
	app_request(app, (struct request){ .kind = REQUEST_RESEND, .message_id = app->prompt.message_id }, NULL);
}

static void
resend(struct app *app)
{
	const struct message *message = conversation_resendable(&app->conversation);

	if (message == NULL)
		app_notice(app, STYLE_WARNING, _("Nothing here has failed."));
	else if (strcmp(message->status, "unknown") == 0)
		prompt_ask(app, _("It may have arrived. Send it a second time?"), message->id, resend_confirmed);
	else
		prompt_ask(app, _("Send the failed message again?"), message->id, resend_confirmed);
}

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

/* --- the reply --- */

static int
reply_columns(const struct app *app)
{
	return app->layout.messages.columns > 2 ? app->layout.messages.columns - 2 : 1;
}

static void
insert_newline(struct app *app)
{
	editor_insert(&app->editor, "\n", 1);
}

static void
row_up(struct app *app)
{
	if (!editor_move_row(&app->editor, reply_columns(app), -1))
		editor_move(&app->editor, EDITOR_TEXT_START);
}

static void
row_down(struct app *app)
{
	if (!editor_move_row(&app->editor, reply_columns(app), 1))
		editor_move(&app->editor, EDITOR_TEXT_END);
}

static void
left(struct app *app)
{
	editor_move(&app->editor, EDITOR_LEFT);
}

static void
right(struct app *app)
{
	editor_move(&app->editor, EDITOR_RIGHT);
}

static void
word_left(struct app *app)
{
	editor_move(&app->editor, EDITOR_WORD_LEFT);
}

static void
word_right(struct app *app)
{
	editor_move(&app->editor, EDITOR_WORD_RIGHT);
}

static void
line_start(struct app *app)
{
	editor_move(&app->editor, EDITOR_LINE_START);
}

static void
line_end(struct app *app)
{
	editor_move(&app->editor, EDITOR_LINE_END);
}

static void
delete_back(struct app *app)
{
	editor_delete(&app->editor, EDITOR_LEFT, false);
}

static void
delete_forward(struct app *app)
{
	editor_delete(&app->editor, EDITOR_RIGHT, false);
}

static void
kill_word(struct app *app)
{
	editor_delete(&app->editor, EDITOR_WORD_LEFT, true);
}

static void
kill_word_forward(struct app *app)
{
	editor_delete(&app->editor, EDITOR_WORD_RIGHT, true);
}

static void
kill_to_start(struct app *app)
{
	editor_delete(&app->editor, EDITOR_LINE_START, true);
}

static void
kill_line(struct app *app)
{
	editor_kill_line(&app->editor);
}

static void
yank(struct app *app)
{
	editor_yank(&app->editor);
}

/* --- help --- */

static void
scroll_help(struct app *app, long by)
{
	long most = (long)view_help_lines() - app->layout.body.rows, top = (long)app->help_top + by;

	most = most < 0 ? 0 : most;
	app->help_top = (size_t)(top < 0 ? 0 : top > most ? most : top);
}

static void
help_down(struct app *app)
{
	scroll_help(app, 1);
}

static void
help_up(struct app *app)
{
	scroll_help(app, -1);
}

static void
help_page_down(struct app *app)
{
	scroll_help(app, app->layout.body.rows - 1);
}

static void
help_page_up(struct app *app)
{
	scroll_help(app, -(app->layout.body.rows - 1));
}

enum { LIST = CONTEXT_LIST, MESSAGES = CONTEXT_MESSAGES, REPLY = CONTEXT_REPLY, HELP = CONTEXT_HELP };

const struct command commands[] = {
	{ "open", "Enter Right l", LIST | MESSAGES, NEED_CONVERSATION,
	  N_("Open the conversation and write a reply"), N_("answer"), open_conversation },
	{ "reply", "r i", LIST | MESSAGES, NEED_CONVERSATION, N_("Write a reply"), NULL, open_conversation },
	{ "next-unread", "n C-n", LIST | MESSAGES, NEED_NOTHING,
	  N_("Next unread conversation"), N_("next unread"), next_unread },
	{ "select-next", "j Down", LIST, NEED_LIST, N_("Next conversation"), NULL, select_next },
	{ "select-previous", "k Up", LIST, NEED_LIST, N_("Previous conversation"), NULL, select_previous },
	{ "select-page-down", "PgDn C-d C-f Space", LIST, NEED_LIST, N_("A page down the list"), NULL, select_page_down },
	{ "select-page-up", "PgUp C-u C-b", LIST, NEED_LIST, N_("A page up the list"), NULL, select_page_up },
	{ "select-first", "g Home", LIST, NEED_LIST, N_("The newest conversation"), NULL, select_first },
	{ "select-last", "G End", LIST, NEED_LIST, N_("The oldest conversation"), NULL, select_last },
	{ "scroll-down", "j Down", MESSAGES, NEED_NOTHING, N_("A line down"), NULL, scroll_down },
	{ "scroll-up", "k Up", MESSAGES, NEED_NOTHING, N_("A line up"), NULL, scroll_up },
	{ "scroll-half-down", "C-d C-f Space", MESSAGES, NEED_NOTHING, N_("Half a page down"), NULL, scroll_half_down },
	{ "scroll-half-up", "C-u C-b", MESSAGES, NEED_NOTHING, N_("Half a page up"), NULL, scroll_half_up },
	{ "scroll-first", "g Home", MESSAGES, NEED_NOTHING, N_("The oldest message loaded; again for older ones"), NULL,
	  scroll_first },
	{ "scroll-last", "G End", MESSAGES, NEED_NOTHING, N_("The newest message"), NULL, scroll_last },

	{ "send", "Enter", REPLY, NEED_CONVERSATION, N_("Send the reply"), N_("send"), app_send },
	{ "newline", "M-Enter C-j", REPLY, NEED_NOTHING, N_("Begin a new line"), N_("new line"), insert_newline },
	{ "back", "Esc C-c", MESSAGES | REPLY | HELP, NEED_NOTHING,
	  N_("Back one step; the draft is kept"), N_("back"), back },
	{ "skip-to-unread", "C-n", REPLY, NEED_NOTHING,
	  N_("Next unread conversation; the draft is kept"), N_("next unread"), next_unread },
	{ "scroll-page-up", "PgUp", MESSAGES | REPLY, NEED_NOTHING, N_("A page up the messages"), N_("older"), scroll_page_up },
	{ "scroll-page-down", "PgDn", MESSAGES | REPLY, NEED_NOTHING, N_("A page down the messages"), NULL,
	  scroll_page_down },
	{ "cursor-left", "Left C-b", REPLY, NEED_NOTHING, N_("A character left"), NULL, left },
	{ "cursor-right", "Right C-f", REPLY, NEED_NOTHING, N_("A character right"), NULL, right },
	{ "cursor-up", "Up C-p", REPLY, NEED_NOTHING, N_("A line up in the text"), NULL, row_up },
	{ "cursor-down", "Down", REPLY, NEED_NOTHING, N_("A line down in the text"), NULL, row_down },
	{ "word-left", "C-Left M-Left M-b", REPLY, NEED_NOTHING, N_("A word left"), NULL, word_left },
	{ "word-right", "C-Right M-Right M-f", REPLY, NEED_NOTHING, N_("A word right"), NULL, word_right },
	{ "line-start", "Home C-a", REPLY, NEED_NOTHING, N_("To the beginning of the line"), NULL, line_start },
	{ "line-end", "End C-e", REPLY, NEED_NOTHING, N_("To the end of the line"), NULL, line_end },
	{ "delete-back", "Backspace C-h", REPLY, NEED_NOTHING, N_("Delete the character before the cursor"), NULL, delete_back },
	{ "delete", "Delete C-d", REPLY, NEED_NOTHING, N_("Delete the character at the cursor"), NULL, delete_forward },
	{ "kill-word", "C-w M-Backspace", REPLY, NEED_NOTHING, N_("Cut the word before the cursor"), NULL, kill_word },
	{ "kill-word-forward", "M-d", REPLY, NEED_NOTHING, N_("Cut the word after the cursor"), NULL, kill_word_forward },
	{ "kill-to-start", "C-u", REPLY, NEED_NOTHING, N_("Cut to the beginning of the line"), NULL, kill_to_start },
	{ "kill-line", "C-k", REPLY, NEED_NOTHING, N_("Cut to the end of the line"), NULL, kill_line },
	{ "yank", "C-y", REPLY, NEED_NOTHING, N_("Insert what was cut"), NULL, yank },

	{ "close", "c", LIST | MESSAGES, NEED_CONVERSATION, N_("Close the conversation"), N_("close"), close_conversation },
	{ "reopen", "o", LIST | MESSAGES, NEED_CONVERSATION, N_("Open a closed conversation again"), NULL,
	  reopen_conversation },
	{ "resend", "R", LIST | MESSAGES, NEED_CONVERSATION, N_("Send again what failed or is unconfirmed"), NULL,
	  resend },
	{ "filter-channel", "f", LIST | MESSAGES, NEED_NOTHING, N_("By channel: all, WhatsApp, SMS, email"),
	  N_("channel"), filter_channel },
	{ "filter-status", "s", LIST | MESSAGES, NEED_NOTHING,
	  N_("By status: active, open, pending, closed, all"), N_("status"), filter_status },
	{ "filter-unread", "u", LIST | MESSAGES, NEED_NOTHING, N_("Only what is unread, or everything"), NULL,
	  filter_unread },
	{ "list", "q h Left", MESSAGES, NEED_NOTHING, N_("Back to the list"), N_("list"), back_to_list },
	{ "quit", "q", LIST, NEED_NOTHING, N_("Leave hilo; drafts are kept"), N_("quit"), quit },

	{ "help", "? F1", CONTEXT_EVERYWHERE, NEED_NOTHING, N_("Show or leave this help"), N_("help"), show_help },
	{ "next-pane", "Tab", CONTEXT_EVERYWHERE, NEED_CONVERSATION, N_("Next pane: list, messages, reply"), NULL, next_pane },
	{ "previous-pane", "S-Tab", CONTEXT_EVERYWHERE, NEED_CONVERSATION, N_("Previous pane"), NULL, previous_pane },
	{ "command", ":", CONTEXT_EVERYWHERE, NEED_NOTHING, N_("Run a command by its name; Tab completes"), NULL,
	  prompt_open_command },
	{ "redraw", "C-l", CONTEXT_EVERYWHERE, NEED_NOTHING, N_("Draw the screen anew"), NULL, redraw },
	{ "suspend", "C-z", CONTEXT_EVERYWHERE, NEED_NOTHING, N_("Go to the shell; fg comes back"), NULL, suspend },

	{ "help-down", "j Down Enter", HELP, NEED_NOTHING, N_("A line down"), NULL, help_down },
	{ "help-up", "k Up", HELP, NEED_NOTHING, N_("A line up"), NULL, help_up },
	{ "help-page-down", "PgDn Space C-d C-f", HELP, NEED_NOTHING, N_("A page down"), N_("more"), help_page_down },
	{ "help-page-up", "PgUp C-u C-b", HELP, NEED_NOTHING, N_("A page up"), NULL, help_page_up },
	{ "close-help", "q", HELP, NEED_NOTHING, N_("Leave this help"), NULL, show_help },
};

const size_t command_count = sizeof commands / sizeof commands[0];
