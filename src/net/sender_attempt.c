/* SPDX-License-Identifier: MIT */
/*
 * Claims what is ready and posts it. The claim is on the disk before the request is made; from there on a row is sent again
 * only when the request certainly did not reach the carrier or was certainly not processed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/utf8.h"
#include "net/sender_internal.h"

#define SCAN_LEAST 64
#define SCAN_MOST 4096
#define WIDE_PAUSE_MS 1000
#define FIRST_LOOK_MS 3000
#define TOO_OLD_MS (4LL * 60 * 60 * 1000)

static void
set_reason(struct record *record, const char *reason)
{
	utf8_copy(record->reason, sizeof record->reason, reason);
}

static void
postpone(struct exchange *exchange, const struct attempt_result *result, int64_t now_ms, int64_t delay_ms)
{
	struct record *record = &exchange->record;

	record->error_code = result->error_code;
	if (now_ms - exchange->row.created_at > TOO_OLD_MS) {
		record->kind = RECORD_FAILED;
		set_reason(record, _("The carrier could not be reached for hours, so the message was given up; send it again if it is still of use."));
		return;
	}
	record->kind = RECORD_RETRY;
	record->at = now_ms + delay_ms;
	set_reason(record, result->reason);
}

void
sender_send_done(struct sender *sender, struct exchange *exchange, const struct http_result *http)
{
	struct record *record = &exchange->record;
	struct attempt_result result;
	int64_t now_ms = clock_now_ms(), delay_ms = sender_backoff_ms(exchange->row.attempts);

	exchange->transport->created(http, now_ms, &result);
	log_debug("attempt message=%lld http=%d request=%s reason=%s", (long long)exchange->row.message_id, http->status,
		  http->request_id != NULL ? http->request_id : "", http->reason);
	switch (result.class) {
	case ATTEMPT_ACCEPTED:
		record->kind = RECORD_ACCEPTED;
		memcpy(record->provider_id, result.provider_id, sizeof record->provider_id);
		memcpy(record->status, result.status, sizeof record->status);
		record->segments = result.segments;
		break;
	case ATTEMPT_LIMITED:
		if (result.retry_after_ms > 0)
			delay_ms = result.retry_after_ms;
		pace_pause(sender->pace, exchange->row.channel, exchange->row.sender, clock_monotonic_ms() + delay_ms);
		postpone(exchange, &result, now_ms, delay_ms);
		break;
	case ATTEMPT_NOT_SENT:
		postpone(exchange, &result, now_ms, delay_ms);
		break;
	case ATTEMPT_REFUSED:
		record->kind = RECORD_FAILED;
		record->error_code = result.error_code;
		set_reason(record, result.reason);
		break;
	case ATTEMPT_UNKNOWN:
		record->kind = RECORD_UNKNOWN;
		record->at = now_ms + FIRST_LOOK_MS;
		set_reason(record, result.reason);
		sender_settle_begin(sender, exchange);
		break;
	}
	sender_record(sender, exchange);
}

/* The row is claimed. What fails from here on left nothing at the carrier. */
static void
post(struct sender *sender, struct exchange *exchange, int64_t now_ms)
{
	struct http_call call;
	struct err err;
	enum status status;

	http_call_init(&call);
	status = exchange->transport->create(sender->config, &exchange->row, &call, &err);
	if (status == STATUS_OK) {
		status = sender_launch(sender, exchange, &call, &err);
		if (status != STATUS_OK) {
			exchange->record.kind = RECORD_RETRY;
			exchange->record.at = now_ms + sender_backoff_ms(exchange->row.attempts);
		}
	} else {
		exchange->record.kind = RECORD_FAILED;
	}
	http_call_release(&call);
	if (status != STATUS_OK) {
		set_reason(&exchange->record, err.text);
		sender_record(sender, exchange);
	}
}

/* Memory is short: nothing would wake the sender for what is due already. */
static void
look_soon(struct sender *sender)
{
	sender->store_retry_ms = clock_monotonic_ms() + WIDE_PAUSE_MS;
}

