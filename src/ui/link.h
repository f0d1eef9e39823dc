/* SPDX-License-Identifier: MIT */
/* Addresses of pages in what people write, and of places. Pure. */
#ifndef HILO_UI_LINK_H
#define HILO_UI_LINK_H

#include <stdbool.h>
#include <stddef.h>

#define LINK_SIZE 2001 /* of an address with its NUL */

/*
 * The first http or https address at or after `from` in `text` of `len` bytes: `*start` and `*link_len`. It ends where visible
 * ASCII ends; a full stop, a quote or an open bracket's other half behind it is not part of it. False if there is none.
 */
bool link_find(const char *text, size_t len, size_t from, size_t *start, size_t *link_len);
/* A page with the map of "geo:LAT,LONG" (what follows, as "?z=3", is left out); false if it is no place on earth. */
bool link_of_place(const char *place, char out[LINK_SIZE]);

#endif
