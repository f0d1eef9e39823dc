/* SPDX-License-Identifier: MIT */
/*
 * What parts of a wrapped text look like: formats, wrong words. The text was drawn already; these change how a
 * part of it looks, row by row.
 */
#ifndef HILO_UI_TEXT_DRESS_H
#define HILO_UI_TEXT_DRESS_H

#include <stddef.h>

#include "ui/grid.h"
#include "ui/markup.h"

#define DRESS_SPANS_MAX 128

/* A row of a text as it stands in the grid. All borrowed. */
struct dress_row {
	struct grid *grid;
	struct area area; /* one row */
	const char *text; /* the whole text */
	size_t start, len; /* its bytes that stand in this row */
};

/* Gives bytes `from` to `from + len` of the text that style, as far as they stand in the row. */
void dress_range(const struct dress_row *row, size_t from, size_t len, enum style style);
/* WhatsApp's formats: their marks are dim. */
void dress_markup(const struct dress_row *row, const struct markup_span *spans, size_t count);
#endif
