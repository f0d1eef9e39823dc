/* SPDX-License-Identifier: MIT */
/*
 * The lock guards the question and the one piece that waits to be taken; the thread goes on only after it was, so a slow
 * screen is never behind by more than that.
 */
#include "ui/finder.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/query_run.h"

enum { STEP_MS = 25, HITS_PAGE = 64 };

/* A place in a conversation, asked for and found. */
struct finder_hit {
	bool asked; /* was not begun */
	bool ready; /* waits to be taken */
	int64_t thread_id;
	int64_t from;
	int by;
	int64_t message_id;
	enum status status;
	struct err err;
};

struct finder {
	char *database;
	int fd;
	pthread_t thread;
	bool started;
	atomic_bool stop; /* what runs now is not wanted any more */
	pthread_mutex_t lock; /* guards the rest */
	pthread_cond_t changed;
	struct db *db; /* the thread's; others only interrupt it */
	bool ending;
	bool asked;	/* there is a question that was not begun */
	bool wants_more;
	size_t wanted; /* rows, of the question or of what is wanted more */
	struct query query;
	struct finder_hit hit;
	bool ready; /* `piece` waits to be taken */
	struct finder_piece piece;
};

static void
piece_release(struct finder_piece *piece)
{
	free(piece->rows);
	free(piece->hits);
	*piece = (struct finder_piece){ 0 };
}

/* Tells the screen. Under the lock. */
static void
wake(struct finder *finder)
{
	uint64_t one = 1;
	ssize_t written = write(finder->fd, &one, sizeof one);

	(void)written;
}

/* --- places in a conversation --- */

/* The oldest one above `from`: what is newer is read through, for the index knows no other way. */
static enum status
find_newer(struct finder *finder, const struct query *query, struct finder_hit *hit)
{
	int64_t ids[HITS_PAGE], below = INT64_MAX;
	size_t count = 0;

	do {
		enum status status = query_hits(finder->db, query, hit->thread_id, below, ids, HITS_PAGE, &count, &hit->err);

		if (status != STATUS_OK)
			return status;
		for (size_t i = 0; i < count && ids[i] > hit->from; i++)
			hit->message_id = ids[i];
		if (count > 0)
			below = ids[count - 1];
	} while (count == HITS_PAGE && below > hit->from && !atomic_load(&finder->stop));
	return STATUS_OK;
}

static void
find_hit(struct finder *finder, const struct query *query, struct finder_hit *hit)
{
	size_t count = 0;

	hit->message_id = 0;
	if (hit->by > 0)
		hit->status = query_hits(finder->db, query, hit->thread_id, hit->from != 0 ? hit->from : INT64_MAX,
					 &hit->message_id, 1, &count, &hit->err);
	else
		hit->status = find_newer(finder, query, hit);
}

/* Answers where the next place is, if that was asked. */
static void
answer_hit(struct finder *finder)
{
	struct query query;
	struct finder_hit hit;

	pthread_mutex_lock(&finder->lock);
	hit = finder->hit;
	query = finder->query;
	finder->hit.asked = false;
	pthread_mutex_unlock(&finder->lock);
	if (!hit.asked)
		return;
	hit.asked = false;
	find_hit(finder, &query, &hit);
	pthread_mutex_lock(&finder->lock);
	/* What was asked meanwhile counts. */
	if (!atomic_load(&finder->stop) && !finder->hit.asked) {
		hit.ready = true;
		finder->hit = hit;
		wake(finder);
	}
	pthread_mutex_unlock(&finder->lock);
}

/* --- rows --- */

/* Hands a piece over once the one before was taken, unless it is not wanted any more. Takes `piece`. */
static void
deliver(struct finder *finder, struct finder_piece *piece)
{
	pthread_mutex_lock(&finder->lock);
	while (finder->ready && !atomic_load(&finder->stop))
		pthread_cond_wait(&finder->changed, &finder->lock);
	if (atomic_load(&finder->stop)) {
		pthread_mutex_unlock(&finder->lock);
		piece_release(piece);
		return;
	}
	finder->piece = *piece;
	finder->ready = true;
	wake(finder);
	pthread_mutex_unlock(&finder->lock);
}

/* One call of the run. False: as many as wanted are there, or it ended. */
static bool
step(struct finder *finder, struct query_run *run, size_t *wanted, bool *first)
{
	struct query_budget budget = { .ms = STEP_MS, .stop = &finder->stop };
	struct finder_piece piece = { .rows = calloc(FINDER_PAGE, sizeof *piece.rows),
				      .hits = calloc(FINDER_PAGE, sizeof *piece.hits) };
	struct query_page page = { .rows = piece.rows, .hits = piece.hits, .limit = *wanted < FINDER_PAGE ? *wanted : FINDER_PAGE };
	bool going;

	if (piece.rows == NULL || piece.hits == NULL)
		piece.status = err_set(&piece.err, STATUS_NO_MEMORY,
				       _("There is not enough memory; close other programs and try again."));
	else
		piece.status = query_run_next(run, &budget, &page, &piece.err);
	piece.count = page.count;
	*wanted -= page.count;
	piece.more = piece.status == STATUS_OK && page.more;
	going = piece.more && *wanted > 0 && !atomic_load(&finder->stop);
	piece.done = !going;
	piece.first = *first;
	/* Nothing found yet is told only when it stays so. */
	if (piece.count > 0 || piece.done) {
		*first = false;
		deliver(finder, &piece);
	} else {
		piece_release(&piece);
	}
	return going;
}

