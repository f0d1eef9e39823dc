/* SPDX-License-Identifier: MIT */
/* The messages of the open conversation. */
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "ui/app.h"
#include "ui/lines.h"
#include "ui/text_dress.h"
#include "ui/wording.h"

/* Columns from which on the heading has room for the day. */
enum { DAY_FROM = 60 };
/* So many places that a search found are marked in a body. */
enum { HITS_MAX = 128 };

/* The day of what is seen first stays in sight at the right end, unless its own line is there. Returns the column before. */
static int
draw_day(struct app *app, struct area area, int end)
{
	const struct conversation *conversation = &app->conversation;
	size_t top = conversation_top(conversation);
	char day[WORDING_SIZE];

	if (top >= conversation->line_count || conversation->lines[top].kind == LINE_DAY || area.columns < DAY_FROM)
		return end;
	wording_day(conversation->messages[conversation->lines[top].message].created_at, day);
	return grid_text_right(&app->grid, area.row, area.column, end - area.column, STYLE_DIM, day) - 1;
}

static void
draw_heading(struct app *app, struct area area)
{
	const struct thread *thread = &app->inbox.current;
	enum style style = app->focus == FOCUS_MESSAGES ? STYLE_STRONG : STYLE_DIM;
	const struct presence *other = team_other_in(app, thread->id);
	int column = area.column + 1, end = area.column + area.columns - 1;
	char text[AGENT_NAME_SIZE + 64];

	view_heading_mark(app, area, app->focus == FOCUS_MESSAGES);
	end = draw_day(app, area, end);
	if (thread->status != THREAD_OPEN)
		end = grid_text_right(&app->grid, area.row, column, end - column, STYLE_WARNING,
				      wording_status(thread->status)) - 1;
	column += grid_text(&app->grid, area.row, column, end - column, wording_channel_style(thread->channel),
			    _(channel_info(thread->channel)->title)) + 1;
	column += grid_text(&app->grid, area.row, column, end - column, style, wording_name(thread)) + 1;
	if (other != NULL) {
		snprintf(text, sizeof text,
			 /* Translators: another agent's name, in the heading of the conversation. */
			 other->doing == PRESENCE_WRITING ? _("✎ %s is writing") : _("◉ %s is here too"), other->agent);
		column += grid_text(&app->grid, area.row, column, end - column, STYLE_WARNING, text) + 1;
	}
	if (thread->client_name[0] != '\0')
		grid_text(&app->grid, area.row, column, end - column, STYLE_DIM, thread->client_address);
}

/* "── text ────" */
static void
draw_separator(struct app *app, struct area row, enum style style, const char *text)
{
	int used;

	grid_rule_across(&app->grid, row.row, row.column, row.columns, style);
	used = grid_text(&app->grid, row.row, row.column + 3, row.columns - 4, style, text);
	grid_text(&app->grid, row.row, row.column + 2, 1, style, " ");
	grid_text(&app->grid, row.row, row.column + 3 + used, 1, style, " ");
}

static void
draw_unread(struct app *app, struct area row)
{
	const struct conversation *conversation = &app->conversation;
	unsigned long count = 0;
	char text[96];

	for (size_t i = conversation->count; i > 0 && conversation->messages[i - 1].id >= conversation->unread_from; i--)
		count += conversation->messages[i - 1].direction == MESSAGE_IN;
	snprintf(text, sizeof text, ngettext("%lu new message", "%lu new messages", count), count);
	draw_separator(app, row, STYLE_UNREAD, text);
}

static void
draw_head(struct app *app, struct area row, const struct message *message)
{
	bool ours = message->direction != MESSAGE_IN;
	char text[WORDING_SIZE * 2];
	int column = row.column, end = row.column + row.columns;

	if (message->direction == MESSAGE_OUT) {
		struct delivery_look look = wording_delivery(message);
		int64_t since = wording_delivery_since(message);
		char time[WORDING_SIZE];

		wording_delivery_words(message, app->now_ms, text);
		/* The time too, where it is not the one at the left. */
		if (since > 0 && row.columns >= DAY_FROM)
			snprintf(text, sizeof text, "%s %s %s", look.mark, look.word, wording_time(since, time));
		end = grid_text_right(&app->grid, row.row, column, row.columns, look.style, text) - 1;
	}
	if (message->direction == MESSAGE_NOTE)
		end = grid_text_right(&app->grid, row.row, column, row.columns, STYLE_NOTE, _("private note")) - 1;
	column += grid_text(&app->grid, row.row, column, end - column, STYLE_DIM, wording_time(message->created_at, text)) + 1;
	grid_text(&app->grid, row.row, column, end - column, ours ? STYLE_AGENT : STYLE_CUSTOMER,
		  message->author[0] != '\0' ? message->author : ours ? _("system") : wording_name(&app->inbox.current));
}

/* The formats of one body, kept from line to line while it is drawn. */
struct formats {
	int64_t message; /* 0 = none yet */
	size_t start;	 /* of the body in the text */
	struct markup_span spans[DRESS_SPANS_MAX];
	size_t count;
	struct query_span hits[HITS_MAX];
	size_t hit_count;
};

static bool
is_body_of(const struct line *line, int64_t message)
{
	return line->kind == LINE_BODY && line->anchor == message;
}

