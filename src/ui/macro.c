/* SPDX-License-Identifier: MIT */
#include "ui/macro.h"

#include <stdio.h>
#include <string.h>

#include "core/macro_store.h"
#include "core/utf8.h"

enum { KEY_NAME_SIZE = 32 };

static const struct {
	uint32_t code;
	const char *name;
} names[] = {
	{ KEY_CODE_ENTER, "Enter" },   { KEY_CODE_TAB, "Tab" },	      { KEY_CODE_ESCAPE, "Esc" },
	{ KEY_CODE_UP, "Up" },	       { KEY_CODE_DOWN, "Down" },     { KEY_CODE_BACKSPACE, "Backspace" },
	{ KEY_CODE_LEFT, "Left" },     { KEY_CODE_RIGHT, "Right" },   { KEY_CODE_PAGE_UP, "PgUp" },
	{ KEY_CODE_HOME, "Home" },     { KEY_CODE_END, "End" },	      { KEY_CODE_PAGE_DOWN, "PgDn" },
	{ KEY_CODE_INSERT, "Insert" }, { KEY_CODE_DELETE, "Delete" }, { ' ', "Space" },
};

void
macro_recorder_init(struct macro_recorder *recorder)
{
	*recorder = (struct macro_recorder){ 0 };
	/* Room for the quote that closes it. */
	strbuf_init(&recorder->keys, MACRO_KEYS_SIZE - 2);
}

void
macro_recorder_release(struct macro_recorder *recorder)
{
	strbuf_release(&recorder->keys);
}

/* The name that key_parse() reads. */
static void
name_of(const struct key *key, char out[KEY_NAME_SIZE])
{
	const char *control = key->modifiers & KEY_CTRL ? "C-" : "", *alt = key->modifiers & KEY_ALT ? "M-" : "";
	const char *shift = key->modifiers & KEY_SHIFT ? "S-" : "";
	char character[5] = "";

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (names[i].code == key->code) {
			snprintf(out, KEY_NAME_SIZE, "%s%s%s%s", control, alt, shift, names[i].name);
			return;
		}
	}
	if (key->code >= KEY_CODE_F1 && key->code <= KEY_CODE_F12) {
		snprintf(out, KEY_NAME_SIZE, "%s%s%sF%u", control, alt, shift, (unsigned)(key->code - KEY_CODE_F1 + 1));
		return;
	}
	character[utf8_encode(key->code, character)] = '\0';
	snprintf(out, KEY_NAME_SIZE, "%s%s%s%s", control, alt, shift, character);
}

bool
macro_record(struct macro_recorder *recorder, const struct key *key)
{
	struct strbuf *keys = &recorder->keys;
	bool text = key_is_text(key);
	char piece[KEY_NAME_SIZE + 4], name[KEY_NAME_SIZE];
	size_t len;

	if (text) {
		bool escaped = key->code == '"' || key->code == '\\';

		len = (size_t)snprintf(piece, sizeof piece, "%s%s", recorder->quoted ? "" : keys->len > 0 ? " \"" : "\"",
				       escaped ? "\\" : "");
		len += utf8_encode(key->code, piece + len);
	} else {
		name_of(key, name);
		len = (size_t)snprintf(piece, sizeof piece, "%s%s%s", recorder->quoted ? "\"" : "", keys->len > 0 ? " " : "",
				       name);
	}
	if (keys->len + len + 1 > MACRO_KEYS_SIZE - 2)
		return false;
	strbuf_add(keys, piece, len);
	recorder->quoted = text;
	return true;
}

const char *
macro_recorded(struct macro_recorder *recorder)
{
	if (recorder->quoted)
		strbuf_add_char(&recorder->keys, '"');
	recorder->quoted = false;
	return strbuf_text(&recorder->keys);
}

/* A character between quotes; \" and \\ stand for themselves. */
static bool
next_character(struct macro_player *player, struct key *key)
{
	size_t len;

	player->rest += player->rest[0] == '\\' && player->rest[1] != '\0';
	*key = (struct key){ .kind = KEY_PRESS };
	if (*player->rest == '\0')
		return false;
	len = utf8_decode(player->rest, strlen(player->rest), &key->code);
	player->rest += len;
	return len > 0;
}

bool
macro_next(struct macro_player *player, struct key *key, bool *wrong)
{
	size_t len;

	*wrong = false;
	for (;;) {
		if (player->quoted && *player->rest == '"') {
			player->quoted = false;
			player->rest++;
			continue;
		}
		if (player->quoted) {
			*wrong = !next_character(player, key);
			return !*wrong;
		}
		player->rest += strspn(player->rest, " ");
		if (*player->rest == '\0')
			return false;
		if (*player->rest != '"')
			break;
		player->quoted = true;
		player->rest++;
	}
	len = strcspn(player->rest, " ");
	*wrong = !key_parse(player->rest, len, key);
	key->kind = KEY_PRESS;
	player->rest += len;
	return !*wrong;
}

bool
macro_is_valid(const char *keys)
{
	struct macro_player player = { .rest = keys };
	struct key key;
	bool wrong;

	while (macro_next(&player, &key, &wrong))
		;
	return !wrong && !player.quoted;
}
