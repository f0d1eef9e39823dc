/* SPDX-License-Identifier: MIT */
/*
 * Which key does what where: the keys of the command tables, changed by the configuration. Built once at start; what
 * can not be is told in words.
 */
#ifndef HILO_UI_KEYMAP_H
#define HILO_UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/strbuf.h"
#include "ui/command.h"
#include "ui/keys.h"

struct binding {
	unsigned contexts;
	struct key key;
	const struct command *command; /* NULL: `line` */
	char *line;		       /* owned: a ":" line from the configuration, or NULL */
};

/* A row of the configuration: "place.key" = command line. */
struct keymap_setting {
	const char *name;
	const char *value;
	const char *origin; /* where it was written, begins what is said about it */
};

struct keymap {
	struct binding *items; /* owned */
	size_t count;
};

/*
 * The keys of the tables with `settings` over them. Problems of these (unknown place or key, the same key twice) are
 * appended to `problems`, a sentence a line; such rows are left out. False without memory.
 */
bool keymap_init(struct keymap *keymap, const struct keymap_setting *settings, size_t count, struct strbuf *problems);
void keymap_release(struct keymap *keymap);
/* What the key does in that context (in the reply pane a character key is never bound), or NULL. */
const struct binding *keymap_find(const struct keymap *keymap, enum context context, const struct key *key);
/* The name of a place in the configuration ("list", "reply", "everywhere" ...), or 0. */
unsigned keymap_context(const char *name, size_t len);
/* A key as it is shown ("^N", "Alt-Enter"). Returns `out`. */
const char *keymap_key_label(const struct key *key, char *out, size_t size);
/* The first key of the command in one of the contexts as it is shown, "" if it has none. Returns `out`. */
const char *keymap_label(const struct keymap *keymap, const struct command *command, unsigned contexts, char *out,
			 size_t size);
/* All of them with blanks between. Returns `out`. */
const char *keymap_labels(const struct keymap *keymap, const struct command *command, unsigned contexts, char *out,
			  size_t size);

#endif
