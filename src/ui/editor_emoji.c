/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/utf8.h"
#include "ui/editor_internal.h"
#include "ui/emoji.h"

enum { FIRST_SYMBOL = 0x2000 /* letters of most scripts are before it, punctuation and emoji behind */ };

/* A name may begin after anything but a letter or a digit. */
static bool
may_begin(const char *text, size_t at)
{
	uint32_t code;
	size_t start;

	if (at == 0)
		return true;
	if ((text[at - 1] & 0x80) == 0)
		return !editor_in_word(text[at - 1]);
	start = utf8_cut(text, at, at - 1);
	utf8_decode(text + start, at - start, &code);
	return code >= FIRST_SYMBOL;
}

static bool
in_name(char byte)
{
	return editor_in_word(byte) || byte == '-' || byte == '+';
}

/* The colon before the name that ends at `end`. */
static bool
find_name(const struct editor *editor, size_t end, size_t *start)
{
	const char *text = editor_text(editor);
	size_t at = end;

	while (at > 0 && end - at <= EMOJI_NAME_MAX && in_name(text[at - 1]))
		at--;
	if (at == 0 || text[at - 1] != ':' || !may_begin(text, at - 1))
		return false;
	*start = at - 1;
	return true;
}

bool
editor_emoji_name(const struct editor *editor, size_t *start, size_t *len)
{
	if (!find_name(editor, editor->cursor, start))
		return false;
	*len = editor->cursor - *start;
	return true;
}

bool
editor_expand_emoji(struct editor *editor)
{
	size_t start, end = editor->cursor;
	const char *emoji;

	if (end < 2 || editor->text[end - 1] != ':' || !find_name(editor, end - 1, &start))
		return false;
	emoji = emoji_find(editor->text + start + 1, end - start - 2);
	return emoji != NULL && editor_replace(editor, start, end, emoji, strlen(emoji));
}
