/* SPDX-License-Identifier: MIT */
/*
 * A wide character whose half is drawn over loses its other half too, and none is drawn in the last column: the
 * columns of the grid and those of the terminal can not drift apart.
 */
#include "ui/grid.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/utf8.h"
#include "ui/grid_ascii.h"

#define ELLIPSIS "\xE2\x80\xA6"
#define LINE_ACROSS "\xE2\x94\x80"
#define LINE_DOWN "\xE2\x94\x82"

enum { SCRATCH_MAX = 1 << 20 };

void
grid_init(struct grid *grid)
{
	*grid = (struct grid){ 0 };
	strbuf_init(&grid->scratch, SCRATCH_MAX);
}

void
grid_release(struct grid *grid)
{
	free(grid->cells);
	strbuf_release(&grid->scratch);
	grid_links_release(&grid->links);
	*grid = (struct grid){ 0 };
}

static void
blank(struct cell *cell, enum style style, bool selected)
{
	*cell = (struct cell){ .width = 1, .style = (uint8_t)style, .selected = selected };
}

void
grid_clear(struct grid *grid)
{
	size_t count = (size_t)grid->rows * (size_t)grid->columns;

	for (size_t i = 0; i < count; i++)
		blank(&grid->cells[i], STYLE_NORMAL, false);
	grid->cursor_row = grid->cursor_column = 0;
	grid->cursor_shown = false;
	grid->mark_selected = false;
	grid->link = 0;
	grid_links_tidy(&grid->links);
}

bool
grid_resize(struct grid *grid, int rows, int columns)
{
	struct cell *cells;

	if (rows == grid->rows && columns == grid->columns && grid->cells != NULL) {
		grid_clear(grid);
		return true;
	}
	cells = rows > 0 && columns > 0 ? calloc((size_t)rows * (size_t)columns, sizeof *cells) : NULL;
	free(grid->cells);
	grid->cells = cells;
	grid->rows = cells != NULL ? rows : 0;
	grid->columns = cells != NULL ? columns : 0;
	grid_clear(grid);
	return cells != NULL;
}

static struct cell *
at(struct grid *grid, int row, int column)
{
	if (row < 0 || column < 0 || row >= grid->rows || column >= grid->columns)
		return NULL;
	return &grid->cells[(size_t)row * (size_t)grid->columns + (size_t)column];
}

const struct cell *
grid_cell(const struct grid *grid, int row, int column)
{
	if (row < 0 || column < 0 || row >= grid->rows || column >= grid->columns)
		return NULL;
	return &grid->cells[(size_t)row * (size_t)grid->columns + (size_t)column];
}

bool
cell_equal(const struct cell *a, const struct cell *b)
{
	return a->len == b->len && a->width == b->width && a->style == b->style && a->selected == b->selected &&
	       a->link == b->link && memcmp(a->text, b->text, a->len) == 0;
}

/* Blanks what is left of a wide character when one of its halves is about to be drawn over. */
static void
break_wide(struct grid *grid, int row, int column)
{
	struct cell *cell = at(grid, row, column), *other;

	if (cell == NULL)
		return;
	if (cell->width == 0 && (other = at(grid, row, column - 1)) != NULL)
		blank(other, (enum style)other->style, other->selected);
	if (cell->width == 2 && (other = at(grid, row, column + 1)) != NULL)
		blank(other, (enum style)other->style, other->selected);
}

/* Puts one cluster; false when there is no room for it. */
static bool
put(struct grid *grid, int row, int column, struct cell cell)
{
	struct cell *place = at(grid, row, column), *half;

	if (place == NULL || (cell.width == 2 && at(grid, row, column + 1) == NULL))
		return false;
	break_wide(grid, row, column);
	if (cell.width == 2) {
		break_wide(grid, row, column + 1);
		half = at(grid, row, column + 1);
		*half = (struct cell){ .width = 0, .style = cell.style, .selected = cell.selected,
				       .link = cell.link };
	}
	*place = cell;
	return true;
}

/* Draws clusters of a shown text until `columns` are used; returns the columns used. */
static int
put_clusters(struct grid *grid, struct area place, enum style style, const char *text, size_t len)
{
	int used = 0;
	char ascii;

	for (size_t i = 0, step; i < len; i += step) {
		struct cell cell = { .style = (uint8_t)style, .selected = grid->mark_selected, .link = grid->link };
		int width;

		step = text_cluster(text + i, len - i);
		if (step == 0)
			break;
		width = text_width(text + i, step);
		if (width <= 0)
			continue;
		if (used + width > place.columns)
			break;
		cell.width = (uint8_t)(width > 2 ? 2 : width);
		cell.len = (uint8_t)utf8_cut(text + i, step, step < CELL_TEXT_SIZE ? step : CELL_TEXT_SIZE);
		memcpy(cell.text, text + i, cell.len);
		if (grid->ascii && width == 1 && (ascii = grid_ascii(text + i, step)) != '\0') {
			cell.text[0] = ascii;
			cell.len = 1;
		}
		if (cell.len == 1 && cell.text[0] == ' ')
			cell.len = 0;
		put(grid, place.row, place.column + used, cell);
		/* A cluster wider than two cells (it should not exist) keeps its room, so that nothing overlaps. */
		used += width;
	}
	return used;
}

