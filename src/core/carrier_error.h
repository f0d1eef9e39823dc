/* SPDX-License-Identifier: MIT */
/* The carrier's error codes in words, from data/carrier_errors.tsv (built into the program). */
#ifndef HILO_CORE_CARRIER_ERROR_H
#define HILO_CORE_CARRIER_ERROR_H

enum carrier_retry { CARRIER_RETRY_NEVER, CARRIER_RETRY_LATER, CARRIER_RETRY_FIX };

struct carrier_error {
	int code;
	enum carrier_retry retry;
	const char *english;
	const char *spanish;
};

/* The entry of `code`, or NULL. */
const struct carrier_error *carrier_error_find(int code);
/* Its meaning in the user's language ("es"/"en"), or NULL when unknown. Borrowed. */
const char *carrier_error_text(int code, const char *language);
/* What the agent can do next, translated ("Send it again later.", ...). Never NULL. */
const char *carrier_error_next_step(int code);

#endif
