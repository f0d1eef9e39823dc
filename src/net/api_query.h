/* SPDX-License-Identifier: MIT */
/* The query of an API request: limit, cursor, filters. Pure; wrong values are refused, unknown names are ignored. */
#ifndef HILO_NET_API_QUERY_H
#define HILO_NET_API_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/form.h"
#include "core/thread.h"

#define API_LIMIT_DEFAULT 50
#define API_LIMIT_MAX 200
#define API_CURSOR_SIZE 33

/* Parses what follows '?' in `target`; the caller releases `query`. STATUS_INVALID: malformed, or a name comes twice. */
enum status api_query_parse(const char *target, struct form *query, struct err *err);
/* limit, 1 to API_LIMIT_MAX; API_LIMIT_DEFAULT when absent. */
bool api_query_limit(const struct form *query, size_t *limit);
/* channel and status; all statuses when absent. */
bool api_query_filter(const struct form *query, struct thread_filter *filter);

/* A place in a list, as an opaque word. Returns `out`. */
const char *api_cursor_write(struct thread_cursor cursor, char out[API_CURSOR_SIZE]);
/* The cursor of a query; {0,0} when absent. */
bool api_query_cursor(const struct form *query, struct thread_cursor *cursor);

#endif
