/* SPDX-License-Identifier: MIT */
/* What can be done everywhere. */
#include "core/i18n.h"
#include "ui/app.h"
#include "ui/command_tables.h"

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
back(struct app *app)
{
	if (app->view_depth > 0)
		view_close(app);
	else if (app->focus == FOCUS_REPLY && app->reply.note)
		reply_set_note(app, false);
	else
		app_set_focus(app, app->focus == FOCUS_REPLY ? FOCUS_MESSAGES : FOCUS_LIST);
}

static void
back_to_list(struct app *app)
{
	app_set_focus(app, FOCUS_LIST);
}

static void
show_help(struct app *app)
{
	if (view_current(app) == VIEW_HELP)
		view_close(app);
	else
		view_open(app, VIEW_HELP, "");
}

static void
open_line(struct app *app)
{
	prompt_open_command(app, "");
}

static const struct command rows[] = {
	{ .name = "back", .keys = "Esc C-c", .contexts = MESSAGES | REPLY | VIEWS,
	  .help = N_("Back one step; the draft is kept"), .hint = N_("back"), .run = back },
	{ .name = "list", .keys = "q h Left", .contexts = MESSAGES,
	  .help = N_("Back to the list"), .hint = N_("list"), .run = back_to_list },
	{ .name = "quit", .keys = "q", .contexts = LIST, .need = NEED_NO_SCREEN,
	  .help = N_("Leave hilo; drafts are kept"), .hint = N_("quit"), .run = quit },
	{ .name = "help", .keys = "? F1", .contexts = EVERYWHERE,
	  .help = N_("Show or leave this help"), .hint = N_("help"), .run = show_help },
	{ .name = "next-pane", .keys = "Tab", .contexts = LIST | MESSAGES | REPLY, .need = NEED_CONVERSATION,
	  .help = N_("Next pane: list, messages, reply"), .run = next_pane },
	{ .name = "previous-pane", .keys = "S-Tab", .contexts = LIST | MESSAGES | REPLY, .need = NEED_CONVERSATION,
	  .help = N_("Previous pane"), .run = previous_pane },
	{ .name = "palette", .keys = "C-p", .contexts = EVERYWHERE,
	  .help = N_("Go to a command, a conversation or a customer by some letters"), .hint = N_("go to"),
	  .run = palette_open },
	{ .name = "command", .keys = ":", .contexts = EVERYWHERE,
	  .help = N_("Run a command by its name; Tab completes"), .run = open_line },
	{ .name = "go-back", .keys = "C-o", .contexts = LIST | MESSAGES,
	  .help = N_("Back to the conversation that was open before a jump"), .run = app_go_back },
	{ .name = "redraw", .keys = "C-l", .contexts = EVERYWHERE,
	  .help = N_("Draw the screen anew"), .run = redraw },
	{ .name = "suspend", .keys = "C-z", .contexts = EVERYWHERE, .need = NEED_NO_SCREEN,
	  .help = N_("Go to the shell; fg comes back"), .run = suspend },
};

COMMAND_TABLE(commands_app);