static bool
is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

/* Plain ASCII needs neither the sanitiser nor clusters. */
static int
put_plain(struct grid *grid, struct area place, enum style style, const char *text, size_t len)
{
	int used = (int)(len < (size_t)place.columns ? len : (size_t)place.columns);

	for (int i = 0; i < used; i++) {
		struct cell cell = { .width = 1, .len = text[i] != ' ', .style = (uint8_t)style,
				     .selected = grid->mark_selected, .link = grid->link };

		if (cell.len)
			cell.text[0] = text[i];
		put(grid, place.row, place.column + i, cell);
	}
	return used;
}

int
grid_text_len(struct grid *grid, struct area place, enum style style, const char *text, size_t len)
{
	bool plain = is_plain(text, len);
	int width, used;

	if (place.columns <= 0)
		return 0;
	if (!plain) {
		strbuf_clear(&grid->scratch);
		text_show(&grid->scratch, text, len, TEXT_ONE_LINE);
		text = strbuf_text(&grid->scratch);
		len = grid->scratch.len;
	}
	width = plain ? (int)(len < INT16_MAX ? len : INT16_MAX) : text_width(text, len);
	if (width <= place.columns)
		return plain ? put_plain(grid, place, style, text, len) : put_clusters(grid, place, style, text, len);
	place.columns--;
	used = plain ? put_plain(grid, place, style, text, len) : put_clusters(grid, place, style, text, len);
	place.column += used;
	place.columns = 1;
	return used + put_clusters(grid, place, style, ELLIPSIS, sizeof ELLIPSIS - 1);
}

int
grid_text(struct grid *grid, int row, int column, int columns, enum style style, const char *text)
{
	return grid_text_len(grid, (struct area){ row, column, 1, columns }, style, text, strlen(text));
}

int
grid_text_width(struct grid *grid, const char *text)
{
	strbuf_clear(&grid->scratch);
	text_show(&grid->scratch, text, strlen(text), TEXT_ONE_LINE);
	return text_width(strbuf_text(&grid->scratch), grid->scratch.len);
}

int
grid_text_right(struct grid *grid, int row, int column, int columns, enum style style, const char *text)
{
	int width = grid_text_width(grid, text), from;

	if (width > columns)
		width = columns;
	from = column + columns - width;
	grid_text(grid, row, from, width, style, text);
	return from;
}

void
grid_fill(struct grid *grid, struct area area, enum style style)
{
	struct cell cell = { .width = 1, .style = (uint8_t)style, .selected = grid->mark_selected };

	for (int row = area.row; row < area.row + area.rows; row++)
		for (int column = area.column; column < area.column + area.columns; column++)
			put(grid, row, column, cell);
}

void
grid_rule_across(struct grid *grid, int row, int column, int columns, enum style style)
{
	for (int i = 0; i < columns; i++)
		put_clusters(grid, (struct area){ row, column + i, 1, 1 }, style, LINE_ACROSS, sizeof LINE_ACROSS - 1);
}

void
grid_rule_down(struct grid *grid, int row, int column, int rows, enum style style)
{
	for (int i = 0; i < rows; i++)
		put_clusters(grid, (struct area){ row + i, column, 1, 1 }, style, LINE_DOWN, sizeof LINE_DOWN - 1);
}

void
grid_restyle(struct grid *grid, struct area area, enum style style)
{
	for (int row = area.row; row < area.row + area.rows; row++) {
		for (int column = area.column; column < area.column + area.columns; column++) {
			struct cell *cell = at(grid, row, column);

			if (cell != NULL)
				cell->style = (uint8_t)style;
		}
	}
}

void
grid_link_begin(struct grid *grid, const char *url)
{
	grid->link = grid_links_number(&grid->links, url);
}

void
grid_link_end(struct grid *grid)
{
	grid->link = 0;
}

const char *
grid_link_at(const struct grid *grid, int row, int column)
{
	const struct cell *cell = grid_cell(grid, row, column);

	return cell != NULL ? grid_links_url(&grid->links, cell->link) : NULL;
}

void
grid_cursor(struct grid *grid, int row, int column, bool shown)
{
	if (at(grid, row, column) == NULL)
		return;
	grid->cursor_row = row;
	grid->cursor_column = column;
	grid->cursor_shown = shown;
}
