/* SPDX-License-Identifier: MIT */
/*
 * A small asynchronous HTTP client over one curl multi handle. It tells apart what a sender has to know: an answer came, the
 * request certainly never left, or nobody knows. It never repeats a request, never follows a redirect, never talks to
 * anybody but the host of the URL, and bounds every answer. Owned and used by one thread.
 */
#ifndef HILO_NET_HTTP_CLIENT_H
#define HILO_NET_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strbuf.h"

#define HTTP_CLIENT_URL_MAX 8192
#define HTTP_CLIENT_BODY_MAX (64u * 1024)
#define HTTP_CLIENT_ANSWER_MAX (1024u * 1024)

struct http_client;

enum http_client_method { HTTP_CLIENT_GET, HTTP_CLIENT_POST };

/* A request; filled by whoever knows the service, copied by http_client_start(). */
struct http_call {
	enum http_client_method method;
	struct strbuf url;
	struct strbuf body; /* form body of a POST */
	const char *user;   /* basic authentication, borrowed until start() returned; NULL = none */
	const char *password;
	bool fresh_connect; /* a connection of its own: needed for what must not be sent twice */
	/*
	 * Given the body of a 200 piece by piece as it comes, on the client's thread, with the data of start(); false cuts the
	 * transfer (HTTP_OUTCOME_UNKNOWN). NULL: the body is kept for the result.
	 */
	bool (*take)(void *data, const char *bytes, size_t len);
	bool public_only; /* not to an address of this machine, its network or another private one, whatever a name says */
	size_t answer_max;  /* bytes of the answer's body; 0 = HTTP_CLIENT_ANSWER_MAX */
	int64_t connect_timeout_ms; /* 0 = 10 s */
	int64_t timeout_ms;	    /* of everything; 0 = 30 s */
};

void http_call_init(struct http_call *call);
/* Wipes the body, since it may hold what a customer is told. */
void http_call_release(struct http_call *call);

enum http_outcome {
	HTTP_OUTCOME_ANSWER,   /* a whole answer came, whatever it says */
	HTTP_OUTCOME_NOT_SENT, /* name, connection or TLS failed: not a byte of the request left */
	HTTP_OUTCOME_UNKNOWN,  /* it left, or may have, and no whole answer came */
};

/* How a request ended; everything is borrowed for the time of the callback. */
struct http_result {
	enum http_outcome outcome;
	int status;	  /* 100 to 599 with an answer, else 0 */
	const char *body; /* ended by NUL, never NULL */
	size_t body_len;
	const char *retry_after; /* of the header, or NULL */
	const char *request_id;	 /* Twilio-Request-Id, or NULL */
	const char *location;	 /* of the header, or NULL */
	const char *reason;	 /* English, for the log: why there is no answer; "" with one */
	void *data;		 /* what start() was given */
};

typedef void http_done(void *context, const struct http_result *result);

/*
 * `base_url` decides what may be spoken: https alone, or http as well when it begins with "http://" (a carrier on loopback).
 * `done` is called from http_client_wait() alone, once for each request that was started, and may start others.
 */
enum status http_client_new(const char *base_url, http_done *done, void *context, struct http_client **out,
			    struct err *err);
/* Cuts what is in flight without calling `done`. NULL is allowed. */
void http_client_free(struct http_client *client);
/* Starts `call`; `data` comes back in the result. On failure nothing was sent and `done` is not called. */
enum status http_client_start(struct http_client *client, const struct http_call *call, void *data, struct err *err);
size_t http_client_in_flight(const struct http_client *client);
/*
 * Sleeps until a request moves, one of `fds` is readable or `timeout_ms` passed (negative: without an end), then calls
 * `done` for everything that ended.
 */
void http_client_wait(struct http_client *client, const int *fds, size_t fd_count, int64_t timeout_ms);

#endif
