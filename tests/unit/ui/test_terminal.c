/* SPDX-License-Identifier: MIT */
/* The terminal without a terminal: what it makes of answers, and what it sends, over a pipe in the terminal's place. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/terminal_caps.h"
#include "ui/terminal_state.h"

enum { OUTPUT_SIZE = 1 << 20 };

struct rig {
	struct terminal terminal;
	struct grid grid;
	int read_end;
	char output[OUTPUT_SIZE];
	size_t len;
};

static struct rig rig;

static void
clear_environment(void)
{
	static const char *const names[] = { "NO_COLOR", "COLORTERM", "COLORFGBG", "TMUX", "KITTY_WINDOW_ID", "VTE_VERSION" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		unsetenv(names[i]);
	setenv("TERM", "xterm-256color", 1);
}

static int
set_up(void **state)
{
	struct err err;
	int ends[2];

	(void)state;
	clear_environment();
	memset(&rig, 0, sizeof rig);
	if (pipe2(ends, O_NONBLOCK) != 0 || terminal_caps_read(ends[1], &err) != STATUS_OK)
		return 1;
	rig.read_end = ends[0];
	rig.terminal.fd = ends[1];
	rig.terminal.rows = 3;
	rig.terminal.cols = 20;
	terminal_options_init(&rig.terminal.options);
	strbuf_init(&rig.terminal.frame, 16 << 20);
	strbuf_init(&rig.terminal.verbs, 128 << 10);
	grid_init(&rig.terminal.shown);
	grid_init(&rig.grid);
	grid_resize(&rig.grid, 3, 20);
	terminal_guess_looks(&rig.terminal);
	terminal_prepare_looks(&rig.terminal);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	close(rig.terminal.fd);
	close(rig.read_end);
	terminal_caps_release();
	strbuf_release(&rig.terminal.frame);
	strbuf_release(&rig.terminal.verbs);
	grid_release(&rig.terminal.shown);
	grid_release(&rig.grid);
	return 0;
}

/* Draws, and returns what reached the terminal. */
static const char *
draw(void)
{
	ssize_t got;

	rig.len = 0;
	assert_true(terminal_draw(&rig.terminal, &rig.grid));
	do {
		got = read(rig.read_end, rig.output + rig.len, OUTPUT_SIZE - 1 - rig.len);
		rig.len += got > 0 ? (size_t)got : 0;
		terminal_flush(&rig.terminal);
	} while (got > 0);
	rig.output[rig.len] = '\0';
	return rig.output;
}

static bool
answer(const char *text)
{
	struct key key = { .kind = KEY_ANSWER, .text = text, .len = strlen(text) };

	return terminal_take_answer(&rig.terminal, &key);
}

struct ground_row {
	const char *name;
	const char *answer;
	enum theme theme;
	bool changed;
};

static const struct ground_row grounds[] = {
	{ "white", "]11;rgb:ffff/ffff/ffff", THEME_LIGHT, true },
	{ "black again", "]11;rgb:0000/0000/0000", THEME_DARK, true },
	{ "nearly black", "]11;rgb:1e/1e/2e", THEME_DARK, false },
	{ "with transparency", "]11;rgba:fdfd/f6f6/e3e3/ffff", THEME_LIGHT, true },
	{ "one digit", "]11;rgb:f/f/f", THEME_LIGHT, false },
	{ "cut off", "]11;rgb:00/00", THEME_LIGHT, false },
	{ "no colour", "]11;rgb:zz/00/00", THEME_LIGHT, false },
	{ "empty", "]11;rgb://", THEME_LIGHT, false },
	{ "another question's", "]10;rgb:0/0/0", THEME_LIGHT, false },
	{ "became dark", "[?997;1n", THEME_DARK, true },
	{ "is dark", "[?997;1n", THEME_DARK, false },
	{ "became light", "[?997;2n", THEME_LIGHT, true },
	{ "neither", "[?997;3n", THEME_LIGHT, false },
	{ "nonsense", "[?n", THEME_LIGHT, false },
	{ "too short", "[?", THEME_LIGHT, false },
};

static void
test_grounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof grounds / sizeof grounds[0]; i++) {
		bool changed = answer(grounds[i].answer);

		if (changed != grounds[i].changed || rig.terminal.theme != grounds[i].theme)
			print_error("%s\n", grounds[i].name);
		assert_int_equal(changed, grounds[i].changed);
		assert_int_equal(rig.terminal.theme, grounds[i].theme);
	}
	rig.terminal.options.theme = TERMINAL_THEME_CONTRAST;
	terminal_guess_looks(&rig.terminal);
	assert_int_equal(rig.terminal.theme, THEME_CONTRAST);
	assert_false(answer("]11;rgb:ffff/ffff/ffff"));
	assert_false(answer("[?997;1n"));
	assert_int_equal(rig.terminal.theme, THEME_CONTRAST);
}

