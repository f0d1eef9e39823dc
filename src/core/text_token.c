/* SPDX-License-Identifier: MIT */
/*
 * The rules of SQLite's tokenizer unicode61 with remove_diacritics 2: letters, numbers and private use make a word,
 * combining accents are part of it and dropped, a letter that is an ASCII letter with accents becomes that letter.
 */
#include "core/text_token.h"

#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "core/utf8.h"

enum { ACCENT_FIRST = 0x300, ACCENT_LAST = 0x331 };

static bool
is_accent(uint32_t code)
{
	return code >= ACCENT_FIRST && code <= ACCENT_LAST;
}

static bool
is_letter(uint32_t code)
{
	if (code < 0x80)
		return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
	return code != 0xFFFD
	       && uc_is_general_category_withtable(code, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_Co);
}

static uint32_t
fold(uint32_t code)
{
	ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
	uint32_t lower;

	if (code < 0x80)
		return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
	lower = uc_tolower(code);
	code = lower;
	/* Several accents come apart one after the other. */
	while (code >= 0x80 && uc_canonical_decomposition(code, parts) > 1)
		code = parts[0];
	return code < 0x80 ? code : lower;
}

bool
text_token_next(const char *text, size_t len, size_t from, struct text_token *token)
{
	size_t at = from;
	bool inside = false;

	token->folded_len = token->letters = 0;
	while (at < len) {
		uint32_t code;
		size_t step = utf8_decode(text + at, len - at, &code);

		if (!is_letter(code) && !(inside && is_accent(code))) {
			if (inside)
				break;
		} else {
			char bytes[4];
			size_t size = utf8_encode(fold(code), bytes);

			if (!inside)
				token->start = at;
			inside = true;
			if (!is_accent(code) && token->folded_len + size < sizeof token->folded) {
				memcpy(token->folded + token->folded_len, bytes, size);
				token->folded_len += size;
				token->letters++;
			}
		}
		at += step;
	}
	token->folded[token->folded_len] = '\0';
	token->len = inside ? at - token->start : 0;
	return inside;
}

bool
text_token_begins(const char *text, size_t len, const char *name)
{
	size_t at = 0, name_len = strlen(name), name_at = 0;

	while (at < len) {
		uint32_t code, wanted;

		at += utf8_decode(text + at, len - at, &code);
		if (is_accent(code))
			continue;
		if (name_at >= name_len)
			return false;
		name_at += utf8_decode(name + name_at, name_len - name_at, &wanted);
		if (fold(code) != wanted)
			return false;
	}
	return true;
}

bool
text_token_same(const char *text, size_t len, const char *name)
{
	size_t letters = 0;

	for (size_t at = 0; at < len;) {
		uint32_t code;

		at += utf8_decode(text + at, len - at, &code);
		letters += !is_accent(code);
	}
	return letters == utf8_count(name, strlen(name)) && text_token_begins(text, len, name);
}
