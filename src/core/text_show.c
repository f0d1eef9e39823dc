/* SPDX-License-Identifier: MIT */
/*
 * From what was written to what may be drawn. One pass; a run of plain ASCII is found eight bytes at a time and copied
 * whole. Showing a shown text again changes nothing: every form that is produced here is one that is left alone.
 *
 * ncurses makes controls harmless but lets through direction controls, tags and other invisible characters, and draws
 * a blank for what the C library does not know, so nothing is left to it.
 */
#include "core/text.h"

#include <string.h>
#include <unictype.h>

#include "core/text_class.h"
#include "core/utf8.h"

enum {
	CODE_REPLACEMENT = 0xFFFD,
	CODE_DIRECTION_MARK = 0x2426,
	CODE_DOTTED_CIRCLE = 0x25CC, /* what a mark with nothing before it is put upon */
	CODE_BLACK_FLAG = 0x1F3F4,
	CODE_REGIONAL_A = 0x1F1E6,
	CODE_TAG_FIRST = 0xE0000
};
enum {
	MARKS_MAX = 4, /* a cell of ncurses holds no more */
	TAB_STOP = 8,
	WORD_BYTES = sizeof(uint64_t)
};

struct show {
	struct strbuf *out;
	enum text_lines lines;
	size_t column;	/* since the last line end */
	uint32_t last;	/* last code point written */
	unsigned marks; /* on the last cell */
	bool base;	/* there is a cell that a mark can join */
	bool emoji;	/* ... which is an emoji */
	bool dropped;	/* ... from which one invisible character was dropped */
	bool gap;	/* the last cell is a blank made of line ends and tabs */
	bool dangerous;
};

/* The flags of countries that are no states; the only use of tags that people see. */
static const char *const flag_tags[] = { "gbeng", "gbsct", "gbwls" };

static bool
is_plain(char byte)
{
	return byte >= ' ' && byte <= '~';
}

/* Length of the run of printable ASCII at the start. */
static size_t
plain_run(const char *text, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	size_t at = 0;

	/* Per byte: below ' ' borrows into the top bit, DEL carries into it when 1 is added, above 0x7F has it already. */
	for (uint64_t word; len - at >= WORD_BYTES; at += WORD_BYTES) {
		memcpy(&word, text + at, sizeof(word));
		if (((word - ones * ' ') | (word + ones) | word) & tops)
			break;
	}
	while (at < len && is_plain(text[at]))
		at++;
	return at;
}

static void
put_code(struct show *show, uint32_t code)
{
	char bytes[4];

	strbuf_add(show->out, bytes, utf8_encode(code, bytes));
	show->last = code;
	show->dropped = false;
}

static void
put_cell(struct show *show, uint32_t code, size_t width)
{
	put_code(show, code);
	show->column += width;
	show->marks = 0;
	show->base = true;
	show->emoji = false;
	show->gap = false;
}

static void
put_plain(struct show *show, const char *text, size_t len)
{
	strbuf_add(show->out, text, len - 1);
	show->column += len - 1;
	put_cell(show, (unsigned char)text[len - 1], 1);
}

static void
put_emoji(struct show *show, uint32_t code, size_t width)
{
	put_cell(show, code, width);
	show->emoji = true;
}

static void
put_dangerous(struct show *show, uint32_t instead)
{
	put_cell(show, instead, 1);
	show->dangerous = true;
}

static void
put_mark(struct show *show, uint32_t code)
{
	if (!show->base)
		put_cell(show, CODE_DOTTED_CIRCLE, 1);
	if (show->marks == MARKS_MAX)
		return;
	put_code(show, code);
	show->marks++;
}

static void
put_line_end(struct show *show)
{
	if (show->lines == TEXT_ONE_LINE) {
		if (!show->gap)
			put_cell(show, ' ', 1);
		show->gap = true;
		return;
	}
	put_code(show, '\n');
	show->column = 0;
	show->base = false;
	show->emoji = false;
}

static void
put_tab(struct show *show)
{
	if (show->lines == TEXT_ONE_LINE) {
		put_line_end(show);
		return;
	}
	do
		put_cell(show, ' ', 1);
	while (show->column % TAB_STOP != 0);
}

