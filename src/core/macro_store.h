/* SPDX-License-Identifier: MIT */
/* An agent's own macros: recorded keys with a name. What the keys mean is the console's business. */
#ifndef HILO_CORE_MACRO_STORE_H
#define HILO_CORE_MACRO_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"
#include "core/short_name.h"

#define MACROS_MAX 100 /* of an agent */
#define MACRO_KEYS_SIZE 2001

struct macro {
	char name[SHORT_NAME_SIZE];
	char keys[MACRO_KEYS_SIZE];
	int64_t created_at;
};

/* Inside a transaction: keeps the keys under that name (as typed), in place of what was there. STATUS_INVALID, STATUS_LIMIT. */
enum status macro_save(struct db *db, const char *agent, const char *name, const char *keys, int64_t now_ms, struct err *err);
/* Inside a transaction. STATUS_NOT_FOUND. */
enum status macro_delete(struct db *db, const char *agent, const char *name, struct err *err);
/* By name, at most `limit`. */
enum status macro_list(struct db *db, const char *agent, size_t limit, struct macro *rows, size_t *count, struct err *err);

#endif
