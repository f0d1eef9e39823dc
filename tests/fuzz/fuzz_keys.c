/* SPDX-License-Identifier: MIT */
/*
 * What a terminal might send: the first byte cuts the rest into reads. Whatever it is, everything is taken in, no key is
 * a control character, and pastes put into the editor leave text that may be sent.
 */
#include <string.h>

#include "core/utf8.h"
#include "require.h"
#include "ui/editor.h"
#include "ui/keys.h"

static void
check_text(const struct editor *editor)
{
	const char *text = editor_text(editor);

	require(strlen(text) == editor->len && utf8_valid(text, editor->len) && editor->cursor <= editor->len);
	for (size_t i = 0; i < editor->len; i++) {
		unsigned char byte = (unsigned char)text[i];

		require((byte >= ' ' && byte != 0x7F) || byte == '\n' || byte == '\t');
	}
}

static void
check_key(const struct key *key, struct editor *editor)
{
	char encoded[4];

	if (key->kind == KEY_PASTE) {
		require(key->text != NULL && key->len > 0 && key->len <= KEYS_BUFFER_SIZE);
		editor_insert(editor, key->text, key->len);
	}
	if (key->kind == KEY_ANSWER)
		require(key->text != NULL && key->len > 0 && key->len <= KEYS_ANSWER_SIZE);
	if (key->kind == KEY_MOUSE)
		require(key->row >= 0 && key->column >= 0 && key->button >= 0 && key->button <= 3 &&
			key->action <= MOUSE_WHEEL_DOWN);
	if (key->kind != KEY_PRESS)
		return;
	require((key->modifiers & ~(unsigned)(KEY_SHIFT | KEY_ALT | KEY_CTRL)) == 0);
	if (key->code >= KEY_CODE_ENTER) {
		require(key->code <= KEY_CODE_F12);
		editor_move(editor, (enum editor_move)(key->code % (EDITOR_TEXT_END + 1)));
		return;
	}
	require(key->code >= ' ' && key->code != 0x7F && (key->code < 0x80 || key->code > 0x9F));
	require(utf8_encode(key->code, encoded) > 0);
	if (key_is_text(key))
		editor_insert(editor, encoded, utf8_encode(key->code, encoded));
	else
		editor_delete(editor, (enum editor_move)(key->code % (EDITOR_TEXT_END + 1)), true);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t step, row;
	struct editor editor;
	struct keys keys;
	struct key key;
	int column;

	if (size < 1)
		return 0;
	step = data[0] % 32 + 1u;
	keys_init(&keys);
	editor_init(&editor);
	for (size_t i = 1; i < size;) {
		size_t part = size - i < step ? size - i : step;
		size_t taken = keys_feed(&keys, (const char *)data + i, part);

		require(taken > 0);
		i += taken;
		while (keys_next(&keys, false, &key))
			check_key(&key, &editor);
		if (i % 5 == 0)
			while (keys_next(&keys, true, &key))
				check_key(&key, &editor);
		check_text(&editor);
	}
	editor_cursor(&editor, 10, &row, &column);
	require(row < editor_rows(&editor, 10) && column >= 0 && column < 10);
	editor_release(&editor);
	return 0;
}
