/* SPDX-License-Identifier: MIT */
/* Customers: one person over all channels, known by addresses. */
#ifndef HILO_CORE_CLIENT_H
#define HILO_CORE_CLIENT_H

#include <stddef.h>
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

#define CLIENT_NAME_SIZE 160
#define CLIENT_LANGUAGE_SIZE 17
#define CLIENT_NOTES_MAX 16000 /* bytes */

struct client {
	int64_t id;
	char name[CLIENT_NAME_SIZE];	     /* "" = not known; raw */
	char language[CLIENT_LANGUAGE_SIZE]; /* "es", "pt-BR", "" = not known */
	char *notes;			     /* owned; raw */
	int64_t created_at;
	int64_t updated_at;
	int64_t merged_into; /* the customer this one is part of now, 0 = none */
};
/* The caller releases *client. STATUS_NOT_FOUND. */
enum status client_get(struct db *db, int64_t id, struct client *client, struct err *err);
void client_release(struct client *client);

/* Who changes what, when. */
struct client_edit {
	int64_t id;
	const char *actor;
	int64_t now_ms;
};
/*
 * Inside a transaction; each leaves an audit row unless nothing changes. STATUS_NOT_FOUND; STATUS_CONFLICT if the customer is part
 * of another one now; STATUS_INVALID if the text is too long or no UTF-8, or no language tag. "" takes the value away.
 */
enum status client_rename(struct db *db, const struct client_edit *edit, const char *name, struct err *err);
enum status client_set_language(struct db *db, const struct client_edit *edit, const char *language, struct err *err);
enum status client_set_notes(struct db *db, const struct client_edit *edit, const char *notes, struct err *err);
/* Inside a transaction: the name of a customer that is there, in the table and in the index; nothing is asked or noted. */
enum status client_store_name(struct db *db, int64_t id, const char *name, int64_t now_ms, struct err *err);

struct client_address {
	char kind[16];
	char address[ADDRESS_SIZE];
};
/* The customer's addresses, oldest first, at most `limit`. */
enum status client_addresses(struct db *db, int64_t id, size_t limit, struct client_address *rows, size_t *count,
			     struct err *err);

#endif
