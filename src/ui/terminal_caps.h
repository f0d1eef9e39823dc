/* SPDX-License-Identifier: MIT */
/* The terminal database (terminfo): what the terminal type can do. One terminal a process; for terminal*.c alone. */
#ifndef HILO_UI_TERMINAL_CAPS_H
#define HILO_UI_TERMINAL_CAPS_H

#include <stdbool.h>

#include "core/err.h"
#include "core/strbuf.h"
#include "ui/theme.h"

/* Reads the entry of $TERM. STATUS_INVALID with a sentence if there is none or it can not place the cursor. */
enum status terminal_caps_read(int fd, struct err *err);
void terminal_caps_release(void);
/* True if the type has the capability of that name. */
bool terminal_caps_has(const char *name);
/* Appends a capability without its padding; nothing if there is none. */
void terminal_caps_add(struct strbuf *out, const char *name);
/* Appends what places the cursor. */
void terminal_caps_add_place(struct strbuf *out, int row, int column);
/* What the type says of its colours, without $NO_COLOR. */
enum theme_depth terminal_caps_depth(void);

#endif
