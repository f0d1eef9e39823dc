/* SPDX-License-Identifier: MIT */
#include "ui/text_dress.h"

#include "core/text.h"

/* Columns that a piece of any text takes when it is drawn. */
static int
columns_of(const char *text, size_t len)
{
	struct strbuf shown;
	int columns;

	strbuf_init(&shown, 1 << 20);
	text_show(&shown, text, len, TEXT_ONE_LINE);
	columns = text_width(strbuf_text(&shown), shown.len);
	strbuf_release(&shown);
	return columns;
}

/* Cuts the range to what stands in the row; false if nothing of it does. */
static bool
cut(const struct dress_row *row, size_t *from, size_t *len)
{
	size_t end = *from + *len, row_end = row->start + row->len;

	if (*from < row->start)
		*from = row->start;
	if (end > row_end)
		end = row_end;
	*len = end > *from ? end - *from : 0;
	return *len > 0;
}

static struct area
place_of(const struct dress_row *row, size_t from, size_t len)
{
	int before = columns_of(row->text + row->start, from - row->start), columns = columns_of(row->text + from, len);
	int room = row->area.columns - before;

	return (struct area){ row->area.row, row->area.column + before, 1, columns < room ? columns : room > 0 ? room : 0 };
}

void
dress_range(const struct dress_row *row, size_t from, size_t len, enum style style)
{
	if (cut(row, &from, &len))
		grid_restyle(row->grid, place_of(row, from, len), style);
}

void
dress_markup(const struct dress_row *row, const struct markup_span *spans, size_t count)
{
	static const enum style styles[] = {
		[MARKUP_BOLD] = STYLE_BOLD_TEXT, [MARKUP_ITALIC] = STYLE_ITALIC_TEXT, [MARKUP_STRIKE] = STYLE_STRIKE_TEXT,
		[MARKUP_MONO] = STYLE_MONO_TEXT, [MARKUP_QUOTE] = STYLE_QUOTE,	     [MARKUP_LIST] = STYLE_NORMAL,
	};

	for (size_t i = 0; i < count; i++) {
		const struct markup_span *span = &spans[i];
		size_t inner_end = span->inner + span->inner_len;

		dress_range(row, span->start, span->inner - span->start, STYLE_DIM);
		if (span->kind != MARKUP_LIST)
			dress_range(row, span->inner, span->inner_len, styles[span->kind]);
		dress_range(row, inner_end, span->start + span->len - inner_end, STYLE_DIM);
	}
}
