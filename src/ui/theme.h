/* SPDX-License-Identifier: MIT */
/*
 * How each style looks: on a dark ground, on a light one, and in high contrast with a ground of its own; with
 * 16 million, 256, 16, 8 or no colours. Pure. No state is told by colour alone: views draw a glyph or a word with it.
 */
#ifndef HILO_UI_THEME_H
#define HILO_UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/strbuf.h"
#include "ui/grid.h"

enum theme { THEME_DARK, THEME_LIGHT, THEME_CONTRAST, THEME_COUNT };

enum theme_depth { THEME_MONO, THEME_8, THEME_16, THEME_256, THEME_TRUE };

enum {
	THEME_BOLD = 1,
	THEME_DIM = 2,
	THEME_UNDERLINE = 4,
	THEME_REVERSE = 8,
	THEME_ITALIC = 16,
	THEME_STRIKE = 32
};

struct theme_look {
	int32_t foreground; /* number of the colour, 0xRRGGBB with THEME_TRUE; -1 = the terminal's own */
	int32_t background;
	unsigned attributes;
};

struct theme_look theme_look(enum theme theme, enum theme_depth depth, enum style style, bool selected);
/* Appends the sequences that set the colours (not the attributes) of a look; nothing for the terminal's own ones. */
void theme_add_colours(struct strbuf *out, enum theme_depth depth, const struct theme_look *look);
/* The colour of the 256 that is nearest to 0xRRGGBB, one of 16 to 255, which are the same everywhere. */
int theme_nearest(int32_t colour);

#endif
