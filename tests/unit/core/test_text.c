/* SPDX-License-Identifier: MIT */
/*
 * Rows for each rule of showing, breaking and cutting; the Unicode consortium's table for clusters; the C library for
 * widths; and promises that must hold for any bytes, tried with seeded hostile ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "core/text.h"
#include "core/utf8.h"
#include "hostile_text.h"
#include "vector_file.h"

enum { ROUNDS = 20000, ROOM = 200, LINES = 400 };

#define BYTES(text) text, sizeof text - 1

static struct strbuf
shown(const char *text, size_t len, enum text_lines lines, bool *dangerous)
{
	struct strbuf out;
	bool found;

	strbuf_init(&out, 64 * ROOM);
	found = text_show(&out, text, len, lines);
	if (dangerous)
		*dangerous = found;
	assert_false(out.failed);
	return out;
}

struct show_row {
	const char *name;
	const char *text;
	size_t len;
	const char *want;
	bool dangerous;
};

static const struct show_row harmless_rows[] = {
	{ "empty", BYTES(""), "", false },
	{ "plain", BYTES("The quick brown fox. ~"), "The quick brown fox. ~", false },
	{ "letters with accents", BYTES("\u00bfQu\u00e9 tal, se\u00f1or?"), "\u00bfQu\u00e9 tal, se\u00f1or?", false },
	{ "other scripts",
	  BYTES("\u041f\u0440\u0438 \u05e9\u05dc \u4e2d\u6587"),
	  "\u041f\u0440\u0438 \u05e9\u05dc \u4e2d\u6587", false },
	{ "emoji", BYTES("ok \U0001f600!"), "ok \U0001f600!", false },
	{ "composing accent", BYTES("e\u0301a"), "e\u0301a", false },
	{ "malformed", BYTES("a\377b\xe2\x82"), "a\ufffdb\ufffd\ufffd", false },
	{ "surrogate", BYTES("\xed\xa0\x80"), "\ufffd\ufffd\ufffd", false },
	{ "unassigned", BYTES("a\u0378b"), "a\ufffdb", false },
	{ "emoji too new for the C library", BYTES("\U0001f6dc"), "\ufffd", false },
	{ "not yet assigned", BYTES("\U0001fae9"), "\ufffd", false },
	{ "width not agreed", BYTES("\u4dc0"), "\ufffd", false },
	{ "spaces of other widths", BYTES("a\u00a0b\u3000c\u2003d\u202fe"), "a b c d e", false },
	{ "family", BYTES("\U0001f468\u200d\U0001f469\u200d\U0001f467!"), "\U0001f468!", false },
	{ "family with tones",
	  BYTES("\U0001f469\U0001f3fd\u200d\U0001f91d\u200d\U0001f468\U0001f3fb."), "\U0001f469.", false },
	{ "joined with selectors",
	  BYTES("\U0001f3f3\ufe0f\u200d\U0001f308 \u2764\ufe0f\u200d\U0001f525"), "\U0001f3f3 \u2764", false },
	{ "joined to an emoji too new", BYTES("\U0001f426\u200d\U0001fae9x"), "\U0001f426x", false },
	{ "skin tone", BYTES("\U0001f44d\U0001f3fd\U0001f44d"), "\U0001f44d\U0001f44d", false },
	{ "skin tone after an emoji too new", BYTES("\U0001faf8\U0001f3fd"), "\ufffd", false },
	{ "skin tone alone", BYTES("a\U0001f3fd"), "a\ufffd", false },
	{ "emoji style", BYTES("\u2764\ufe0f \u231a\ufe0e"), "\u2764 \u231a", false },
	{ "keycap", BYTES("1\ufe0f\u20e3 #\u20e3"), "1 #", false },
	{ "flags", BYTES("\U0001f1e9\U0001f1ea\U0001f1ea\U0001f1f8"), "\U0001f1e9\U0001f1ea\U0001f1ea\U0001f1f8", false },
	{ "half a flag", BYTES("\U0001f1e9\U0001f1ea\U0001f1ea."), "\U0001f1e9\U0001f1eaE.", false },
	{ "flag of Wales",
	  BYTES("\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f!"), "\U0001f3f4!", false },
	{ "four marks", BYTES("o\u0300\u0301\u0302\u0303"), "o\u0300\u0301\u0302\u0303", false },
	{ "six marks", BYTES("o\u0300\u0301\u0302\u0303\u0304\u0305p\u0300"), "o\u0300\u0301\u0302\u0303p\u0300", false },
	{ "mark at the start", BYTES("\u0301a"), "\u25cc\u0301a", false },
	{ "Hangul letters", BYTES("\u1112\u1161\u11ab"), "\u1112\u1161\u11ab", false },
	{ "Persian non-joiner", BYTES("\u0645\u06cc\u200c\u062e"), "\u0645\u06cc\u200c\u062e", false },
	{ "Malayalam joiner", BYTES("\u0d28\u0d4d\u200d "), "\u0d28\u0d4d ", false },
	{ "Devanagari", BYTES("\u0928\u092e\u0938\u094d\u0924\u0947"), "\u0928\u092e\u0938\u094d\u0924\u0947", false },
};

static const struct show_row dangerous_rows[] = {
	{ "NUL", BYTES("a\0b"), "a\ufffdb", true },
	{ "escape sequence", BYTES("\x1b[31mred"), "\ufffd[31mred", true },
	{ "window title", BYTES("\x1b]0;x\a"), "\ufffd]0;x\ufffd", true },
	{ "delete", BYTES("a\17712345678"), "a\ufffd12345678", true },
	{ "delete among eight", BYTES("1234\177678"), "1234\ufffd678", true },
	{ "backspace", BYTES("paid\b\b\b\b"), "paid\ufffd\ufffd\ufffd\ufffd", true },
	{ "form feed", BYTES("a\fb"), "a\ufffdb", true },
	{ "C1 sequence start", BYTES("\302\2332J"), "\ufffd2J", true },
	{ "next line", BYTES("a\xc2\x85z"), "a\ufffdz", true },
	{ "file name turned round", BYTES("file\u202egnp.exe"), "file\u2426gnp.exe", true },
	{ "isolates and marks", BYTES("\u2066a\u2069\u200e\u200f\u061c"), "\u2426a\u2426\u2426\u2426\u2426", true },
	{ "zero width space", BYTES("a\u200bb"), "a\ufffdb", true },
	{ "word joiner, byte order mark", BYTES("\ufeffa\u2060b"), "\ufffda\ufffdb", true },
	{ "soft hyphen", BYTES("a\u00adb"), "a\ufffdb", true },
	{ "grapheme joiner", BYTES("a\u034fb"), "a\ufffdb", true },
	{ "Hangul fillers", BYTES("\u115f\u1160\u3164\uffa0"), "\ufffd\ufffd\ufffd\ufffd", true },
	{ "interlinear", BYTES("\ufff9a\ufffab\ufffb"), "\ufffda\ufffdb\ufffd", true },
	{ "tags", BYTES("hi\U000e0068\U000e0069"), "hi\ufffd\ufffd", true },
	{ "tags after a flag, no country", BYTES("\U0001f3f4\U000e0078\U000e007f"), "\U0001f3f4\ufffd\ufffd", true },
	{ "joiner between Latin letters", BYTES("a\u200db"), "a\ufffdb", true },
	{ "non-joiner between Latin letters", BYTES("a\u200cb"), "a\ufffdb", true },
	{ "non-joiner at the end", BYTES("\u06cc\u200c"), "\u06cc\ufffd", true },
	{ "bytes hidden in selectors", BYTES("\U0001f600\ufe01\ufe02\U000e0110"), "\U0001f600\ufffd\ufffd", true },
	{ "selector without a base", BYTES("\ufe0fa"), "\ufffda", true },
};

static void
check_shown(const struct show_row *row, enum text_lines lines)
{
	bool dangerous;
	struct strbuf out = shown(row->text, row->len, lines, &dangerous);

	if (strcmp(strbuf_text(&out), row->want) != 0)
		fail_msg("row \"%s\": shown as \"%s\"", row->name, strbuf_text(&out));
	check_row(row->name, dangerous == row->dangerous);
	strbuf_release(&out);
}

static void
test_show(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof harmless_rows / sizeof harmless_rows[0]; i++) {
		check_shown(&harmless_rows[i], TEXT_ONE_LINE);
		check_shown(&harmless_rows[i], TEXT_KEEP_LINES);
	}
	for (size_t i = 0; i < sizeof dangerous_rows / sizeof dangerous_rows[0]; i++) {
		check_shown(&dangerous_rows[i], TEXT_ONE_LINE);
		check_shown(&dangerous_rows[i], TEXT_KEEP_LINES);
	}
}

static const struct show_row one_line_rows[] = {
	{ "line feed", BYTES("a\nb"), "a b", false },
	{ "carriage return and line feed", BYTES("a\r\nb"), "a b", false },
	{ "lone carriage return", BYTES("a\rb"), "a b", false },
	{ "tab", BYTES("a\tb"), "a b", false },
	{ "separators", BYTES("a\u2028b\u2029c"), "a b c", false },
	{ "a run is one blank", BYTES("a\r\n\r\n\tb\n"), "a b ", false },
	{ "blanks are kept", BYTES("a  \n b"), "a    b", false },
	{ "mark after a line end", BYTES("a\n\u0301"), "a \u0301", false },
};

static const struct show_row keep_rows[] = {
	{ "line feed", BYTES("a\n\nb\n"), "a\n\nb\n", false },
	{ "carriage return and line feed", BYTES("a\r\nb"), "a\nb", false },
	{ "lone carriage returns", BYTES("a\r\rb"), "a\n\nb", false },
	{ "separators", BYTES("a\u2028b\u2029c"), "a\nb\nc", false },
	{ "tab at the start", BYTES("\tb"), "        b", false },
	{ "tab to the next stop", BYTES("abc\td"), "abc     d", false },
	{ "tab at a stop", BYTES("12345678\td"), "12345678        d", false },
	{ "tab after a wide letter", BYTES("\u4e2d\tb"), "\u4e2d      b", false },
	{ "tab on the second line", BYTES("abc\nx\ty"), "abc\nx       y", false },
	{ "mark at the start of a line", BYTES("a\n\u0301"), "a\n\u25cc\u0301", false },
};

static void
test_line_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof one_line_rows / sizeof one_line_rows[0]; i++)
		check_shown(&one_line_rows[i], TEXT_ONE_LINE);
	for (size_t i = 0; i < sizeof keep_rows / sizeof keep_rows[0]; i++)
		check_shown(&keep_rows[i], TEXT_KEEP_LINES);
}

static void
test_bounded_output(void **state)
{
	struct strbuf out;

	(void)state;
	strbuf_init(&out, 4);
	assert_true(text_show(&out, BYTES("\033abcdef"), TEXT_ONE_LINE));
	assert_true(out.failed);
	assert_true(out.len <= 4);
	strbuf_release(&out);
}

/* Whatever is drawn as itself has the width that ncurses will ask the C library for; the rest is U+FFFD or a blank. */
static void
test_width_is_the_c_library_s(void **state)
{
	size_t drawn = 0;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (uint32_t code = 0; code <= 0x10FFFF; code++) {
		char bytes[4];
		size_t len = utf8_encode(code, bytes);
		struct strbuf out = shown(bytes, len, TEXT_ONE_LINE, NULL);
		bool same = len > 0 && out.len == len && memcmp(out.data, bytes, len) == 0;
		bool based = len > 0 && out.len == 3 + len && memcmp(out.data, "\u25cc", 3) == 0;

		if (len > 0)
			assert_null(hostile_text_judge(strbuf_text(&out), out.len, false));
		if ((same || based) && wcwidth((wchar_t)code) != text_code_width(code))
			fail_msg("U+%04X: %d columns, the C library says %d", code, text_code_width(code),
				 wcwidth((wchar_t)code));
		if (based)
			assert_int_equal(text_code_width(code), 0);
		drawn += same || based;
		strbuf_release(&out);
	}
	/* Unicode 14 has 144,697 characters, and there are 137,468 for private use. */
	assert_in_range(drawn, 280000, 282200);
}

