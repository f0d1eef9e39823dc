/* SPDX-License-Identifier: MIT */
/*
 * One action, many conversations: what it means is worked out once (agent's id, label's id), then each conversation is read, left
 * alone if it is so already, changed, noted in the audit log and in the record for undo.
 */
#include "core/thread_work.h"

#include <stdlib.h>
#include <string.h>

#include "core/audit.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/label.h"
#include "core/thread_state.h"
#include "core/utf8.h"

static const struct {
	enum thread_priority value;
	const char *name;
} priorities[] = {
	{ PRIORITY_LOW, "low" },
	{ PRIORITY_NORMAL, "normal" },
	{ PRIORITY_HIGH, "high" },
	{ PRIORITY_URGENT, "urgent" },
};
#define PRIORITY_COUNT (sizeof priorities / sizeof priorities[0])

const char *
thread_priority_name(int64_t priority)
{
	size_t i = 0;

	while (i + 1 < PRIORITY_COUNT && (int64_t)priorities[i].value < priority)
		i++;
	return priorities[i].name;
}

bool
thread_priority_parse(const char *name, enum thread_priority *out)
{
	for (size_t i = 0; i < PRIORITY_COUNT; i++) {
		if (strcmp(name, priorities[i].name) == 0) {
			*out = priorities[i].value;
			return true;
		}
	}
	return false;
}

/* What the action means for every conversation, kept in the record's own form. */
static enum status
prepare(struct db *db, const struct work *work, struct undo *plan, struct err *err)
{
	enum status status = STATUS_OK;

	memset(plan, 0, sizeof *plan);
	plan->kind = work->kind;
	plan->at = work->now_ms;
	switch (work->kind) {
	case WORK_STATUS:
		plan->value = work->thread_status;
		plan->closed_at = work->thread_status == THREAD_CLOSED ? work->now_ms : 0;
		return STATUS_OK;
	case WORK_ASSIGN:
		utf8_copy(plan->name, sizeof plan->name, work->name);
		if (work->name[0] == '\0')
			return STATUS_OK;
		return agent_find_or_make(db, work->name, work->now_ms, &plan->value, err);
	case WORK_PRIORITY:
		if (work->priority < PRIORITY_LOW || work->priority > PRIORITY_URGENT)
			break;
		plan->value = work->priority;
		return STATUS_OK;
	case WORK_SNOOZE:
		if (work->until_ms != 0 && work->until_ms <= work->now_ms)
			return err_set(err, STATUS_INVALID, "%s", _("This time is past; give one that is still to come."));
		plan->value = THREAD_SNOOZED;
		plan->snoozed_until = work->until_ms;
		return STATUS_OK;
	case WORK_LABEL_ADD:
	case WORK_LABEL_REMOVE:
		status = short_name_fold(work->name, plan->name, err);
		if (status != STATUS_OK)
			return status;
		if (work->kind == WORK_LABEL_REMOVE)
			return label_find(db, plan->name, &plan->value, err);
		return label_find_or_make(db, plan->name, work->now_ms, &plan->value, err);
	case WORK_MERGE:
		break;
	}
	return err_set(err, STATUS_INVALID, "%s", _("This cannot be done with a conversation."));
}

static bool
add_row(struct undo *undo, const struct undo_row *row)
{
	/* A chunk is short: the memory grows by doubling from 16 to WORK_CHUNK and a little. */
	if ((undo->count & (undo->count - 1)) == 0 && (undo->count == 0 || undo->count >= 16)) {
		size_t capacity = undo->count == 0 ? 16 : 2 * undo->count;
		struct undo_row *grown = realloc(undo->rows, capacity * sizeof *grown);

		if (grown == NULL)
			return false;
		undo->rows = grown;
	}
	undo->rows[undo->count++] = *row;
	return true;
}

enum verdict { VERDICT_SAME, VERDICT_LEAVE, VERDICT_CHANGE };

static enum verdict
judge(const struct work *work, const struct undo *plan, const struct thread_state *state)
{
	bool same = false;

	switch (work->kind) {
	case WORK_STATUS:
		same = state->status == plan->value;
		break;
	case WORK_SNOOZE:
		same = state->status == plan->value && state->snoozed_until == plan->snoozed_until;
		break;
	case WORK_ASSIGN:
		same = state->assignee == plan->value;
		if (!same && work->only_free && state->assignee != 0)
			return VERDICT_LEAVE;
		break;
	case WORK_PRIORITY:
		same = state->priority == plan->value;
		break;
	case WORK_LABEL_ADD:
		same = state->labelled_at != 0;
		break;
	case WORK_LABEL_REMOVE:
		same = state->labelled_at == 0;
		break;
	case WORK_MERGE:
		same = true;
		break;
	}
	return same ? VERDICT_SAME : VERDICT_CHANGE;
}

static enum status
write_audit(struct db *db, const struct work *work, const struct undo *plan, const struct thread_state *state,
	    struct err *err)
{
	struct audit audit = { .actor = work->actor, .object_type = "thread", .object_id = state->id, .at = work->now_ms };
	const char *from = NULL, *to = NULL;
	char until[32] = "reply";

	switch (work->kind) {
	case WORK_STATUS:
		audit.action = thread_status_name(work->thread_status);
		from = thread_status_name((enum thread_status)state->status);
		break;
	case WORK_ASSIGN:
		audit.action = "assign";
		from = state->assignee_name;
		to = plan->name;
		break;
	case WORK_PRIORITY:
		audit.action = "priority";
		from = thread_priority_name(state->priority);
		to = thread_priority_name(plan->value);
		break;
	case WORK_SNOOZE:
		audit.action = "snooze";
		from = thread_status_name((enum thread_status)state->status);
		if (plan->snoozed_until != 0)
			clock_iso8601(plan->snoozed_until, until, sizeof until);
		to = until;
		break;
	case WORK_LABEL_ADD:
		audit.action = "label";
		to = plan->name;
		break;
	case WORK_LABEL_REMOVE:
		audit.action = "unlabel";
		from = plan->name;
		break;
	case WORK_MERGE:
		return STATUS_OK;
	}
	return audit_write(db, &audit, from, to, err);
}

