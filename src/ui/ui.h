/* SPDX-License-Identifier: MIT */
/* The console. Runs on the calling thread until the agent quits or the terminal goes away. */
#ifndef HILO_UI_UI_H
#define HILO_UI_UI_H

#include <stdbool.h>

#include "core/change.h"
#include "core/config.h"
#include "core/err.h"
#include "core/writer.h"

/* What the console shows about the services, told by whoever wired them. */
struct ui_status {
	bool services_here;
	char text[256]; /* translated; "" = nothing to say */
};

struct ui_options {
	const struct config *config;
	const char *database;	/* for its own reading connection */
	struct change_hub *hub; /* borrowed */
	struct writer *writer;	/* borrowed: everything it stores goes through here, so the screen never waits */
	void (*describe)(void *arg, struct ui_status *out); /* cheap, any time */
	void *describe_arg;
	const char *banner; /* e.g. "demo", or NULL */
};

/*
 * STATUS_OK after a normal end (also SIGTERM, SIGHUP or a lost terminal); STATUS_INVALID if there is no usable terminal.
 * The terminal is restored.
 */
enum status ui_run(const struct ui_options *options, struct err *err);

#endif
