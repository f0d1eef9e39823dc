/* SPDX-License-Identifier: MIT */
/*
 * Without a public address no callback can come, so the state of what was sent is asked for, at growing intervals and for
 * three days. With one, only what is still open after twelve hours is asked for, once an hour, as callbacks do get lost.
 */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/delivery.h"
#include "core/log.h"
#include "core/utf8.h"
#include "net/sender_internal.h"

#define HOUR_MS (60LL * 60 * 1000)
#define WATCH_LIFE_MS (72 * HOUR_MS)
#define CALLBACK_PATIENCE_MS (12 * HOUR_MS)
#define WATCHES_MAX 4096
#define STORE_PAUSE_MS 5000

static const int64_t fetch_after_ms[] = { 2000, 5000, 15000, 60000, 5 * 60000, HOUR_MS };
#define STEP_COUNT (sizeof fetch_after_ms / sizeof fetch_after_ms[0])

static bool
has_callbacks(const struct sender *sender)
{
	return sender->config->public_url[0] != '\0';
}

static struct status_watch *
find_watch(const struct sender *sender, int64_t message_id)
{
	for (size_t i = 0; i < sender->watch_count; i++)
		if (sender->watches[i].message_id == message_id)
			return &sender->watches[i];
	return NULL;
}

/* A new, empty watch, or NULL: what does not fit is found again by the hourly reading. */
static struct status_watch *
add_watch(struct sender *sender)
{
	if (sender->watch_count == WATCHES_MAX)
		return NULL;
	if (sender->watch_count == sender->watch_capacity) {
		size_t capacity = sender->watch_capacity > 0 ? sender->watch_capacity * 2 : 32;
		struct status_watch *watches = reallocarray(sender->watches, capacity, sizeof *watches);

		if (watches == NULL)
			return NULL;
		sender->watches = watches;
		sender->watch_capacity = capacity;
	}
	memset(&sender->watches[sender->watch_count], 0, sizeof sender->watches[0]);
	return &sender->watches[sender->watch_count++];
}

static void
drop_watch(struct sender *sender, struct status_watch *watch)
{
	*watch = sender->watches[--sender->watch_count];
}

void
sender_status_watch(struct sender *sender, const struct exchange *accepted)
{
	struct status_watch *watch;

	if (has_callbacks(sender) || delivery_is_final(accepted->record.status))
		return;
	watch = find_watch(sender, accepted->row.message_id);
	if (watch == NULL)
		watch = add_watch(sender);
	if (watch == NULL)
		return;
	*watch = (struct status_watch){ .message_id = accepted->row.message_id, .transport = accepted->transport };
	memcpy(watch->provider_id, accepted->record.provider_id, sizeof watch->provider_id);
	memcpy(watch->status, accepted->record.status, sizeof watch->status);
	watch->sent_at = clock_now_ms();
	watch->next_ms = clock_monotonic_ms() + fetch_after_ms[0];
}

/* The step a message of this age has reached. */
static unsigned
step_of_age(int64_t age_ms)
{
	unsigned step = 0;

	while (step + 1 < STEP_COUNT && age_ms >= fetch_after_ms[step]) {
		age_ms -= fetch_after_ms[step];
		step++;
	}
	return step;
}

static void
take_open(struct sender *sender, const struct outbox_open_status *open, int64_t now_ms, int64_t mono_ms)
{
	const struct transport *transport = transport_for(open->channel);
	struct status_watch *watch;

	if (transport == NULL || !transport->ready(sender->config) || find_watch(sender, open->message_id) != NULL ||
	    (has_callbacks(sender) && now_ms - open->sent_at < CALLBACK_PATIENCE_MS))
		return;
	watch = add_watch(sender);
	if (watch == NULL)
		return;
	watch->message_id = open->message_id;
	watch->transport = transport;
	utf8_copy(watch->provider_id, sizeof watch->provider_id, open->provider_message_id);
	utf8_copy(watch->status, sizeof watch->status, open->status);
	watch->sent_at = open->sent_at;
	watch->next_ms = mono_ms;
	watch->step = step_of_age(now_ms - open->sent_at);
}

static void
reload(struct sender *sender, int64_t now_ms, int64_t mono_ms)
{
	struct outbox_open_status *rows = calloc(WATCHES_MAX, sizeof *rows);
	struct err err;
	size_t count = 0;

	sender->reload_ms = mono_ms + HOUR_MS;
	if (rows == NULL)
		return;
	if (outbox_open_statuses(sender->db, now_ms - WATCH_LIFE_MS, WATCHES_MAX, rows, &count, &err) != STATUS_OK) {
		sender_store_failed(sender, "open statuses", &err);
		sender->reload_ms = mono_ms + STORE_PAUSE_MS;
		count = 0;
	}
	for (size_t i = 0; i < count; i++)
		take_open(sender, &rows[i], now_ms, mono_ms);
	free(rows);
}

