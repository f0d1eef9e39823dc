/* SPDX-License-Identifier: MIT */
/*
 * The list of conversations as far as it is loaded: the rows around what is seen, fetched page by page, so that the
 * size of the store does not matter. The selection stays on its conversation however the list is reordered.
 */
#ifndef HILO_UI_INBOX_H
#define HILO_UI_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"
#include "core/thread.h"

#define INBOX_ROWS_MAX 256   /* of a list, around what is seen */
#define INBOX_FOUND_MAX 1024 /* of a search */

struct inbox {
	struct thread_filter filter;
	struct thread *rows; /* owned, room for INBOX_FOUND_MAX */
	size_t count;
	bool at_start; /* rows[0] is the first of the list */
	bool at_end;
	size_t top;	 /* first row on the screen */
	size_t selected; /* row of the selection; of its neighbour when it is not in the list */
	bool listed;	 /* the selected conversation is in the list */
	bool has_current;
	struct thread current; /* the selected conversation as it is now */
	size_t visible;	 /* rows on the screen */
	/* While the rows are what a search found: */
	bool searching;
	int64_t *hits; /* owned: of each row the message that was found, 0 = none */
	bool more;     /* there may be more than the rows */
};

/* False without memory. */
bool inbox_init(struct inbox *inbox);
void inbox_release(struct inbox *inbox);
/* Sets how many rows are on the screen. */
void inbox_set_visible(struct inbox *inbox, size_t visible);

/*
 * Looks at the store again. If the selected conversation has left the list, it stays selected when `keep` is set (it is
 * open), else its neighbour is.
 */
enum status inbox_refresh(struct inbox *inbox, struct db *db, bool keep, struct err *err);
/* Begins again at the top with the filter as it is now; keeps the selection if the list has it. */
enum status inbox_restart(struct inbox *inbox, struct db *db, struct err *err);
/* Moves the selection by that many rows, loading what is needed. */
enum status inbox_move(struct inbox *inbox, struct db *db, long by, struct err *err);
enum status inbox_go_first(struct inbox *inbox, struct db *db, struct err *err);
enum status inbox_go_last(struct inbox *inbox, struct db *db, struct err *err);
/* Selects the next conversation with unread messages; STATUS_NOT_FOUND if there is none. */
enum status inbox_next_unread(struct inbox *inbox, struct db *db, struct err *err);

/* Selects that conversation, whether the list has it or not; STATUS_NOT_FOUND if there is none. */
enum status inbox_select(struct inbox *inbox, struct db *db, int64_t thread_id, struct err *err);

/* Some of what a search found; borrowed. */
struct inbox_found {
	const struct thread *rows;
	const int64_t *hits; /* of each row the message that was found, 0 = none */
	size_t count;
	bool more; /* there may be more than these */
};
/* From now on the rows are what a search finds; there are none yet. The selection stays until there are. */
void inbox_begin_search(struct inbox *inbox);
/* Takes the rows of another question away; the open conversation stays. */
void inbox_forget_found(struct inbox *inbox);
/* The first of what a new question found, in place of all rows: the first one is selected. */
void inbox_set_found(struct inbox *inbox, const struct inbox_found *found);
/* More of it. */
void inbox_add_found(struct inbox *inbox, const struct inbox_found *found);
/*
 * What the same question finds now, in place of all rows: selection and place stay. If the selected conversation is not found any
 * more, it stays selected when `keep` is set (it is open), else its neighbour is.
 */
void inbox_renew_found(struct inbox *inbox, const struct inbox_found *found, bool keep);
/* Back to the list, with that conversation selected (0: the first). */
enum status inbox_end_search(struct inbox *inbox, struct db *db, int64_t thread_id, struct err *err);
/* The message that was found in the selected conversation, 0 = none. */
int64_t inbox_hit(const struct inbox *inbox);

/* True if the list is the one that a start shows. */
bool inbox_is_unfiltered(const struct inbox *inbox);

#endif
