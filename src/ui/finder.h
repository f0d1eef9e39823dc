/* SPDX-License-Identifier: MIT */
/*
 * Queries run by a thread of their own, with a connection of its own: the screen asks and goes on, results come in
 * pieces. A new question interrupts the one under way, and nothing of an old one is delivered after it.
 */
#ifndef HILO_UI_FINDER_H
#define HILO_UI_FINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/query.h"
#include "core/thread.h"

#define FINDER_PAGE 64 /* rows that a question asks for at a time */

struct finder;

/* A piece of the answer. */
struct finder_piece {
	struct thread *rows; /* heap: the caller frees, as hits */
	int64_t *hits;	     /* of each row the newest message that the words were found in; 0 = none */
	size_t count;
	bool first; /* of its question: what was there before is to be forgotten */
	bool done;  /* the page is full or there is nothing more: the thread rests */
	bool more;  /* there may be more: finder_more() goes on */
	enum status status;
	struct err err;
};

/* `database` is copied. NULL without memory or descriptors. */
struct finder *finder_new(const char *database);
/* Ends the thread; NULL is fine. */
void finder_free(struct finder *finder);
/* Asks a new question. */
void finder_ask(struct finder *finder, const struct query *query);
/* The next page of the same question. */
void finder_more(struct finder *finder);
/* Forgets the question. */
void finder_stop(struct finder *finder);
/* Readable when there is a piece. */
int finder_fd(const struct finder *finder);
/* The next piece; false if there is none. */
bool finder_take(struct finder *finder, struct finder_piece *piece);

#endif
