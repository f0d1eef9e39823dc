/* SPDX-License-Identifier: MIT */
/*
 * What takes time with files, done by a thread of its own: saving what came with a message where the agent wants it, taking a file
 * of the agent into our folder to send it, and making a picture of it for the terminal. One at a time, in order; a descriptor
 * becomes readable when something has ended.
 */
#ifndef HILO_UI_FILE_JOB_H
#define HILO_UI_FILE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/strbuf.h"
#include "ui/picture.h"

#define FILE_JOBS_MAX 16 /* waiting or not yet taken back */

enum file_job_kind { FILE_JOB_SAVE, FILE_JOB_IMPORT, FILE_JOB_PICTURE };

/* How one ended. */
struct file_job_result {
	uint64_t number; /* what the call that asked for it returned */
	enum file_job_kind kind;
	enum status status; /* STATUS_OK, or why not: see err.text */
	struct err err;
	char *path;		  /* SAVE: the new file, absolute. IMPORT: its name in our folder, for served_file_add(). Owned */
	char *name;		  /* IMPORT: the safe name to show and send. Owned */
	const char *content_type; /* IMPORT: told by its bytes. A literal */
	int64_t size;		  /* bytes, of SAVE and IMPORT */
	int width, height;	  /* IMPORT: of a picture in pixels; 0 = not known */
	struct strbuf picture;	  /* PICTURE: the sequence for the terminal */
	int columns, rows;	  /* PICTURE: the cells it takes */
};
/* Also wipes; the result may be used again. */
void file_job_result_release(struct file_job_result *result);

struct file_jobs;

/*
 * Starts the thread. `database` tells the folder of our files; `program` makes pictures ("/proc/self/exe"). Both copied.
 */
enum status file_jobs_new(const char *database, const char *program, struct file_jobs **out, struct err *err);
/* Gives up what is waiting, lets the running one stop at its next piece, waits for the thread. NULL is allowed. */
void file_jobs_free(struct file_jobs *jobs);

/* Readable when file_jobs_take() has something; borrowed. */
int file_jobs_fd(const struct file_jobs *jobs);
/* The next one that ended; false if there is none. UI thread only, as everything here. The caller releases `result`. */
bool file_jobs_take(struct file_jobs *jobs, struct file_job_result *result);

/*
 * Each returns the number of the new job, or 0 when FILE_JOBS_MAX are there already or memory ran out (`err` says so).
 * All texts are copied.
 */

/*
 * Copies the stored file `path` (as attachment.path) to `destination`: a folder (then `name` is the name in it, made safe and, if
 * taken, numbered) or a new file. "~/" is the home folder. Never overwrites; mode 0600; nothing half is left.
 */
uint64_t file_job_save(struct file_jobs *jobs, const char *path, const char *name, const char *destination, struct err *err);
/* Copies the regular file `path` ("~/" is understood) into our folder; at most 16 MiB, not empty. */
uint64_t file_job_import(struct file_jobs *jobs, const char *path, struct err *err);
/* Makes the picture of the stored file `path` (as attachment.path) for `box`. */
uint64_t file_job_picture(struct file_jobs *jobs, const char *path, const struct picture_box *box, struct err *err);

#endif
