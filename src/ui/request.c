/* SPDX-License-Identifier: MIT */
/*
 * The list of what is on its way belongs to the UI thread, the list of what has ended is guarded by a lock: the
 * writer's thread only links a request there and writes to the descriptor.
 */
#include "ui/request.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/note.h"
#include "core/strbuf.h"

struct requests {
	struct writer *writer; /* borrowed */
	char *agent;
	struct request *first; /* on their way, newest first; the UI thread's */
	pthread_mutex_t lock;  /* guards the rest */
	pthread_cond_t ended;
	struct request *done, *last_done;
	size_t running;
	int fd;
};

struct requests *
requests_new(struct writer *writer, const char *agent)
{
	struct requests *requests = calloc(1, sizeof *requests);

	if (requests == NULL)
		return NULL;
	requests->writer = writer;
	requests->agent = strdup(agent);
	requests->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&requests->lock, NULL);
	pthread_cond_init(&requests->ended, NULL);
	if (requests->agent == NULL || requests->fd < 0) {
		requests_free(requests);
		return NULL;
	}
	return requests;
}

void
requests_wait(struct requests *requests)
{
	pthread_mutex_lock(&requests->lock);
	while (requests->running > 0)
		pthread_cond_wait(&requests->ended, &requests->lock);
	pthread_mutex_unlock(&requests->lock);
}

void
requests_free(struct requests *requests)
{
	struct request *request;

	if (requests == NULL)
		return;
	requests_wait(requests);
	while ((request = requests_take_done(requests)) != NULL)
		request_free(request);
	if (requests->fd >= 0)
		close(requests->fd);
	pthread_cond_destroy(&requests->ended);
	pthread_mutex_destroy(&requests->lock);
	free(requests->agent);
	free(requests);
}

int
requests_fd(const struct requests *requests)
{
	return requests->fd;
}

void
request_free(struct request *request)
{
	if (request == NULL)
		return;
	if (request->data != NULL)
		(request->action->release != NULL ? request->action->release : free)(request->data);
	free(request->text);
	free(request->agent);
	free(request);
}

/* --- on the writer's thread --- */

static enum status
run_send(struct db *db, struct request *request, struct err *err)
{
	struct outgoing out = {
		.channel = request->channel,
		.thread_id = request->thread_id,
		.body = request->text,
		.media_url = request->data,
		.author = request->agent,
		.origin = "console",
		.not_before = request->not_before,
		.delay_ms = request->delay_ms,
		.seen_message_id = request->seen_message_id,
		.now_ms = request->now_ms,
	};

	return outbox_enqueue(db, &out, &request->result, err);
}

static enum status
run_note(struct db *db, struct request *request, struct err *err)
{
	struct note note = { .thread_id = request->thread_id, .author = request->agent, .body = request->text,
			     .now_ms = request->now_ms };

	return note_add(db, &note, &request->result.message_id, err);
}

static struct draft_key
key_of(const struct request *request)
{
	return (struct draft_key){ .thread_id = request->thread_id, .agent = request->agent, .kind = request->draft };
}

static enum status
run_restore(struct db *db, struct request *request, struct err *err)
{
	struct draft_key key = key_of(request);
	struct strbuf joined;
	char *draft = NULL;
	enum status status = draft_load_kind(db, &key, &draft, err);

	if (status != STATUS_OK)
		return status;
	strbuf_init(&joined, 4 << 20);
	strbuf_add_string(&joined, request->text);
	if (draft[0] != '\0')
		strbuf_add_format(&joined, "\n%s", draft);
	if (joined.failed)
		status = err_set(err, STATUS_NO_MEMORY,
				 _("There is not enough memory; close other programs and try again."));
	else
		status = draft_save_kind(db, &key, strbuf_text(&joined), request->now_ms, err);
	strbuf_release(&joined);
	free(draft);
	return status;
}

static enum status
run_save(struct db *db, struct request *request, struct err *err)
{
	struct draft_key key = key_of(request);

	return draft_save_kind(db, &key, request->text, request->now_ms, err);
}

