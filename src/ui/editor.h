/* SPDX-License-Identifier: MIT */
/*
 * The text that is being written: several lines, a cursor that moves by grapheme cluster, words, undo, a ring of what was
 * killed, soft wrap. Pure: draws nothing, stores nothing. The text is kept as it will be sent; only the view reduces it for
 * the screen.
 *
 * Every change goes through one place that notes it for undo: typing up to the next word is one step, and so is a run of
 * deletions. Notes are bounded (EDITOR_UNDO_BYTES); the oldest are forgotten. The rows of the soft wrap are kept until the
 * text changes, and then made anew from a little before the change on.
 */
#ifndef HILO_UI_EDITOR_H
#define HILO_UI_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/strbuf.h"

#define EDITOR_MAX 65536 /* bytes */
#define EDITOR_UNDO_BYTES 262144
#define EDITOR_UNDO_STEPS 500
#define EDITOR_KILLS 16

/* A line as it is drawn. */
struct editor_row {
	size_t start; /* byte offset */
	size_t len;   /* without the line end or the blank at which it was wrapped */
	size_t next;  /* where the following row starts */
};

enum editor_action { EDITOR_NO_ACTION, EDITOR_TYPED, EDITOR_ERASED, EDITOR_KILLED, EDITOR_YANKED };

/* One change: at `at`, `removed_len` bytes went and `inserted_len` came. */
struct editor_edit {
	size_t at, removed_len, inserted_len;
	size_t cursor_before, cursor_after;
	char *bytes; /* owned: the removed, then the inserted */
};

struct editor {
	char *text; /* owned, ended by NUL; NULL while nothing was written */
	size_t len;
	size_t capacity;
	size_t cursor; /* byte offset, always at the beginning of a cluster */
	int goal;	/* column that moves up and down aim for, -1 = the cursor's */
	bool after_return; /* the last byte inserted was a CR: an LF that follows belongs to it */
	uint64_t version;  /* grows with each change of the text */
	struct strbuf scratch;
	/* The rest is the editor's own. */
	enum editor_action last;    /* what the next change may join */
	struct editor_edit *edits;  /* owned; those from `done` on were undone */
	size_t edit_count, done, edit_bytes;
	char *kills[EDITOR_KILLS]; /* owned; the newest first */
	size_t kill_turn;	   /* which of them the last yank put in */
	size_t yank_start;
	struct editor_row *rows; /* owned: the wrap of the text for `row_columns`, 0 = none */
	size_t row_count, row_capacity;
	size_t row_valid; /* rows from the first that no change since has touched */
	int row_columns;
	bool rows_whole;
	struct editor_row only_row; /* without memory for rows */
};

void editor_init(struct editor *editor);
void editor_release(struct editor *editor);
/* The text, never NULL; borrowed until the next change. */
const char *editor_text(const struct editor *editor);
/* True if there is nothing but blanks and line ends. */
bool editor_is_blank(const struct editor *editor);
/* Replaces the text by another one (a draft); the cursor goes to its end. Nothing before it can be undone. */
void editor_set(struct editor *editor, const char *text);

/*
 * Inserts at the cursor. Line ends become \n; other control characters are dropped, malformed bytes become U+FFFD.
 * False if the text got too long: then nothing of it was inserted.
 */
bool editor_insert(struct editor *editor, const char *bytes, size_t len);
/*
 * Puts the bytes (cleaned as by editor_insert()) in place of those from `from` up to `to`, as one step of undo; the cursor
 * goes behind them. False if the text got too long: then nothing changed.
 */
bool editor_replace(struct editor *editor, size_t from, size_t to, const char *bytes, size_t len);

/* Takes the last step back, or does it again. False if there is none. */
bool editor_undo(struct editor *editor);
bool editor_redo(struct editor *editor);

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
/* Deletes from the cursor to where the move would go; `keep` remembers it for editor_yank(). Kills in a row are one. */
void editor_delete(struct editor *editor, enum editor_move move, bool keep);
/* Deletes to the end of the line, or the line end itself when the cursor is there; remembers it. */
void editor_kill_line(struct editor *editor);
void editor_yank(struct editor *editor);
/* Right after a yank: puts the kill before that one in its place. False if it was no yank, or only one was killed. */
bool editor_yank_pop(struct editor *editor);
/* Exchanges the characters before and at the cursor (at the end of a line the two before it). */
void editor_transpose(struct editor *editor);

/*
 * The ":name" that ends at the cursor, for completion: *start gets the offset of its colon, *len its bytes with it. False
 * if there is none (a colon inside a word, as in "10:30", begins no name).
 */
bool editor_emoji_name(const struct editor *editor, size_t *start, size_t *len);
/* Call after ":" was typed: a known ":name:" before the cursor becomes its emoji, as one step of undo. False if not. */
bool editor_expand_emoji(struct editor *editor);

/* Number of rows when wrapped (at least 1). */
size_t editor_rows(struct editor *editor, int columns);
/* Wraps the text: fills at most `max` rows from the row `first` on, returns how many it filled. */
size_t editor_rows_from(struct editor *editor, int columns, size_t first, struct editor_row *rows, size_t max);
/* Where the cursor is when drawn `columns` wide. */
void editor_cursor(struct editor *editor, int columns, size_t *row, int *column);
/* One drawn row up (-1) or down (1); false if there is none. */
bool editor_move_row(struct editor *editor, int columns, int by);

#endif
