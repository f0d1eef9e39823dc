/* SPDX-License-Identifier: MIT */
/*
 * Counts wrong API tokens. Behind a tunnel all clients share one address, so the count is for everybody together and
 * only turns further wrong tokens away; a right one is always served.
 */
#ifndef HILO_NET_TOKEN_GUARD_H
#define HILO_NET_TOKEN_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#define TOKEN_GUARD_LIMIT 100
#define TOKEN_GUARD_WINDOW_MS 60000

struct token_guard {
	int64_t began_ms;
	unsigned wrong;
};

/* Counts one wrong token; true if there were too many in this minute. *retry_after_s says when it ends. */
bool token_guard_wrong(struct token_guard *guard, int64_t now_ms, int64_t *retry_after_s);

#endif
