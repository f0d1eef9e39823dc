/* SPDX-License-Identifier: MIT */
/*
 * The text that is being written: several lines, a cursor that moves by grapheme cluster, words, soft wrap. Pure: draws
 * nothing, stores nothing. The text is kept as it will be sent; only the view reduces it for the screen.
 */
#ifndef HILO_UI_EDITOR_H
#define HILO_UI_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/strbuf.h"

#define EDITOR_MAX 65536 /* bytes */

struct editor {
	char *text; /* owned, ended by NUL; NULL while nothing was written */
	size_t len;
	size_t capacity;
	size_t cursor; /* byte offset, always at the beginning of a cluster */
	char *killed;  /* owned: what the last kill took, NULL = nothing */
	int goal;	/* column that moves up and down aim for, -1 = the cursor's */
	bool after_return; /* the last byte inserted was a CR: an LF that follows belongs to it */
	uint64_t version;  /* grows with each change of the text */
	struct strbuf scratch;
};

void editor_init(struct editor *editor);
void editor_release(struct editor *editor);
/* The text, never NULL; borrowed until the next change. */
const char *editor_text(const struct editor *editor);
/* True if there is nothing but blanks and line ends. */
bool editor_is_blank(const struct editor *editor);
/* Replaces the text; the cursor goes to its end. */
void editor_set(struct editor *editor, const char *text);

/*
 * Inserts at the cursor. Line ends become \n; other control characters are dropped, malformed bytes become U+FFFD.
 * False if the text got too long: then nothing of it was inserted.
 */
bool editor_insert(struct editor *editor, const char *bytes, size_t len);

enum editor_move {
	EDITOR_LEFT,
	EDITOR_RIGHT,
	EDITOR_WORD_LEFT,
	EDITOR_WORD_RIGHT,
	EDITOR_LINE_START,
	EDITOR_LINE_END,
	EDITOR_TEXT_START,
	EDITOR_TEXT_END
};
void editor_move(struct editor *editor, enum editor_move move);
/* Deletes from the cursor to where the move would go; `keep` remembers it for editor_yank(). */
void editor_delete(struct editor *editor, enum editor_move move, bool keep);
/* Deletes to the end of the line, or the line end itself when the cursor is there; remembers it. */
void editor_kill_line(struct editor *editor);
void editor_yank(struct editor *editor);

/* A line as it is drawn `columns` wide. */
struct editor_row {
	size_t start; /* byte offset */
	size_t len;   /* without the line end or the blank at which it was wrapped */
	size_t next;  /* where the following row starts */
};
/* Number of rows when wrapped (at least 1). */
size_t editor_rows(struct editor *editor, int columns);
/* Wraps the text: fills at most `max` rows from the row `first` on, returns how many it filled. */
size_t editor_rows_from(struct editor *editor, int columns, size_t first, struct editor_row *rows, size_t max);
/* Where the cursor is when drawn `columns` wide. */
void editor_cursor(struct editor *editor, int columns, size_t *row, int *column);
/* One drawn row up (-1) or down (1); false if there is none. */
bool editor_move_row(struct editor *editor, int columns, int by);

#endif
