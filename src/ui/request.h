/* SPDX-License-Identifier: MIT */
/*
 * What the agent wants to have stored. Each request is a job of the writer; the screen goes on at once and hears of
 * the end through a descriptor. Everything here is called from the UI thread.
 */
#ifndef HILO_UI_REQUEST_H
#define HILO_UI_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/draft.h"
#include "core/err.h"
#include "core/outbox.h"
#include "core/thread.h"
#include "core/writer.h"

enum request_kind {
	REQUEST_SEND,	       /* text of a reply */
	REQUEST_NOTE,	       /* text of a private note */
	REQUEST_RESEND,	       /* message_id */
	REQUEST_MARK_READ,     /* up to message_id */
	REQUEST_SAVE_DRAFT,    /* text, "" = none */
	REQUEST_RESTORE_DRAFT, /* text that could not be sent, put before the draft */
	REQUEST_OTHER	       /* whatever `run` does */
};

struct app;
struct requests;
struct request;

/*
 * What a request of kind REQUEST_OTHER does. `run` is called on the writer's thread inside its transaction, maybe again
 * after a rollback, so it changes nothing but the store and what `data` holds for it. `ended` is called on the UI
 * thread afterwards; NULL: a failure is shown as it is. `release` frees `data`; NULL: free().
 */
struct request_action {
	enum status (*run)(struct db *db, struct request *request, struct err *err);
	void (*ended)(struct app *app, struct request *request);
	void (*release)(void *data);
};

struct request {
	struct writer_job job; /* first: the writer hands it back */
	enum request_kind kind;
	enum channel channel;
	int64_t thread_id;
	int64_t message_id;
	int64_t number;		/* of REQUEST_OTHER: whatever it needs */
	const struct request_action *action; /* of REQUEST_OTHER, and where there is `data` */
	void *data;		/* owned, may be NULL; of REQUEST_SEND: the address of the file that goes with it */
	char *text;  /* owned or NULL */
	char *agent; /* owned */
	int64_t now_ms;
	enum draft_kind draft; /* of drafts, and to which one the text goes back */
	int64_t delay_ms;      /* of REQUEST_SEND, with the next two: see struct outgoing */
	int64_t not_before;
	int64_t seen_message_id;
	/* What came of it: */
	enum status status;
	struct err err;
	struct outgoing_result result; /* of sends */
	/* Of the queue: */
	struct requests *owner;
	struct request *next_done;
	struct request *next; /* all that are on their way */
};

/* `writer` is borrowed. NULL without memory or descriptors. */
struct requests *requests_new(struct writer *writer, const char *agent);
/* Waits until the writer has finished all of them: at the end only, when no screen is shown any more. */
void requests_wait(struct requests *requests);
/* The same, and forgets them. */
void requests_free(struct requests *requests);
/* Readable when a request has ended. */
int requests_fd(const struct requests *requests);

/*
 * Submits a copy of `request` (the caller fills what its kind needs; not job, text, agent and what came of it) with
 * `text` (copied, may be NULL). `data` is taken in any case. False: the writer takes nothing at the moment.
 */
bool requests_submit(struct requests *requests, const struct request *request, const char *text);
/* The next one that has ended, or NULL. The caller gives it back with request_free(). */
struct request *requests_take_done(struct requests *requests);
void request_free(struct request *request);
/*
 * The draft of the conversation that is still on its way to the disk ("" if it was just sent), or NULL: then the store
 * has the newest. Borrowed until the next call.
 */
const char *requests_draft_on_its_way(const struct requests *requests, int64_t thread_id, enum draft_kind kind);

#endif
