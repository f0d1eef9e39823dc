/* SPDX-License-Identifier: MIT */
/*
 * Who runs the services on a database: the process that holds the lock on FILE-lock. The kernel gives it back when that
 * process ends, however it ends; waiting for it costs nothing.
 */
#ifndef HILO_CORE_SERVICE_LOCK_H
#define HILO_CORE_SERVICE_LOCK_H

#include <stdbool.h>

#include "core/err.h"

struct service_lock;

/* Opens the lock file beside `database`; does not take it. */
enum status service_lock_new(const char *database, struct service_lock **out, struct err *err);
void service_lock_free(struct service_lock *lock);
/* STATUS_OK: ours now. STATUS_BUSY: another process has it. */
enum status service_lock_try(struct service_lock *lock, struct err *err);
/* Waits until it is ours; STATUS_BUSY when service_lock_interrupt() was called, from any thread. */
enum status service_lock_wait(struct service_lock *lock, struct err *err);
void service_lock_interrupt(struct service_lock *lock);
/* What the holder wrote about itself ("pid 123, http://127.0.0.1:8080"), "" if nobody holds it. */
void service_lock_describe(struct service_lock *lock, char *out, unsigned size);
/* The holder's line. */
void service_lock_announce(struct service_lock *lock, const char *line);

#endif
