/* SPDX-License-Identifier: MIT */
/* What is done with replies that wait, are held, failed or are unconfirmed. */
#include <string.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/outbox.h"
#include "core/when.h"
#include "ui/app.h"
#include "ui/command_tables.h"
#include "ui/view_outbox.h"
#include "ui/wording.h"

static void
show(struct app *app, const char *argument)
{
	view_open(app, VIEW_OUTBOX, argument);
}

static void
complete_filter(struct app *app, const char *argument, struct completion *out)
{
	static const char *const names[] = { "all", "waiting", "scheduled", "held", "failed", "unconfirmed" };

	(void)app;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strncmp(names[i], argument, strlen(argument)) == 0)
			completion_add(out, names[i], NULL, NULL);
}

static void
turn_tab(struct app *app, size_t by)
{
	size_t place = view_outbox_place(app->outbox_view.filter);

	view_outbox_set_filter(app, view_outbox_tab((place + by) % OUTBOX_FILTER_COUNT));
}

static void
next_tab(struct app *app)
{
	turn_tab(app, 1);
}

static void
previous_tab(struct app *app)
{
	turn_tab(app, OUTBOX_FILTER_COUNT - 1);
}

/* The selected row; says so when there is none. */
static const struct outbox_item *
target(struct app *app)
{
	const struct outbox_item *item = view_current(app) == VIEW_OUTBOX ? view_outbox_selected(app) : NULL;

	if (item == NULL)
		app_notice(app, STYLE_WARNING, _("Choose a reply in the outbox first."));
	return item;
}

static bool
is_in(const struct outbox_item *item, const char *state)
{
	return strcmp(item->state, state) == 0;
}

static void
open_conversation(struct app *app)
{
	const struct outbox_item *item = target(app);

	if (item != NULL)
		app_open_conversation(app, item->thread_id, item->message_id);
}

/* --- sending --- */

static void
resend(struct app *app, int64_t message_id)
{
	app_request_for(app, 0, (struct request){ .kind = REQUEST_RESEND, .message_id = message_id }, NULL);
}

static enum status
run_release(struct db *db, struct request *request, struct err *err)
{
	return outbox_release(db, request->message_id, request->now_ms, err);
}

static void
release(struct app *app, int64_t message_id)
{
	static const struct request_action action = { .run = run_release };

	app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action, .message_id = message_id }, NULL);
}

static void
send_again(struct app *app)
{
	const struct outbox_item *item = target(app);

	if (item == NULL)
		return;
	if (is_in(item, "held"))
		prompt_ask(app, _("Send it all the same?"), item->message_id, release);
	else if (is_in(item, "unsure"))
		prompt_ask(app, _("It may have arrived already. Send it again?"), item->message_id, resend);
	else if (!is_in(item, "failed"))
		app_notice(app, STYLE_WARNING, _("It is still to be sent; X takes it back."));
	else if (item->dealt_with)
		app_notice(app, STYLE_WARNING, _("This one is dealt with already."));
	else
		resend(app, item->message_id);
}

static void
edit(struct app *app)
{
	const struct outbox_item *item = target(app);
	struct message message = { 0 };
	struct err err = { "" };
	enum status status;

	if (item == NULL)
		return;
	if (item->dealt_with) {
		app_notice(app, STYLE_WARNING, _("This one is dealt with already."));
		return;
	}
	status = message_get(app->db, item->message_id, &message, &err);
	if (status == STATUS_OK) {
		app_open_conversation(app, message.thread_id, message.id);
		reply_take_back(app, &message);
	}
	app_report(app, status, &err);
	message_release(&message);
}

/* --- taking back, another time, dealt with --- */

static enum status
run_cancel(struct db *db, struct request *request, struct err *err)
{
	return outbox_cancel(db, request->message_id, request->now_ms, err);
}

