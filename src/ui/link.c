/* SPDX-License-Identifier: MIT */
#include "ui/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ui/grid_link.h"

_Static_assert(LINK_SIZE == GRID_LINK_SIZE, "what is found can be shown");

static bool
is_word(char byte)
{
	return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || byte == '_';
}

/* Bytes of "https://" or "http://" at `text`, or 0. */
static size_t
scheme_at(const char *text, size_t len)
{
	if (len > 8 && strncasecmp(text, "https://", 8) == 0)
		return 8;
	return len > 7 && strncasecmp(text, "http://", 7) == 0 ? 7 : 0;
}

static size_t
count_of(const char *text, size_t len, char byte)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += text[i] == byte;
	return count;
}

/* Without what belongs to the sentence around it. */
static size_t
trim(const char *text, size_t len)
{
	while (len > 0) {
		char last = text[len - 1];
		bool closes = (last == ')' && count_of(text, len, '(') < count_of(text, len, ')')) ||
			      (last == ']' && count_of(text, len, '[') < count_of(text, len, ']'));

		if (!closes && strchr(".,;:!?'*_~{}|", last) == NULL)
			break;
		len--;
	}
	return len;
}

bool
link_find(const char *text, size_t len, size_t from, size_t *start, size_t *link_len)
{
	for (size_t i = from; i < len; i++) {
		size_t scheme, end;

		if ((text[i] | 0x20) != 'h' || (i > 0 && is_word(text[i - 1])))
			continue;
		scheme = scheme_at(text + i, len - i);
		if (scheme == 0)
			continue;
		for (end = i + scheme; end < len && text[end] > ' ' && text[end] < 0x7f; end++)
			if (strchr("<>\"`\\^", text[end]) != NULL)
				break;
		end = i + trim(text + i, end - i);
		if (end > i + scheme && end - i < LINK_SIZE && is_word(text[i + scheme])) {
			*start = i;
			*link_len = end - i;
			return true;
		}
	}
	return false;
}

/* A number of degrees at *text, moved behind it. */
static bool
take_degrees(const char **text, double most, double *out)
{
	size_t len = strspn(*text, "+-.0123456789");
	char *end;

	if (len == 0 || len > 24)
		return false;
	*out = strtod(*text, &end);
	if (end != *text + len || !(*out >= -most && *out <= most))
		return false;
	*text = end;
	return true;
}

bool
link_of_place(const char *place, char out[LINK_SIZE])
{
	double latitude, longitude;

	out[0] = '\0';
	if (strncasecmp(place, "geo:", 4) != 0)
		return false;
	place += 4;
	if (!take_degrees(&place, 90, &latitude) || *place++ != ',' || !take_degrees(&place, 180, &longitude))
		return false;
	if (*place != '\0' && strchr(",;?", *place) == NULL)
		return false;
	snprintf(out, LINK_SIZE, "https://www.openstreetmap.org/?mlat=%.6f&mlon=%.6f#map=16/%.6f/%.6f", latitude, longitude,
		 latitude, longitude);
	return true;
}
