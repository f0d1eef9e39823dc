/* SPDX-License-Identifier: MIT */
/*
 * The difference between two grids, in one write. After every character whose width terminals might see otherwise the
 * cursor is placed anew, so that a wrong guess can not shift what follows. The descriptor does not block: a terminal
 * that takes nothing stops drawing, not the program.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/utf8.h"
#include "ui/terminal_caps.h"
#include "ui/terminal_state.h"

#define SYNCHRONIZED_BEGIN "\033[?2026h"
#define SYNCHRONIZED_END "\033[?2026l"

void
terminal_prepare_looks(struct terminal *terminal)
{
	static const struct { unsigned bit; const char *name; } attributes[] = {
		{ THEME_BOLD, "bold" },	  { THEME_DIM, "dim" },	    { THEME_UNDERLINE, "smul" },
		{ THEME_REVERSE, "rev" }, { THEME_ITALIC, "sitm" }, { THEME_STRIKE, "smxx" },
	};
	struct strbuf out;

	strbuf_init(&out, TERMINAL_SEQUENCE_SIZE - 1);
	for (int i = 0; i < STYLE_COUNT * 2; i++) {
		struct theme_look look = theme_look(terminal->theme, terminal->depth, (enum style)(i / 2), i % 2 != 0);

		strbuf_clear(&out);
		terminal_caps_add(&out, "sgr0");
		for (size_t k = 0; k < sizeof attributes / sizeof attributes[0]; k++)
			if (look.attributes & attributes[k].bit)
				terminal_caps_add(&out, attributes[k].name);
		theme_add_colours(&out, terminal->depth, &look);
		memcpy(terminal->look[i / 2][i % 2], strbuf_text(&out), out.len + 1);
		if (i == STYLE_NORMAL)
			terminal->erase_paints = look.background < 0 || terminal_caps_has("bce");
	}
	strbuf_release(&out);
	terminal_forget(terminal);
}

static void
go_to(struct terminal *terminal, int row, int column)
{
	if (terminal->at_row == row && terminal->at_column == column)
		return;
	terminal_caps_add_place(&terminal->frame, row, column);
	terminal->at_row = row;
	terminal->at_column = column;
}

static void
use_style(struct terminal *terminal, enum style style, bool selected)
{
	int wanted = (int)style * 2 + selected;

	if (terminal->drawn_style == wanted)
		return;
	strbuf_add_string(&terminal->frame, terminal->look[style][selected]);
	terminal->drawn_style = wanted;
}

/* What is drawn from here on has that address behind it; the number joins the parts of one that is broken into lines. */
static void
use_link(struct terminal *terminal, const struct grid *grid, uint32_t link)
{
	const char *url = grid_links_url(&grid->links, link);

	if (!terminal->options.links || terminal->simple || url == NULL)
		link = 0;
	if (terminal->drawn_link == link)
		return;
	if (link == 0)
		strbuf_add_string(&terminal->frame, "\033]8;;\033\\");
	else
		strbuf_add_format(&terminal->frame, "\033]8;id=%lu;%s\033\\", (unsigned long)link, url);
	terminal->drawn_link = link;
}

/* True if every terminal agrees that the cell takes its one column: Latin, Greek, Cyrillic and lines. */
static bool
is_certain(const struct cell *cell)
{
	uint32_t code;

	if (cell->len <= 1)
		return true;
	if (cell->width != 1 || utf8_decode(cell->text, cell->len, &code) != cell->len)
		return false;
	return (code >= 0xA1 && code < 0x300 && code != 0xAD) || (code >= 0x2500 && code < 0x2580);
}

static void
draw_cell(struct terminal *terminal, const struct grid *grid, int row, int column)
{
	const struct cell *cell = grid_cell(grid, row, column);

	go_to(terminal, row, column);
	use_style(terminal, (enum style)cell->style, cell->selected != 0);
	use_link(terminal, grid, cell->link);
	if (cell->len == 0)
		strbuf_add_char(&terminal->frame, ' ');
	else
		strbuf_add(&terminal->frame, cell->text, cell->len);
	terminal->at_column = column + 1;
	if (!is_certain(cell) || column + cell->width >= terminal->cols)
		terminal->at_row = terminal->at_column = -1;
}

/* The column from which on the row is blank in the normal style. */
static int
blank_from(const struct grid *grid, int row)
{
	int column = grid->columns;

	while (column > 0) {
		const struct cell *cell = grid_cell(grid, row, column - 1);

		if (cell->len > 0 || cell->width != 1 || cell->style != STYLE_NORMAL || cell->selected || cell->link != 0)
			break;
		column--;
	}
	return column;
}

