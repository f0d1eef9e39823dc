/* SPDX-License-Identifier: MIT */
/*
 * What an agent can do: one row a command with its name, keys, help and function. The keymap, the help screen, the
 * hints at the bottom, the palette and the ":" line are all read from these rows, which stand in the commands_*.c
 * files, a table for each area of work.
 */
#ifndef HILO_UI_COMMAND_H
#define HILO_UI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/completion.h"
#include "ui/keys.h"

struct app;

/* Where a key means something. A character key in the reply pane always writes itself. */
enum context {
	CONTEXT_LIST = 1 << 0,
	CONTEXT_MESSAGES = 1 << 1,
	CONTEXT_REPLY = 1 << 2,
	CONTEXT_HELP = 1 << 3,
	CONTEXT_CUSTOMER = 1 << 4,
	CONTEXT_OUTBOX = 1 << 5,
	CONTEXT_DEAD_LETTERS = 1 << 6,
	CONTEXT_CANNED = 1 << 7,
	CONTEXT_PICTURE = 1 << 8,
	CONTEXT_PAGE = 1 << 9,
	CONTEXT_EVERYWHERE = 1 << 15 /* looked up after the others */
};

enum command_need {
	NEED_NOTHING,
	NEED_NO_SCREEN,	   /* not even a window large enough to show anything */
	NEED_CONVERSATION, /* one is selected */
	NEED_LIST	   /* only the list: of several such keys in a row, only the last one's messages are read */
};

struct command {
	const char *name; /* for the ":" line: words joined by "-" */
	const char *keys; /* names of key_parse() between blanks; "" = none but by name */
	unsigned contexts;
	enum command_need need;
	const char *help; /* one sentence, to be translated */
	const char *hint; /* a word for the line at the bottom, to be translated; NULL = not there */
	void (*run)(struct app *app); /* of a command without an argument */
	/* Of a command with one: `argument` is the rest of the line, "" if there was none. */
	void (*run_with)(struct app *app, const char *argument);
	const char *argument; /* what it is, to be translated ("label"); NULL = the command takes none */
	bool argument_needed; /* a key opens the ":" line to ask for it */
	/* Adds what the argument may be; NULL = nothing to offer. */
	void (*complete)(struct app *app, const char *argument, struct completion *out);
};

/* All commands, in the order of the help screen. */
size_t command_count(void);
const struct command *command_at(size_t index);
/* The command with that name (of `len` bytes); NULL if there is none. */
const struct command *command_by_name(const char *name, size_t len);
/*
 * The command that a word of the ":" line means: its name, or an unmistakable beginning of it. NULL: none, or
 * several.
 */
const struct command *command_by_word(const char *word, size_t len);
/* The key at `*rest` (names between blanks); false at the end. Moves *rest on. */
bool command_next_key(const char **rest, struct key *key, const char **name, size_t *len);

#endif
