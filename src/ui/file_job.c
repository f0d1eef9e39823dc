/* SPDX-License-Identifier: MIT */
/*
 * A ring of FILE_JOBS_MAX places: waiting, then running (one), then ended, in this order, so three counters tell the state of each.
 * The eventfd counts those that ended and were not taken yet.
 */
#include "ui/file_job.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/attachment.h"
#include "core/child.h"
#include "core/file_store.h"
#include "core/i18n.h"
#include "core/media_type.h"
#include "ui/file_complete.h"

#define PICTURE_TIMEOUT_MS 6000 /* a little more than the processor time it gives itself */

struct job {
	char *path, *name, *destination; /* owned; what its kind needs */
	struct picture_box box;
	struct file_job_result result;
};

struct file_jobs {
	char *database, *program;
	int fd;
	pthread_t thread;
	pthread_mutex_t mutex; /* guards what follows, but not the place that runs */
	pthread_cond_t wake;
	struct job places[FILE_JOBS_MAX];
	uint64_t taken, ended, added; /* so far; the place of number n is n % FILE_JOBS_MAX */
	atomic_bool stopping;
};

void
file_job_result_release(struct file_job_result *result)
{
	free(result->path);
	free(result->name);
	strbuf_release(&result->picture);
	memset(result, 0, sizeof *result);
}

static void
job_release(struct job *job)
{
	free(job->path);
	free(job->name);
	free(job->destination);
	job->path = job->name = job->destination = NULL;
}

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NO_MEMORY, "%s", _("There is not enough memory; close other programs and try again."));
}

/* --- the thread ----------------------------------------------------------------------------------------------------- */

static enum status
run_save(struct file_jobs *jobs, struct job *job)
{
	struct file_job_result *result = &job->result;
	char *destination = file_expand(job->destination);
	struct file_save save = { .database = jobs->database,
				  .path = job->path,
				  .name = job->name,
				  .destination = destination,
				  .stop = &jobs->stopping };
	enum status status = destination != NULL ? file_store_save(&save, &result->path, &result->size, &result->err)
						 : no_memory(&result->err);

	free(destination);
	return status;
}

static enum status
run_import(struct file_jobs *jobs, struct job *job)
{
	struct file_job_result *result = &job->result;
	struct file_stored stored;
	char *path = file_expand(job->path);
	enum status status = path != NULL ? file_store_import(jobs->database, path, &jobs->stopping, &stored, &result->err)
					  : no_memory(&result->err);

	free(path);
	if (status != STATUS_OK)
		return status;
	result->path = strdup(stored.path);
	result->name = strdup(stored.name);
	result->content_type = stored.content_type;
	result->size = stored.size;
	result->width = stored.width;
	result->height = stored.height;
	return result->path != NULL && result->name != NULL ? STATUS_OK : no_memory(&result->err);
}

/* The size that its header tells, for the cells it will take; false if it is no picture of a known size. */
static bool
measure(const char *file, struct media_type *type)
{
	char *head = malloc(MEDIA_TYPE_HEAD);
	FILE *stream = fopen(file, "re");
	size_t len = head != NULL && stream != NULL ? fread(head, 1, MEDIA_TYPE_HEAD, stream) : 0;

	*type = media_type_of(head != NULL ? head : "", len);
	if (stream != NULL)
		fclose(stream);
	free(head);
	return type->width > 0 && type->height > 0;
}

static enum status
draw(struct file_jobs *jobs, struct job *job, const char *file)
{
	struct file_job_result *result = &job->result;
	char columns[16], rows[16], cell[32];
	const char *argv[] = { jobs->program, "picture", job->box.kind == PICTURE_KITTY ? "--kitty" : "--sixel",
			       "--columns", columns, "--rows", rows, "--cell", cell, "--", file, NULL };
	struct child_request request = { .argv = argv, .timeout_ms = PICTURE_TIMEOUT_MS };
	struct child_end end;
	enum status status;

	snprintf(columns, sizeof columns, "%d", job->box.columns);
	snprintf(rows, sizeof rows, "%d", job->box.rows);
	snprintf(cell, sizeof cell, "%dx%d", job->box.cell_width, job->box.cell_height);
	status = child_run(&request, &result->picture, &end, &result->err);
	if (status != STATUS_OK)
		return status;
	if (end.in_time && end.exit_code == 0 && !result->picture.failed && result->picture.len > 0)
		return STATUS_OK;
	return err_set(&result->err, STATUS_INVALID, "%s",
		       _("This picture cannot be drawn here; it is damaged or too large. Open it with another program."));
}

static enum status
run_picture(struct file_jobs *jobs, struct job *job)
{
	struct file_job_result *result = &job->result;
	char *file = attachment_file(jobs->database, job->path);
	struct media_type type;
	enum status status;

	if (file == NULL)
		return err_set(&result->err, STATUS_NOT_FOUND, "%s", _("The file is not here; fetch it first."));
	if (!measure(file, &type)) {
		status = err_set(&result->err, STATUS_INVALID, "%s", _("This file is not a picture that can be drawn here."));
	} else {
		picture_fit(type.width, type.height, &job->box, &result->columns, &result->rows);
		status = draw(jobs, job, file);
	}
	free(file);
	return status;
}

static void
run_job(struct file_jobs *jobs, struct job *job)
{
	struct file_job_result *result = &job->result;

	switch (result->kind) {
	case FILE_JOB_SAVE:
		result->status = run_save(jobs, job);
		break;
	case FILE_JOB_IMPORT:
		result->status = run_import(jobs, job);
		break;
	case FILE_JOB_PICTURE:
		result->status = run_picture(jobs, job);
		break;
	}
}

