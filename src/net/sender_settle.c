/* SPDX-License-Identifier: MIT */
/*
 * A message whose outcome is unknown is looked for in the carrier's list 3, 10 and 30 s after the attempt. A list that could
 * not be had does not count as a look. What is not there after the last look is left to the agent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/utf8.h"
#include "net/sender_internal.h"

#define SETTLE_ROWS 16 /* more than may be looked for at once, so that those in flight hide nobody */
#define PAGES_MAX 40
#define EARLY_MS 250 /* two clocks may disagree by this much on whether a look was the planned one */
#define FAILURE_PAUSE_MAX_MS 60000
#define MARK_LIFE_MS (60 * 60 * 1000)

static const int64_t look_after_ms[] = { 3000, 10000, 30000 };

static struct settle_mark *
find_mark(const struct sender *sender, int64_t row_id)
{
	for (size_t i = 0; i < sender->mark_count; i++)
		if (sender->marks[i].row_id == row_id)
			return &sender->marks[i];
	return NULL;
}

static void
forget_mark(struct sender *sender, int64_t row_id)
{
	struct settle_mark *mark = find_mark(sender, row_id);

	if (mark != NULL)
		*mark = sender->marks[--sender->mark_count];
}

/* Rows that a callback settled leave their marks behind. */
static void
forget_old_marks(struct sender *sender, int64_t mono_ms)
{
	for (size_t i = sender->mark_count; i-- > 0;)
		if (mono_ms - sender->marks[i].base_ms > MARK_LIFE_MS && !sender_row_busy(sender, sender->marks[i].row_id))
			sender->marks[i] = sender->marks[--sender->mark_count];
}

/* The mark of a row, made when it has none; NULL without memory. */
static struct settle_mark *
get_mark(struct sender *sender, int64_t row_id, int64_t mono_ms)
{
	struct settle_mark *mark = find_mark(sender, row_id);

	if (mark != NULL)
		return mark;
	if (sender->mark_count == sender->mark_capacity) {
		size_t capacity;

		forget_old_marks(sender, mono_ms);
		capacity = sender->mark_capacity > 0 ? sender->mark_capacity * 2 : 16;
		mark = reallocarray(sender->marks, capacity, sizeof *mark);
		if (mark == NULL)
			return NULL;
		sender->marks = mark;
		sender->mark_capacity = capacity;
	}
	mark = &sender->marks[sender->mark_count++];
	*mark = (struct settle_mark){ .row_id = row_id, .base_ms = mono_ms };
	return mark;
}

void
sender_settle_begin(struct sender *sender, struct exchange *exchange)
{
	int64_t mono_ms = clock_monotonic_ms();
	struct settle_mark *mark = get_mark(sender, exchange->row.id, mono_ms);

	if (mark != NULL)
		*mark = (struct settle_mark){ .row_id = exchange->row.id, .base_ms = mono_ms };
}

/* Not found, or not to be told yet. */
static void
look_again(struct sender *sender, struct exchange *exchange, int64_t delay_ms)
{
	struct record *record = &exchange->record;

	record->kind = RECORD_UNKNOWN;
	record->at = clock_now_ms() + delay_ms;
	utf8_copy(record->reason, sizeof record->reason,
		  _("The carrier gave no usable answer; it is asked whether it has the message."));
	sender_record(sender, exchange);
}

static void
list_failed(struct sender *sender, struct exchange *exchange)
{
	struct settle_mark *mark = get_mark(sender, exchange->row.id, exchange->began_ms);
	int failures = mark != NULL ? mark->failures++ : 0;
	int64_t delay_ms = look_after_ms[0] << (failures < 5 ? failures : 5);

	look_again(sender, exchange, delay_ms < FAILURE_PAUSE_MAX_MS ? delay_ms : FAILURE_PAUSE_MAX_MS);
}

