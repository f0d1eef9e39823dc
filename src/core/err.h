/* SPDX-License-Identifier: MIT */
/*
 * One status for every call that can fail, and one complete sentence for the
 * person who has to act on it. A function that fails fills `err` at the place
 * where the facts are known; on success `err` stays untouched, so calls can be
 * chained. `err` may be NULL everywhere.
 */
#ifndef HILO_CORE_ERR_H
#define HILO_CORE_ERR_H

enum status {
	STATUS_OK = 0,
	STATUS_NOT_FOUND, /* nothing there under that name */
	STATUS_INVALID,	  /* the input is wrong; the same input will always be wrong */
	STATUS_CONFLICT,  /* somebody else was first */
	STATUS_LIMIT,	  /* over a limit; allowed again later */
	STATUS_BUSY,	  /* temporary: locked, queue full, no connection; try again */
	STATUS_IO,	  /* disk or device failed or is full */
	STATUS_CORRUPT,	  /* stored data are damaged */
	STATUS_NEWER,	  /* stored data were made by a newer program */
	STATUS_NO_MEMORY,
	STATUS_CANCELED,  /* ended on request before it was done */
	STATUS_FAILED, /* anything else */
};

struct err {
	char text[512]; /* UTF-8, one complete sentence, ended by NUL */
};

/*
 * Formats the sentence into `err` (cut at a character when too long) and
 * returns `status`, so that `return err_set(err, STATUS_X, "...")` both
 * explains and returns.
 */
enum status err_set(struct err *err, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The name of a status for logs, in English; never NULL. */
const char *status_name(enum status status);

#endif
