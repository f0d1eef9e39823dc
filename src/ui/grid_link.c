/* SPDX-License-Identifier: MIT */
/* A screen has few links, so the table is searched from end to end. */
#include "ui/grid_link.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void
forget(struct grid_links *links)
{
	for (size_t i = 0; i < links->count; i++)
		free(links->url[i]);
	links->count = 0;
}

void
grid_links_release(struct grid_links *links)
{
	forget(links);
	*links = (struct grid_links){ 0 };
}

void
grid_links_tidy(struct grid_links *links)
{
	if (links->count > GRID_LINKS_MAX / 2)
		forget(links);
}

bool
grid_link_is_safe(const char *url)
{
	static const char *const schemes[] = { "http://", "https://", "mailto:", "tel:" };
	size_t len = strnlen(url, GRID_LINK_SIZE);

	if (len >= GRID_LINK_SIZE)
		return false;
	for (size_t i = 0; i < len; i++)
		if (url[i] <= ' ' || url[i] > '~')
			return false;
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
			return url[strlen(schemes[i])] != '\0';
	return false;
}

uint32_t
grid_links_number(struct grid_links *links, const char *url)
{
	if (!grid_link_is_safe(url))
		return 0;
	for (size_t i = 0; i < links->count; i++)
		if (strcmp(links->url[i], url) == 0)
			return links->number[i];
	if (links->count == GRID_LINKS_MAX || links->last == UINT32_MAX)
		return 0;
	links->url[links->count] = strdup(url);
	if (links->url[links->count] == NULL)
		return 0;
	links->number[links->count] = ++links->last;
	return links->number[links->count++];
}

const char *
grid_links_url(const struct grid_links *links, uint32_t number)
{
	for (size_t i = 0; number != 0 && i < links->count; i++)
		if (links->number[i] == number)
			return links->url[i];
	return NULL;
}
