/* SPDX-License-Identifier: MIT */
/*
 * Sending from the console: what was sent can be taken back for some seconds, waits for its time, or is held because the
 * customer wrote meanwhile; private notes; and what helps to write. All on the UI thread.
 */
#ifndef HILO_UI_REPLY_H
#define HILO_UI_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/message.h"
#include "ui/external_editor.h"
#include "ui/reply_popup.h"
#include "ui/reply_spelling.h"

struct app;
struct request;
struct template_fill;

/* Replies whose seconds may still run. */
#define REPLY_SENT_MAX 16

struct sent_reply {
	int64_t message_id;
	int64_t thread_id;
	int64_t due_ms;	 /* wall clock: it goes out then */
	int64_t sent_ms; /* monotonic: when the agent sent it */
};

struct reply {
	bool note; /* the pane writes a private note */
	/* What the agent has seen: the newest message that was drawn at the bottom of that conversation. */
	int64_t seen_thread, seen_message;
	int64_t send_at; /* of the text that is being sent: 0 = now */
	size_t sending;	 /* sends the writer has not ended yet */
	bool take_back_next; /* the one under way is to be taken back as soon as it is stored */
	struct sent_reply sent[REPLY_SENT_MAX]; /* newest last */
	size_t sent_count;
	int64_t tick_due_ms; /* monotonic: a countdown in sight changes; 0 = none is */
	struct reply_popup popup;
	struct template_fill *template; /* owned: being filled in, or NULL */
	struct reply_spelling spelling;
	struct external_editor external;
	int64_t external_thread; /* whose text it has, and which one */
	bool external_note;
	/* What is in sight but does not count as read yet. */
	int64_t sight_thread, sight_message;
	int64_t sight_due_ms; /* monotonic; 0 = nothing */
};

void reply_init(struct reply *reply);
/* Ends the agent's own editor too, if it runs. */
void reply_release(struct reply *reply);

/* Sends or keeps what was written, after the questions that are due. At `not_before` (ms; 0 = now). */
void reply_send(struct app *app, int64_t not_before);
/* The writer has stored a reply. */
void reply_note_sent(struct app *app, const struct request *request);
/*
 * Takes back the newest reply that still counts down, if it was sent after `since_ms` (monotonic; 0 = any). False: there is none.
 */
bool reply_take_back_newest(struct app *app, int64_t since_ms);
/* Takes this message back (queued, scheduled, held), or a failed one to be edited: its text comes into the editor. */
void reply_take_back(struct app *app, const struct message *message);
/* Sends a held one all the same. */
void reply_send_held(struct app *app, int64_t message_id);
/* Asks whether the message that is chosen shall be sent, if it is held; false if it is not. */
bool reply_ask_about_chosen(struct app *app);
/* Another time for one that is scheduled or held. */
void reply_reschedule(struct app *app, int64_t message_id, int64_t not_before);
/*
 * The message that a command is about: the chosen one, else the newest that `fits`; NULL if that one does not fit, or there is
 * none. Borrowed.
 */
const struct message *reply_target(const struct app *app, bool (*fits)(const struct message *message));

/* Puts a text that was given back before what is in the editor. */
void reply_put_back(struct app *app, const char *text);
/* Turns the pane to a private note, or back to the reply; each keeps its draft. */
void reply_set_note(struct app *app, bool note);

/* After a frame was drawn: notes what was seen, and when the next countdown in sight changes. */
void reply_after_draw(struct app *app);
/* The sentence for whoever leaves while something is still to be sent, and nobody else sends it; NULL = none. */
const char *reply_farewell(struct app *app);

#endif
