/* SPDX-License-Identifier: MIT */
/*
 * Emoji by name, as in ":heart:" or ":corazón:": the English and Spanish names of Unicode and the short names that people
 * know from chats. Case and accents do not matter, "_", "-" and blanks are one. Pure, over one table of the program;
 * safe from any thread.
 */
#ifndef HILO_UI_EMOJI_H
#define HILO_UI_EMOJI_H

#include <stddef.h>

#define EMOJI_NAME_MAX 64 /* bytes of a name that is looked at; a longer one is of nothing */

struct emoji_match {
	const char *name;  /* without colons; static */
	const char *emoji; /* UTF-8; static */
};

/* The emoji of exactly this name (without colons); NULL if there is none. */
const char *emoji_find(const char *name, size_t len);
/*
 * Fills at most `max` emoji whose name begins with what was typed (without the colon), or has a word that does: short
 * names first, then names that begin so, then words inside; each emoji once. Nothing typed gives the most used. Returns
 * how many it filled.
 */
size_t emoji_complete(const char *typed, size_t len, struct emoji_match *out, size_t max);

#endif
