/* SPDX-License-Identifier: MIT */
/* Customers: one person over all channels, known by addresses. */
#ifndef HILO_CORE_CLIENT_H
#define HILO_CORE_CLIENT_H

#include <stdint.h>

#include "core/address.h"
#include "core/db.h"
#include "core/err.h"

/*
 * Inside a transaction: the customer with this address (any spelling with the same canonical key), or a new one with
 * `name` (may be NULL). A new spelling is remembered; a customer without a name gets this one.
 */
enum status client_find_or_make(struct db *db, const struct address *address, const char *name, int64_t now_ms,
				int64_t *id, struct err *err);
/* Inside a transaction: adds an address to the customer unless anybody has it already. */
enum status client_add_address(struct db *db, int64_t id, const struct address *address, int64_t now_ms, struct err *err);

struct client_address {
	char kind[16];
	char address[ADDRESS_SIZE];
};
/* The customer's addresses, oldest first, at most `limit`. */
enum status client_addresses(struct db *db, int64_t id, size_t limit, struct client_address *rows, size_t *count,
			     struct err *err);

#endif
