/* SPDX-License-Identifier: MIT */
/*
 * What tests and fuzzing of text share: a seeded maker of hostile bytes, and a judge of what may be drawn that knows
 * code points by the rules alone, not by the program's table.
 */
#ifndef HILO_TESTS_HOSTILE_TEXT_H
#define HILO_TESTS_HOSTILE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/utf8.h"

struct dice {
	uint64_t state; /* not 0 */
};

static inline uint32_t
dice_roll(struct dice *dice, uint32_t sides)
{
	dice->state ^= dice->state << 13;
	dice->state ^= dice->state >> 7;
	dice->state ^= dice->state << 17;
	return (uint32_t)((dice->state >> 32) % sides);
}

/* Fills up to `size` bytes with pieces that are dangerous, awkward or broken; returns the length. */
static inline size_t
hostile_text_fill(struct dice *dice, char *out, size_t size)
{
	static const char *const pieces[] = {
		"\x1b]0;title\a", "\x1b[2J", "\x1b]52;c;QUFB\x1b\\", "\302\23331m", "\r\n", "\r", "\n", "\t", "\x7f",
		"\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u3164",
		"\u115f", "\uffa0", "\ufff9", "\U000e0001", "\U000e0041", "\U000e007f", "\u2028", "\u2029", "\u00a0",
		"\u3000", "\u0301", "\u0301\u0302\u0303\u0304\u0305", "\u0e33", "\u0e31", "\u1100", "\u1161", "\u11a8",
		"\ud7b0", "\u0915\u094d\u0937", "\u093e", "\u0645\u06cc\u200c\u062e", "\u200c", "\u200d", "\ufe0f",
		"\ufe0e", "\U000e0100", "\u20e3", "1\ufe0f\u20e3", "\U0001f3fb", "\U0001f44d\U0001f3fd", "\u2764\ufe0f",
		"\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "\U0001f1e9", "\U0001f3f4",
		"\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\U0001f6dc", "\U0001fae9",
		"\u4e2d\u6587", "\u304b\u3099", "word", " ", "  ", "a", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98",
		"\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80", "\x80", "\u4dc0", "\ufffd", "\u25cc", "\u2426",
	};
	size_t used = 0;

	while (used + 4 <= size) {
		uint32_t kind = dice_roll(dice, 8);

		if (kind < 5) {
			const char *piece = pieces[dice_roll(dice, sizeof pieces / sizeof pieces[0])];
			size_t len = strlen(piece);

			if (len > size - used)
				break;
			memcpy(out + used, piece, len);
			used += len;
		} else if (kind == 5) {
			out[used++] = (char)dice_roll(dice, 256);
		} else {
			used += utf8_encode(dice_roll(dice, kind == 6 ? 0x3000 : 0x110000), out + used);
		}
		if (dice_roll(dice, 60) == 0)
			break;
	}
	return used;
}

/* True if no shown text may hold the code point, whatever stands beside it. */
static inline bool
hostile_code(uint32_t code, bool keep_lines)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x0000, 0x0009 }, { 0x000B, 0x001F }, { 0x007F, 0x00A0 }, { 0x00AD, 0x00AD }, { 0x034F, 0x034F },
		{ 0x061C, 0x061C }, { 0x115F, 0x1160 }, { 0x1680, 0x1680 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F },
		{ 0x2000, 0x200B }, { 0x200D, 0x200F }, { 0x2028, 0x202F }, { 0x205F, 0x206F }, { 0x20E3, 0x20E3 },
		{ 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xD800, 0xDFFF }, { 0xFDD0, 0xFDEF }, { 0xFE00, 0xFE0F },
		{ 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFFB }, { 0x1D173, 0x1D17A }, { 0x1F3FB, 0x1F3FF },
		{ 0xE0000, 0xE0FFF },
	};

	if (code == '\n')
		return !keep_lines;
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return (code & 0xFFFE) == 0xFFFE || code > 0x10FFFF;
}

/* NULL if the shown text may be drawn, else what is wrong with it. */
static inline const char *
hostile_text_judge(const char *text, size_t len, bool keep_lines)
{
	size_t at = 0;
	unsigned regionals = 0;

	if (!utf8_valid(text, len))
		return "malformed UTF-8";
	while (at < len) {
		uint32_t code;

		at += utf8_decode(text + at, len - at, &code);
		if (hostile_code(code, keep_lines))
			return "a code point that must not be drawn";
		if (code >= 0x1F1E6 && code <= 0x1F1FF)
			regionals++;
		else if (regionals % 2 != 0)
			return "half a flag";
		else
			regionals = 0;
	}
	return regionals % 2 != 0 ? "half a flag at the end" : NULL;
}

#endif
