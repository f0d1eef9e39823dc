/* SPDX-License-Identifier: MIT */
/*
 * Columns. In a shown text every code point has a width that terminals agree on, so a sum is exact. Plain ASCII, nearly
 * all there is on a screen, is counted without a look at the table.
 */
#include "core/text.h"

#include "core/text_class.h"
#include "core/utf8.h"

enum {
	/* No cluster of a shown text that a person wrote is as long; an endless one is measured by its code points. */
	CLUSTER_MAX_BYTES = 256,
	UTF8_MAX_BYTES = 4,
	/* Only clusters wider than any emoji or flag may be taken apart to make them fit. */
	CLUSTER_WHOLE_COLUMNS = 2
};

int
text_code_width(uint32_t code)
{
	switch (text_class_of(code)) {
	case TEXT_CLASS_WIDE:
	case TEXT_CLASS_EMOJI_WIDE:
		return 2;
	case TEXT_CLASS_MARK:
	case TEXT_CLASS_SELECTOR:
	case TEXT_CLASS_KEYCAP:
	case TEXT_CLASS_JOINER:
	case TEXT_CLASS_NONJOINER:
		return 0;
	case TEXT_CLASS_NARROW:
	case TEXT_CLASS_EMOJI_NARROW:
	case TEXT_CLASS_EMOJI_UNSURE:
	case TEXT_CLASS_BLANK:
	case TEXT_CLASS_LINE_END:
	case TEXT_CLASS_HIDDEN:
	case TEXT_CLASS_DIRECTION:
	case TEXT_CLASS_UNSURE:
	case TEXT_CLASS_TONE:
	case TEXT_CLASS_REGIONAL:
		return 1;
	}
	return 1;
}

static bool
is_ascii(char byte)
{
	return (unsigned char)byte < 0x80;
}

int
text_width(const char *text, size_t len)
{
	size_t at = 0;
	int width = 0;

	while (at < len) {
		uint32_t code;

		if (is_ascii(text[at])) {
			at++;
			width++;
			continue;
		}
		at += utf8_decode(text + at, len - at, &code);
		width += text_code_width(code);
	}
	return width;
}

/* Length of the code point or flag at the start, which nothing may split. */
static size_t
code_or_flag(const char *text, size_t len, int *width)
{
	uint32_t code;
	size_t size = utf8_decode(text, len, &code);

	*width = text_code_width(code);
	if (text_class_of(code) == TEXT_CLASS_REGIONAL && size < len) {
		size_t next = utf8_decode(text + size, len - size, &code);

		if (text_class_of(code) == TEXT_CLASS_REGIONAL) {
			*width = 2;
			size += next;
		}
	}
	return size;
}

/* True for Latin letters, kana and Chinese: no cluster holds two of them, so most texts need no closer look. */
static bool
stands_alone(uint32_t code)
{
	return (code >= 0x20 && code < 0x300) || (code >= 0x3041 && code <= 0x3096) ||
	       (code >= 0x30A1 && code <= 0x30FA) || (code >= 0x4E00 && code <= 0x9FFF);
}

/* True if the character at the start, of `size` bytes, surely is a cluster. */
static bool
surely_whole(const char *text, size_t len, size_t size)
{
	uint32_t code, after;

	utf8_decode(text, len, &code);
	if (!stands_alone(code))
		return false;
	if (size == len)
		return true;
	utf8_decode(text + size, len - size, &after);
	return stands_alone(after);
}

/* Length of the next thing that is drawn or left out as a whole. */
static size_t
next_piece(const char *text, size_t len, int *width)
{
	size_t size, whole;

	if (is_ascii(text[0]) && (len == 1 || is_ascii(text[1]))) {
		*width = 1;
		return 1;
	}
	/* A Hangul vowel without its consonant takes no column, yet begins a cluster: it stays with what is before it. */
	size = code_or_flag(text, len, width);
	if (*width == 0 || surely_whole(text, len, size))
		return size;
	whole = text_cluster(text, len < CLUSTER_MAX_BYTES ? len : CLUSTER_MAX_BYTES);
	if (len > CLUSTER_MAX_BYTES && whole > CLUSTER_MAX_BYTES - UTF8_MAX_BYTES)
		return size;
	*width = text_width(text, whole);
	return whole;
}

/* Bytes of one cluster that fit, cut between its code points. */
static size_t
fit_part(const char *text, size_t len, int columns, int *used)
{
	size_t at = 0;

	while (at < len) {
		int width;
		size_t size = code_or_flag(text + at, len - at, &width);

		if (*used + width > columns)
			break;
		*used += width;
		at += size;
	}
	return at;
}

size_t
text_fit(const char *text, size_t len, int columns, int *used)
{
	size_t at = 0;
	int sum = 0;

	while (at < len) {
		int width;
		size_t size = next_piece(text + at, len - at, &width);

		if (sum + width > columns) {
			if (sum == 0 && width > CLUSTER_WHOLE_COLUMNS)
				at += fit_part(text + at, size, columns, &sum);
			break;
		}
		sum += width;
		at += size;
	}
	if (used)
		*used = sum;
	return at;
}
