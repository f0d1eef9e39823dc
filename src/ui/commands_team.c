/* SPDX-License-Identifier: MIT */
/* What is done with a conversation besides answering it. */
#include <stdio.h>
#include <string.h>

#include "core/agent.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/label.h"
#include "core/when.h"
#include "ui/app.h"
#include "ui/command_tables.h"
#include "ui/wording.h"

enum { AGENTS_OFFERED = 50, LABELS_OFFERED = 50 };

static void
set_status(struct app *app, enum thread_status status)
{
	team_do(app, &(struct work){ .kind = WORK_STATUS, .thread_status = status });
}

static void
close_conversation(struct app *app)
{
	set_status(app, THREAD_CLOSED);
}

static void
reopen_conversation(struct app *app)
{
	set_status(app, THREAD_OPEN);
}

static void
mark_as_spam(struct app *app)
{
	set_status(app, THREAD_SPAM);
}

static void
status_by_name(struct app *app, const char *argument)
{
	enum thread_status status;

	if (!thread_status_parse(argument, &status) || status == THREAD_SNOOZED)
		app_notice(app, STYLE_FAILED, _("The status is open, pending, closed or spam; for a while use \":snooze 2h\"."));
	else
		set_status(app, status);
}

static void
complete_status(struct app *app, const char *argument, struct completion *out)
{
	(void)app;
	for (int i = 0; i < THREAD_STATUS_COUNT; i++)
		if (i != THREAD_SNOOZED && strncmp(thread_status_name((enum thread_status)i), argument, strlen(argument)) == 0)
			completion_add(out, thread_status_name((enum thread_status)i),
				       wording_status((enum thread_status)i), NULL);
}

/* --- who has it --- */

static void
assign(struct app *app, const char *argument)
{
	team_do(app, &(struct work){ .kind = WORK_ASSIGN, .name = argument });
}

static void
complete_agent(struct app *app, const char *argument, struct completion *out)
{
	struct agent agents[AGENTS_OFFERED];
	struct err err = { "" };
	size_t count = 0;

	app_report(app, agent_list(app->db, argument, AGENTS_OFFERED, agents, &count, &err), &err);
	for (size_t i = 0; i < count; i++)
		completion_add(out, agents[i].name, NULL, NULL);
}

static void
take(struct app *app)
{
	assign(app, app->options->config->agent_name);
}

static void
give_back(struct app *app)
{
	assign(app, "");
}

/* --- labels --- */

static void
add_label(struct app *app, const char *argument)
{
	team_do(app, &(struct work){ .kind = WORK_LABEL_ADD, .name = argument });
}

static void
remove_label(struct app *app, const char *argument)
{
	team_do(app, &(struct work){ .kind = WORK_LABEL_REMOVE, .name = argument });
}

static void
complete_label(struct app *app, const char *argument, struct completion *out)
{
	struct label labels[LABELS_OFFERED];
	struct err err = { "" };
	size_t count = 0;
	char threads[32];

	app_report(app, label_list(app->db, argument, LABELS_OFFERED, labels, &count, &err), &err);
	for (size_t i = 0; i < count; i++) {
		snprintf(threads, sizeof threads, "%lld", (long long)labels[i].threads);
		completion_add(out, labels[i].name, threads, NULL);
	}
}

/* Only labels that it has can be taken off; of several conversations, any. */
static void
complete_own_label(struct app *app, const char *argument, struct completion *out)
{
	struct label labels[LABELS_OFFERED];
	struct err err = { "" };
	size_t count = 0;

	if (app->team.marks.count > 0 || app->conversation.thread_id == 0) {
		complete_label(app, argument, out);
		return;
	}
	app_report(app, label_list_of_thread(app->db, app->conversation.thread_id, LABELS_OFFERED, labels, &count, &err),
		   &err);
	for (size_t i = 0; i < count; i++)
		if (strncmp(labels[i].name, argument, strlen(argument)) == 0)
			completion_add(out, labels[i].name, NULL, NULL);
}

/* --- priority --- */

static void
set_priority(struct app *app, const char *argument)
{
	struct work work = { .kind = WORK_PRIORITY };

	if (!thread_priority_parse(argument, &work.priority))
		app_notice(app, STYLE_FAILED, _("The priority is low, normal, high or urgent."));
	else
		team_do(app, &work);
}

static void
complete_priority(struct app *app, const char *argument, struct completion *out)
{
	(void)app;
	for (int i = PRIORITY_URGENT; i >= PRIORITY_LOW; i--)
		if (strncmp(thread_priority_name(i), argument, strlen(argument)) == 0)
			completion_add(out, thread_priority_name(i), wording_priority_mark(i), wording_priority(i));
}

static void
change_priority(struct app *app, int by)
{
	int64_t priority = app->inbox.current.priority + by;

	if (priority >= PRIORITY_LOW && priority <= PRIORITY_URGENT)
		team_do(app, &(struct work){ .kind = WORK_PRIORITY, .priority = (enum thread_priority)priority });
}

static void
raise_priority(struct app *app)
{
	change_priority(app, 1);
}

