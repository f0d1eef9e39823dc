/* SPDX-License-Identifier: MIT */
/* Answering: the editor of the reply, and sending. */
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/when.h"
#include "ui/app.h"
#include "ui/command_tables.h"
#include "ui/reply_external.h"
#include "ui/reply_template.h"
#include "ui/wording.h"

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

static void
undo(struct app *app)
{
	if (editor_undo(&app->editor))
		return;
	if (app->editor.len > 0 || !reply_take_back_newest(app, 0))
		app_notice(app, STYLE_WARNING, _("There is nothing to take back."));
}

static void
redo(struct app *app)
{
	if (!editor_redo(&app->editor))
		app_notice(app, STYLE_WARNING, _("Nothing was taken back that could be done again."));
}

static void
transpose(struct app *app)
{
	editor_transpose(&app->editor);
}

static void
yank_pop(struct app *app)
{
	if (!editor_yank_pop(&app->editor))
		app_notice(app, STYLE_WARNING, _("First insert what was cut (C-y); then this brings what was cut before."));
}

/* --- what was sent, and what is to be sent --- */

/* What the text means, or a notice; false if it means nothing. */
static bool
parse_time(struct app *app, const char *text, int64_t *out_ms)
{
	struct err err = { "" };

	if (when_parse(text, clock_now_ms(), out_ms, &err) == STATUS_OK)
		return true;
	app_notice(app, STYLE_FAILED, err.text);
	return false;
}

static void
send_later(struct app *app, const char *argument)
{
	int64_t at_ms;

	if (editor_is_blank(&app->editor))
		app_notice(app, STYLE_WARNING, _("Write the reply first, then choose when it is sent."));
	else if (parse_time(app, argument, &at_ms))
		reply_send(app, at_ms);
}

/* What was typed so far, in words; before anything, what can be typed. */
static void
complete_time(struct app *app, const char *argument, struct completion *out)
{
	static const char *const times[] = { N_("in 2 hours"), N_("tonight"), N_("tomorrow 9:00"), N_("monday 9:00") };
	char words[WORDING_SIZE];
	int64_t at_ms;

	(void)app;
	if (argument[0] != '\0') {
		if (when_parse(argument, clock_now_ms(), &at_ms, NULL) == STATUS_OK)
			completion_add(out, argument, NULL, wording_appointment(at_ms, words));
		return;
	}
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
		if (when_parse(_(times[i]), clock_now_ms(), &at_ms, NULL) == STATUS_OK)
			completion_add(out, _(times[i]), NULL, wording_appointment(at_ms, words));
}

static bool
has_status(const struct message *message, const char *status)
{
	return strcmp(message->status, status) == 0;
}

static bool
can_be_taken_back(const struct message *message)
{
	return has_status(message, "queued") || has_status(message, "scheduled") || has_status(message, "held");
}

static bool
is_held(const struct message *message)
{
	return has_status(message, "held");
}

static bool
has_appointment(const struct message *message)
{
	return has_status(message, "scheduled") || has_status(message, "held");
}

static void
take_back(struct app *app)
{
	const struct message *message = reply_target(app, can_be_taken_back);

	if (message != NULL)
		reply_take_back(app, message);
	else
		app_notice(app, STYLE_WARNING, _("There is no reply here that could still be taken back."));
}

static void
edit_again(struct app *app)
{
	const struct message *message = reply_target(app, wording_can_resend);

	if (message != NULL)
		reply_take_back(app, message);
	else
		app_notice(app, STYLE_WARNING, _("No reply here has failed or is unconfirmed."));
}

static void
release(struct app *app)
{
	const struct message *message = reply_target(app, is_held);

	if (message != NULL)
		reply_send_held(app, message->id);
	else
		app_notice(app, STYLE_WARNING, _("No reply is held here."));
}

static void
reschedule(struct app *app, const char *argument)
{
	const struct message *message = reply_target(app, has_appointment);
	int64_t at_ms;

	if (message == NULL)
		app_notice(app, STYLE_WARNING, _("No reply here waits for its time."));
	else if (parse_time(app, argument, &at_ms))
		reply_reschedule(app, message->id, at_ms);
}

static void
write_note(struct app *app)
{
	reply_set_note(app, true);
	app_set_focus(app, FOCUS_REPLY);
}

static void
insert_canned(struct app *app, const char *argument)
{
	app_set_focus(app, FOCUS_REPLY);
	reply_insert_canned(app, argument, app->editor.cursor, app->editor.cursor);
}

static void
choose_template(struct app *app, const char *argument)
{
	reply_template_start(app, argument);
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
	{ .name = "yank-pop", .keys = "M-y F6", .contexts = REPLY,
	  .help = N_("After that: what was cut before it, in its place"), .run = yank_pop },
	{ .name = "undo-text", .keys = "C-_", .contexts = REPLY,
	  .help = N_("Undo; with nothing written, take back the reply that was just sent"), .hint = N_("undo"), .run = undo },
	{ .name = "redo-text", .keys = "C-r", .contexts = REPLY,
	  .help = N_("Do again what was undone"), .run = redo },
	{ .name = "transpose", .keys = "C-t", .contexts = REPLY,
	  .help = N_("Exchange the two characters at the cursor"), .run = transpose },
	{ .name = "send-later", .keys = "F8", .contexts = REPLY, .need = NEED_CONVERSATION, .argument = N_("time"),
	  .argument_needed = true, .help = N_("Send the reply at a time: tomorrow 9, in 2h, friday 16:00"),
	  .hint = N_("later"), .run_with = send_later, .complete = complete_time },
	{ .name = "edit-outside", .keys = "C-o", .contexts = REPLY, .need = NEED_CONVERSATION,
	  .help = N_("Write in your own editor ($VISUAL, $EDITOR)"), .run = reply_external_start },
	{ .name = "spelling", .keys = "F7", .contexts = REPLY,
	  .help = N_("Check the spelling; on a wrong word: other words for it"), .run = reply_spelling_suggest },
	{ .name = "canned", .keys = "", .contexts = MESSAGES | REPLY, .need = NEED_CONVERSATION, .argument = N_("name"),
	  .argument_needed = true, .help = N_("Insert a canned reply; in an empty reply, / does the same"),
	  .run_with = insert_canned, .complete = reply_complete_canned },
	{ .name = "template", .keys = "", .contexts = MESSAGES | REPLY, .need = NEED_CONVERSATION, .argument = N_("name"),
	  .argument_needed = true, .help = N_("Send an approved template, also when the time for free replies is over"),
	  .run_with = choose_template, .complete = reply_complete_template },
	{ .name = "note", .keys = "P", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Write a private note that the customer does not see"), .run = write_note },
	{ .name = "take-back", .keys = "X", .contexts = MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Take back a reply that has not gone out; its text returns"), .run = take_back },
	{ .name = "edit-again", .keys = "E", .contexts = MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Edit a reply that failed, to send it again"), .run = edit_again },
	{ .name = "release", .keys = "", .contexts = MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Send a reply that is held all the same"), .run = release },
	{ .name = "reschedule", .keys = "", .contexts = MESSAGES, .need = NEED_CONVERSATION, .argument = N_("time"),
	  .argument_needed = true, .help = N_("Another time for a reply that waits for its time"),
	  .run_with = reschedule, .complete = complete_time },
};

COMMAND_TABLE(commands_reply);
