/* SPDX-License-Identifier: MIT */
/*
 * What was changed, so that it can be taken back: each note has the bytes that went and those that came. Small changes of
 * one kind that touch each other are one note, so that a step is about a word.
 */
#include <stdlib.h>
#include <string.h>

#include "ui/editor_internal.h"

enum { STEP_BYTES = 4096 /* a longer run of deletions gets a further note */ };

static void
drop(struct editor *editor, struct editor_edit *edit)
{
	editor->edit_bytes -= edit->removed_len + edit->inserted_len;
	free(edit->bytes);
	*edit = (struct editor_edit){ 0 };
}

void
editor_forget(struct editor *editor)
{
	while (editor->edit_count > 0)
		drop(editor, &editor->edits[--editor->edit_count]);
	editor->done = 0;
	editor->last = EDITOR_NO_ACTION;
}

static void
drop_oldest(struct editor *editor)
{
	drop(editor, &editor->edits[0]);
	memmove(editor->edits, editor->edits + 1, --editor->edit_count * sizeof editor->edits[0]);
	editor->done--;
}

/* Where the bytes of the change go in those of the note before it. */
enum place { PLACE_NONE, PLACE_BEFORE, PLACE_BEHIND };

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n';
}

static enum place
place_in(const struct editor *editor, const struct editor_edit *edit, const struct editor_change *change)
{
	if (editor->last != change->action || editor->edit_count == 0)
		return PLACE_NONE;
	if (change->action == EDITOR_TYPED && edit->removed_len == 0 && change->removed_len == 0 &&
	    change->inserted_len > 0 && edit->at + edit->inserted_len == change->at) {
		char before = edit->bytes[edit->inserted_len - 1];

		return before == '\n' || (is_blank(before) && !is_blank(change->inserted[0])) ? PLACE_NONE : PLACE_BEHIND;
	}
	if (change->action == EDITOR_ERASED && edit->inserted_len == 0 && edit->removed_len < STEP_BYTES) {
		if (change->at + change->removed_len == edit->at)
			return PLACE_BEFORE;
		if (change->at == edit->at)
			return PLACE_BEHIND;
	}
	return PLACE_NONE;
}

static bool
join(struct editor *editor, const struct editor_change *change)
{
	struct editor_edit *edit = editor->edit_count > 0 ? &editor->edits[editor->edit_count - 1] : NULL;
	enum place place = edit != NULL ? place_in(editor, edit, change) : PLACE_NONE;
	const char *added = change->inserted_len > 0 ? change->inserted : change->removed;
	size_t len = change->inserted_len + change->removed_len, had;
	char *bytes;

	if (place == PLACE_NONE)
		return false;
	had = edit->removed_len + edit->inserted_len;
	bytes = realloc(edit->bytes, had + len);
	if (bytes == NULL)
		return false;
	if (place == PLACE_BEFORE)
		memmove(bytes + len, bytes, had);
	memcpy(bytes + (place == PLACE_BEFORE ? 0 : had), added, len);
	edit->bytes = bytes;
	edit->removed_len += change->removed_len;
	edit->inserted_len += change->inserted_len;
	edit->at = place == PLACE_BEFORE ? change->at : edit->at;
	edit->cursor_after = change->cursor_after;
	editor->edit_bytes += len;
	return true;
}

static bool
add(struct editor *editor, const struct editor_change *change)
{
	size_t len = change->removed_len + change->inserted_len;
	char *bytes;

	if (editor->edits == NULL)
		editor->edits = calloc(EDITOR_UNDO_STEPS, sizeof *editor->edits);
	bytes = malloc(len);
	if (editor->edits == NULL || bytes == NULL) {
		free(bytes);
		return false;
	}
	if (editor->edit_count == EDITOR_UNDO_STEPS)
		drop_oldest(editor);
	memcpy(bytes, change->removed, change->removed_len);
	memcpy(bytes + change->removed_len, change->inserted, change->inserted_len);
	editor->edits[editor->edit_count++] = (struct editor_edit){
		.at = change->at, .removed_len = change->removed_len, .inserted_len = change->inserted_len,
		.cursor_before = change->cursor_before, .cursor_after = change->cursor_after, .bytes = bytes };
	editor->edit_bytes += len;
	editor->done = editor->edit_count;
	return true;
}

void
editor_note(struct editor *editor, const struct editor_change *change)
{
	bool undone = editor->done < editor->edit_count;

	while (editor->edit_count > editor->done)
		drop(editor, &editor->edits[--editor->edit_count]);
	if ((undone || !join(editor, change)) && !add(editor, change))
		editor_forget(editor); /* without memory: notes with a gap would undo the wrong thing */
	while (editor->edit_bytes > EDITOR_UNDO_BYTES && editor->edit_count > 1)
		drop_oldest(editor);
}

bool
editor_undo(struct editor *editor)
{
	const struct editor_edit *edit;

	if (editor->done == 0)
		return false;
	edit = &editor->edits[editor->done - 1];
	if (!editor_put(editor, edit->at, edit->at + edit->inserted_len, edit->bytes, edit->removed_len))
		return false;
	editor->cursor = editor_settle(editor, edit->cursor_before);
	editor->done--;
	editor->last = EDITOR_NO_ACTION;
	editor->after_return = false;
	return true;
}

bool
editor_redo(struct editor *editor)
{
	const struct editor_edit *edit;

	if (editor->done == editor->edit_count)
		return false;
	edit = &editor->edits[editor->done];
	if (!editor_put(editor, edit->at, edit->at + edit->removed_len, edit->bytes + edit->removed_len,
			edit->inserted_len))
		return false;
	editor->cursor = editor_settle(editor, edit->cursor_after);
	editor->done++;
	editor->last = EDITOR_NO_ACTION;
	editor->after_return = false;
	return true;
}
