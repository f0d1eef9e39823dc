/* SPDX-License-Identifier: MIT */
/* Colours that can be read: contrast as the W3C measures it, against the grounds that terminals have. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/theme.h"

static const char *const theme_names[] = { "dark", "light", "contrast" };

/* xterm's own sixteen. */
static const int32_t sixteen[] = {
	0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
	0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
};

/* The colour a number of the 256 stands for, from the palette's published corners and steps. */
static int32_t
palette(int number)
{
	static const int steps[] = { 0, 95, 135, 175, 215, 255 };
	int grey = 8 + 10 * (number - 232);

	if (number < 16)
		return sixteen[number];
	if (number > 231)
		return grey << 16 | grey << 8 | grey;
	number -= 16;
	return steps[number / 36] << 16 | steps[number % 36 / 6] << 8 | steps[number % 6];
}

static double
luminance(int32_t colour)
{
	static const double weights[] = { 0.0722, 0.7152, 0.2126 };
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double part = (colour >> (8 * i) & 0xFF) / 255.0;

		sum += weights[i] * (part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double
contrast(int32_t a, int32_t b)
{
	double first = luminance(a) + 0.05, second = luminance(b) + 0.05;

	return first > second ? first / second : second / first;
}

static int32_t
colour_at(enum theme_depth depth, int32_t colour, int32_t own)
{
	if (colour < 0)
		return own;
	return depth == THEME_TRUE ? colour : palette((int)colour);
}

struct ground {
	enum theme theme;
	int32_t ground, text; /* the terminal's own */
	double least;
};

/* Not the kindest ground of each kind, but greys that are in use. */
static const struct ground grounds[] = {
	{ THEME_DARK, 0x1E1E1E, 0xD0D0D0, 4.5 },  { THEME_DARK, 0x000000, 0xD0D0D0, 4.5 },
	{ THEME_LIGHT, 0xF4F4F4, 0x202020, 4.5 }, { THEME_LIGHT, 0xFFFFFF, 0x202020, 4.5 },
	{ THEME_CONTRAST, 0xFFFFFF, 0x000000, 7 }, { THEME_CONTRAST, 0x000000, 0xFFFFFF, 7 },
};

static void
check_contrast(const struct ground *ground, enum theme_depth depth)
{
	for (int style = 0; style < STYLE_COUNT; style++) {
		for (int selected = 0; selected < 2; selected++) {
			struct theme_look look = theme_look(ground->theme, depth, (enum style)style, selected != 0);
			double found = contrast(colour_at(depth, look.foreground, ground->text),
						colour_at(depth, look.background, ground->ground));

			/* A line between panes is no text. */
			if (style == STYLE_BORDER && !selected && found >= 3)
				continue;
			if (found < ground->least)
				print_error("%s, depth %d, style %d, selected %d: %.2f\n", theme_names[ground->theme],
					    (int)depth, style, selected, found);
			assert_true(found >= ground->least);
		}
	}
}

static void
test_everything_can_be_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof grounds / sizeof grounds[0]; i++) {
		check_contrast(&grounds[i], THEME_TRUE);
		check_contrast(&grounds[i], THEME_256);
	}
	/* The sixteen are what a terminal makes of them; these are xterm's, on black and on white. */
	check_contrast(&grounds[1], THEME_16);
	check_contrast(&grounds[3], THEME_16);
	check_contrast(&grounds[5], THEME_16);
}

static void
test_no_colours(void **state)
{
	(void)state;
	for (int theme = 0; theme < THEME_COUNT; theme++) {
		for (int style = 0; style < STYLE_COUNT; style++) {
			struct theme_look look = theme_look((enum theme)theme, THEME_MONO, (enum style)style, false);
			struct theme_look row = theme_look((enum theme)theme, THEME_MONO, (enum style)style, true);

			assert_true(look.foreground == -1 && look.background == -1);
			assert_true(row.attributes & THEME_REVERSE);
		}
	}
}

static void
test_numbers_are_within_the_depth(void **state)
{
	static const struct { enum theme_depth depth; int32_t from, below; } ranges[] = {
		{ THEME_8, 0, 8 }, { THEME_16, 0, 16 }, { THEME_256, 16, 256 }, { THEME_TRUE, 0, 0x1000000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		for (int row = 0; row < THEME_COUNT * STYLE_COUNT * 2; row++) {
			struct theme_look look = theme_look((enum theme)(row / (STYLE_COUNT * 2)), ranges[i].depth,
							    (enum style)(row / 2 % STYLE_COUNT), row % 2 != 0);

			assert_true(look.foreground == -1 ||
				    (look.foreground >= ranges[i].from && look.foreground < ranges[i].below));
			assert_true(look.background == -1 ||
				    (look.background >= ranges[i].from && look.background < ranges[i].below));
		}
	}
}

/* The high contrast brings its ground along: no style may let the terminal's through. */
static void
test_high_contrast_has_its_own_ground(void **state)
{
	(void)state;
	for (int style = 0; style < STYLE_COUNT; style++) {
		struct theme_look look = theme_look(THEME_CONTRAST, THEME_16, (enum style)style, false);

		assert_true(look.background >= 0 && look.foreground >= 0);
	}
}

static void
test_notes_stand_apart(void **state)
{
	(void)state;
	for (int theme = 0; theme < THEME_COUNT; theme++) {
		for (int depth = THEME_16; depth <= THEME_TRUE; depth++) {
			struct theme_look note = theme_look((enum theme)theme, (enum theme_depth)depth, STYLE_NOTE, false);
			struct theme_look text = theme_look((enum theme)theme, (enum theme_depth)depth, STYLE_NORMAL, false);

			assert_true(note.background >= 0 && note.background != text.background);
		}
	}
}

static void
test_nearest(void **state)
{
	(void)state;
	assert_int_equal(theme_nearest(0x000000), 16);
	assert_int_equal(theme_nearest(0xFFFFFF), 231);
	assert_int_equal(theme_nearest(0x5FAFFF), 75);
	assert_int_equal(theme_nearest(0x303030), 236);
	assert_int_equal(theme_nearest(0xFE0102), 196);
}

static void
test_sequences(void **state)
{
	static const struct { enum theme_depth depth; struct theme_look look; const char *bytes; } cases[] = {
		{ THEME_TRUE, { 0x0102FF, 0xA0B0C0, 0 }, "\033[38;2;1;2;255m\033[48;2;160;176;192m" },
		{ THEME_256, { 75, -1, THEME_BOLD }, "\033[38;5;75m" },
		{ THEME_16, { 9, 4, 0 }, "\033[91m\033[44m" },
		{ THEME_8, { 7, 0, 0 }, "\033[37m\033[40m" },
		{ THEME_MONO, { -1, -1, THEME_REVERSE }, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct strbuf out;

		strbuf_init(&out, 256);
		theme_add_colours(&out, cases[i].depth, &cases[i].look);
		assert_string_equal(strbuf_text(&out), cases[i].bytes);
		strbuf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_can_be_read),
		cmocka_unit_test(test_no_colours),
		cmocka_unit_test(test_numbers_are_within_the_depth),
		cmocka_unit_test(test_high_contrast_has_its_own_ground),
		cmocka_unit_test(test_notes_stand_apart),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_sequences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
