/* SPDX-License-Identifier: MIT */
/*
 * Private notes: written into a conversation for colleagues, never sent. A note is no answer: what waits goes on waiting, and
 * the list goes on showing the customer's last message.
 */
#ifndef HILO_CORE_NOTE_H
#define HILO_CORE_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"

/* Borrowed. */
struct note {
	int64_t thread_id;
	const char *author;
	const char *body;
	int64_t now_ms;
};

/*
 * Inside a transaction: stores it and ends the author's draft of a note there. *message_id (may be NULL) gets its id.
 * STATUS_INVALID: empty or too long; STATUS_NOT_FOUND: no such conversation.
 */
enum status note_add(struct db *db, const struct note *note, int64_t *message_id, struct err *err);
/*
 * True if `text` reads like words to the customer: it begins with a greeting, thanks, or ends with a farewell, in English or
 * Spanish. Good for a question ("is this really a note?"), for nothing more.
 */
bool note_looks_like_answer(const char *text);

#endif
