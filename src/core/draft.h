/* SPDX-License-Identifier: MIT */
/* Unsent text: a reply and a note for each conversation and agent; survives a crash. */
#ifndef HILO_CORE_DRAFT_H
#define HILO_CORE_DRAFT_H

#include <stdint.h>

#include "core/db.h"
#include "core/err.h"

enum draft_kind { DRAFT_REPLY, DRAFT_NOTE };

/* Whose text, and for what. `agent` is borrowed. */
struct draft_key {
	int64_t thread_id;
	const char *agent;
	enum draft_kind kind;
};

/* Inside a transaction: keeps `body`, or forgets the draft when it is empty. */
enum status draft_save_kind(struct db *db, const struct draft_key *key, const char *body, int64_t now_ms, struct err *err);
/* The text (heap, the caller frees; "" when there is none). */
enum status draft_load_kind(struct db *db, const struct draft_key *key, char **body, struct err *err);

/* The same for the reply. */
enum status draft_save(struct db *db, int64_t thread_id, const char *agent, const char *body, int64_t now_ms,
		       struct err *err);
enum status draft_load(struct db *db, int64_t thread_id, const char *agent, char **body, struct err *err);

#endif
