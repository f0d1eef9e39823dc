/* SPDX-License-Identifier: MIT */
/*
 * Whether a conversation belongs to a query: the query with what its terms mean in the store (ids, expressions of the full-text
 * index), and the look-ups that decide. For core/query_run.c and core/query_eval*.c only.
 */
#ifndef HILO_CORE_QUERY_EVAL_H
#define HILO_CORE_QUERY_EVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"
#include "core/db.h"
#include "core/query.h"

/* What a conversation's own row says. */
struct query_candidate {
	int64_t id;
	int64_t at; /* last activity */
	enum channel channel;
	enum thread_status status;
	int64_t client_id;
	int64_t unread;
	int64_t assignee_id;
	int64_t priority;
	int64_t unanswered_since;
	int64_t failed_count;
	char own_address[ADDRESS_SIZE];
};

/* To be followed by joins and a condition. */
#define QUERY_CANDIDATE_COLUMNS \
	"t.id, t.last_message_at, t.thread_type, t.status, t.client_id, t.unread_count_agent, coalesce(t.assignee_id, 0)," \
	" t.priority, t.unanswered_since, t.failed_count, t.own_address"
void query_candidate_read(struct db_statement *statement, struct query_candidate *candidate);

struct query_term {
	int64_t id; /* of the agent or label; -1 = there is none */
	char *in_messages; /* owned; FTS5 expression, NULL = no message can have it */
	char *in_names; /* owned; ... no name */
	char address[ADDRESS_SIZE]; /* the beginning of an address, "" = it is none */
};

struct query_eval {
	struct db *db;
	const struct query *query;
	struct query_term terms[QUERY_NODES_MAX];
};

/* `query` must outlive it. The caller calls query_eval_release() in any case. */
enum status query_eval_init(struct query_eval *eval, struct db *db, const struct query *query, struct err *err);
void query_eval_release(struct query_eval *eval);
/* STATUS_NOT_FOUND if the conversation is gone. */
enum status query_eval_load(struct query_eval *eval, int64_t id, struct query_candidate *candidate, struct err *err);

/* What is known of a candidate already. */
struct query_known {
	int node; /* this node is true; -1 = nothing is known */
	int64_t hit; /* in: the message that made it so, or 0; out: the newest message that a word was found in, or 0 */
	bool in_time; /* it has a message of the query's time */
};
enum status query_eval_takes(struct query_eval *eval, const struct query_candidate *candidate, struct query_known *known,
			     bool *takes, struct err *err);
/* Messages of the conversation below `below` that the text `node` is found in, newest first. */
enum status query_eval_hits(struct query_eval *eval, int node, int64_t thread_id, int64_t below, int64_t *ids, size_t max,
			    size_t *count, struct err *err);
bool query_has_dates(const struct query *query);

/* From core/query_words.c: fills the expressions of a text or from: term. */
enum status query_words_compile(struct db *db, const struct query *query, int node, struct query_term *term, struct err *err);

#endif
