/* SPDX-License-Identifier: MIT */
/*
 * What is still to be sent. A row lives from the moment the reply is stored until its outcome is known:
 *
 *   queued -> sending (claimed with a lease, committed before the request goes out)
 *     -> gone            accepted: the carrier's id is in message_deliveries
 *     -> queued          temporary: again at next_attempt_at
 *     -> gone            permanent: the delivery is failed, with code and words
 *     -> unknown         the request went out and no answer came: nothing is sent again, the carrier is asked
 *          -> gone       found (by listing, or by a callback that names our id)
 *          -> unsure     not found after the last look: left to the agent
 *
 * Two states wait on purpose and keep no later reply back:
 *
 *   scheduled          until the time its author chose; then looked at once more, and sent or held
 *   held               it was due, but something changed since it was written: sent only when an agent says so
 *
 * Within a conversation a row is ready only when no earlier one is queued, sending or unknown.
 */
#ifndef HILO_CORE_OUTBOX_H
#define HILO_CORE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"
#include "core/channel.h"
#include "core/db.h"
#include "core/err.h"

/* Why a message may not be queued. */
enum send_problem {
	SEND_FINE,
	SEND_BAD_ADDRESS,
	SEND_EMPTY,
	SEND_TOO_LONG,
	SEND_NO_SENDER,	    /* no own number or account for this channel is configured */
	SEND_WINDOW_CLOSED, /* WhatsApp: more than 24 h since the customer wrote, and no template */
	SEND_OPTED_OUT,	    /* the customer said STOP */
	SEND_LIMIT,	    /* per-customer limit; see retry_after_s */
	SEND_NO_THREAD,	    /* threadId names none, or one of another channel or customer */
	SEND_NO_TEMPLATE,
	SEND_CHANNEL_OFF,   /* this channel cannot send yet */
	SEND_NEWER,	    /* somebody wrote in the conversation after what its author had seen */
};
/* Name for machines: "window_closed". Sentence for people, translated. */
const char *send_problem_code(enum send_problem problem);
const char *send_problem_text(enum send_problem problem);

/* A message to send. All borrowed. */
struct outgoing {
	enum channel channel;
	int64_t thread_id;   /* reply in this conversation; 0: found or made from `to` */
	const char *to;	     /* needed when thread_id is 0 */
	const char *own_address; /* sender: number, MG... service or mailbox; NULL with a thread: the thread's own */
	const char *body;
	const char *subject;	   /* NULL but for email */
	const char *media_url;	   /* or NULL */
	const char *template_name; /* or NULL */
	const char *variables;	   /* JSON object of strings, or NULL */
	const char *author;	   /* agent's name, or what the API was told */
	const char *origin;	   /* "console", "api", "command" */
	int limit_count;	   /* 0 = no limit for this one */
	int64_t limit_ms;
	int64_t not_before; /* ms: scheduled for then; 0 = now */
	int64_t delay_ms;   /* how long it can be taken back before it goes out; 0 = not. Ignored when scheduled */
	int64_t seen_message_id; /* newest message of the conversation its author saw; 0 = not checked */
	bool keep_draft;    /* the text did not come from the agent's draft */
	int64_t now_ms;
};

struct outgoing_result {
	enum send_problem problem; /* SEND_FINE: stored and queued */
	int64_t message_id;
	int64_t thread_id;
	int64_t retry_after_s; /* with SEND_LIMIT */
};

/*
 * Seconds until `to` may be sent another message under the limit of `out` (its channel, limit and time count); 0: now, or no
 * limit. For whoever may decide to send all the same.
 */
enum status outbox_limit_wait(struct db *db, const struct outgoing *out, const struct address *to, int64_t *wait_s,
			      struct err *err);
/*
 * Inside a transaction: checks the rules and, if fine, stores message, delivery and outbox row; a console's
 * reply also ends the agent's draft in that conversation. A problem is a result (STATUS_OK, nothing changed).
 */
enum status outbox_enqueue(struct db *db, const struct outgoing *out, struct outgoing_result *result, struct err *err);
/*
 * Inside a transaction: queues a copy of a failed or unconfirmed message as a new one. STATUS_CONFLICT if it is neither, or
 * was sent again before: two agents may press the key for the same one.
 */
enum status outbox_resend(struct db *db, int64_t message_id, const char *author, int64_t now_ms,
			  struct outgoing_result *result, struct err *err);
/*
 * Each inside a transaction. STATUS_CONFLICT if it is too late: the message is claimed, gone, or in another state.
 */
/* Takes back what was not yet claimed: queued, scheduled or held. The message stays, as canceled. */
enum status outbox_cancel(struct db *db, int64_t message_id, int64_t now_ms, struct err *err);
/*
 * outbox_cancel(), and its text returns to the reply draft of `agent`, before what is there. A failed or unconfirmed message
 * may be taken too (edit and send again): it stays as it is, but counts as dealt with.
 */
