/* SPDX-License-Identifier: MIT */
/*
 * Design, from measurements of group commit: no timer; whatever waits when the last commit returns (512 at most, so that
 * one transaction stays short) shares the next one. Full-text rows follow in a transaction of their own when the queue
 * is empty (or the backlog grows). Once the log is long, a second thread copies its bulk into the file while commits go
 * on, and the writer copies the rest and starts the log anew between two batches. A savepoint for every job would cost a
 * tenth of the throughput; instead a batch with a failing job is rolled back and its jobs are run one by one.
 */
#include "core/writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "core/i18n.h"
#include "core/log.h"
#include "core/search_index.h"

#define QUEUE_MAX 4096
#define BATCH_MAX 512
#define INDEX_BATCH 256
#define INDEX_BACKLOG 4096    /* jobs committed since the index last moved that make it move even under load */
#define INDEX_IDLE_MS 10      /* nothing to store for this long: time for the index */
#define CHECKPOINT_PAGES 4000 /* 16 MiB of log */

/* The thread that copies the bulk of a long log into the file. */
struct copier {
	struct db *db; /* the thread's */
	pthread_t thread;
	pthread_mutex_t lock; /* guards the rest */
	pthread_cond_t wake;
	bool asked, copied, stopping;
};

struct writer {
	struct db *db;		/* the thread's */
	struct copier copier;
	struct change_hub *hub; /* borrowed or NULL */
	pthread_t thread;
	pthread_mutex_t lock; /* guards the queue */
	pthread_cond_t wake;
	struct writer_job *first, *last;
	size_t queued;
	bool stopping;
	/* The thread's own: */
	bool index_behind;
	size_t since_index;
};

bool
writer_submit(struct writer *writer, struct writer_job *job)
{
	bool taken;

	job->next = NULL;
	pthread_mutex_lock(&writer->lock);
	taken = !writer->stopping && writer->queued < QUEUE_MAX;
	if (taken) {
		if (writer->last != NULL)
			writer->last->next = job;
		else
			writer->first = job;
		writer->last = job;
		writer->queued++;
		pthread_cond_signal(&writer->wake);
	}
	pthread_mutex_unlock(&writer->lock);
	return taken;
}

/* Up to BATCH_MAX jobs, in order; NULL if none. The lock is held. */
static struct writer_job *
take_batch(struct writer *writer)
{
	struct writer_job *batch = writer->first, *end = batch;
	size_t count = 1;

	if (batch == NULL)
		return NULL;
	while (count < BATCH_MAX && end->next != NULL) {
		end = end->next;
		count++;
	}
	writer->first = end->next;
	if (writer->first == NULL)
		writer->last = NULL;
	writer->queued -= count;
	end->next = NULL;
	return batch;
}

static void
finish(struct writer_job *job, enum status status, const struct err *err)
{
	if (job->done != NULL)
		job->done(job, status, err);
}

static enum status
run_one(struct writer *writer, struct writer_job *job, struct err *err)
{
	enum status status = db_begin(writer->db, err);

	if (status != STATUS_OK)
		return status;
	status = job->run(writer->db, job, err);
	if (status != STATUS_OK) {
		db_rollback(writer->db);
		return status;
	}
	return db_commit(writer->db, err);
}

static enum status
run_together(struct writer *writer, struct writer_job *batch, struct err *err)
{
	enum status status = db_begin(writer->db, err);

	for (struct writer_job *job = batch; status == STATUS_OK && job != NULL; job = job->next) {
		status = job->run(writer->db, job, err);
		if (status != STATUS_OK)
			db_rollback(writer->db);
	}
	return status == STATUS_OK ? db_commit(writer->db, err) : status;
}

/* A lock or a broken disk is nobody's fault among the jobs: one by one would only wait once for each. */
static bool
is_fault_of_one(enum status status)
{
	return status != STATUS_BUSY && status != STATUS_IO;
}

