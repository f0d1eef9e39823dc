/* SPDX-License-Identifier: MIT */
/*
 * The HTTP client of the pretend carrier: one request at a time, waiting for its answer. A client belongs to one thread;
 * sim_client_stop() alone may come from another.
 */
#ifndef HILO_SIM_SIM_CLIENT_H
#define HILO_SIM_SIM_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strbuf.h"

struct sim_client;

struct sim_call {
	const char *method; /* "GET", "POST", "DELETE" */
	const char *url;    /* http; a fragment is not sent */
	const char *body;   /* NULL: none */
	size_t body_len;
	const char *headers[8]; /* "Name: value", ended by NULL */
	const char *user;	/* Basic authentication; NULL: none */
	const char *password;
	int64_t connect_timeout_ms; /* 0: 5000 */
	int64_t timeout_ms;	    /* of the whole, 0: 15000 */
	bool fresh;		    /* on a connection of its own */
};

struct sim_reply {
	int status; /* 0: no answer came */
	char content_type[96];
	char location[512];
	char retry_after[32];
	struct strbuf body; /* at most 1 MiB */
};

enum sim_outcome {
	SIM_CALL_DONE,	     /* an answer came, whatever its status */
	SIM_CALL_NO_CONNECT, /* nothing was sent */
	SIM_CALL_TIMEOUT,
	SIM_CALL_BROKEN, /* closed or cut before the whole answer was there */
	SIM_CALL_STOPPED,
};

enum status sim_client_new(struct sim_client **out, struct err *err);
void sim_client_free(struct sim_client *client);

void sim_reply_init(struct sim_reply *reply);
void sim_reply_release(struct sim_reply *reply);

/* Performs one call; `reply` (initialised) is emptied first and holds what came, also after a failure. */
enum sim_outcome sim_client_call(struct sim_client *client, const struct sim_call *call, struct sim_reply *reply);
/* Ends the running call and every later one with SIM_CALL_STOPPED. From any thread. */
void sim_client_stop(struct sim_client *client);

#endif
