/* SPDX-License-Identifier: MIT */
/*
 * Addresses behind cells. Each gets a number that is not used again while the grid lives, so a cell that carries the
 * same number as the one shown before carries the same address.
 */
#ifndef HILO_UI_GRID_LINK_H
#define HILO_UI_GRID_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRID_LINK_SIZE 2001 /* of an address with its NUL */
#define GRID_LINKS_MAX 128  /* on one screen; what comes after has none */

struct grid_links {
	char *url[GRID_LINKS_MAX];
	uint32_t number[GRID_LINKS_MAX];
	size_t count;
	uint32_t last; /* number given last */
};

void grid_links_release(struct grid_links *links);
/* Forgets the addresses when the table is half full; call where no cell carries one. */
void grid_links_tidy(struct grid_links *links);
/* The number of an address; 0 if it may not be a link or there is no room. */
uint32_t grid_links_number(struct grid_links *links, const char *url);
/* The address of a number, NULL if there is none. */
const char *grid_links_url(const struct grid_links *links, uint32_t number);
/*
 * True if a terminal may be told of the address: http, https, mailto or tel, visible ASCII alone, below GRID_LINK_SIZE.
 */
bool grid_link_is_safe(const char *url);

#endif
