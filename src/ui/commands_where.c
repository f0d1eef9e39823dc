/* SPDX-License-Identifier: MIT */
/*
 * Where a reply goes: another conversation of the same customer, on another channel or from another of our numbers. Each keeps its
 * own draft. Where there is none yet, what is written begins it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/client.h"
#include "core/client_timeline.h"
#include "core/config.h"
#include "core/i18n.h"
#include "core/outbox.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/command_tables.h"

enum { THREADS_MAX = 50, ADDRESSES_MAX = 16 };

/* The customer's conversations, heap, newest activity first; NULL, and says why, if they cannot be read. */
static struct thread *
load_threads(struct app *app, size_t *count)
{
	struct thread *threads = calloc(THREADS_MAX, sizeof *threads);
	struct err err = { "" };
	enum status status;

	*count = 0;
	if (threads == NULL)
		return NULL;
	status = client_threads(app->db, app->inbox.current.client_id, THREADS_MAX, threads, count, &err);
	app_report(app, status, &err);
	if (status == STATUS_OK)
		return threads;
	free(threads);
	return NULL;
}

static void
switch_to(struct app *app, const struct thread *thread)
{
	app_open_conversation(app, thread->id, 0);
	app_set_focus(app, FOCUS_REPLY);
	app_say(app, STYLE_STRONG, _("The reply goes to %s, by %s, from %s."), thread->client_address,
		_(channel_info(thread->channel)->title), thread->own_address);
}

static void
next_place(struct app *app)
{
	size_t count;
	struct thread *threads = load_threads(app, &count);
	const struct thread *next = NULL, *first = NULL;
	int64_t here = app->conversation.thread_id;

	/* By number, so that the order does not change while one goes round. */
	for (size_t i = 0; i < count; i++) {
		const struct thread *thread = &threads[i];

		if (thread->id > here && (next == NULL || thread->id < next->id))
			next = thread;
		if (thread->id != here && (first == NULL || thread->id < first->id))
			first = thread;
	}
	if (next == NULL)
		next = first;
	if (next != NULL)
		switch_to(app, next);
	else
		app_notice(app, STYLE_WARNING, _("This is the only conversation; \":reply-on\" and a channel begins another."));
	free(threads);
}

/* --- beginning one --- */

struct beginning {
	enum channel channel;
	char to[ADDRESS_SIZE];
	char own[ADDRESS_SIZE];
	int64_t from_thread; /* where it was written */
};

static enum status
run_begin(struct db *db, struct request *request, struct err *err)
{
	const struct beginning *beginning = request->data;
	struct outgoing out = {
		.channel = beginning->channel,
		.to = beginning->to,
		.own_address = beginning->own,
		.body = request->text,
		.author = request->agent,
		.origin = "console",
		.now_ms = request->now_ms,
	};

	return outbox_enqueue(db, &out, &request->result, err);
}

static void
end_begin(struct app *app, struct request *request)
{
	const struct beginning *beginning = request->data;

	if (request->status != STATUS_OK || request->result.problem != SEND_FINE) {
		app_notice(app, STYLE_FAILED, request->status != STATUS_OK ? request->err.text :
			   send_problem_text(request->result.problem));
		return;
	}
	/* It is sent: no longer a draft of where it was written. */
	if (app->conversation.thread_id == beginning->from_thread && strcmp(editor_text(&app->editor), request->text) == 0) {
		editor_set(&app->editor, "");
		app_save_draft(app);
	}
	app_open_conversation(app, request->result.thread_id, 0);
	app_set_focus(app, FOCUS_REPLY);
}

/* Where to, and from where, waited in the application while the question was asked. */
static void
begin(struct app *app, int64_t channel)
{
	static const struct request_action action = { .run = run_begin, .ended = end_begin };
	struct beginning *beginning = malloc(sizeof *beginning);

	if (beginning == NULL)
		return;
	*beginning = (struct beginning){ .channel = (enum channel)channel, .from_thread = app->conversation.thread_id };
	utf8_copy(beginning->to, sizeof beginning->to, app->reply_to);
	utf8_copy(beginning->own, sizeof beginning->own, app->reply_from);
	app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action, .data = beginning },
			editor_text(&app->editor));
}

/* An address of the customer that this channel reaches; false: there is none. */
static bool
find_address(struct app *app, enum channel channel, char out[ADDRESS_SIZE])
{
	struct client_address addresses[ADDRESSES_MAX];
	struct err err = { "" };
	size_t count = 0;

	app_report(app, client_addresses(app->db, app->inbox.current.client_id, ADDRESSES_MAX, addresses, &count, &err), &err);
	for (size_t i = 0; i < count; i++) {
		bool mail = strcmp(addresses[i].kind, address_kind_name(ADDRESS_EMAIL)) == 0;
		bool user = strcmp(addresses[i].kind, address_kind_name(ADDRESS_WHATSAPP_USER)) == 0;

		if (mail != (channel == CHANNEL_EMAIL) || (user && channel != CHANNEL_WHATSAPP))
			continue;
		utf8_copy(out, ADDRESS_SIZE, addresses[i].address);
		return true;
	}
	return false;
}

