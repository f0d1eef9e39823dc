/* SPDX-License-Identifier: MIT */
/*
 * Three sources, each ranked by fuzzy.h, are put into one list. The names of conversations come from an index that a
 * thread reads; until it is there, commands and canned replies are found alone.
 */
#include "ui/palette.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/fuzzy.h"
#include "ui/wording.h"

enum { WIDTH_MAX = 90, WIDTH_FROM = 130, HEIGHT_MAX = 18, NAMES_FOUND = 30, COMMAND_BONUS = 5 };

void
palette_init(struct palette *palette)
{
	*palette = (struct palette){ 0 };
	editor_init(&palette->line);
}

void
palette_release(struct palette *palette)
{
	name_index_free(palette->names);
	editor_release(&palette->line);
	*palette = (struct palette){ 0 };
}

/* Where a row belongs by its score, those found first before equals; the worst falls out when there are too many. */
static void
add_row(struct palette *palette, const struct palette_row *row)
{
	size_t count = palette->pager.count, at = count;

	while (at > 0 && palette->rows[at - 1].score < row->score)
		at--;
	if (at == PALETTE_ROWS)
		return;
	if (count == PALETTE_ROWS)
		count--;
	memmove(&palette->rows[at + 1], &palette->rows[at], (count - at) * sizeof *palette->rows);
	palette->rows[at] = *row;
	palette->pager.count = count + 1;
}

static void
find_commands(struct app *app, const char *pattern)
{
	for (size_t i = 0; i < command_count(); i++) {
		const struct command *command = command_at(i);
		struct palette_row row = { .kind = PALETTE_COMMAND, .mark = ":", .style = STYLE_KEY };
		char both[512], keys[64];
		struct fuzzy_hit hit;

		snprintf(both, sizeof both, "%s %s", command->name, _(command->help));
		if (!fuzzy_match(pattern, both, &hit))
			continue;
		row.score = hit.score + COMMAND_BONUS;
		utf8_copy(row.text, sizeof row.text, command->name);
		keymap_labels(&app->keymap, command, ~0u, keys, sizeof keys);
		snprintf(both, sizeof both, keys[0] != '\0' ? "%s  %s" : "%s%s", keys, _(command->help));
		utf8_copy(row.detail, sizeof row.detail, both);
		add_row(&app->palette, &row);
	}
}

static void
find_names(struct app *app, const char *pattern)
{
	struct name_entry found[NAMES_FOUND];
	size_t count = 0;

	if (app->palette.names != NULL)
		count = name_index_find(app->palette.names, pattern, found, NAMES_FOUND);
	for (size_t i = 0; i < count; i++) {
		struct palette_row row = { .kind = PALETTE_CONVERSATION, .thread_id = found[i].thread_id,
					   .score = found[i].score, .mark = channel_info(found[i].channel)->mark,
					   .style = wording_channel_style(found[i].channel) };

		utf8_copy(row.text, sizeof row.text, found[i].name);
		snprintf(row.detail, sizeof row.detail, "%s%s%s", found[i].address,
			 found[i].status != THREAD_OPEN && found[i].address[0] != '\0' ? " · " : "",
			 found[i].status != THREAD_OPEN ? wording_status(found[i].status) : "");
		add_row(&app->palette, &row);
	}
}

static void
find(struct app *app)
{
	const char *pattern = editor_text(&app->palette.line);

	app->palette.pager.count = app->palette.pager.selected = app->palette.pager.top = 0;
	find_commands(app, pattern);
	find_names(app, pattern);
	app->dirty = true;
}

void
palette_open(struct app *app)
{
	struct palette *palette = &app->palette;

	if (palette->names == NULL)
		palette->names = name_index_new(app->options->database);
	if (palette->names != NULL)
		name_index_read(palette->names);
	editor_set(&palette->line, "");
	palette->is_open = true;
	find(app);
}

int
palette_fd(const struct palette *palette)
{
	return palette->names != NULL ? name_index_fd(palette->names) : -1;
}

void
palette_take_names(struct app *app)
{
	struct err err = { "" };

	if (name_index_take(app->palette.names, &err) && app->palette.is_open)
		find(app);
	if (err.text[0] != '\0')
		app_notice(app, STYLE_FAILED, err.text);
}

