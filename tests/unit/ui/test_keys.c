/* SPDX-License-Identifier: MIT */
/* What the terminal sends, and the keys it stands for; read at once and byte by byte alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/strbuf.h"
#include "core/utf8.h"
#include "ui/keys.h"

struct key_row {
	const char *name;
	const char *bytes;
	const char *keys; /* names, pastes in <>, "^" at the end of a paste */
};

static const struct key_row rows[] = {
	{ "letters", "aZ?", "a Z ?" },
	{ "characters of several bytes", "ñ€🙂", "ñ € 🙂" },
	{ "Enter is a carriage return, Ctrl-J a line feed", "\r\n", "Enter C-j" },
	{ "control keys", "\x01\x0e\x1a\x7f\x08\t", "C-a C-n C-z Backspace C-h Tab" },
	{ "Escape alone", "\033", "Esc" },
	{ "Escape twice", "\033\033", "Esc Esc" },
	{ "Alt and a letter", "\033b", "M-b" },
	{ "Alt-Enter, Alt-Backspace", "\033\r\033\x7f", "M-Enter M-Backspace" },
	{ "Alt and a character of several bytes", "\033ñ", "M-ñ" },
	{ "arrows in both modes", "\033[A\033OB\033[C\033OD", "Up Down Right Left" },
	{ "arrows with Ctrl, Alt, Shift", "\033[1;5C\033[1;3D\033[1;2A", "C-Right M-Left S-Up" },
	{ "Home and End of all kinds", "\033[H\033OF\033[1~\033[4~\033[7~\033[8~", "Home End Home End Home End" },
	{ "pages, Insert, Delete", "\033[5~\033[6~\033[2~\033[3~\033[3;5~", "PgUp PgDn Insert Delete C-Delete" },
	{ "F1 in its forms", "\033OP\033[11~", "F1 F1" },
	{ "Shift-Tab", "\033[Z", "S-Tab" },
	{ "keys reported in full", "\033[97;5u\033[13;3u\033[27u", "C-a M-Enter Esc" },
	{ "focus", "\033[I\033[O", "(in) (out)" },
	{ "device attributes are an answer", "\033[?62;1;6c\033[>0;276;0ca", "([?62;1;6c) a" },
	{ "a cursor report is an answer", "\033[24;80Ra", "a" },
	{ "a mode report is an answer", "\033[?2026;2$ya", "([?2026;2$y) a" },
	{ "a colour answer, ended both ways", "\033]11;rgb:0/0/0\a\033]10;rgb:f/f/f\033\\a",
	  "(]11;rgb:0/0/0) (]10;rgb:f/f/f) a" },
	{ "a status string", "\033P1$r0 q\033\\a", "(P1$r0 q) a" },
	{ "an answer with key letters in it", "\033]l;quit\033\\\033_Gi=1;OK\033\\a",
	  "(]l;quit) (_Gi=1;OK) a" },
	{ "a string broken by a key", "\033]11;rgb\ra", "Enter a" },
	{ "unknown sequences", "\033[99~\033[1;2y\033[12;34;56Ma", "a" },
	{ "an answer cut off by a key is none", "\033]11;rgb:ff\003a", "C-c a" },
	{ "a shifted key reported in full", "\033[97:65;2u\033[97;2u\033[49:33;2u", "A A !" },
	{ "keys as xterm reports them in full", "\033[27;5;97~\033[27;6;65~\033[27;2;13~", "C-a C-a S-Enter" },
	{ "a released key is none", "\033[97;1:3u\033[1;1:3A\033[97;1:1u", "a" },
	{ "keys of the window manager", "\033[113;9u\033[1;17A\033[97;65u", "a" },
	{ "the number block", "\033[57414u\033[57417;5u\033[57400u\033[57426u", "Enter C-Left 1 Delete" },
	{ "keys without a meaning here", "\033[57441;2u\033[55555u\033[150u\033[1114112ua", "a" },
	{ "F1 of the Linux console", "\033[[A\033[[Aa", "F1 F1 a" },
	{ "the mouse", "\033[<0;1;2M\033[<0;80;24m\033[<32;3;3M", "(mouse 0 1 0,1) (mouse 1 1 79,23) (mouse 2 1 2,2)" },
	{ "its other buttons and the wheel", "\033[<2;5;6M\033[<64;1;1M\033[<69;1;1M",
	  "(mouse 0 3 4,5) (mouse 3 0 0,0) S-(mouse 4 0 0,0)" },
	{ "what a mouse can not send", "\033[<0;0;1M\033[<0;1M\033[<M\033[<3;1;1M\033[<66;1;1M\033[<128;1;1M"
	  "\033[<0;99999;1M\033[<64;1;1m\033[<999999999999;1;1Ma", "a" },
	{ "a mouse of the old kind", "\033[M !!a\033[Mqqqa", "a a" },
	{ "a sequence broken by a control byte", "\033[12\ra", "Enter a" },
	{ "broken UTF-8 is no key", "\xff\xc3(\xe2\x82" "a\x9b", "( a" },
	{ "C1 characters are no keys", "\xc2\x9b\xc2\x85" "a", "a" },
	{ "a paste", "\033[200~two\nlines\033[201~q", "<two\nlines>^ q" },
	{ "a paste of keys", "\033[200~q\r\003\033[A\033[201~", "<q\r\003\033[A>^" },
	{ "an empty paste", "\033[200~\033[201~a", "^ a" },
	{ "an end without beginning", "\033[201~a", "a" },
	{ "a paste in a paste", "\033[200~a\033[200~b\033[201~c", "<a\033[200~b>^ c" },
	{ "a character across the paste's end", "\033[200~\xc3\033[201~a", "<\xc3>^ a" },
};

