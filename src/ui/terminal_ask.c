/* SPDX-License-Identifier: MIT */
/*
 * What the terminal can do and what its ground is: the environment at once, then its own answers whenever they come.
 * Device attributes are asked last; every terminal answers them, so what came before is all there is.
 */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "ui/terminal_caps.h"
#include "ui/terminal_state.h"

#define ASK_SYNCHRONIZED "\033[?2026$p"
#define ASK_GROUND "\033]11;?\033\\"
#define ASK_GRAPHICS "\033_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\033\\"
#define ASK_ATTRIBUTES "\033[c"

enum { NUMBERS_MAX = 24 };

static bool
begins(const char *text, const char *with)
{
	return text != NULL && strncmp(text, with, strlen(with)) == 0;
}

static const char *
environment(const char *name)
{
	const char *text = getenv(name);

	return text != NULL ? text : "";
}

/* "15;0" and the like, set by some terminals: the last number is the ground's. */
static bool
light_by_environment(void)
{
	const char *text = environment("COLORFGBG"), *last = strrchr(text, ';');
	char *end;
	long ground;

	if (last == NULL || last[1] == '\0')
		return false;
	ground = strtol(last + 1, &end, 10);
	return *end == '\0' && (ground == 7 || (ground >= 9 && ground <= 15));
}

static enum theme_depth
depth_by_environment(void)
{
	const char *true_colour = environment("COLORTERM");
	enum theme_depth depth = terminal_caps_depth();

	if (environment("NO_COLOR")[0] != '\0')
		return THEME_MONO;
	if (depth > THEME_MONO && (strcmp(true_colour, "truecolor") == 0 || strcmp(true_colour, "24bit") == 0))
		return THEME_TRUE;
	return depth;
}

void
terminal_guess_looks(struct terminal *terminal)
{
	static const char *const simple[] = { "linux", "vt", "dumb", "ansi", "cons" };

	for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++)
		terminal->simple |= begins(environment("TERM"), simple[i]);
	switch (terminal->options.theme) {
	case TERMINAL_THEME_AUTO:
		terminal->theme = light_by_environment() ? THEME_LIGHT : THEME_DARK;
		break;
	case TERMINAL_THEME_DARK:
		terminal->theme = THEME_DARK;
		break;
	case TERMINAL_THEME_LIGHT:
		terminal->theme = THEME_LIGHT;
		break;
	case TERMINAL_THEME_CONTRAST:
		terminal->theme = THEME_CONTRAST;
		break;
	}
	switch (terminal->options.colours) {
	case TERMINAL_COLOURS_AUTO:
		terminal->depth = depth_by_environment();
		break;
	case TERMINAL_COLOURS_NONE:
		terminal->depth = THEME_MONO;
		break;
	case TERMINAL_COLOURS_16:
		terminal->depth = THEME_16;
		break;
	case TERMINAL_COLOURS_256:
		terminal->depth = THEME_256;
		break;
	case TERMINAL_COLOURS_TRUE:
		terminal->depth = THEME_TRUE;
		break;
	}
}

void
terminal_ask(struct terminal *terminal)
{
	const char *type = environment("TERM");

	if (terminal->simple)
		return;
	strbuf_add_string(&terminal->frame, ASK_SYNCHRONIZED ASK_GROUND);
	/* A multiplexer shows no such graphics, and takes the question for a title. */
	if (!begins(type, "screen") && !begins(type, "tmux"))
		strbuf_add_string(&terminal->frame, ASK_GRAPHICS);
	strbuf_add_string(&terminal->frame, ASK_ATTRIBUTES);
	terminal->asked_ms = clock_monotonic_ms();
}

const struct terminal_abilities *
terminal_abilities(const struct terminal *terminal)
{
	return &terminal->abilities;
}

/* --- answers --- */

