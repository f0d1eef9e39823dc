/* SPDX-License-Identifier: MIT */
/*
 * Recorded keys as text and back: key names between blanks, and what was typed in a row between quotes, such as
 * `r "¡Gracias!" Enter`. Pure.
 */
#ifndef HILO_UI_MACRO_H
#define HILO_UI_MACRO_H

#include <stdbool.h>
#include <stddef.h>

#include "core/strbuf.h"
#include "ui/keys.h"

struct macro_recorder {
	struct strbuf keys;
	bool quoted; /* an open quote is at the end */
};

void macro_recorder_init(struct macro_recorder *recorder);
void macro_recorder_release(struct macro_recorder *recorder);
/* Appends a key press. False when the recording has become too long: it stays as it was. */
bool macro_record(struct macro_recorder *recorder, const struct key *key);
/* What was recorded; borrowed until the next call. */
const char *macro_recorded(struct macro_recorder *recorder);

/* A walk over the keys of a macro. */
struct macro_player {
	const char *rest;
	bool quoted;
};

/* The next key; false at the end, and where the text is none: then *wrong is true. */
bool macro_next(struct macro_player *player, struct key *key, bool *wrong);
/* True if the whole text is keys. */
bool macro_is_valid(const char *keys);

#endif