struct width_row {
	const char *text;
	int want;
};

static void
test_width(void **state)
{
	static const struct width_row rows[] = {
		{ "", 0 },	  { "hello", 5 },	{ "e\u0301", 1 },	    { "\u4e2d\u6587", 4 },
		{ "\u2764", 1 },  { "\U0001f600", 2 },	{ "\U0001f1e9\U0001f1ea", 2 }, { "\ufffd\u2426\u25cc\u2026", 4 },
		{ "\uff21", 2 },  { "\uff71", 1 },	{ "\u1112\u1161\u11ab", 2 },   { "\ud55c", 2 },
		{ "\u0928\u092e\u0938\u094d\u0924\u0947", 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_row(rows[i].text, text_width(rows[i].text, strlen(rows[i].text)) == rows[i].want);
	assert_int_equal(text_code_width(0x1b), 1);
	assert_int_equal(text_code_width(0x110000), 1);
}

/* Checks one line of the table: code points, "/" where a cluster ends, "+" where it goes on. */
static void
check_clusters(char *line)
{
	char text[128], *save = NULL;
	size_t ends[32], len = 0, count = 0, start = 0;

	for (char *word = strtok_r(line, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (*word == '/')
			ends[count++] = len;
		else if (*word != '+')
			len += utf8_encode((uint32_t)strtoul(word, NULL, 16), text + len);
	}
	assert_int_equal(ends[count - 1], len);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(start + text_cluster(text + start, len - start), ends[i]);
		for (size_t at = start + 1; at <= ends[i]; at++)
			assert_int_equal(text_cluster_before(text, len, at), start);
		start = ends[i];
	}
}

static void
test_cluster_table(void **state)
{
	size_t len, rows = 0;
	char *table = vector_file_read("grapheme_break.txt", &len);
	char *save = NULL;

	(void)state;
	for (char *line = strtok_r(table, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (*line == '#')
			continue;
		check_clusters(line);
		rows++;
	}
	assert_int_equal(rows, 602);
	free(table);
}

static void
test_cluster_edges(void **state)
{
	(void)state;
	assert_int_equal(text_cluster("", 0), 0);
	assert_int_equal(text_cluster_before("abc", 3, 0), 0);
	assert_int_equal(text_cluster_before("abc", 3, 99), 2);
	assert_int_equal(text_cluster(BYTES("\xff\xfe")), 1);
	assert_int_equal(text_cluster(BYTES("\r\nx")), 2);
	assert_int_equal(text_cluster(BYTES("\U0001f468\u200d\U0001f469\u200d\U0001f467!")), 18);
	assert_int_equal(text_cluster_before(BYTES("a\U0001f1e9\U0001f1ea\U0001f1ea\U0001f1f8"), 17), 9);
}

/* Stepping forward visits the same places as stepping back, for any bytes. */
static void
test_cluster_there_and_back(void **state)
{
	struct dice dice = { 11 };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		char text[ROOM];
		size_t len = hostile_text_fill(&dice, text, ROOM);
		size_t at = 0;

		while (at < len) {
			size_t size = text_cluster(text + at, len - at);

			assert_in_range(size, 1, len - at);
			assert_int_equal(text_cluster_before(text, len, at + size), at);
			assert_int_equal(text_cluster_before(text, len, at + 1), at);
			at += size;
		}
	}
}

struct wrap_row {
	const char *name;
	const char *text;
	int columns;
	const char *want; /* lines ended by | */
};

static const struct wrap_row wrap_rows[] = {
	{ "empty", "", 10, "|" },
	{ "fits", "hello you", 9, "hello you|" },
	{ "at the blank", "hello you", 8, "hello|you|" },
	{ "blank just outside", "hello you", 5, "hello|you|" },
	{ "last blank of several", "a b c d", 4, "a b|c d|" },
	{ "inside a long word", "abcdefghij", 4, "abcd|efgh|ij|" },
	{ "long word after a short one", "to abcdefghij", 5, "to|abcde|fghij|" },
	{ "two blanks, one is eaten", "abc  def", 5, "abc |def|" },
	{ "indented long word", "  abcdef", 4, "  ab|cdef|" },
	{ "line ends", "a\n\nb", 10, "a||b|" },
	{ "line end last", "a\n", 10, "a||" },
	{ "line end after a full line", "abcd\nef", 4, "abcd|ef|" },
	{ "blank after a full line", "abcd ", 4, "abcd||" },
	{ "wide letters", "\u4e2d\u6587\u5b57", 5, "\u4e2d\u6587|\u5b57|" },
	{ "wide letter at the edge", "abc\u4e2d", 4, "abc|\u4e2d|" },
	{ "flag is not split", "ab\U0001f1e9\U0001f1ea", 3, "ab|\U0001f1e9\U0001f1ea|" },
	{ "marks stay", "abe\u0301cd", 3, "abe\u0301|cd|" },
	{ "blank with a mark is no gap", "abc \u0301de", 5, "abc \u0301d|e|" },
	{ "columns below two", "\u4e2da", 0, "\u4e2d|a|" },
	{ "a cluster wider than the line", "\u1100\u1100\u1100", 4, "\u1100\u1100|\u1100|" },
	{ "vowel without consonant stays", "abcd\u1161e", 4, "abcd\u1161|e|" },
};

static void
test_wrap(void **state)
{
	struct text_line lines[LINES];

	(void)state;
	for (size_t i = 0; i < sizeof wrap_rows / sizeof wrap_rows[0]; i++) {
		const struct wrap_row *row = &wrap_rows[i];
		size_t count = text_wrap(row->text, strlen(row->text), row->columns, lines, LINES);
		struct strbuf got;

		strbuf_init(&got, 1000);
		for (size_t k = 0; k < count; k++) {
			strbuf_add(&got, row->text + lines[k].start, lines[k].len);
			strbuf_add_char(&got, '|');
		}
		if (strcmp(strbuf_text(&got), row->want) != 0)
			fail_msg("row \"%s\": %s", row->name, strbuf_text(&got));
		check_row(row->name, text_wrap(row->text, strlen(row->text), row->columns, NULL, 0) == count);
		strbuf_release(&got);
	}
}

/* Clusters without end, made of what clusters may be made of, are broken like anything else. */
static void
test_wrap_endless_clusters(void **state)
{
	static const struct {
		const char *name, *piece;
	} rows[] = {
		{ "Hangul consonants", "\u1100" },
		{ "vowel signs", "\u0915\u093e\u093e\u093e" },
		{ "vowel signs only", "\u0903" },
		{ "letters that go before", "\u0d4e" },
		{ "letters before flags", "\u0d4e\u0d4e\u0d4e\U0001f1e9\U0001f1ea" },
		{ "consonants and a flag", "\u1100\u1100\U0001f1e9\U0001f1ea\u0903" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (size_t before = 0; before < 4; before++) {
			struct strbuf text;

			strbuf_init(&text, 10000);
			for (size_t k = 0; k < before; k++)
				strbuf_add_char(&text, 'x');
			for (size_t k = 0; k < 300; k++)
				strbuf_add_string(&text, rows[i].piece);
			for (int columns = 2; columns <= 200; columns += 3) {
				struct text_line lines[3000];
				size_t count = text_wrap(strbuf_text(&text), text.len, columns, lines, 3000);

				check_row(rows[i].name, count <= 3000);
				for (size_t k = 0; k < count; k++) {
					const char *line = strbuf_text(&text) + lines[k].start;

					check_row(rows[i].name, lines[k].len > 0);
					check_row(rows[i].name, text_width(line, lines[k].len) <= columns);
					check_row(rows[i].name, !hostile_text_judge(line, lines[k].len, false));
				}
			}
			strbuf_release(&text);
		}
	}
}

static void
test_wrap_fills_at_most_max(void **state)
{
	struct text_line lines[3] = { { 0, 0 }, { 0, 0 }, { 77, 77 } };

	(void)state;
	assert_int_equal(text_wrap(BYTES("a\nb\nc\nd"), 10, lines, 2), 4);
	assert_int_equal(lines[1].start, 2);
	assert_int_equal(lines[2].start, 77);
}

/* The lines are no wider than asked, and with what each break consumed they give the text back. */
static void
check_wrap(const char *text, size_t len, int columns)
{
	struct text_line lines[LINES];
	size_t count = text_wrap(text, len, columns, lines, LINES);
	size_t at = 0;

	assert_in_range(count, 1, LINES);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && lines[i].start != at) {
			assert_true(text[at] == ' ' || text[at] == '\n');
			at++;
		}
		assert_int_equal(lines[i].start, at);
		assert_true(text_width(text + at, lines[i].len) <= columns);
		assert_null(memchr(text + at, '\n', lines[i].len));
		at += lines[i].len;
		assert_true(at <= len);
	}
	assert_int_equal(at, len);
}

/* The cell is exactly as wide as asked, or not wider than that and than the text. */
static void
check_cell(const char *text, int columns)
{
	struct strbuf padded, bare;

	strbuf_init(&padded, 64 * ROOM);
	strbuf_init(&bare, 64 * ROOM);
	text_cell(&padded, text, columns, true);
	text_cell(&bare, text, columns, false);
	assert_false(padded.failed || bare.failed);
	assert_null(hostile_text_judge(strbuf_text(&padded), padded.len, false));
	assert_int_equal(text_width(strbuf_text(&padded), padded.len), columns);
	assert_true(bare.len <= padded.len);
	assert_memory_equal(strbuf_text(&padded), strbuf_text(&bare), bare.len);
	assert_int_equal(strspn(strbuf_text(&padded) + bare.len, " "), padded.len - bare.len);
	strbuf_release(&padded);
	strbuf_release(&bare);
}

/* No cluster is split at `cut`, save one that is wider than any emoji or flag, or that begins without a column. */
static void
check_cut_is_whole(const char *text, size_t len, size_t cut)
{
	size_t start = text_cluster_before(text, len, cut);
	size_t size = text_cluster(text + start, len - start);
	uint32_t first;

	if (cut == 0)
		return;
	utf8_decode(text + start, len - start, &first);
	assert_true(start + size == cut || text_width(text + start, size) > 2 || text_code_width(first) == 0);
}

static void
check_promises(const char *text, size_t len, enum text_lines lines, struct dice *dice)
{
	struct strbuf once = shown(text, len, lines, NULL);
	bool dangerous;
	struct strbuf twice = shown(strbuf_text(&once), once.len, lines, &dangerous);
	const char *fault = hostile_text_judge(strbuf_text(&once), once.len, lines == TEXT_KEEP_LINES);

	if (fault)
		fail_msg("%s in \"%s\"", fault, strbuf_text(&once));
	assert_int_equal(once.len, twice.len);
	assert_memory_equal(strbuf_text(&once), strbuf_text(&twice), once.len);
	assert_false(dangerous);
	check_wrap(strbuf_text(&once), once.len, 2 + (int)dice_roll(dice, 40));
	if (!memchr(strbuf_text(&once), '\n', once.len)) {
		int columns = (int)dice_roll(dice, 40), used = -1;
		size_t fit = text_fit(strbuf_text(&once), once.len, columns, &used);

		assert_int_equal(text_width(strbuf_text(&once), fit), used);
		assert_true(used <= columns);
		check_cut_is_whole(strbuf_text(&once), once.len, fit);
	}
	strbuf_release(&once);
	strbuf_release(&twice);
}

static void
test_promises_for_hostile_bytes(void **state)
{
	struct dice dice = { 20240229 };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		char text[ROOM + 1];
		size_t len = hostile_text_fill(&dice, text, ROOM);

		check_promises(text, len, TEXT_ONE_LINE, &dice);
		check_promises(text, len, TEXT_KEEP_LINES, &dice);
		text[len] = '\0';
		check_cell(text, 1 + (int)dice_roll(&dice, 60));
	}
}

