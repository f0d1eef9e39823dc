/* SPDX-License-Identifier: MIT */
/* Tells of new messages: finds them when the store has changed, asks notify.h what to do, and does it. */
#ifndef HILO_UI_NOTICES_H
#define HILO_UI_NOTICES_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/notify.h"

struct app;

struct notices {
	struct notify_state state;
	int64_t seen_id;    /* messages up to this one were looked at */
	bool focus_is_told; /* this terminal says when it loses the focus */
};

/* What is in the store now is never told. */
void notices_start(struct app *app);
/* Call when the store changed. Never waits: sequences go out with the next frame, a command runs by itself. */
void notices_look(struct app *app);

#endif
