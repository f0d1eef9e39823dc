/* SPDX-License-Identifier: MIT */
#include "net/webhook_content.h"

#include <stdlib.h>
#include <string.h>

#include "core/dead_letter.h"
#include "core/delivery.h"
#include "core/inbound.h"
#include "core/log.h"
#include "net/listener_parts.h"

enum status
webhook_content_read(struct webhook_content *content, const char *account_sid, int64_t now_ms, struct err *err)
{
	if (content->kind == WEBHOOK_OF_STATUS)
		return webhook_delivery_read(&content->form, account_sid, content->message_id, now_ms, &content->delivery, err);
	return webhook_inbound_read(&content->form, account_sid, now_ms, &content->message, err);
}

enum status
webhook_content_store(struct db *db, const struct webhook_content *content, bool *repeated, struct err *err)
{
	struct inbound_result stored = { 0 };
	enum status status;

	*repeated = false;
	if (content->kind == WEBHOOK_OF_STATUS)
		return delivery_apply(db, &content->delivery.callback, NULL, err);
	status = inbound_store(db, &content->message.inbound, &stored, err);
	*repeated = stored.repeated;
	return status;
}

void
webhook_content_release(struct webhook_content *content)
{
	webhook_inbound_release(&content->message);
	webhook_delivery_release(&content->delivery);
	form_release(&content->form);
}

/* --- dead letters -------------------------------------------------------------------------------------------------- */

/* What the listener's routes say of a path; false if it is none of theirs. */
static bool
read_route(const char *route, struct webhook_content *content)
{
	static const char statuses[] = "/api/webhooks/message-status";
	size_t len = sizeof statuses - 1;
	char *end;

	if (strcmp(route, "/api/webhooks/sms") == 0 || strcmp(route, "/api/webhooks/whatsapp") == 0) {
		content->kind = WEBHOOK_OF_MESSAGE;
		return true;
	}
	if (strncmp(route, statuses, len) != 0)
		return false;
	content->kind = WEBHOOK_OF_STATUS;
	if (route[len] == '\0')
		return true;
	if (route[len] != '/' || route[len + 1] < '0' || route[len + 1] > '9')
		return false;
	content->message_id = strtoll(route + len + 1, &end, 10);
	return *end == '\0';
}

/* STATUS_INVALID: it is of no use this time either, and `why` says why. */
static enum status
replay_one(struct db *db, const struct dead_letter_content *letter, const char *account_sid, struct err *why)
{
	struct webhook_content content = { .kind = WEBHOOK_OF_MESSAGE };
	bool repeated;
	enum status status;

	if (!read_route(letter->route, &content))
		return err_set(why, STATUS_INVALID, "It came to an address that is none of the webhooks'.");
	status = form_parse_bytes(letter->body, letter->len, LISTENER_FORM_FIELDS, &content.form, why);
	if (status == STATUS_OK)
		status = webhook_content_read(&content, account_sid, letter->received_at, why);
	if (status == STATUS_OK)
		status = webhook_content_store(db, &content, &repeated, why);
	webhook_content_release(&content);
	return status;
}

enum status
webhook_replay_requested(struct db *db, const struct webhook_replay *replay, size_t *count, struct err *err)
{
	enum status status = STATUS_OK;

	for (*count = 0; status == STATUS_OK && *count < replay->limit; (*count)++) {
		struct dead_letter_content letter;
		struct err why = { "" };

		status = dead_letter_take_request(db, &letter, err);
		if (status != STATUS_OK || letter.id == 0)
			break;
		status = replay_one(db, &letter, replay->account_sid, &why);
		free(letter.body);
		log_info("dead-letter replayed id=%lld result=%s", (long long)letter.id, status_name(status));
		if (status == STATUS_OK || status == STATUS_INVALID)
			status = dead_letter_end_request(db, letter.id, status == STATUS_OK ? NULL : why.text,
							 replay->now_ms, err);
		else if (err != NULL)
			*err = why;
	}
	return status;
}