static void
lower_priority(struct app *app)
{
	change_priority(app, -1);
}

/* --- snooze --- */

static void
snooze(struct app *app, const char *argument)
{
	struct work work = { .kind = WORK_SNOOZE };
	struct err err = { "" };

	/* Until the customer writes. */
	if (strcmp(argument, "reply") == 0 || strcmp(argument, "r") == 0 || strcmp(argument, "respuesta") == 0) {
		team_do(app, &work);
		return;
	}
	if (when_parse(argument, clock_now_ms(), &work.until_ms, &err) != STATUS_OK)
		app_notice(app, STYLE_FAILED, err.text);
	else
		team_do(app, &work);
}

static void
complete_snooze(struct app *app, const char *argument, struct completion *out)
{
	static const char *const times[] = { N_("reply"), "1h", "3h", N_("tomorrow 9"), N_("monday 9"), N_("next week") };

	(void)app;
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
		if (strncmp(_(times[i]), argument, strlen(argument)) == 0)
			completion_add(out, _(times[i]), NULL,
				       i == 0 ? _("until the customer writes") : _("or sooner, when the customer writes"));
}

/* --- sending again --- */

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

/* Several at once, from the list. */
static void
mark(struct app *app)
{
	struct err err = { "" };

	team_toggle_mark(app);
	app_report(app, inbox_move(&app->inbox, app->db, 1, &err), &err);
}

/* One step back: marks first, then the search. */
static void
leave(struct app *app)
{
	if (app->team.marks.count > 0 || app->team.marking)
		team_clear_marks(app);
	else
		search_end(app);
}

static const struct command rows[] = {
	{ .name = "close", .keys = "c", .contexts = LIST | MESSAGES,
	  .help = N_("Close the conversation"), .hint = N_("close"), .run = close_conversation },
	{ .name = "reopen", .keys = "o", .contexts = LIST | MESSAGES,
	  .help = N_("Open a closed conversation again"), .run = reopen_conversation },
	{ .name = "assign", .keys = "a", .contexts = LIST | MESSAGES, .argument = N_("agent"), .argument_needed = true,
	  .help = N_("Give the conversation to an agent"), .hint = N_("assign"), .run_with = assign, .complete = complete_agent },
	{ .name = "take", .keys = "A", .contexts = LIST | MESSAGES,
	  .help = N_("Take the conversation yourself"), .run = take },
	{ .name = "give-back", .keys = "", .contexts = LIST | MESSAGES,
	  .help = N_("Give the conversation back: nobody has it"), .run = give_back },
	{ .name = "snooze", .keys = "z", .contexts = LIST | MESSAGES, .argument = N_("time"), .argument_needed = true,
	  .help = N_("Put it aside until a time, or until the customer writes"), .hint = N_("snooze"), .run_with = snooze,
	  .complete = complete_snooze },
	{ .name = "label", .keys = "L", .contexts = LIST | MESSAGES, .argument = N_("label"), .argument_needed = true,
	  .help = N_("Add a label"), .run_with = add_label, .complete = complete_label },
	{ .name = "unlabel", .keys = "", .contexts = LIST | MESSAGES, .argument = N_("label"), .argument_needed = true,
	  .help = N_("Take a label off"), .run_with = remove_label, .complete = complete_own_label },
	{ .name = "raise-priority", .keys = "+", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("More urgent"), .run = raise_priority },
	{ .name = "lower-priority", .keys = "-", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Less urgent"), .run = lower_priority },
	{ .name = "priority", .keys = "", .contexts = LIST | MESSAGES, .argument = N_("priority"), .argument_needed = true,
	  .help = N_("Set the priority: low, normal, high, urgent"), .run_with = set_priority, .complete = complete_priority },
	{ .name = "status", .keys = "", .contexts = LIST | MESSAGES, .argument = N_("status"), .argument_needed = true,
	  .help = N_("Set the status: open, pending, closed, spam"), .run_with = status_by_name,
	  .complete = complete_status },
	{ .name = "spam", .keys = "!", .contexts = LIST | MESSAGES,
	  .help = N_("It is spam: out of the inbox"), .run = mark_as_spam },
	{ .name = "undo", .keys = "U", .contexts = EVERYWHERE,
	  .help = N_("Take the last action back: close, assign, label, snooze, merge, also of many"), .hint = N_("undo"),
	  .run = team_undo },
	{ .name = "mark", .keys = "Space", .contexts = LIST,
	  .help = N_("Mark the conversation for an action on several, and go to the next"), .run = mark },
	{ .name = "mark-range", .keys = "M", .contexts = LIST,
	  .help = N_("Mark everything from the last mark to here"), .run = team_mark_range },
	{ .name = "mark-all", .keys = "*", .contexts = LIST,
	  .help = N_("Mark everything that the list has"), .run = team_mark_all },
	{ .name = "unmark", .keys = "Esc", .contexts = LIST,
	  .help = N_("Take all marks away; without any, end the search"), .run = leave },
	{ .name = "resend", .keys = "R", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Send again what failed or is unconfirmed"), .run = resend },
};

COMMAND_TABLE(commands_team);
