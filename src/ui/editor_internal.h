/* SPDX-License-Identifier: MIT */
/* What the files of the editor share; nobody else includes it. */
#ifndef HILO_UI_EDITOR_INTERNAL_H
#define HILO_UI_EDITOR_INTERNAL_H

#include "ui/editor.h"

/* A change that was made, as editor_undo.c notes it. `removed` points to what was there. */
struct editor_change {
	size_t at;
	const char *removed;
	size_t removed_len;
	const char *inserted;
	size_t inserted_len;
	size_t cursor_before, cursor_after;
	enum editor_action action;
};

/* Puts bytes as they are in place of others, without a note; the cursor is the caller's. False if it got too long. */
bool editor_put(struct editor *editor, size_t from, size_t to, const char *bytes, size_t len);
/* `at`, or the end of the cluster that it stands in. */
size_t editor_settle(const struct editor *editor, size_t at);
/* Where a word is: letters, digits, every byte of a character beyond ASCII. */
bool editor_in_word(char byte);

/* Notes a change before it is made. */
void editor_note(struct editor *editor, const struct editor_change *change);
/* Forgets all notes. */
void editor_forget(struct editor *editor);

/* The rows from a little before `at` on have to be made anew. */
void editor_touch_rows(struct editor *editor, size_t at);

#endif
