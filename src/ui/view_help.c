/* SPDX-License-Identifier: MIT */
/* The help screen, made from the command table, and what stands in place of a conversation. */
#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "core/i18n.h"
#include "core/text.h"
#include "ui/views.h"

enum { KEYS_COLUMNS = 23, NAME_COLUMNS = 22, NAME_FROM = 104 };

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

/* Sentences, each wrapped, under each other; "" is an empty line. */
static void
draw_sentences(struct app *app, struct area area, const char *const *sentences, size_t count)
{
	int row = area.row + 1, columns = area.columns - 4;

	for (size_t i = 0; i < count; i++) {
		struct text_line lines[8];
		size_t len = strlen(sentences[i]), used = text_wrap(sentences[i], len, columns, lines, 8);

		for (size_t k = 0; k < used && k < 8 && row < area.row + area.rows; k++, row++)
			grid_text_len(&app->grid, (struct area){ row, area.column + 2, 1, columns },
				      i == 0 ? STYLE_STRONG : STYLE_NORMAL, sentences[i] + lines[k].start, lines[k].len);
	}
}

static bool
has_conversations(const struct app *app)
{
	for (int channel = 0; channel < CHANNEL_COUNT; channel++)
		for (int status = 0; status < THREAD_STATUS_COUNT; status++)
			if (app->counts.threads[channel][status] > 0)
				return true;
	return false;
}

void
view_empty_draw(struct app *app, struct area area)
{
	const char *missing = config_missing(app->options->config);
	const char *const welcome[] = {
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
	const char *const elsewhere[] = {
		_("Nothing is left here."),
		"",
		_("There are other conversations: f changes the channel, s the status, u shows only the unread or all."),
	};

	if (has_conversations(app))
		draw_sentences(app, area, elsewhere, sizeof elsewhere / sizeof elsewhere[0]);
	else
		draw_sentences(app, area, welcome, sizeof welcome / sizeof welcome[0]);
}