static bool
class_is_emoji(enum text_class class)
{
	return class == TEXT_CLASS_EMOJI_NARROW || class == TEXT_CLASS_EMOJI_WIDE || class == TEXT_CLASS_EMOJI_UNSURE;
}

/* True for the scripts, Hebrew to Mongolian, that write joiners between letters or after a sign that joins them. */
static bool
joins(uint32_t code)
{
	if (code < 0x590 || code >= 0x1E00)
		return false;
	return uc_is_property_alphabetic(code) || text_class_of(code) == TEXT_CLASS_MARK;
}

/* The class of the code point at the start, and its length; UNSURE and 0 at the end of the text. */
static enum text_class
peek(const char *text, size_t len, uint32_t *code, size_t *size)
{
	*code = 0;
	*size = len > 0 ? utf8_decode(text, len, code) : 0;
	return len > 0 ? text_class_of(*code) : TEXT_CLASS_UNSURE;
}

/* A joiner may bind emoji, of which only the first is drawn, or shape letters; returns the bytes taken after it. */
static size_t
show_joiner(struct show *show, const char *rest, size_t len)
{
	uint32_t code;
	size_t size;

	if (show->emoji && class_is_emoji(peek(rest, len, &code, &size))) {
		show->dropped = false;
		return size;
	}
	if (show->base && !show->dropped && joins(show->last))
		show->dropped = true;
	else
		put_dangerous(show, CODE_REPLACEMENT);
	return 0;
}

static void
show_nonjoiner(struct show *show, uint32_t code, const char *rest, size_t len)
{
	enum text_class class;
	uint32_t next;
	size_t size;

	class = peek(rest, len, &next, &size);
	if (show->base && joins(show->last) && joins(next) && class == TEXT_CLASS_NARROW)
		put_mark(show, code);
	else
		put_dangerous(show, CODE_REPLACEMENT);
}

/* Dropped once for each cell or mark; more of them in a row are a way to hide bytes. */
static void
show_selector(struct show *show)
{
	if (!show->base || show->dropped)
		put_dangerous(show, CODE_REPLACEMENT);
	show->dropped = true;
}

/* A flag stays; half of one is drawn as its letter. Returns the bytes taken after it. */
static size_t
show_regional(struct show *show, uint32_t code, const char *rest, size_t len)
{
	uint32_t next;
	size_t size;

	if (peek(rest, len, &next, &size) != TEXT_CLASS_REGIONAL) {
		put_cell(show, 'A' + (code - CODE_REGIONAL_A), 1);
		return 0;
	}
	put_cell(show, code, 1);
	put_cell(show, next, 1);
	return size;
}

/* Bytes of one of the known tag sequences at the start, 0 if there is none. */
static size_t
tags_length(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof(flag_tags) / sizeof(flag_tags[0]); i++) {
		char tags[32];
		size_t used = 0;

		for (const char *letter = flag_tags[i]; *letter; letter++)
			used += utf8_encode(CODE_TAG_FIRST + (uint32_t)*letter, tags + used);
		used += utf8_encode(CODE_TAG_FIRST + 0x7F, tags + used);
		if (len >= used && memcmp(text, tags, used) == 0)
			return used;
	}
	return 0;
}

/* The controls that mean something in a text. Returns the bytes taken after `code`. */
static size_t
show_control(struct show *show, uint32_t code, const char *rest, size_t len)
{
	switch (code) {
	case '\t':
		put_tab(show);
		return 0;
	case '\r':
		put_line_end(show);
		return len > 0 && rest[0] == '\n' ? 1 : 0;
	case '\n':
		put_line_end(show);
		return 0;
	default:
		put_dangerous(show, CODE_REPLACEMENT);
		return 0;
	}
}

