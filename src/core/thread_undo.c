/* SPDX-License-Identifier: MIT */
/*
 * Taking back what thread_work.c did. A conversation goes back only while it has the very value the action gave it; whoever changed
 * it since meant it. The audit log keeps both the action and its undo.
 */
#include <stdlib.h>
#include <string.h>

#include "core/audit.h"
#include "core/client_merge.h"
#include "core/i18n.h"
#include "core/thread_state.h"
#include "core/thread_work.h"

void
undo_init(struct undo *undo)
{
	memset(undo, 0, sizeof *undo);
}

void
undo_release(struct undo *undo)
{
	free(undo->rows);
	memset(undo, 0, sizeof *undo);
}

void
undo_of_merge(struct undo *undo, int64_t merge_id, int64_t now_ms)
{
	undo_release(undo);
	undo->kind = WORK_MERGE;
	undo->value = merge_id;
	undo->at = now_ms;
}

enum status
undo_join(struct undo *into, struct undo *from, struct err *err)
{
	struct undo_row *rows;

	if (into->at == 0) { /* nothing is in it yet */
		undo_release(into);
		*into = *from;
		undo_init(from);
		return STATUS_OK;
	}
	if (into->kind != from->kind || into->value != from->value || into->at != from->at
	    || into->snoozed_until != from->snoozed_until)
		return err_set(err, STATUS_INVALID, "%s", _("These were different actions; take each back by itself."));
	if (from->count > UNDO_ROWS_MAX - into->count)
		return err_set(err, STATUS_LIMIT, _("Only the first %d conversations of this can be undone."), UNDO_ROWS_MAX);
	if (from->count > 0) {
		rows = realloc(into->rows, (into->count + from->count) * sizeof *rows);
		if (rows == NULL)
			return err_set(err, STATUS_NO_MEMORY, "%s",
				       _("There is not enough memory; close other programs and try again."));
		memcpy(rows + into->count, from->rows, from->count * sizeof *rows);
		into->rows = rows;
		into->count += from->count;
	}
	into->left += from->left;
	undo_release(from);
	return STATUS_OK;
}

/* True if the conversation is still as the action left it. */
static bool
is_ours(const struct undo *undo, const struct thread_state *now)
{
	switch (undo->kind) {
	case WORK_STATUS:
	case WORK_SNOOZE:
		return now->status == undo->value && now->closed_at == undo->closed_at
		       && now->snoozed_until == undo->snoozed_until;
	case WORK_ASSIGN:
		return now->assignee == undo->value;
	case WORK_PRIORITY:
		return now->priority == undo->value;
	case WORK_LABEL_ADD:
		return now->labelled_at == undo->at;
	case WORK_LABEL_REMOVE:
		return now->labelled_at == 0;
	case WORK_MERGE:
		break;
	}
	return false;
}

static enum status
restore(struct db *db, const struct undo *undo, const struct undo_row *row, struct thread_state *state, int64_t now_ms,
	struct err *err)
{
	switch (undo->kind) {
	case WORK_STATUS:
	case WORK_SNOOZE:
		state->status = row->value;
		state->closed_at = row->closed_at;
		state->snoozed_until = row->snoozed_until;
		if (undo->value == THREAD_CLOSED) /* forgotten then; what failed since is added */
			state->failed_count += row->failed_count;
		return thread_state_set_status(db, state, now_ms, err);
	case WORK_ASSIGN:
		return thread_state_set_assignee(db, state->id, row->value, now_ms, err);
	case WORK_PRIORITY:
		return thread_state_set_priority(db, state->id, row->value, now_ms, err);
	case WORK_LABEL_ADD:
	case WORK_LABEL_REMOVE:
		return thread_state_set_label(db, state->id, undo->value, row->value, now_ms, err);
	case WORK_MERGE:
		break;
	}
	return STATUS_OK;
}

static const char *
undo_name(enum work_kind kind)
{
	switch (kind) {
	case WORK_STATUS:
		return "undo status";
	case WORK_ASSIGN:
		return "undo assign";
	case WORK_PRIORITY:
		return "undo priority";
	case WORK_SNOOZE:
		return "undo snooze";
	case WORK_LABEL_ADD:
		return "undo label";
	case WORK_LABEL_REMOVE:
		return "undo unlabel";
	case WORK_MERGE:
		break;
	}
	return "undo merge";
}

static enum status
undo_one(struct db *db, const struct undo *undo, const struct undo_row *row, const struct undo_part *part, bool *skipped,
	 struct err *err)
{
	struct audit audit = { .actor = part->actor,
			       .action = undo_name(undo->kind),
			       .object_type = "thread",
			       .object_id = row->thread_id,
			       .at = part->now_ms };
	struct thread_state state;
	enum status status = thread_state_read(db, row->thread_id, undo, &state, err);

	*skipped = status == STATUS_NOT_FOUND || (status == STATUS_OK && !is_ours(undo, &state));
	if (*skipped)
		return STATUS_OK;
	if (status == STATUS_OK)
		status = restore(db, undo, row, &state, part->now_ms, err);
	return status == STATUS_OK ? audit_write(db, &audit, NULL, NULL, err) : status;
}

static enum status
undo_merge(struct db *db, const struct undo *undo, const struct undo_part *part, size_t *skipped, struct err *err)
{
	enum status status = client_unmerge(db, undo->value, part->actor, part->now_ms, err);

	/* Somebody else took it back, or went on with it. */
	if (status == STATUS_CONFLICT || status == STATUS_NOT_FOUND) {
		*skipped = 1;
		return STATUS_OK;
	}
	return status;
}

enum status
work_undo(struct db *db, const struct undo *undo, const struct undo_part *part, size_t *skipped, struct err *err)
{
	enum status status = STATUS_OK;
	size_t end;

	*skipped = 0;
	if (undo->kind == WORK_MERGE)
		return undo_merge(db, undo, part, skipped, err);
	if (part->count > WORK_CHUNK)
		return err_set(err, STATUS_INVALID, _("At most %d conversations can be changed at once."), WORK_CHUNK);
	end = part->first + part->count;
	if (end > undo->count)
		end = undo->count;
	for (size_t i = part->first; status == STATUS_OK && i < end; i++) {
		bool one = false;

		status = undo_one(db, undo, &undo->rows[i], part, &one, err);
		*skipped += one;
	}
	return status;
}
