/* SPDX-License-Identifier: MIT */
/* What the files of the sender share; everything here belongs to the sender's thread. */
#ifndef HILO_NET_SENDER_INTERNAL_H
#define HILO_NET_SENDER_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/change.h"
#include "core/config.h"
#include "core/db.h"
#include "core/outbox.h"
#include "net/http_client.h"
#include "net/pace.h"
#include "net/transport.h"

/* Longer than any request can take, so that a lease never ends while its owner lives and waits. */
#define SENDER_LEASE_MS (120 * 1000)
#define SENDER_SENDS_MAX 32
#define SENDER_LISTS_MAX 8
#define SENDER_FETCHES_MAX 4

enum exchange_kind { EXCHANGE_SEND, EXCHANGE_LIST, EXCHANGE_FETCH };
#define EXCHANGE_KIND_COUNT 3

enum record_kind { RECORD_ACCEPTED, RECORD_RETRY, RECORD_FAILED, RECORD_UNKNOWN };

/* What is to be written about a row once its outcome is known. */
struct record {
	enum record_kind kind;
	int64_t at; /* RETRY: next attempt, UNKNOWN: next look (0 = none); wall clock */
	char provider_id[PROVIDER_ID_SIZE];
	char status[PROVIDER_STATUS_SIZE];
	int segments;
	int error_code;
	char reason[256];
};

/*
 * A request in flight, and afterwards its outcome until that is stored: the room for it is there before anything is sent, so
 * that no outcome is lost for want of memory.
 */
struct exchange {
	enum exchange_kind kind;
	const struct transport *transport;
	struct outbox_row row; /* owned; SEND and LIST */
	struct record record;
	/* LIST */
	int64_t began_ms; /* monotonic */
	int pages;
	bool found;
	struct found_message oldest;
	/* FETCH */
	int64_t message_id;
	struct exchange *next;
};

/* An unknown outcome that is being looked for. */
struct settle_mark {
	int64_t row_id;
	int64_t base_ms; /* monotonic: end of the attempt, or when a dead process's row was first seen */
	int failures;	 /* lists that did not work, in a row */
};

/* A message whose state is asked for because no callback tells it. */
struct status_watch {
	int64_t message_id;
	const struct transport *transport;
	char provider_id[PROVIDER_ID_SIZE];
	char status[PROVIDER_STATUS_SIZE]; /* the last one seen */
	int64_t sent_at;		   /* wall clock */
	int64_t next_ms;		   /* monotonic */
	unsigned step;
	bool in_flight;
};

struct sender {
	const struct config *config;
	struct change_hub *hub;
	struct db *db;
	struct http_client *http;
	struct pace *pace;
	char owner[128];
	int change_fd;
	int stop_fd;
	int timer_fd; /* of the wall clock, as the moments of the outbox are; wakes after a sleep of the machine too */
	atomic_bool stopping;
	pthread_t thread;

	struct exchange *in_flight;
	size_t counts[EXCHANGE_KIND_COUNT]; /* of in_flight */
	struct exchange *unrecorded;	    /* ended, outcome not stored yet; oldest first */
	int64_t record_retry_ms;	    /* monotonic; when unrecorded is tried again */
	int64_t record_pause_ms;

	struct settle_mark *marks;
	size_t mark_count, mark_capacity;
	struct status_watch *watches;
	size_t watch_count, watch_capacity;
	int64_t reload_ms; /* monotonic; next reading of open statuses from the store */

	int64_t store_retry_ms; /* monotonic; when the store is asked again after it failed; 0 = it works */
	int64_t pace_wake_ms;	/* monotonic; next slot somebody waits for; 0 = nobody */
	int64_t recover_ms;	/* monotonic; leases of this moment's other owners have ended; 0 = done */
	int64_t wide_ms;	/* monotonic; when it may look further than the first rows again */
	size_t scan_limit;
	bool look; /* something ended or changed: look at everything */
};

/* sender.c */
struct exchange *sender_exchange_new(enum exchange_kind kind, const struct transport *transport);
void sender_exchange_free(struct exchange *exchange);
/* Starts the request of `exchange` and takes it; on failure it stays the caller's. */
enum status sender_launch(struct sender *sender, struct exchange *exchange, const struct http_call *call, struct err *err);
/* True if something about this row is in flight or not stored yet. */
bool sender_row_busy(const struct sender *sender, int64_t row_id);
/* The store failed: leave it alone for a moment. */
void sender_store_failed(struct sender *sender, const char *what, const struct err *err);
/* random(0, min(300 s, 1 s * 2^n)), at least 200 ms. */
int64_t sender_backoff_ms(int n);

/* sender_attempt.c: claims and sends what is ready. */
void sender_send_ready(struct sender *sender, int64_t now_ms);
void sender_send_done(struct sender *sender, struct exchange *exchange, const struct http_result *result);

/* sender_record.c: stores outcomes; each takes the exchange, which must not be in flight any more. */
void sender_record(struct sender *sender, struct exchange *exchange);
void sender_record_again(struct sender *sender);
bool sender_record_holds(const struct sender *sender, const char *provider_id);

/* sender_settle.c: asks the carrier about unknown outcomes. */
void sender_settle_due(struct sender *sender, int64_t now_ms);
void sender_settle_done(struct sender *sender, struct exchange *exchange, const struct http_result *result);
/* The outcome of this row became unknown now. */
void sender_settle_begin(struct sender *sender, struct exchange *exchange);

/* sender_status.c: fetches states that no callback tells. */
void sender_status_watch(struct sender *sender, const struct exchange *accepted);
void sender_status_due(struct sender *sender, int64_t now_ms);
/* When the next fetch is due, monotonic; 0 = nothing is watched. */
int64_t sender_status_next(const struct sender *sender);
void sender_status_done(struct sender *sender, struct exchange *exchange, const struct http_result *result);

#endif
