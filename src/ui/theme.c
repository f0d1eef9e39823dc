/* SPDX-License-Identifier: MIT */
/*
 * One row a style. Normal text keeps the terminal's own colours on a dark and a light ground, so that it is as readable
 * as everything else there; high contrast brings black along, as it can not know the ground. The 256 colours follow from
 * the true ones; the 16 are picked by hand, for their brightness differs more from terminal to terminal.
 */
#include "ui/theme.h"

#define OWN (-1)

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, GREY, BRIGHT = 8 };
#define B THEME_BOLD

struct hue {
	int32_t foreground, background;		/* 0xRRGGBB */
	int8_t few_foreground, few_background; /* of 16 */
};

struct row {
	struct hue hue[THEME_COUNT]; /* dark, light, contrast */
	unsigned attributes;	     /* where there are colours */
	unsigned mono;
};

#define GROUND 0x000000
#define ON_BLACK(colour, few) { colour, GROUND, few, BLACK }
#define PLAIN { OWN, OWN, OWN, OWN }
#define PLAIN_ALL { PLAIN, PLAIN, ON_BLACK(0xFFFFFF, WHITE + BRIGHT) }

/* Shared by styles of the same meaning. */
#define BLUE_HUE { { 0x5FAFFF, OWN, CYAN + BRIGHT, OWN }, { 0x005FAF, OWN, BLUE, OWN }, ON_BLACK(0x87D7FF, CYAN + BRIGHT) }
#define GREEN_HUE { { 0x5FD75F, OWN, GREEN + BRIGHT, OWN }, { 0x005F00, OWN, BLACK, OWN }, ON_BLACK(0x87FF87, GREEN + BRIGHT) }
#define ORANGE_HUE { { 0xFFAF5F, OWN, YELLOW + BRIGHT, OWN }, { 0x875F00, OWN, RED, OWN }, ON_BLACK(0xFFD75F, YELLOW + BRIGHT) }
#define RED_HUE { { 0xFF8787, OWN, RED + BRIGHT, OWN }, { 0xAF0000, OWN, RED, OWN }, { 0x000000, 0xFFAFAF, BLACK, YELLOW + BRIGHT } }
#define PINK_HUE { { 0xD7AFFF, OWN, MAGENTA + BRIGHT, OWN }, { 0x870087, OWN, MAGENTA, OWN }, ON_BLACK(0xFFAFFF, WHITE + BRIGHT) }
#define DIM_HUE { { 0x9E9E9E, OWN, GREY, OWN }, { 0x5F5F5F, OWN, BLACK, OWN }, ON_BLACK(0xD0D0D0, WHITE) }
#define BAR_HUE(dark, few, light) \
	{ { dark, 0x303030, few, BLUE }, { light, 0xD0D0D0, BLACK, WHITE }, { 0x000000, 0xFFFFFF, BLACK, WHITE + BRIGHT } }

static const struct row rows[STYLE_COUNT] = {
	[STYLE_NORMAL] = { PLAIN_ALL, 0, 0 },
	[STYLE_DIM] = { DIM_HUE, 0, THEME_DIM },
	[STYLE_STRONG] = { PLAIN_ALL, B, B },
	[STYLE_BAR] = { BAR_HUE(0xD7D7D7, WHITE + BRIGHT, 0x1C1C1C), 0, THEME_REVERSE },
	[STYLE_BAR_STRONG] = { BAR_HUE(0xFFFFFF, WHITE + BRIGHT, 0x000000), B, THEME_REVERSE | B },
	[STYLE_BAR_WARNING] = { BAR_HUE(0xFFD75F, YELLOW + BRIGHT, 0x870000), B, THEME_REVERSE | B },
	[STYLE_HINT] = { DIM_HUE, 0, 0 },
	[STYLE_KEY] = { PLAIN_ALL, B, B },
	[STYLE_BORDER] = { { { 0x767676, OWN, GREY, OWN }, { 0x8A8A8A, OWN, GREY, OWN }, ON_BLACK(0xFFFFFF, WHITE + BRIGHT) },
			   0, THEME_DIM },
	[STYLE_SMS] = { BLUE_HUE, B, B },
	[STYLE_WHATSAPP] = { GREEN_HUE, B, B },
	[STYLE_EMAIL] = { PINK_HUE, B, B },
	[STYLE_UNREAD] = { ORANGE_HUE, B, B },
	[STYLE_CUSTOMER] = { GREEN_HUE, B, B },
	[STYLE_AGENT] = { BLUE_HUE, B, B },
	[STYLE_READ] = { BLUE_HUE, 0, 0 },
	[STYLE_FAILED] = { RED_HUE, B, B },
	[STYLE_WARNING] = { ORANGE_HUE, 0, B },
	[STYLE_NOTE] = { { { 0xFFFFD7, 0x4D4100, BLACK, YELLOW }, { 0x262626, 0xFFFFAF, BLACK, YELLOW + BRIGHT },
			   { 0x000000, 0xFFFF87, BLACK, YELLOW + BRIGHT } }, 0, THEME_ITALIC },
	[STYLE_HIT] = { { { 0x000000, 0xFFD75F, BLACK, YELLOW + BRIGHT }, { 0x000000, 0xFFD75F, BLACK, YELLOW + BRIGHT },
			  { 0x000000, 0xFFFF00, BLACK, YELLOW + BRIGHT } }, B, THEME_REVERSE | B },
	[STYLE_MARKED] = { ORANGE_HUE, B, B },
	[STYLE_PRIORITY] = { RED_HUE, B, B },
	[STYLE_LABEL] = { PINK_HUE, 0, 0 },
	[STYLE_PRESENCE] = { GREEN_HUE, 0, THEME_ITALIC },
	[STYLE_LINK] = { BLUE_HUE, THEME_UNDERLINE, THEME_UNDERLINE },
	[STYLE_ERROR_WORD] = { RED_HUE, THEME_UNDERLINE, THEME_UNDERLINE },
	[STYLE_BOLD_TEXT] = { PLAIN_ALL, B, B },
	[STYLE_ITALIC_TEXT] = { PLAIN_ALL, THEME_ITALIC, THEME_ITALIC },
	[STYLE_STRIKE_TEXT] = { PLAIN_ALL, THEME_STRIKE, THEME_STRIKE },
	[STYLE_MONO_TEXT] = { PINK_HUE, 0, THEME_DIM },
	[STYLE_CHART_1] = { BLUE_HUE, 0, 0 },
	[STYLE_CHART_2] = { GREEN_HUE, 0, B },
	[STYLE_CHART_3] = { ORANGE_HUE, 0, THEME_UNDERLINE },
	[STYLE_CHART_4] = { PINK_HUE, 0, THEME_REVERSE },
	[STYLE_QUOTE] = { DIM_HUE, THEME_ITALIC, THEME_ITALIC },
	[STYLE_KEYCAP] = { BAR_HUE(0xFFFFFF, WHITE + BRIGHT, 0x000000), B, THEME_REVERSE | B },
};

