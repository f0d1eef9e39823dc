/* SPDX-License-Identifier: MIT */
/* The customer: what is known of them, and whether two of them are one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/client.h"
#include "core/client_merge.h"
#include "core/i18n.h"
#include "core/strbuf.h"
#include "ui/app.h"
#include "ui/command_tables.h"
#include "ui/one_line.h"
#include "ui/view_history.h"

enum { LINE_MAX = 2 * CLIENT_NOTES_MAX + 1 };

static void
show(struct app *app)
{
	view_open(app, VIEW_CUSTOMER, "");
}

/* Whose view is open, else who has the selected conversation. 0: nobody. */
static int64_t
client_at_hand(const struct app *app)
{
	for (size_t i = 0; i < app->view_depth; i++)
		if (app->view_stack[i] == VIEW_CUSTOMER)
			return app->history_view.client_id;
	return app->inbox.has_current ? app->inbox.current.client_id : 0;
}

static void
open_message(struct app *app)
{
	const struct message *message = view_current(app) == VIEW_CUSTOMER ? view_history_selected(app) : NULL;

	if (message != NULL)
		app_open_conversation(app, message->thread_id, message->id);
}

/* --- what is known --- */

static struct client_edit
edit_of(const struct request *request)
{
	return (struct client_edit){ .id = request->number, .actor = request->agent, .now_ms = request->now_ms };
}

static enum status
run_rename(struct db *db, struct request *request, struct err *err)
{
	struct client_edit edit = edit_of(request);

	return client_rename(db, &edit, request->text, err);
}

static enum status
run_language(struct db *db, struct request *request, struct err *err)
{
	struct client_edit edit = edit_of(request);

	return client_set_language(db, &edit, request->text, err);
}

static enum status
run_notes(struct db *db, struct request *request, struct err *err)
{
	struct client_edit edit = edit_of(request);

	return client_set_notes(db, &edit, request->text, err);
}

static void
end_edit(struct app *app, struct request *request)
{
	if (request->status == STATUS_OK)
		app_notice(app, STYLE_STRONG, _("Kept."));
	else
		app_notice(app, STYLE_FAILED, request->err.text);
}

static void
submit(struct app *app, const struct request_action *action, const char *text)
{
	int64_t id = client_at_hand(app);

	if (id == 0)
		app_notice(app, STYLE_WARNING, _("There is no conversation to do that with."));
	else
		app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = action, .number = id }, text);
}

static void
give_name(struct app *app, const char *argument)
{
	static const struct request_action action = { .run = run_rename, .ended = end_edit };

	submit(app, &action, argument);
}

static void
set_language(struct app *app, const char *argument)
{
	static const struct request_action action = { .run = run_language, .ended = end_edit };

	submit(app, &action, argument);
}

static void
complete_language(struct app *app, const char *argument, struct completion *out)
{
	static const char *const languages[] = { "es", "en", "pt", "fr", "de", "it" };

	(void)app;
	for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++)
		if (strncmp(languages[i], argument, strlen(argument)) == 0)
			completion_add(out, languages[i], NULL, NULL);
}

static void
take_notes(struct app *app, const char *line)
{
	static const struct request_action action = { .run = run_notes, .ended = end_edit };
	char *text = malloc(LINE_MAX);

	if (text != NULL && one_line_read(line, text, LINE_MAX))
		submit(app, &action, text);
	else
		app_say(app, STYLE_FAILED, _("Notes have at most %d bytes; shorten them."), CLIENT_NOTES_MAX);
	free(text);
}

/* Those that are there are edited. */
static void
edit_notes(struct app *app)
{
	static const struct prompt_kind kind = { .label = N_("Notes: "), .accept = take_notes };
	struct client client = { 0 };
	struct err err = { "" };
	enum status status = client_get(app->db, client_at_hand(app), &client, &err);
	struct strbuf line;

	app_report(app, status, &err);
	if (status != STATUS_OK)
		return;
	strbuf_init(&line, LINE_MAX);
	one_line_add(&line, client.notes != NULL ? client.notes : "");
	prompt_open(app, &kind, strbuf_text(&line));
	strbuf_release(&line);
	client_release(&client);
}

static void
set_notes(struct app *app, const char *argument)
{
	if (argument[0] == '\0')
		edit_notes(app);
	else
		take_notes(app, argument);
}

/* --- one person who was two --- */

struct merge {
	struct client_pair pair;
	int64_t id; /* of the merge, once it is done */
};

