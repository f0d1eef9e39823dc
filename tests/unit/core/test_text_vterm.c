/* SPDX-License-Identifier: MIT */
/*
 * What the program takes for the width of a shown text against where a real terminal, libvterm, leaves its cursor. Its
 * tables are those of Unicode 5 for marks and 9 for emoji, so code points that came later are left out of the random
 * texts; in the blocks that people write in, nothing is left out but what is named here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <vterm.h>

#include "core/text.h"
#include "core/utf8.h"
#include "hostile_text.h"
#include "vector_file.h"

enum { ROWS = 5, COLUMNS = 500, ROUNDS = 20000, ROOM = 120 };

struct terminal {
	VTerm *vterm;
	VTermState *state;
};

static int
setup(void **state)
{
	static struct terminal terminal;

	terminal.vterm = vterm_new(ROWS, COLUMNS);
	if (!terminal.vterm)
		return -1;
	vterm_set_utf8(terminal.vterm, 1);
	terminal.state = vterm_obtain_state(terminal.vterm);
	vterm_state_reset(terminal.state, 1);
	*state = &terminal;
	return 0;
}

static int
teardown(void **state)
{
	struct terminal *terminal = *state;

	vterm_free(terminal->vterm);
	return 0;
}

/* Columns the cursor moves when `text` is written after a letter; marks at the start join that letter. */
static int
columns_moved(struct terminal *terminal, const char *text, size_t len)
{
	char line[64 * ROOM] = "\r|";
	VTermPos at;

	/* In one write: where a write ends, libvterm treats marks differently. */
	assert_true(len <= sizeof line - 2);
	memcpy(line + 2, text, len);
	vterm_input_write(terminal->vterm, line, 2 + len);
	vterm_state_get_cursorpos(terminal->state, &at);
	assert_int_equal(at.row, 0);
	return at.col - 1;
}

static int
code_moves(struct terminal *terminal, uint32_t code)
{
	char bytes[4];

	return columns_moved(terminal, bytes, utf8_encode(code, bytes));
}

/* True if text_show() leaves the code point, or puts nothing but a base before it. */
static bool
is_drawn(uint32_t code)
{
	char bytes[4];
	size_t len = utf8_encode(code, bytes);
	struct strbuf out;
	bool drawn;

	strbuf_init(&out, 64);
	text_show(&out, bytes, len, TEXT_ONE_LINE);
	drawn = len > 0 && out.len >= len && memcmp(out.data + out.len - len, bytes, len) == 0;
	strbuf_release(&out);
	return drawn;
}

struct row {
	const char *name;
	const char *text;
};