struct reading {
	struct strbuf text;
	bool in_paste;
};

static void
add_name(struct strbuf *out, const struct key *key)
{
	static const char *const names[] = { "Enter", "Tab", "Esc", "Backspace", "Up", "Down", "Left", "Right", "Home",
					     "End", "PgUp", "PgDn", "Insert", "Delete", "F1" };
	char text[4];

	strbuf_add_string(out, key->modifiers & KEY_CTRL ? "C-" : "");
	strbuf_add_string(out, key->modifiers & KEY_ALT ? "M-" : "");
	strbuf_add_string(out, key->modifiers & KEY_SHIFT ? "S-" : "");
	if (key->code >= KEY_CODE_ENTER && key->code <= KEY_CODE_F1)
		strbuf_add_string(out, names[key->code - KEY_CODE_ENTER]);
	else
		strbuf_add(out, text, utf8_encode(key->code, text));
}

static void
write_down(struct reading *reading, const struct key *key)
{
	struct strbuf *out = &reading->text;

	if (key->kind == KEY_PASTE) {
		if (!reading->in_paste)
			strbuf_add_string(out, out->len > 0 ? " <" : "<");
		reading->in_paste = true;
		strbuf_add(out, key->text, key->len);
		return;
	}
	if (reading->in_paste)
		strbuf_add_char(out, '>');
	if (out->len > 0 && key->kind != KEY_PASTE_END)
		strbuf_add_char(out, ' ');
	reading->in_paste = false;
	switch (key->kind) {
	case KEY_PRESS:
		add_name(out, key);
		break;
	case KEY_PASTE_END:
		strbuf_add_char(out, '^');
		break;
	case KEY_FOCUS_IN:
		strbuf_add_string(out, "(in)");
		break;
	case KEY_FOCUS_OUT:
		strbuf_add_string(out, "(out)");
		break;
	case KEY_ANSWER:
		strbuf_add_char(out, '(');
		strbuf_add(out, key->text, key->len);
		strbuf_add_char(out, ')');
		break;
	case KEY_MOUSE:
		strbuf_add_string(out, key->modifiers & KEY_SHIFT ? "S-" : "");
		strbuf_add_format(out, "(mouse %d %d %d,%d)", (int)key->action, key->button, key->column, key->row);
		break;
	case KEY_PASTE:
		break;
	}
}

