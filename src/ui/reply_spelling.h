/* SPDX-License-Identifier: MIT */
/* Wrong words of what is being written are marked; F7 offers others. Off unless it is configured or F7 was pressed once. */
#ifndef HILO_UI_REPLY_SPELLING_H
#define HILO_UI_REPLY_SPELLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/text_dress.h"

struct app;
struct spelling;

struct reply_spelling {
	struct spelling *checker; /* owned; NULL = not checked */
	bool wanted;		  /* F7 switched it on */
	bool failed;		  /* it cannot be had here */
	int64_t thread_id;	  /* whose language it has */
	uint64_t asked;		  /* version of the text that was given to it */
};

void reply_spelling_release(struct reply_spelling *spelling);
/* Descriptor to poll, -1 = none. */
int reply_spelling_fd(const struct reply_spelling *spelling);
/* Has what is written now checked, if it changed. */
void reply_spelling_update(struct app *app);
/* There is an answer. */
void reply_spelling_take(struct app *app);
/* Asks for words in place of the wrong one at the cursor, or the next wrong one; the first time it begins to check. */
void reply_spelling_suggest(struct app *app);
/* That word of the text is right from now on. */
void reply_spelling_add(struct app *app, size_t start, size_t end);
/* Marks the wrong words of a row of the text. */
void reply_spelling_dress(const struct app *app, const struct dress_row *row);

#endif
