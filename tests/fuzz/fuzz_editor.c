/* SPDX-License-Identifier: MIT */
/*
 * Any keys at the editor: each byte chooses what is done, some take bytes that follow as text. The cursor stays between
 * clusters, the kept rows are those of a fresh editor, and undoing everything and doing it again gives the same text.
 */
#include <string.h>

#include "core/text.h"
#include "core/utf8.h"
#include "require.h"
#include "ui/editor.h"

enum { ACTIONS = 12, COLUMNS = 9, INPUT_MAX = 2000 };

static void
act(struct editor *editor, uint8_t byte, const uint8_t *more, size_t len)
{
	enum editor_move move = (enum editor_move)(byte / ACTIONS % (EDITOR_TEXT_END + 1));

	switch (byte % ACTIONS) {
	case 0:
	case 1: editor_insert(editor, (const char *)more, len); break;
	case 2: editor_delete(editor, move, true); break;
	case 3: editor_delete(editor, move, false); break;
	case 4: editor_move(editor, move); break;
	case 5: editor_undo(editor); break;
	case 6: editor_redo(editor); break;
	case 7: editor_yank(editor); break;
	case 8: editor_yank_pop(editor); break;
	case 9: editor_transpose(editor); break;
	case 10: editor_expand_emoji(editor); break;
	case 11: editor_move_row(editor, COLUMNS, byte % 2 == 0 ? 1 : -1); break;
	}
}

static void
judge(struct editor *editor)
{
	struct editor fresh;
	size_t row, fresh_row;
	int column, fresh_column;

	require(utf8_valid(editor_text(editor), editor->len));
	require(editor->len == strlen(editor_text(editor)) && editor->cursor <= editor->len);
	editor_init(&fresh);
	editor_set(&fresh, editor_text(editor));
	fresh.cursor = editor->cursor;
	require(editor_rows(editor, COLUMNS) == editor_rows(&fresh, COLUMNS));
	editor_cursor(editor, COLUMNS, &row, &column);
	editor_cursor(&fresh, COLUMNS, &fresh_row, &fresh_column);
	require(row == fresh_row && column == fresh_column);
	editor_release(&fresh);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct editor editor;
	char *end;

	if (size > INPUT_MAX)
		return 0;
	editor_init(&editor);
	for (size_t at = 0; at < size; at++) {
		size_t len = data[at] % ACTIONS < 2 ? data[at] / ACTIONS % 8 + 1 : 0;

		if (len > size - at - 1)
			len = size - at - 1;
		act(&editor, data[at], data + at + 1, len);
		at += len;
		judge(&editor);
	}
	while (editor_redo(&editor))
		continue;
	end = strdup(editor_text(&editor));
	require(end != NULL);
	while (editor_undo(&editor))
		continue;
	judge(&editor);
	while (editor_redo(&editor))
		continue;
	require(strcmp(end, editor_text(&editor)) == 0);
	free(end);
	editor_release(&editor);
	return 0;
}
