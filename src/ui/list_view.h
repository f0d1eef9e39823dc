/* SPDX-License-Identifier: MIT */
/* The lists that are always there: a row each. Pure. */
#ifndef HILO_UI_LIST_VIEW_H
#define HILO_UI_LIST_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "core/thread.h"

#define LIST_VIEW_COUNT 11

struct list_view {
	const char *name;  /* for the ":" line */
	const char *title; /* to be translated */
	const char *heading; /* over the list of all channels, to be translated; NULL: the title will do */
	enum thread_view view;
	enum thread_status status; /* with THREAD_VIEW_STATUS */
};

/* From 1 on; the first nine are on the number keys. */
const struct list_view *list_view_by_number(int number);
/* NULL if there is none. */
const struct list_view *list_view_by_name(const char *name);
/* The one that the filter is of, or NULL. */
const struct list_view *list_view_of(const struct thread_filter *filter);
/* How many it has, where that is known; else "". Returns `out`. */
const char *list_view_count(const struct list_view *view, const struct thread_view_counts *counts, char *out, size_t size);
/* The filter as a query, as it may be kept under a name; false: no query says that. */
bool list_view_query(const struct thread_filter *filter, char *out, size_t size);

#endif
