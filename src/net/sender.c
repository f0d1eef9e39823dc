/* SPDX-License-Identifier: MIT */
/*
 * The thread of the outbox. It sleeps until the data change, a request moves or a moment it has noted comes, then does in this
 * order: store outcomes that could not be stored, ask about unknown ones, send what is ready, fetch states. While nothing
 * waits it has no timer but the hourly one of sender_status.c.
 */
#include "net/sender.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/utf8.h"
#include "net/sender_internal.h"

#define STOP_MS 2000
#define STORE_PAUSE_MS 1000
#define LOOK_PAUSE_MS 10 /* from one look at everything to the next: commits of others come in swarms */
#define BACKOFF_FIRST_MS 1000
#define BACKOFF_LEAST_MS 200
#define BACKOFF_MOST_MS 300000

struct exchange *
sender_exchange_new(enum exchange_kind kind, const struct transport *transport)
{
	struct exchange *exchange = calloc(1, sizeof *exchange);

	if (exchange != NULL) {
		exchange->kind = kind;
		exchange->transport = transport;
	}
	return exchange;
}

void
sender_exchange_free(struct exchange *exchange)
{
	if (exchange == NULL)
		return;
	outbox_row_release(&exchange->row);
	free(exchange);
}

enum status
sender_launch(struct sender *sender, struct exchange *exchange, const struct http_call *call, struct err *err)
{
	enum status status = http_client_start(sender->http, call, exchange, err);

	if (status != STATUS_OK)
		return status;
	exchange->next = sender->in_flight;
	sender->in_flight = exchange;
	sender->counts[exchange->kind]++;
	return STATUS_OK;
}

static bool
holds_row(const struct exchange *list, int64_t row_id)
{
	for (; list != NULL; list = list->next)
		if (list->row.id == row_id)
			return true;
	return false;
}

bool
sender_row_busy(const struct sender *sender, int64_t row_id)
{
	return holds_row(sender->in_flight, row_id) || holds_row(sender->unrecorded, row_id);
}

void
sender_store_failed(struct sender *sender, const char *what, const struct err *err)
{
	log_warning("the outbox cannot use the data step=%s: %s", what, err->text);
	sender->store_retry_ms = clock_monotonic_ms() + STORE_PAUSE_MS;
}

int64_t
sender_backoff_ms(int n)
{
	int64_t most = BACKOFF_FIRST_MS, delay;

	for (int i = 0; i < n && most < BACKOFF_MOST_MS; i++)
		most *= 2;
	if (most > BACKOFF_MOST_MS)
		most = BACKOFF_MOST_MS;
	delay = digest_random_below((uint32_t)most + 1);
	return delay > BACKOFF_LEAST_MS ? delay : BACKOFF_LEAST_MS;
}

static void
exchange_ended(void *context, const struct http_result *result)
{
	struct sender *sender = context;
	struct exchange *exchange = result->data, **at = &sender->in_flight;

	while (*at != exchange)
		at = &(*at)->next;
	*at = exchange->next;
	exchange->next = NULL;
	sender->counts[exchange->kind]--;
	sender->look = true;
	switch (exchange->kind) {
	case EXCHANGE_SEND:
		sender_send_done(sender, exchange, result);
		break;
	case EXCHANGE_LIST:
		sender_settle_done(sender, exchange, result);
		break;
	case EXCHANGE_FETCH:
		sender_status_done(sender, exchange, result);
		break;
	}
}

static bool
can_send(const struct config *config)
{
	for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
		const struct transport *transport = transport_for((enum channel)channel);

		if (transport != NULL && transport->ready(config))
			return true;
	}
	return false;
}

/* Rows whose owner cannot be asked (another machine, or its number given to another process) are free when their lease ends. */
static void
recover(struct sender *sender, int64_t now_ms)
{
	struct err err;
	int64_t count = 0;

	if (outbox_recover(sender->db, now_ms, &count, &err) != STATUS_OK) {
		sender_store_failed(sender, "recover", &err);
		sender->recover_ms = sender->store_retry_ms;
		return;
	}
	sender->recover_ms = 0;
	if (count > 0) {
		log_warning("the outcome of %lld messages is unknown, the carrier is asked", (long long)count);
		change_tick(sender->hub);
	}
}