/* Answers the whole batch; returns the number of jobs stored. */
static size_t
run_batch(struct writer *writer, struct writer_job *batch)
{
	struct writer_job *job, *next;
	struct err err = { "" };
	enum status together, status;
	bool alone = batch->next == NULL, again;
	size_t stored = 0;

	together = run_together(writer, batch, &err);
	if (together != STATUS_OK)
		log_warning("transaction undone status=%s reason=%s", status_name(together), err.text);
	/* Others wait for the change signal while the jobs wait for their answers: both at once. */
	if (together == STATUS_OK && writer->hub != NULL)
		change_tick(writer->hub);
	again = together != STATUS_OK && !alone && is_fault_of_one(together);
	for (job = batch; job != NULL; job = next) {
		next = job->next; /* the job is gone after its answer */
		status = together;
		if (again) {
			status = run_one(writer, job, &err);
			if (status == STATUS_OK && writer->hub != NULL)
				change_tick(writer->hub);
			if (status != STATUS_OK && !is_fault_of_one(status)) {
				together = status;
				again = false;
			}
		}
		stored += status == STATUS_OK;
		finish(job, status, &err);
	}
	return stored;
}

/* Adds a batch of full-text rows; they are no news for anybody, so nothing is signalled. */
static void
advance_index(struct writer *writer)
{
	struct err err = { "" };
	enum status status = db_begin(writer->db, &err);
	bool more = false;

	if (status == STATUS_OK) {
		status = search_index_advance(writer->db, INDEX_BATCH, &more, &err);
		if (status == STATUS_OK)
			status = db_commit(writer->db, &err);
		else
			db_rollback(writer->db);
	}
	if (status != STATUS_OK) {
		log_warning("search index not advanced status=%s reason=%s", status_name(status), err.text);
		more = false; /* the next commit tries again */
	}
	writer->index_behind = more;
	if (!more)
		writer->since_index = 0;
}

static void *
copy_log(void *arg)
{
	struct copier *copier = arg;

	pthread_mutex_lock(&copier->lock);
	for (;;) {
		while (!copier->asked && !copier->stopping)
			pthread_cond_wait(&copier->wake, &copier->lock);
		if (copier->stopping)
			break;
		pthread_mutex_unlock(&copier->lock);
		db_checkpoint(copier->db, false);
		pthread_mutex_lock(&copier->lock);
		copier->asked = false;
		copier->copied = true;
	}
	pthread_mutex_unlock(&copier->lock);
	return NULL;
}

/* Called between two batches. */
static void
shorten_log(struct writer *writer)
{
	struct copier *copier = &writer->copier;
	bool finish_it = false;

	if (db_log_pages(writer->db) < CHECKPOINT_PAGES)
		return;
	pthread_mutex_lock(&copier->lock);
	if (copier->copied) {
		copier->copied = false;
		finish_it = true;
	} else if (!copier->asked) {
		copier->asked = true;
		pthread_cond_signal(&copier->wake);
	}
	pthread_mutex_unlock(&copier->lock);
	if (finish_it)
		db_checkpoint(writer->db, true);
}

/* The next batch; NULL when it is time for the index, or (*stopping) to end. */
static struct writer_job *
wait_for_batch(struct writer *writer, bool *stopping)
{
	struct writer_job *batch;
	struct timespec until;
	int timed_out = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += INDEX_IDLE_MS * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	pthread_mutex_lock(&writer->lock);
	while (writer->first == NULL && !writer->stopping && timed_out == 0) {
		if (writer->index_behind)
			timed_out = pthread_cond_timedwait(&writer->wake, &writer->lock, &until);
		else
			pthread_cond_wait(&writer->wake, &writer->lock);
	}
	batch = take_batch(writer);
	*stopping = writer->stopping;
	pthread_mutex_unlock(&writer->lock);
	return batch;
}

static void *
write_jobs(void *arg)
{
	struct writer *writer = arg;
	struct writer_job *batch;
	bool stopping;

	for (;;) {
		batch = wait_for_batch(writer, &stopping);
		if (batch != NULL) {
			writer->since_index += run_batch(writer, batch);
			writer->index_behind |= writer->since_index > 0;
		} else if (stopping) {
			return NULL;
		}
		if (writer->index_behind && (batch == NULL || writer->since_index > INDEX_BACKLOG))
			advance_index(writer);
		shorten_log(writer);
	}
}