static void
end_cancel(struct app *app, struct request *request)
{
	if (request->status == STATUS_OK)
		app_notice(app, STYLE_STRONG, _("Taken back: it is not sent, and stays in its conversation as canceled."));
	else
		app_notice(app, STYLE_FAILED, request->err.text);
}

static void
cancel(struct app *app)
{
	static const struct request_action action = { .run = run_cancel, .ended = end_cancel };
	const struct outbox_item *item = target(app);

	if (item != NULL)
		app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action,
							  .message_id = item->message_id }, NULL);
}

static enum status
run_reschedule(struct db *db, struct request *request, struct err *err)
{
	return outbox_reschedule(db, request->message_id, request->number, request->now_ms, err);
}

static void
end_reschedule(struct app *app, struct request *request)
{
	char time[WORDING_SIZE];

	if (request->status == STATUS_OK)
		app_say(app, STYLE_STRONG, _("It will be sent on %s. X takes it back."),
			wording_appointment(request->number, time));
	else
		app_notice(app, STYLE_FAILED, request->err.text);
}

static void
reschedule(struct app *app, const char *argument)
{
	static const struct request_action action = { .run = run_reschedule, .ended = end_reschedule };
	const struct outbox_item *item = target(app);
	struct request request = { .kind = REQUEST_OTHER, .action = &action };
	struct err err = { "" };
	enum status status;

	if (item == NULL)
		return;
	request.message_id = item->message_id;
	status = when_parse(argument, clock_now_ms(), &request.number, &err);
	app_report(app, status, &err);
	if (status == STATUS_OK)
		app_request_for(app, 0, request, NULL);
}

static enum status
run_dismiss(struct db *db, struct request *request, struct err *err)
{
	return outbox_dismiss(db, request->message_id, request->agent, request->now_ms, err);
}

static void
dismiss(struct app *app)
{
	static const struct request_action action = { .run = run_dismiss };
	const struct outbox_item *item = target(app);

	if (item != NULL)
		app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action,
							  .message_id = item->message_id }, NULL);
}

static const struct command rows[] = {
	{ .name = "outbox", .keys = "O", .contexts = LIST | MESSAGES, .argument = N_("kind"),
	  .help = N_("The outbox: what waits, is held, failed or is unconfirmed"), .run_with = show,
	  .complete = complete_filter },
	{ .name = "outbox-open", .keys = "Enter Right l", .contexts = OUTBOX,
	  .help = N_("Open the conversation at this reply"), .hint = N_("open it"), .run = open_conversation },
	{ .name = "outbox-send", .keys = "R", .contexts = OUTBOX,
	  .help = N_("Send it again, or what is held all the same"), .hint = N_("send"), .run = send_again },
	{ .name = "outbox-edit", .keys = "E", .contexts = OUTBOX,
	  .help = N_("Edit it, to send it again"), .hint = N_("edit"), .run = edit },
	{ .name = "outbox-cancel", .keys = "X", .contexts = OUTBOX,
	  .help = N_("Take it back: it is not sent"), .hint = N_("take back"), .run = cancel },
	{ .name = "outbox-done", .keys = "d", .contexts = OUTBOX,
	  .help = N_("It is dealt with: no longer a failure"), .hint = N_("dealt with"), .run = dismiss },
	{ .name = "outbox-reschedule", .keys = "F8", .contexts = OUTBOX, .argument = N_("time"), .argument_needed = true,
	  .help = N_("Another time for what is scheduled or held: tomorrow 9, in 2h"), .hint = N_("time"),
	  .run_with = reschedule },
	{ .name = "outbox-next-kind", .keys = "Tab", .contexts = OUTBOX,
	  .help = N_("The next kind: waiting, held, failed ...; 1 to 6 choose one"), .hint = N_("kind"), .run = next_tab },
	{ .name = "outbox-previous-kind", .keys = "S-Tab", .contexts = OUTBOX,
	  .help = N_("The kind before"), .run = previous_tab },
};

COMMAND_TABLE(commands_outbox);
