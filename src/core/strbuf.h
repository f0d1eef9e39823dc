/* SPDX-License-Identifier: MIT */
/*
 * A byte string that grows up to a stated maximum, so that outside input can
 * never grow it without bound. The first append that does not fit (or has no
 * memory) sets `failed` and every later append does nothing: check once at
 * the end. `data` is always ended by NUL, and may hold NULs inside.
 */
#ifndef HILO_CORE_STRBUF_H
#define HILO_CORE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf {
	char *data; /* owned; NULL until something was appended */
	size_t len;
	size_t capacity;
	size_t max; /* most bytes it may hold, without the NUL */
	bool failed;
};

void strbuf_init(struct strbuf *buf, size_t max);
void strbuf_release(struct strbuf *buf);
/* Empties it and clears `failed`; keeps the memory. */
void strbuf_clear(struct strbuf *buf);
void strbuf_add(struct strbuf *buf, const void *bytes, size_t len);
void strbuf_add_string(struct strbuf *buf, const char *text);
void strbuf_add_char(struct strbuf *buf, char c);
void strbuf_add_format(struct strbuf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The text as a C string, "" when empty; borrowed, valid until the next change. */
const char *strbuf_text(const struct strbuf *buf);
/* Hands the memory to the caller (free() it) and leaves `buf` empty; NULL if it failed. */
char *strbuf_detach(struct strbuf *buf);

#endif
