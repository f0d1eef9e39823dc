/* SPDX-License-Identifier: MIT */
/*
 * Links in the conversation. A long address is broken into lines; each part of it carries the whole, so the lines around are read
 * as far as nothing was left out between them.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "ui/app.h"
#include "ui/link.h"

/* An address has no more lines than that on the narrowest screen that is worth it. */
enum { LINES_AROUND = 100 };

static bool
goes_on(const struct conversation *conversation, size_t line)
{
	const struct line *here = &conversation->lines[line], *next = here + 1;

	return line + 1 < conversation->line_count && next->kind == here->kind && next->message == here->message &&
	       here->start + here->len == next->start;
}

/* Draws the part of the link that is on this line. */
static void
draw_part(struct app *app, struct area place, const struct line *line, size_t start, size_t len)
{
	const char *text = strbuf_text(&app->conversation.text);
	size_t from = start > line->start ? start : line->start;
	size_t end = start + len < line->start + line->len ? start + len : line->start + line->len;
	int before = text_width(text + line->start, from - line->start);
	char link[LINK_SIZE];

	if (from >= end || before >= place.columns)
		return;
	snprintf(link, sizeof link, "%.*s", (int)len, text + start);
	place.column += before;
	place.columns -= before;
	grid_link_begin(&app->grid, link);
	grid_text_len(&app->grid, place, STYLE_LINK, text + from, end - from);
	grid_link_end(&app->grid);
}

void
links_draw(struct app *app, struct area place, const struct line *line)
{
	const struct conversation *conversation = &app->conversation;
	size_t here = (size_t)(line - conversation->lines), first = here, last = here, base, end, start, len;
	const char *text;

	if (line->len == 0)
		return;
	while (first > 0 && here - first < LINES_AROUND && goes_on(conversation, first - 1))
		first--;
	while (last - here < LINES_AROUND && goes_on(conversation, last))
		last++;
	base = conversation->lines[first].start;
	end = conversation->lines[last].start + conversation->lines[last].len - base;
	text = strbuf_text(&conversation->text) + base;
	for (size_t from = 0; link_find(text, end, from, &start, &len); from = start + len) {
		if (base + start >= line->start + line->len)
			break;
		if (base + start + len > line->start)
			draw_part(app, place, line, base + start, len);
	}
}

void
links_draw_attachment(struct app *app, struct area place, const struct line *line)
{
	const struct message *message = &app->conversation.messages[line->message];
	char link[LINK_SIZE];

	if (line->item >= message->attachment_count || !link_of_place(message->attachments[line->item].url, link))
		return;
	grid_link_begin(&app->grid, link);
	grid_text_len(&app->grid, place, STYLE_LINK, strbuf_text(&app->conversation.text) + line->start, line->len);
	grid_link_end(&app->grid);
}