struct cell_row {
	const char *name;
	const char *text;
	int columns;
	bool pad;
	const char *want;
};

static const struct cell_row cell_rows[] = {
	{ "empty, padded", "", 3, true, "   " },
	{ "fits", "abc", 3, true, "abc" },
	{ "padded", "abc", 5, true, "abc  " },
	{ "not padded", "abc", 5, false, "abc" },
	{ "cut", "abcdef", 4, true, "abc\u2026" },
	{ "cut to one column", "abc", 1, true, "\u2026" },
	{ "no columns", "abc", 0, true, "" },
	{ "less than none", "abc", -3, true, "" },
	{ "accents padded", "se\u00f1or", 6, true, "se\u00f1or " },
	{ "wide letters cut in the middle", "\u4e2d\u6587\u5b57", 4, true, "\u4e2d\u2026 " },
	{ "wide letters fit", "\u4e2d\u6587\u5b57", 6, true, "\u4e2d\u6587\u5b57" },
	{ "wide letters not padded", "\u4e2d\u6587\u5b57", 4, false, "\u4e2d\u2026" },
	{ "last mark stays", "abe\u0301", 3, true, "abe\u0301" },
	{ "shows what it is given", "a\x1b[b\nc", 8, true, "a\ufffd[b c  " },
	{ "joined emoji are reduced first", "\U0001f468\u200d\U0001f469\u200d\U0001f467", 3, true, "\U0001f468 " },
	{ "long blank padding", "\u00e9", 40, true, "\u00e9                                       " },
};

