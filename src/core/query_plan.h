/* SPDX-License-Identifier: MIT */
/* What a query is walked along in the store. For core/query_run.c and core/query_plan.c only. */
#ifndef HILO_CORE_QUERY_PLAN_H
#define HILO_CORE_QUERY_PLAN_H

#include "core/query_eval.h"

enum query_drive {
	/* Lists by last activity. */
	DRIVE_ALL,
	DRIVE_ACTIVE,
	DRIVE_UNREAD, /* active ones */
	DRIVE_STATUS, /* text */
	DRIVE_CHANNEL, /* text */
	DRIVE_AGENT, /* value */
	DRIVE_AGENT_ACTIVE, /* value */
	DRIVE_NOBODY_ACTIVE,
	DRIVE_FAILED,
	/* Small sets, sorted when read. */
	DRIVE_WAITING,
	DRIVE_LABEL, /* value */
	DRIVE_DRAFT,
	/* Messages, newest first. */
	DRIVE_TEXT, /* text: an expression */
	DRIVE_ERROR, /* value */
	DRIVE_MEDIA,
	DRIVE_NOTE,
	/* Customers. */
	DRIVE_FROM,
	DRIVE_NOTHING /* nothing can belong to it */
};

struct query_plan {
	enum query_drive drive;
	int node; /* the term that everything found this way meets; -1 = none */
	int64_t value;
	const char *text; /* a literal, or owned by the run */
};

/* True if what drives are messages. */
bool query_drive_is_hits(enum query_drive drive);
/*
 * Chooses. `texts` are the expressions that DRIVE_TEXT would walk, [0] in messages, [1] in names (NULL = none), of the node
 * query_plan_text() found.
 */
enum status query_plan_choose(struct query_eval *eval, int text_node, char *const texts[2], struct query_plan *plan,
			      struct err *err);
/* The statement: $1 and $2 the place, $3 the value, $4 the text. */
const char *query_drive_sql(enum query_drive drive);

#endif
