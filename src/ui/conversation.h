/* SPDX-License-Identifier: MIT */
/*
 * One conversation as it is read: the messages that are loaded, wrapped into lines, and the place that is seen. At
 * the bottom it follows what arrives; scrolled up it stays where it is.
 */
#ifndef HILO_UI_CONVERSATION_H
#define HILO_UI_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"
#include "core/message.h"
#include "core/strbuf.h"
#include "core/text.h"
#include "core/thread.h"

enum line_kind {
	LINE_DAY,
	LINE_UNREAD,
	LINE_HEAD, /* time, author, mark: drawn from the message */
	LINE_QUOTE, /* of the message that this one answers */
	LINE_BODY,
	LINE_FOLD, /* how many lines of a long message are not shown */
	LINE_ATTACHMENT,
	LINE_TROUBLE, /* why it did not arrive, what to do */
	LINE_CAUTION  /* something hidden was taken out of the text */
};

struct line {
	enum line_kind kind;
	int64_t anchor; /* id of the message it belongs to */
	size_t message; /* its index */
	size_t item;	/* of LINE_ATTACHMENT: which one of the message */
	size_t start;	/* its text: bytes of `text`, made harmless */
	size_t len;
};

/* Long messages that the agent unfolded; the oldest of more than these folds again. */
#define CONVERSATION_UNFOLDED_MAX 32

struct conversation {
	int64_t thread_id;	 /* 0 = none */
	struct message *messages; /* owned, oldest first */
	size_t count;
	bool at_start;	     /* there are no older ones */
	int64_t unread_from; /* first message that was unread when it was opened, 0 = none */
	uint64_t signature;  /* of what was last seen in the store */
	int64_t chosen; /* id of the message that commands are about, 0 = the newest */
	int64_t unfolded[CONVERSATION_UNFOLDED_MAX];
	size_t unfolded_next; /* where the next one goes */
	/* Lines for a width: */
	int columns;
	size_t height;
	bool stale; /* lines have to be made again */
	int64_t now_ms; /* when they were made */
	struct strbuf text;
	struct line *lines; /* owned */
	size_t line_count, line_capacity;
	struct text_line *wrapped; /* owned, scratch */
	size_t wrapped_capacity;
	/* Place: */
	bool follow; /* the newest line is at the bottom */
	size_t top;  /* first visible line, when not following */
};

void conversation_init(struct conversation *conversation);
void conversation_release(struct conversation *conversation);
/* Begins with another conversation (NULL: none), at its newest message. */
enum status conversation_open(struct conversation *conversation, struct db *db, const struct thread *thread,
			      struct err *err);
/* Looks at the store again. */
enum status conversation_refresh(struct conversation *conversation, struct db *db, struct err *err);
/* Makes the lines for that size, if something changed. */
void conversation_layout(struct conversation *conversation, int columns, size_t height, int64_t now_ms);
/* Scrolls by lines (negative: towards older ones), loading older messages when needed. */
enum status conversation_scroll(struct conversation *conversation, struct db *db, long by, struct err *err);
/* First visible line. */
size_t conversation_top(const struct conversation *conversation);
/*
 * Chooses the next (1) or previous (-1) message and scrolls it into sight, loading older ones when needed; from none,
 * the newest.
 */
enum status conversation_choose(struct conversation *conversation, struct db *db, int by, struct err *err);
/* Chooses that message and scrolls to it, loading older ones as far as needed; STATUS_NOT_FOUND if it is not there. */
enum status conversation_go_to(struct conversation *conversation, struct db *db, int64_t message_id, struct err *err);
/* The message on that line of the screen (0 = the pane's first) is chosen; false if there is none. */
bool conversation_choose_line(struct conversation *conversation, size_t line);
/* The message that commands are about: the chosen one, else the newest; NULL if there is none. Borrowed. */
const struct message *conversation_chosen(const struct conversation *conversation);
/* Folds or unfolds a long message. */
void conversation_toggle_fold(struct conversation *conversation, int64_t message_id);
bool conversation_is_unfolded(const struct conversation *conversation, int64_t message_id);
/* Id of the newest message that came from the customer or was sent, 0 = none. */
int64_t conversation_newest(const struct conversation *conversation);
/* The newest message that failed or is unconfirmed and was not sent again since; NULL if there is none. */
const struct message *conversation_resendable(const struct conversation *conversation);

#endif