static enum status
run_merge(struct db *db, struct request *request, struct err *err)
{
	struct merge *merge = request->data;

	return client_merge(db, &merge->pair, request->agent, request->now_ms, &merge->id, err);
}

static void
end_merge(struct app *app, struct request *request)
{
	const struct merge *merge = request->data;
	struct undo undo;

	if (request->status != STATUS_OK) {
		app_notice(app, STYLE_FAILED, request->err.text);
		return;
	}
	undo_init(&undo);
	undo_of_merge(&undo, merge->id, request->now_ms);
	team_push_undo(app, &undo);
	app_notice(app, STYLE_STRONG, _("The two customers are one now. U takes it back."));
}

static void
merge_with(struct app *app, int64_t other)
{
	static const struct request_action action = { .run = run_merge, .ended = end_merge };
	struct merge *merge = calloc(1, sizeof *merge);

	if (merge == NULL)
		return;
	merge->pair = (struct client_pair){ .kept = client_at_hand(app), .gone = other };
	app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action, .data = merge }, NULL);
}

static void
ask_to_merge(struct app *app)
{
	struct client_suggestion suggestion;
	struct err err = { "" };
	size_t count = 0;
	char question[160];

	app_report(app, client_suggestions(app->db, client_at_hand(app), 1, &suggestion, &count, &err), &err);
	if (count == 0) {
		if (err.text[0] == '\0')
			app_notice(app, STYLE_WARNING, _("Nobody else looks like the same person."));
		return;
	}
	snprintf(question, sizeof question, _("Make %.60s (%.40s) and this customer one?"), suggestion.name, suggestion.address);
	prompt_ask(app, question, suggestion.client_id, merge_with);
}

static enum status
run_unmerge(struct db *db, struct request *request, struct err *err)
{
	return client_unmerge(db, request->number, request->agent, request->now_ms, err);
}

static void
end_unmerge(struct app *app, struct request *request)
{
	if (request->status == STATUS_OK)
		app_notice(app, STYLE_STRONG, _("They are two customers again."));
	else
		app_notice(app, STYLE_FAILED, request->err.text);
}

static void
unmerge_now(struct app *app, int64_t merge_id)
{
	static const struct request_action action = { .run = run_unmerge, .ended = end_unmerge };

	app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action, .number = merge_id }, NULL);
}

static void
ask_to_unmerge(struct app *app)
{
	struct client_merge_row row;
	struct err err = { "" };
	size_t count = 0;
	char question[160];

	app_report(app, client_merges(app->db, client_at_hand(app), 1, &row, &count, &err), &err);
	if (count == 0) {
		if (err.text[0] == '\0')
			app_notice(app, STYLE_WARNING, _("This customer was never two."));
		return;
	}
	snprintf(question, sizeof question, _("Make %.60s a customer of their own again?"), row.gone_name);
	prompt_ask(app, question, row.id, unmerge_now);
}

static const struct command rows[] = {
	{ .name = "customer", .keys = "C", .contexts = LIST | MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("The customer: all channels in one line of time"), .run = show },
	{ .name = "customer-open", .keys = "Enter Right l", .contexts = CUSTOMER,
	  .help = N_("Open the conversation at this message"), .hint = N_("open it"), .run = open_message },
	{ .name = "merge", .keys = "m", .contexts = CUSTOMER,
	  .help = N_("Make the one who may be the same person and this customer one"), .hint = N_("merge"),
	  .run = ask_to_merge },
	{ .name = "unmerge", .keys = "", .contexts = CUSTOMER,
	  .help = N_("Take the last merge of this customer back"), .run = ask_to_unmerge },
	{ .name = "rename", .keys = "r", .contexts = CUSTOMER, .argument = N_("name"), .argument_needed = true,
	  .help = N_("Give the customer a name"), .hint = N_("rename"), .run_with = give_name },
	{ .name = "notes", .keys = "N", .contexts = CUSTOMER, .argument = N_("text"),
	  .help = N_("Write what should be known of the customer; \\n begins a new line"), .hint = N_("notes"),
	  .run_with = set_notes },
	{ .name = "language", .keys = "L", .contexts = CUSTOMER, .argument = N_("language"), .argument_needed = true,
	  .help = N_("The language the customer speaks: es, en, pt-br"), .hint = N_("language"), .run_with = set_language,
	  .complete = complete_language },
};

COMMAND_TABLE(commands_client);
