/* SPDX-License-Identifier: MIT */
/*
 * The thread reads into a set of its own; only the finished set changes hands, under the lock. One arena holds the
 * texts, one fuzzy index their folded letters.
 */
#include "ui/name_index.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/strbuf.h"
#include "core/thread_names.h"
#include "ui/fuzzy.h"

enum { PAGE = 500, ARENA_MAX = 64 << 20, NEWEST_BONUS = 20 };

struct name_row {
	int64_t thread_id;
	uint32_t name; /* offsets in the arena; both end in NUL */
	uint32_t address;
	uint8_t channel;
	uint8_t status;
};

struct names {
	struct strbuf arena;
	struct name_row *rows; /* owned */
	size_t count;
	struct fuzzy_index *letters;
};

struct name_index {
	char *database;
	struct names *names; /* the UI thread's; NULL = none yet */
	int fd;
	pthread_t thread;
	bool running;
	atomic_bool stop;
	pthread_mutex_t lock; /* guards the rest */
	bool finished;
	struct names *read; /* what the thread has read */
	enum status status;
	struct err err;
};

static void
names_free(struct names *names)
{
	if (names == NULL)
		return;
	strbuf_release(&names->arena);
	fuzzy_index_free(names->letters);
	free(names->rows);
	free(names);
}

static struct names *
names_new(void)
{
	struct names *names = calloc(1, sizeof *names);

	if (names == NULL)
		return NULL;
	strbuf_init(&names->arena, ARENA_MAX);
	names->letters = fuzzy_index_new();
	names->rows = calloc(NAME_INDEX_MAX, sizeof *names->rows);
	if (names->letters != NULL && names->rows != NULL)
		return names;
	names_free(names);
	return NULL;
}

static bool
add(struct names *names, const struct thread_name *name)
{
	bool named = name->name[0] != '\0';
	struct name_row row = { .thread_id = name->id, .channel = (uint8_t)name->channel, .status = (uint8_t)name->status,
				.name = (uint32_t)names->arena.len };
	char both[THREAD_NAME_SIZE + ADDRESS_SIZE + 2];
	size_t name_len = strlen(name->name), address_len = strlen(name->address);
	/* Those written to lately are the likelier ones. */
	int bonus = names->count < NEWEST_BONUS * 5 ? NEWEST_BONUS - (int)names->count / 5 : 0;

	strbuf_add(&names->arena, named ? name->name : name->address, (named ? name_len : address_len) + 1);
	row.address = (uint32_t)names->arena.len;
	strbuf_add(&names->arena, named ? name->address : "", named ? address_len + 1 : 1);
	memcpy(both, name->name, name_len);
	both[name_len] = ' ';
	memcpy(both + name_len + 1, name->address, address_len + 1);
	if (!fuzzy_index_add(names->letters, both, bonus))
		return false;
	names->rows[names->count++] = row;
	return true;
}

static enum status
read_names(struct name_index *index, struct db *db, struct names *names, struct err *err)
{
	struct thread_name *page = calloc(PAGE, sizeof *page);
	struct thread_cursor before = { 0, 0 };
	enum status status = page != NULL ? STATUS_OK : STATUS_NO_MEMORY;
	size_t count = PAGE;

	while (status == STATUS_OK && count == PAGE && names->count + PAGE <= NAME_INDEX_MAX && !atomic_load(&index->stop)) {
		status = thread_names(db, before, PAGE, page, &count, err);
		for (size_t i = 0; status == STATUS_OK && i < count; i++)
			if (!add(names, &page[i]))
				status = STATUS_NO_MEMORY;
		if (count > 0)
			before = (struct thread_cursor){ page[count - 1].last_message_at, page[count - 1].id };
	}
	free(page);
	return status;
}

static void *
run(void *arg)
{
	struct name_index *index = arg;
	struct names *names = names_new();
	struct err err = { "" };
	struct db *db = NULL;
	enum status status = STATUS_NO_MEMORY;
	uint64_t one = 1;
	ssize_t written;

	if (names != NULL)
		status = db_open(index->database, DB_READ_ONLY, &db, &err);
	if (status == STATUS_OK)
		status = read_names(index, db, names, &err);
	db_close(db);
	if (status == STATUS_NO_MEMORY)
		err_set(&err, status, _("There is not enough memory; close other programs and try again."));
	pthread_mutex_lock(&index->lock);
	index->finished = true;
	index->read = status == STATUS_OK ? names : NULL;
	index->status = status;
	index->err = err;
	pthread_mutex_unlock(&index->lock);
	if (status != STATUS_OK)
		names_free(names);
	written = write(index->fd, &one, sizeof one);
	(void)written;
	return NULL;
}

struct name_index *
name_index_new(const char *database)
{
	struct name_index *index = calloc(1, sizeof *index);

	if (index == NULL)
		return NULL;
	pthread_mutex_init(&index->lock, NULL);
	index->database = strdup(database);
	index->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (index->database != NULL && index->fd >= 0)
		return index;
	name_index_free(index);
	return NULL;
}

void
name_index_free(struct name_index *index)
{
	if (index == NULL)
		return;
	atomic_store(&index->stop, true);
	if (index->running)
		pthread_join(index->thread, NULL);
	if (index->fd >= 0)
		close(index->fd);
	names_free(index->names);
	names_free(index->read);
	pthread_mutex_destroy(&index->lock);
	free(index->database);
	free(index);
}

void
name_index_read(struct name_index *index)
{
	if (!index->running)
		index->running = pthread_create(&index->thread, NULL, run, index) == 0;
}

int
name_index_fd(const struct name_index *index)
{
	return index->fd;
}

bool
name_index_take(struct name_index *index, struct err *err)
{
	uint64_t count;
	ssize_t got = read(index->fd, &count, sizeof count);
	struct names *names = NULL;
	bool finished;

	(void)got;
	pthread_mutex_lock(&index->lock);
	finished = index->finished;
	if (finished) {
		names = index->read;
		*err = index->err;
		index->read = NULL;
		index->finished = false;
	}
	pthread_mutex_unlock(&index->lock);
	if (!finished)
		return false;
	pthread_join(index->thread, NULL);
	index->running = false;
	if (names == NULL)
		return false;
	names_free(index->names);
	index->names = names;
	return true;
}

bool
name_index_is_ready(const struct name_index *index)
{
	return index->names != NULL;
}

size_t
name_index_find(struct name_index *index, const char *pattern, struct name_entry *best, size_t max)
{
	struct fuzzy_rank ranks[64];
	size_t count;

	if (index->names == NULL)
		return 0;
	count = fuzzy_index_find(index->names->letters, pattern, ranks, max < 64 ? max : 64, NULL);
	for (size_t i = 0; i < count; i++) {
		const struct name_row *row = &index->names->rows[ranks[i].number];

		best[i] = (struct name_entry){ .thread_id = row->thread_id,
					       .channel = (enum channel)row->channel,
					       .status = (enum thread_status)row->status,
					       .name = strbuf_text(&index->names->arena) + row->name,
					       .address = strbuf_text(&index->names->arena) + row->address,
					       .score = ranks[i].score };
	}
	return count;
}