static enum status
change(struct db *db, const struct undo *plan, const struct thread_state *before, struct undo_row *row, struct err *err)
{
	struct thread_state after = *before;

	*row = (struct undo_row){ .thread_id = before->id };
	switch (plan->kind) {
	case WORK_STATUS:
	case WORK_SNOOZE:
		row->value = before->status;
		row->closed_at = before->closed_at;
		row->snoozed_until = before->snoozed_until;
		row->failed_count = before->failed_count;
		after.status = plan->value;
		after.closed_at = plan->closed_at;
		after.snoozed_until = plan->snoozed_until;
		if (plan->value == THREAD_CLOSED) /* whoever closes has seen what failed */
			after.failed_count = 0;
		return thread_state_set_status(db, &after, plan->at, err);
	case WORK_ASSIGN:
		row->value = before->assignee;
		return thread_state_set_assignee(db, before->id, plan->value, plan->at, err);
	case WORK_PRIORITY:
		row->value = before->priority;
		return thread_state_set_priority(db, before->id, plan->value, plan->at, err);
	case WORK_LABEL_ADD:
		return thread_state_set_label(db, before->id, plan->value, plan->at, plan->at, err);
	case WORK_LABEL_REMOVE:
		row->value = before->labelled_at;
		return thread_state_set_label(db, before->id, plan->value, 0, plan->at, err);
	case WORK_MERGE:
		break;
	}
	return STATUS_OK;
}

static enum status
apply_one(struct db *db, const struct work *work, struct undo *plan, int64_t id, struct err *err)
{
	struct thread_state state;
	struct undo_row row;
	enum status status = thread_state_read(db, id, plan, &state, err);

	if (status != STATUS_OK)
		return status == STATUS_NOT_FOUND ? STATUS_OK : status;
	switch (judge(work, plan, &state)) {
	case VERDICT_SAME:
		return STATUS_OK;
	case VERDICT_LEAVE:
		plan->left++;
		return STATUS_OK;
	case VERDICT_CHANGE:
		break;
	}
	status = change(db, plan, &state, &row, err);
	if (status == STATUS_OK)
		status = write_audit(db, work, plan, &state, err);
	if (status == STATUS_OK && !add_row(plan, &row))
		status = err_set(err, STATUS_NO_MEMORY, "%s",
				 _("There is not enough memory; close other programs and try again."));
	return status;
}

enum status
work_apply(struct db *db, const struct work *work, const int64_t *ids, size_t count, struct undo *undo, struct err *err)
{
	struct undo plan;
	enum status status;

	if (undo != NULL)
		undo_release(undo);
	if (count > WORK_CHUNK)
		return err_set(err, STATUS_INVALID, _("At most %d conversations can be changed at once."), WORK_CHUNK);
	status = prepare(db, work, &plan, err);
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		status = apply_one(db, work, &plan, ids[i], err);
	if (status != STATUS_OK || undo == NULL)
		undo_release(&plan);
	else
		*undo = plan;
	return status;
}

static enum status
wake(struct db *db, int64_t id, int64_t now_ms, struct err *err)
{
	struct audit audit = { .actor = "", .action = "wake", .object_type = "thread", .object_id = id, .at = now_ms };
	struct thread_state state;
	struct undo none = { .kind = WORK_STATUS };
	enum status status = thread_state_read(db, id, &none, &state, err);

	if (status != STATUS_OK)
		return status;
	state.status = THREAD_OPEN;
	state.snoozed_until = 0;
	status = thread_state_set_status(db, &state, now_ms, err);
	return status != STATUS_OK ? status : audit_write(db, &audit, "snoozed", "open", err);
}

enum status
work_wake_due(struct db *db, int64_t now_ms, size_t limit, size_t *count, struct err *err)
{
	struct db_statement *query;
	int64_t ids[WORK_CHUNK];
	size_t found = 0;
	enum db_step step = DB_DONE;
	enum status status = STATUS_OK;

	*count = 0;
	if (limit > WORK_CHUNK)
		limit = WORK_CHUNK;
	/*
	 * Collected first: a row that is changed leaves the index that is being walked. The plus keeps the planner from the
	 * index of statuses.
	 */
	query = db_query(db, "SELECT id FROM communication_threads WHERE snoozed_until <= $1 AND +status = 'snoozed'"
			     " ORDER BY snoozed_until LIMIT $2");
	db_bind_int(query, 1, now_ms);
	db_bind_int(query, 2, (int64_t)limit);
	while (found < limit && (step = db_step(query)) == DB_ROW)
		ids[found++] = db_column_int(query, 0);
	db_reset(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	for (size_t i = 0; status == STATUS_OK && i < found; i++)
		status = wake(db, ids[i], now_ms, err);
	if (status == STATUS_OK)
		*count = found;
	return status;
}

enum status
work_next_wake(struct db *db, int64_t *due_ms, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	query = db_query(db, "SELECT snoozed_until FROM communication_threads WHERE snoozed_until IS NOT NULL"
			     " AND +status = 'snoozed' ORDER BY snoozed_until LIMIT 1");
	step = db_step(query);
	*due_ms = step == DB_ROW ? db_column_int(query, 0) : 0;
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}
