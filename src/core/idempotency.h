/* SPDX-License-Identifier: MIT */
/* First answers under an Idempotency-Key, kept for 24 hours and written with the work they answer for. */
#ifndef HILO_CORE_IDEMPOTENCY_H
#define HILO_CORE_IDEMPOTENCY_H

#include <stdint.h>

#include "core/db.h"
#include "core/err.h"

/*
 * Inside a transaction: STATUS_OK and the first answer (*body heap, the caller frees) if `key` was used with the same request
 * (`request_hash`); STATUS_NOT_FOUND if it is new; STATUS_CONFLICT if it was used for another request.
 */
enum status idempotency_find(struct db *db, const char *key, const char *request_hash, int *http_status, char **body,
			     struct err *err);
enum status idempotency_store(struct db *db, const char *key, const char *request_hash, int http_status, const char *body,
			      int64_t now_ms, struct err *err);

#endif
