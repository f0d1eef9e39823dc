/* SPDX-License-Identifier: MIT */
/*
 * What the reply pane offers while one writes: canned replies after "/" at the very beginning (templates where nothing else
 * may be sent), emoji after ":" and two letters, other words for a wrong one.
 */
#ifndef HILO_UI_REPLY_POPUP_H
#define HILO_UI_REPLY_POPUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/completion.h"
#include "ui/grid.h"
#include "ui/keys.h"

struct app;

enum popup_kind { POPUP_NONE, POPUP_CANNED, POPUP_TEMPLATE, POPUP_EMOJI, POPUP_WORDS };

struct reply_popup {
	enum popup_kind kind;
	struct completion items;
	bool dismissed; /* Escape: not again for this word */
	/* What it was made for: */
	int64_t thread_id;
	uint64_t version;
	size_t cursor;
};

void reply_popup_init(struct reply_popup *popup);
void reply_popup_release(struct reply_popup *popup);
/* Makes it fit what is written now. */
void reply_popup_update(struct app *app);
/* First chance at a key in the pane; true if it was one of the popup's. */
bool reply_popup_key(struct app *app, const struct key *key);
/* Draws it above the pane. */
void reply_popup_draw(struct app *app, struct area pane);
/* Offers `count` words in place of those bytes of the text, and a last row that means "this word is right". */
void reply_popup_offer_words(struct app *app, size_t start, size_t end, const char *const *words, size_t count);

/* Puts the canned reply of that name in place of bytes `start` to `end` of the text, filled in. */
void reply_insert_canned(struct app *app, const char *name, size_t start, size_t end);
/* Adds the canned replies (or approved templates) whose name or text has these letters, the best first. */
void reply_complete_canned(struct app *app, const char *letters, struct completion *out);
void reply_complete_template(struct app *app, const char *letters, struct completion *out);

#endif
