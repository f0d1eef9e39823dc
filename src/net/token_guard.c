/* SPDX-License-Identifier: MIT */
#include "net/token_guard.h"

bool
token_guard_wrong(struct token_guard *guard, int64_t now_ms, int64_t *retry_after_s)
{
	if (guard->wrong == 0 || now_ms - guard->began_ms >= TOKEN_GUARD_WINDOW_MS) {
		guard->began_ms = now_ms;
		guard->wrong = 0;
	}
	*retry_after_s = (guard->began_ms + TOKEN_GUARD_WINDOW_MS - now_ms + 999) / 1000;
	if (guard->wrong >= TOKEN_GUARD_LIMIT)
		return true;
	guard->wrong++;
	return false;
}
