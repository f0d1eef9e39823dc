/* SPDX-License-Identifier: MIT */
/*
 * Text between the store and a terminal. The store keeps what was written; what is drawn goes through
 * text_show(), which leaves nothing that could steer a terminal or hide (reliability rule P15), reduced to forms whose
 * width all terminals agree on. One width table, made from the Unicode data, serves wrap, cut, pad and cursor alike.
 */
#ifndef HILO_CORE_TEXT_H
#define HILO_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/strbuf.h"

/* Columns of a code point in a reduced text: 0, 1 or 2; controls and unassigned ones count 1 (they are drawn as U+FFFD). */
int text_code_width(uint32_t code);
/* Columns of a text that came out of text_show() (no line ends inside). */
int text_width(const char *text, size_t len);

enum text_lines {
	TEXT_ONE_LINE,	/* line ends and tabs become one blank: names, previews, titles */
	TEXT_KEEP_LINES /* \n stays, \r\n and lone \r become \n, tab becomes blanks */
};

/*
 * Appends `text` made harmless and exact: valid UTF-8; Cc, Cf, Cs, Cn, Zl, Zp, fillers and tag characters become
 * U+FFFD (a direction control becomes the visible mark U+2426 "␦"); ZWJ sequences become their first emoji; skin tones,
 * variation selectors and keycap marks are dropped; at most 4 combining marks a base. Returns true if something
 * dangerous was replaced (the message gets a mark).
 */
bool text_show(struct strbuf *out, const char *text, size_t len, enum text_lines lines);

/* Length in bytes of the grapheme cluster that starts at `text`. 0 only when len is 0. */
size_t text_cluster(const char *text, size_t len);
/* Start offset of the cluster that ends at or contains the byte before `at`; 0 when at is 0. */
size_t text_cluster_before(const char *text, size_t len, size_t at);

struct text_line {
	size_t start; /* byte offset */
	size_t len;   /* bytes drawn on this line, without the line end */
};

/*
 * Breaks a shown text into lines of at most `columns` (>= 2): at \n, else after the last blank, else inside the word. Joined
 * with the blank or line end that each break consumed, the lines give the text back. Returns the number of lines
 * (at least 1) and fills at most `max` of them.
 */
size_t text_wrap(const char *text, size_t len, int columns, struct text_line *lines, size_t max);
/* Bytes of `text` that fit into `columns`; *used gets their width (may be NULL). */
size_t text_fit(const char *text, size_t len, int columns, int *used);
/* Appends the shown text cut to `columns`, with "…" when cut, padded with blanks to exactly `columns` if `pad`. */
void text_cell(struct strbuf *out, const char *text, int columns, bool pad);

#endif