static const struct row rows[] = {
	{ "ASCII", "hello, world" },
	{ "Spanish", "\u00bfQu\u00e9 tal, se\u00f1or?" },
	{ "accent of its own", "cafe\u0301 n\u0303" },
	{ "Zalgo", "h\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307i\u0300\u0301\u0302\u0303\u0304\u0305" },
	{ "Chinese", "\u4f60\u597d\uff0c\u4e16\u754c" },
	{ "half-width kana", "\uff76\uff80\uff76\uff85" },
	{ "Korean", "\ud55c\uad6d\uc5b4" },
	{ "Korean in letters", "\u1112\u1161\u11ab" },
	{ "Hebrew with points", "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd" },
	{ "Arabic with points", "\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627" },
	{ "Persian with a non-joiner", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645" },
	{ "Thai", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e04\u0e23\u0e31\u0e1a \u0e19\u0e49\u0e33" },
	{ "Devanagari", "\u0928\u092e\u0938\u094d\u0924\u0947" },
	{ "Tamil", "\u0bb5\u0ba3\u0b95\u0bcd\u0b95\u0bae\u0bcd" },
	{ "family", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 home" },
	{ "thumb with tone", "\U0001f44d\U0001f3fd thanks" },
	{ "heart", "\u2764\ufe0f love" },
	{ "keycap", "1\ufe0f\u20e3 one" },
	{ "flags", "\U0001f1e9\U0001f1ea\U0001f1ea\U0001f1f8\U0001f1eb" },
	{ "flag of Scotland", "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f x" },
	{ "rainbow flag", "\U0001f3f3\ufe0f\u200d\U0001f308 x" },
	{ "woman of science", "\U0001f469\U0001f3fb\u200d\U0001f52c x" },
	{ "emoji too new", "\U0001f6dc\U0001fae9 x" },
	{ "escape sequences", "\x1b[10Cfar \x1b]0;title\a \302\2335C" },
	{ "direction controls", "file\u202egnp.exe \u2067x\u2069" },
	{ "invisible", "a\u200bb\u2060c\ufeffd\u00ade\u034ff\u3164g" },
	{ "tags", "hi\U000e0041\U000e0042" },
	{ "spaces", "a\u00a0b\u3000c\u2009d" },
	{ "malformed", "a\xff\xc3(\xe2\x82 b" },
	{ "tab and line end", "a\tb\r\nc" },
	{ "cut mark", "\u2026\u2426\ufffd\u25cc" },
};

static void
test_rows(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out;
		int moved, width;

		strbuf_init(&out, 1000);
		text_show(&out, rows[i].text, strlen(rows[i].text), TEXT_ONE_LINE);
		moved = columns_moved(*state, strbuf_text(&out), out.len);
		width = text_width(strbuf_text(&out), out.len);
		if (moved != width)
			fail_msg("row \"%s\": %d columns, the terminal moved %d", rows[i].name, width, moved);
		strbuf_release(&out);
	}
}

struct block {
	const char *name;
	uint32_t first, last;
};

static const struct block blocks[] = {
	{ "Latin", 0x20, 0x36F },
	{ "Greek and Cyrillic", 0x370, 0x486 },
	{ "Hebrew", 0x590, 0x5FF },
	{ "Arabic", 0x620, 0x65E },
	{ "Arabic letters", 0x660, 0x6DD },
	{ "more Arabic letters", 0x6DF, 0x6FF },
	{ "Thai", 0xE00, 0xE7F },
	{ "Hangul letters", 0x1100, 0x11FF },
	{ "Latin additions", 0x1E00, 0x1FFF },
	{ "punctuation", 0x2000, 0x20EF },
	{ "symbols", 0x2100, 0x2BFF },
	{ "Chinese and Japanese punctuation", 0x3000, 0x3029 },
	{ "kana", 0x3030, 0x3098 },
	{ "kana to ideographs", 0x309B, 0x9FFF },
	{ "Hangul", 0xAC00, 0xD7A3 },
	{ "wide and half-width forms", 0xFF00, 0xFFFD },
	{ "emoji", 0x1F300, 0x1F6D2 },
	{ "ideographs beyond", 0x20000, 0x2FFFD },
};

static void
test_blocks(void **state)
{
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
		size_t compared = 0;

		for (uint32_t code = blocks[i].first; code <= blocks[i].last; code++) {
			if (!is_drawn(code))
				continue;
			compared++;
			if (code_moves(*state, code) != text_code_width(code))
				fail_msg("block \"%s\", U+%04X: %d columns, the terminal moved %d", blocks[i].name, code,
					 text_code_width(code), code_moves(*state, code));
		}
		check_row(blocks[i].name, compared > 0);
	}
}

/* True if the terminal knows each code point of the text as the program does. */
static bool
is_known(struct terminal *terminal, const char *text, size_t len)
{
	size_t at = 0;

	while (at < len) {
		uint32_t code;

		at += utf8_decode(text + at, len - at, &code);
		if (code_moves(terminal, code) != text_code_width(code))
			return false;
	}
	return true;
}

/* In any order and mixture the widths add up, and a cell moves the cursor by exactly its columns. */
static void
test_hostile_texts(void **state)
{
	struct dice dice = { 424242 };
	int compared = 0;

	for (int round = 0; round < ROUNDS; round++) {
		char text[ROOM + 1];
		size_t len = hostile_text_fill(&dice, text, ROOM);
		struct strbuf out, cell;

		text[len] = '\0';
		strbuf_init(&out, 10000);
		strbuf_init(&cell, 10000);
		text_show(&out, text, len, TEXT_ONE_LINE);
		text_cell(&cell, text, 25, true);
		if (is_known(*state, strbuf_text(&out), out.len)) {
			compared++;
			if (columns_moved(*state, strbuf_text(&out), out.len) != text_width(strbuf_text(&out), out.len))
				fail_msg("round %d: %d columns, the terminal moved %d: \"%s\"", round,
					 text_width(strbuf_text(&out), out.len),
					 columns_moved(*state, strbuf_text(&out), out.len), strbuf_text(&out));
			assert_int_equal(columns_moved(*state, strbuf_text(&cell), cell.len), 25);
		}
		strbuf_release(&out);
		strbuf_release(&cell);
	}
	assert_true(compared > ROUNDS / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_hostile_texts),
	};

	return cmocka_run_group_tests_name("text_vterm", tests, setup, teardown);
}
