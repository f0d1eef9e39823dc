/* SPDX-License-Identifier: MIT */
/* A place in a list of rows: what is selected, what is seen. Pure; every view with rows has one. */
#ifndef HILO_UI_PAGER_H
#define HILO_UI_PAGER_H

#include <stddef.h>

struct pager {
	size_t count;
	size_t selected;
	size_t top;	/* first row that is seen */
	size_t visible; /* rows that are seen */
};

/* There are now that many rows; the selection stays where it was, as far as there is one. */
void pager_set_count(struct pager *pager, size_t count);
void pager_set_visible(struct pager *pager, size_t visible);
/* Moves the selection by that many rows, at most to the ends. */
void pager_move(struct pager *pager, long by);
void pager_select(struct pager *pager, size_t row);

#endif
