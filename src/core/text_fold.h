/* SPDX-License-Identifier: MIT */
/* Texts made comparable. Safe from any thread. */
#ifndef HILO_CORE_TEXT_FOLD_H
#define HILO_CORE_TEXT_FOLD_H

#include <stdbool.h>

/* Lower case of a UTF-8 text in any script, composed (NFC); heap, the caller frees. NULL without memory or if it is no UTF-8. */
char *text_lower(const char *text);
/*
 * True if two names differ at most in case, accents, width and blanks (around and between the words). False if one of them is
 * blank, and without memory.
 */
bool text_same_name(const char *a, const char *b);

#endif
