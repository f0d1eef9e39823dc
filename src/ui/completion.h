/* SPDX-License-Identifier: MIT */
/*
 * What may follow at the cursor: the rows of a completion popup and which of them is chosen. Pure; the prompt and the
 * reply pane draw it.
 */
#ifndef HILO_UI_COMPLETION_H
#define HILO_UI_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

#define COMPLETION_MAX 200

/* All owned by the completion, never NULL. */
struct completion_item {
	char *text;   /* what it puts in */
	char *detail; /* a short fact beside it: keys, a number */
	char *help;   /* a sentence */
};

struct completion {
	struct completion_item *items; /* owned */
	size_t count;
	size_t selected;
	size_t start, end; /* bytes of the text that the chosen one replaces */
};

void completion_init(struct completion *completion);
void completion_release(struct completion *completion);
/* Takes all rows away. */
void completion_clear(struct completion *completion);
/* The bytes of the text that a choice will replace. */
void completion_begin(struct completion *completion, size_t start, size_t end);
/* Adds a row (copied; detail and help may be NULL); false when it is full or without memory. */
bool completion_add(struct completion *completion, const char *text, const char *detail, const char *help);
/* The next (1) or previous (-1) row, round. */
void completion_move(struct completion *completion, int by);
void completion_select(struct completion *completion, size_t row);
/* The chosen row, NULL if there is none. */
const struct completion_item *completion_selected(const struct completion *completion);

#endif
