/* SPDX-License-Identifier: MIT */
/*
 * What the terminal is told besides the cells: title, clipboard, notifications, bell. Each is made harmless and cut
 * here, and goes out in the frame's single write.
 */
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/terminal_state.h"

enum { NOTICE_TITLE_SIZE = 100, NOTICE_BODY_SIZE = 400, VERB_MAX = 4096, VERBS_ROOM = 4096 };

/* --- title --- */

void
terminal_set_title(struct terminal *terminal, const char *title)
{
	struct strbuf shown;

	if (!terminal->options.title)
		return;
	strbuf_init(&shown, TERMINAL_TITLE_SIZE * 4);
	text_show(&shown, title, strlen(title), TEXT_ONE_LINE);
	if (strncmp(terminal->title, strbuf_text(&shown), TERMINAL_TITLE_SIZE - 1) != 0) {
		utf8_copy(terminal->title, sizeof terminal->title, strbuf_text(&shown));
		terminal->title_changed = true;
	}
	strbuf_release(&shown);
}

void
terminal_add_verbs(struct terminal *terminal)
{
	if (terminal->title_changed) {
		strbuf_add_string(&terminal->frame, "\033]2;");
		strbuf_add_string(&terminal->frame, terminal->title);
		strbuf_add_string(&terminal->frame, "\033\\");
		terminal->title_changed = false;
	}
	strbuf_add(&terminal->frame, strbuf_text(&terminal->verbs), terminal->verbs.len);
	strbuf_clear(&terminal->verbs);
}

/* --- clipboard --- */

static bool
is_unfit(uint32_t code)
{
	return (code < ' ' && code != '\n' && code != '\t') || (code >= 0x7F && code <= 0x9F) ||
	       code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
	       (code >= 0x2066 && code <= 0x2069);
}

bool
terminal_copy(struct terminal *terminal, const char *text, size_t len)
{
	struct strbuf clean, encoded;
	bool done = false;

	if (!terminal->options.clipboard || terminal->simple || len > TERMINAL_COPY_MAX)
		return false;
	strbuf_init(&clean, TERMINAL_COPY_MAX * 3);
	strbuf_init(&encoded, TERMINAL_COPY_MAX * 2);
	for (size_t i = 0, step; i < len; i += step) {
		char bytes[4];
		uint32_t code;

		step = utf8_decode(text + i, len - i, &code);
		if (!is_unfit(code))
			strbuf_add(&clean, bytes, utf8_encode(code, bytes));
	}
	/* Broken bytes become longer characters. */
	if (!clean.failed && clean.len <= TERMINAL_COPY_MAX) {
		digest_base64(&encoded, strbuf_text(&clean), clean.len);
		if (!encoded.failed && terminal->verbs.len + encoded.len + VERBS_ROOM < terminal->verbs.max) {
			strbuf_add_string(&terminal->verbs, "\033]52;c;");
			strbuf_add_string(&terminal->verbs, strbuf_text(&encoded));
			strbuf_add_string(&terminal->verbs, "\033\\");
			done = !terminal->verbs.failed;
		}
	}
	strbuf_release(&clean);
	strbuf_release(&encoded);
	return done;
}

/* --- notifications --- */

static bool
is_set(const char *name, const char *value)
{
	const char *text = getenv(name);

	return text != NULL && text[0] != '\0' && (value == NULL || strstr(text, value) != NULL);
}

static enum terminal_notice
usual_notice(void)
{
	if (is_set("KITTY_WINDOW_ID", NULL) || is_set("TERM", "kitty"))
		return TERMINAL_NOTICE_OSC99;
	if (is_set("VTE_VERSION", NULL) || is_set("TERM", "foot") || is_set("TERM", "rxvt"))
		return TERMINAL_NOTICE_OSC777;
	return TERMINAL_NOTICE_OSC9;
}

/* Shown text of at most `size` bytes; ';' would end a field, or make of OSC 9 another command. */
static void
add_field(struct strbuf *out, const char *text, size_t size)
{
	struct strbuf shown;

	strbuf_init(&shown, VERB_MAX);
	text_show(&shown, text, strnlen(text, size), TEXT_ONE_LINE);
	for (size_t i = 0, len = utf8_cut(strbuf_text(&shown), shown.len, size); i < len; i++)
		strbuf_add_char(out, shown.data[i] == ';' ? ',' : shown.data[i]);
	strbuf_release(&shown);
}

static void
add_notice(struct strbuf *out, enum terminal_notice kind, const char *title, const char *body)
{
	switch (kind) {
	case TERMINAL_NOTICE_OSC99:
		strbuf_add_string(out, "\033]99;i=hilo:d=0;");
		add_field(out, title, NOTICE_TITLE_SIZE);
		strbuf_add_string(out, "\033\\\033]99;i=hilo:p=body;");
		break;
	case TERMINAL_NOTICE_OSC777:
		strbuf_add_string(out, "\033]777;notify;");
		add_field(out, title, NOTICE_TITLE_SIZE);
		strbuf_add_char(out, ';');
		break;
	case TERMINAL_NOTICE_AUTO:
	case TERMINAL_NOTICE_OSC9:
		strbuf_add_string(out, "\033]9;");
		add_field(out, title, NOTICE_TITLE_SIZE);
		strbuf_add_string(out, ": ");
		break;
	}
	add_field(out, body, NOTICE_BODY_SIZE);
	strbuf_add_string(out, "\033\\");
}

/* tmux hands on only what is wrapped for it, each ESC twice. */
static void
add_passed_through(struct strbuf *out, const struct strbuf *bytes)
{
	strbuf_add_string(out, "\033Ptmux;");
	for (size_t i = 0; i < bytes->len; i++) {
		if (bytes->data[i] == '\033')
			strbuf_add_char(out, '\033');
		strbuf_add_char(out, bytes->data[i]);
	}
	strbuf_add_string(out, "\033\\");
}

void
terminal_notify(struct terminal *terminal, enum terminal_notice kind, const char *title, const char *body)
{
	struct strbuf out;

	if (terminal->simple || terminal->verbs.len + VERB_MAX > terminal->verbs.max)
		return;
	strbuf_init(&out, VERB_MAX / 2);
	add_notice(&out, kind == TERMINAL_NOTICE_AUTO ? usual_notice() : kind, title, body);
	if (!out.failed && is_set("TMUX", NULL))
		add_passed_through(&terminal->verbs, &out);
	else if (!out.failed)
		strbuf_add(&terminal->verbs, strbuf_text(&out), out.len);
	strbuf_release(&out);
}

void
terminal_bell(struct terminal *terminal)
{
	/* One a frame is heard. */
	if (terminal->verbs.len == 0 || terminal->verbs.data[terminal->verbs.len - 1] != '\a')
		strbuf_add_char(&terminal->verbs, '\a');
}
