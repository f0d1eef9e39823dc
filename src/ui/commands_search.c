/* SPDX-License-Identifier: MIT */
/* What the list shows: the views that are always there, the agent's own queries, and what a search finds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/saved_view.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/command_tables.h"
#include "ui/list_view.h"

/* --- the views that are always there --- */

static void
show_list(struct app *app, const struct list_view *view)
{
	struct thread_filter *filter = &app->inbox.filter;
	struct err err = { "" };

	view_close_all(app);
	app->team.marking = false;
	*filter = (struct thread_filter){ .view = view->view, .status = view->status, .now_ms = clock_now_ms() };
	if (view->view == THREAD_VIEW_MINE)
		filter->assignee_id = app_agent_id(app);
	app->search.before = 0;
	if (app->search.is_on)
		search_end(app);
	app_set_focus(app, FOCUS_LIST);
	app_report(app, inbox_restart(&app->inbox, app->db, &err), &err);
	app_report(app, inbox_go_first(&app->inbox, app->db, &err), &err);
	app_show_selected(app);
}

static void
show_number(struct app *app, int number)
{
	show_list(app, list_view_by_number(number));
}

static void
show_inbox(struct app *app)
{
	show_number(app, 1);
}

static void
show_mine(struct app *app)
{
	show_number(app, 2);
}

static void
show_unassigned(struct app *app)
{
	show_number(app, 3);
}

static void
show_waiting(struct app *app)
{
	show_number(app, 4);
}

static void
show_closing(struct app *app)
{
	show_number(app, 5);
}

static void
show_failed(struct app *app)
{
	show_number(app, 6);
}

static void
show_snoozed(struct app *app)
{
	show_number(app, 7);
}

static void
show_spam(struct app *app)
{
	show_number(app, 8);
}

static void
show_all(struct app *app)
{
	show_number(app, 9);
}

/* --- by name: also the agent's own --- */

/* The query of that name: of the configuration, else of the store; heap, NULL if there is none. */
static char *
own_query(struct app *app, const char *name)
{
	const struct config_entries *entries = &app->options->config->sections[CONFIG_SECTION_VIEWS];
	struct saved_view *saved = calloc(SAVED_VIEWS_MAX, sizeof *saved);
	struct err err = { "" };
	char *query = NULL;
	size_t count = 0;

	for (size_t i = 0; i < entries->count && query == NULL; i++)
		if (strcasecmp(entries->items[i].name, name) == 0)
			query = strdup(entries->items[i].value);
	if (query == NULL && saved != NULL)
		app_report(app, saved_view_list(app->db, app->options->config->agent_name, SAVED_VIEWS_MAX, saved, &count, &err),
			   &err);
	for (size_t i = 0; i < count && query == NULL; i++)
		if (strcasecmp(saved[i].name, name) == 0)
			query = strdup(saved[i].query);
	free(saved);
	return query;
}

static void
show_by_name(struct app *app, const char *name)
{
	const struct list_view *view = list_view_by_name(name);
	char *query = view == NULL ? own_query(app, name) : NULL;

	if (view != NULL) {
		show_list(app, view);
	} else if (query != NULL) {
		view_close_all(app);
		search_for(app, query);
	} else {
		app_say(app, STYLE_FAILED, _("There is no list \"%s\"; V and Tab show all of them."), name);
	}
	free(query);
}

static bool
begins_with(const char *text, const char *prefix)
{
	return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

/* The agent's own lists of the store. */
static void
complete_saved(struct app *app, const char *argument, struct completion *out)
{
	struct saved_view *saved = calloc(SAVED_VIEWS_MAX, sizeof *saved);
	struct err err = { "" };
	size_t count = 0;

	if (saved != NULL)
		app_report(app, saved_view_list(app->db, app->options->config->agent_name, SAVED_VIEWS_MAX, saved, &count, &err),
			   &err);
	for (size_t i = 0; i < count; i++)
		if (begins_with(saved[i].name, argument))
			completion_add(out, saved[i].name, NULL, saved[i].query);
	free(saved);
}

static void
complete_list(struct app *app, const char *argument, struct completion *out)
{
	const struct config_entries *entries = &app->options->config->sections[CONFIG_SECTION_VIEWS];
	struct thread_view_counts counts = { 0 };
	struct err err = { "" };
	char number[32];

	app_report(app, thread_view_counts(app->db, app_agent_id(app), &counts, &err), &err);
	for (int i = 1; i <= LIST_VIEW_COUNT; i++) {
		const struct list_view *view = list_view_by_number(i);

		if (!begins_with(view->name, argument))
			continue;
		list_view_count(view, &counts, number, sizeof number);
		completion_add(out, view->name, number, _(view->title));
	}
	for (size_t i = 0; i < entries->count; i++)
		if (begins_with(entries->items[i].name, argument))
			completion_add(out, entries->items[i].name, NULL, entries->items[i].value);
	complete_saved(app, argument, out);
}

static enum status
run_save(struct db *db, struct request *request, struct err *err)
{
	return saved_view_save(db, request->agent, request->data, request->text, request->now_ms, err);
}

static enum status
run_delete(struct db *db, struct request *request, struct err *err)
{
	return saved_view_delete(db, request->agent, request->text, err);
}

static void
say_kept(struct app *app, struct request *request)
{
	if (request->status != STATUS_OK)
		app_notice(app, STYLE_FAILED, request->err.text);
	else
		app_say(app, STYLE_STRONG, _("Kept; V shows it among the lists."));
}

static void
say_deleted(struct app *app, struct request *request)
{
	if (request->status != STATUS_OK)
		app_notice(app, STYLE_FAILED, request->err.text);
	else
		app_notice(app, STYLE_STRONG, _("The list is gone from your lists; its conversations stay."));
}

static void
save_view(struct app *app, const char *name)
{
	static const struct request_action action = { .run = run_save, .ended = say_kept };
	char text[QUERY_SIZE];

	if (app->search.is_on) {
		utf8_copy(text, sizeof text, app->search.query.text);
	} else if (!list_view_query(&app->inbox.filter, text, sizeof text)) {
		app_notice(app, STYLE_WARNING, _("No query says what this list is; search with / and keep that."));
		return;
	}
	if (list_view_by_name(name) != NULL)
		app_notice(app, STYLE_FAILED, _("A list of that name is always there; choose another name."));
	else
		app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action, .data = strdup(name) }, text);
}

