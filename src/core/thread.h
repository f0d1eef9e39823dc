/* SPDX-License-Identifier: MIT */
/*
 * Conversations (table communication_threads). A conversation is one customer on one channel with one of our own
 * addresses. Lists are keyset pages, numbers are counters: nothing costs more as the data grow.
 */
#ifndef HILO_CORE_THREAD_H
#define HILO_CORE_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"
#include "core/channel.h"
#include "core/db.h"
#include "core/err.h"

enum thread_status { THREAD_OPEN, THREAD_PENDING, THREAD_SNOOZED, THREAD_CLOSED, THREAD_SPAM };
#define THREAD_STATUS_COUNT 5

/* As stored: "open", "pending", "snoozed", "closed", "spam". */
const char *thread_status_name(enum thread_status status);
bool thread_status_parse(const char *name, enum thread_status *out);

#define THREAD_NAME_SIZE 160
#define THREAD_PREVIEW_SIZE 256
#define THREAD_LABELS_SIZE 256

/* One row of a list; texts are raw (sanitise before showing), cut at a character. */
struct thread {
	int64_t id;
	enum channel channel;
	enum thread_status status;
	int64_t client_id;
	char client_name[THREAD_NAME_SIZE]; /* "" when unknown: show the address */
	char client_address[ADDRESS_SIZE];  /* what a reply goes to, exactly as it came */
	char own_address[ADDRESS_SIZE];	    /* ours */
	char subject[THREAD_PREVIEW_SIZE];
	int64_t assignee_id; /* 0 = nobody */
	char assignee[THREAD_NAME_SIZE]; /* "" = nobody */
	char labels[THREAD_LABELS_SIZE]; /* names joined by ',', cut at a whole name */
	int64_t priority; /* see thread_work.h; 0 = normal */
	int64_t snoozed_until; /* ms; 0 = none, or until the customer writes */
	int64_t unanswered_since; /* ms, of the first message that waits for an answer; 0 = none */
	int64_t failed_count; /* replies that failed or are unconfirmed and that nobody has dealt with */
	int64_t unread;
	int64_t last_message_id;
	char last_sender[16]; /* "client", "agent", "system" */
	char preview[THREAD_PREVIEW_SIZE];
	int64_t last_message_at; /* ms */
	int64_t last_inbound_at; /* ms; 0 = the customer never wrote here */
	int64_t created_at;
	int64_t updated_at;
	bool has_draft; /* of any agent */
	bool has_failed; /* failed_count > 0 */
	bool has_scheduled; /* a reply waits for its time */
	bool has_held; /* a reply was due and is kept back for a look */
};

/* End of the time for free text: 0 = no limit on this channel; else ms (maybe past; 1 = customer never wrote). */
int64_t thread_window_until(const struct thread *thread);

/* Each view has an index that gives its order. "Active" means open or pending. */
enum thread_view {
	THREAD_VIEW_ACTIVE,
	THREAD_VIEW_STATUS, /* filter.status */
	THREAD_VIEW_ALL,
	THREAD_VIEW_MINE, /* active ones of filter.assignee_id */
	THREAD_VIEW_UNASSIGNED, /* active ones of nobody */
	THREAD_VIEW_WAITING, /* active, the customer waits for an answer: the longest wait first */
	THREAD_VIEW_WINDOW, /* active on WhatsApp, free text still allowed at filter.now_ms: the soonest to close first */
	THREAD_VIEW_FAILED /* a reply failed, whatever the status */
};
#define THREAD_VIEW_COUNT 8

struct thread_filter {
	enum thread_view view;
	enum thread_status status; /* with THREAD_VIEW_STATUS */
	int64_t assignee_id; /* with THREAD_VIEW_MINE; 0 = nobody is asking, nothing is listed */
	int64_t now_ms; /* with THREAD_VIEW_WINDOW; keep it the same while paging */
	bool one_channel;
	enum channel channel;
	bool unread_only;
};

/* True if the conversation, as it is in `thread`, belongs into the list. */
bool thread_filter_takes(const struct thread_filter *filter, const struct thread *thread);

/*
 * A place in a list: the time that the view is ordered by, then the id; newest activity and highest id first, or longest wait, soonest
 * end and lowest id. {0,0} is the beginning.
 */
