/* SPDX-License-Identifier: MIT */
/*
 * Files in and out of the private folder "files": a file of the agent's is copied in under a random name, a stored one out to where
 * the agent wants it. Nothing is overwritten and nothing half is left. Both read and write disks: not for the thread of the screen.
 */
#ifndef HILO_CORE_FILE_STORE_H
#define HILO_CORE_FILE_STORE_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/err.h"
#include "core/file_name.h"

struct file_stored {
	char path[64];		  /* its name in our folder */
	char name[FILE_NAME_SIZE]; /* safe to show and to send */
	const char *content_type; /* told by its bytes; a literal */
	int64_t size;
	int width, height; /* of a picture in pixels, 0 = not known */
};

/*
 * Copies the regular file `path` (as it is, no "~") into the folder of `database`, which is made if needed; at most
 * ATTACHMENT_SIZE_MAX bytes, not empty. `stop` (or NULL) set to true ends it with STATUS_CANCELED.
 */
enum status file_store_import(const char *database, const char *path, const atomic_bool *stop, struct file_stored *out,
			      struct err *err);

/*
 * Copies the stored file `path` to `destination`: into a folder under the safe form of `name`, numbered if there is one already, or
 * to a new file. Mode 0600, on the disk when it returns. *made (heap, the caller frees) is where it is now, absolute.
 */
struct file_save {
	const char *database, *path, *name, *destination;
	const atomic_bool *stop; /* or NULL */
};
enum status file_store_save(const struct file_save *save, char **made, int64_t *size, struct err *err);

#endif
