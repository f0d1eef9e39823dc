/* SPDX-License-Identifier: MIT */
/*
 * Rows are read from the first visible one on; what was above is read again when the agent scrolls up.
 */
#include "ui/inbox.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

enum { CHUNK = 64 };

bool
inbox_init(struct inbox *inbox)
{
	*inbox = (struct inbox){ .at_start = true, .visible = 10 };
	inbox->rows = calloc(INBOX_FOUND_MAX, sizeof *inbox->rows);
	inbox->hits = calloc(INBOX_FOUND_MAX, sizeof *inbox->hits);
	return inbox->rows != NULL && inbox->hits != NULL;
}

void
inbox_release(struct inbox *inbox)
{
	free(inbox->rows);
	free(inbox->hits);
	*inbox = (struct inbox){ 0 };
}

static struct thread_cursor
place_of(const struct inbox *inbox, const struct thread *thread)
{
	return thread_place(&inbox->filter, thread);
}

bool
inbox_is_unfiltered(const struct inbox *inbox)
{
	return !inbox->searching && inbox->filter.view == THREAD_VIEW_ACTIVE && !inbox->filter.one_channel && !inbox->filter.unread_only;
}

/* Scrolls as little as needed to see the selection. */
static void
show_selection(struct inbox *inbox)
{
	if (inbox->count == 0) {
		inbox->top = inbox->selected = 0;
		return;
	}
	if (inbox->selected >= inbox->count)
		inbox->selected = inbox->count - 1;
	if (inbox->selected < inbox->top)
		inbox->top = inbox->selected;
	if (inbox->selected >= inbox->top + inbox->visible)
		inbox->top = inbox->selected + 1 - inbox->visible;
}

void
inbox_set_visible(struct inbox *inbox, size_t visible)
{
	inbox->visible = visible > 0 ? visible : 1;
	show_selection(inbox);
	/* A taller screen shows what is above rather than nothing below. */
	if (inbox->at_end && inbox->top + inbox->visible > inbox->count)
		inbox->top = inbox->count > inbox->visible ? inbox->count - inbox->visible : 0;
}

static void
take_row(struct inbox *inbox, size_t row)
{
	inbox->selected = row;
	inbox->listed = inbox->has_current = row < inbox->count;
	if (inbox->has_current)
		inbox->current = inbox->rows[row];
	show_selection(inbox);
}

/* Reads rows from `from` on in place of those that are there. */
static enum status
load_from(struct inbox *inbox, struct db *db, struct thread_cursor from, struct err *err)
{
	size_t wanted = inbox->visible + CHUNK < INBOX_ROWS_MAX ? inbox->visible + CHUNK : INBOX_ROWS_MAX;
	enum status status = thread_list(db, &inbox->filter, from, wanted, inbox->rows, &inbox->count, err);

	if (status != STATUS_OK) {
		inbox->count = 0;
		return status;
	}
	inbox->at_end = inbox->count < wanted;
	inbox->at_start = from.key == 0 && from.id == 0;
	inbox->top = 0;
	return STATUS_OK;
}

static bool
find_current(struct inbox *inbox)
{
	for (size_t i = 0; inbox->has_current && i < inbox->count; i++) {
		if (inbox->rows[i].id == inbox->current.id) {
			inbox->selected = i;
			inbox->listed = true;
			inbox->current = inbox->rows[i];
			show_selection(inbox);
			return true;
		}
	}
	inbox->listed = false;
	return false;
}

/* The selected conversation is not among the rows read: it has moved, or it left the list. */
static enum status
follow_current(struct inbox *inbox, struct db *db, bool keep, struct err *err)
{
	size_t neighbour = inbox->selected;
	enum status status = thread_get(db, inbox->current.id, &inbox->current, err);

	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	if (status == STATUS_OK && thread_filter_takes(&inbox->filter, &inbox->current)) {
		status = load_from(inbox, db, (struct thread_cursor){ 0, 0 }, err);
		if (status == STATUS_OK && !find_current(inbox)) {
			status = load_from(inbox, db, thread_place_before(&inbox->filter, &inbox->current), err);
			if (status == STATUS_OK)
				find_current(inbox);
		}
		return status;
	}
	if (status == STATUS_OK && keep) {
		show_selection(inbox);
		return STATUS_OK;
	}
	take_row(inbox, neighbour < inbox->count ? neighbour : inbox->count > 0 ? inbox->count - 1 : 0);
	return STATUS_OK;
}

