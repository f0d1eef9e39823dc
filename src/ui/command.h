/* SPDX-License-Identifier: MIT */
/*
 * What an agent can do: one row a command with its name, keys, help and function. The keymap, the help screen, the
 * hints at the bottom and the ":" line are all read from this table.
 */
#ifndef HILO_UI_COMMAND_H
#define HILO_UI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/keys.h"

struct app;

/* Where a key means something. A character key in the reply pane always writes itself. */
enum context {
	CONTEXT_LIST = 1,
	CONTEXT_MESSAGES = 2,
	CONTEXT_REPLY = 4,
	CONTEXT_HELP = 8,
	CONTEXT_EVERYWHERE = 16 /* looked up after the others */
};

enum command_need {
	NEED_NOTHING,
	NEED_NO_SCREEN,	   /* not even a window large enough to show anything */
	NEED_CONVERSATION, /* one is selected */
	NEED_LIST	   /* only the list: of several such keys in a row, only the last one's messages are read */
};

struct command {
	const char *name; /* for the ":" line: words joined by "-" */
	const char *keys; /* names of key_parse() between blanks */
	unsigned contexts;
	enum command_need need;
	const char *help; /* one sentence, to be translated */
	const char *hint; /* a word for the line at the bottom, to be translated; NULL = not there */
	void (*run)(struct app *app);
};

/* All commands, in the order of the help screen. */
extern const struct command commands[];
extern const size_t command_count;

/* The command of a key in a context, or NULL. */
const struct command *command_for_key(enum context context, const struct key *key);
/* The command with that name; NULL if there is none. */
const struct command *command_by_name(const char *name);
/* Commands whose name begins with `prefix`: fills at most `max`, returns how many there are. */
size_t command_complete(const char *prefix, const struct command **found, size_t max);
/* The key at `*rest` (names between blanks); false at the end. Moves *rest on. */
bool command_next_key(const char **rest, struct key *key, const char **name, size_t *len);
/* True if the key is one of the command's. */
bool command_has_key(const struct command *command, const struct key *key);
/* The first key's name as it is shown ("C-n" becomes "^N", "M-Enter" "Alt-Enter"). Returns `out`. */
const char *command_key_label(const struct command *command, char *out, size_t size);
/* All keys' names as they are shown, with blanks between. Returns `out`. */
const char *command_keys_label(const struct command *command, char *out, size_t size);

#endif
