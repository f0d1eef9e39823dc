/* SPDX-License-Identifier: MIT */
/* Texts of several lines in a prompt of one: a line end is written "\n", and "\" is "\\". Pure. */
#ifndef HILO_UI_ONE_LINE_H
#define HILO_UI_ONE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/strbuf.h"

/* Appends `text` in one line. */
void one_line_add(struct strbuf *out, const char *text);
/* The text as it was, ended by NUL. False: it needs more than `size` bytes; what fits is there. */
bool one_line_read(const char *line, char *out, size_t size);

#endif
