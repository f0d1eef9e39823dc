/* SPDX-License-Identifier: MIT */
/*
 * Curses serves here as the terminal database alone (setupterm, tigetstr, tparm); the cells are ours. Its own
 * screen takes the C library's width table, draws newer emoji as blanks and flushes a frame in several writes.
 */
#include "ui/terminal_caps.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

#include <curses.h>
#include <term.h>

/* A capability, NULL if the terminal has none. */
static char *
capability(const char *name)
{
	char *text = tigetstr(name);

	return text == NULL || text == (char *)-1 || text[0] == '\0' ? NULL : text;
}

bool
terminal_caps_has(const char *name)
{
	return tigetflag(name) > 0 || capability(name) != NULL;
}

/* Padding only terminals of paper and glass needed. */
static void
add_unpadded(struct strbuf *out, const char *text)
{
	for (; text != NULL && *text != '\0'; text++) {
		const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;

		if (end != NULL)
			text = end;
		else
			strbuf_add_char(out, *text);
	}
}

void
terminal_caps_add(struct strbuf *out, const char *name)
{
	add_unpadded(out, capability(name));
}

/* The parameter list is passed in full: tparm() is declared with varying ones on some systems. */
void
terminal_caps_add_place(struct strbuf *out, int row, int column)
{
	add_unpadded(out, tparm(cursor_address, (long)row, (long)column, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
}

enum theme_depth
terminal_caps_depth(void)
{
	int colours = tigetnum("colors");

	if (capability("setaf") == NULL || colours < 8)
		return THEME_MONO;
	if (tigetflag("Tc") > 0 || tigetflag("RGB") > 0 || tigetnum("RGB") > 0 || capability("RGB") != NULL)
		return THEME_TRUE;
	return colours >= 256 ? THEME_256 : colours >= 16 ? THEME_16 : THEME_8;
}

enum status
terminal_caps_read(int fd, struct err *err)
{
	const char *name = getenv("TERM");
	int problem;

	if (setupterm(NULL, fd, &problem) != OK)
		return err_set(err, STATUS_INVALID,
			       _("The terminal type \"%s\" is not known here; set TERM, for example TERM=xterm-256color."),
			       name != NULL ? name : "");
	if (capability("cup") == NULL || capability("clear") == NULL)
		return err_set(err, STATUS_INVALID,
			       _("The terminal type \"%s\" can not place the cursor; set TERM to what the terminal really is."),
			       name != NULL ? name : "");
	return STATUS_OK;
}

void
terminal_caps_release(void)
{
	if (cur_term != NULL)
		del_curterm(cur_term);
}