static void
look_at_everything(struct sender *sender, int64_t now_ms)
{
	sender->look = false;
	sender->store_retry_ms = 0;
	if (sender->recover_ms != 0 && sender->recover_ms <= clock_monotonic_ms())
		recover(sender, now_ms);
	if (sender->unrecorded != NULL && sender->record_retry_ms <= clock_monotonic_ms())
		sender_record_again(sender);
	sender_settle_due(sender, now_ms);
	sender_send_ready(sender, now_ms);
	sender_status_due(sender, now_ms);
}

static void
set_earlier(int64_t *wake_ms, int64_t moment_ms)
{
	if (moment_ms != 0 && (*wake_ms == 0 || moment_ms < *wake_ms))
		*wake_ms = moment_ms;
}

/* Wakes at that moment of the wall clock (0 = never), and when that clock is set. */
static void
arm(struct sender *sender, int64_t moment_ms)
{
	struct itimerspec when = { .it_value = { .tv_sec = moment_ms / 1000, .tv_nsec = moment_ms % 1000 * 1000000 } };

	timerfd_settime(sender->timer_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL);
}

/* True if the moment has come or the clock was set. */
static bool
drain_timer(struct sender *sender)
{
	uint64_t count;

	return read(sender->timer_fd, &count, sizeof count) > 0 || errno == ECANCELED;
}

/* When to look again, monotonic; 0 = when something happens or the timer says so. */
static int64_t
next_moment(struct sender *sender, int64_t now_ms)
{
	int64_t wake_ms = 0, due_ms = 0;
	struct err err;

	if (outbox_next_due(sender->db, now_ms, &due_ms, &err) != STATUS_OK)
		sender_store_failed(sender, "next due", &err);
	arm(sender, due_ms);
	if (sender->unrecorded != NULL)
		set_earlier(&wake_ms, sender->record_retry_ms);
	set_earlier(&wake_ms, sender->store_retry_ms);
	set_earlier(&wake_ms, sender->pace_wake_ms);
	set_earlier(&wake_ms, sender->recover_ms);
	set_earlier(&wake_ms, sender_status_next(sender));
	return wake_ms;
}

static void
wait_for(struct sender *sender, int64_t wake_ms)
{
	const int fds[] = { sender->stop_fd, sender->change_fd, sender->timer_fd };
	int64_t timeout_ms = -1;

	if (wake_ms != 0) {
		timeout_ms = wake_ms - clock_monotonic_ms();
		if (timeout_ms < 0)
			timeout_ms = 0;
	}
	http_client_wait(sender->http, fds, sizeof fds / sizeof fds[0], timeout_ms);
}

/* Outcomes that come now are still worth waiting for; what is not started is not started any more. */
static void
finish(struct sender *sender)
{
	int64_t end_ms = clock_monotonic_ms() + STOP_MS, now_ms;

	while ((sender->counts[EXCHANGE_SEND] > 0 || sender->unrecorded != NULL) &&
	       (now_ms = clock_monotonic_ms()) < end_ms) {
		int64_t wait_ms = end_ms - now_ms;

		if (sender->unrecorded != NULL) {
			sender_record_again(sender);
			if (sender->unrecorded != NULL && sender->record_retry_ms < end_ms)
				wait_ms = sender->record_retry_ms > now_ms ? sender->record_retry_ms - now_ms : 0;
		}
		if (sender->counts[EXCHANGE_SEND] > 0 || sender->unrecorded != NULL)
			http_client_wait(sender->http, NULL, 0, wait_ms);
	}
}

/* Sends without an answer become unknown; requests that only asked are simply dropped. */
static void
give_up(struct sender *sender)
{
	while (sender->in_flight != NULL) {
		struct exchange *exchange = sender->in_flight;

		sender->in_flight = exchange->next;
		exchange->next = NULL;
		if (exchange->kind != EXCHANGE_SEND) {
			sender_exchange_free(exchange);
			continue;
		}
		exchange->record.kind = RECORD_UNKNOWN;
		exchange->record.at = clock_now_ms();
		utf8_copy(exchange->record.reason, sizeof exchange->record.reason,
			  _("hilo was stopped before the carrier answered; it is asked at the next start."));
		sender_record(sender, exchange);
	}
	while (sender->unrecorded != NULL) {
		struct exchange *exchange = sender->unrecorded;

		log_warning("an outcome could not be stored message=%lld; the carrier is asked at the next start",
			    (long long)exchange->row.message_id);
		sender->unrecorded = exchange->next;
		sender_exchange_free(exchange);
	}
}

static void
pause_until(struct sender *sender, int64_t moment_ms)
{
	int64_t now_ms;

	while (!atomic_load(&sender->stopping) && (now_ms = clock_monotonic_ms()) < moment_ms)
		http_client_wait(sender->http, &sender->stop_fd, 1, moment_ms - now_ms);
}

