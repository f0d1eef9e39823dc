/* SPDX-License-Identifier: MIT */
/*
 * The outbox thread: claims what is ready, sends it over its channel's transport, records the outcome, settles what is
 * unknown by asking the carrier, paces each sender number. Wakes by the change signal and a timer.
 */
#ifndef HILO_NET_SENDER_H
#define HILO_NET_SENDER_H

#include "core/change.h"
#include "core/config.h"
#include "core/err.h"

struct sender;

struct sender_options {
	const struct config *config; /* borrowed for the sender's life */
	const char *database;
	struct change_hub *hub; /* borrowed */
};

/* Recovers what a dead process left behind and starts the thread. */
enum status sender_new(const struct sender_options *options, struct sender **out, struct err *err);
/* Waits for requests in flight up to 2 s; what is not answered by then is left as unknown, to be settled at the next start. */
void sender_free(struct sender *sender);

#endif