static void
delete_view(struct app *app, const char *name)
{
	static const struct request_action action = { .run = run_delete, .ended = say_deleted };

	app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action }, name);
}

/* --- hits --- */

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
next(struct app *app)
{
	if (app->search.is_on)
		search_next_hit(app, 1);
	else
		next_unread(app);
}

static void
previous_hit(struct app *app)
{
	if (app->search.is_on)
		search_next_hit(app, -1);
	else
		app_notice(app, STYLE_WARNING, _("Nothing is searched for; / begins a search."));
}

static const struct command rows[] = {
	{ .name = "search", .keys = "/", .contexts = LIST | MESSAGES,
	  .help = N_("Search conversations and all messages as you type"), .hint = N_("search"), .run = search_open },
	{ .name = "next", .keys = "n", .contexts = LIST | MESSAGES,
	  .help = N_("Next place that the search found; without a search, next unread conversation"),
	  .hint = N_("next unread"), .run = next },
	{ .name = "previous-hit", .keys = "N", .contexts = LIST | MESSAGES,
	  .help = N_("Previous place that the search found"), .run = previous_hit },
	{ .name = "next-unread", .keys = "C-n", .contexts = LIST | MESSAGES,
	  .help = N_("Next unread conversation"), .run = next_unread },
	{ .name = "skip-to-unread", .keys = "C-n", .contexts = REPLY,
	  .help = N_("Next unread conversation; the draft is kept"), .hint = N_("next unread"), .run = next_unread },
	{ .name = "inbox", .keys = "1", .contexts = LIST | MESSAGES,
	  .help = N_("The inbox: what is open or pending"), .run = show_inbox },
	{ .name = "mine", .keys = "2", .contexts = LIST | MESSAGES,
	  .help = N_("What is assigned to you"), .run = show_mine },
	{ .name = "unassigned", .keys = "3", .contexts = LIST | MESSAGES,
	  .help = N_("What nobody has"), .run = show_unassigned },
	{ .name = "waiting", .keys = "4", .contexts = LIST | MESSAGES,
	  .help = N_("Who waits for an answer, the longest first"), .run = show_waiting },
	{ .name = "closing", .keys = "5", .contexts = LIST | MESSAGES,
	  .help = N_("Where the time for free text ends soonest"), .run = show_closing },
	{ .name = "failed", .keys = "6", .contexts = LIST | MESSAGES,
	  .help = N_("Where a reply failed"), .run = show_failed },
	{ .name = "snoozed", .keys = "7", .contexts = LIST | MESSAGES,
	  .help = N_("What was put aside"), .run = show_snoozed },
	{ .name = "spam-list", .keys = "8", .contexts = LIST | MESSAGES,
	  .help = N_("What was marked as spam"), .run = show_spam },
	{ .name = "all", .keys = "9", .contexts = LIST | MESSAGES,
	  .help = N_("Everything, whatever its status"), .run = show_all },
	{ .name = "list-view", .keys = "V", .contexts = LIST | MESSAGES, .argument = N_("list"), .argument_needed = true,
	  .help = N_("Show a list by its name, also your own queries"), .run_with = show_by_name, .complete = complete_list },
	{ .name = "save-view", .keys = "", .contexts = LIST | MESSAGES, .argument = N_("name"), .argument_needed = true,
	  .help = N_("Keep the search, or what the list shows, as a list of your own"), .run_with = save_view },
	{ .name = "delete-view", .keys = "", .contexts = LIST | MESSAGES, .argument = N_("name"), .argument_needed = true,
	  .help = N_("Forget a list of your own"), .run_with = delete_view, .complete = complete_saved },
};

COMMAND_TABLE(commands_search);
