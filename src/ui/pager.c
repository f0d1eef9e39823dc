/* SPDX-License-Identifier: MIT */
#include "ui/pager.h"

/* Scrolls as little as needed to see the selection, and leaves no room below the last row. */
static void
settle(struct pager *pager)
{
	size_t visible = pager->visible > 0 ? pager->visible : 1;

	if (pager->selected >= pager->count)
		pager->selected = pager->count > 0 ? pager->count - 1 : 0;
	if (pager->selected < pager->top)
		pager->top = pager->selected;
	if (pager->selected >= pager->top + visible)
		pager->top = pager->selected + 1 - visible;
	if (pager->top + visible > pager->count)
		pager->top = pager->count > visible ? pager->count - visible : 0;
}

void
pager_set_count(struct pager *pager, size_t count)
{
	pager->count = count;
	settle(pager);
}

void
pager_set_visible(struct pager *pager, size_t visible)
{
	pager->visible = visible > 0 ? visible : 1;
	settle(pager);
}

void
pager_move(struct pager *pager, long by)
{
	size_t step = by < 0 ? 0 - (size_t)by : (size_t)by;

	if (by < 0)
		pager->selected = step > pager->selected ? 0 : pager->selected - step;
	else
		pager->selected = pager->count - pager->selected > step ? pager->selected + step : pager->count;
	settle(pager);
}

void
pager_select(struct pager *pager, size_t row)
{
	pager->selected = row;
	settle(pager);
}