static enum status
load_above(struct inbox *inbox, struct db *db, struct err *err)
{
	struct thread *above;
	size_t got = 0;
	enum status status;

	if (inbox->at_start || inbox->count == 0)
		return STATUS_OK;
	above = calloc(CHUNK, sizeof *above);
	if (above == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	status = thread_list_before(db, &inbox->filter, place_of(inbox, &inbox->rows[0]), CHUNK, above, &got, err);
	if (status == STATUS_OK) {
		if (inbox->count + got > INBOX_ROWS_MAX) {
			inbox->count = INBOX_ROWS_MAX - got;
			inbox->at_end = false;
		}
		memmove(inbox->rows + got, inbox->rows, inbox->count * sizeof *inbox->rows);
		memcpy(inbox->rows, above, got * sizeof *above);
		inbox->count += got;
		inbox->top += got;
		inbox->selected += got;
		inbox->at_start = got < CHUNK;
	}
	free(above);
	return status;
}

/* Rows for a whole screen, also near the end of the list. */
static enum status
fill_screen(struct inbox *inbox, struct db *db, struct err *err)
{
	enum status status = STATUS_OK;

	if (inbox->at_end && inbox->count < inbox->visible)
		status = load_above(inbox, db, err);
	inbox_set_visible(inbox, inbox->visible);
	return status;
}

/* What was found stays; only what is seen of it is looked at again. */
static enum status
refresh_found(struct inbox *inbox, struct db *db, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = inbox->top; i < inbox->count && i < inbox->top + inbox->visible && status == STATUS_OK; i++) {
		struct thread row;

		status = thread_get(db, inbox->rows[i].id, &row, err);
		if (status == STATUS_OK)
			inbox->rows[i] = row;
		else if (status == STATUS_NOT_FOUND)
			status = STATUS_OK;
	}
	if (status != STATUS_OK || !inbox->has_current || find_current(inbox))
		return status;
	status = thread_get(db, inbox->current.id, &inbox->current, err);
	if (status != STATUS_NOT_FOUND)
		return status;
	inbox->has_current = false;
	return STATUS_OK;
}

enum status
inbox_refresh(struct inbox *inbox, struct db *db, bool keep, struct err *err)
{
	struct thread_cursor from = { 0, 0 };
	size_t above = inbox->top;
	enum status status;

	if (inbox->searching)
		return refresh_found(inbox, db, err);
	if (inbox->count > 0 && !(inbox->at_start && inbox->top == 0))
		from = thread_place_before(&inbox->filter, &inbox->rows[inbox->top]);
	inbox->selected = inbox->selected >= above ? inbox->selected - above : 0;
	status = load_from(inbox, db, from, err);
	if (status == STATUS_OK && inbox->count == 0 && from.id != 0)
		status = load_from(inbox, db, (struct thread_cursor){ 0, 0 }, err);
	if (status != STATUS_OK)
		return status;
	if (!inbox->has_current)
		take_row(inbox, 0);
	else if (!find_current(inbox))
		status = follow_current(inbox, db, keep, err);
	return status == STATUS_OK ? fill_screen(inbox, db, err) : status;
}

enum status
inbox_restart(struct inbox *inbox, struct db *db, struct err *err)
{
	inbox->count = inbox->top = inbox->selected = 0;
	return inbox_refresh(inbox, db, false, err);
}

static enum status
load_below(struct inbox *inbox, struct db *db, struct err *err)
{
	size_t got = 0, room;
	enum status status;

	if (inbox->at_end || inbox->count == 0)
		return STATUS_OK;
	if (inbox->count + CHUNK > INBOX_ROWS_MAX) {
		size_t drop = inbox->top < CHUNK ? inbox->top : CHUNK;

		if (drop == 0)
			return STATUS_OK;
		memmove(inbox->rows, inbox->rows + drop, (inbox->count - drop) * sizeof *inbox->rows);
		inbox->count -= drop;
		inbox->top -= drop;
		inbox->selected -= inbox->selected < drop ? inbox->selected : drop;
		inbox->at_start = false;
	}
	room = INBOX_ROWS_MAX - inbox->count < CHUNK ? INBOX_ROWS_MAX - inbox->count : CHUNK;
	status = thread_list(db, &inbox->filter, place_of(inbox, &inbox->rows[inbox->count - 1]), room,
			     inbox->rows + inbox->count, &got, err);
	if (status != STATUS_OK)
		return status;
	inbox->count += got;
	inbox->at_end = got < room;
	return STATUS_OK;
}

enum status
inbox_move(struct inbox *inbox, struct db *db, long by, struct err *err)
{
	enum status status = STATUS_OK;

	/* From outside the list the first step leads back into it. */
	if (!inbox->listed && inbox->count > 0) {
		take_row(inbox, inbox->selected < inbox->count ? inbox->selected : inbox->count - 1);
		return STATUS_OK;
	}
	if (!inbox->searching && by < 0 && (size_t)-by > inbox->selected)
		status = load_above(inbox, db, err);
	if (!inbox->searching && by > 0 && inbox->selected + (size_t)by + inbox->visible >= inbox->count)
		status = load_below(inbox, db, err);
	if (status != STATUS_OK || inbox->count == 0)
		return status;
	if (by < 0)
		take_row(inbox, (size_t)-by > inbox->selected ? 0 : inbox->selected - (size_t)-by);
	else
		take_row(inbox, inbox->count - inbox->selected > (size_t)by ? inbox->selected + (size_t)by :
									      inbox->count - 1);
	return STATUS_OK;
}

enum status
inbox_go_first(struct inbox *inbox, struct db *db, struct err *err)
{
	enum status status = STATUS_OK;

	if (!inbox->searching)
		status = load_from(inbox, db, (struct thread_cursor){ 0, 0 }, err);

	if (status == STATUS_OK)
		take_row(inbox, 0);
	return status;
}

