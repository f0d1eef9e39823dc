/* SPDX-License-Identifier: MIT */
/*
 * What became of a message we sent. Every status callback is kept as an event; the state shown is the one of the highest
 * rank, so any order and any repetition of the same callbacks ends in the same state. An error code is never erased.
 */
#ifndef HILO_CORE_DELIVERY_H
#define HILO_CORE_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"

/* Ranks of our own states, below every rank of the carrier's. */
enum { DELIVERY_RANK_QUEUED = 1, DELIVERY_RANK_SENDING = 2, DELIVERY_RANK_UNKNOWN = 3 };

/* Rank of a carrier's status (accepted 10 ... read 70); 0 for an unknown word (kept in the history only). */
int delivery_rank(const char *status);
/* True for delivered, read, failed, undelivered, canceled. */
bool delivery_is_final(const char *status);

/* All borrowed. */
struct delivery_callback {
	int64_t message_id;		 /* ours, from the path; 0 = not given */
	const char *provider_message_id; /* required */
	const char *status;		 /* required */
	int error_code;			 /* 0 = none */
	const char *error_message;	 /* or NULL */
	const char *payload;		 /* JSON object with every parameter that came */
	int64_t received_at;
};

/*
 * Inside a transaction: keeps the event (a repeat of the same id, status and code changes nothing) and applies it to its
 * message, if that is known; else it waits for it. Settles an outbox row whose answer was lost. *message_id (may be NULL)
 * gets the message it was applied to, 0 if it waits.
 */
enum status delivery_apply(struct db *db, const struct delivery_callback *callback, int64_t *message_id, struct err *err);

/* Inside a transaction: ties the carrier's id to our message and applies the events that waited for it. */
enum status delivery_bind(struct db *db, int64_t message_id, const char *provider_message_id, int64_t now_ms,
			  struct err *err);

#endif
