/* SPDX-License-Identifier: MIT */
/* Times are integer milliseconds. Everything that decides by time takes `now_ms`; only the edges read the clock. */
#ifndef HILO_CORE_CLOCK_H
#define HILO_CORE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Wall clock, milliseconds since 1970 UTC. */
int64_t clock_now_ms(void);
/* Monotonic clock for durations and timers, milliseconds. */
int64_t clock_monotonic_ms(void);
/* "2026-11-22T17:36:05.123Z" into `out` (at least 25 bytes); returns `out`. */
const char *clock_iso8601(int64_t ms, char *out, size_t size);
/* Parses RFC 2822 ("Thu, 24 Aug 2023 05:01:45 +0000") whatever the locale; -1 if it is none. */
int64_t clock_parse_rfc2822(const char *text);
/* Formats RFC 2822 in GMT into `out` (at least 32 bytes); returns `out`. */
const char *clock_rfc2822(int64_t ms, char *out, size_t size);

#endif
