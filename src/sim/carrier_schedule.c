/* SPDX-License-Identifier: MIT */
/*
 * What is to be done later: a few workers, each with a heap of jobs and an HTTP client. Everything about one customer
 * goes to one worker (its lane), so it happens in order; a listener that is slow for one does not stop the others.
 */
#include "sim/carrier_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/log.h"

#define RETRY_FIRST_MS 200

static struct timespec
deadline_at(int64_t monotonic_ms)
{
	return (struct timespec){ .tv_sec = monotonic_ms / 1000, .tv_nsec = monotonic_ms % 1000 * 1000000 };
}

void
carrier_sleep(struct carrier *carrier, long ms)
{
	struct timespec deadline = deadline_at(clock_monotonic_ms() + ms);

	carrier_lock(carrier);
	while (!carrier->stopping && pthread_cond_timedwait(&carrier->changed, &carrier->lock, &deadline) == 0)
		;
	carrier_unlock(carrier);
}

/* --- the heap --- */

static bool
earlier(const struct carrier_job *a, const struct carrier_job *b)
{
	return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->sequence < b->sequence;
}

static void
swap_jobs(struct carrier_job *a, struct carrier_job *b)
{
	struct carrier_job job = *a;

	*a = *b;
	*b = job;
}

static bool
push(struct carrier_worker *worker, const struct carrier_job *job)
{
	size_t i = worker->count;

	if (!carrier_grow((void **)&worker->jobs, worker->count, &worker->capacity, sizeof *worker->jobs))
		return false;
	worker->jobs[worker->count++] = *job;
	for (; i > 0 && earlier(&worker->jobs[i], &worker->jobs[(i - 1) / 2]); i = (i - 1) / 2)
		swap_jobs(&worker->jobs[i], &worker->jobs[(i - 1) / 2]);
	return true;
}

static struct carrier_job
pop(struct carrier_worker *worker)
{
	struct carrier_job first = worker->jobs[0];
	size_t i = 0;

	worker->jobs[0] = worker->jobs[--worker->count];
	for (;;) {
		size_t least = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < worker->count; child++) {
			if (earlier(&worker->jobs[child], &worker->jobs[least]))
				least = child;
		}
		if (least == i)
			return first;
		swap_jobs(&worker->jobs[i], &worker->jobs[least]);
		i = least;
	}
}

bool
carrier_schedule(struct carrier *carrier, const char *customer, const struct carrier_job *job)
{
	struct carrier_job stamped = *job;
	struct carrier_worker *worker;
	uint32_t hash = 2166136261u;

	for (; *customer != '\0'; customer++)
		hash = (hash ^ (unsigned char)*customer) * 16777619u;
	worker = &carrier->workers[hash % CARRIER_WORKERS];
	stamped.sequence = ++carrier->sequence;
	stamped.generation = carrier->generation;
	if (carrier->stopping || !push(worker, &stamped)) {
		carrier_post_free(job->post);
		return false;
	}
	pthread_cond_signal(&worker->wake);
	return true;
}

void
carrier_drop_jobs(struct carrier *carrier)
{
	for (size_t i = 0; i < CARRIER_WORKERS; i++) {
		struct carrier_worker *worker = &carrier->workers[i];

		for (size_t k = 0; k < worker->count; k++)
			carrier_post_free(worker->jobs[k].post);
		worker->count = 0;
	}
}

size_t
carrier_waiting(const struct carrier *carrier)
{
	size_t waiting = 0;

	for (size_t i = 0; i < CARRIER_WORKERS; i++)
		waiting += carrier->workers[i].count + carrier->workers[i].busy;
	return waiting;
}

bool
carrier_wait_idle(struct carrier *carrier, int64_t timeout_ms)
{
	struct timespec deadline = deadline_at(clock_monotonic_ms() + timeout_ms);
	bool idle;

	carrier_lock(carrier);
	while (carrier_waiting(carrier) > 0 && !carrier->stopping
	       && pthread_cond_timedwait(&carrier->changed, &carrier->lock, &deadline) == 0)
		;
	idle = carrier_waiting(carrier) == 0;
	carrier_unlock(carrier);
	return idle;
}