static void
test_cell(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cell_rows / sizeof cell_rows[0]; i++) {
		const struct cell_row *row = &cell_rows[i];
		struct strbuf out;

		strbuf_init(&out, 1000);
		text_cell(&out, row->text, row->columns, row->pad);
		if (strcmp(strbuf_text(&out), row->want) != 0)
			fail_msg("row \"%s\": \"%s\"", row->name, strbuf_text(&out));
		strbuf_release(&out);
	}
}

static void
test_fit(void **state)
{
	int used = -1;

	(void)state;
	assert_int_equal(text_fit(BYTES("hello"), 3, &used), 3);
	assert_int_equal(used, 3);
	assert_int_equal(text_fit(BYTES("hello"), 9, &used), 5);
	assert_int_equal(text_fit(BYTES("a\u4e2d"), 2, &used), 1);
	assert_int_equal(used, 1);
	assert_int_equal(text_fit(BYTES("\u4e2d"), 1, NULL), 0);
	assert_int_equal(text_fit(BYTES("ae\u0301\u0302z"), 2, NULL), 6);
	assert_int_equal(text_fit(BYTES("a"), -1, &used), 0);
	assert_int_equal(used, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_bounded_output),
		cmocka_unit_test(test_width_is_the_c_library_s),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_cluster_table),
		cmocka_unit_test(test_cluster_edges),
		cmocka_unit_test(test_cluster_there_and_back),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_wrap_endless_clusters),
		cmocka_unit_test(test_wrap_fills_at_most_max),
		cmocka_unit_test(test_promises_for_hostile_bytes),
		cmocka_unit_test(test_cell),
		cmocka_unit_test(test_fit),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
