/* SPDX-License-Identifier: MIT */
/* One row a style. Text itself keeps the terminal's own colours, so that it is as readable as everything else there. */
#include "ui/theme.h"

struct row {
	struct theme_look rich; /* 256 colours */
	struct theme_look plain; /* 8 colours */
	unsigned mono;
};

#define NONE (-1)

enum { RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE };

static const struct row rows[STYLE_COUNT] = {
	[STYLE_NORMAL] = { { NONE, NONE, 0 }, { NONE, NONE, 0 }, 0 },
	[STYLE_DIM] = { { 244, NONE, 0 }, { NONE, NONE, THEME_DIM }, THEME_DIM },
	[STYLE_STRONG] = { { NONE, NONE, THEME_BOLD }, { NONE, NONE, THEME_BOLD }, THEME_BOLD },
	[STYLE_BAR] = { { 252, 237, 0 }, { WHITE, BLUE, 0 }, THEME_REVERSE },
	[STYLE_BAR_STRONG] = { { 231, 237, THEME_BOLD }, { WHITE, BLUE, THEME_BOLD }, THEME_REVERSE | THEME_BOLD },
	[STYLE_BAR_WARNING] = { { 221, 237, THEME_BOLD }, { YELLOW, BLUE, THEME_BOLD }, THEME_REVERSE | THEME_BOLD },
	[STYLE_HINT] = { { 244, NONE, 0 }, { NONE, NONE, 0 }, 0 },
	[STYLE_KEY] = { { NONE, NONE, THEME_BOLD }, { NONE, NONE, THEME_BOLD }, THEME_BOLD },
	[STYLE_BORDER] = { { 242, NONE, 0 }, { NONE, NONE, THEME_DIM }, THEME_DIM },
	[STYLE_SMS] = { { 33, NONE, THEME_BOLD }, { BLUE, NONE, THEME_BOLD }, THEME_BOLD },
	[STYLE_WHATSAPP] = { { 34, NONE, THEME_BOLD }, { GREEN, NONE, THEME_BOLD }, THEME_BOLD },
	[STYLE_EMAIL] = { { 172, NONE, THEME_BOLD }, { MAGENTA, NONE, THEME_BOLD }, THEME_BOLD },
	[STYLE_UNREAD] = { { 166, NONE, THEME_BOLD }, { YELLOW, NONE, THEME_BOLD }, THEME_BOLD },
	[STYLE_CUSTOMER] = { { 34, NONE, THEME_BOLD }, { GREEN, NONE, THEME_BOLD }, THEME_BOLD },
	[STYLE_AGENT] = { { 33, NONE, THEME_BOLD }, { CYAN, NONE, THEME_BOLD }, THEME_BOLD },
	[STYLE_READ] = { { 33, NONE, 0 }, { CYAN, NONE, 0 }, 0 },
	[STYLE_FAILED] = { { 160, NONE, THEME_BOLD }, { RED, NONE, THEME_BOLD }, THEME_BOLD },
	[STYLE_NOTE] = { { 230, 58, 0 }, { NONE, NONE, THEME_BOLD }, THEME_DIM },
	[STYLE_HIT] = { { 16, 221, 0 }, { NONE, NONE, THEME_REVERSE }, THEME_REVERSE },
	[STYLE_MARKED ... STYLE_KEYCAP] = { { NONE, NONE, THEME_BOLD }, { NONE, NONE, THEME_BOLD }, THEME_BOLD },
	[STYLE_WARNING] = { { 166, NONE, 0 }, { YELLOW, NONE, 0 }, THEME_BOLD },
};

struct theme_look
theme_look(enum theme_depth depth, enum style style, bool selected)
{
	struct theme_look look = { NONE, NONE, rows[style].mono };

	if (depth == THEME_256)
		look = rows[style].rich;
	else if (depth == THEME_8)
		look = rows[style].plain;
	if (!selected)
		return look;
	/* One pair of colours for the whole row: accents would not be readable on it. */
	if (depth == THEME_MONO)
		look.attributes |= THEME_REVERSE;
	else if (depth == THEME_256)
		look = (struct theme_look){ 231, 24, look.attributes & THEME_BOLD };
	else
		look = (struct theme_look){ WHITE, BLUE, look.attributes & THEME_BOLD };
	return look;
}
