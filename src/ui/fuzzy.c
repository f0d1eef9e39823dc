/* SPDX-License-Identifier: MIT */
/*
 * Texts are compared folded, as bytes. A word of the pattern is first looked for in one piece, best at the beginning of a
 * word; else its letters in their order, tightened from the end. An index keeps the folded texts one after another with
 * a mask of the letters that each has, which rules most of them out without a look at the text.
 */
#include "ui/fuzzy.h"

#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

enum {
	TEXT_MAX = 1024, /* bytes of a folded text that are looked at */
	PATTERN_SIZE = FUZZY_PATTERN_MAX * 4 + 1,
	SCORE_LETTER = 8,
	SCORE_TOGETHER = 6,
	SCORE_WORD = 10,
	SCORE_FIRST = 8,
	GAP_MAX = 10,
	LATIN_FIRST = 0xC0,
	LATIN_LAST = 0x17F,
	MARK_FIRST = 0x300,
	MARK_LAST = 0x36F
};

/* U+00C0 to U+017F; a blank where the character is no letter with an accent, and stays. */
static const char latin[] =
	"aaaaaa ceeeeiiii nooooo ouuuuy  aaaaaa ceeeeiiii nooooo ouuuuy yaaaaaaccccccccddddeeeeeeeeeegggg"
	"gggghhhhiiiiiiiiii  jjkk llllllllllnnnnnnn  oooooo  rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

uint32_t
fuzzy_fold(uint32_t code)
{
	if (code < 0x80)
		return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
	if (code >= LATIN_FIRST && code <= LATIN_LAST && latin[code - LATIN_FIRST] != ' ')
		return (uint32_t)latin[code - LATIN_FIRST];
	if (code >= MARK_FIRST && code <= MARK_LAST)
		return 0;
	if ((code >= 0x391 && code <= 0x3A9) || (code >= 0x410 && code <= 0x42F)) /* Greek, Cyrillic */
		return code + 0x20;
	return code;
}

/* Folds into `out` of `size` bytes (ended by NUL); map (may be NULL) gets the offset in `text` of each byte. */
static size_t
fold(const char *text, char *out, size_t size, uint32_t *map)
{
	size_t len = strlen(text), used = 0;

	for (size_t at = 0, step; at < len; at += step) {
		uint32_t code;
		char bytes[4];
		size_t wide;

		step = utf8_decode(text + at, len - at, &code);
		code = fuzzy_fold(code);
		wide = code != 0 ? utf8_encode(code, bytes) : 0;
		if (used + wide >= size)
			break;
		memcpy(out + used, bytes, wide);
		for (size_t i = 0; map != NULL && i < wide; i++)
			map[used + i] = (uint32_t)at;
		used += wide;
	}
	out[used] = '\0';
	return used;
}

