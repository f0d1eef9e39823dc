/* SPDX-License-Identifier: MIT */
/* Finds the row of the route table that a request belongs to. A new route is one row there. */
#ifndef HILO_NET_ROUTE_H
#define HILO_NET_ROUTE_H

#include <stddef.h>
#include <stdint.h>

struct listener;
struct http_request;

enum route_who {
	ROUTE_SIGNED,		  /* the carrier, by its signature */
	ROUTE_BEARER,		  /* who has the API token */
	ROUTE_LOOPBACK,		  /* anybody on this machine */
	ROUTE_LOOPBACK_OR_BEARER,
	ROUTE_TOKEN_IN_PATH, /* who knows the address; the handler looks */
};

enum route_body { ROUTE_NO_BODY, ROUTE_FORM, ROUTE_JSON };

struct route {
	const char *pattern; /* "{id}" stands for a positive decimal number; "{rest}" at the end for anything */
	const char *method;
	enum route_who who;
	enum route_body body;
	/* Answers, now or later; called once who it is has been proved. */
	void (*handle)(struct listener *listener, struct http_request *request, int64_t id);
};

enum route_match { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };

/*
 * Looks for the path of `target` (what stands before '?'), compared byte by byte, and the method. ROUTE_FOUND sets *found and
 * *id (0 without one). ROUTE_NO_METHOD fills `allow` with the methods of that path ("GET, POST").
 */
enum route_match route_find(const struct route *routes, size_t count, const char *method, const char *target,
			    const struct route **found, int64_t *id, char allow[32]);
/* Reads a positive decimal number without sign or leading zero, of `len` characters; 0 if it is none. */
int64_t route_id(const char *text, size_t len);

#endif