/* Shows `code`; `rest` is what follows it. Returns how many bytes of `rest` were taken too. */
static size_t
show_code(struct show *show, uint32_t code, const char *rest, size_t len)
{
	switch (text_class_of(code)) {
	case TEXT_CLASS_NARROW:
		put_cell(show, code, 1);
		return 0;
	case TEXT_CLASS_WIDE:
		put_cell(show, code, 2);
		return 0;
	case TEXT_CLASS_EMOJI_NARROW:
		put_emoji(show, code, 1);
		return 0;
	case TEXT_CLASS_EMOJI_WIDE:
		put_emoji(show, code, 2);
		return code == CODE_BLACK_FLAG ? tags_length(rest, len) : 0;
	case TEXT_CLASS_EMOJI_UNSURE:
		put_emoji(show, CODE_REPLACEMENT, 1);
		return 0;
	case TEXT_CLASS_MARK:
		put_mark(show, code);
		return 0;
	case TEXT_CLASS_BLANK:
		put_cell(show, ' ', 1);
		return 0;
	case TEXT_CLASS_LINE_END:
		put_line_end(show);
		return 0;
	case TEXT_CLASS_HIDDEN:
		return show_control(show, code, rest, len);
	case TEXT_CLASS_DIRECTION:
		put_dangerous(show, CODE_DIRECTION_MARK);
		return 0;
	case TEXT_CLASS_UNSURE:
		put_cell(show, CODE_REPLACEMENT, 1);
		return 0;
	case TEXT_CLASS_SELECTOR:
		show_selector(show);
		return 0;
	case TEXT_CLASS_KEYCAP:
		if (!show->base)
			put_cell(show, CODE_REPLACEMENT, 1);
		return 0;
	case TEXT_CLASS_TONE:
		if (!show->emoji)
			put_cell(show, CODE_REPLACEMENT, 1);
		return 0;
	case TEXT_CLASS_JOINER:
		return show_joiner(show, rest, len);
	case TEXT_CLASS_NONJOINER:
		show_nonjoiner(show, code, rest, len);
		return 0;
	case TEXT_CLASS_REGIONAL:
		return show_regional(show, code, rest, len);
	}
	return 0;
}

/* Shows until the text ends or is wider than `columns`. */
static void
show_text(struct show *show, const char *text, size_t len, size_t columns)
{
	size_t at = 0;

	while (at < len && show->column <= columns && !show->out->failed) {
		size_t run = plain_run(text + at, len - at);
		uint32_t code;

		if (run > 0) {
			put_plain(show, text + at, run);
			at += run;
			continue;
		}
		at += utf8_decode(text + at, len - at, &code);
		at += show_code(show, code, text + at, len - at);
	}
}

bool
text_show(struct strbuf *out, const char *text, size_t len, enum text_lines lines)
{
	struct show show = { .out = out, .lines = lines };

	show_text(&show, text, len, SIZE_MAX);
	return show.dangerous;
}

static void
put_blanks(struct strbuf *out, size_t count)
{
	static const char blanks[] = "                                ";

	while (count > 0) {
		size_t part = count < sizeof(blanks) - 1 ? count : sizeof(blanks) - 1;

		strbuf_add(out, blanks, part);
		count -= part;
	}
}

/* Appends a shown text, of which anything beyond `columns` may be missing. */
static void
put_fitting(struct strbuf *out, const char *text, size_t len, int columns, bool pad)
{
	int used;
	size_t fit = text_fit(text, len, columns, &used);

	if (fit < len) {
		fit = text_fit(text, len, columns - 1, &used);
		strbuf_add(out, text, fit);
		strbuf_add_string(out, "…");
		used++;
	} else {
		strbuf_add(out, text, len);
	}
	if (pad && used < columns)
		put_blanks(out, (size_t)(columns - used));
}

void
text_cell(struct strbuf *out, const char *text, int columns, bool pad)
{
	size_t len = strlen(text);
	struct strbuf shown;

	if (columns <= 0)
		return;
	if (plain_run(text, len) == len) {
		put_fitting(out, text, len, columns, pad);
		return;
	}
	strbuf_init(&shown, SIZE_MAX / 2);
	show_text(&(struct show){ .out = &shown, .lines = TEXT_ONE_LINE }, text, len, (size_t)columns);
	if (shown.failed)
		out->failed = true;
	else
		put_fitting(out, strbuf_text(&shown), shown.len, columns, pad);
	strbuf_release(&shown);
}
