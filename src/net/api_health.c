/* SPDX-License-Identifier: MIT */
/*
 * What a monitor asks: /healthz says whether messages can be taken and sent, /metrics shows the counters. Both read counters
 * only. That the store can be written is proved by a commit of the writer, at most once a second whoever asks how often.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/dead_letter.h"
#include "core/health.h"
#include "core/json.h"
#include "core/log.h"
#include "core/outbox.h"
#include "core/strbuf.h"
#include "core/thread.h"
#include "net/listener_parts.h"

#define WRITE_PROOF_MS 1000
#define OUTBOX_OVERDUE_MS (5LL * 60 * 1000)
#define METRICS_MAX ((size_t)64 * 1024)

struct check {
	struct writer_job job; /* first: the writer hands its address back */
	struct listener *listener;
	struct http_request *request;
	bool outbox_fine;
};

static void
answer_health(struct http_request *request, bool database_fine, bool outbox_fine)
{
	struct json *root = json_new_object();
	struct json *parts = NULL;
	struct http_answer answer = { .status = database_fine && outbox_fine ? 200 : 503,
				      .content_type = "application/json" };

	if (root != NULL && json_add_string(root, "status", answer.status == 200 ? "ok" : "failing") != NULL)
		parts = json_add_object(root, "parts");
	if (parts != NULL && json_add_string(parts, "database", database_fine ? "ok" : "failing") != NULL
	    && json_add_string(parts, "outbox", outbox_fine ? "ok" : "failing") != NULL)
		answer.owned_body = json_print(root);
	answer.body_len = answer.owned_body != NULL ? strlen(answer.owned_body) : 0;
	json_free(root);
	http_answer(request, &answer);
}

static enum status
run_check(struct db *db, struct writer_job *job, struct err *err)
{
	(void)job;
	return health_write(db, err);
}

static void
check_done(struct writer_job *job, enum status status, const struct err *err)
{
	struct check *check = (struct check *)job;
	struct http_request *request = check->request;
	bool outbox_fine = check->outbox_fine;

	if (status == STATUS_OK)
		atomic_store(&check->listener->write_proved_at_ms, clock_monotonic_ms());
	else
		log_error("health part=database status=%s reason=%s", status_name(status), err != NULL ? err->text : "");
	free(check);
	answer_health(request, status == STATUS_OK, outbox_fine);
}

/* False if it cannot be read, or if something has been due for long without anybody taking it. */
static bool
outbox_is_fine(struct listener *listener)
{
	struct err err = { "" };
	int64_t due_ms = 0;
	enum status status = outbox_next_due(listener->db, 0, &due_ms, &err);

	if (status != STATUS_OK) {
		log_error("health part=outbox status=%s reason=%s", status_name(status), err.text);
		return false;
	}
	return due_ms == 0 || due_ms > clock_now_ms() - OUTBOX_OVERDUE_MS;
}

void
api_health(struct listener *listener, struct http_request *request, int64_t id)
{
	bool outbox_fine = outbox_is_fine(listener);
	int64_t proved_ms = atomic_load(&listener->write_proved_at_ms);
	struct check *check;

	(void)id;
	if (proved_ms != 0 && clock_monotonic_ms() - proved_ms < WRITE_PROOF_MS) {
		answer_health(request, true, outbox_fine);
		return;
	}
	check = calloc(1, sizeof *check);
	if (check == NULL) {
		listener_unavailable(request);
		return;
	}
	check->job.run = run_check;
	check->job.done = check_done;
	check->listener = listener;
	check->request = request;
	check->outbox_fine = outbox_fine;
	/* Before the writer has it, since it may be done at once. */
	http_suspend(request);
	if (writer_submit(listener->writer, &check->job))
		return;
	free(check);
	answer_health(request, false, outbox_fine);
}

/* --- metrics ------------------------------------------------------------------------------------------------------- */

static void
add_family(struct strbuf *out, const char *name, const char *type, const char *help)
{
	strbuf_add_format(out, "# TYPE %s %s\n# HELP %s %s\n", name, type, name, help);
}

static void
add_threads(struct strbuf *out, const char *name, int64_t numbers[CHANNEL_COUNT][THREAD_STATUS_COUNT])
{
	for (int channel = 0; channel < CHANNEL_COUNT; channel++)
		for (int status = 0; status < THREAD_STATUS_COUNT; status++)
			strbuf_add_format(out, "%s{channel=\"%s\",status=\"%s\"} %" PRId64 "\n", name,
					  channel_name((enum channel)channel),
					  thread_status_name((enum thread_status)status), numbers[channel][status]);
}

static void
add_webhooks(struct strbuf *out, struct listener *listener)
{
	static const char *const names[WEBHOOK_RESULT_COUNT] = {
		[WEBHOOK_STORED] = "stored",	       [WEBHOOK_REPEATED] = "repeated",
		[WEBHOOK_STATUS_KEPT] = "status",      [WEBHOOK_DEAD_LETTER] = "dead_letter",
		[WEBHOOK_FORBIDDEN] = "forbidden",     [WEBHOOK_UNAVAILABLE] = "unavailable",
	};

	add_family(out, "hilo_webhooks", "counter", "Webhooks since the start, by what became of them.");
	for (int i = 0; i < WEBHOOK_RESULT_COUNT; i++)
		strbuf_add_format(out, "hilo_webhooks_total{result=\"%s\"} %" PRIu64 "\n", names[i],
				  (uint64_t)atomic_load_explicit(&listener->webhooks[i], memory_order_relaxed));
}

void
api_metrics(struct listener *listener, struct http_request *request, int64_t id)
{
	struct http_answer answer = { .status = 200,
				      .content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8" };
	struct thread_counts threads;
	struct outbox_counts outbox;
	struct strbuf out;
	struct err err = { "" };
	enum status status;
	int64_t dead_letters = 0;

	(void)id;
	status = thread_counts(listener->db, &threads, &err);
	if (status == STATUS_OK)
		status = outbox_counts(listener->db, &outbox, &err);
	if (status == STATUS_OK)
		status = dead_letter_count(listener->db, &dead_letters, &err);
	if (status != STATUS_OK) {
		log_error("metrics-failed status=%s reason=%s", status_name(status), err.text);
		listener_unavailable(request);
		return;
	}
	strbuf_init(&out, METRICS_MAX);
	add_family(&out, "hilo_threads", "gauge", "Conversations by channel and status.");
	add_threads(&out, "hilo_threads", threads.threads);
	add_family(&out, "hilo_unread_threads", "gauge", "Conversations with unread messages by channel and status.");
	add_threads(&out, "hilo_unread_threads", threads.unread);
	add_family(&out, "hilo_outbox_waiting", "gauge", "Messages still to be sent.");
	strbuf_add_format(&out, "hilo_outbox_waiting %" PRId64 "\n", outbox.waiting);
	add_family(&out, "hilo_outbox_unsure", "gauge", "Messages whose outcome is left to an agent.");
	strbuf_add_format(&out, "hilo_outbox_unsure %" PRId64 "\n", outbox.unsure);
	add_family(&out, "hilo_dead_letters", "gauge", "Signed requests that could not be used.");
	strbuf_add_format(&out, "hilo_dead_letters %" PRId64 "\n", dead_letters);
	add_webhooks(&out, listener);
	strbuf_add_string(&out, "# EOF\n");
	answer.body_len = out.len;
	answer.owned_body = strbuf_detach(&out);
	if (answer.owned_body == NULL)
		listener_unavailable(request);
	else
		http_answer(request, &answer);
}
