/* SPDX-License-Identifier: MIT */
/*
 * An outcome is stored at once, or again and again until it is: meanwhile the row stays `sending`, which nobody sends again.
 * If the program ends before, the row becomes unknown at the next start and the carrier is asked.
 */
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/utf8.h"
#include "net/sender_internal.h"

#define FIRST_PAUSE_MS 100
#define LAST_PAUSE_MS 5000

static const char *
record_name(enum record_kind kind)
{
	switch (kind) {
	case RECORD_ACCEPTED:
		return "accepted";
	case RECORD_RETRY:
		return "postponed";
	case RECORD_FAILED:
		return "failed";
	case RECORD_UNKNOWN:
		return "unknown";
	}
	return "";
}

static enum status
store(struct sender *sender, const struct exchange *exchange, struct err *err)
{
	const struct record *record = &exchange->record;
	int64_t id = exchange->row.id, now_ms = clock_now_ms();

	switch (record->kind) {
	case RECORD_ACCEPTED:
		return outbox_accepted(sender->db, id, record->provider_id, record->status, record->segments, now_ms, err);
	case RECORD_RETRY:
		return outbox_retry(sender->db, id, record->at, record->error_code, record->reason, now_ms, err);
	case RECORD_FAILED:
		return outbox_failed(sender->db, id, record->error_code, record->reason, now_ms, err);
	case RECORD_UNKNOWN:
		return outbox_unknown(sender->db, id, record->at, record->reason, now_ms, err);
	}
	return STATUS_FAILED;
}

/* True when there is nothing left to store. */
static bool
try_store(struct sender *sender, struct exchange *exchange)
{
	struct record *record = &exchange->record;
	struct err err;
	enum status status = store(sender, exchange, &err);

	/* A carrier that gives the same id twice: nobody can tell what became of the second message. */
	if (status == STATUS_CONFLICT && record->kind == RECORD_ACCEPTED) {
		log_error("the carrier gave an id twice message=%lld id=%s", (long long)exchange->row.message_id,
			  record->provider_id);
		record->kind = RECORD_UNKNOWN;
		record->at = 0;
		utf8_copy(record->reason, sizeof record->reason,
			  _("The carrier answered with the name of another message; ask it before sending this again."));
		status = store(sender, exchange, &err);
	}
	if (status != STATUS_OK) {
		sender_store_failed(sender, "outcome", &err);
		return false;
	}
	log_info("outbox outcome=%s message=%lld id=%s code=%d", record_name(record->kind),
		 (long long)exchange->row.message_id, record->provider_id, record->error_code);
	change_tick(sender->hub);
	if (record->kind == RECORD_ACCEPTED)
		sender_status_watch(sender, exchange);
	return true;
}

static void
try_later(struct sender *sender)
{
	sender->record_pause_ms = sender->record_pause_ms == 0 ? FIRST_PAUSE_MS : sender->record_pause_ms * 2;
	if (sender->record_pause_ms > LAST_PAUSE_MS)
		sender->record_pause_ms = LAST_PAUSE_MS;
	sender->record_retry_ms = clock_monotonic_ms() + sender->record_pause_ms;
}

void
sender_record(struct sender *sender, struct exchange *exchange)
{
	struct exchange **end = &sender->unrecorded;

	/* What ended earlier is stored earlier, so while something waits, everything does. */
	if (*end == NULL) {
		if (try_store(sender, exchange)) {
			sender_exchange_free(exchange);
			return;
		}
		try_later(sender);
	}
	while (*end != NULL)
		end = &(*end)->next;
	exchange->next = NULL;
	*end = exchange;
}

void
sender_record_again(struct sender *sender)
{
	while (sender->unrecorded != NULL) {
		struct exchange *exchange = sender->unrecorded;

		if (!try_store(sender, exchange)) {
			try_later(sender);
			return;
		}
		sender->unrecorded = exchange->next;
		sender_exchange_free(exchange);
	}
	sender->record_pause_ms = 0;
}

bool
sender_record_holds(const struct sender *sender, const char *provider_id)
{
	for (const struct exchange *at = sender->unrecorded; at != NULL; at = at->next)
		if (at->record.kind == RECORD_ACCEPTED && strcmp(at->record.provider_id, provider_id) == 0)
			return true;
	return false;
}
