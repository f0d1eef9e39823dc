/* SPDX-License-Identifier: MIT */
#include "ui/reply_marker.h"

#include <string.h>

#define OPEN "«"
#define CLOSE "?»"

/* A name is short and stands on one line; anything else between such quotes is what somebody wrote. */
enum { NAME_MAX_BYTES = 64 };

bool
reply_marker_find(const char *text, size_t from, size_t *start, size_t *len)
{
	const char *open = text + from;

	while ((open = strstr(open, OPEN)) != NULL) {
		const char *name = open + strlen(OPEN), *close = strstr(name, CLOSE);
		size_t name_len = close != NULL ? (size_t)(close - name) : 0;

		if (name_len > 0 && name_len <= NAME_MAX_BYTES && strcspn(name, " \n") >= name_len) {
			*start = (size_t)(open - text);
			*len = (size_t)(close - open) + strlen(CLOSE);
			return true;
		}
		open = name;
	}
	return false;
}
