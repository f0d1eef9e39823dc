/* SPDX-License-Identifier: MIT */
/* The ":" line: names of commands, then what the command's argument may be. */
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "ui/app.h"
#include "ui/setup.h"

/* The word at the end of the text that a completion replaces begins after the last " && ". */
static const char *
last_command(const char *text, size_t cursor)
{
	const char *from = text;

	for (const char *c = text; c + sizeof COMMAND_SEPARATOR - 1 <= text + cursor; c++)
		if (memcmp(c, COMMAND_SEPARATOR, sizeof COMMAND_SEPARATOR - 1) == 0)
			from = c + sizeof COMMAND_SEPARATOR - 1;
	return from;
}

static void
complete_name(struct app *app, const char *word, size_t len, struct completion *out)
{
	const struct config_entries *aliases = &app->options->config->sections[CONFIG_SECTION_ALIASES];
	char keys[64];

	for (size_t i = 0; i < command_count(); i++) {
		const struct command *command = command_at(i);

		if (strncmp(command->name, word, len) == 0)
			completion_add(out, command->name,
				       keymap_labels(&app->keymap, command, ~0u, keys, sizeof keys), _(command->help));
	}
	for (size_t i = 0; i < aliases->count; i++)
		if (strncmp(aliases->items[i].name, word, len) == 0)
			completion_add(out, aliases->items[i].name, _("alias"), aliases->items[i].value);
}

static void
complete_line(struct app *app, const char *text, size_t cursor, struct completion *out)
{
	const char *from = last_command(text, cursor);
	size_t len = (size_t)(text + cursor - from), word = 0;
	const struct command *command;

	while (word < len && from[word] != ' ')
		word++;
	if (word == len) {
		completion_begin(out, (size_t)(from - text), cursor);
		complete_name(app, from, len, out);
		return;
	}
	command = command_by_word(from, word);
	while (word < len && from[word] == ' ')
		word++;
	completion_begin(out, (size_t)(from + word - text), cursor);
	if (command != NULL && command->complete != NULL)
		command->complete(app, from + word, out);
}

/* The name of the command is no command. */
static bool
is_wrong(struct app *app, const char *text, size_t *start, size_t *len)
{
	const char *from = last_command(text, strlen(text));

	*start = (size_t)(from - text);
	*len = strcspn(from, " ");
	for (size_t i = 0; i < command_count(); i++)
		if (strncmp(command_at(i)->name, from, *len) == 0)
			return false;
	return setup_alias(app->options->config, from, *len) == NULL;
}

/* --- running --- */

/* An alias may name another one, but not without end; a command's own name in it is the command. */
enum { ALIAS_DEPTH_MAX = 8 };

static bool run_line(struct app *app, const char *line, int depth);

/* One command of a line. False: there is none of that name, and what follows it is not run either. */
static bool
run_one(struct app *app, const char *line, size_t len, int depth)
{
	size_t word = 0, from;
	const struct command *command;
	const char *alias;
	char argument[COMMAND_LINE_SIZE];

	while (word < len && line[word] != ' ')
		word++;
	alias = depth == 0 || command_by_name(line, word) == NULL ? setup_alias(app->options->config, line, word) : NULL;
	if (alias != NULL && depth == ALIAS_DEPTH_MAX) {
		app_say(app, STYLE_FAILED, _("The alias \"%.*s\" names itself."), (int)word, line);
		return false;
	}
	if (alias != NULL) {
		size_t wanted = (size_t)snprintf(argument, sizeof argument, "%s%.*s", alias, (int)(len - word), line + word);

		if (wanted < sizeof argument)
			return run_line(app, argument, depth + 1);
		app_notice(app, STYLE_FAILED, _("The line is too long."));
		return false;
	}
	command = command_by_word(line, word);
	if (command == NULL) {
		app_say(app, STYLE_FAILED, _("There is no command \"%.*s\"; press ? for all of them."), (int)word, line);
		return false;
	}
	for (from = word; from < len && line[from] == ' '; from++)
		;
	while (len > from && line[len - 1] == ' ')
		len--;
	if (len - from >= sizeof argument) {
		app_notice(app, STYLE_FAILED, _("The line is too long."));
		return false;
	}
	memcpy(argument, line + from, len - from);
	argument[len - from] = '\0';
	app_run_command(app, command, argument);
	return true;
}

static bool
run_line(struct app *app, const char *line, int depth)
{
	while (*line != '\0') {
		const char *end = strstr(line, COMMAND_SEPARATOR);
		size_t len = end != NULL ? (size_t)(end - line) : strlen(line);

		while (len > 0 && *line == ' ') {
			line++;
			len--;
		}
		if (len > 0 && !run_one(app, line, len, depth))
			return false;
		line += len + (end != NULL ? sizeof COMMAND_SEPARATOR - 1 : 0);
	}
	return true;
}

void
app_run_line(struct app *app, const char *line)
{
	run_line(app, line, 0);
}

static const struct prompt_kind command_line = {
	.label = ":",
	.has_history = true,
	.accept = app_run_line,
	.complete = complete_line,
	.wrong = is_wrong,
};

void
prompt_open_command(struct app *app, const char *text)
{
	prompt_open(app, &command_line, text);
}
