/* SPDX-License-Identifier: MIT */
/*
 * The formatting of WhatsApp: *bold*, _italic_, ~struck out~, `mono`, ```mono over lines```, "> " quotes and lists. A mark
 * counts at the edge of a word only, around something that neither begins nor ends with a blank, on one line (but ```).
 * Different kinds may stand in one another; nothing counts within mono. Pure, linear time, any bytes.
 */
#ifndef HILO_UI_MARKUP_H
#define HILO_UI_MARKUP_H

#include <stddef.h>

enum markup_kind { MARKUP_BOLD, MARKUP_ITALIC, MARKUP_STRIKE, MARKUP_MONO, MARKUP_QUOTE, MARKUP_LIST };

struct markup_span {
	enum markup_kind kind;
	size_t start, len;	   /* bytes with its marks; a quote or a point of a list: the line */
	size_t inner, inner_len;   /* bytes without its marks */
};

/*
 * Fills at most `max` spans in the order of their starts, the outer before the inner, and returns how many. Spans never
 * cross; where they do not all fit, the last of the text are left out.
 */
size_t markup_spans(const char *text, size_t len, struct markup_span *spans, size_t max);

#endif
