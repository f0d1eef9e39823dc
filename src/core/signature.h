/* SPDX-License-Identifier: MIT */
/* X-Twilio-Signature, after Twilio's security page (https://www.twilio.com/docs/usage/security). Pure functions. */
#ifndef HILO_CORE_SIGNATURE_H
#define HILO_CORE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/form.h"

#define SIGNATURE_SIZE 29 /* 28 base64 characters and a NUL */

/*
 * The signature of `url` (as the carrier sees it, query included, no fragment) and of the form (NULL: none), with
 * `token`. Distinct keys sorted bytewise, distinct values of a key sorted bytewise. "" without memory.
 */
void signature_compute(const char *token, const char *url, const struct form *form, char out[SIGNATURE_SIZE]);
/*
 * True if `header` is the signature under one of the tokens (NULL and "" tokens are skipped). Both spellings of the
 * port are tried and every candidate is always computed, so the time says nothing.
 */
bool signature_matches(const char *header, const char *url, const struct form *form, const char *const *tokens,
		       size_t token_count);
/* The JSON variant: the URL carries bodySHA256=HEX and the signature covers the URL alone. */
bool signature_matches_json(const char *header, const char *url, const void *body, size_t body_len,
			    const char *const *tokens, size_t token_count);

#endif
