/* SPDX-License-Identifier: MIT */
/* The people who answer (table agents). Whoever works or is given work has a row. */
#ifndef HILO_CORE_AGENT_H
#define HILO_CORE_AGENT_H

#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"

#define AGENT_NAME_SIZE 160

struct agent {
	int64_t id;
	char name[AGENT_NAME_SIZE];
	int64_t last_seen_at; /* ms; 0 = was given work, never seen */
};

/* Inside a transaction: this agent is here now. STATUS_INVALID for an empty name or one of more than 159 bytes. */
enum status agent_seen(struct db *db, const char *name, int64_t now_ms, struct err *err);
/* Inside a transaction: the agent's id; whoever is not known yet gets a row. Errors as agent_seen(). */
enum status agent_find_or_make(struct db *db, const char *name, int64_t now_ms, int64_t *id, struct err *err);
/* Agents whose name begins with `prefix` (case folded for A-Z; "" = all), by name, at most `limit`. */
enum status agent_list(struct db *db, const char *prefix, size_t limit, struct agent *rows, size_t *count, struct err *err);

#endif
