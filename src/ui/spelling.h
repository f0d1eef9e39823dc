/* SPDX-License-Identifier: MIT */
/*
 * Spelling, on a thread of its own: a check or a word to correct is put in, a descriptor tells when there is an answer. A
 * word is right if one of the languages has it, or if the person added it (the files of Enchant in the home folder).
 * Addresses of web and mail, numbers, :names:, {{variables}}, /short names and @people are not looked at.
 * Only the newest text is checked; what was overtaken is dropped. All calls from one thread.
 */
#ifndef HILO_UI_SPELLING_H
#define HILO_UI_SPELLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define SPELLING_RANGES_MAX 500
#define SPELLING_SUGGESTIONS_MAX 9
#define SPELLING_WORD_MAX 128 /* bytes; longer words are not looked at */

struct spelling;

struct spelling_range {
	uint32_t start, len; /* bytes in the text */
};

/*
 * Starts the thread. `languages`: "es en_US", apart by blanks or commas; empty takes that of the locale. Loading of the
 * dictionaries goes on behind. The caller frees *out.
 */
enum status spelling_new(const char *languages, struct spelling **out, struct err *err);
void spelling_free(struct spelling *spelling);
/* Other languages from now on (of the customer who is written to). Check the text anew afterwards. */
void spelling_set_languages(struct spelling *spelling, const char *languages);
/* Readable when there is something to take. */
int spelling_fd(const struct spelling *spelling);

/* Asks for the wrong words of the text (copied). `version` comes back with the answer. */
void spelling_check(struct spelling *spelling, uint64_t version, const char *text);
/* Asks for words to write instead (copied). */
void spelling_suggest(struct spelling *spelling, const char *word);
/* Keeps the word as right for all time. Check the text anew afterwards. */
void spelling_add(struct spelling *spelling, const char *word);

enum spelling_news {
	SPELLING_NOTHING = 0,
	SPELLING_RANGES = 1,	  /* spelling_ranges() are new */
	SPELLING_SUGGESTIONS = 2, /* spelling_suggestions() are new */
	SPELLING_MISSING = 4	  /* spelling_missing() has a sentence to show; once for each language */
};
/* Empties the descriptor and takes what there is: bits of enum spelling_news. */
unsigned spelling_take(struct spelling *spelling);
/* The wrong words of the text of *version, in their order; borrowed until the next spelling_take(). */
const struct spelling_range *spelling_ranges(const struct spelling *spelling, uint64_t *version, size_t *count);
/* The words for `word` (borrowed, both until the next spelling_take()). */
const char *const *spelling_suggestions(const struct spelling *spelling, const char **word, size_t *count);
/* What is missing on this machine, one sentence; borrowed. */
const char *spelling_missing(const struct spelling *spelling);

#endif
