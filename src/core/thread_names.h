/* SPDX-License-Identifier: MIT */
/* The names of conversations alone, for finding one by some letters of it: a light walk over the newest of them. */
#ifndef HILO_CORE_THREAD_NAMES_H
#define HILO_CORE_THREAD_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "core/address.h"
#include "core/channel.h"
#include "core/db.h"
#include "core/err.h"
#include "core/thread.h"

struct thread_name {
	int64_t id;
	int64_t last_message_at; /* ms */
	enum channel channel;
	enum thread_status status;
	char name[THREAD_NAME_SIZE]; /* "" = not known; raw */
	char address[ADDRESS_SIZE];
};

/*
 * Up to `limit` conversations of every status with activity before `before` ({0,0}: from the newest), newest first. The last
 * one's time and id are the next call's `before`.
 */
enum status thread_names(struct db *db, struct thread_cursor before, size_t limit, struct thread_name *rows,
			 size_t *count, struct err *err);

#endif
