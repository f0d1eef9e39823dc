/* SPDX-License-Identifier: MIT */
#include "core/text_fold.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "core/utf8.h"

char *
text_lower(const char *text)
{
	size_t len = strlen(text), out_len = 0;
	uint8_t *lower;
	char *out;

	if (!utf8_valid(text, len))
		return NULL;
	lower = u8_tolower((const uint8_t *)text, len, NULL, UNINORM_NFC, NULL, &out_len);
	if (lower == NULL)
		return len == 0 ? strdup("") : NULL;
	out = malloc(out_len + 1);
	if (out != NULL) {
		memcpy(out, lower, out_len);
		out[out_len] = '\0';
	}
	free(lower);
	return out;
}

/* Case folded, taken apart, without marks, one blank between words; heap. "" if nothing is left, NULL without memory. */
static char *
bare_name(const char *name)
{
	size_t len = strlen(name), folded_len = 0, at = 0, out_len = 0;
	uint8_t *folded;
	char *out;

	if (len == 0 || !utf8_valid(name, len))
		return strdup("");
	folded = u8_casefold((const uint8_t *)name, len, NULL, UNINORM_NFKD, NULL, &folded_len);
	out = malloc(folded_len + 1);
	while (folded != NULL && out != NULL && at < folded_len) {
		uint32_t code;
		size_t step = utf8_decode((const char *)folded + at, folded_len - at, &code);

		if (uc_is_property_white_space(code)) {
			if (out_len > 0 && out[out_len - 1] != ' ')
				out[out_len++] = ' ';
		} else if (!uc_is_general_category(code, UC_NON_SPACING_MARK)) {
			memcpy(out + out_len, folded + at, step);
			out_len += step;
		}
		at += step;
	}
	if (out != NULL) {
		if (out_len > 0 && out[out_len - 1] == ' ')
			out_len--;
		out[out_len] = '\0';
	}
	if (folded == NULL) {
		free(out);
		out = NULL;
	}
	free(folded);
	return out;
}

bool
text_same_name(const char *a, const char *b)
{
	char *bare_a = bare_name(a), *bare_b = bare_name(b);
	bool same = bare_a != NULL && bare_b != NULL && bare_a[0] != '\0' && strcmp(bare_a, bare_b) == 0;

	free(bare_a);
	free(bare_b);
	return same;
}
