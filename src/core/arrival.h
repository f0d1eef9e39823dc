/* SPDX-License-Identifier: MIT */
/* What customers wrote since a moment, over all conversations: for notifications. Costs what is new, whatever the store holds. */
#ifndef HILO_CORE_ARRIVAL_H
#define HILO_CORE_ARRIVAL_H

#include <stddef.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/db.h"
#include "core/err.h"

struct arrival {
	int64_t message_id;
	int64_t thread_id;
	int64_t created_at; /* ms since 1970 */
	enum channel channel;
	char client[128]; /* name or address, raw */
	char body[512];	  /* its beginning, or the type of what came in brackets; raw */
};

/* Id of the newest message of any kind; 0 = there is none. */
enum status arrival_newest(struct db *db, int64_t *id, struct err *err);
/* Up to `max` messages of customers with a larger id than `after_id`, oldest first, into `items`. Spam is left out. */
enum status arrival_list(struct db *db, int64_t after_id, size_t max, struct arrival *items, size_t *count,
			 struct err *err);

#endif
