/* SPDX-License-Identifier: MIT */
/*
 * What has to happen at a time without anybody doing it: a thread of the services with its own connection and a list of chores.
 * It sleeps until the next one is due or the data change; it never polls.
 *
 * A new chore is a row in the table of housekeeping.c: a name, when it is due next, and what to do then.
 */
#ifndef HILO_NET_HOUSEKEEPING_H
#define HILO_NET_HOUSEKEEPING_H

#include "core/change.h"
#include "core/err.h"

struct housekeeping;

struct housekeeping_options {
	const char *database;
	struct change_hub *hub; /* borrowed; ticked after a commit */
	const char *account_sid; /* at the carrier; NULL or "" = not known. Borrowed for its life */
};

/* Opens its connection and starts the thread. */
enum status housekeeping_new(const struct housekeeping_options *options, struct housekeeping **out, struct err *err);
/* Ends the thread and waits for it; NULL is allowed. */
void housekeeping_free(struct housekeeping *housekeeping);

#endif
