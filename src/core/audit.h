/* SPDX-License-Identifier: MIT */
/* The audit log: who did what to which object, when. Written in the transaction that does it. */
#ifndef HILO_CORE_AUDIT_H
#define HILO_CORE_AUDIT_H

#include <stdint.h>

#include "core/db.h"
#include "core/err.h"

struct audit {
	const char *actor;	 /* an agent's name; "" = the system */
	const char *action;	 /* "closed", "assign", "merge" ... */
	const char *object_type; /* "thread", "client" */
	int64_t object_id;
	int64_t at;
};

/*
 * Inside a transaction. `from` and `to` are the value before and after, put into the row's detail; both NULL when the action says
 * it all. Never the text of a message.
 */
enum status audit_write(struct db *db, const struct audit *audit, const char *from, const char *to, struct err *err);

#endif