static void
advance(struct sender *sender, struct status_watch *watch)
{
	if (has_callbacks(sender) || clock_now_ms() - watch->sent_at > WATCH_LIFE_MS) {
		drop_watch(sender, watch); /* the hourly reading brings back what is still open and not too old */
		return;
	}
	if (watch->step + 1 < STEP_COUNT)
		watch->step++;
	watch->next_ms = clock_monotonic_ms() + fetch_after_ms[watch->step];
}

static bool
fetch(struct sender *sender, struct status_watch *watch)
{
	struct exchange *exchange = sender_exchange_new(EXCHANGE_FETCH, watch->transport);
	struct http_call call;
	struct err err;
	enum status status;

	if (exchange == NULL)
		return false;
	exchange->message_id = watch->message_id;
	http_call_init(&call);
	status = watch->transport->fetch(sender->config, watch->provider_id, &call, &err);
	if (status == STATUS_OK)
		status = sender_launch(sender, exchange, &call, &err);
	http_call_release(&call);
	if (status != STATUS_OK) {
		log_warning("a status cannot be asked for: %s", err.text);
		sender_exchange_free(exchange);
	}
	watch->in_flight = status == STATUS_OK;
	return watch->in_flight;
}

void
sender_status_due(struct sender *sender, int64_t now_ms)
{
	int64_t mono_ms = clock_monotonic_ms();

	if (sender->reload_ms <= mono_ms)
		reload(sender, now_ms, mono_ms);
	for (size_t i = sender->watch_count; i-- > 0 && sender->counts[EXCHANGE_FETCH] < SENDER_FETCHES_MAX;) {
		struct status_watch *watch = &sender->watches[i];

		if (!watch->in_flight && watch->next_ms <= mono_ms && !fetch(sender, watch))
			advance(sender, watch);
	}
}

int64_t
sender_status_next(const struct sender *sender)
{
	int64_t next_ms = sender->reload_ms;

	if (sender->counts[EXCHANGE_FETCH] >= SENDER_FETCHES_MAX)
		return 0; /* the end of one of them wakes the sender */
	for (size_t i = 0; i < sender->watch_count; i++)
		if (!sender->watches[i].in_flight && sender->watches[i].next_ms < next_ms)
			next_ms = sender->watches[i].next_ms;
	return next_ms;
}

static enum status
apply(struct sender *sender, const struct status_watch *watch, const struct remote_status *remote, struct err *err)
{
	struct delivery_callback callback = { .message_id = watch->message_id,
					      .provider_message_id = watch->provider_id,
					      .status = remote->status,
					      .error_code = remote->error_code,
					      .error_message = remote->error_message,
					      .payload = "{\"source\":\"fetch\"}",
					      .received_at = clock_now_ms() };
	enum status status = db_begin(sender->db, err);

	if (status != STATUS_OK)
		return status;
	status = delivery_apply(sender->db, &callback, NULL, err);
	if (status == STATUS_OK)
		return db_commit(sender->db, err);
	db_rollback(sender->db);
	return status;
}

static void
take_status(struct sender *sender, struct status_watch *watch, const struct remote_status *remote)
{
	struct err err;

	if (strcmp(watch->status, remote->status) != 0) {
		if (apply(sender, watch, remote, &err) != STATUS_OK) {
			sender_store_failed(sender, "status", &err);
			watch->next_ms = clock_monotonic_ms() + STORE_PAUSE_MS;
			return;
		}
		memcpy(watch->status, remote->status, sizeof watch->status);
		change_tick(sender->hub);
	}
	if (delivery_is_final(remote->status))
		drop_watch(sender, watch);
	else
		advance(sender, watch);
}

void
sender_status_done(struct sender *sender, struct exchange *exchange, const struct http_result *result)
{
	struct status_watch *watch = find_watch(sender, exchange->message_id);
	struct remote_status remote;
	struct err err;
	enum status status = exchange->transport->fetched(result, &remote, &err);

	sender_exchange_free(exchange);
	if (watch == NULL)
		return;
	watch->in_flight = false;
	if (status == STATUS_OK) {
		take_status(sender, watch, &remote);
		return;
	}
	log_warning("status message=%lld http=%d: %s", (long long)watch->message_id, result->status, err.text);
	if (status == STATUS_NOT_FOUND)
		drop_watch(sender, watch);
	else
		advance(sender, watch);
}
