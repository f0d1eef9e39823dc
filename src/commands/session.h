/* SPDX-License-Identifier: MIT */
/*
 * What the commands share: configuration, log, data, change signal, writer, services, started in this order and ended
 * in the reverse one.
 */
#ifndef HILO_COMMANDS_SESSION_H
#define HILO_COMMANDS_SESSION_H

#include <signal.h>
#include <stdbool.h>

#include "commands/options.h"
#include "core/change.h"
#include "core/config.h"
#include "core/db.h"
#include "core/writer.h"
#include "net/services.h"

struct session {
	struct config config;
	char *database;	 /* path of the data file; owned */
	char *folder;	 /* throw-away folder that holds it, or NULL */
	int folder_lock; /* of that folder */
	struct change_hub *hub;
	struct writer *writer;
	struct services *services; /* NULL until session_start() */
};

/* Each of these returns an exit code; when that is not EXIT_DONE, the reason is on standard error already. */

/* Loads the configuration with the flags of `reader` and opens the log. Call session_close() also after a failure. */
int session_configure(struct session *session, const struct option_reader *reader);
/* The same from a configuration that is loaded already (taken, also on failure). */
int session_adopt(struct session *session, struct config *config);
/* Makes or opens the data and starts change signal and writer. */
int session_open(struct session *session);
/* Starts the services; with wait_for_lock false STATUS_BUSY means that another process runs them. */
enum status session_start(struct session *session, bool wait_for_lock, struct err *err);
/* Ends what was started. */
void session_close(struct session *session);

/*
 * Blocks every signal that can be blocked, so that threads started next never take one; *before gets the mask to
 * restore in the thread that shall take them.
 */
void session_block_signals(sigset_t *before);
/* True if SIGTERM, SIGINT or SIGHUP is waiting to be taken. */
bool session_was_stopped(void);
/*
 * With signals blocked: waits until the data or the services changed (true), or until SIGTERM, SIGINT or SIGHUP came or
 * `deadline_ms` (monotonic; 0 = none) passed (false). `watch` comes from change_watch(), `stop` from session_stop_fd().
 */
bool session_wait(int watch, int stop, int64_t deadline_ms);
/* A descriptor that is readable once SIGTERM, SIGINT or SIGHUP came; -1 without descriptors. */
int session_stop_fd(void);

/* "hilo: sentence" on standard error; returns `exit_code`. */
int session_fail(int exit_code, const struct err *err);

#endif
