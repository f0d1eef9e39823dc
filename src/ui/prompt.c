/* SPDX-License-Identifier: MIT */
/* The line at the bottom while it takes keys: ":" with completion, and questions. */
#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"
#include "ui/app.h"

void
prompt_open_command(struct app *app)
{
	app->prompt = (struct prompt){ .kind = PROMPT_COMMAND };
}

void
prompt_ask(struct app *app, const char *question, int64_t message_id, void (*confirmed)(struct app *app))
{
	app->prompt = (struct prompt){ .kind = PROMPT_CONFIRM, .confirmed = confirmed, .message_id = message_id };
	utf8_copy(app->prompt.text, sizeof app->prompt.text, question);
}

/* Completes to what all matches begin with. */
static void
complete(struct app *app)
{
	char *text = app->prompt.text;
	const struct command *found[64];
	size_t count = command_complete(text, found, 64), len;

	if (count == 0 || count > 64)
		return;
	len = strlen(found[0]->name);
	for (size_t i = 1; i < count; i++)
		while (strncmp(found[0]->name, found[i]->name, len) != 0)
			len--;
	if (len > strlen(text) && len < PROMPT_SIZE) {
		memcpy(text, found[0]->name, len);
		text[len] = '\0';
	}
}

static void
run_line(struct app *app)
{
	const struct command *command = command_by_name(app->prompt.text), *only;
	bool empty = app->prompt.text[0] == '\0';

	/* An unmistakable beginning is enough. */
	if (command == NULL && !empty && command_complete(app->prompt.text, &only, 1) == 1)
		command = only;
	app->prompt.kind = PROMPT_NONE;
	if (command != NULL)
		app_run_command(app, command);
	else if (!empty)
		app_notice(app, STYLE_FAILED, _("There is no such command; press ? for all of them."));
}

static void
command_key(struct app *app, const struct key *key)
{
	char *text = app->prompt.text;
	size_t len = strlen(text);

	if (key->code == KEY_CODE_ENTER) {
		run_line(app);
	} else if (key->code == KEY_CODE_TAB) {
		complete(app);
	} else if (key->code == KEY_CODE_ESCAPE || (key->code == 'c' && key->modifiers == KEY_CTRL)) {
		app->prompt.kind = PROMPT_NONE;
	} else if (key->code == KEY_CODE_BACKSPACE || (key->code == 'h' && key->modifiers == KEY_CTRL)) {
		if (len == 0)
			app->prompt.kind = PROMPT_NONE;
		else
			text[len - 1] = '\0';
	} else if (key->code == 'u' && key->modifiers == KEY_CTRL) {
		text[0] = '\0';
	} else if (key_is_text(key) && key->code > ' ' && key->code < 0x7F && len + 1 < PROMPT_SIZE) {
		text[len] = (char)key->code;
		text[len + 1] = '\0';
	}
}

void
prompt_key(struct app *app, const struct key *key)
{
	if (key->kind != KEY_PRESS)
		return;
	if (app->prompt.kind == PROMPT_COMMAND) {
		command_key(app, key);
		return;
	}
	/* Spanish and English keys for yes; anything else is no. */
	app->prompt.kind = PROMPT_NONE;
	if (key->code == 'y' || key->code == 'Y' || key->code == 's' || key->code == 'S')
		app->prompt.confirmed(app);
}
