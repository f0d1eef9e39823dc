/* SPDX-License-Identifier: MIT */
/* Answering: the editor of the reply, and sending. */
#include "core/i18n.h"
#include "ui/app.h"
#include "ui/command_tables.h"

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

static const struct command rows[] = {
	{ .name = "send", .keys = "Enter C-s", .contexts = REPLY, .need = NEED_CONVERSATION,
	  .help = N_("Send the reply"), .hint = N_("send"), .run = app_send },
	{ .name = "newline", .keys = "M-Enter C-j", .contexts = REPLY,
	  .help = N_("Begin a new line"), .hint = N_("new line"), .run = insert_newline },
	{ .name = "cursor-left", .keys = "Left C-b", .contexts = REPLY,
	  .help = N_("A character left"), .run = left },
	{ .name = "cursor-right", .keys = "Right C-f", .contexts = REPLY,
	  .help = N_("A character right"), .run = right },
	{ .name = "cursor-up", .keys = "Up", .contexts = REPLY,
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
	{ .name = "kill-word-forward", .keys = "C-Delete M-d", .contexts = REPLY,
	  .help = N_("Cut the word after the cursor"), .run = kill_word_forward },
	{ .name = "kill-to-start", .keys = "C-u", .contexts = REPLY,
	  .help = N_("Cut to the beginning of the line"), .run = kill_to_start },
	{ .name = "kill-line", .keys = "C-k", .contexts = REPLY,
	  .help = N_("Cut to the end of the line"), .run = kill_line },
	{ .name = "yank", .keys = "C-y", .contexts = REPLY,
	  .help = N_("Insert what was cut"), .run = yank },
};

COMMAND_TABLE(commands_reply);
