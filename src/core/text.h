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

/*
 * Columns of a code point in a shown text: 0, 1 or 2; controls and unassigned ones count 1 (they are drawn as U+FFFD).
 * A half of a flag counts 1: flags come in two halves.
 */
int text_code_width(uint32_t code);
/* Columns of a text that came out of text_show() (no line ends inside). */
int text_width(const char *text, size_t len);

enum text_lines {
	TEXT_ONE_LINE,	/* a run of line ends and tabs becomes one blank: names, previews, titles */
	TEXT_KEEP_LINES /* \n stays; \r\n, lone \r, U+2028 and U+2029 become \n; tab: blanks up to a column of 8 */
};

/*
 * Appends `text` made harmless and exact. Idempotent: a shown text comes out as it is. May be called from any thread.
 * - Malformed bytes, controls, format characters, fillers, tag characters, and whatever is unassigned or not of one
 *   width for all terminals become U+FFFD; a direction control becomes the visible mark U+2426 "␦".
 * - Spaces of any width become a plain blank.
 * - Joined emoji become the first of them; skin tones, variation selectors and keycap marks are dropped; a flag stays,
 *   half a flag becomes its letter; the flags of England, Scotland and Wales become a black flag.
 * - At most 4 combining marks a base, the others are dropped; a mark without a base gets U+25CC "◌".
 * - A joiner stays out, a non-joiner stays in, where letters of Arabic and Indic scripts are shaped by it.
 * Returns true if something dangerous was replaced: a control, a direction control or an invisible character (the
 * message gets a mark); broken or unknown characters alone are not dangerous.
 */
bool text_show(struct strbuf *out, const char *text, size_t len, enum text_lines lines);

/*
 * Clusters: what a person takes for one character. These two accept any bytes, shown or not.
 * Length in bytes of the grapheme cluster that starts at `text`. 0 only when len is 0.
 */
size_t text_cluster(const char *text, size_t len);
/* Start offset of the cluster that ends at or contains the byte before `at`; 0 when at is 0. */
size_t text_cluster_before(const char *text, size_t len, size_t at);

struct text_line {
	size_t start; /* byte offset */
	size_t len;   /* bytes drawn on this line, without the line end */
};

/*
 * Breaks a shown text into lines of at most `columns` (less than 2 counts as 2): at \n, else at the last blank after a
 * word, else inside the word. Joined with the one blank or line end that a break consumed (none inside a word), the
 * lines give the text back; a text that ends with \n has an empty last line. Returns the number of lines (at least 1)
 * and fills at most `max` of them (`lines` may be NULL when max is 0).
 */
size_t text_wrap(const char *text, size_t len, int columns, struct text_line *lines, size_t max);
/*
 * Bytes of the shown `text` that fit into `columns`; *used gets their width (may be NULL). Never splits a cluster, save
 * one that alone is wider than both 2 columns and `columns`, or one that begins with a code point of no column (a Hangul
 * vowel without its consonant): that code point stays with what is before it, where it is drawn.
 */
size_t text_fit(const char *text, size_t len, int columns, int *used);
/*
 * Appends `text`, any text, shown as TEXT_ONE_LINE and cut to `columns`, with "…" when cut, padded with blanks to
 * exactly `columns` if `pad`. Nothing when columns <= 0.
 */
void text_cell(struct strbuf *out, const char *text, int columns, bool pad);

#endif
