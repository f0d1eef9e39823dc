/* SPDX-License-Identifier: MIT */
#include "ui/reply_external.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "ui/app.h"

void
reply_external_start(struct app *app)
{
	struct reply *reply = &app->reply;
	struct err err = { "" };

	app_save_draft(app);
	terminal_release_screen(app->terminal);
	if (external_editor_start(&reply->external, terminal_tty(app->terminal), editor_text(&app->editor), &err) != STATUS_OK) {
		terminal_take_screen(app->terminal);
		app_notice(app, STYLE_FAILED, err.text);
		return;
	}
	reply->external_thread = app->conversation.thread_id;
	reply->external_note = reply->note;
}

/* Another conversation is open by now: the text becomes the draft of the one it was written for. */
static void
store_elsewhere(struct app *app, const char *text)
{
	app_request_for(app, app->reply.external_thread,
			(struct request){ .kind = REQUEST_SAVE_DRAFT,
					  .draft = app->reply.external_note ? DRAFT_NOTE : DRAFT_REPLY }, text);
}

void
reply_external_take(struct app *app)
{
	struct reply *reply = &app->reply;
	struct err err = { "" };
	char *text = NULL;
	enum status status = external_editor_finish(&reply->external, &text, &err);

	if (status == STATUS_BUSY)
		return;
	terminal_take_screen(app->terminal);
	app->dirty = true;
	if (status != STATUS_OK) {
		app_notice(app, STYLE_FAILED, err.text);
		return;
	}
	if (app->conversation.thread_id != reply->external_thread || reply->note != reply->external_note)
		store_elsewhere(app, text);
	else if (strcmp(text, editor_text(&app->editor)) != 0 &&
		 !editor_replace(&app->editor, 0, app->editor.len, text, strlen(text)))
		app_notice(app, STYLE_FAILED, _("The text is too long; what was there before stays."));
	free(text);
}
