/* SPDX-License-Identifier: MIT */
/* The console on a session, shared by the commands that show it. */
#ifndef HILO_COMMANDS_SHOW_H
#define HILO_COMMANDS_SHOW_H

#include <signal.h>

#include "commands/session.h"
#include "ui/ui.h"

/* What the console is told about the services; `arg` is the session. */
void show_services(void *arg, struct ui_status *out);
/*
 * Runs the console until it ends. Called with all signals blocked, so that the session's threads take none; `signals`
 * is the mask for this thread. Returns the exit code.
 */
int show_console(struct session *session, const char *banner, const sigset_t *signals);

#endif
