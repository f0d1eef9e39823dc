/* SPDX-License-Identifier: MIT */
/* A customer over all channels and all our numbers: the conversations, and their messages as one. */
#ifndef HILO_CORE_CLIENT_TIMELINE_H
#define HILO_CORE_CLIENT_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"
#include "core/message.h"
#include "core/thread.h"

#define CLIENT_THREADS_MAX 1000 /* the newest so many are looked at */
#define TIMELINE_PAGE_MAX 200

/* The customer's conversations in every status, newest activity first, at most `limit` (<= CLIENT_THREADS_MAX). */
enum status client_threads(struct db *db, int64_t client_id, size_t limit, struct thread *rows, size_t *count,
			   struct err *err);
/*
 * Up to `limit` (<= TIMELINE_PAGE_MAX) messages of all conversations of the customer with id < before_id (0: from the newest),
 * newest first. A message tells its conversation and channel; our own address is the conversation's (client_threads()). The
 * caller releases `list`.
 */
enum status client_timeline(struct db *db, int64_t client_id, int64_t before_id, size_t limit, struct message_list *list,
			    struct err *err);

#endif
