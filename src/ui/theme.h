/* SPDX-License-Identifier: MIT */
/*
 * How each style looks: colours that can be read on a dark and on a light ground, and attributes where there are
 * none.
 */
#ifndef HILO_UI_THEME_H
#define HILO_UI_THEME_H

#include <stdbool.h>

#include "ui/grid.h"

enum theme_depth { THEME_MONO, THEME_8, THEME_256 };

enum { THEME_BOLD = 1, THEME_DIM = 2, THEME_UNDERLINE = 4, THEME_REVERSE = 8 };

struct theme_look {
	int foreground; /* colour number, -1 = the terminal's own */
	int background;
	unsigned attributes;
};

struct theme_look theme_look(enum theme_depth depth, enum style style, bool selected);

#endif
