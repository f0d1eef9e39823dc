/* SPDX-License-Identifier: MIT */
/*
 * How each channel is sent: one row of function pointers a channel. A row builds requests and reads answers; it neither
 * waits nor stores, so everything it decides is tested without a socket. The sender does the rest and knows no carrier.
 */
#ifndef HILO_NET_TRANSPORT_H
#define HILO_NET_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/config.h"
#include "core/err.h"
#include "core/outbox.h"
#include "net/http_client.h"

#define PROVIDER_ID_SIZE 64
#define PROVIDER_STATUS_SIZE 24

enum attempt_class {
	ATTEMPT_ACCEPTED, /* provider_id is the carrier's name for it */
	ATTEMPT_NOT_SENT, /* no connection: may be tried again */
	ATTEMPT_LIMITED,  /* not processed, too many requests: try later, this sender pauses */
	ATTEMPT_REFUSED,  /* will never be accepted as it is */
	ATTEMPT_UNKNOWN,  /* it may have been accepted: must not be sent again */
};

/* What became of an attempt to send. */
struct attempt_result {
	enum attempt_class class;
	char provider_id[PROVIDER_ID_SIZE];
	char status[PROVIDER_STATUS_SIZE]; /* the carrier's word: "queued" */
	int segments;			   /* 0 = not told */
	int error_code;			   /* 0 = none */
	int64_t retry_after_ms;		   /* 0 = not told */
	char reason[256];		   /* the carrier's words, or our own, translated */
};

/* A message at the carrier that may be the one an attempt made. */
struct found_message {
	char provider_id[PROVIDER_ID_SIZE];
	char status[PROVIDER_STATUS_SIZE];
	int segments;
};

#define FOUND_MAX 64
#define FOUND_NEXT_SIZE 2048

/* One page of the carrier's list. */
struct found_page {
	struct found_message found[FOUND_MAX]; /* those that match, newest first */
	size_t count;
	bool past;		    /* it reaches behind the attempt: no further page is needed */
	char next[FOUND_NEXT_SIZE]; /* what to give to list() for the next page, "" = this was the last */
};

/* The state of one message as the carrier tells it. */
struct remote_status {
	char status[PROVIDER_STATUS_SIZE];
	int error_code;
	char error_message[256];
};

struct transport {
	enum channel channel;
	/* True if an account is configured. */
	bool (*ready)(const struct config *config);
	/* `call` was initialised by the caller. STATUS_INVALID: this row can never be sent; says why to the agent. */
	enum status (*create)(const struct config *config, const struct outbox_row *row, struct http_call *call,
			      struct err *err);
	void (*created)(const struct http_result *result, int64_t now_ms, struct attempt_result *out);
	/* Asks for messages to the row's recipient; `next` is NULL for the first page. */
	enum status (*list)(const struct config *config, const struct outbox_row *row, const char *next,
			    struct http_call *call, struct err *err);
	/* STATUS_BUSY: the carrier did not answer with a list; ask again later. */
	enum status (*listed)(const struct config *config, const struct outbox_row *row, const struct http_result *result,
			      struct found_page *page, struct err *err);
	enum status (*fetch)(const struct config *config, const char *provider_id, struct http_call *call,
			     struct err *err);
	/* STATUS_NOT_FOUND: the carrier has no such message (any more). STATUS_BUSY: ask again later. */
	enum status (*fetched)(const struct http_result *result, struct remote_status *out, struct err *err);
};

/* The row of `channel`, NULL when that channel cannot send. */
const struct transport *transport_for(enum channel channel);

#endif
