/* SPDX-License-Identifier: MIT */
/* A set of conversations: those that the agent marked for an action on all of them. Pure. */
#ifndef HILO_UI_MARKS_H
#define HILO_UI_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MARKS_MAX 100000

struct marks {
	int64_t *slots; /* owned: a hash table, 0 = free */
	size_t capacity;
	size_t count;
};

void marks_init(struct marks *marks);
void marks_release(struct marks *marks);
bool marks_has(const struct marks *marks, int64_t id);
/* False when there are MARKS_MAX already, or without memory. */
bool marks_add(struct marks *marks, int64_t id);
void marks_remove(struct marks *marks, int64_t id);
void marks_clear(struct marks *marks);
/* All of them in a heap array of marks->count ids, oldest conversation first; the caller frees; NULL without memory. */
int64_t *marks_ids(const struct marks *marks);

#endif
