/* SPDX-License-Identifier: MIT */
/*
 * Notifications of new messages: a pure decision, without clock and terminal of its own. The caller tells what it knows
 * and performs what comes out. One per conversation in 30 s and 6 a minute; what was held back is counted in the next.
 */
#ifndef HILO_UI_NOTIFY_H
#define HILO_UI_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/config.h"
#include "core/err.h"
#include "core/message.h"

#define NOTIFY_THREADS 64	/* conversations whose last notification is remembered */
#define NOTIFY_PER_MINUTE 6
#define NOTIFY_THREAD_MS 30000

struct notify_state {
	int64_t started_at;	/* ms since 1970; older messages never notify */
	bool unfocused;		/* the terminal said that it lost the focus; false if it never says anything */
	int64_t open_thread_id; /* conversation on the screen, 0 = none */
	/* Private: */
	struct {
		int64_t thread_id;
		int64_t at_ms;
	} threads[NOTIFY_THREADS];
	int64_t recent_ms[NOTIFY_PER_MINUTE]; /* when the last ones were shown */
	unsigned shown;			      /* so many in all; the place in recent_ms */
	unsigned held;			      /* messages not told of yet */
};

/* What is known of a new message. Texts may be raw. */
struct notify_event {
	int64_t thread_id;
	int64_t created_at; /* ms since 1970 */
	enum message_direction direction;
	enum channel channel;
	const char *client; /* name or number */
	const char *body;
};

/* What to do. Texts are shown text (core/text.h), one line, safe inside an OSC sequence: no ";" in the title. */
struct notify_output {
	bool wanted; /* false: nothing at all */
	enum config_notify terminal; /* never CONFIG_NOTIFY_AUTO */
	bool bell;
	bool command;
	enum channel channel;
	char title[160];
	char body[320];
};

void notify_init(struct notify_state *state, int64_t now_ms);
/* `local_minute` is the minute of the local day (0..1439), for the quiet hours. */
void notify_event(struct notify_state *state, const struct config_notification *config,
		  const struct notify_event *event, int64_t now_ms, int local_minute, struct notify_output *out);
/* The minute of the local day. */
int notify_local_minute(int64_t now_ms);
/* Which sequence this terminal is known to understand by the words of its environment (each may be NULL). */
enum config_notify notify_terminal_kind(const char *term, const char *term_program);
/*
 * Starts the configured command: HILO_TITLE, HILO_BODY and HILO_CHANNEL in its environment, title and body as two lines
 * on its standard input, nothing added to its arguments. It has 10 s. Does not wait.
 */
enum status notify_run_command(const struct config_notification *config, const struct notify_output *output,
			       struct err *err);

#endif