static bool
is_letter(char byte)
{
	return (byte & 0x80) != 0 || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

static bool
begins_word(const char *text, size_t at)
{
	return at == 0 || (is_letter(text[at]) && !is_letter(text[at - 1]));
}

/* A part of the pattern, or a text. */
struct piece {
	const char *bytes;
	size_t len;
};

/* Looks for the word in one piece. `places` gets one for each byte. */
static bool
find_whole(struct piece text, struct piece word, uint32_t *places, int *score)
{
	const char *end = text.bytes + text.len, *found = NULL;

	for (const char *at = text.bytes; (at = memmem(at, (size_t)(end - at), word.bytes, word.len)) != NULL; at++) {
		if (found == NULL)
			found = at;
		if (begins_word(text.bytes, (size_t)(at - text.bytes))) {
			found = at;
			break;
		}
	}
	if (found == NULL)
		return false;
	*score = (int)word.len * (SCORE_LETTER + SCORE_TOGETHER);
	*score += begins_word(text.bytes, (size_t)(found - text.bytes)) ? SCORE_WORD : 0;
	*score += found == text.bytes ? SCORE_FIRST : 0;
	for (size_t i = 0; i < word.len; i++)
		places[i] = (uint32_t)((size_t)(found - text.bytes) + i);
	return true;
}

/* Looks for its letters in their order. */
static bool
find_letters(struct piece text, struct piece word, uint32_t *places, int *score)
{
	size_t at = 0;

	for (size_t i = 0; i < word.len; i++, at++) {
		const char *next = memchr(text.bytes + at, word.bytes[i], text.len - at);

		if (next == NULL)
			return false;
		at = (size_t)(next - text.bytes);
	}
	for (size_t i = word.len; i-- > 0;) {
		while (text.bytes[--at] != word.bytes[i])
			continue;
		places[i] = (uint32_t)at;
	}
	*score = places[0] == 0 ? SCORE_FIRST : 0;
	for (size_t i = 0; i < word.len; i++) {
		size_t gap = i == 0 ? 0 : places[i] - places[i - 1] - 1;

		*score += SCORE_LETTER + (begins_word(text.bytes, places[i]) ? SCORE_WORD : 0);
		*score += i > 0 && gap == 0 ? SCORE_TOGETHER : -(int)(gap < GAP_MAX ? gap : GAP_MAX);
	}
	return true;
}

/* All words of a folded pattern; places (PATTERN_SIZE of them) and *count of what was found. */
static bool
find_all(struct piece text, const char *pattern, uint32_t *places, size_t *count, int *score)
{
	*count = 0;
	*score = 0;
	for (;;) {
		struct piece word;
		int points;

		pattern += strspn(pattern, " ");
		word = (struct piece){ pattern, strcspn(pattern, " ") };
		if (word.len == 0)
			return true;
		if (!find_whole(text, word, places + *count, &points) &&
		    !find_letters(text, word, places + *count, &points))
			return false;
		*score += points;
		*count += word.len;
		pattern += word.len;
	}
}

static int
by_place(const void *a, const void *b)
{
	uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;

	return (first > second) - (first < second);
}

bool
fuzzy_match(const char *pattern, const char *text, struct fuzzy_hit *hit)
{
	char folded[PATTERN_SIZE], bytes[TEXT_MAX];
	uint32_t places[PATTERN_SIZE], map[TEXT_MAX];
	size_t len = fold(text, bytes, sizeof bytes, map), count;
	int score;

	fold(pattern, folded, sizeof folded, NULL);
	if (!find_all((struct piece){ bytes, len }, folded, places, &count, &score))
		return false;
	if (hit == NULL)
		return true;
	*hit = (struct fuzzy_hit){ .score = score };
	qsort(places, count, sizeof places[0], by_place);
	for (size_t i = 0; i < count && hit->count < FUZZY_PATTERN_MAX; i++) {
		uint32_t place = map[places[i]];

		if (hit->count == 0 || hit->positions[hit->count - 1] != place)
			hit->positions[hit->count++] = place;
	}
	return true;
}

struct entry {
	uint64_t mask;
	uint32_t start;
	uint16_t len;
	int16_t bonus;
};

struct fuzzy_index {
	struct entry *entries; /* owned */
	size_t count, capacity;
	char *arena; /* owned: the folded texts */
	size_t used, size;
	uint32_t *survivors; /* owned, `capacity` of them: what had the last pattern */
	size_t survivor_count;
	bool narrowed; /* survivors are those of `pattern` */
	char pattern[PATTERN_SIZE];
};

struct fuzzy_index *
fuzzy_index_new(void)
{
	return calloc(1, sizeof(struct fuzzy_index));
}

void
fuzzy_index_free(struct fuzzy_index *index)
{
	if (index == NULL)
		return;
	free(index->entries);
	free(index->arena);
	free(index->survivors);
	free(index);
}

void
fuzzy_index_clear(struct fuzzy_index *index)
{
	index->count = index->used = index->survivor_count = 0;
	index->narrowed = false;
}

size_t
fuzzy_index_count(const struct fuzzy_index *index)
{
	return index->count;
}

/* One bit for each letter and digit; the other bytes share the rest. */
static uint64_t
mask_of(struct piece text)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.bytes[i];

		if (byte >= 'a' && byte <= 'z')
			mask |= UINT64_C(1) << (byte - 'a');
		else if (byte >= '0' && byte <= '9')
			mask |= UINT64_C(1) << (26 + byte - '0');
		else if (byte != ' ')
			mask |= UINT64_C(1) << (36 + byte % 28);
	}
	return mask;
}