static void *
run(void *arg)
{
	struct sender *sender = arg;
	uint64_t seen = 0;

	while (!atomic_load(&sender->stopping)) {
		int64_t now_ms = clock_now_ms(), looked_ms = clock_monotonic_ms(), wake_ms;

		look_at_everything(sender, now_ms);
		/* Progress of a request wakes the thread too, but then there is nothing new to look at. */
		wake_ms = next_moment(sender, now_ms);
		do {
			uint64_t count;

			wait_for(sender, wake_ms);
			change_drain(sender->change_fd);
			count = change_count(sender->hub);
			sender->look = drain_timer(sender) || sender->look || count != seen;
			seen = count;
		} while (!sender->look && !atomic_load(&sender->stopping) &&
			 (wake_ms == 0 || clock_monotonic_ms() < wake_ms));
		pause_until(sender, looked_ms + LOOK_PAUSE_MS);
	}
	finish(sender);
	give_up(sender);
	/* Here, where no signal is taken: saying goodbye to a peer that is gone raises SIGPIPE. */
	http_client_free(sender->http);
	sender->http = NULL;
	return NULL;
}

static void
release(struct sender *sender)
{
	http_client_free(sender->http);
	pace_free(sender->pace);
	db_close(sender->db);
	if (sender->change_fd >= 0)
		change_unwatch(sender->hub, sender->change_fd);
	if (sender->stop_fd >= 0)
		close(sender->stop_fd);
	if (sender->timer_fd >= 0)
		close(sender->timer_fd);
	free(sender->marks);
	free(sender->watches);
	free(sender);
}

/* A sender without an account: it has nothing to do and takes no thread's time. */
static void *
idle(void *arg)
{
	struct sender *sender = arg;
	uint64_t count;

	while (read(sender->stop_fd, &count, sizeof count) < 0 && errno == EINTR)
		;
	return NULL;
}

static enum status
start_thread(struct sender *sender, struct err *err)
{
	bool sends = can_send(sender->config);
	sigset_t all, before;
	int failed;

	if (!sends)
		log_info("no account is configured: nothing is sent, replies stay queued");
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&sender->thread, NULL, sends ? run : idle, sender);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed != 0)
		return err_set(err, STATUS_FAILED, "%s",
			       _("No thread can be started; close other programs and try again."));
	return STATUS_OK;
}

static enum status
open_parts(struct sender *sender, const struct sender_options *options, struct err *err)
{
	enum status status;
	int64_t count = 0;

	sender->change_fd = change_watch(sender->hub);
	sender->stop_fd = eventfd(0, EFD_CLOEXEC);
	sender->pace = pace_new();
	sender->timer_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (sender->change_fd < 0 || sender->stop_fd < 0 || sender->timer_fd < 0 || sender->pace == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	status = http_client_new(sender->config->twilio_api_url, exchange_ended, sender, &sender->http, err);
	if (status == STATUS_OK)
		status = db_open(options->database, DB_OPEN, &sender->db, err);
	if (status == STATUS_OK)
		status = outbox_recover(sender->db, clock_now_ms(), &count, err);
	if (status == STATUS_OK && count > 0) {
		log_warning("the outcome of %lld messages is unknown, the carrier is asked", (long long)count);
		change_tick(sender->hub);
	}
	return status;
}

enum status
sender_new(const struct sender_options *options, struct sender **out, struct err *err)
{
	struct sender *sender = calloc(1, sizeof *sender);
	enum status status;

	*out = NULL;
	if (sender == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	sender->config = options->config;
	sender->hub = options->hub;
	sender->change_fd = sender->stop_fd = sender->timer_fd = -1;
	sender->recover_ms = clock_monotonic_ms() + SENDER_LEASE_MS;
	atomic_init(&sender->stopping, false);
	outbox_owner(sender->owner);
	status = open_parts(sender, options, err);
	if (status == STATUS_OK)
		status = start_thread(sender, err);
	if (status != STATUS_OK) {
		release(sender);
		return status;
	}
	*out = sender;
	return STATUS_OK;
}

void
sender_free(struct sender *sender)
{
	uint64_t one = 1;

	if (sender == NULL)
		return;
	atomic_store(&sender->stopping, true);
	while (write(sender->stop_fd, &one, sizeof one) < 0 && errno == EINTR)
		;
	pthread_join(sender->thread, NULL);
	release(sender);
}
