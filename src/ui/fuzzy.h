/* SPDX-License-Identifier: MIT */
/*
 * Finding by some letters of a name, in their order: "mglop" finds "María González López". Case and the accents of Latin
 * letters do not matter; a blank parts words that may stand in any order. Words and their beginnings count more than
 * letters in between. Pure; an index belongs to one thread.
 */
#ifndef HILO_UI_FUZZY_H
#define HILO_UI_FUZZY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FUZZY_PATTERN_MAX 64  /* letters of a pattern that are looked at */
#define FUZZY_INDEX_MAX 1000000 /* strings in an index */

/* A code point in lower case without its accent, as it is compared; 0 for a combining mark, which is passed over. */
uint32_t fuzzy_fold(uint32_t code);

struct fuzzy_hit {
	int score;			     /* higher is better */
	size_t count;			     /* of positions */
	uint32_t positions[FUZZY_PATTERN_MAX]; /* byte offsets in the text of the letters that were found, rising */
};

/* True if the text has the pattern; `hit` (may be NULL) tells how well and where. An empty pattern is in every text. */
bool fuzzy_match(const char *pattern, const char *text, struct fuzzy_hit *hit);

/* Many strings, looked through at each key; a pattern that only grew looks at the survivors of the last one. */
struct fuzzy_index;

struct fuzzy_rank {
	uint32_t number; /* of the string, in the order in which they were added, from 0 */
	int score;	 /* with its bonus */
};

/* NULL without memory. The caller frees it. */
struct fuzzy_index *fuzzy_index_new(void);
void fuzzy_index_free(struct fuzzy_index *index);
/* Takes all strings out; keeps the memory. */
void fuzzy_index_clear(struct fuzzy_index *index);
/*
 * Adds a string (copied, folded). `bonus` is added to its score: how new or how dear it is, 0 to 100 (a beginning of a
 * word counts about 10). False when full or without memory.
 */
bool fuzzy_index_add(struct fuzzy_index *index, const char *text, int bonus);
size_t fuzzy_index_count(const struct fuzzy_index *index);
/*
 * The best `max` strings for the pattern, best first; of equals the one added first. Returns how many it filled; *found
 * (may be NULL) gets how many have it in all.
 */
size_t fuzzy_index_find(struct fuzzy_index *index, const char *pattern, struct fuzzy_rank *best, size_t max,
			size_t *found);

#endif
