/* SPDX-License-Identifier: MIT */
/*
 * Words as the full-text index cuts and folds them (letters and digits of any script; lower case; Latin letters without
 * accents), for marking hits and for looking words up in the index. Nothing allocates; safe from any thread.
 */
#ifndef HILO_CORE_TEXT_TOKEN_H
#define HILO_CORE_TEXT_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_TOKEN_SIZE 128

struct text_token {
	size_t start, len; /* bytes in the text */
	char folded[TEXT_TOKEN_SIZE]; /* ended by NUL; what does not fit is left out */
	size_t folded_len;
	size_t letters; /* code points of `folded` */
};

/* The first word at or after `from` in `text` (any bytes); false if there is none. */
bool text_token_next(const char *text, size_t len, size_t from, struct text_token *token);
/* True if the `len` bytes of `text` are `name` apart from case and accents; `name` is in lower case without accents. */
bool text_token_same(const char *text, size_t len, const char *name);
/* ... if `name` begins with them. */
bool text_token_begins(const char *text, size_t len, const char *name);

#endif
