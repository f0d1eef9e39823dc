/* SPDX-License-Identifier: MIT */
/* What is done with a conversation besides answering it. */
#include <string.h>

#include "core/i18n.h"
#include "ui/app.h"
#include "ui/command_tables.h"

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
resend_confirmed(struct app *app, int64_t message_id)
{
	app_request(app, (struct request){ .kind = REQUEST_RESEND, .message_id = message_id }, NULL);
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

static const struct command rows[] = {
	{ .name = "close", .keys = "c", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Close the conversation"), .hint = N_("close"), .run = close_conversation },
	{ .name = "reopen", .keys = "o", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Open a closed conversation again"), .run = reopen_conversation },
	{ .name = "resend", .keys = "R", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Send again what failed or is unconfirmed"), .run = resend },
};

COMMAND_TABLE(commands_team);