static void
fill_page(struct finder *finder, struct query_run *run, size_t wanted, bool first)
{
	while (step(finder, run, &wanted, &first))
		answer_hit(finder);
}

/* The run of a new question, or NULL: then the failure was delivered. */
static struct query_run *
begin(struct finder *finder, const struct query *query)
{
	struct finder_piece piece = { .first = true, .done = true };
	struct query_run *run = NULL;

	piece.status = query_run_new(finder->db, query, &run, &piece.err);
	if (piece.status != STATUS_OK)
		deliver(finder, &piece);
	return run;
}

static void *
work(void *arg)
{
	struct finder *finder = arg;
	struct query_run *run = NULL;
	struct query query;
	bool asked, more, ending;
	size_t wanted;

	for (;;) {
		pthread_mutex_lock(&finder->lock);
		while (!finder->ending && !finder->asked && !finder->hit.asked && !(finder->wants_more && run != NULL))
			pthread_cond_wait(&finder->changed, &finder->lock);
		asked = finder->asked;
		more = finder->wants_more;
		ending = finder->ending;
		query = finder->query;
		wanted = finder->wanted;
		finder->asked = finder->wants_more = false;
		if (!ending)
			atomic_store(&finder->stop, false);
		pthread_mutex_unlock(&finder->lock);
		if (ending)
			break;
		if (asked) {
			query_run_free(run);
			run = begin(finder, &query);
		}
		answer_hit(finder);
		if (run != NULL && (asked || more))
			fill_page(finder, run, wanted, asked);
	}
	query_run_free(run);
	return NULL;
}

struct finder *
finder_new(const char *database)
{
	struct finder *finder = calloc(1, sizeof *finder);

	if (finder == NULL)
		return NULL;
	pthread_mutex_init(&finder->lock, NULL);
	pthread_cond_init(&finder->changed, NULL);
	finder->database = strdup(database);
	finder->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (finder->database != NULL && finder->fd >= 0 &&
	    db_open(database, DB_READ_ONLY, &finder->db, NULL) == STATUS_OK)
		finder->started = pthread_create(&finder->thread, NULL, work, finder) == 0;
	if (finder->started)
		return finder;
	finder_free(finder);
	return NULL;
}

/* Whatever runs is not wanted any more. Under the lock. */
static void
interrupt(struct finder *finder)
{
	atomic_store(&finder->stop, true);
	db_interrupt(finder->db);
	if (finder->ready)
		piece_release(&finder->piece);
	finder->ready = false;
	finder->hit.asked = finder->hit.ready = false;
	pthread_cond_broadcast(&finder->changed);
}

void
finder_free(struct finder *finder)
{
	if (finder == NULL)
		return;
	if (finder->started) {
		pthread_mutex_lock(&finder->lock);
		finder->ending = true;
		interrupt(finder);
		pthread_mutex_unlock(&finder->lock);
		pthread_join(finder->thread, NULL);
	}
	piece_release(&finder->piece);
	db_close(finder->db);
	if (finder->fd >= 0)
		close(finder->fd);
	pthread_cond_destroy(&finder->changed);
	pthread_mutex_destroy(&finder->lock);
	free(finder->database);
	free(finder);
}

void
finder_ask(struct finder *finder, const struct query *query, size_t wanted)
{
	pthread_mutex_lock(&finder->lock);
	finder->query = *query;
	finder->wanted = wanted > 0 ? wanted : FINDER_PAGE;
	finder->asked = true;
	finder->wants_more = false;
	interrupt(finder);
	pthread_mutex_unlock(&finder->lock);
}

void
finder_more(struct finder *finder)
{
	pthread_mutex_lock(&finder->lock);
	finder->wants_more = true;
	finder->wanted = FINDER_PAGE;
	pthread_cond_broadcast(&finder->changed);
	pthread_mutex_unlock(&finder->lock);
}

void
finder_stop(struct finder *finder)
{
	pthread_mutex_lock(&finder->lock);
	finder->asked = finder->wants_more = false;
	interrupt(finder);
	pthread_mutex_unlock(&finder->lock);
}

void
finder_ask_hit(struct finder *finder, int64_t thread_id, int64_t from, int by)
{
	pthread_mutex_lock(&finder->lock);
	finder->hit = (struct finder_hit){ .asked = true, .thread_id = thread_id, .from = from, .by = by };
	pthread_cond_broadcast(&finder->changed);
	pthread_mutex_unlock(&finder->lock);
}

bool
finder_take_hit(struct finder *finder, int64_t *message_id, enum status *status, struct err *err)
{
	bool ready;

	pthread_mutex_lock(&finder->lock);
	ready = finder->hit.ready;
	finder->hit.ready = false;
	*message_id = finder->hit.message_id;
	*status = finder->hit.status;
	*err = finder->hit.err;
	pthread_mutex_unlock(&finder->lock);
	return ready;
}

int
finder_fd(const struct finder *finder)
{
	return finder->fd;
}

bool
finder_take(struct finder *finder, struct finder_piece *piece)
{
	uint64_t count;
	ssize_t got;
	bool ready;

	pthread_mutex_lock(&finder->lock);
	got = read(finder->fd, &count, sizeof count);
	(void)got;
	ready = finder->ready;
	if (ready)
		*piece = finder->piece;
	finder->piece = (struct finder_piece){ 0 };
	finder->ready = false;
	pthread_cond_broadcast(&finder->changed);
	pthread_mutex_unlock(&finder->lock);
	return ready;
}