static enum status
run_request(struct db *db, struct writer_job *job, struct err *err)
{
	struct request *request = (struct request *)job;

	switch (request->kind) {
	case REQUEST_SEND:
		return run_send(db, request, err);
	case REQUEST_NOTE:
		return run_note(db, request, err);
	case REQUEST_RESEND:
		return outbox_resend(db, request->message_id, request->agent, request->now_ms, &request->result, err);
	case REQUEST_MARK_READ:
		return thread_mark_read(db, request->thread_id, request->message_id, request->now_ms, err);
	case REQUEST_SAVE_DRAFT:
		return run_save(db, request, err);
	case REQUEST_RESTORE_DRAFT:
		return run_restore(db, request, err);
	case REQUEST_OTHER:
		return request->action->run(db, request, err);
	}
	return STATUS_FAILED;
}

static void
end_request(struct writer_job *job, enum status status, const struct err *err)
{
	struct request *request = (struct request *)job;
	struct requests *owner = request->owner;
	uint64_t one = 1;
	ssize_t written;

	request->status = status;
	if (status != STATUS_OK && err != NULL)
		request->err = *err;
	request->next_done = NULL;
	pthread_mutex_lock(&owner->lock);
	if (owner->last_done != NULL)
		owner->last_done->next_done = request;
	else
		owner->done = request;
	owner->last_done = request;
	owner->running--;
	written = write(owner->fd, &one, sizeof one);
	(void)written;
	pthread_cond_signal(&owner->ended);
	pthread_mutex_unlock(&owner->lock);
}

/* --- on the UI thread --- */

bool
requests_submit(struct requests *requests, const struct request *request, const char *text)
{
	struct request *copy = calloc(1, sizeof *copy);

	if (copy == NULL) {
		if (request->data != NULL)
			(request->action->release != NULL ? request->action->release : free)(request->data);
		return false;
	}
	*copy = *request;
	copy->job = (struct writer_job){ .run = run_request, .done = end_request };
	copy->owner = requests;
	copy->text = text != NULL ? strdup(text) : NULL;
	copy->agent = strdup(requests->agent);
	if ((text != NULL && copy->text == NULL) || copy->agent == NULL) {
		request_free(copy);
		return false;
	}
	copy->next = requests->first;
	requests->first = copy;
	pthread_mutex_lock(&requests->lock);
	requests->running++;
	pthread_mutex_unlock(&requests->lock);
	if (writer_submit(requests->writer, &copy->job))
		return true;
	pthread_mutex_lock(&requests->lock);
	requests->running--;
	pthread_mutex_unlock(&requests->lock);
	requests->first = copy->next;
	request_free(copy);
	return false;
}

struct request *
requests_take_done(struct requests *requests)
{
	struct request *request;
	uint64_t count;

	pthread_mutex_lock(&requests->lock);
	request = requests->done;
	if (request != NULL)
		requests->done = request->next_done;
	if (requests->done == NULL)
		requests->last_done = NULL;
	if (request == NULL) {
		ssize_t got = read(requests->fd, &count, sizeof count);
		(void)got;
	}
	pthread_mutex_unlock(&requests->lock);
	for (struct request **link = &requests->first; request != NULL && *link != NULL; link = &(*link)->next) {
		if (*link == request) {
			*link = request->next;
			break;
		}
	}
	return request;
}

const char *
requests_draft_on_its_way(const struct requests *requests, int64_t thread_id, enum draft_kind kind)
{
	for (const struct request *request = requests->first; request != NULL; request = request->next) {
		if (request->thread_id != thread_id || request->draft != kind)
			continue;
		if (request->kind == REQUEST_SEND || request->kind == REQUEST_NOTE)
			return "";
		if (request->kind == REQUEST_SAVE_DRAFT || request->kind == REQUEST_RESTORE_DRAFT)
			return request->text;
	}
	return NULL;
}