/* Opens both connections and starts both threads; on failure nothing runs any more. */
static enum status
start(struct writer *writer, const char *url, struct err *err)
{
	struct copier *copier = &writer->copier;
	enum status status = db_open(url, DB_CREATE, &writer->db, err);

	if (status == STATUS_OK)
		status = db_open(url, DB_OPEN, &copier->db, err);
	if (status != STATUS_OK)
		return status;
	if (pthread_create(&copier->thread, NULL, copy_log, copier) != 0)
		return err_set(err, STATUS_FAILED, _("No thread can be started; close other programs and try again."));
	if (pthread_create(&writer->thread, NULL, write_jobs, writer) != 0) {
		pthread_mutex_lock(&copier->lock);
		copier->stopping = true;
		pthread_cond_signal(&copier->wake);
		pthread_mutex_unlock(&copier->lock);
		pthread_join(copier->thread, NULL);
		return err_set(err, STATUS_FAILED, _("No thread can be started; close other programs and try again."));
	}
	return STATUS_OK;
}

static void
release(struct writer *writer)
{
	pthread_cond_destroy(&writer->wake);
	pthread_mutex_destroy(&writer->lock);
	pthread_cond_destroy(&writer->copier.wake);
	pthread_mutex_destroy(&writer->copier.lock);
	db_close(writer->copier.db);
	db_close(writer->db);
	free(writer);
}

enum status
writer_new(const char *url, struct change_hub *hub, struct writer **out, struct err *err)
{
	struct writer *writer = calloc(1, sizeof *writer);
	pthread_condattr_t attributes;
	enum status status;

	*out = NULL;
	if (writer == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	writer->hub = hub;
	writer->index_behind = true; /* catch up what a crash left out */
	pthread_mutex_init(&writer->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC); /* the other clock may be set back by a day */
	pthread_cond_init(&writer->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&writer->copier.lock, NULL);
	pthread_cond_init(&writer->copier.wake, NULL);
	status = start(writer, url, err);
	if (status == STATUS_OK)
		*out = writer;
	else
		release(writer);
	return status;
}

void
writer_free(struct writer *writer)
{
	if (writer == NULL)
		return;
	pthread_mutex_lock(&writer->lock);
	writer->stopping = true;
	pthread_cond_signal(&writer->wake);
	pthread_mutex_unlock(&writer->lock);
	pthread_join(writer->thread, NULL);
	pthread_mutex_lock(&writer->copier.lock);
	writer->copier.stopping = true;
	pthread_cond_signal(&writer->copier.wake);
	pthread_mutex_unlock(&writer->copier.lock);
	pthread_join(writer->copier.thread, NULL);
	release(writer);
}

struct waiting_job {
	struct writer_job job; /* first */
	enum status (*run)(struct db *db, void *arg, struct err *err);
	void *arg;
	struct err *err;
	enum status status;
	bool finished;
	pthread_mutex_t lock;
	pthread_cond_t wake;
};

static enum status
run_waiting(struct db *db, struct writer_job *job, struct err *err)
{
	struct waiting_job *waiting = (struct waiting_job *)job;

	return waiting->run(db, waiting->arg, err);
}

static void
finish_waiting(struct writer_job *job, enum status status, const struct err *err)
{
	struct waiting_job *waiting = (struct waiting_job *)job;

	pthread_mutex_lock(&waiting->lock);
	waiting->status = status;
	if (status != STATUS_OK && waiting->err != NULL)
		*waiting->err = *err;
	waiting->finished = true;
	pthread_cond_signal(&waiting->wake);
	pthread_mutex_unlock(&waiting->lock);
}

enum status
writer_run(struct writer *writer, enum status (*run)(struct db *, void *, struct err *), void *arg, struct err *err)
{
	struct waiting_job waiting = { .job = { .run = run_waiting, .done = finish_waiting },
				       .run = run,
				       .arg = arg,
				       .err = err };
	enum status status;

	pthread_mutex_init(&waiting.lock, NULL);
	pthread_cond_init(&waiting.wake, NULL);
	if (writer_submit(writer, &waiting.job)) {
		pthread_mutex_lock(&waiting.lock);
		while (!waiting.finished)
			pthread_cond_wait(&waiting.wake, &waiting.lock);
		pthread_mutex_unlock(&waiting.lock);
		status = waiting.status;
	} else {
		status = err_set(err, STATUS_BUSY, _("Too much is waiting to be stored; try again in a moment."));
	}
	pthread_cond_destroy(&waiting.wake);
	pthread_mutex_destroy(&waiting.lock);
	return status;
}