enum status outbox_take_back(struct db *db, int64_t message_id, const char *agent, int64_t now_ms, struct err *err);
/* Sends a held one all the same, now, without another check. */
enum status outbox_release(struct db *db, int64_t message_id, int64_t now_ms, struct err *err);
/* Another time for one that is scheduled or held; both are scheduled afterwards. */
enum status outbox_reschedule(struct db *db, int64_t message_id, int64_t not_before, int64_t now_ms, struct err *err);
/* A failed or unconfirmed message is dealt with: it no longer counts among the failures of its conversation. */
enum status outbox_dismiss(struct db *db, int64_t message_id, const char *agent, int64_t now_ms, struct err *err);

/* One row as the sender sees it. */
struct outbox_row {
	int64_t id;
	int64_t message_id;
	int64_t thread_id;
	enum channel channel;
	char sender[ADDRESS_SIZE]; /* own address or MG service */
	char recipient[ADDRESS_SIZE]; /* with "whatsapp:" where it came so */
	char *body;
	char *media_url;   /* or NULL */
	char *content_sid; /* template at the carrier, or NULL */
	char *variables;   /* JSON, or NULL */
	int attempts;	   /* finished attempts or looks so far */
	int64_t started_at; /* of the last attempt, ms */
	int64_t created_at;
};
void outbox_row_release(struct outbox_row *row);

/*
 * Up to `limit` rows that may be sent now, oldest first, one for each conversation. Reads only: claim each one.
 */
enum status outbox_ready(struct db *db, int64_t now_ms, size_t limit, struct outbox_row *rows, size_t *count,
			 struct err *err);
/* Rows in state unknown whose next look is due, and that belong to nobody else. */
enum status outbox_to_settle(struct db *db, int64_t now_ms, size_t limit, struct outbox_row *rows, size_t *count,
			     struct err *err);
/* When the next row becomes due (ms), 0 = nothing waits. `after_ms` leaves out what is due already. */
enum status outbox_next_due(struct db *db, int64_t after_ms, int64_t *due_ms, struct err *err);

/* Each of these is its own transaction, durable when it returns STATUS_OK. */
/*
 * STATUS_CONFLICT: somebody else has it or it is no longer ready. At its first attempt a row is looked at once more: if the
 * conversation went on after what its author saw, or a scheduled one may no longer be sent (window, opt-out), it becomes
 * held and the result is STATUS_CONFLICT too.
 */
enum status outbox_claim(struct db *db, int64_t id, const char *owner, int64_t now_ms, int64_t lease_ms, struct err *err);
enum status outbox_accepted(struct db *db, int64_t id, const char *provider_message_id, const char *status, int segments,
			    int64_t now_ms, struct err *err);
enum status outbox_retry(struct db *db, int64_t id, int64_t next_attempt_at, int error_code, const char *reason,
			 int64_t now_ms, struct err *err);
enum status outbox_failed(struct db *db, int64_t id, int error_code, const char *reason, int64_t now_ms, struct err *err);
/* Outcome unknown (from sending), or looked for and not found: next look at next_look_at; 0 = no more looks, unsure. */
enum status outbox_unknown(struct db *db, int64_t id, int64_t next_look_at, const char *reason, int64_t now_ms,
			   struct err *err);
/*
 * Rows left in `sending` by an owner whose lease ran out, or who was a process of this machine that is gone,
 * become unknown. *count gets how many. After the clock was set back, what would wait for the old time is due now.
 */
enum status outbox_recover(struct db *db, int64_t now_ms, int64_t *count, struct err *err);
/* "host/pid/random": the owner string of this process. */
void outbox_owner(char out[128]);
/* True if the owner was a process of this machine that is gone. */
bool outbox_owner_is_gone(const char *owner);
/* True if no message has this provider id yet (a candidate when settling). */
bool outbox_provider_id_is_new(struct db *db, const char *provider_message_id);

/* Messages that were accepted but have no final status, least recently looked at first: to be fetched from the carrier. */
struct outbox_open_status {
	int64_t message_id;
	enum channel channel;
	char provider_message_id[64];
	char status[24];
	int64_t sent_at;
};
enum status outbox_open_statuses(struct db *db, int64_t sent_after_ms, size_t limit, struct outbox_open_status *rows,
				 size_t *count, struct err *err);

struct outbox_counts {
	int64_t waiting; /* queued, sending and unknown */
	int64_t unsure;
	int64_t scheduled;
	int64_t held;
};
enum status outbox_counts(struct db *db, struct outbox_counts *counts, struct err *err);

#endif
