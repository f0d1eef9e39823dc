/* SPDX-License-Identifier: MIT */
/*
 * The writer: one thread with the connection that commits. Jobs that came while the last commit was on its way to the disk
 * share the next transaction, so durable throughput grows with the load. After each commit it ticks the change signal, and
 * when idle it brings the full-text index up to date and keeps the write-ahead log short.
 */
#ifndef HILO_CORE_WRITER_H
#define HILO_CORE_WRITER_H

#include <stdbool.h>

#include "core/change.h"
#include "core/db.h"
#include "core/err.h"

struct writer;

struct writer_job {
	/*
	 * Does the work inside the transaction, on the writer's thread. May run again after a rollback, so it
	 * changes nothing but the database and its own results. A refusal that changed nothing is a result, returned as STATUS_OK;
	 * any other status rolls the work back.
	 */
	enum status (*run)(struct db *db, struct writer_job *job, struct err *err);
	/*
	 * Called on the writer's thread when the work is durable (STATUS_OK) or not stored at all (anything else; STATUS_BUSY and
	 * STATUS_IO mean: try later). The job is the caller's again from here on.
	 */
	void (*done)(struct writer_job *job, enum status status, const struct err *err);
	struct writer_job *next; /* the writer's */
};

/* Opens its own connection to `url` and starts. `hub` is borrowed, may be NULL. */
enum status writer_new(const char *url, struct change_hub *hub, struct writer **out, struct err *err);
/* Finishes what is queued, then ends the thread. */
void writer_free(struct writer *writer);
/* Queues a job, any thread. False (and `done` is never called) when the queue is full (4096) or ending: answer "busy". */
bool writer_submit(struct writer *writer, struct writer_job *job);
/* Submits and waits for the end; for commands and tests, never for a thread that must not wait. */
enum status writer_run(struct writer *writer, enum status (*run)(struct db *, void *, struct err *), void *arg,
		       struct err *err);

#endif
