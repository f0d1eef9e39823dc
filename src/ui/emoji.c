/* SPDX-License-Identifier: MIT */
#include "ui/emoji.h"

#include <stdbool.h>
#include <string.h>

#include "core/utf8.h"
#include "ui/emoji_table.h"
#include "ui/fuzzy.h"

enum { ROWS = sizeof emoji_rows / sizeof emoji_rows[0], POPULAR = sizeof emoji_popular / sizeof emoji_popular[0] };

struct row {
	const char *key;
	bool is_short;
	struct emoji_match match;
};

static struct row
row_at(size_t number)
{
	const char *key = emoji_pool + (emoji_rows[number] >> 1), *name = key + strlen(key) + 1;

	return (struct row){ key, (emoji_rows[number] & 1) != 0,
			     { name[0] != '\0' ? name : key, name + strlen(name) + 1 } };
}

/* The key of what was typed; false if it is too long for any. */
static bool
make_key(const char *typed, size_t len, char key[EMOJI_NAME_MAX + 1])
{
	size_t used = 0;

	if (len > EMOJI_NAME_MAX)
		return false;
	for (size_t at = 0; at < len;) {
		uint32_t code;
		char bytes[4];
		size_t step;

		at += utf8_decode(typed + at, len - at, &code);
		code = fuzzy_fold(code);
		if (code == '-' || code == ' ')
			code = '_';
		step = code != 0 ? utf8_encode(code, bytes) : 0;
		if (used + step > EMOJI_NAME_MAX)
			return false;
		memcpy(key + used, bytes, step);
		used += step;
	}
	key[used] = '\0';
	return true;
}

const char *
emoji_find(const char *name, size_t len)
{
	size_t low = 0, high = ROWS;
	char key[EMOJI_NAME_MAX + 1];

	if (!make_key(name, len, key))
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct row row = row_at(middle);
		int order = strcmp(key, row.key);

		if (order == 0)
			return row.match.emoji;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* In the order in which they are offered. */
enum rank { RANK_EXACT, RANK_SHORT, RANK_BEGIN, RANK_WORD, RANK_NONE };

static enum rank
rank_of(const struct row *row, const char *key, size_t len)
{
	if (strncmp(row->key, key, len) == 0)
		return row->key[len] == '\0' ? RANK_EXACT : row->is_short ? RANK_SHORT : RANK_BEGIN;
	for (const char *word = strchr(row->key, '_'); word != NULL; word = strchr(word + 1, '_'))
		if (strncmp(word + 1, key, len) == 0)
			return RANK_WORD;
	return RANK_NONE;
}

static size_t
add(struct emoji_match *out, size_t count, struct emoji_match match)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(out[i].emoji, match.emoji) == 0)
			return count;
	out[count] = match;
	return count + 1;
}

size_t
emoji_complete(const char *typed, size_t len, struct emoji_match *out, size_t max)
{
	char key[EMOJI_NAME_MAX + 1];
	size_t count = 0;

	if (!make_key(typed, len, key))
		return 0;
	len = strlen(key);
	for (size_t i = 0; len == 0 && i < POPULAR && count < max; i++)
		count = add(out, count, row_at(emoji_popular[i]).match);
	for (int rank = RANK_EXACT; len > 0 && rank < RANK_NONE; rank++)
		for (size_t i = 0; i < ROWS && count < max; i++) {
			struct row row = row_at(i);

			if ((int)rank_of(&row, key, len) == rank)
				count = add(out, count, row.match);
		}
	return count;
}
