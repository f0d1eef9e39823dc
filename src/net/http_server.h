/* SPDX-License-Identifier: MIT */
/*
 * A small and strict HTTP/1.1 server over libmicrohttpd, whose lenience stops here: ambiguous framing is refused, a whole
 * request has 10 s however slowly it trickles, every answer of 400 and above closes its connection. It knows nothing of
 * routes; a handler decides on the headers, then on the whole body, and may answer later from another thread.
 *
 * One thread serves all connections and calls the handler; a second one watches the deadlines and sleeps without a timer
 * while no connection is open.
 */
#ifndef HILO_NET_HTTP_SERVER_H
#define HILO_NET_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "net/http_rules.h"

#define HTTP_TARGET_MAX 8192
#define HTTP_REQUEST_DEADLINE_MS 10000

struct http_server;

/* A request as its handler sees it; everything is borrowed and lives until it is answered. */
struct http_request {
	const char *method;
	const char *target; /* as on the wire, starts with '/' */
	struct http_headers headers;
	const char *body; /* never NULL once serve() is called; ended by a NUL that is not part of it */
	size_t body_len;
	bool loopback; /* the peer is this machine */
};

struct http_handler {
	/*
	 * The headers are there and their framing is sound. Sets the largest body it wants; answers only to refuse. A request
	 * whose body would be larger is refused with 413.
	 */
	void (*admit)(void *context, struct http_request *request, size_t *body_max);
	/* The body is there: answers, or suspends the request and answers it later. */
	void (*serve)(void *context, struct http_request *request);
	void *context;
};

/*
 * Starts serving what connects to the listening socket `fd`, which is taken (closed also after a failure). `handler` is
 * copied, its context borrowed until http_server_free() is over.
 */
enum status http_server_new(int fd, const struct http_handler *handler, struct http_server **out, struct err *err);
/* Takes no more connections, waits for suspended requests to be answered and a second for answers to leave, ends. */
void http_server_free(struct http_server *server);

struct http_answer {
	int status;
	const char *content_type; /* NULL with an empty body */
	const char *body;	  /* copied; or NULL */
	char *owned_body;	  /* taken in place of `body`; or NULL */
	size_t body_len;
	const char *header; /* one more header, or NULL; copied */
	const char *header_value;
	const char *cache; /* Cache-Control; NULL: "no-store" */
	/* In place of a body: `body_len` bytes of the regular file `fd`, which is taken. The deadline ends, only idleness cuts it. */
	bool from_file;
	int fd;
};

/* Answers; once a request. Of a suspended request from any thread, which must not touch the request afterwards. */
void http_answer(struct http_request *request, const struct http_answer *answer);
/*
 * Answers with {"success":false,"error":{"code":…,"message":…}}. Both texts are the program's own: input is
 * never echoed. `header` may be NULL.
 */
void http_refuse(struct http_request *request, int status, const char *code, const char *message);
void http_refuse_with(struct http_request *request, int status, const char *code, const char *message,
		      const char *header, const char *header_value);
/* From serve(): the answer comes later. The deadline stops until then. Call it before handing the request to another thread. */
void http_suspend(struct http_request *request);

#endif
