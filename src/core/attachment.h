/* SPDX-License-Identifier: MIT */
/*
 * What came with a message, on its way into a file of ours. A row is 'pending' until its file is there ('ready'), cannot be had
 * ('failed', with a sentence) or is over the limit ('too_large'). What we sent is 'sent'. Files lie in the private folder "files"
 * beside the database, under names of our own; paths in the store are relative to it.
 */
#ifndef HILO_CORE_ATTACHMENT_H
#define HILO_CORE_ATTACHMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/db.h"
#include "core/err.h"

#define ATTACHMENT_SIZE_MAX ((int64_t)16 * 1024 * 1024)
#define ATTACHMENT_ATTEMPTS_MAX 8

/* The folder of the files of the database at `database`; heap, the caller frees; NULL without memory. */
char *attachment_folder(const char *database);
/* The file that `path` (of a row) stands for; heap, the caller frees. NULL if `path` is not a plain name, or without memory. */
char *attachment_file(const char *database, const char *path);

/* One that is to be fetched. */
struct attachment_due {
	int64_t id;
	int attempts; /* so far */
	char *url;
	char *name;
};
void attachment_due_release(struct attachment_due *due);

/* When the next one after `now_ms` is due; 0 = none. */
enum status attachment_next_after(struct db *db, int64_t now_ms, int64_t *due_ms, struct err *err);
/* Up to `max` that are due by `now_ms`, the longest waiting first, into `items`. Release each of `*count`. */
enum status attachment_list_due(struct db *db, int64_t now_ms, struct attachment_due *items, size_t max, size_t *count,
				struct err *err);

/* How a fetch ended. The caller has the transaction; a row that was removed or changed meanwhile stays as it is. */
struct attachment_facts {
	const char *path;
	const char *content_type;
	int64_t size;
	int width, height;
};
enum status attachment_set_ready(struct db *db, int64_t id, const struct attachment_facts *facts, struct err *err);
/* A try failed: again later with a growing delay, or 'failed' after the last one or when `final`. `reason` is a sentence. */
enum status attachment_set_failed(struct db *db, int64_t id, bool final, const char *reason, int64_t now_ms,
				  struct err *err);
enum status attachment_set_too_large(struct db *db, int64_t id, int64_t size, struct err *err);
/* A person wants it tried again: 'pending' from now. STATUS_NOT_FOUND, STATUS_INVALID if there is nothing to fetch. */
enum status attachment_retry(struct db *db, int64_t id, int64_t now_ms, struct err *err);

#endif