/* --- posting --- */

static void
log_post(struct carrier *carrier, const struct carrier_post *post, enum sim_outcome outcome, int http_status)
{
	struct carrier_post_log *entry;

	if (carrier->post_count >= CARRIER_LOG_MAX) {
		size_t gone = CARRIER_LOG_MAX / 4;

		for (size_t i = 0; i < gone; i++)
			free(carrier->posts[i].url);
		carrier->post_count -= gone;
		memmove(carrier->posts, carrier->posts + gone, carrier->post_count * sizeof *carrier->posts);
	}
	if (!carrier_grow((void **)&carrier->posts, carrier->post_count, &carrier->post_capacity,
			  sizeof *carrier->posts))
		return;
	entry = &carrier->posts[carrier->post_count++];
	*entry = (struct carrier_post_log){ .at_ms = clock_now_ms(),
					    .kind = post->kind,
					    .message_status = post->message_status,
					    .outcome = outcome,
					    .http_status = http_status,
					    .attempt = post->attempt,
					    .url = strdup(post->url) };
	memcpy(entry->sid, post->sid, sizeof entry->sid);
}

static bool
worth_retrying(const struct carrier_post *post, enum sim_outcome outcome, int http_status)
{
	unsigned wanted = 0;

	switch (outcome) {
	case SIM_CALL_DONE:
		wanted = http_status >= 500 ? CARRIER_RETRY_5XX : http_status >= 400 ? CARRIER_RETRY_4XX : 0;
		break;
	case SIM_CALL_NO_CONNECT:
		wanted = CARRIER_RETRY_CONNECT;
		break;
	case SIM_CALL_TIMEOUT:
	case SIM_CALL_BROKEN:
		wanted = CARRIER_RETRY_READ;
		break;
	case SIM_CALL_STOPPED:
		break;
	}
	return (post->override.policy & wanted) != 0 && post->attempt <= post->override.retries;
}

static void
count_outcome(struct carrier *carrier, const struct carrier_post *post, bool done)
{
	struct carrier_stats *stats = &carrier->stats;

	if (post->kind == CARRIER_POST_WEBHOOK && done)
		stats->webhooks_done++;
	else if (post->kind == CARRIER_POST_WEBHOOK)
		stats->webhooks_lost++;
	else if (done)
		stats->callbacks_done++;
	else
		stats->callbacks_lost++;
}

/* Notes how a try ended; true if the job (its post with it) went back into the heap. Locked. */
static bool
settle(struct carrier_worker *worker, struct carrier_job *job, enum sim_outcome outcome, int http_status)
{
	struct carrier *carrier = worker->carrier;
	struct carrier_post *post = job->post;
	bool done = outcome == SIM_CALL_DONE && http_status >= 200 && http_status < 300;

	if (carrier->stopping || job->generation != carrier->generation)
		return false;
	carrier->stats.posts++;
	log_post(carrier, post, outcome, http_status);
	if (!done && worth_retrying(post, outcome, http_status)) {
		job->kind = CARRIER_JOB_POST;
		job->due_ms = clock_monotonic_ms() + ((int64_t)RETRY_FIRST_MS << (post->attempt - 1));
		if (push(worker, job))
			return true;
	}
	count_outcome(carrier, post, done);
	if (!done)
		log_warning("carrier webhook lost sid=%s status=%d tries=%u", post->sid, http_status, post->attempt);
	return false;
}

