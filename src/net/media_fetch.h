/* SPDX-License-Identifier: MIT */
/*
 * The thread that fetches what came with messages into files beside the database. A message never waits for it. It asks the
 * configured carrier alone, follows its redirects without credentials, believes no announced type or size, and leaves nothing
 * half: a file gets its name when it is whole, its row is 'ready' after that.
 */
#ifndef HILO_NET_MEDIA_FETCH_H
#define HILO_NET_MEDIA_FETCH_H

#include <stdbool.h>

#include "core/change.h"
#include "core/config.h"
#include "core/err.h"

struct media_fetch;

struct media_fetch_options {
	const struct config *config; /* borrowed for its life */
	const char *database;	     /* copied */
	struct change_hub *hub;	     /* borrowed */
};

/* Makes the folder, removes what a dead process left half and starts the thread. */
enum status media_fetch_new(const struct media_fetch_options *options, struct media_fetch **out, struct err *err);
/* Cuts what is in flight: it is fetched again by whoever runs next. NULL is allowed. */
void media_fetch_free(struct media_fetch *fetch);

/*
 * The address to fetch for the one a webhook gave: made from its identifiers, so that nothing else in it matters; heap, the
 * caller frees. NULL if it is not a file of this account.
 */
char *media_fetch_address(const struct config *config, const char *url);

/*
 * Whether a redirect may be followed; *outside: to somebody else than the carrier, by https and to a public address only. There is
 * no list of hosts: the carrier keeps files at changing ones, and a request without credentials to a public host tells nobody
 * anything, while what comes is told by its bytes and bounded.
 */
bool media_fetch_may_follow(const struct config *config, const char *location, bool *outside);

#endif