static void
choose(struct app *app)
{
	const struct palette *palette = &app->palette;
	struct palette_row row;

	if (palette->pager.count == 0)
		return;
	row = palette->rows[palette->pager.selected];
	app->palette.is_open = false;
	switch (row.kind) {
	case PALETTE_COMMAND:
		app_run_line(app, row.text);
		break;
	case PALETTE_CONVERSATION:
		app_open_conversation(app, row.thread_id, 0);
		break;
	case PALETTE_CANNED:
		snprintf(row.detail, sizeof row.detail, "canned %.200s", row.text);
		app_run_line(app, row.detail);
		break;
	}
}

void
palette_key(struct app *app, const struct key *key)
{
	struct palette *palette = &app->palette;
	bool control = key->modifiers == KEY_CTRL;

	app->dirty = true;
	if (key->code == KEY_CODE_ESCAPE || (control && (key->code == 'c' || key->code == 'g')))
		palette->is_open = false;
	else if (key->code == KEY_CODE_ENTER)
		choose(app);
	else if (key->code == KEY_CODE_DOWN || key->code == KEY_CODE_TAB || (control && key->code == 'n'))
		pager_move(&palette->pager, key->modifiers & KEY_SHIFT ? -1 : 1);
	else if (key->code == KEY_CODE_UP || (control && key->code == 'p'))
		pager_move(&palette->pager, -1);
	else if (key->code == KEY_CODE_PAGE_DOWN)
		pager_move(&palette->pager, (long)palette->pager.visible);
	else if (key->code == KEY_CODE_PAGE_UP)
		pager_move(&palette->pager, -(long)palette->pager.visible);
	else if (prompt_edit(&palette->line, key))
		find(app);
}

void
palette_paste(struct app *app, const char *text, size_t len)
{
	prompt_insert_paste(&app->palette.line, text, len);
	find(app);
}

static void
draw_row(struct app *app, const struct palette_row *row, struct area area, bool selected)
{
	int names = area.columns / 2, column = area.column + 1;

	app->grid.mark_selected = selected;
	grid_fill(&app->grid, area, STYLE_NORMAL);
	grid_text(&app->grid, area.row, column, 2, row->style, row->mark);
	column += 2;
	column += grid_text(&app->grid, area.row, column, names - 4, STYLE_STRONG, row->text) + 2;
	grid_text(&app->grid, area.row, column, area.column + area.columns - column - 1, STYLE_DIM, row->detail);
	app->grid.mark_selected = false;
	if (selected)
		grid_cursor(&app->grid, area.row, area.column, false);
}

void
palette_draw(struct app *app)
{
	struct palette *palette = &app->palette;
	/* A little beside it would only be noise. */
	int columns = app->grid.columns < WIDTH_FROM ? app->grid.columns : WIDTH_MAX;
	int rows = app->grid.rows - 2 < HEIGHT_MAX ? app->grid.rows - 2 : HEIGHT_MAX;
	struct area box = { 1, (app->grid.columns - columns) / 2, rows, columns };
	const char *text = editor_text(&palette->line);
	int label;

	pager_set_visible(&palette->pager, (size_t)(rows - 2));
	grid_fill(&app->grid, box, STYLE_NORMAL);
	label = grid_text(&app->grid, box.row, box.column + 1, columns - 2, STYLE_KEY, _("Go to: "));
	if (text[0] == '\0')
		grid_text(&app->grid, box.row, box.column + 2 + label, columns - label - 4, STYLE_DIM,
			  _("letters of a command, a customer, a number …"));
	for (int i = 0; i < rows - 2; i++) {
		size_t row = palette->pager.top + (size_t)i;
		struct area place = { box.row + 1 + i, box.column, 1, columns };

		if (row < palette->pager.count)
			draw_row(app, &palette->rows[row], place, row == palette->pager.selected);
		else if (row == 0)
			grid_text(&app->grid, place.row, place.column + 1, columns - 2, STYLE_DIM,
				  _("Nothing has these letters; / searches in all messages."));
	}
	grid_rule_across(&app->grid, box.row + rows - 1, box.column, columns, STYLE_BORDER);
	prompt_draw_text(&app->grid, (struct area){ box.row, box.column + 1 + label, 1, columns - label - 2 }, &palette->line,
			 text);
}
