/* SPDX-License-Identifier: MIT */
/* Messages become lines: day separators, heads, wrapped bodies, attachments, what went wrong. */
#ifndef HILO_UI_LINES_H
#define HILO_UI_LINES_H

#include "ui/conversation.h"

/* Columns that bodies are set in, and the widest they become: longer lines are hard to read. */
enum { LINES_INDENT = 2, LINES_WIDTH_MAX = 100 };

/* Makes all lines of the conversation for its width. Without memory some are missing. */
void lines_make(struct conversation *conversation);

#endif