static void
find_formats(struct app *app, const struct line *line, struct formats *formats)
{
	const struct conversation *conversation = &app->conversation;
	const struct line *first = line, *last = line, *end = conversation->lines + conversation->line_count - 1;
	const char *text;
	size_t len;

	if (formats->message == line->anchor)
		return;
	while (first > conversation->lines && is_body_of(first - 1, line->anchor))
		first--;
	while (last < end && is_body_of(last + 1, line->anchor))
		last++;
	formats->message = line->anchor;
	formats->start = first->start;
	text = strbuf_text(&conversation->text) + first->start;
	len = last->start + last->len - first->start;
	formats->count = markup_spans(text, len, formats->spans, DRESS_SPANS_MAX);
	formats->hit_count = search_spans(app, text, len, formats->hits, HITS_MAX);
}

/* As WhatsApp shows it; elsewhere a star is a star. */
static void
draw_formats(struct app *app, struct area text, const struct line *line, struct formats *formats)
{
	const struct conversation *conversation = &app->conversation;
	const struct message *message = &conversation->messages[line->message];
	struct dress_row row = { .grid = &app->grid, .area = text, .len = line->len };

	if (message->channel != CHANNEL_WHATSAPP || message->direction == MESSAGE_NOTE)
		return;
	row.text = strbuf_text(&conversation->text) + formats->start;
	row.start = line->start - formats->start;
	dress_markup(&row, formats->spans, formats->count);
}

/* What the search is about stands out, also where it goes on on the next line. */
static void
draw_hits(struct app *app, struct area area, const struct line *line, const struct formats *formats)
{
	const char *text = strbuf_text(&app->conversation.text) + line->start;
	size_t from = line->start - formats->start, to = from + line->len;

	for (size_t i = 0; i < formats->hit_count; i++) {
		size_t start = formats->hits[i].start, end = start + formats->hits[i].len;

		start = start > from ? start : from;
		end = end < to ? end : to;
		if (start < end)
			grid_restyle(&app->grid, (struct area){ area.row, area.column + text_width(text, start - from), 1,
								text_width(text + start - from, end - start) }, STYLE_HIT);
	}
}

static void
draw_line(struct app *app, struct area row, const struct line *line, struct formats *formats)
{
	const struct conversation *conversation = &app->conversation;
	const struct message *message = &conversation->messages[line->message];
	struct area text = { row.row, row.column + LINES_INDENT, 1, row.columns - LINES_INDENT };
	struct area head = { row.row, row.column, 1, row.columns < LINES_WIDTH_MAX ? row.columns : LINES_WIDTH_MAX };
	const char *bytes = strbuf_text(&conversation->text) + line->start;
	char day[WORDING_SIZE];

	/* What the customer never sees has a ground of its own. */
	if (message->direction == MESSAGE_NOTE && line->kind != LINE_DAY && line->kind != LINE_UNREAD)
		grid_fill(&app->grid, head, STYLE_NOTE);
	switch (line->kind) {
	case LINE_DAY:
		draw_separator(app, row, STYLE_DIM, wording_day(message->created_at, day));
		break;
	case LINE_UNREAD:
		draw_unread(app, row);
		break;
	case LINE_HEAD:
		draw_head(app, head, message);
		if (app->focus == FOCUS_MESSAGES && message->id == conversation->chosen) {
			grid_text(&app->grid, row.row, row.column - 1, 1, STYLE_STRONG, "▸");
			grid_cursor(&app->grid, row.row, row.column - 1, true);
		}
		break;
	case LINE_QUOTE:
		grid_text_len(&app->grid, text, STYLE_QUOTE, bytes, line->len);
		break;
	case LINE_FOLD:
		grid_text_len(&app->grid, text, STYLE_HINT, bytes, line->len);
		break;
	case LINE_BODY:
		grid_text_len(&app->grid, text, message->direction == MESSAGE_NOTE ? STYLE_NOTE : STYLE_NORMAL, bytes,
			      line->len);
		find_formats(app, line, formats);
		draw_formats(app, text, line, formats);
		draw_hits(app, text, line, formats);
		links_draw(app, text, line);
		break;
	case LINE_ATTACHMENT:
		grid_text_len(&app->grid, text, STYLE_READ, bytes, line->len);
		links_draw_attachment(app, text, line);
		break;
	case LINE_TROUBLE:
		grid_text_len(&app->grid, text, wording_delivery(message).style, bytes, line->len);
		break;
	case LINE_CAUTION:
		grid_text_len(&app->grid, text, STYLE_WARNING, bytes, line->len);
		break;
	}
}

void
view_thread_draw(struct app *app, struct area area)
{
	const struct conversation *conversation = &app->conversation;
	size_t top = conversation_top(conversation), below;
	int rows = area.rows - 1, first = area.row + 1;
	struct formats formats;

	formats.message = 0;
	draw_heading(app, area);
	if (app->focus == FOCUS_MESSAGES)
		grid_cursor(&app->grid, area.row + area.rows - 1, area.column, true);
	/* A short conversation stands at the bottom, beside the reply. */
	if (conversation->line_count < (size_t)rows)
		first += rows - (int)conversation->line_count;
	for (int i = 0; i < rows && top + (size_t)i < conversation->line_count; i++)
		draw_line(app, (struct area){ first + i, area.column + 1, 1, area.columns - 2 },
			  &conversation->lines[top + (size_t)i], &formats);
	below = top + (size_t)rows < conversation->line_count ? conversation->line_count - top - (size_t)rows : 0;
	if (below > 0) {
		char text[96];

		snprintf(text, sizeof text, ngettext(" ↓ %lu line below", " ↓ %lu lines below", below),
			 (unsigned long)below);
		grid_text_right(&app->grid, area.row + area.rows - 1, area.column, area.columns - 1, STYLE_BAR_WARNING, text);
	}
}