static bool
reserve(struct fuzzy_index *index, size_t len)
{
	if (index->count == index->capacity) {
		size_t capacity = index->capacity * 2 + 256;
		struct entry *entries = reallocarray(index->entries, capacity, sizeof *entries);
		uint32_t *survivors;

		if (entries == NULL)
			return false;
		index->entries = entries;
		survivors = reallocarray(index->survivors, capacity, sizeof *survivors);
		if (survivors == NULL)
			return false;
		index->survivors = survivors;
		index->capacity = capacity;
	}
	if (index->size - index->used < len) {
		size_t size = index->size * 2 + len + 4096;
		char *arena = size <= UINT32_MAX ? realloc(index->arena, size) : NULL;

		if (arena == NULL)
			return false;
		index->arena = arena;
		index->size = size;
	}
	return true;
}

bool
fuzzy_index_add(struct fuzzy_index *index, const char *text, int bonus)
{
	char bytes[TEXT_MAX];
	size_t len = fold(text, bytes, sizeof bytes, NULL);

	if (index->count == FUZZY_INDEX_MAX || !reserve(index, len))
		return false;
	if (len > 0)
		memcpy(index->arena + index->used, bytes, len);
	index->entries[index->count++] = (struct entry){
		.mask = mask_of((struct piece){ bytes, len }), .start = (uint32_t)index->used, .len = (uint16_t)len,
		.bonus = (int16_t)(bonus < 0 ? 0 : bonus > 100 ? 100 : bonus) };
	index->used += len;
	index->narrowed = false;
	return true;
}

static size_t
keep_best(struct fuzzy_rank *best, size_t count, size_t max, struct fuzzy_rank rank)
{
	size_t at = count < max ? count : max;

	if (max == 0 || (count == max && rank.score <= best[max - 1].score))
		return count;
	if (at == max)
		at--;
	for (; at > 0 && best[at - 1].score < rank.score; at--)
		best[at] = best[at - 1];
	best[at] = rank;
	return count < max ? count + 1 : count;
}

size_t
fuzzy_index_find(struct fuzzy_index *index, const char *pattern, struct fuzzy_rank *best, size_t max, size_t *found)
{
	char folded[PATTERN_SIZE];
	size_t len = fold(pattern, folded, sizeof folded, NULL), filled = 0, survivors = 0, candidates;
	uint64_t mask = mask_of((struct piece){ folded, len });
	bool narrow = index->narrowed && strncmp(folded, index->pattern, strlen(index->pattern)) == 0;

	candidates = narrow ? index->survivor_count : index->count;
	for (size_t i = 0; i < candidates; i++) {
		uint32_t number = narrow ? index->survivors[i] : (uint32_t)i, places[PATTERN_SIZE];
		const struct entry *entry = &index->entries[number];
		size_t count;
		int score;

		if ((entry->mask & mask) != mask ||
		    !find_all((struct piece){ index->arena + entry->start, entry->len }, folded, places, &count, &score))
			continue;
		index->survivors[survivors++] = number;
		filled = keep_best(best, filled, max, (struct fuzzy_rank){ number, score + entry->bonus });
	}
	index->survivor_count = survivors;
	index->narrowed = true;
	memcpy(index->pattern, folded, len + 1);
	if (found != NULL)
		*found = survivors;
	return filled;
}
