/* SPDX-License-Identifier: MIT */
/*
 * Queries run by a thread of their own, with a connection of its own: the screen asks and goes on, results come in
 * pieces. A new question interrupts the one under way, and nothing of an old one is delivered after it. All functions are for
 * one thread, the screen's; none of them waits for the store.
 */
#ifndef HILO_UI_FINDER_H
#define HILO_UI_FINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/query.h"
#include "core/thread.h"

#define FINDER_PAGE 64 /* rows that are asked for at a time, and the most in a piece */

struct finder;

/* A piece of the answer. */
struct finder_piece {
	struct thread *rows; /* heap: the caller frees, as hits */
	int64_t *hits;	     /* of each row the newest message that the words were found in; 0 = none */
	size_t count;
	bool first; /* of its question: what was there before is to be forgotten */
	bool done;  /* as many as asked for, or there is nothing more: the thread rests */
	bool more;  /* there may be more: finder_more() goes on */
	enum status status;
	struct err err;
};

/* `database` is copied. NULL without memory or descriptors. */
struct finder *finder_new(const char *database);
/* Ends the thread; NULL is fine. */
void finder_free(struct finder *finder);
/* Asks a new question, for `wanted` rows at first (0: a page). */
void finder_ask(struct finder *finder, const struct query *query, size_t wanted);
/* The next page of the same question. */
void finder_more(struct finder *finder);
/* Forgets the question. */
void finder_stop(struct finder *finder);
/*
 * Asks for one place in a conversation that the last question's words are in: the next older one than the message `from` (`by` 1; 0
 * = the newest), or the next newer one (-1; 0 = the oldest). Another question of either kind takes its place.
 */
void finder_ask_hit(struct finder *finder, int64_t thread_id, int64_t from, int by);
/* Its answer: *message_id is 0 if there is none. False: there is no answer (yet). */
bool finder_take_hit(struct finder *finder, int64_t *message_id, enum status *status, struct err *err);
/* Readable when there is a piece, or an answer. */
int finder_fd(const struct finder *finder);
/* The next piece; false if there is none. */
bool finder_take(struct finder *finder, struct finder_piece *piece);

#endif
