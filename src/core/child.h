/* SPDX-License-Identifier: MIT */
/*
 * Other programs, started without a shell: arguments are given as they are, so nothing in them is ever run. A child has
 * no descriptor of ours but the three standard ones, default signals, and no secret of the settings in its environment.
 */
#ifndef HILO_CORE_CHILD_H
#define HILO_CORE_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/strbuf.h"

#define CHILD_WORDS_MAX 64
#define CHILD_RUNNING_MAX 32 /* started by child_spawn() at a time */

/* A command line in words. */
struct child_words {
	char *storage; /* owned; what the words point into */
	const char *words[CHILD_WORDS_MAX + 1]; /* ended by NULL */
	size_t count;
};

/*
 * Splits a command as a shell would (quotes and backslashes), but without variables, patterns or operators. False if it
 * is empty, has more than CHILD_WORDS_MAX words, an open quote, or there is no memory. Release it in any case.
 */
bool child_split(const char *command, struct child_words *words);
void child_words_release(struct child_words *words);

/* Everything is borrowed, and only for the call. */
struct child_request {
	const char *const *argv;	 /* ended by NULL; the program is looked for in PATH */
	const char *const *environment;	 /* "NAME=value", ended by NULL, over our own; NULL: nothing added */
	const char *input;		 /* text for its standard input; NULL: /dev/null */
	int timeout_ms;			 /* then its process group is ended; 0: it may run as long as it likes */
	bool at_terminal; /* stays in our process group and keeps our standard error, to ask for a passphrase */
};

/* How a child ended. */
struct child_end {
	bool in_time;
	int exit_code; /* -1: by a signal */
};

/*
 * Starts the program in a process group of its own, with standard output and error at /dev/null, and returns at once.
 * It is reaped and, after its time, ended by a thread of this module; a failure of the program is written to the log.
 * STATUS_NOT_FOUND if there is no such program, STATUS_BUSY when CHILD_RUNNING_MAX of ours still run. Any thread.
 */
enum status child_spawn(const struct child_request *request, struct err *err);
/* Waits until everything child_spawn() started has ended; false when `timeout_ms` are over first. */
bool child_settle(int timeout_ms);

/*
 * Starts the program and waits for its end. `output` gets its standard output, up to the buffer's maximum (the rest is
 * dropped, and `failed` is set); NULL: /dev/null. STATUS_OK says that it was started; `end` says how it ended. Needs a
 * timeout. Not for the thread of the screen.
 */
enum status child_run(const struct child_request *request, struct strbuf *output, struct child_end *end,
		      struct err *err);

#endif
