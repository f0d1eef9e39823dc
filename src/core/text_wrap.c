/* SPDX-License-Identifier: MIT */
/*
 * Breaking into lines. A break eats exactly one blank or line end, or nothing inside a word, so the lines can always be
 * put together again and a cursor has one place on the screen for each place in the text. Each line is measured once.
 */
#include "core/text.h"

#include <string.h>

#include "core/utf8.h"

enum { COLUMNS_MIN = 2 }; /* room for one wide character, so that each line takes something */

struct wrapping {
	struct text_line *lines;
	size_t max;
	size_t count;
};

static void
wrapping_add(struct wrapping *wrapping, size_t start, size_t len)
{
	if (wrapping->count < wrapping->max)
		wrapping->lines[wrapping->count] = (struct text_line){ .start = start, .len = len };
	wrapping->count++;
}

/* True for a blank with nothing drawn upon it: only such a one may vanish. */
static bool
is_bare_blank(const char *text, size_t len)
{
	uint32_t after;

	if (text[0] != ' ')
		return false;
	if (len == 1)
		return true;
	utf8_decode(text + 1, len - 1, &after);
	return text_code_width(after) > 0;
}

/* Offset of the last blank within `fit` bytes that has a word before it; 0 if there is none. */
static size_t
last_blank(const char *text, size_t len, size_t fit)
{
	size_t indent = 0;

	while (indent < fit && text[indent] == ' ')
		indent++;
	for (size_t at = fit; at > indent; at--)
		if (is_bare_blank(text + at - 1, len - (at - 1)))
			return at - 1;
	return 0;
}

/* The lines between two line ends; at least one. */
static void
wrap_paragraph(struct wrapping *wrapping, const char *text, size_t start, size_t end, int columns)
{
	for (;;) {
		const char *rest = text + start;
		size_t len = end - start;
		size_t fit = text_fit(rest, len, columns, NULL);
		size_t blank;

		if (fit == len) {
			wrapping_add(wrapping, start, len);
			return;
		}
		blank = is_bare_blank(rest + fit, len - fit) ? fit : last_blank(rest, len, fit);
		if (blank > 0) {
			wrapping_add(wrapping, start, blank);
			start += blank + 1;
		} else {
			wrapping_add(wrapping, start, fit);
			start += fit;
		}
	}
}

size_t
text_wrap(const char *text, size_t len, int columns, struct text_line *lines, size_t max)
{
	struct wrapping wrapping = { .lines = lines, .max = max };
	size_t start = 0;

	if (columns < COLUMNS_MIN)
		columns = COLUMNS_MIN;
	for (;;) {
		const char *line_end = start < len ? memchr(text + start, '\n', len - start) : NULL;
		size_t end = line_end ? (size_t)(line_end - text) : len;

		wrap_paragraph(&wrapping, text, start, end, columns);
		if (!line_end)
			return wrapping.count;
		start = end + 1;
	}
}