enum status
inbox_go_last(struct inbox *inbox, struct db *db, struct err *err)
{
	struct thread_cursor end = thread_place_end(&inbox->filter);
	size_t wanted = inbox->visible + CHUNK < INBOX_ROWS_MAX ? inbox->visible + CHUNK : INBOX_ROWS_MAX;
	enum status status;

	if (inbox->searching) {
		take_row(inbox, inbox->count > 0 ? inbox->count - 1 : 0);
		return STATUS_OK;
	}
	status = thread_list_before(db, &inbox->filter, end, wanted, inbox->rows, &inbox->count, err);

	if (status != STATUS_OK) {
		inbox->count = 0;
		return status;
	}
	inbox->at_end = true;
	inbox->at_start = inbox->count < wanted;
	inbox->top = 0;
	take_row(inbox, inbox->count > 0 ? inbox->count - 1 : 0);
	return STATUS_OK;
}

static enum status
next_unread_found(struct inbox *inbox)
{
	for (size_t i = 1; i <= inbox->count; i++) {
		size_t row = (inbox->selected + i) % inbox->count;

		if (inbox->rows[row].unread > 0) {
			take_row(inbox, row);
			return STATUS_OK;
		}
	}
	return STATUS_NOT_FOUND;
}

enum status
inbox_next_unread(struct inbox *inbox, struct db *db, struct err *err)
{
	struct thread_cursor after = { 0, 0 };
	struct thread next;
	enum status status;

	if (inbox->searching)
		return next_unread_found(inbox);
	if (inbox->has_current)
		after = place_of(inbox, &inbox->current);
	status = thread_next_unread(db, &inbox->filter, after, &next, err);
	if (status != STATUS_OK)
		return status;
	inbox->current = next;
	inbox->has_current = true;
	if (find_current(inbox))
		return STATUS_OK;
	return inbox_refresh(inbox, db, true, err);
}

enum status
inbox_select(struct inbox *inbox, struct db *db, int64_t thread_id, struct err *err)
{
	struct thread thread;
	enum status status = thread_get(db, thread_id, &thread, err);

	if (status != STATUS_OK)
		return status;
	inbox->current = thread;
	inbox->has_current = true;
	if (find_current(inbox))
		return STATUS_OK;
	return inbox_refresh(inbox, db, true, err);
}

void
inbox_begin_search(struct inbox *inbox)
{
	inbox->searching = true;
	inbox->more = false;
	inbox->count = inbox->top = inbox->selected = 0;
	inbox->at_start = inbox->at_end = true;
	inbox->listed = false;
}

void
inbox_forget_found(struct inbox *inbox)
{
	inbox->count = inbox->top = inbox->selected = 0;
	inbox->listed = inbox->more = false;
}

static void
append_found(struct inbox *inbox, const struct inbox_found *found)
{
	size_t room = INBOX_FOUND_MAX - inbox->count, count = found->count < room ? found->count : room;

	if (count > 0) {
		memcpy(inbox->rows + inbox->count, found->rows, count * sizeof *found->rows);
		memcpy(inbox->hits + inbox->count, found->hits, count * sizeof *found->hits);
	}
	inbox->count += count;
	inbox->more = found->more && inbox->count < INBOX_FOUND_MAX;
}

void
inbox_set_found(struct inbox *inbox, const struct inbox_found *found)
{
	inbox->count = inbox->top = 0;
	append_found(inbox, found);
	take_row(inbox, 0);
}

void
inbox_add_found(struct inbox *inbox, const struct inbox_found *found)
{
	bool was_empty = inbox->count == 0;

	append_found(inbox, found);
	if (was_empty)
		take_row(inbox, 0);
}

void
inbox_renew_found(struct inbox *inbox, const struct inbox_found *found, bool keep)
{
	size_t row = inbox->selected, above = row > inbox->top ? row - inbox->top : 0;

	inbox->count = 0;
	append_found(inbox, found);
	if (find_current(inbox))
		inbox->top = inbox->selected > above ? inbox->selected - above : 0;
	else if (!keep || !inbox->has_current)
		take_row(inbox, row < inbox->count ? row : inbox->count > 0 ? inbox->count - 1 : 0);
	show_selection(inbox);
	if (inbox->top + inbox->visible > inbox->count)
		inbox->top = inbox->count > inbox->visible ? inbox->count - inbox->visible : 0;
}

enum status
inbox_end_search(struct inbox *inbox, struct db *db, int64_t thread_id, struct err *err)
{
	enum status status;

	inbox->searching = false;
	status = inbox_restart(inbox, db, err);
	if (status == STATUS_OK && thread_id != 0 && inbox_select(inbox, db, thread_id, err) != STATUS_OK)
		status = inbox_go_first(inbox, db, err);
	return status;
}

int64_t
inbox_hit(const struct inbox *inbox)
{
	return inbox->searching && inbox->listed ? inbox->hits[inbox->selected] : 0;
}
