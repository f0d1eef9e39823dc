/* SPDX-License-Identifier: MIT */
#include "ui/markup.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/utf8.h"

enum { KINDS = MARKUP_STRIKE + 1, FENCE = 3, NUMBER_DIGITS = 3 };

struct reader {
	const char *text;
	size_t len;
	struct markup_span *spans;
	size_t count, max;
	size_t open[KINDS]; /* where a mark of the kind began something on this line; SIZE_MAX = nowhere */
	bool no_fence;	    /* no ``` follows in the text */
};

/* Keeps the order of starts: what a span encloses was added before it. At most KINDS deep, so linear over all. */
static void
add(struct reader *reader, struct markup_span span)
{
	size_t at = reader->count;

	if (at == reader->max)
		return;
	for (; at > 0 && reader->spans[at - 1].start > span.start; at--)
		reader->spans[at] = reader->spans[at - 1];
	reader->spans[at] = span;
	reader->count++;
}

static void
close_all(struct reader *reader)
{
	for (int kind = 0; kind < KINDS; kind++)
		reader->open[kind] = SIZE_MAX;
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Letters and digits; beyond ASCII everything but punctuation, symbols and emoji. */
static bool
is_word(uint32_t code)
{
	if (code < 0x80)
		return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
	if (code < 0xC0)
		return code == 0xAA || code == 0xB5 || code == 0xBA; /* ª µ º */
	return code != 0xD7 && code != 0xF7 && !(code >= 0x2000 && code <= 0x2BFF) &&
	       !(code >= 0x3000 && code <= 0x303F) && !(code >= 0xFE00 && code <= 0xFE0F) &&
	       !(code >= 0xFF01 && code <= 0xFF0F) && code < 0x1F000;
}

static bool
word_before(const struct reader *reader, size_t at)
{
	uint32_t code;
	size_t start;

	if (at == 0)
		return false;
	start = utf8_cut(reader->text, reader->len, at - 1);
	utf8_decode(reader->text + start, at - start, &code);
	return is_word(code);
}

static bool
word_at(const struct reader *reader, size_t at)
{
	uint32_t code;

	if (at >= reader->len)
		return false;
	utf8_decode(reader->text + at, reader->len - at, &code);
	return is_word(code);
}

static int
kind_of(char byte)
{
	return byte == '*' ? MARKUP_BOLD : byte == '_' ? MARKUP_ITALIC : byte == '~' ? MARKUP_STRIKE : -1;
}

/* A mark that may end something, begin something, or is a plain character. */
static void
mark(struct reader *reader, enum markup_kind kind, size_t at)
{
	const char *text = reader->text;
	size_t begun = reader->open[kind];

	if (begun != SIZE_MAX && at > begun + 1 && !is_blank(text[at - 1]) && !word_at(reader, at + 1)) {
		add(reader, (struct markup_span){ kind, begun, at + 1 - begun, begun + 1, at - begun - 1 });
		for (int other = 0; other < KINDS; other++)
			if (reader->open[other] != SIZE_MAX && reader->open[other] >= begun)
				reader->open[other] = SIZE_MAX;
	} else if (begun == SIZE_MAX && !word_before(reader, at) && at + 1 < reader->len && !is_blank(text[at + 1]) &&
		   text[at + 1] != text[at]) {
		reader->open[kind] = at;
	}
}

/* Mono over lines: where it ends, `at` if it does not. */
static size_t
fence(struct reader *reader, size_t at)
{
	const char *end = NULL;
	size_t inner = at + FENCE;

	if (reader->no_fence || reader->len - at < 2 * FENCE + 1 || memcmp(reader->text + at, "```", FENCE) != 0)
		return at;
	end = memmem(reader->text + inner + 1, reader->len - inner - 1, "```", FENCE);
	if (end == NULL) {
		reader->no_fence = true;
		return at;
	}
	add(reader, (struct markup_span){ MARKUP_MONO, at, (size_t)(end - reader->text) + FENCE - at, inner,
					  (size_t)(end - reader->text) - inner });
	return (size_t)(end - reader->text) + FENCE;
}

/* Mono on one line, which ends at `stop`. */
static size_t
mono(struct reader *reader, size_t at, size_t stop)
{
	const char *end = memchr(reader->text + at + 1, '`', stop - at - 1);
	size_t inner_len;

	if (end == NULL)
		return at;
	inner_len = (size_t)(end - reader->text) - at - 1;
	if (inner_len == 0)
		return at;
	add(reader, (struct markup_span){ MARKUP_MONO, at, inner_len + 2, at + 1, inner_len });
	return at + inner_len + 2;
}

/* Bytes of "> ", "- ", "* " or "12. " at the beginning of a line. */
static size_t
line_mark(const char *text, size_t len, enum markup_kind *kind)
{
	size_t digits = 0;

	*kind = MARKUP_LIST;
	if (len > 2 && text[1] == ' ' && !is_blank(text[2])) {
		if (text[0] == '>')
			*kind = MARKUP_QUOTE;
		if (text[0] == '>' || text[0] == '-' || text[0] == '*')
			return 2;
	}
	while (digits < NUMBER_DIGITS && digits < len && text[digits] >= '0' && text[digits] <= '9')
		digits++;
	return digits > 0 && len > digits + 2 && text[digits] == '.' && text[digits + 1] == ' ' &&
	       !is_blank(text[digits + 2]) ? digits + 2 : 0;
}

static size_t
line_stop(const struct reader *reader, size_t at)
{
	const char *end = memchr(reader->text + at, '\n', reader->len - at);

	return end != NULL ? (size_t)(end - reader->text) : reader->len;
}

/* The line from `at` on; returns where the next one begins (a fence may have gone over several). */
static size_t
read_line(struct reader *reader, size_t at)
{
	size_t stop = line_stop(reader, at), marked, after;
	bool no_tick = false;
	enum markup_kind kind;

	close_all(reader);
	marked = line_mark(reader->text + at, stop - at, &kind);
	if (marked > 0)
		add(reader, (struct markup_span){ kind, at, stop - at, at + marked, stop - at - marked });
	for (at += marked; at < stop; at++) {
		int formatted = kind_of(reader->text[at]);

		if (formatted >= 0)
			mark(reader, (enum markup_kind)formatted, at);
		if (reader->text[at] != '`')
			continue;
		after = marked > 0 ? at : fence(reader, at);
		if (after > stop) {
			close_all(reader);
			no_tick = false;
			stop = line_stop(reader, after);
		}
		if (after == at && !no_tick) {
			after = mono(reader, at, stop);
			no_tick = after == at && at + 1 < stop && reader->text[at + 1] != '`';
		}
		if (after > at)
			at = after - 1;
	}
	return stop + 1;
}

size_t
markup_spans(const char *text, size_t len, struct markup_span *spans, size_t max)
{
	struct reader reader = { .text = text, .len = len, .spans = spans, .max = max };

	for (size_t at = 0; at < len && reader.count < max;)
		at = read_line(&reader, at);
	return reader.count;
}
