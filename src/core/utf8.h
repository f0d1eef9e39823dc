/* SPDX-License-Identifier: MIT */
/* UTF-8 as bytes: checking, stepping, cutting. Nothing here allocates. */
#ifndef HILO_CORE_UTF8_H
#define HILO_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True if the `len` bytes are well-formed UTF-8 (no surrogates, nothing overlong, at most U+10FFFF). NUL is allowed. */
bool utf8_valid(const char *text, size_t len);
/*
 * Decodes the code point at `text` (at least one byte left). Returns its length in
 * bytes and sets *code; a malformed byte gives 1 and U+FFFD.
 */
size_t utf8_decode(const char *text, size_t len, uint32_t *code);
/* Encodes into `out`; returns 1..4, or 0 for a surrogate or above U+10FFFF. */
size_t utf8_encode(uint32_t code, char out[4]);
/* The largest n <= max such that cutting `text` (of `len` bytes) after n bytes does not split a character. */
size_t utf8_cut(const char *text, size_t len, size_t max);
/* Copies at most size-1 bytes, cut at a character, ended by NUL. Returns `out`. */
char *utf8_copy(char *out, size_t size, const char *text);
/* Number of code points. */
size_t utf8_count(const char *text, size_t len);
/* Copies `text` with each malformed byte and each NUL replaced by U+FFFD; heap, the caller frees; NULL without memory. */
char *utf8_repair(const char *text, size_t len);

#endif
