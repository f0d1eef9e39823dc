/* SPDX-License-Identifier: MIT */
#include "ui/completion.h"

#include <stdlib.h>
#include <string.h>

void
completion_init(struct completion *completion)
{
	*completion = (struct completion){ 0 };
}

static void
free_item(struct completion_item *item)
{
	free(item->text);
	free(item->detail);
	free(item->help);
}

void
completion_clear(struct completion *completion)
{
	for (size_t i = 0; i < completion->count; i++)
		free_item(&completion->items[i]);
	completion->count = completion->selected = 0;
}

void
completion_release(struct completion *completion)
{
	completion_clear(completion);
	free(completion->items);
	*completion = (struct completion){ 0 };
}

void
completion_begin(struct completion *completion, size_t start, size_t end)
{
	completion->start = start;
	completion->end = end;
}

bool
completion_add(struct completion *completion, const char *text, const char *detail, const char *help)
{
	struct completion_item item = { .text = strdup(text), .detail = strdup(detail != NULL ? detail : ""),
					.help = strdup(help != NULL ? help : "") };
	struct completion_item *items = NULL;

	if (completion->count < COMPLETION_MAX)
		items = reallocarray(completion->items, completion->count + 1, sizeof *items);
	if (items != NULL)
		completion->items = items;
	if (items == NULL || item.text == NULL || item.detail == NULL || item.help == NULL) {
		free_item(&item);
		return false;
	}
	items[completion->count++] = item;
	return true;
}

void
completion_move(struct completion *completion, int by)
{
	size_t count = completion->count;

	if (count > 0)
		completion->selected = (completion->selected + (by > 0 ? 1 : count - 1)) % count;
}

void
completion_select(struct completion *completion, size_t row)
{
	if (row < completion->count)
		completion->selected = row;
}

const struct completion_item *
completion_selected(const struct completion *completion)
{
	return completion->count > 0 ? &completion->items[completion->selected] : NULL;
}
