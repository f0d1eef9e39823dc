/* SPDX-License-Identifier: MIT */
/* The part of a conversation's row that agents set: read, and set without asking. Used by thread_work.h and its undo alone. */
#ifndef HILO_CORE_THREAD_STATE_H
#define HILO_CORE_THREAD_STATE_H

#include <stdint.h>

#include "core/db.h"
#include "core/err.h"
#include "core/thread_work.h"

/* 0 stands for none. */
struct thread_state {
	int64_t id;
	int64_t status; /* enum thread_status */
	int64_t closed_at;
	int64_t snoozed_until;
	int64_t failed_count;
	int64_t assignee;
	char assignee_name[AGENT_NAME_SIZE];
	int64_t priority;
	int64_t labelled_at; /* when the label of the record was put on; of records of labels only */
};

/* STATUS_NOT_FOUND without a sentence if there is no such conversation. `record` names the label, if it is about one. */
enum status thread_state_read(struct db *db, int64_t id, const struct undo *record, struct thread_state *state,
			      struct err *err);
/* Status with all that goes with it: closed_at, snoozed_until, failed_count. */
enum status thread_state_set_status(struct db *db, const struct thread_state *state, int64_t now_ms, struct err *err);
enum status thread_state_set_assignee(struct db *db, int64_t id, int64_t agent_id, int64_t now_ms, struct err *err);
enum status thread_state_set_priority(struct db *db, int64_t id, int64_t priority, int64_t now_ms, struct err *err);
/* Puts the label on as of `labelled_at`, or takes it off (0). */
enum status thread_state_set_label(struct db *db, int64_t id, int64_t label_id, int64_t labelled_at, int64_t now_ms,
				   struct err *err);

#endif
