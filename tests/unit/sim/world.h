/* SPDX-License-Identifier: MIT */
/* A carrier on a free port, somebody who receives what it posts, and a client to ask it with. */
#ifndef HILO_TESTS_SIM_WORLD_H
#define HILO_TESTS_SIM_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/json.h"
#include "receiver.h"
#include "sim/carrier.h"
#include "sim/sim_client.h"

#define ACCOUNT "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define TOKEN "0123456789abcdef0123456789abcdef"
#define PUBLIC_URL "https://hilo.example.com/tunnel" /* what the carrier is told; it connects to the receiver */
#define MESSAGES "/2010-04-01/Accounts/" ACCOUNT "/Messages.json"
#define WAIT_MS 10000

/* Inside a loop over table rows: says which row failed. */
#define check_row(name, condition)                                      \
	do {                                                            \
		if (!(condition))                                       \
			fail_msg("row \"%s\": %s", (name), #condition); \
	} while (0)

struct world {
	struct receiver *receiver;
	struct carrier *carrier;
	struct sim_client *client;
	struct sim_reply reply; /* of the last request */
	struct json *answer;	/* its body, NULL when it is no JSON */
	enum sim_outcome outcome;
	const char *user, *password; /* NULL: no credentials */
	int64_t timeout_ms;
};

/* Fills in account, token and addresses; statuses follow at once. */
void world_open(struct world *world, struct carrier_options *options);
void world_close(struct world *world);

/* Performs a request at `target` (with `form`, NULL: none); the result is in world->reply and ->answer. */
void world_ask(struct world *world, const char *method, const char *target, const char *form);
/* Creates a message with `form`, which must be accepted; copies its id. */
void world_create(struct world *world, const char *form, char sid[CARRIER_SID_SIZE]);
/* The member of the last answer as text, "" when it is none. Borrowed. */
const char *world_text(const struct world *world, const char *name);
/* The member as an integer, -1 when it is none. */
int64_t world_number(const struct world *world, const char *name);
/* GETs /2010-04-01/Accounts/{AC}/Messages/{sid}.json and returns its status as text. */
const char *world_status(struct world *world, const char *sid);

#endif
