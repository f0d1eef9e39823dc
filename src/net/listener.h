/* SPDX-License-Identifier: MIT */
/*
 * The listener: takes the carrier's webhooks and the REST API on one address. A webhook is answered 200 only after the
 * writer thread has committed it. A slow, broken or hostile client costs nobody else.
 */
#ifndef HILO_NET_LISTENER_H
#define HILO_NET_LISTENER_H

#include "core/change.h"
#include "core/config.h"
#include "core/err.h"
#include "core/writer.h"

struct listener;

struct listener_options {
	const struct config *config; /* borrowed for the listener's life */
	const char *database;	     /* path for its own reading connection */
	struct writer *writer;	     /* borrowed */
};

/* Binds and starts; STATUS_BUSY when the address is taken (the sentence names it). */
enum status listener_new(const struct listener_options *options, struct listener **out, struct err *err);
/* Stops taking connections, lets requests that wait for a commit get their answer, ends. */
void listener_free(struct listener *listener);
/* The port it listens on. */
int listener_port(const struct listener *listener);

#endif