static void
not_found(struct sender *sender, struct exchange *exchange)
{
	struct settle_mark *mark = get_mark(sender, exchange->row.id, exchange->began_ms);
	int64_t waited_ms = mark != NULL ? exchange->began_ms - mark->base_ms : 0;

	if (mark != NULL)
		mark->failures = 0;
	for (size_t i = 0; i < sizeof look_after_ms / sizeof look_after_ms[0]; i++) {
		int64_t delay_ms = look_after_ms[i] - waited_ms;

		if (delay_ms > EARLY_MS) {
			look_again(sender, exchange, delay_ms);
			return;
		}
	}
	forget_mark(sender, exchange->row.id);
	exchange->record.kind = RECORD_UNKNOWN;
	exchange->record.at = 0;
	utf8_copy(exchange->record.reason, sizeof exchange->record.reason,
		  _("The carrier gave no usable answer and does not list this message, so it was probably not sent; "
		    "ask the customer or send it again."));
	sender_record(sender, exchange);
}

static bool
is_new(struct sender *sender, const char *provider_id)
{
	return outbox_provider_id_is_new(sender->db, provider_id) && !sender_record_holds(sender, provider_id);
}

static void
adopt(struct sender *sender, struct exchange *exchange)
{
	struct record *record = &exchange->record;

	forget_mark(sender, exchange->row.id);
	record->kind = RECORD_ACCEPTED;
	memcpy(record->provider_id, exchange->oldest.provider_id, sizeof record->provider_id);
	memcpy(record->status, exchange->oldest.status, sizeof record->status);
	record->segments = exchange->oldest.segments;
	sender_record(sender, exchange);
}

/* Takes the exchange; false when its request could not be made. */
static bool
list(struct sender *sender, struct exchange *exchange, const char *next)
{
	struct http_call call;
	struct err err;
	enum status status;

	http_call_init(&call);
	status = exchange->transport->list(sender->config, &exchange->row, next, &call, &err);
	if (status == STATUS_OK)
		status = sender_launch(sender, exchange, &call, &err);
	http_call_release(&call);
	if (status != STATUS_OK)
		log_warning("a list cannot be asked for: %s", err.text);
	return status == STATUS_OK;
}

void
sender_settle_done(struct sender *sender, struct exchange *exchange, const struct http_result *result)
{
	struct found_page *page = malloc(sizeof *page);
	struct err err;
	bool more = false;

	if (page == NULL ||
	    exchange->transport->listed(sender->config, &exchange->row, result, page, &err) != STATUS_OK) {
		if (page != NULL)
			log_warning("settle message=%lld http=%d: %s %s", (long long)exchange->row.message_id, result->status,
				    err.text, result->reason);
		free(page);
		list_failed(sender, exchange);
		return;
	}
	for (size_t i = 0; i < page->count; i++) {
		if (is_new(sender, page->found[i].provider_id)) {
			exchange->oldest = page->found[i];
			exchange->found = true;
		}
	}
	if (!page->past && page->next[0] != '\0' && ++exchange->pages < PAGES_MAX) {
		more = true;
		if (!list(sender, exchange, page->next))
			list_failed(sender, exchange);
	}
	free(page);
	if (more)
		return;
	/* While pages came, another look may have taken the same message. */
	if (exchange->found && is_new(sender, exchange->oldest.provider_id))
		adopt(sender, exchange);
	else
		not_found(sender, exchange);
}

static void
look(struct sender *sender, struct outbox_row *row)
{
	const struct transport *transport = transport_for(row->channel);
	struct exchange *exchange;

	if (transport == NULL || !transport->ready(sender->config) || sender_row_busy(sender, row->id))
		return;
	exchange = sender_exchange_new(EXCHANGE_LIST, transport);
	if (exchange == NULL)
		return;
	exchange->row = *row;
	memset(row, 0, sizeof *row);
	exchange->began_ms = clock_monotonic_ms();
	get_mark(sender, exchange->row.id, exchange->began_ms);
	if (!list(sender, exchange, NULL))
		list_failed(sender, exchange);
}

void
sender_settle_due(struct sender *sender, int64_t now_ms)
{
	struct outbox_row rows[SETTLE_ROWS];
	struct err err;
	size_t count = 0;

	if (sender->counts[EXCHANGE_LIST] >= SENDER_LISTS_MAX)
		return;
	if (outbox_to_settle(sender->db, now_ms, SETTLE_ROWS, rows, &count, &err) != STATUS_OK) {
		sender_store_failed(sender, "settle", &err);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (sender->counts[EXCHANGE_LIST] < SENDER_LISTS_MAX)
			look(sender, &rows[i]);
		outbox_row_release(&rows[i]);
	}
}
