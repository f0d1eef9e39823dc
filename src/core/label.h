/* SPDX-License-Identifier: MIT */
/* Labels of conversations: read side. They are put on and taken off by thread_work.h, which can undo it. */
#ifndef HILO_CORE_LABEL_H
#define HILO_CORE_LABEL_H

#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"
#include "core/short_name.h"

struct label {
	int64_t id;
	char name[SHORT_NAME_SIZE];
	int64_t threads; /* conversations that have it */
};

/*
 * Labels in use whose name begins with `prefix` (as typed; "" = all), by name, at most `limit`. A label that no conversation
 * has any more is not listed.
 */
enum status label_list(struct db *db, const char *prefix, size_t limit, struct label *rows, size_t *count, struct err *err);
/* The labels of a conversation, by name. */
enum status label_list_of_thread(struct db *db, int64_t thread_id, size_t limit, struct label *rows, size_t *count,
				 struct err *err);
/* The id of the label with this folded name; 0 if there is none. */
enum status label_find(struct db *db, const char *name, int64_t *id, struct err *err);
/* Inside a transaction: the same, made if needed. */
enum status label_find_or_make(struct db *db, const char *name, int64_t now_ms, int64_t *id, struct err *err);

#endif
