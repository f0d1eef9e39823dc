/* SPDX-License-Identifier: MIT */
/*
 * Bytes from the terminal become key events. Pure: no clock, no descriptor. The terminal's answers come as such,
 * unknown sequences are swallowed whole, so that neither can be taken for commands; pasted text comes as text, never as
 * keys.
 */
#ifndef HILO_UI_KEYS_H
#define HILO_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_kind {
	KEY_PRESS,
	KEY_PASTE,
	KEY_PASTE_END,
	KEY_FOCUS_IN,
	KEY_FOCUS_OUT,
	KEY_ANSWER, /* of the terminal to a question: for terminal_take_answer() alone */
	KEY_MOUSE
};

/* Codes above Unicode for keys without a character. */
enum key_code {
	KEY_CODE_ENTER = 0x110000,
	KEY_CODE_TAB,
	KEY_CODE_ESCAPE,
	KEY_CODE_BACKSPACE,
	KEY_CODE_UP,
	KEY_CODE_DOWN,
	KEY_CODE_LEFT,
	KEY_CODE_RIGHT,
	KEY_CODE_HOME,
	KEY_CODE_END,
	KEY_CODE_PAGE_UP,
	KEY_CODE_PAGE_DOWN,
	KEY_CODE_INSERT,
	KEY_CODE_DELETE,
	KEY_CODE_F1, /* F1 to F12 in a row */
	KEY_CODE_F12 = KEY_CODE_F1 + 11
};

enum { KEY_SHIFT = 1, KEY_ALT = 2, KEY_CTRL = 4 };

enum mouse_action { MOUSE_PRESS, MOUSE_RELEASE, MOUSE_DRAG, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct key {
	enum key_kind kind;
	uint32_t code;	    /* of a press: code point (of Ctrl-A: 'a') or enum key_code */
	unsigned modifiers; /* KEY_SHIFT (never with a character) | KEY_ALT | KEY_CTRL */
	const char *text;   /* of KEY_PASTE: raw bytes; of KEY_ANSWER: after the ESC, without its end; borrowed till the next call */
	size_t len;
	enum mouse_action action; /* of KEY_MOUSE, as the next three */
	int button;		  /* 1 left, 2 middle, 3 right; 0 of a wheel */
	int row, column;	  /* from 0; perhaps outside the screen */
};

#define KEYS_BUFFER_SIZE 8192
#define KEYS_ANSWER_SIZE 128 /* longer ones are not for us */

struct keys {
	char buffer[KEYS_BUFFER_SIZE];
	size_t len;
	size_t used; /* bytes of `buffer` that were turned into keys */
	bool pasting;
	bool in_string; /* inside a string sequence (OSC, DCS ...), up to its end */
	char answer[KEYS_ANSWER_SIZE]; /* what it says, its kind first */
	size_t answer_len;	       /* more than the size: too long, swallowed */
};

void keys_init(struct keys *keys);
/* Takes as many bytes as fit and returns how many; take keys out with keys_next() and call again for the rest. */
size_t keys_feed(struct keys *keys, const char *bytes, size_t len);
/*
 * The next key. False: none (yet). `complete` says that nothing more came for a moment, so an ESC at the end is the
 * Escape key and not the beginning of a sequence.
 */
bool keys_next(struct keys *keys, bool complete, struct key *key);
/* True if what is left might be the beginning of a sequence: look again shortly, then call with `complete`. */
bool keys_unfinished(const struct keys *keys);

/*
 * Reads a name as in the command table: "j", "?", "Enter", "PgUp", "C-n", "M-Enter", "S-Tab", "F1". False if it is
 * none.
 */
bool key_parse(const char *name, size_t len, struct key *key);
/* True if the key writes a character. */
bool key_is_text(const struct key *key);

#endif
