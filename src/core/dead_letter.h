/* SPDX-License-Identifier: MIT */
/*
 * Dead letters: what the carrier properly signed but could not be used. They are kept as they came. An agent may ask for one to
 * be taken in again, after what was wrong with it was mended; the services do that, by the listener's own way, and say why if
 * it fails again.
 */
#ifndef HILO_CORE_DEAD_LETTER_H
#define HILO_CORE_DEAD_LETTER_H

#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"

/* Inside a transaction: keeps one. `body` is the raw request body. */
enum status dead_letter_store(struct db *db, const char *route, const char *reason, const void *body, size_t len,
			      int64_t now_ms, struct err *err);

struct dead_letter {
	int64_t id; /* also the cursor */
	int64_t received_at;
	char route[96];
	char reason[256];
	char body[1024];   /* its beginning, raw */
	int64_t body_size; /* of the whole, bytes */
	int64_t replay_requested_at; /* waits to be taken in again since then, ms; 0 = does not */
	int64_t replayed_at;	     /* dealt with: taken in or dismissed, ms; 0 = open */
	char replay_result[256];     /* why it could not be taken in again, or "dismissed"; "" = nothing to say */
};
/* Newest first, ids below before_id (0: from the newest). */
enum status dead_letter_list(struct db *db, int64_t before_id, size_t limit, struct dead_letter *rows, size_t *count,
			     struct err *err);
/* STATUS_NOT_FOUND. */
enum status dead_letter_get(struct db *db, int64_t id, struct dead_letter *letter, struct err *err);
/* How many are open. */
enum status dead_letter_count(struct db *db, int64_t *count, struct err *err);

/*
 * Each inside a transaction. STATUS_CONFLICT: it was dealt with already; STATUS_NOT_FOUND.
 */
/* Asks the services to take it in again. */
enum status dead_letter_request_replay(struct db *db, int64_t id, int64_t now_ms, struct err *err);
/* It will not be used; it stays in the list, but is no longer open. */
enum status dead_letter_dismiss(struct db *db, int64_t id, int64_t now_ms, struct err *err);

/* --- for the services --- */

struct dead_letter_content {
	int64_t id;
	int64_t received_at;
	char route[96];
	char *body; /* the whole, heap; free() it */
	size_t len;
};
/* When the oldest request was made (ms), 0 = none. */
enum status dead_letter_next_request(struct db *db, int64_t *requested_ms, struct err *err);
/* The oldest one asked for; content->id is 0 when there is none. */
enum status dead_letter_take_request(struct db *db, struct dead_letter_content *content, struct err *err);
/* Inside a transaction: ends the request. `problem` is NULL when it was taken in, else says why not. */
enum status dead_letter_end_request(struct db *db, int64_t id, const char *problem, int64_t now_ms, struct err *err);

#endif