static void
ask_to_begin(struct app *app, enum channel channel, const char *own)
{
	const char *title = _(channel_info(channel)->title);
	char question[160];

	if (!find_address(app, channel, app->reply_to)) {
		app_say(app, STYLE_FAILED, _("No address of this customer is known for %s."), title);
		return;
	}
	if (own == NULL) {
		app_notice(app, STYLE_FAILED, send_problem_text(SEND_NO_SENDER));
		return;
	}
	utf8_copy(app->reply_from, sizeof app->reply_from, own);
	if (editor_is_blank(&app->editor)) {
		app_say(app, STYLE_WARNING, _("There is no such conversation yet. Write its first message here, then say \":reply-on %s\" again."),
			channel_name(channel));
		return;
	}
	snprintf(question, sizeof question, _("Begin a conversation by %s with %.40s, and send what is written?"), title,
		 app->reply_to);
	prompt_ask(app, question, channel, begin);
}

static void
reply_on(struct app *app, const char *argument)
{
	enum channel channel;
	struct thread *threads;
	size_t count, found;

	if (!channel_parse(argument, &channel)) {
		app_notice(app, STYLE_FAILED, _("The channel is sms, whatsapp or email."));
		return;
	}
	threads = load_threads(app, &count);
	if (threads == NULL)
		return;
	for (found = 0; found < count && threads[found].channel != channel; found++)
		;
	if (found < count)
		switch_to(app, &threads[found]);
	else
		ask_to_begin(app, channel, config_sender(app->options->config, channel));
	free(threads);
}

static void
complete_channel(struct app *app, const char *argument, struct completion *out)
{
	(void)app;
	for (int i = 0; i < CHANNEL_COUNT; i++)
		if (strncmp(channel_name((enum channel)i), argument, strlen(argument)) == 0)
			completion_add(out, channel_name((enum channel)i), _(channel_info((enum channel)i)->title), NULL);
}

static void
reply_from(struct app *app, const char *argument)
{
	enum channel channel = app->inbox.current.channel;
	const char *sender = config_sender(app->options->config, channel);
	size_t count, found;
	struct thread *threads = load_threads(app, &count);

	if (threads == NULL)
		return;
	for (found = 0; found < count; found++)
		if (threads[found].channel == channel && strcmp(threads[found].own_address, argument) == 0)
			break;
	if (found < count)
		switch_to(app, &threads[found]);
	else if (sender != NULL && strcmp(sender, argument) == 0)
		ask_to_begin(app, channel, sender);
	else
		app_say(app, STYLE_FAILED, _("%s is none of our numbers on this channel."), argument);
	free(threads);
}

static void
complete_own(struct app *app, const char *argument, struct completion *out)
{
	const char *sender = config_sender(app->options->config, app->inbox.current.channel);
	size_t count;
	struct thread *threads = load_threads(app, &count);

	if (sender != NULL && strncmp(sender, argument, strlen(argument)) == 0)
		completion_add(out, sender, NULL, NULL);
	for (size_t i = 0; i < count; i++)
		if (threads[i].channel == app->inbox.current.channel &&
		    strncmp(threads[i].own_address, argument, strlen(argument)) == 0 &&
		    (sender == NULL || strcmp(sender, threads[i].own_address) != 0))
			completion_add(out, threads[i].own_address, NULL, NULL);
	free(threads);
}

static const struct command rows[] = {
	{ .name = "reply-elsewhere", .keys = "C-g", .contexts = REPLY, .need = NEED_CONVERSATION,
	  .help = N_("Reply in the customer's next conversation: another channel or number"), .hint = N_("channel"),
	  .run = next_place },
	{ .name = "reply-on", .keys = "", .contexts = LIST | MESSAGES | REPLY, .need = NEED_CONVERSATION, .argument = N_("channel"),
	  .argument_needed = true, .help = N_("Reply to this customer by another channel: sms, whatsapp, email"),
	  .run_with = reply_on, .complete = complete_channel },
	{ .name = "reply-from", .keys = "", .contexts = LIST | MESSAGES | REPLY, .need = NEED_CONVERSATION, .argument = N_("number"),
	  .argument_needed = true, .help = N_("Reply to this customer from another of our numbers"),
	  .run_with = reply_from, .complete = complete_own },
};

COMMAND_TABLE(commands_where);
