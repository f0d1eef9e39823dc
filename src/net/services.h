/* SPDX-License-Identifier: MIT */
/*
 * The services of one database: listener and outbox, run by the one process that holds the service lock. A process that
 * does not get the lock waits for it at no cost and takes over when the holder goes, however it goes.
 */
#ifndef HILO_NET_SERVICES_H
#define HILO_NET_SERVICES_H

#include <stdbool.h>

#include "core/change.h"
#include "core/config.h"
#include "core/err.h"
#include "core/writer.h"

struct services;

struct services_options {
	const struct config *config;
	const char *database;
	struct change_hub *hub;
	struct writer *writer;
	bool wait_for_lock; /* false: STATUS_BUSY at once when another process runs them */
};

enum services_phase { SERVICES_WAITING, SERVICES_RUNNING, SERVICES_FAILED };

struct services_state {
	enum services_phase phase;
	char listen_url[160]; /* "http://127.0.0.1:8080" when running here */
	char text[256];	      /* a translated sentence: who runs them, or why they could not start (retried every 5 s) */
};

/* Starts the services' thread. Changes of state tick the change signal. */
enum status services_new(const struct services_options *options, struct services **out, struct err *err);
void services_free(struct services *services);
void services_state(struct services *services, struct services_state *out);

#endif