struct thread_cursor {
	int64_t key;
	int64_t id;
};
/* The row's own place: the next row is the one after it. */
struct thread_cursor thread_place(const struct thread_filter *filter, const struct thread *thread);
/* The place from which the next row is `thread` itself. */
struct thread_cursor thread_place_before(const struct thread_filter *filter, const struct thread *thread);
/* The place behind the last row, for thread_list_before(). */
struct thread_cursor thread_place_end(const struct thread_filter *filter);

/* Up to `limit` rows after `after` into `rows`; *count gets how many. */
enum status thread_list(struct db *db, const struct thread_filter *filter, struct thread_cursor after, size_t limit,
			struct thread *rows, size_t *count, struct err *err);
/* Up to `limit` rows before `before` in list order (nearest last), for scrolling up. */
enum status thread_list_before(struct db *db, const struct thread_filter *filter, struct thread_cursor before,
			       size_t limit, struct thread *rows, size_t *count, struct err *err);
enum status thread_get(struct db *db, int64_t id, struct thread *row, struct err *err);
/* The next conversation with unread messages after `after` in list order (round to the beginning); STATUS_NOT_FOUND. */
enum status thread_next_unread(struct db *db, const struct thread_filter *filter, struct thread_cursor after,
			       struct thread *row, struct err *err);
/*
 * Conversations that the query (core/query.h) takes and that belong into the list, newest hits first. STATUS_INVALID if it cannot
 * be understood. For programs that want one bounded answer; screens page with core/query_run.h.
 */
enum status thread_search(struct db *db, const char *text, const struct thread_filter *filter, size_t limit,
			  struct thread *rows, size_t *count, struct err *err);

struct thread_counts {
	int64_t threads[CHANNEL_COUNT][THREAD_STATUS_COUNT];
	int64_t unread[CHANNEL_COUNT][THREAD_STATUS_COUNT]; /* conversations with unread messages */
};
enum status thread_counts(struct db *db, struct thread_counts *counts, struct err *err);

/* What the views hold; each costs the same however large the store is. */
struct thread_view_counts {
	int64_t mine, mine_unread, mine_waiting; /* active ones of the agent asked for */
	int64_t unassigned, unassigned_unread;
	int64_t waiting;
	int64_t failed;
	int64_t active, active_unread;
	int64_t by_status[THREAD_STATUS_COUNT]; /* snoozed, spam, closed ... */
};
/* `assignee_id` 0: the mine_ fields are 0. */
enum status thread_view_counts(struct db *db, int64_t assignee_id, struct thread_view_counts *counts, struct err *err);

/* Inside a transaction: */
struct thread_key {
	enum channel channel;
	int64_t client_id;
	const char *own_address;    /* our number, or a sender pool (MG...): then any of ours matches */
	const char *service;	    /* pool the message came through: its conversation matches too; or NULL */
	const char *client_address; /* where replies of a new conversation go */
	int64_t now_ms;
};
/*
 * The conversation a new message of this customer, channel and own address belongs to: the newest one, unless it was closed
 * more than 7 days ago; else a new, open one. Its status is left as it is.
 */
enum status thread_find_or_make(struct db *db, const struct thread_key *key, int64_t *id, struct err *err);

/* What a new message changes in its conversation's row. */
struct thread_touch {
	int64_t id;
	int64_t message_id;
	const char *sender; /* "client", "agent", "system" */
	const char *preview;
	int64_t now_ms;
};
/* A customer's message: unread +1, open again (but spam stays spam), replies go to `client_address` from `own_address`. */
enum status thread_touch_inbound(struct db *db, const struct thread_touch *touch, const char *client_address,
				 const char *own_address, struct err *err);
/* One of ours: nothing waits for an answer any more. */
enum status thread_touch_outbound(struct db *db, const struct thread_touch *touch, struct err *err);
/* Failed replies the agent has not dealt with: +1 or -1 (never below 0). */
enum status thread_count_failed(struct db *db, int64_t id, int change, struct err *err);
/* Everything up to and including that message is read. */
enum status thread_mark_read(struct db *db, int64_t id, int64_t up_to_message_id, int64_t now_ms, struct err *err);
enum status thread_set_status(struct db *db, int64_t id, enum thread_status status, const char *agent, int64_t now_ms,
			      struct err *err);

#endif
