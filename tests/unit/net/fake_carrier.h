/* SPDX-License-Identifier: MIT */
/* A carrier for tests of the sender: Twilio's three paths for messages on a raw_server, with a fault for each create in turn. */
#ifndef HILO_TESTS_FAKE_CARRIER_H
#define HILO_TESTS_FAKE_CARRIER_H

#include <stdbool.h>
#include <stdint.h>

#include "raw_server.h"

#define FAKE_ACCOUNT "AC0123456789abcdef0123456789abcdef"
#define FAKE_TOKEN "0123456789abcdef0123456789abcdef"

enum fake_fault {
	FAKE_NONE,
	FAKE_CLOSE_BEFORE, /* reads the request, closes, knows nothing of the message */
	FAKE_CLOSE_AFTER,  /* takes the message, closes without an answer */
	FAKE_500_BEFORE,
	FAKE_500_AFTER,
	FAKE_REDIRECT,
	FAKE_TIMEOUT_STATUS, /* 408, message not taken */
	FAKE_HALF,	     /* takes it, sends half of the answer */
	FAKE_GARBAGE,	     /* takes it, answers 201 with something else */
	FAKE_SAME_ID,	     /* takes it under the id of the first message */
	FAKE_HOLD,	     /* takes it, answers when told to */
	FAKE_429,	     /* with Retry-After: 1 */
	FAKE_400,
	FAKE_401,
};

struct fake_message {
	char sid[35];
	char to[64], from[64], body[256], callback[256];
	const char *status;
	int64_t at_ms; /* monotonic */
};

struct fake_carrier;

/* The fault of a create is the one whose word its body begins with ("close-after hola"); 429 the first time only. */
struct fake_carrier *fake_carrier_new(void);
void fake_carrier_free(struct fake_carrier *carrier);
struct raw_server *fake_carrier_server(struct fake_carrier *carrier);
/* The word of a fault. */
const char *fake_fault_word(enum fake_fault fault);
/* How many messages with this body it took, and how many requests to create one came. */
int fake_carrier_taken(struct fake_carrier *carrier, const char *body);
int fake_carrier_posted(struct fake_carrier *carrier, const char *body);
/* Copies the n-th message taken; false if there is none. */
bool fake_carrier_message(struct fake_carrier *carrier, int n, struct fake_message *out);
/* The moment (monotonic ms) of the n-th request to create that body; 0 if there is none. */
int64_t fake_carrier_moment(struct fake_carrier *carrier, const char *body, int n);
/* A message that came by another way, as after a crash. */
void fake_carrier_plant(struct fake_carrier *carrier, const char *to, const char *from, const char *body);
void fake_carrier_set_status(struct fake_carrier *carrier, const char *status);
/* The next so many lists are answered 503. */
void fake_carrier_break_lists(struct fake_carrier *carrier, int count);
/* Called for each create before anything else, on the server's thread. */
void fake_carrier_on_create(struct fake_carrier *carrier, void (*look)(void *arg, const char *body), void *arg);

#endif