static void *
run(void *arg)
{
	struct file_jobs *jobs = arg;
	uint64_t one = 1;

	pthread_mutex_lock(&jobs->mutex);
	while (!atomic_load(&jobs->stopping)) {
		struct job *job = &jobs->places[jobs->ended % FILE_JOBS_MAX];

		if (jobs->ended == jobs->added) {
			pthread_cond_wait(&jobs->wake, &jobs->mutex);
			continue;
		}
		pthread_mutex_unlock(&jobs->mutex);
		run_job(jobs, job);
		job_release(job);
		pthread_mutex_lock(&jobs->mutex);
		jobs->ended++;
		while (write(jobs->fd, &one, sizeof one) < 0 && errno == EINTR)
			;
	}
	pthread_mutex_unlock(&jobs->mutex);
	return NULL;
}

/* --- the other side ------------------------------------------------------------------------------------------------- */

/* Queues what `job` holds, which is taken (released when it cannot be). */
static uint64_t
add(struct file_jobs *jobs, struct job *job, bool whole, struct err *err)
{
	uint64_t number = 0;

	pthread_mutex_lock(&jobs->mutex);
	if (!whole) {
		no_memory(err);
	} else if (jobs->added - jobs->taken == FILE_JOBS_MAX) {
		err_set(err, STATUS_BUSY, "%s", _("Too many files are being worked on; wait for one to end."));
	} else {
		struct job *place = &jobs->places[jobs->added % FILE_JOBS_MAX];

		number = ++jobs->added;
		*place = *job;
		place->result.number = number;
		strbuf_init(&place->result.picture, PICTURE_SEQUENCE_MAX);
		pthread_cond_signal(&jobs->wake);
	}
	pthread_mutex_unlock(&jobs->mutex);
	if (number == 0)
		job_release(job);
	return number;
}

uint64_t
file_job_save(struct file_jobs *jobs, const char *path, const char *name, const char *destination, struct err *err)
{
	struct job job = { .path = strdup(path), .name = strdup(name), .destination = strdup(destination),
			   .result = { .kind = FILE_JOB_SAVE } };

	return add(jobs, &job, job.path != NULL && job.name != NULL && job.destination != NULL, err);
}

uint64_t
file_job_import(struct file_jobs *jobs, const char *path, struct err *err)
{
	struct job job = { .path = strdup(path), .result = { .kind = FILE_JOB_IMPORT } };

	return add(jobs, &job, job.path != NULL, err);
}

uint64_t
file_job_picture(struct file_jobs *jobs, const char *path, const struct picture_box *box, struct err *err)
{
	struct job job = { .path = strdup(path), .box = *box, .result = { .kind = FILE_JOB_PICTURE } };

	return add(jobs, &job, job.path != NULL, err);
}

int
file_jobs_fd(const struct file_jobs *jobs)
{
	return jobs->fd;
}

bool
file_jobs_take(struct file_jobs *jobs, struct file_job_result *result)
{
	uint64_t count;
	bool found;

	pthread_mutex_lock(&jobs->mutex);
	found = jobs->taken < jobs->ended;
	if (found) {
		struct job *job = &jobs->places[jobs->taken++ % FILE_JOBS_MAX];

		*result = job->result;
		memset(job, 0, sizeof *job);
	}
	/* The descriptor stays readable while there is another one. */
	if (jobs->taken == jobs->ended)
		while (read(jobs->fd, &count, sizeof count) < 0 && errno == EINTR)
			;
	pthread_mutex_unlock(&jobs->mutex);
	return found;
}

static void
release(struct file_jobs *jobs)
{
	for (size_t i = 0; i < FILE_JOBS_MAX; i++) {
		job_release(&jobs->places[i]);
		file_job_result_release(&jobs->places[i].result);
	}
	pthread_cond_destroy(&jobs->wake);
	pthread_mutex_destroy(&jobs->mutex);
	if (jobs->fd >= 0)
		close(jobs->fd);
	free(jobs->database);
	free(jobs->program);
	free(jobs);
}

enum status
file_jobs_new(const char *database, const char *program, struct file_jobs **out, struct err *err)
{
	struct file_jobs *jobs = calloc(1, sizeof *jobs);
	sigset_t all, before;
	int failed = 0;

	*out = NULL;
	if (jobs == NULL)
		return no_memory(err);
	pthread_mutex_init(&jobs->mutex, NULL);
	pthread_cond_init(&jobs->wake, NULL);
	jobs->database = strdup(database);
	jobs->program = strdup(program);
	jobs->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (jobs->database == NULL || jobs->program == NULL || jobs->fd < 0) {
		release(jobs);
		return no_memory(err);
	}
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&jobs->thread, NULL, run, jobs);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed != 0) {
		release(jobs);
		return err_set(err, STATUS_FAILED, "%s", _("No thread can be started; close other programs and try again."));
	}
	*out = jobs;
	return STATUS_OK;
}

void
file_jobs_free(struct file_jobs *jobs)
{
	if (jobs == NULL)
		return;
	pthread_mutex_lock(&jobs->mutex);
	atomic_store(&jobs->stopping, true);
	pthread_cond_signal(&jobs->wake);
	pthread_mutex_unlock(&jobs->mutex);
	pthread_join(jobs->thread, NULL);
	release(jobs);
}
