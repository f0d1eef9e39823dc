/* SPDX-License-Identifier: MIT */
/*
 * What agents do with conversations besides answering: status, assignment, priority, labels, snooze; with one or many at once,
 * each with a row in the audit log, and each undone as a whole.
 *
 * For many: call work_apply() in chunks of at most WORK_CHUNK ids, each in a transaction of its own, with the same `struct work`
 * (the same now_ms too), and collect the records with undo_join(). Undo goes back in the same chunks.
 */
#ifndef HILO_CORE_THREAD_WORK_H
#define HILO_CORE_THREAD_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agent.h"
#include "core/db.h"
#include "core/err.h"
#include "core/short_name.h"
#include "core/thread.h"

enum work_kind {
	WORK_STATUS,	   /* thread_status; ends a snooze */
	WORK_ASSIGN,	   /* name: the agent, "" = nobody */
	WORK_PRIORITY,	   /* priority */
	WORK_SNOOZE,	   /* until_ms */
	WORK_LABEL_ADD,	   /* name: the label as typed */
	WORK_LABEL_REMOVE, /* name */
	WORK_MERGE	   /* only in a record, see undo_of_merge() */
};

enum thread_priority { PRIORITY_LOW = -1, PRIORITY_NORMAL = 0, PRIORITY_HIGH = 1, PRIORITY_URGENT = 2 };
/* "low", "normal", "high", "urgent"; anything else stored is the nearest of them. Not translated. */
const char *thread_priority_name(int64_t priority);
bool thread_priority_parse(const char *name, enum thread_priority *out);

#define WORK_CHUNK 500
#define UNDO_ROWS_MAX 100000 /* of one action: 4 MB */

struct work {
	enum work_kind kind;
	enum thread_status thread_status;
	const char *name; /* borrowed for the call */
	enum thread_priority priority;
	int64_t until_ms;  /* 0 = until the customer writes */
	bool only_free;	   /* WORK_ASSIGN: leave what somebody else has already (counted in undo.left) */
	const char *actor; /* who does it: an agent's name */
	int64_t now_ms;
};

/* One conversation as it was. 0 stands for none. */
struct undo_row {
	int64_t thread_id;
	int64_t value; /* status, assignee, priority; when the label was put on */
	int64_t closed_at;
	int64_t snoozed_until;
	int64_t failed_count;
};

/* What one action changed, in the memory of whoever did it. */
struct undo {
	enum work_kind kind;
	int64_t value;	       /* what every row got: status, assignee, priority, snooze's status, label's id; id of the merge */
	int64_t closed_at;     /* ... with it, of a status */
	int64_t snoozed_until; /* ... with it, of a snooze */
	int64_t at;	       /* now_ms of the action */
	char name[AGENT_NAME_SIZE]; /* agent or label, folded: for the sentence that tells of it */
	struct undo_row *rows; /* owned; only conversations that were changed */
	size_t count;
	size_t left; /* conversations that were not touched because somebody else has them (only_free) */
};

/* An empty record; also {0} is one. */
void undo_init(struct undo *undo);
void undo_release(struct undo *undo);
/*
 * Moves the rows of `from`, a later chunk of the same action, to the end of `into`; `from` is empty afterwards. STATUS_LIMIT when
 * `into` would be longer than UNDO_ROWS_MAX (`from` stays as it is: tell that the rest cannot be undone), STATUS_NO_MEMORY;
 * STATUS_INVALID if they are of different actions.
 */
enum status undo_join(struct undo *into, struct undo *from, struct err *err);
/* Makes `undo` (released or new) the record of a merge made by client_merge(). */
void undo_of_merge(struct undo *undo, int64_t merge_id, int64_t now_ms);

/*
 * Inside a transaction: does the work with up to WORK_CHUNK conversations. What is already so is left alone; ids that are not there
 * are passed over. `undo` (emptied first, so the call may be repeated after a rollback; may be NULL) gets what was changed.
 * STATUS_INVALID when the name or priority is none, there are too many ids, or the time is past.
 */
enum status work_apply(struct db *db, const struct work *work, const int64_t *ids, size_t count, struct undo *undo,
		       struct err *err);

/* Which part of a record to take back, by whom. */
struct undo_part {
	size_t first;
	size_t count; /* at most WORK_CHUNK */
	const char *actor;
	int64_t now_ms;
};
/*
 * Inside a transaction: gives the conversations of that part of the record their former values, save those that were changed
 * again meanwhile: *skipped gets how many those are. Of a merge the part is ignored.
 */
enum status work_undo(struct db *db, const struct undo *undo, const struct undo_part *part, size_t *skipped,
		      struct err *err);

/*
 * Inside a transaction: opens up to `limit` conversations whose snooze is over; what is unread stays so. *count gets how many.
 */
enum status work_wake_due(struct db *db, int64_t now_ms, size_t limit, size_t *count, struct err *err);
/* When the next snooze ends (ms, perhaps past); 0 = none has an end. */
enum status work_next_wake(struct db *db, int64_t *due_ms, struct err *err);

#endif
