/* SPDX-License-Identifier: MIT */
/* The help screen, made from the command table, and the greeting of an empty store. */
#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "core/i18n.h"
#include "core/text.h"
#include "ui/views.h"

enum { KEYS_COLUMNS = 20, NAME_COLUMNS = 22, NAME_FROM = 100 };

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

struct walk {
	struct app *app; /* NULL: only count */
	struct area area;
	size_t line;
};

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

/* A title, its commands and an empty line. */
static void
walk_section(struct walk *walk, const struct section *section)
{
	for (size_t i = 0; i <= command_count; i++) {
		const struct command *command = i > 0 ? &commands[i - 1] : NULL;
		struct area row = walk->area;

		if (command != NULL && (command->contexts & section->context) == 0)
			continue;
		if (walk->app != NULL && walk->line >= walk->app->help_top) {
			row.row += (int)(walk->line - walk->app->help_top);
			if (row.row < walk->area.row + walk->area.rows)
				draw_row(walk->app, row, section, command);
		}
		walk->line++;
	}
	walk->line++;
}

/* The section of the place where help was asked for comes first. */
static size_t
walk_all(struct app *app, struct area area)
{
	struct walk walk = { .app = app, .area = area };
	enum context first = app != NULL ? app->help_context : CONTEXT_LIST;

	for (size_t i = 0; i < SECTION_COUNT; i++)
		if (sections[i].context == first)
			walk_section(&walk, &sections[i]);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		if (sections[i].context != first)
			walk_section(&walk, &sections[i]);
	return walk.line;
}

size_t
view_help_lines(void)
{
	return walk_all(NULL, (struct area){ 0 });
}

void
view_help_draw(struct app *app, struct area area)
{
	walk_all(app, area);
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
