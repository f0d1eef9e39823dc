/* SPDX-License-Identifier: MIT */
/* Macros: keys that are recorded once, given a name, and played again. Those of the configuration cannot be changed here. */
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/macro_store.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/command_tables.h"
#include "ui/input.h"

/* Macros may play macros, but not without end: so deep, and so many keys in all. */
enum { DEPTH_MAX = 8, KEYS_MAX = 10000 };

static enum status
run_save(struct db *db, struct request *request, struct err *err)
{
	return macro_save(db, request->agent, request->data, request->text, request->now_ms, err);
}

static enum status
run_delete(struct db *db, struct request *request, struct err *err)
{
	return macro_delete(db, request->agent, request->text, err);
}

static void
end_delete(struct app *app, struct request *request)
{
	if (request->status != STATUS_OK)
		app_notice(app, STYLE_FAILED, request->err.text);
	else
		app_notice(app, STYLE_STRONG, _("The macro is gone."));
}

static void
end_save(struct app *app, struct request *request)
{
	if (request->status != STATUS_OK)
		app_notice(app, STYLE_FAILED, request->err.text);
	else
		app_say(app, STYLE_STRONG, _("Recorded; \":play %s\" plays it."), (const char *)request->data);
}

/* The name was given when the recording began. */
static void
end_recording(struct app *app)
{
	static const struct request_action action = { .run = run_save, .ended = end_save };
	const char *keys = macro_recorded(&app->recorder);

	app->recording = false;
	if (keys[0] == '\0')
		app_notice(app, STYLE_WARNING, _("Nothing was recorded."));
	else
		app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action,
							  .data = strdup(app->macro_name) }, keys);
	macro_recorder_release(&app->recorder);
}

static void
record(struct app *app, const char *name)
{
	utf8_copy(app->macro_name, sizeof app->macro_name, name);
	macro_recorder_init(&app->recorder);
	app->recording = true;
	app_say(app, STYLE_STRONG, _("Recording \"%s\": type the keys, then Q."), app->macro_name);
}

static void
toggle_recording(struct app *app)
{
	if (app->recording)
		end_recording(app);
	else
		prompt_open_command(app, "record ");
}

/* The keys of that name: of the configuration, else of the store; heap, NULL if there is none. */
static char *
find_macro(struct app *app, const char *name)
{
	const struct config_entries *entries = &app->options->config->sections[CONFIG_SECTION_MACROS];
	struct macro *macros = calloc(MACROS_MAX, sizeof *macros);
	struct err err = { "" };
	size_t count = 0;
	char *keys = NULL;

	for (size_t i = 0; i < entries->count && keys == NULL; i++)
		if (strcmp(entries->items[i].name, name) == 0)
			keys = strdup(entries->items[i].value);
	if (keys == NULL && macros != NULL)
		app_report(app, macro_list(app->db, app->options->config->agent_name, MACROS_MAX, macros, &count, &err), &err);
	for (size_t i = 0; i < count && keys == NULL; i++)
		if (strcmp(macros[i].name, name) == 0)
			keys = strdup(macros[i].keys);
	free(macros);
	return keys;
}

static void
play(struct app *app, const char *name)
{
	char *keys = find_macro(app, name);
	struct macro_player player = { .rest = keys };
	struct key key;
	bool wrong = false;

	if (keys == NULL) {
		app_say(app, STYLE_FAILED, _("There is no macro \"%s\"; Q records one."), name);
		return;
	}
	if (app->macro_depth == DEPTH_MAX || !macro_is_valid(keys)) {
		app_say(app, STYLE_FAILED, _("The macro \"%s\" cannot be played: it holds a key that is none, or itself."), name);
		/* Whatever plays it ends too: it would only come here again and again. */
		app->macro_left = 0;
		free(keys);
		return;
	}
	if (app->macro_depth++ == 0)
		app->macro_left = KEYS_MAX;
	while (!app->quitting && app->macro_left > 0 && macro_next(&player, &key, &wrong)) {
		app->macro_left--;
		input_take_press(app, &key);
	}
	app->macro_depth--;
	free(keys);
}

static void
complete_macro(struct app *app, const char *argument, struct completion *out)
{
	const struct config_entries *entries = &app->options->config->sections[CONFIG_SECTION_MACROS];
	struct macro *macros = calloc(MACROS_MAX, sizeof *macros);
	struct err err = { "" };
	size_t count = 0;

	for (size_t i = 0; i < entries->count; i++)
		if (strncmp(entries->items[i].name, argument, strlen(argument)) == 0)
			completion_add(out, entries->items[i].name, NULL, entries->items[i].value);
	if (macros != NULL)
		app_report(app, macro_list(app->db, app->options->config->agent_name, MACROS_MAX, macros, &count, &err), &err);
	for (size_t i = 0; i < count; i++)
		if (strncmp(macros[i].name, argument, strlen(argument)) == 0)
			completion_add(out, macros[i].name, NULL, macros[i].keys);
	free(macros);
}

static void
delete_macro(struct app *app, const char *name)
{
	static const struct request_action action = { .run = run_delete, .ended = end_delete };

	app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action }, name);
}

static const struct command rows[] = {
	{ .name = "toggle-recording", .keys = "Q", .contexts = LIST | MESSAGES | VIEWS,
	  .help = N_("Record keys as a macro, or end the recording"), .run = toggle_recording },
	{ .name = "record", .keys = "", .contexts = EVERYWHERE, .argument = N_("name"), .argument_needed = true,
	  .help = N_("Record a macro of that name; Q ends it"), .run_with = record, .complete = complete_macro },
	{ .name = "play", .keys = "@", .contexts = LIST | MESSAGES | VIEWS, .argument = N_("macro"), .argument_needed = true,
	  .help = N_("Play a macro"), .run_with = play, .complete = complete_macro },
	{ .name = "delete-macro", .keys = "", .contexts = EVERYWHERE, .argument = N_("macro"), .argument_needed = true,
	  .help = N_("Delete a recorded macro"), .run_with = delete_macro, .complete = complete_macro },
};

COMMAND_TABLE(commands_macro);