/* One pair of colours for a whole row: accents would not be readable on it. */
static const struct hue selected_hue[THEME_COUNT] = {
	[THEME_DARK] = { 0xFFFFFF, 0x005F87, WHITE + BRIGHT, BLUE },
	[THEME_LIGHT] = { 0x000000, 0xAFD7FF, BLACK, CYAN + BRIGHT },
	[THEME_CONTRAST] = { 0x000000, 0xFFFF00, BLACK, YELLOW + BRIGHT },
};

static int
distance(int32_t a, int32_t b)
{
	int sum = 0;

	for (int shift = 0; shift <= 16; shift += 8) {
		int difference = ((a >> shift) & 0xFF) - ((b >> shift) & 0xFF);

		sum += difference * difference;
	}
	return sum;
}

/* What every terminal shows for the colours from 16 on: a cube of six steps a side, then greys. */
static int32_t
colour_of(int number)
{
	static const uint8_t steps[] = { 0, 0x5F, 0x87, 0xAF, 0xD7, 0xFF };
	int cube = number - 16;

	if (number >= 232)
		return (8 + (number - 232) * 10) * 0x010101;
	return steps[cube / 36] << 16 | steps[cube / 6 % 6] << 8 | steps[cube % 6];
}

int
theme_nearest(int32_t colour)
{
	int best = 16;

	for (int number = 16; number < 256; number++)
		if (distance(colour_of(number), colour) < distance(colour_of(best), colour))
			best = number;
	return best;
}

static int32_t
at_depth(enum theme_depth depth, int32_t colour, int few)
{
	if (colour == OWN || depth == THEME_MONO)
		return OWN;
	switch (depth) {
	case THEME_TRUE:
		return colour;
	case THEME_256:
		return theme_nearest(colour);
	case THEME_16:
		return few;
	case THEME_8:
		return few >= BRIGHT ? few - BRIGHT : few;
	case THEME_MONO:
		break;
	}
	return OWN;
}

struct theme_look
theme_look(enum theme theme, enum theme_depth depth, enum style style, bool selected)
{
	const struct row *row = &rows[style];
	const struct hue *hue = selected ? &selected_hue[theme] : &row->hue[theme];
	struct theme_look look = { OWN, OWN, row->attributes };

	if (depth == THEME_MONO) {
		look.attributes = row->mono | (selected ? (unsigned)THEME_REVERSE : 0);
		return look;
	}
	look.foreground = at_depth(depth, hue->foreground, hue->few_foreground);
	look.background = at_depth(depth, hue->background, hue->few_background);
	/* Grey is the bright black that eight colours do not have. */
	if (depth == THEME_8 && !selected && hue->few_foreground == GREY) {
		look.foreground = OWN;
		look.attributes |= THEME_DIM;
	}
	return look;
}

static void
add_colour(struct strbuf *out, enum theme_depth depth, int32_t colour, bool ground)
{
	int base = ground ? 40 : 30;

	if (colour == OWN)
		return;
	if (depth == THEME_TRUE)
		strbuf_add_format(out, "\033[%d;2;%d;%d;%dm", base + 8, (int)(colour >> 16 & 0xFF),
				  (int)(colour >> 8 & 0xFF), (int)(colour & 0xFF));
	else if (depth == THEME_256)
		strbuf_add_format(out, "\033[%d;5;%dm", base + 8, (int)colour);
	else
		strbuf_add_format(out, "\033[%dm", (int)colour < BRIGHT ? base + (int)colour : base + 60 + (int)colour - BRIGHT);
}

void
theme_add_colours(struct strbuf *out, enum theme_depth depth, const struct theme_look *look)
{
	add_colour(out, depth, look->foreground, false);
	add_colour(out, depth, look->background, true);
}
