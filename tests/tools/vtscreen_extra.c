/* SPDX-License-Identifier: MIT */
/*
 * What libvterm does not know: synchronized frames, the ground's colour, changes of theme, graphics, links, clipboard
 * and notifications. The output is read beside it by its form alone (ECMA-48).
 *
 * $VTSCREEN_ANSWERS names what this terminal has, as words: "sync", "dark" or "light" (a ground that it tells),
 * "graphics", "nonsense" (answers that no terminal gives).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vtscreen.h"

static bool
has(const char *word)
{
	const char *words = getenv("VTSCREEN_ANSWERS");

	return words != NULL && strstr(words, word) != NULL;
}

static void
answer(struct terminal *terminal, const char *bytes)
{
	vtscreen_write(terminal, bytes, strlen(bytes));
}

static void
answer_nonsense(struct terminal *terminal)
{
	answer(terminal, "\033[?2026;99999999999999999999$y\033[?$y\033]11;rgb:zz/::\a\033]11;\033\\\033[?997n\033_G\033\\"
			 "\033P\033\\\033[?c\033]11;rgb:q\033\\");
}

/* A control sequence without its "ESC [". */
static void
take_control(struct terminal *terminal, const char *text)
{
	size_t len = strlen(text);
	bool on = len > 0 && text[len - 1] == 'h';

	if (strcmp(text, "?2026$p") == 0) {
		terminal->extra.questions++;
		if (has("nonsense"))
			answer_nonsense(terminal);
		else if (has("sync"))
			answer(terminal, "\033[?2026;2$y");
	} else if (strcmp(text, "?2026h") == 0 || strcmp(text, "?2026l") == 0) {
		terminal->extra.frames += on;
		terminal->extra.in_frame = on;
	} else if (strcmp(text, "?2031h") == 0 || strcmp(text, "?2031l") == 0) {
		terminal->extra.theme_changes = on;
	} else if (strcmp(text, "?1004h") == 0 || strcmp(text, "?1004l") == 0) {
		terminal->extra.focus = on;
	} else if (strcmp(text, "?1006h") == 0 || strcmp(text, "?1006l") == 0) {
		terminal->extra.mouse_sgr = on;
	}
}

/* A string sequence without its ESC and its end. */
static void
take_string(struct terminal *terminal, const char *text)
{
	struct strbuf *told = &terminal->extra.told;

	if (strcmp(text, "]11;?") == 0 && (has("light") || has("dark")))
		answer(terminal, has("light") ? "\033]11;rgb:ffff/ffff/ffff\033\\" : "\033]11;rgb:0000/0000/0000\033\\");
	else if (strncmp(text, "_G", 2) == 0 && has("graphics"))
		answer(terminal, "\033_Gi=31;OK\033\\");
	else if (strncmp(text, "]8;", 3) == 0 || strncmp(text, "]9;", 3) == 0 || strncmp(text, "]52;", 4) == 0 ||
		 strncmp(text, "]777;", 5) == 0 || strncmp(text, "]99;", 4) == 0) {
		strbuf_add_string(told, text + 1);
		strbuf_add_char(told, '\n');
	}
}

size_t
vtscreen_extra_filter(char *bytes, size_t len)
{
	static const char refusal[] = "\033[?2026;0$y";
	size_t size = sizeof refusal - 1;
	char *found = has("sync") || has("nonsense") ? memmem(bytes, len, refusal, size) : NULL;

	if (found == NULL)
		return len;
	memmove(found, found + size, len - size - (size_t)(found - bytes));
	return len - size;
}

void
vtscreen_extra_read(struct terminal *terminal, const char *bytes, size_t len)
{
	struct vtscreen_extra *extra = &terminal->extra;

	for (size_t i = 0; i < len; i++) {
		char byte = bytes[i];
		bool full = extra->len >= sizeof extra->sequence - 1;

		switch (extra->state) {
		case EXTRA_TEXT:
			extra->state = byte == '\033' ? EXTRA_ESCAPE : EXTRA_TEXT;
			extra->len = 0;
			break;
		case EXTRA_ESCAPE:
			extra->state = byte == '[' ? EXTRA_CONTROL : strchr("]P_^X", byte) != NULL && byte != '\0' ?
				       EXTRA_STRING : EXTRA_TEXT;
			if (extra->state == EXTRA_STRING)
				extra->sequence[extra->len++] = byte;
			break;
		case EXTRA_CONTROL:
			if (!full)
				extra->sequence[extra->len++] = byte;
			if (byte >= 0x40 && byte <= 0x7E) {
				extra->sequence[extra->len] = '\0';
				take_control(terminal, extra->sequence);
				extra->state = EXTRA_TEXT;
			}
			break;
		case EXTRA_STRING:
			if (byte == '\033' || byte == '\a') {
				extra->sequence[extra->len] = '\0';
				take_string(terminal, extra->sequence);
				/* The rest of the end is an escape of its own, without meaning. */
				extra->state = byte == '\a' ? EXTRA_TEXT : EXTRA_ESCAPE;
				extra->len = 0;
			} else if (!full) {
				extra->sequence[extra->len++] = byte;
			}
			break;
		}
	}
}
