/* SPDX-License-Identifier: MIT */
/*
 * One person who was two customers. A merge moves the addresses and conversations of the one that goes to the one that is
 * kept, notes what it moved, and can be taken back. It is always an agent's decision: suggestions only name candidates.
 */
#ifndef HILO_CORE_CLIENT_MERGE_H
#define HILO_CORE_CLIENT_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"
#include "core/thread.h"

/*
 * Inside a transaction: `gone` becomes part of `kept`. A kept customer without name, language or notes takes those of the
 * other; notes of both are put one after the other. *merge_id names the merge for client_unmerge() and undo_of_merge().
 * STATUS_NOT_FOUND: no such customer; STATUS_CONFLICT: one of them is part of another already; STATUS_INVALID: the same one.
 */
struct client_pair {
	int64_t kept;
	int64_t gone;
};
enum status client_merge(struct db *db, const struct client_pair *pair, const char *agent, int64_t now_ms, int64_t *merge_id,
			 struct err *err);
/*
 * Inside a transaction: both are as before. Conversations made since the merge follow their address; name, language and notes
 * of the kept one go back unless they were changed since. STATUS_CONFLICT: it was taken back already, or the kept
 * customer was itself merged into another one since (take that back first).
 */
enum status client_unmerge(struct db *db, int64_t merge_id, const char *agent, int64_t now_ms, struct err *err);

struct client_merge_row {
	int64_t id;
	int64_t gone_id;
	char gone_name[THREAD_NAME_SIZE];
	char agent[THREAD_NAME_SIZE];
	int64_t merged_at;
};
/* Merges into this customer that can be taken back, newest first. */
enum status client_merges(struct db *db, int64_t kept_id, size_t limit, struct client_merge_row *rows, size_t *count,
			  struct err *err);

enum suggestion_reason {
	SUGGESTION_SAME_ADDRESS, /* the same number or address, of another kind or spelling */
	SUGGESTION_SAME_NAME,	 /* the same name, and a channel this customer does not have */
	SUGGESTION_SAME_MAILBOX	 /* the same part before the @ */
};
/* The reason in words, translated. */
const char *suggestion_reason_text(enum suggestion_reason reason);

struct client_suggestion {
	int64_t client_id;
	char name[THREAD_NAME_SIZE];
	char address[ADDRESS_SIZE]; /* its oldest */
	int score;		    /* 1..100 */
	enum suggestion_reason reason; /* the best one */
};
#define SUGGESTIONS_MAX 20
/*
 * Customers who may be the same person, best first; never one whose merge with this one was taken back. `limit` <=
 * SUGGESTIONS_MAX.
 */
enum status client_suggestions(struct db *db, int64_t client_id, size_t limit, struct client_suggestion *rows,
			       size_t *count, struct err *err);

#endif
