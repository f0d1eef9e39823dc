/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 as bytes. One decoder decides what is well formed; everything else here steps with it, so no two functions can
 * disagree about where a character begins. A malformed sequence is taken one byte at a time: that never swallows a good
 * byte that follows a broken one.
 */
#include "core/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { CODE_REPLACEMENT = 0xFFFD, CODE_LAST = 0x10FFFF };

/* Length promised by a lead byte, 0 if the byte can not begin a character of several bytes. */
static size_t
lead_length(unsigned char lead)
{
	if (lead >= 0xC2 && lead <= 0xDF)
		return 2;
	if (lead >= 0xE0 && lead <= 0xEF)
		return 3;
	if (lead >= 0xF0 && lead <= 0xF4)
		return 4;
	return 0;
}

static bool
is_continuation(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* The second byte alone tells overlong forms, surrogates and what lies above U+10FFFF. */
static bool
second_fits(unsigned char lead, unsigned char second)
{
	if (lead == 0xE0)
		return second >= 0xA0;
	if (lead == 0xED)
		return second <= 0x9F;
	if (lead == 0xF0)
		return second >= 0x90;
	if (lead == 0xF4)
		return second <= 0x8F;
	return true;
}

/* Length of the well-formed character at `bytes`, 0 if there is none. */
static size_t
good_length(const unsigned char *bytes, size_t len)
{
	size_t need;

	if (bytes[0] < 0x80)
		return 1;
	need = lead_length(bytes[0]);
	if (need == 0 || need > len || !second_fits(bytes[0], bytes[1]))
		return 0;
	for (size_t i = 1; i < need; i++)
		if (!is_continuation(bytes[i]))
			return 0;
	return need;
}

bool
utf8_valid(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len) {
		size_t step = good_length((const unsigned char *)text + at, len - at);

		if (step == 0)
			return false;
		at += step;
	}
	return true;
}

size_t
utf8_decode(const char *text, size_t len, uint32_t *code)
{
	static const unsigned char lead_mask[5] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	const unsigned char *bytes = (const unsigned char *)text;
	size_t step = good_length(bytes, len);
	uint32_t value;

	if (step == 0) {
		*code = CODE_REPLACEMENT;
		return 1;
	}
	value = bytes[0] & lead_mask[step];
	for (size_t i = 1; i < step; i++)
		value = (value << 6) | (bytes[i] & 0x3FU);
	*code = value;
	return step;
}

size_t
utf8_encode(uint32_t code, char out[4])
{
	if (code > CODE_LAST || (code >= 0xD800 && code <= 0xDFFF))
		return 0;
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xC0 | (code >> 6));
		out[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xE0 | (code >> 12));
		out[1] = (char)(0x80 | ((code >> 6) & 0x3F));
		out[2] = (char)(0x80 | (code & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | (code >> 18));
	out[1] = (char)(0x80 | ((code >> 12) & 0x3F));
	out[2] = (char)(0x80 | ((code >> 6) & 0x3F));
	out[3] = (char)(0x80 | (code & 0x3F));
	return 4;
}

size_t
utf8_cut(const char *text, size_t len, size_t max)
{
	if (max >= len)
		return len;
	/* A lead byte never occurs inside a character, so a look at the three bytes before the cut is enough. */
	for (size_t back = 1; back <= 3 && back <= max; back++) {
		const unsigned char *start = (const unsigned char *)text + max - back;

		if (is_continuation(*start))
			continue;
		return good_length(start, len - (max - back)) > back ? max - back : max;
	}
	return max;
}

char *
utf8_copy(char *out, size_t size, const char *text)
{
	size_t len;

	if (size == 0)
		return out;
	/* Up to three bytes beyond the room are looked at, to see whether the cut splits a character. */
	len = strnlen(text, size + 3);
	len = utf8_cut(text, len, size - 1);
	memcpy(out, text, len);
	out[len] = '\0';
	return out;
}

size_t
utf8_count(const char *text, size_t len)
{
	size_t at = 0, count = 0;

	while (at < len) {
		size_t step = good_length((const unsigned char *)text + at, len - at);

		at += step ? step : 1;
		count++;
	}
	return count;
}

char *
utf8_repair(const char *text, size_t len)
{
	static const char mark[3] = { '\xEF', '\xBF', '\xBD' };
	size_t at = 0, used = 0;
	char *out;

	if (len > (SIZE_MAX - 1) / sizeof(mark))
		return NULL;
	out = malloc(len * sizeof(mark) + 1);
	if (!out)
		return NULL;
	while (at < len) {
		size_t step = good_length((const unsigned char *)text + at, len - at);

		if (step == 0 || text[at] == '\0') {
			memcpy(out + used, mark, sizeof(mark));
			used += sizeof(mark);
			at++;
			continue;
		}
		memcpy(out + used, text + at, step);
		used += step;
		at += step;
	}
	out[used] = '\0';
	return out;
}
