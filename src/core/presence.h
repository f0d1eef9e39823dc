/* SPDX-License-Identifier: MIT */
/*
 * Who looks at which conversation, and who is writing there: a row for each console that has one open. A console says it again
 * every PRESENCE_REFRESH_MS; it counts while that is fresh and, on this machine, while its process lives.
 */
#ifndef HILO_CORE_PRESENCE_H
#define HILO_CORE_PRESENCE_H

#include <stddef.h>
#include <stdint.h>

#include "core/agent.h"
#include "core/db.h"
#include "core/err.h"

#define PRESENCE_FRESH_MS 150000
#define PRESENCE_REFRESH_MS 60000

enum presence_doing { PRESENCE_VIEWING, PRESENCE_WRITING };

struct presence {
	char agent[AGENT_NAME_SIZE];
	int64_t thread_id;
	enum presence_doing doing;
	int64_t since; /* ms: when it began to do that there */
};

/* Inside a transaction: what the console (its outbox_owner() string) has open. Repeated to stay fresh. */
struct presence_report {
	const char *console;
	const char *agent;
	int64_t thread_id;
	enum presence_doing doing;
	int64_t now_ms;
};
enum status presence_set(struct db *db, const struct presence_report *report, struct err *err);
/* Inside a transaction: it has none open any more. */
enum status presence_clear(struct db *db, const char *console, struct err *err);
/* Consoles other than `console` (NULL: all) in that conversation, longest there first. */
enum status presence_list(struct db *db, int64_t thread_id, const char *console, int64_t now_ms, size_t limit,
			  struct presence *rows, size_t *count, struct err *err);
/* The same for all conversations: one row for each console, so one small query serves a whole page of a list. */
enum status presence_list_all(struct db *db, const char *console, int64_t now_ms, size_t limit, struct presence *rows,
			      size_t *count, struct err *err);
/* Inside a transaction: removes what counts no more. *count gets how many. */
enum status presence_sweep(struct db *db, int64_t now_ms, size_t *count, struct err *err);
/* When the oldest row stops being fresh (ms, perhaps past); 0 = there is none. */
enum status presence_next_sweep(struct db *db, int64_t *due_ms, struct err *err);

#endif
