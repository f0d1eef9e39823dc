/* SPDX-License-Identifier: MIT */
/*
 * A server on plain sockets for tests of clients: it reads whole requests, keeps every one of them, and answers with exactly
 * the bytes it is given, or with none. Each connection has its own thread, so an answer that is held back holds up nobody.
 */
#ifndef HILO_TESTS_RAW_SERVER_H
#define HILO_TESTS_RAW_SERVER_H

#include <stdbool.h>
#include <stddef.h>

struct raw_server;

/* What becomes of a request. */
struct raw_answer {
	char *text; /* heap, taken: sent as it is; NULL: nothing is sent */
	bool hold;  /* before that: wait until raw_server_let_go() or the end */
	bool close; /* after that: close the connection */
	bool reset; /* close with a reset */
	size_t pad; /* bytes of 'x' sent after the text */
};

/* Called once a request, on the connection's thread, one call at a time. `request` has head and body. */
typedef void raw_handler(void *context, int number, const char *request, struct raw_answer *answer);

struct raw_server *raw_server_new(raw_handler *handler, void *context);
void raw_server_free(struct raw_server *server);
/* "http://127.0.0.1:PORT" */
const char *raw_server_url(const struct raw_server *server);
/* Requests of that method so far; "" counts all. */
int raw_server_count(struct raw_server *server, const char *method);
int raw_server_connections(struct raw_server *server);
/* Waits until there were `count` requests of that method; false after ten seconds. */
bool raw_server_wait(struct raw_server *server, const char *method, int count);
/* Lets the held answers go, also those to come. */
void raw_server_let_go(struct raw_server *server);
/* The n-th request (0-based), borrowed until the end; NULL if there is none. */
const char *raw_server_request(struct raw_server *server, int n);
/* An answer with status line, JSON type, length and body; heap. */
char *raw_json(int status, const char *extra_headers, const char *body);

#endif
