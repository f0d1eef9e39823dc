/* SPDX-License-Identifier: MIT */
/*
 * The help: every command with the keys that it has now, the place where help was asked for first. What is typed
 * after "/" leaves only the rows that have those letters.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/app.h"

enum { KEYS_COLUMNS = 23, NAME_COLUMNS = 22, NAME_FROM = 104 };

static const struct section {
	enum context context;
	const char *title;
} sections[] = {
	{ CONTEXT_LIST, N_("In the list of conversations") },
	{ CONTEXT_MESSAGES, N_("In the messages") },
	{ CONTEXT_REPLY, N_("While writing a reply") },
	{ CONTEXT_CUSTOMER, N_("In the customer's history") },
	{ CONTEXT_OUTBOX, N_("In the outbox") },
	{ CONTEXT_DEAD_LETTERS, N_("In the dead letters") },
	{ CONTEXT_CANNED, N_("In the canned replies") },
	{ CONTEXT_EVERYWHERE, N_("Everywhere") },
	{ CONTEXT_HELP, N_("In this help") },
};

#define SECTION_COUNT (sizeof sections / sizeof sections[0])

/* A visit of every line: the help is drawn, and counted, by walking over it. */
struct walk {
	struct app *app;
	struct area area; /* no rows: only count */
	size_t line;
};

static bool
matches(const struct app *app, const struct command *command)
{
	char keys[96];

	return app->help.filter[0] == '\0' || strcasestr(command->name, app->help.filter) != NULL ||
	       strcasestr(_(command->help), app->help.filter) != NULL ||
	       strcasestr(keymap_labels(&app->keymap, command, ~0u, keys, sizeof keys), app->help.filter) != NULL;
}

static void
draw_row(struct app *app, struct area row, const struct section *section, const struct command *command)
{
	char text[128];
	int names = row.columns >= NAME_FROM ? NAME_COLUMNS : 0, from = row.column + 2 + KEYS_COLUMNS + names;

	if (command == NULL) {
		grid_text(&app->grid, row.row, row.column + 1, row.columns - 2, STYLE_STRONG, _(section->title));
		return;
	}
	keymap_labels(&app->keymap, command, section->context, text, sizeof text);
	/* One without a key is run by its name. */
	if (text[0] == '\0')
		snprintf(text, sizeof text, ":%s", command->name);
	grid_text(&app->grid, row.row, row.column + 2, KEYS_COLUMNS - 1, STYLE_KEY, text);
	if (names > 0) {
		snprintf(text, sizeof text, ":%s", command->name);
		grid_text(&app->grid, row.row, row.column + 2 + KEYS_COLUMNS, names - 1, STYLE_DIM, text);
	}
	grid_text(&app->grid, row.row, from, row.column + row.columns - from - 1, STYLE_NORMAL, _(command->help));
}

static void
visit(struct walk *walk, const struct section *section, const struct command *command)
{
	size_t top = walk->app->help.pager.top;
	struct area row = walk->area;

	if (walk->line >= top && walk->line - top < (size_t)walk->area.rows) {
		row.row += (int)(walk->line - top);
		if (section != NULL)
			draw_row(walk->app, row, section, command);
	}
	walk->line++;
}

/* A title, its commands and an empty line; nothing when the filter leaves none. */
static void
walk_section(struct walk *walk, const struct section *section)
{
	bool titled = false;

	for (size_t i = 0; i < command_count(); i++) {
		const struct command *command = command_at(i);

		if ((command->contexts & section->context) == 0 || !matches(walk->app, command))
			continue;
		if (!titled)
			visit(walk, section, NULL);
		titled = true;
		visit(walk, section, command);
	}
	if (titled)
		visit(walk, NULL, NULL);
}

static size_t
walk_all(struct app *app, struct area area)
{
	struct walk walk = { .app = app, .area = area };

	for (size_t i = 0; i < SECTION_COUNT; i++)
		if (sections[i].context == app->help.context)
			walk_section(&walk, &sections[i]);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		if (sections[i].context != app->help.context)
			walk_section(&walk, &sections[i]);
	return walk.line;
}

/* The pager's rows are pages' tops here: the help scrolls, nothing in it is selected. */
static void
scroll_to(struct app *app, long top)
{
	long most = (long)app->help.pager.count - app->layout.body.rows + 1;

	most = most < 0 ? 0 : most;
	app->help.pager.top = (size_t)(top < 0 ? 0 : top > most ? most : top);
	app->dirty = true;
}

bool
view_help_open(struct app *app, const char *argument)
{
	app->help = (struct help_view){ .context = app_context(app) };
	utf8_copy(app->help.filter, sizeof app->help.filter, argument);
	app->help.pager.count = walk_all(app, (struct area){ 0 });
	return true;
}

static void
set_filter(struct app *app, const char *filter)
{
	utf8_copy(app->help.filter, sizeof app->help.filter, filter);
	app->help.pager.top = 0;
	app->help.pager.count = walk_all(app, (struct area){ 0 });
	app->dirty = true;
}

/* Takes the last character off the filter. */
static void
shorten(struct app *app)
{
	char filter[sizeof app->help.filter];
	size_t len = strlen(app->help.filter);

	while (len > 0 && ((unsigned char)app->help.filter[len - 1] & 0xC0) == 0x80)
		len--;
	utf8_copy(filter, sizeof filter, app->help.filter);
	filter[len > 0 ? len - 1 : 0] = '\0';
	set_filter(app, filter);
}

/*
 * Letters begin a filter, except those that move as in any list; once it has begun, all of them belong to it. Escape
 * takes the filter away first.
 */
bool
view_help_key(struct app *app, const struct key *key)
{
	char filter[sizeof app->help.filter + 4];
	bool filtering = app->help.filter[0] != '\0';
	size_t len = strlen(app->help.filter);

	if (filtering && (key->code == KEY_CODE_ESCAPE || (key->code == 'u' && key->modifiers == KEY_CTRL))) {
		set_filter(app, "");
		return true;
	}
	if (filtering && (key->code == KEY_CODE_BACKSPACE || (key->code == 'h' && key->modifiers == KEY_CTRL))) {
		shorten(app);
		return true;
	}
	if (!key_is_text(key) || (!filtering && keymap_find(&app->keymap, CONTEXT_HELP, key) != NULL))
		return false;
	memcpy(filter, app->help.filter, len);
	len += utf8_encode(key->code, filter + len);
	filter[len] = '\0';
	set_filter(app, filter);
	return true;
}

void
view_help_draw(struct app *app, struct area area)
{
	size_t lines;

	char heading[128];

	snprintf(heading, sizeof heading, _("Only what has \"%s\"; Esc shows everything again."), app->help.filter);
	grid_text(&app->grid, area.row, area.column + 1, area.columns - 2, STYLE_DIM,
		  app->help.filter[0] != '\0' ? heading : _("Type to find a command."));
	area.row++;
	area.rows--;
	lines = walk_all(app, area);
	if (lines == 0)
		grid_text(&app->grid, area.row, area.column + 1, area.columns - 2, STYLE_DIM, _("No command has these letters."));
}

void
view_help_move(struct app *app, long by)
{
	scroll_to(app, (long)app->help.pager.top + by);
}

long
view_help_page(const struct app *app)
{
	return app->layout.body.rows > 2 ? app->layout.body.rows - 2 : 1;
}
