/* SPDX-License-Identifier: MIT */
/* Unsent text, one for each conversation and agent; survives a crash. */
#ifndef HILO_CORE_DRAFT_H
#define HILO_CORE_DRAFT_H

#include <stdint.h>

#include "core/db.h"
#include "core/err.h"

/* Inside a transaction: keeps `body`, or forgets the draft when it is empty. */
enum status draft_save(struct db *db, int64_t thread_id, const char *agent, const char *body, int64_t now_ms,
		       struct err *err);
/* The text (heap, the caller frees; "" when there is none). */
enum status draft_load(struct db *db, int64_t thread_id, const char *agent, char **body, struct err *err);

#endif
