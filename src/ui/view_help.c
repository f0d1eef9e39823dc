/* SPDX-License-Identifier: MIT */
/* The help screen, made from the command table, and the greeting of an empty store. */
#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "core/i18n.h"
#include "core/text.h"
#include "ui/views.h"

enum { KEYS_COLUMNS = 22, NAME_COLUMNS = 22, NAME_FROM = 100 };

struct section {
	enum context context;
	const char *title;
};

static const struct section sections[] = {
	{ CONTEXT_LIST, N_("In the list of conversations") },
	{ CONTEXT_MESSAGES, N_("In the messages") },
	{ CONTEXT_REPLY, N_("While writing a reply") },
	{ CONTEXT_EVERYWHERE, N_("Everywhere") },
	{ CONTEXT_HELP, N_("In this help") },
};

#define SECTION_COUNT (sizeof sections / sizeof sections[0])

/* Calls `draw` (may be NULL) for each line; returns how many there are. A line without command is a title or empty. */
static size_t
each_line(struct app *app, struct area area,
	  void (*draw)(struct app *app, struct area row, const struct section *section, const struct command *command))
{
	size_t line = 0, top = app != NULL ? app->help_top : 0;

	for (size_t s = 0; s < SECTION_COUNT; s++) {
		for (size_t i = 0; i <= command_count; i++) {
			const struct command *command = i > 0 ? &commands[i - 1] : NULL;
			struct area row = { area.row + (int)(line - top), area.column, 1, area.columns };

			if (command != NULL && (command->contexts & sections[s].context) == 0)
				continue;
			if (draw != NULL && line >= top && row.row < area.row + area.rows)
				draw(app, row, &sections[s], command);
			line++;
		}
		line++;
	}
	return line;
}

size_t
view_help_lines(void)
{
	return each_line(NULL, (struct area){ 0 }, NULL);
}

static void
draw_row(struct app *app, struct area row, const struct section *section, const struct command *command)
{
	char keys[96];
	int names = row.columns >= NAME_FROM ? NAME_COLUMNS : 0;
	int text = row.column + 2 + KEYS_COLUMNS + names;

	if (command == NULL) {
		grid_text(&app->grid, row.row, row.column + 1, row.columns - 2, STYLE_STRONG, _(section->title));
		return;
	}
	grid_text(&app->grid, row.row, row.column + 2, KEYS_COLUMNS - 1, STYLE_KEY,
		  command_keys_label(command, keys, sizeof keys));
	if (names > 0) {
		snprintf(keys, sizeof keys, ":%s", command->name);
		grid_text(&app->grid, row.row, row.column + 2 + KEYS_COLUMNS, names - 1, STYLE_DIM, keys);
	}
	grid_text(&app->grid, row.row, text, row.column + row.columns - text - 1, STYLE_NORMAL, _(command->help));
}

void
view_help_draw(struct app *app, struct area area)
{
	each_line(app, area, draw_row);
}

void
view_welcome_draw(struct app *app, struct area area)
{
	const char *missing = config_missing(app->options->config);
	const char *const lines[] = {
		_("Welcome to hilo."),
		"",
		_("No customer has written yet. What arrives appears here by itself."),
		"",
		missing != NULL ? missing : _("The account is configured; point the carrier's webhook at the listener."),
		_("\"hilo doctor\" checks the configuration and says what to do next."),
		_("\"hilo demo\" shows everything with pretend customers."),
		"",
		_("Press ? for the keys, : for commands, q to leave."),
	};
	int row = area.row + 1;

	for (size_t i = 0; i < sizeof lines / sizeof lines[0] && row < area.row + area.rows; i++, row++) {
		struct text_line wrapped[8];
		size_t count, len = strlen(lines[i]);

		count = text_wrap(lines[i], len, area.columns - 4, wrapped, 8);
		for (size_t k = 0; k < count && k < 8; k++)
			grid_text_len(&app->grid, (struct area){ row + (int)k, area.column + 2, 1, area.columns - 4 },
				      i == 0 ? STYLE_STRONG : STYLE_NORMAL, lines[i] + wrapped[k].start, wrapped[k].len);
		row += count > 0 ? (int)count - 1 : 0;
	}
}
