/* SPDX-License-Identifier: MIT */
/*
 * Files of ours that the carrier fetches when we send them: a copy in the private folder "files", a row with an unguessable token,
 * and an address made of the token. Whoever knows the address can read the file for 24 hours, nobody else ever. A file that was
 * sent stays with its message; one that was never sent goes when its time is over.
 */
#ifndef HILO_CORE_SERVED_FILE_H
#define HILO_CORE_SERVED_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/db.h"
#include "core/err.h"

#define SERVED_TOKEN_SIZE 33 /* 128 random bits in lower-case hex, and a NUL */
#define SERVED_FILE_LIFE_MS ((int64_t)24 * 3600 * 1000)

/* What is to be served; everything borrowed. */
struct served_file_new {
	const char *path;	  /* its name in our folder, as file_job_import() gave it */
	const char *content_type; /* told by its bytes */
	const char *name;	  /* as the agent calls it; made safe here */
	int64_t size;
};

/* Stores the row; the caller has the transaction. `token` gets its token. STATUS_INVALID if the path is not a plain name. */
enum status served_file_add(struct db *db, const struct served_file_new *file, int64_t now_ms, char token[SERVED_TOKEN_SIZE],
			    struct err *err);

/*
 * The address for a message's media_url: `public_url` + "/api/media/TOKEN/NAME", NAME encoded; heap, the caller frees; NULL
 * without memory. The public address is config->public_url; see served_file_problem().
 */
char *served_file_url(const char *public_url, const char *token, const char *name);
/* Why the carrier could not fetch from this public address (none, or not http(s)), as a sentence; NULL if it may. Translated. */
const char *served_file_problem(const char *public_url);

struct served_file {
	char token[SERVED_TOKEN_SIZE];
	char *path; /* owned, like all texts; for attachment_file() */
	char *content_type;
	char *name;
	int64_t size;
	int64_t expires_at;
};
void served_file_release(struct served_file *file);

/* The file of a token of any bytes; also one whose time is over. STATUS_NOT_FOUND. */
enum status served_file_find(struct db *db, const char *token, size_t token_len, struct served_file *file, struct err *err);
/* The file that an address of a message stands for, whatever its host; STATUS_NOT_FOUND when it is none of ours. */
enum status served_file_of_url(struct db *db, const char *url, struct served_file *file, struct err *err);
/* A message uses it: it stays, and is served until 24 hours after `until_ms`. The caller has the transaction. */
enum status served_file_keep(struct db *db, const char *token, int64_t until_ms, struct err *err);

/* The same for the file of a message that waits in the outbox until `until_ms`; nothing if it has none of ours. */
enum status served_file_prolong(struct db *db, int64_t message_id, int64_t until_ms, struct err *err);

/* When the next one that was never sent is over; 0 = none. */
enum status served_file_next_sweep(struct db *db, int64_t *due_ms, struct err *err);
/*
 * Takes up to `max` rows of those that are over by `now_ms`, with the names of their files in `paths` (heap, the caller frees them
 * and removes the files after the commit). The caller has the transaction.
 */
enum status served_file_sweep(struct db *db, int64_t now_ms, char **paths, size_t max, size_t *count, struct err *err);

/*
 * Whether a file of this type and size may be sent on `channel`: STATUS_OK, or STATUS_INVALID with a sentence that says what is
 * allowed. `content_type` is what its bytes say.
 */
enum status media_limit(enum channel channel, const char *content_type, int64_t size, struct err *err);

#endif
