/* SPDX-License-Identifier: MIT */
/* The rules about a conversation that are checked when a reply is stored and again when it goes out. For the outbox alone. */
#ifndef HILO_CORE_OUTBOX_RULES_H
#define HILO_CORE_OUTBOX_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"

#define OUTBOX_WINDOW_MARGIN_MS 60000 /* the carrier's clock is not ours */

/* *newer: after message `seen` the customer wrote, or somebody else than `author` (may be NULL) replied. */
enum status outbox_went_on(struct db *db, int64_t thread_id, int64_t seen, const char *author, bool *newer, struct err *err);
/*
 * Inside the transaction of a claim: a row that was never tried becomes held if the rules say so. *held tells; a row that is
 * not there, not due, or was tried before stays as it is.
 */
enum status outbox_hold_if_changed(struct db *db, int64_t id, int64_t now_ms, bool *held, struct err *err);

#endif