static void
test_abilities(void **state)
{
	const struct terminal_abilities *abilities = terminal_abilities(&rig.terminal);

	(void)state;
	terminal_ask(&rig.terminal);
	assert_true(rig.terminal.asked_ms != 0);
	assert_false(answer("[?2026;0$y") || abilities->synchronized);
	assert_false(answer("[?2026;4$y") || abilities->synchronized);
	assert_false(answer("[?2027;2$y") || abilities->synchronized);
	assert_false(answer("[?2026;2$y"));
	assert_true(abilities->synchronized);
	assert_false(answer("_Gi=31;ENOTSUPPORTED:no") || abilities->kitty_graphics);
	assert_false(answer("_Gi=31;OK"));
	assert_true(abilities->kitty_graphics && !abilities->answered);
	assert_false(answer("[?64;1;2c") || abilities->sixel);
	assert_true(abilities->answered && rig.terminal.asked_ms == 0);
	/* The first number is the terminal's class. */
	assert_false(answer("[?4;1c") || abilities->sixel);
	assert_false(answer("[?62;4;22c"));
	assert_true(abilities->sixel);
}

static void
test_environment(void **state)
{
	static const struct { const char *name, *value; enum theme theme; enum theme_depth depth; } cases[] = {
		{ "COLORFGBG", "0;15", THEME_LIGHT, THEME_256 },       { "COLORFGBG", "15;0", THEME_DARK, THEME_256 },
		{ "COLORFGBG", "0;default;7", THEME_LIGHT, THEME_256 }, { "COLORFGBG", "0;default", THEME_DARK, THEME_256 },
		{ "COLORFGBG", "nonsense", THEME_DARK, THEME_256 },    { "COLORTERM", "truecolor", THEME_DARK, THEME_TRUE },
		{ "COLORTERM", "24bit", THEME_DARK, THEME_TRUE },      { "COLORTERM", "yes", THEME_DARK, THEME_256 },
		{ "NO_COLOR", "1", THEME_DARK, THEME_MONO },	       { "NO_COLOR", "", THEME_DARK, THEME_256 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		clear_environment();
		setenv(cases[i].name, cases[i].value, 1);
		terminal_guess_looks(&rig.terminal);
		assert_int_equal(rig.terminal.theme, cases[i].theme);
		assert_int_equal(rig.terminal.depth, cases[i].depth);
	}
	/* What the person configured counts more than the variable. */
	setenv("NO_COLOR", "1", 1);
	rig.terminal.options.colours = TERMINAL_COLOURS_16;
	terminal_guess_looks(&rig.terminal);
	assert_int_equal(rig.terminal.depth, THEME_16);
}

static void
test_frame_in_brackets(void **state)
{
	(void)state;
	assert_null(strstr(draw(), "2026"));
	answer("[?2026;2$y");
	grid_text(&rig.grid, 0, 0, 20, STYLE_NORMAL, "hello");
	draw();
	assert_memory_equal(rig.output, "\033[?2026h", 8);
	assert_memory_equal(rig.output + rig.len - 8, "\033[?2026l", 8);
	assert_non_null(strstr(rig.output, "hello"));
	/* Nothing changed, nothing sent. */
	assert_string_equal(draw(), "");
	rig.terminal.options.synchronized = TERMINAL_NO;
	grid_text(&rig.grid, 0, 0, 20, STYLE_NORMAL, "again");
	assert_null(strstr(draw(), "2026"));
}

static void
test_links_on_the_wire(void **state)
{
	(void)state;
	draw();
	grid_link_begin(&rig.grid, "https://example.com/");
	grid_text(&rig.grid, 0, 0, 20, STYLE_NORMAL, "here");
	grid_link_end(&rig.grid);
	grid_text(&rig.grid, 0, 4, 20, STYLE_NORMAL, "there");
	assert_non_null(strstr(draw(), "\033]8;id=1;https://example.com/\033\\here\033]8;;\033\\there"));
	/* The same text with another address behind it is drawn anew. */
	grid_link_begin(&rig.grid, "https://example.com/2");
	grid_text(&rig.grid, 0, 0, 20, STYLE_NORMAL, "here");
	grid_link_end(&rig.grid);
	assert_non_null(strstr(draw(), "\033]8;id=2;https://example.com/2\033\\here\033]8;;\033\\"));
	rig.terminal.options.links = false;
	terminal_forget(&rig.terminal);
	assert_null(strstr(draw(), "]8;"));
	assert_non_null(strstr(rig.output, "herethere"));
}

static void
test_no_colours_on_the_wire(void **state)
{
	(void)state;
	setenv("NO_COLOR", "1", 1);
	terminal_guess_looks(&rig.terminal);
	terminal_prepare_looks(&rig.terminal);
	for (int style = 0; style < STYLE_COUNT; style++)
		grid_text(&rig.grid, style / 10 % 3, style % 10, 1, (enum style)style, "x");
	draw();
	for (const char *at = rig.output; (at = strstr(at, "\033[")) != NULL; at++) {
		size_t digits = strspn(at + 2, "0123456789;");

		if (at[2 + digits] == 'm')
			assert_true(digits <= 1);
	}
}

/* High contrast where erasing does not paint: no cell keeps the terminal's own ground. */
static void
test_ground_is_painted(void **state)
{
	size_t blanks = 0;

	(void)state;
	rig.terminal.options.theme = TERMINAL_THEME_CONTRAST;
	terminal_guess_looks(&rig.terminal);
	terminal_prepare_looks(&rig.terminal);
	rig.terminal.erase_paints = false;
	draw();
	for (size_t i = 0; i < rig.len; i++)
		blanks += rig.output[i] == ' ';
	assert_int_equal(blanks, 3 * 20);
}

static void
test_copy(void **state)
{
	char *large = malloc(TERMINAL_COPY_MAX + 1);

	(void)state;
	assert_non_null(large);
	draw();
	assert_true(terminal_copy(&rig.terminal, "a\033[2J\xE2\x80\xAE\xC2\x9B" "b\n", 12));
	/* "a[2Jb" and a line end. */
	assert_string_equal(draw(), "\033]52;c;YVsySmIK\033\\");
	/* A family stays one: it is the text that is copied, not what is drawn of it. */
	assert_true(terminal_copy(&rig.terminal, "👩‍👧", strlen("👩‍👧")));
	assert_string_equal(draw(), "\033]52;c;8J+RqeKAjfCfkac=\033\\");
	memset(large, 'x', TERMINAL_COPY_MAX + 1);
	assert_false(terminal_copy(&rig.terminal, large, TERMINAL_COPY_MAX + 1));
	assert_true(terminal_copy(&rig.terminal, large, TERMINAL_COPY_MAX));
	assert_false(terminal_copy(&rig.terminal, large, TERMINAL_COPY_MAX));
	assert_int_equal(strlen(draw()), 7 + 99992 + 2);
	rig.terminal.options.clipboard = false;
	assert_false(terminal_copy(&rig.terminal, "a", 1));
	assert_string_equal(draw(), "");
	free(large);
}

static void
test_notices(void **state)
{
	(void)state;
	draw();
	terminal_notify(&rig.terminal, TERMINAL_NOTICE_OSC9, "4;3", "Ana\033]0;x\a");
	assert_string_equal(draw(), "\033]9;4,3: Ana\xEF\xBF\xBD]0,x\xEF\xBF\xBD\033\\");
	terminal_notify(&rig.terminal, TERMINAL_NOTICE_OSC777, "hi;lo", "a\nb");
	assert_string_equal(draw(), "\033]777;notify;hi,lo;a b\033\\");
	terminal_notify(&rig.terminal, TERMINAL_NOTICE_OSC99, "t", "b");
	assert_string_equal(draw(), "\033]99;i=hilo:d=0;t\033\\\033]99;i=hilo:p=body;b\033\\");
	setenv("KITTY_WINDOW_ID", "1", 1);
	setenv("TMUX", "/tmp/x,1,0", 1);
	terminal_notify(&rig.terminal, TERMINAL_NOTICE_AUTO, "t", "b");
	assert_string_equal(draw(), "\033Ptmux;\033\033]99;i=hilo:d=0;t\033\033\\\033\033]99;i=hilo:p=body;b\033\033\\\033\\");
	terminal_bell(&rig.terminal);
	terminal_bell(&rig.terminal);
	assert_string_equal(draw(), "\a");
	/* A flood stays within bounds, and whole. */
	for (int i = 0; i < 100000; i++)
		terminal_notify(&rig.terminal, TERMINAL_NOTICE_OSC9, "t", "b");
	draw();
	assert_true(rig.len > 0 && rig.len < (128 << 10));
	assert_memory_equal(rig.output + rig.len - 2, "\033\\", 2);
}

static void
test_title(void **state)
{
	(void)state;
	draw();
	terminal_set_title(&rig.terminal, "(2) Ana\033\\ \xE2\x80\xAE");
	assert_string_equal(draw(), "\033]2;(2) Ana\xEF\xBF\xBD\\ \xE2\x90\xA6\033\\");
	terminal_set_title(&rig.terminal, "(2) Ana\033\\ \xE2\x80\xAE");
	assert_string_equal(draw(), "");
	rig.terminal.options.title = false;
	terminal_set_title(&rig.terminal, "other");
	assert_string_equal(draw(), "");
}

/* A type that prints what it does not know is neither asked nor told anything. */
static void
test_simple_terminal(void **state)
{
	(void)state;
	setenv("TERM", "linux", 1);
	terminal_guess_looks(&rig.terminal);
	draw();
	terminal_ask(&rig.terminal);
	terminal_notify(&rig.terminal, TERMINAL_NOTICE_OSC9, "t", "b");
	assert_false(terminal_copy(&rig.terminal, "a", 1));
	assert_string_equal(draw(), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_grounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_abilities, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_environment, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_frame_in_brackets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_links_on_the_wire, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_colours_on_the_wire, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ground_is_painted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_copy, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_notices, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_title, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_simple_terminal, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
