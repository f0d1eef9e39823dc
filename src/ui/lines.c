/* SPDX-License-Identifier: MIT */
#include "ui/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "ui/file_target.h"
#include "ui/wording.h"

/* A message of more lines than that is folded to some of them. */
enum { FOLD_FROM = 30, FOLD_KEEP = 15 };

enum { FIRST_LINES = 64, COLUMNS_LEAST = 2 };

static struct line *
add_line(struct conversation *conversation, enum line_kind kind, size_t message)
{
	if (conversation->line_count == conversation->line_capacity) {
		size_t capacity = conversation->line_capacity > 0 ? conversation->line_capacity * 2 : FIRST_LINES;
		struct line *lines = realloc(conversation->lines, capacity * sizeof *lines);

		if (lines == NULL)
			return NULL;
		conversation->lines = lines;
		conversation->line_capacity = capacity;
	}
	conversation->lines[conversation->line_count] =
		(struct line){ .kind = kind, .message = message, .anchor = conversation->messages[message].id };
	return &conversation->lines[conversation->line_count++];
}

/* Wraps what was appended to the text since `from` into lines. */
static void
wrap_lines(struct conversation *conversation, enum line_kind kind, size_t message, size_t from)
{
	const char *text = strbuf_text(&conversation->text) + from;
	size_t len = conversation->text.len - from, count;
	int columns = conversation->columns < LINES_WIDTH_MAX ? conversation->columns : LINES_WIDTH_MAX;

	columns -= LINES_INDENT;
	columns = columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns;
	count = text_wrap(text, len, columns, conversation->wrapped, conversation->wrapped_capacity);
	if (count > conversation->wrapped_capacity) {
		struct text_line *more = realloc(conversation->wrapped, count * sizeof *more);

		if (more == NULL)
			return;
		conversation->wrapped = more;
		conversation->wrapped_capacity = count;
		text_wrap(text, len, columns, more, count);
	}
	for (size_t i = 0; i < count; i++) {
		struct line *line = add_line(conversation, kind, message);

		if (line == NULL)
			return;
		line->start = from + conversation->wrapped[i].start;
		line->len = conversation->wrapped[i].len;
	}
}

/* Appends raw text, made harmless, and wraps it. */
static bool
add_text(struct conversation *conversation, enum line_kind kind, size_t message, const char *raw)
{
	size_t from = conversation->text.len;
	bool dangerous = text_show(&conversation->text, raw, strlen(raw), TEXT_KEEP_LINES);

	wrap_lines(conversation, kind, message, from);
	return dangerous;
}

/* The body; a long one is folded unless the agent opened it. */
static bool
add_body(struct conversation *conversation, size_t index)
{
	const struct message *message = &conversation->messages[index];
	size_t first = conversation->line_count, lines;
	bool dangerous = add_text(conversation, LINE_BODY, index, message->body);
	char words[128];

	lines = conversation->line_count - first;
	if (lines > FOLD_FROM && !conversation_is_unfolded(conversation, message->id)) {
		size_t hidden = lines - FOLD_KEEP;

		conversation->line_count = first + FOLD_KEEP;
		snprintf(words, sizeof words, ngettext("… %zu more line; x opens it", "… %zu more lines; x opens them", hidden),
			 hidden);
		add_text(conversation, LINE_FOLD, index, words);
	}
	return dangerous;
}

/* The beginning of the message that this one answers, where the channel says so. */
static void
add_quote(struct conversation *conversation, size_t index)
{
	const struct message *message = &conversation->messages[index];
	struct strbuf words;

	if (message->quote_text[0] == '\0')
		return;
	strbuf_init(&words, 1024);
	strbuf_add_string(&words, "> ");
	if (message->quote_author[0] != '\0')
		strbuf_add_format(&words, "%s: ", message->quote_author);
	strbuf_add_string(&words, message->quote_text);
	add_text(conversation, LINE_QUOTE, index, strbuf_text(&words));
	strbuf_release(&words);
}

static void
add_message(struct conversation *conversation, size_t index)
{
	const struct message *message = &conversation->messages[index];
	struct strbuf words;
	bool dangerous = false;
	size_t first;

	strbuf_init(&words, 1 << 16);
	if (message->id == conversation->unread_from)
		add_line(conversation, LINE_UNREAD, index);
	add_line(conversation, LINE_HEAD, index);
	add_quote(conversation, index);
	if (message->body[0] != '\0')
		dangerous = add_body(conversation, index);
	for (size_t i = 0; i < message->attachment_count; i++) {
		strbuf_clear(&words);
		file_describe(&words, &message->attachments[i]);
		first = conversation->line_count;
		dangerous |= add_text(conversation, LINE_ATTACHMENT, index, strbuf_text(&words));
		for (; first < conversation->line_count; first++)
			conversation->lines[first].item = i;
	}
	strbuf_clear(&words);
	wording_trouble(&words, message, conversation->now_ms);
	if (words.len > 0)
		add_text(conversation, LINE_TROUBLE, index, strbuf_text(&words));
	if (dangerous)
		add_text(conversation, LINE_CAUTION, index, _("Hidden control characters in this message are shown as marks."));
	strbuf_release(&words);
}

void
lines_make(struct conversation *conversation)
{
	int64_t day = -1;

	strbuf_clear(&conversation->text);
	conversation->line_count = 0;
	for (size_t i = 0; i < conversation->count; i++) {
		int64_t own_day = wording_day_number(conversation->messages[i].created_at);

		if (own_day != day)
			add_line(conversation, LINE_DAY, i);
		day = own_day;
		add_message(conversation, i);
	}
}