static void
check_row(const struct key_row *row, size_t step)
{
	struct reading reading = { .in_paste = false };
	size_t len = strlen(row->bytes);
	struct keys keys;
	struct key key;

	strbuf_init(&reading.text, 4096);
	keys_init(&keys);
	for (size_t i = 0; i < len; i += step) {
		size_t part = len - i < step ? len - i : step;

		assert_int_equal(keys_feed(&keys, row->bytes + i, part), part);
		while (keys_next(&keys, false, &key))
			write_down(&reading, &key);
	}
	while (keys_next(&keys, true, &key))
		write_down(&reading, &key);
	if (strcmp(strbuf_text(&reading.text), row->keys) != 0)
		print_error("%s, %zu bytes at a time\n", row->name, step);
	assert_string_equal(strbuf_text(&reading.text), row->keys);
	strbuf_release(&reading.text);
}

static void
test_sequences(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		check_row(&rows[i], strlen(rows[i].bytes));
		check_row(&rows[i], 1);
		check_row(&rows[i], 3);
	}
}

/* A paste whose end never comes ends with Escape; what follows are keys again. */
static void
test_lost_paste_end(void **state)
{
	struct keys keys;
	struct key key;

	(void)state;
	keys_init(&keys);
	keys_feed(&keys, "\033[200~text", 10);
	assert_true(keys_next(&keys, false, &key));
	assert_int_equal(key.kind, KEY_PASTE);
	assert_false(keys_next(&keys, true, &key));
	keys_feed(&keys, "\033", 1);
	assert_false(keys_next(&keys, false, &key));
	assert_true(keys_unfinished(&keys));
	assert_true(keys_next(&keys, true, &key));
	assert_int_equal(key.kind, KEY_PASTE_END);
	keys_feed(&keys, "q", 1);
	assert_true(keys_next(&keys, false, &key));
	assert_int_equal(key.code, 'q');
}

/* A megabyte in one paste goes through the small buffer whole. */
static void
test_large_paste(void **state)
{
	const size_t size = 1 << 20;
	char *text = malloc(size);
	size_t got = 0, sent = 0;
	struct keys keys;
	struct key key;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	keys_init(&keys);
	keys_feed(&keys, "\033[200~", 6);
	while (sent < size) {
		size_t taken = keys_feed(&keys, text + sent, size - sent);

		assert_true(taken > 0);
		sent += taken;
		while (keys_next(&keys, false, &key)) {
			assert_int_equal(key.kind, KEY_PASTE);
			got += key.len;
		}
	}
	assert_int_equal(got, size);
	free(text);
}

/* An answer longer than any that we ask for is swallowed, to its very end. */
static void
test_endless_answer(void **state)
{
	struct keys keys;
	struct key key;

	(void)state;
	keys_init(&keys);
	keys_feed(&keys, "\033]52;c;", 7);
	for (int i = 0; i < 100000; i++) {
		assert_int_equal(keys_feed(&keys, "q", 1), 1);
		assert_false(keys_next(&keys, false, &key));
	}
	keys_feed(&keys, "\033\\q", 3);
	assert_true(keys_next(&keys, false, &key));
	assert_int_equal(key.kind, KEY_PRESS);
	assert_int_equal(key.code, 'q');
	assert_false(keys_next(&keys, true, &key));
}

struct name_row {
	const char *name;
	uint32_t code;
	unsigned modifiers;
};

static const struct name_row names[] = {
	{ "j", 'j', 0 },	   { "?", '?', 0 },	     { "-", '-', 0 },
	{ "C-n", 'n', KEY_CTRL },  { "M-Enter", KEY_CODE_ENTER, KEY_ALT },
	{ "S-Tab", KEY_CODE_TAB, KEY_SHIFT }, { "Space", ' ', 0 }, { "C-Left", KEY_CODE_LEFT, KEY_CTRL },
	{ "C--", '-', KEY_CTRL },  { "ñ", 0xF1, 0 },
};

static void
test_names(void **state)
{
	static const char *const wrong[] = { "", "Entr", "X-n", "C-", "jj", "\xff" };
	struct key key;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_true(key_parse(names[i].name, strlen(names[i].name), &key));
		assert_int_equal(key.code, names[i].code);
		assert_int_equal(key.modifiers, names[i].modifiers);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(key_parse(wrong[i], strlen(wrong[i]), &key));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_lost_paste_end),
		cmocka_unit_test(test_large_paste),
		cmocka_unit_test(test_endless_answer),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
