/* SPDX-License-Identifier: MIT */
/* The marks "«name?»" that a canned reply leaves where something is not known. Pure. */
#ifndef HILO_UI_REPLY_MARKER_H
#define HILO_UI_REPLY_MARKER_H

#include <stdbool.h>
#include <stddef.h>

/* The first mark at or after `from`: its offset and length in bytes. False if there is none. */
bool reply_marker_find(const char *text, size_t from, size_t *start, size_t *len);

#endif