static void
do_post(struct carrier_worker *worker, struct carrier_job *job)
{
	struct carrier_post *post = job->post;
	struct sim_reply reply;
	struct sim_call call = { .method = "POST",
				 .url = post->url,
				 .body = post->body,
				 .body_len = post->body_len,
				 .connect_timeout_ms = post->override.connect_ms,
				 .timeout_ms = post->override.total_ms };
	char signature[96], token[80];
	enum sim_outcome outcome;
	size_t n = 0;
	bool again;

	snprintf(signature, sizeof signature, "X-Twilio-Signature: %s", post->signature);
	snprintf(token, sizeof token, "I-Twilio-Idempotency-Token: %s", post->token);
	call.headers[n++] = "Content-Type: application/x-www-form-urlencoded; charset=UTF-8";
	call.headers[n++] = "User-Agent: TwilioProxy/1.1";
	call.headers[n++] = "Accept: */*";
	call.headers[n++] = token;
	if (post->signature[0] != '\0')
		call.headers[n++] = signature;
	post->attempt++;
	sim_reply_init(&reply);
	outcome = sim_client_call(worker->client, &call, &reply);
	carrier_lock(worker->carrier);
	again = settle(worker, job, outcome, reply.status);
	carrier_unlock(worker->carrier);
	sim_reply_release(&reply);
	if (!again)
		carrier_post_free(post);
}

/* --- the workers --- */

static void
run_job(struct carrier_worker *worker, struct carrier_job *job)
{
	switch (job->kind) {
	case CARRIER_JOB_TICK:
		carrier_run_tick(worker->carrier, job);
		break;
	case CARRIER_JOB_CALLBACK:
		job->post = carrier_make_callback(worker->carrier, job);
		if (job->post != NULL)
			do_post(worker, job);
		break;
	case CARRIER_JOB_POST:
		do_post(worker, job);
		break;
	case CARRIER_JOB_FETCH:
		carrier_run_fetch(worker->carrier, worker->client, job);
		carrier_post_free(job->post);
		break;
	}
}

static void *
work(void *arg)
{
	struct carrier_worker *worker = arg;
	struct carrier *carrier = worker->carrier;
	struct carrier_job job;

	carrier_lock(carrier);
	while (!carrier->stopping) {
		if (worker->count == 0) {
			pthread_cond_wait(&worker->wake, &carrier->lock);
			continue;
		}
		if (worker->jobs[0].due_ms > clock_monotonic_ms()) {
			struct timespec due = deadline_at(worker->jobs[0].due_ms);

			pthread_cond_timedwait(&worker->wake, &carrier->lock, &due);
			continue;
		}
		job = pop(worker);
		worker->busy = true;
		carrier_unlock(carrier);
		run_job(worker, &job);
		carrier_lock(carrier);
		worker->busy = false;
		if (worker->count == 0)
			pthread_cond_broadcast(&carrier->changed);
	}
	carrier_unlock(carrier);
	return NULL;
}

enum status
carrier_start_workers(struct carrier *carrier, struct err *err)
{
	for (size_t i = 0; i < CARRIER_WORKERS; i++) {
		struct carrier_worker *worker = &carrier->workers[i];
		enum status status = sim_client_new(&worker->client, err);
		int failure;

		if (status != STATUS_OK)
			return status;
		failure = pthread_create(&worker->thread, NULL, work, worker);
		if (failure != 0)
			return err_set(err, STATUS_FAILED, _("A thread of the pretend carrier cannot be started: %s."),
				       strerror(failure));
		worker->started = true;
	}
	return STATUS_OK;
}

void
carrier_stop_workers(struct carrier *carrier)
{
	carrier_lock(carrier);
	carrier->stopping = true;
	for (size_t i = 0; i < CARRIER_WORKERS; i++)
		pthread_cond_signal(&carrier->workers[i].wake);
	pthread_cond_broadcast(&carrier->changed);
	carrier_unlock(carrier);
	for (size_t i = 0; i < CARRIER_WORKERS; i++) {
		struct carrier_worker *worker = &carrier->workers[i];

		if (worker->client != NULL)
			sim_client_stop(worker->client);
		if (worker->started)
			pthread_join(worker->thread, NULL);
		sim_client_free(worker->client);
		worker->client = NULL;
	}
}