static void
draw_row(struct terminal *terminal, const struct grid *grid, int row, bool can_erase)
{
	int blank = can_erase ? blank_from(grid, row) : grid->columns;

	for (int column = 0; column < grid->columns; column++) {
		const struct cell *cell = grid_cell(grid, row, column);

		if (cell->width == 0 || cell_equal(cell, grid_cell(&terminal->shown, row, column)))
			continue;
		if (column >= blank) {
			go_to(terminal, row, column);
			use_style(terminal, STYLE_NORMAL, false);
			use_link(terminal, grid, 0);
			terminal_caps_add(&terminal->frame, "el");
			return;
		}
		draw_cell(terminal, grid, row, column);
	}
}

/* Starts from an empty screen of the grid's size. */
static bool
start_anew(struct terminal *terminal, const struct grid *grid)
{
	terminal->at_row = terminal->at_column = terminal->drawn_style = -1;
	terminal->drawn_link = 0;
	terminal->picture_due = terminal->picture.len > 0;
	if (!grid_resize(&terminal->shown, grid->rows, grid->columns))
		return false;
	/* Where erasing leaves the terminal's own ground, every cell is to be painted. */
	if (!terminal->erase_paints)
		grid_fill(&terminal->shown, (struct area){ 0, 0, grid->rows, grid->columns }, STYLE_COUNT);
	use_style(terminal, STYLE_NORMAL, false);
	terminal_caps_add(&terminal->frame, "clear");
	/* Whatever its state is: shown, so that a change is noticed. */
	terminal_caps_add(&terminal->frame, "cnorm");
	terminal->cursor_shown = true;
	terminal->shown_known = true;
	return true;
}

static bool
is_synchronized(const struct terminal *terminal)
{
	switch (terminal->options.synchronized) {
	case TERMINAL_YES:
		return true;
	case TERMINAL_NO:
		return false;
	case TERMINAL_AUTO:
		break;
	}
	return terminal->abilities.synchronized;
}

/* Appends what changed in the cells. False without memory. */
static bool
add_cells(struct terminal *terminal, const struct grid *grid)
{
	bool can_erase;

	if ((!terminal->shown_known || terminal->shown.rows != grid->rows ||
	     terminal->shown.columns != grid->columns) && !start_anew(terminal, grid))
		return false;
	can_erase = terminal->erase_paints && terminal_caps_has("el");
	for (int row = 0; row < grid->rows; row++)
		draw_row(terminal, grid, row, can_erase);
	use_link(terminal, grid, 0);
	terminal_add_picture(terminal);
	go_to(terminal, grid->cursor_row, grid->cursor_column);
	if (grid->cursor_shown != terminal->cursor_shown) {
		terminal_caps_add(&terminal->frame, grid->cursor_shown ? "cnorm" : "civis");
		terminal->cursor_shown = grid->cursor_shown;
	}
	memcpy(terminal->shown.cells, grid->cells,
	       (size_t)grid->rows * (size_t)grid->columns * sizeof *grid->cells);
	return true;
}

bool
terminal_draw(struct terminal *terminal, const struct grid *grid)
{
	bool synchronized = is_synchronized(terminal);
	size_t before;

	if (terminal->gone || terminal->released || terminal_is_behind(terminal))
		return !terminal->gone;
	if (synchronized)
		strbuf_add_string(&terminal->frame, SYNCHRONIZED_BEGIN);
	before = terminal->frame.len;
	terminal_add_verbs(terminal);
	if (!add_cells(terminal, grid))
		return true;
	/* An empty frame needs no brackets. */
	if (synchronized && terminal->frame.len == before)
		strbuf_clear(&terminal->frame);
	else if (synchronized)
		strbuf_add_string(&terminal->frame, SYNCHRONIZED_END);
	return terminal_flush(terminal);
}

bool
terminal_is_behind(const struct terminal *terminal)
{
	return terminal->behind;
}

bool
terminal_flush(struct terminal *terminal)
{
	while (terminal->written < terminal->frame.len) {
		ssize_t written = write(terminal->fd, terminal->frame.data + terminal->written,
					terminal->frame.len - terminal->written);

		if (written < 0 && errno == EAGAIN) {
			terminal->behind = true;
			return true;
		}
		if (written < 0 && errno != EINTR) {
			terminal->gone = true;
			return false;
		}
		terminal->written += written > 0 ? (size_t)written : 0;
	}
	if (terminal->frame.failed)
		terminal_forget(terminal);
	strbuf_clear(&terminal->frame);
	terminal->written = 0;
	terminal->behind = false;
	return true;
}