enum step { STEP_SENT, STEP_SKIPPED, STEP_STORE_FAILED };

static enum step
claim_and_post(struct sender *sender, struct outbox_row *row, const struct transport *transport, int64_t now_ms)
{
	struct exchange *exchange;
	struct err err;
	enum status status;
	int64_t mono_ms = clock_monotonic_ms();

	exchange = sender_exchange_new(EXCHANGE_SEND, transport);
	if (exchange == NULL || !pace_take(sender->pace, row->channel, row->sender, mono_ms)) {
		sender_exchange_free(exchange);
		look_soon(sender);
		return STEP_STORE_FAILED;
	}
	status = outbox_claim(sender->db, row->id, sender->owner, now_ms, SENDER_LEASE_MS, &err);
	if (status != STATUS_OK) {
		sender_exchange_free(exchange);
		if (status == STATUS_CONFLICT) {
			change_tick(sender->hub); /* it may have become held, which the screens show */
			return STEP_SKIPPED;
		}
		sender_store_failed(sender, "claim", &err);
		return STEP_STORE_FAILED;
	}
	change_tick(sender->hub);
	exchange->row = *row;
	memset(row, 0, sizeof *row);
	post(sender, exchange, now_ms);
	return STEP_SENT;
}

static enum step
try_row(struct sender *sender, struct outbox_row *row, int64_t now_ms)
{
	const struct transport *transport = transport_for(row->channel);
	int64_t slot_ms;

	if (transport == NULL || !transport->ready(sender->config) || sender_row_busy(sender, row->id))
		return STEP_SKIPPED;
	slot_ms = pace_next(sender->pace, row->channel, row->sender, clock_monotonic_ms());
	if (slot_ms == 0)
		return claim_and_post(sender, row, transport, now_ms);
	if (sender->pace_wake_ms == 0 || slot_ms < sender->pace_wake_ms)
		sender->pace_wake_ms = slot_ms;
	return STEP_SKIPPED;
}

/* One look at up to scan_limit rows. True if all of those there are were met, or one was sent. */
static bool
scan(struct sender *sender, struct outbox_row *rows, int64_t now_ms)
{
	size_t count = 0, sent = 0;
	enum step step = STEP_SKIPPED;
	struct err err;

	if (outbox_ready(sender->db, now_ms, sender->scan_limit, rows, &count, &err) != STATUS_OK) {
		sender_store_failed(sender, "ready", &err);
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		if (step != STEP_STORE_FAILED && sender->counts[EXCHANGE_SEND] < SENDER_SENDS_MAX)
			step = try_row(sender, &rows[i], now_ms);
		sent += step == STEP_SENT;
		outbox_row_release(&rows[i]);
	}
	return sent > 0 || step == STEP_STORE_FAILED || count < sender->scan_limit;
}

/* A long queue of one sender must not hide what another may send; but looking that far has its price. */
static bool
may_look_further(struct sender *sender)
{
	int64_t mono_ms = clock_monotonic_ms();

	if (sender->scan_limit > SCAN_LEAST)
		return true;
	if (mono_ms >= sender->wide_ms) {
		sender->wide_ms = mono_ms + WIDE_PAUSE_MS;
		return true;
	}
	if (sender->pace_wake_ms == 0 || sender->wide_ms < sender->pace_wake_ms)
		sender->pace_wake_ms = sender->wide_ms;
	return false;
}

void
sender_send_ready(struct sender *sender, int64_t now_ms)
{
	struct outbox_row *rows;
	bool enough = false;

	sender->pace_wake_ms = 0;
	sender->scan_limit = SCAN_LEAST;
	if (sender->counts[EXCHANGE_SEND] >= SENDER_SENDS_MAX)
		return;
	while (!enough && sender->scan_limit <= SCAN_MOST) {
		rows = calloc(sender->scan_limit, sizeof *rows);
		if (rows == NULL) {
			look_soon(sender);
			return;
		}
		enough = scan(sender, rows, now_ms) || !may_look_further(sender);
		free(rows);
		sender->scan_limit *= 4;
	}
}
