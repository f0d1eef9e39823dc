/* SPDX-License-Identifier: MIT */
/*
 * What a proven webhook says, from its form to the store. The listener takes it in as it comes; a dead letter that an agent
 * asked for goes the same way once more.
 */
#ifndef HILO_NET_WEBHOOK_CONTENT_H
#define HILO_NET_WEBHOOK_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"
#include "core/form.h"
#include "net/webhook_form.h"

enum webhook_kind { WEBHOOK_OF_MESSAGE, WEBHOOK_OF_STATUS };

struct webhook_content {
	enum webhook_kind kind;
	int64_t message_id; /* of a status: ours, from the path; 0 = none */
	struct form form;   /* parsed */
	struct webhook_inbound message;
	struct webhook_delivery delivery;
};

/*
 * Reads `content->form` by its kind. As webhook_inbound_read(): STATUS_INVALID says why it cannot be used. Release it in any
 * case, the form included.
 */
enum status webhook_content_read(struct webhook_content *content, const char *account_sid, int64_t now_ms, struct err *err);
/* Inside a transaction; may run again. STATUS_INVALID: it cannot be used, and nothing was stored. */
enum status webhook_content_store(struct db *db, const struct webhook_content *content, bool *repeated, struct err *err);
void webhook_content_release(struct webhook_content *content);

/* Whose webhooks they are. Borrowed. */
struct webhook_replay {
	const char *account_sid; /* ours, "" if not known */
	int64_t now_ms;
	size_t limit;
};
/*
 * Inside a transaction: takes in again up to `limit` dead letters that were asked for, at the time they came first. What
 * cannot be used this time either stays, with the reason. *count = how many were looked at.
 */
enum status webhook_replay_requested(struct db *db, const struct webhook_replay *replay, size_t *count, struct err *err);

#endif
