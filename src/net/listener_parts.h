/* SPDX-License-Identifier: MIT */
/*
 * What the files of the listener share: its state and the handlers of its routes. Unless said otherwise everything here
 * belongs to the thread that serves the connections.
 */
#ifndef HILO_NET_LISTENER_PARTS_H
#define HILO_NET_LISTENER_PARTS_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/config.h"
#include "core/db.h"
#include "core/form.h"
#include "core/writer.h"
#include "net/http_server.h"
#include "net/listener.h"
#include "net/token_guard.h"

#define LISTENER_FORM_MAX ((size_t)256 * 1024)
#define LISTENER_FORM_FIELDS 500
#define LISTENER_JSON_MAX ((size_t)64 * 1024)
#define LISTENER_JSON_DEPTH 16

/* What became of webhooks since the start; counted by any thread. */
enum webhook_result {
	WEBHOOK_STORED,
	WEBHOOK_REPEATED,
	WEBHOOK_STATUS_KEPT,
	WEBHOOK_DEAD_LETTER,
	WEBHOOK_FORBIDDEN,
	WEBHOOK_UNAVAILABLE,
};
#define WEBHOOK_RESULT_COUNT 6

struct listener {
	const struct config *config;
	struct writer *writer;
	struct db *db; /* reads only */
	char *database; /* its path */
	struct http_server *server;
	int port;
	char *public_url; /* what signatures are checked against, before the target */
	struct token_guard guard;
	atomic_uint_fast64_t webhooks[WEBHOOK_RESULT_COUNT];
	/* The last proof that the store can be written; any thread. */
	atomic_int_fast64_t write_proved_at_ms;
};

/* webhook.c: both check the signature themselves, since it covers the body. */
void webhook_message(struct listener *listener, struct http_request *request, int64_t id);
void webhook_status(struct listener *listener, struct http_request *request, int64_t id);

/* api_send.c */
void api_send(struct listener *listener, struct http_request *request, int64_t id);

/* api_read.c */
void api_conversations(struct listener *listener, struct http_request *request, int64_t id);
void api_conversation_messages(struct listener *listener, struct http_request *request, int64_t id);
void api_message(struct listener *listener, struct http_request *request, int64_t id);

/* api_health.c */
void api_health(struct listener *listener, struct http_request *request, int64_t id);
void api_metrics(struct listener *listener, struct http_request *request, int64_t id);

/* api_media.c: a file that the carrier fetches, told by the token in the path */
void api_media(struct listener *listener, struct http_request *request, int64_t id);

/* For all of them: the store cannot be read or written now. */
void listener_unavailable(struct http_request *request);

#endif
