/* SPDX-License-Identifier: MIT */
/* The ":" line: names of commands, then what the command's argument may be. */
#include <string.h>

#include "core/i18n.h"
#include "ui/app.h"

/* The word at the end of the text that a completion replaces begins after the last " ; ". */
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
	char keys[64];

	for (size_t i = 0; i < command_count(); i++) {
		const struct command *command = command_at(i);

		if (strncmp(command->name, word, len) == 0)
			completion_add(out, command->name,
				       keymap_labels(&app->keymap, command, ~0u, keys, sizeof keys), _(command->help));
	}
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

	(void)app;
	*start = (size_t)(from - text);
	*len = strcspn(from, " ");
	for (size_t i = 0; i < command_count(); i++)
		if (strncmp(command_at(i)->name, from, *len) == 0)
			return false;
	return true;
}

static const struct prompt_kind command_line = {
	.label = ":",
	.accept = app_run_line,
	.complete = complete_line,
	.wrong = is_wrong,
};

void
prompt_open_command(struct app *app, const char *text)
{
	prompt_open(app, &command_line, text);
}
