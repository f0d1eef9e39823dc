/* SPDX-License-Identifier: MIT */
/*
 * The HTTP server of the pretend carrier: one thread for each connection, so a handler may wait as long as a fault asks.
 * It can also misbehave on purpose: close without an answer, or cut the answer in half.
 */
#ifndef HILO_SIM_SIM_SERVER_H
#define HILO_SIM_SIM_SERVER_H

#include <stddef.h>

#include "core/err.h"
#include "core/strbuf.h"

struct sim_server;

/* A whole request, as it came. Borrowed for the time of the call; no pointer is NULL, an absent header is "". */
struct sim_request {
	const char *method;
	const char *target; /* raw: path and query */
	const char *host;
	const char *authorization;
	const char *content_type;
	const char *signature; /* X-Twilio-Signature */
	const char *token;     /* I-Twilio-Idempotency-Token */
	const char *body;
	size_t body_len;
};

enum sim_ending { SIM_ANSWER_WHOLE, SIM_ANSWER_HALF, SIM_ANSWER_NONE };

/* Empty at the call (status 200, application/json); the handler fills it. */
struct sim_answer {
	int status;
	enum sim_ending ending;
	const char *content_type; /* borrowed: a constant */
	struct strbuf body;
	char location[2048]; /* "" = no such header, here and below */
	char retry_after[32];
	char request_id[40];   /* Twilio-Request-Id */
	char concurrent[16];   /* Twilio-Concurrent-Requests */
	char authenticate[48]; /* WWW-Authenticate */
	char allow[32];
};

typedef void (*sim_handler)(void *arg, const struct sim_request *request, struct sim_answer *answer);

/*
 * Listens on a numeric ADDR:PORT ("127.0.0.1:0", "[::1]:8081"); port 0 picks a free one. `handler` runs on many threads
 * at once. STATUS_INVALID: no address; STATUS_BUSY: cannot be had.
 */
enum status sim_server_new(const char *listen, sim_handler handler, void *arg, struct sim_server **out,
			   struct err *err);
/* Waits for running handlers, then closes everything. NULL is allowed. */
void sim_server_free(struct sim_server *server);
int sim_server_port(const struct sim_server *server);
/* "http://127.0.0.1:41233"; a wildcard address is given as loopback. Borrowed. */
const char *sim_server_url(const struct sim_server *server);

#endif
