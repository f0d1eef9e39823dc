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
	else if (strcmp(message->status, "unknown") == 0 && message->next_attempt_at > 0)
		app_notice(app, STYLE_WARNING, _("hilo is still asking the carrier whether it arrived; wait for the answer."));
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
	{ .name = "open", .keys = "Enter Right l", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Open the conversation and write a reply"), .hint = N_("answer"), .run = open_conversation },
	{ .name = "reply", .keys = "r i", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Write a reply"), .run = open_conversation },
	{ .name = "next-unread", .keys = "n C-n", .contexts = LIST | MESSAGES,
	  .help = N_("Next unread conversation"), .hint = N_("next unread"), .run = next_unread },
	{ .name = "select-next", .keys = "j Down", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("Next conversation"), .run = select_next },
	{ .name = "select-previous", .keys = "k Up", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("Previous conversation"), .run = select_previous },
	{ .name = "select-page-down", .keys = "PgDn C-d C-f Space", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("A page down the list"), .run = select_page_down },
	{ .name = "select-page-up", .keys = "PgUp C-u C-b", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("A page up the list"), .run = select_page_up },
	{ .name = "select-first", .keys = "g Home", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("The newest conversation"), .run = select_first },
	{ .name = "select-last", .keys = "G End", .contexts = LIST, .need = NEED_LIST,
	  .help = N_("The oldest conversation"), .run = select_last },
	{ .name = "scroll-down", .keys = "j Down", .contexts = MESSAGES,
	  .help = N_("A line down"), .run = scroll_down },
	{ .name = "scroll-up", .keys = "k Up", .contexts = MESSAGES,
	  .help = N_("A line up"), .run = scroll_up },
	{ .name = "scroll-half-down", .keys = "C-d C-f Space", .contexts = MESSAGES,
	  .help = N_("Half a page down"), .run = scroll_half_down },
	{ .name = "scroll-half-up", .keys = "C-u C-b", .contexts = MESSAGES,
	  .help = N_("Half a page up"), .run = scroll_half_up },
	{ .name = "scroll-first", .keys = "g Home", .contexts = MESSAGES,
	  .help = N_("The oldest message loaded; again for older ones"), .run = scroll_first },
	{ .name = "scroll-last", .keys = "G End", .contexts = MESSAGES,
	  .help = N_("The newest message"), .run = scroll_last },

	{ .name = "send", .keys = "Enter", .contexts = REPLY, .need = NEED_CONVERSATION,
	  .help = N_("Send the reply"), .hint = N_("send"), .run = app_send },
	{ .name = "newline", .keys = "M-Enter C-j", .contexts = REPLY,
	  .help = N_("Begin a new line"), .hint = N_("new line"), .run = insert_newline },
	{ .name = "back", .keys = "Esc C-c", .contexts = MESSAGES | REPLY | HELP,
	  .help = N_("Back one step; the draft is kept"), .hint = N_("back"), .run = back },
	{ .name = "skip-to-unread", .keys = "C-n", .contexts = REPLY,
	  .help = N_("Next unread conversation; the draft is kept"), .hint = N_("next unread"), .run = next_unread },
	{ .name = "scroll-page-up", .keys = "PgUp", .contexts = MESSAGES | REPLY,
	  .help = N_("A page up the messages"), .hint = N_("older"), .run = scroll_page_up },
	{ .name = "scroll-page-down", .keys = "PgDn", .contexts = MESSAGES | REPLY,
	  .help = N_("A page down the messages"), .run = scroll_page_down },
	{ .name = "cursor-left", .keys = "Left C-b", .contexts = REPLY,
	  .help = N_("A character left"), .run = left },
	{ .name = "cursor-right", .keys = "Right C-f", .contexts = REPLY,
	  .help = N_("A character right"), .run = right },
	{ .name = "cursor-up", .keys = "Up C-p", .contexts = REPLY,
	  .help = N_("A line up in the text"), .run = row_up },
	{ .name = "cursor-down", .keys = "Down", .contexts = REPLY,
	  .help = N_("A line down in the text"), .run = row_down },
	{ .name = "word-left", .keys = "C-Left M-Left M-b", .contexts = REPLY,
	  .help = N_("A word left"), .run = word_left },
	{ .name = "word-right", .keys = "C-Right M-Right M-f", .contexts = REPLY,
	  .help = N_("A word right"), .run = word_right },
	{ .name = "line-start", .keys = "Home C-a", .contexts = REPLY,
	  .help = N_("To the beginning of the line"), .run = line_start },
	{ .name = "line-end", .keys = "End C-e", .contexts = REPLY,
	  .help = N_("To the end of the line"), .run = line_end },
	{ .name = "delete-back", .keys = "Backspace C-h", .contexts = REPLY,
	  .help = N_("Delete the character before the cursor"), .run = delete_back },
	{ .name = "delete", .keys = "Delete C-d", .contexts = REPLY,
	  .help = N_("Delete the character at the cursor"), .run = delete_forward },
	{ .name = "kill-word", .keys = "C-w M-Backspace", .contexts = REPLY,
	  .help = N_("Cut the word before the cursor"), .run = kill_word },
	{ .name = "kill-word-forward", .keys = "M-d", .contexts = REPLY,
	  .help = N_("Cut the word after the cursor"), .run = kill_word_forward },
	{ .name = "kill-to-start", .keys = "C-u", .contexts = REPLY,
	  .help = N_("Cut to the beginning of the line"), .run = kill_to_start },
	{ .name = "kill-line", .keys = "C-k", .contexts = REPLY,
	  .help = N_("Cut to the end of the line"), .run = kill_line },
	{ .name = "yank", .keys = "C-y", .contexts = REPLY,
	  .help = N_("Insert what was cut"), .run = yank },

	{ .name = "close", .keys = "c", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Close the conversation"), .hint = N_("close"), .run = close_conversation },
	{ .name = "reopen", .keys = "o", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Open a closed conversation again"), .run = reopen_conversation },
	{ .name = "resend", .keys = "R", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Send again what failed or is unconfirmed"), .run = resend },
	{ .name = "filter-channel", .keys = "f", .contexts = LIST | MESSAGES,
	  .help = N_("By channel: all, WhatsApp, SMS, email"), .hint = N_("channel"), .run = filter_channel },
	{ .name = "filter-status", .keys = "s", .contexts = LIST | MESSAGES,
	  .help = N_("By status: active, open, pending, closed, all"), .hint = N_("status"), .run = filter_status },
	{ .name = "filter-unread", .keys = "u", .contexts = LIST | MESSAGES,
	  .help = N_("Only what is unread, or everything"), .run = filter_unread },
	{ .name = "list", .keys = "q h Left", .contexts = MESSAGES,
	  .help = N_("Back to the list"), .hint = N_("list"), .run = back_to_list },
	{ .name = "quit", .keys = "q", .contexts = LIST, .need = NEED_NO_SCREEN,
	  .help = N_("Leave hilo; drafts are kept"), .hint = N_("quit"), .run = quit },

	{ .name = "help", .keys = "? F1", .contexts = CONTEXT_EVERYWHERE,
	  .help = N_("Show or leave this help"), .hint = N_("help"), .run = show_help },
	{ .name = "next-pane", .keys = "Tab", .contexts = CONTEXT_EVERYWHERE, .need = NEED_CONVERSATION,
	  .help = N_("Next pane: list, messages, reply"), .run = next_pane },
	{ .name = "previous-pane", .keys = "S-Tab", .contexts = CONTEXT_EVERYWHERE, .need = NEED_CONVERSATION,
	  .help = N_("Previous pane"), .run = previous_pane },
	{ .name = "command", .keys = ":", .contexts = CONTEXT_EVERYWHERE,
	  .help = N_("Run a command by its name; Tab completes"), .run = prompt_open_command },
	{ .name = "redraw", .keys = "C-l", .contexts = CONTEXT_EVERYWHERE,
	  .help = N_("Draw the screen anew"), .run = redraw },
	{ .name = "suspend", .keys = "C-z", .contexts = CONTEXT_EVERYWHERE, .need = NEED_NO_SCREEN,
	  .help = N_("Go to the shell; fg comes back"), .run = suspend },

	{ .name = "help-down", .keys = "j Down Enter", .contexts = HELP,
	  .help = N_("A line down"), .run = help_down },
	{ .name = "help-up", .keys = "k Up", .contexts = HELP,
	  .help = N_("A line up"), .run = help_up },
	{ .name = "help-page-down", .keys = "PgDn Space C-d C-f", .contexts = HELP,
	  .help = N_("A page down"), .hint = N_("more"), .run = help_page_down },
	{ .name = "help-page-up", .keys = "PgUp C-u C-b", .contexts = HELP,
	  .help = N_("A page up"), .run = help_page_up },
	{ .name = "close-help", .keys = "q", .contexts = HELP,
	  .help = N_("Leave this help"), .run = show_help },
};

const size_t command_count = sizeof commands / sizeof commands[0];
