/* SPDX-License-Identifier: MIT */
#include "net/served_sweep.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/log.h"
#include "core/served_file.h"

#define CHUNK 100
#define RETRY_MS 60000

static enum status
sweep(struct db *db, int folder_fd, int64_t now_ms, struct err *err)
{
	char *paths[CHUNK];
	size_t count = 0;
	enum status status = db_begin(db, err);

	if (status != STATUS_OK)
		return status;
	status = served_file_sweep(db, now_ms, paths, CHUNK, &count, err);
	if (status == STATUS_OK)
		status = db_commit(db, err);
	else
		db_rollback(db);
	for (size_t i = 0; i < count; i++) {
		if (status == STATUS_OK)
			unlinkat(folder_fd, paths[i], 0);
		free(paths[i]);
	}
	if (status == STATUS_OK && count > 0)
		log_info("served files removed count=%zu", count);
	return status;
}

void
served_sweep(struct db *db, int folder_fd, int64_t now_ms, int64_t *due_ms)
{
	int64_t next_ms = 0;
	struct err err = { "" };
	enum status status = served_file_next_sweep(db, &next_ms, &err);

	if (status == STATUS_OK && next_ms != 0 && next_ms <= now_ms) {
		status = sweep(db, folder_fd, now_ms, &err);
		if (status == STATUS_OK)
			status = served_file_next_sweep(db, &next_ms, &err);
	}
	if (status != STATUS_OK) {
		log_warning("served files cannot be removed: %s", err.text);
		next_ms = now_ms + RETRY_MS;
	}
	if (next_ms != 0 && (*due_ms == 0 || next_ms < *due_ms))
		*due_ms = next_ms;
}
