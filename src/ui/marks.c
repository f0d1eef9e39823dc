/* SPDX-License-Identifier: MIT */
/* Open addressing over a table that is at most half full. */
#include "ui/marks.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 64 };

void
marks_init(struct marks *marks)
{
	*marks = (struct marks){ 0 };
}

void
marks_release(struct marks *marks)
{
	free(marks->slots);
	*marks = (struct marks){ 0 };
}

/* The slot of the id, or the free one where it belongs. */
static size_t
slot_of(const int64_t *slots, size_t capacity, int64_t id)
{
	/* Fibonacci hashing: ids follow each other. */
	size_t slot = (size_t)(((uint64_t)id * 11400714819323198485u) >> 20) & (capacity - 1);

	while (slots[slot] != 0 && slots[slot] != id)
		slot = (slot + 1) & (capacity - 1);
	return slot;
}

static bool
resize(struct marks *marks, size_t capacity)
{
	int64_t *slots = calloc(capacity, sizeof *slots);

	if (slots == NULL)
		return false;
	for (size_t i = 0; i < marks->capacity; i++)
		if (marks->slots[i] != 0)
			slots[slot_of(slots, capacity, marks->slots[i])] = marks->slots[i];
	free(marks->slots);
	marks->slots = slots;
	marks->capacity = capacity;
	return true;
}

bool
marks_has(const struct marks *marks, int64_t id)
{
	return marks->count > 0 && marks->slots[slot_of(marks->slots, marks->capacity, id)] == id;
}

bool
marks_add(struct marks *marks, int64_t id)
{
	if (marks_has(marks, id))
		return true;
	if (marks->count == MARKS_MAX)
		return false;
	if ((marks->count + 1) * 2 > marks->capacity &&
	    !resize(marks, marks->capacity > 0 ? marks->capacity * 2 : CAPACITY_FIRST))
		return false;
	marks->slots[slot_of(marks->slots, marks->capacity, id)] = id;
	marks->count++;
	return true;
}

void
marks_remove(struct marks *marks, int64_t id)
{
	size_t slot;

	if (!marks_has(marks, id))
		return;
	/* The ids behind it in the table may have been put there because this slot was taken: they move up. */
	slot = slot_of(marks->slots, marks->capacity, id);
	marks->slots[slot] = 0;
	marks->count--;
	for (size_t next = (slot + 1) & (marks->capacity - 1); marks->slots[next] != 0;
	     next = (next + 1) & (marks->capacity - 1)) {
		int64_t moved = marks->slots[next];

		marks->slots[next] = 0;
		marks->slots[slot_of(marks->slots, marks->capacity, moved)] = moved;
	}
}

void
marks_clear(struct marks *marks)
{
	if (marks->capacity > 0)
		memset(marks->slots, 0, marks->capacity * sizeof *marks->slots);
	marks->count = 0;
}

static int
by_id(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

int64_t *
marks_ids(const struct marks *marks)
{
	int64_t *ids = calloc(marks->count + 1, sizeof *ids);
	size_t count = 0;

	for (size_t i = 0; ids != NULL && i < marks->capacity; i++)
		if (marks->slots[i] != 0)
			ids[count++] = marks->slots[i];
	if (ids != NULL)
		qsort(ids, count, sizeof *ids, by_id);
	return ids;
}