/* The numbers of "[?1;2;3c" and its kind; what is no digit parts them. Returns how many. */
static size_t
read_numbers(const char *text, size_t len, int numbers[NUMBERS_MAX])
{
	size_t count = 0;
	bool inside = false;

	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9') {
			inside = false;
			continue;
		}
		if (!inside && count == NUMBERS_MAX)
			break;
		if (!inside)
			numbers[count++] = 0;
		inside = true;
		if (numbers[count - 1] < 100000)
			numbers[count - 1] = numbers[count - 1] * 10 + (text[i] - '0');
	}
	return count;
}

static bool
use_theme(struct terminal *terminal, enum theme theme)
{
	if (terminal->options.theme != TERMINAL_THEME_AUTO || terminal->theme == theme)
		return false;
	terminal->theme = theme;
	terminal_prepare_looks(terminal);
	return true;
}

/* "]11;rgb:RRRR/GGGG/BBBB" with one to four digits a part, perhaps rgba. */
static bool
take_ground(struct terminal *terminal, const char *text, size_t len)
{
	double weight[] = { 0.299, 0.587, 0.114 }, light = 0;
	const char *end = text + len, *at = memchr(text, ':', len);

	if (at == NULL || !(begins(text, "]11;rgb:") || begins(text, "]11;rgba:")))
		return false;
	for (int part = 0; part < 3; part++) {
		unsigned value = 0, full = 0;

		/* After the ':' or the '/'. */
		for (at++; at < end && *at != '/' && full < 0xFFFF; at++) {
			const char *digits = "0123456789abcdef", *digit = strchr(digits, *at | 0x20);

			if (digit == NULL || *at == '\0')
				return false;
			value = value * 16 + (unsigned)(digit - digits);
			full = full * 16 + 15;
		}
		if (full == 0 || (part < 2 && (at == end || *at != '/')))
			return false;
		light += weight[part] * value / full;
	}
	return use_theme(terminal, light > 0.5 ? THEME_LIGHT : THEME_DARK);
}

static void
take_attributes(struct terminal *terminal, const int *numbers, size_t count)
{
	enum { SIXEL = 4 };

	for (size_t i = 1; i < count; i++)
		terminal->abilities.sixel |= numbers[i] == SIXEL;
	terminal->abilities.answered = true;
	terminal->asked_ms = 0;
}

/* A control sequence: "[?" numbers and a letter. */
static bool
take_report(struct terminal *terminal, const char *text, size_t len)
{
	enum { SYNCHRONIZED = 2026, THEME_REPORT = 997, IS_DARK = 1, IS_LIGHT = 2, IS_SET = 1, IS_RESET = 2 };
	int numbers[NUMBERS_MAX] = { 0 };
	size_t count = read_numbers(text, len, numbers);

	if (text[len - 1] == 'c') {
		take_attributes(terminal, numbers, count);
	} else if (text[len - 1] == 'y' && numbers[0] == SYNCHRONIZED) {
		terminal->abilities.synchronized = numbers[1] == IS_SET || numbers[1] == IS_RESET;
	} else if (text[len - 1] == 'n' && numbers[0] == THEME_REPORT) {
		if (numbers[1] == IS_DARK || numbers[1] == IS_LIGHT)
			return use_theme(terminal, numbers[1] == IS_DARK ? THEME_DARK : THEME_LIGHT);
	}
	return false;
}

bool
terminal_take_answer(struct terminal *terminal, const struct key *key)
{
	char text[KEYS_ANSWER_SIZE + 1];

	if (key->kind != KEY_ANSWER || key->len < 3 || key->len >= sizeof text)
		return false;
	memcpy(text, key->text, key->len);
	text[key->len] = '\0';
	if (begins(text, "[?"))
		return take_report(terminal, text, key->len);
	if (begins(text, "]11;"))
		return take_ground(terminal, text, key->len);
	if (begins(text, "_Gi=31;OK"))
		terminal->abilities.kitty_graphics = true;
	return false;
}
