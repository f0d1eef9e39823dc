/* SPDX-License-Identifier: MIT */
/*
 * A sequence is recognised by its form (ECMA-48), not by a list, so that what is unknown is swallowed to its very
 * end. No timer is needed: an unfinished sequence waits for its rest, a paste whose end got lost ends with Escape
 * or Ctrl-C.
 */
#include "ui/keys.h"

#include <string.h>

#include "core/utf8.h"

#define PASTE_END "\033[201~"

enum { BYTE_ESC = 0x1B, BYTE_BEL = 0x07, BYTE_DEL = 0x7F, BYTE_INTERRUPT = 0x03, SEQUENCE_MAX = 64, PARAMETERS_MAX = 4 };

struct named_key {
	const char *name;
	uint32_t code;
};

static const struct named_key named_keys[] = {
	{ "Enter", KEY_CODE_ENTER },	 { "Tab", KEY_CODE_TAB },     { "Esc", KEY_CODE_ESCAPE },
	{ "Backspace", KEY_CODE_BACKSPACE }, { "Up", KEY_CODE_UP },	      { "Down", KEY_CODE_DOWN },
	{ "Left", KEY_CODE_LEFT },	 { "Right", KEY_CODE_RIGHT }, { "Home", KEY_CODE_HOME },
	{ "End", KEY_CODE_END },	 { "PgUp", KEY_CODE_PAGE_UP }, { "PgDn", KEY_CODE_PAGE_DOWN },
	{ "Insert", KEY_CODE_INSERT },	 { "Delete", KEY_CODE_DELETE }, { "Space", ' ' },
	{ "F1", KEY_CODE_F1 },
};

/* CSI or SS3 final letter. */
static const struct named_key letter_keys[] = {
	{ "A", KEY_CODE_UP },	{ "B", KEY_CODE_DOWN }, { "C", KEY_CODE_RIGHT },    { "D", KEY_CODE_LEFT },
	{ "H", KEY_CODE_HOME }, { "F", KEY_CODE_END },	{ "P", KEY_CODE_F1 },	    { "Q", KEY_CODE_F1 + 1 },
	{ "R", KEY_CODE_F1 + 2 }, { "S", KEY_CODE_F1 + 3 }, { "M", KEY_CODE_ENTER },
};

/* First parameter of CSI ... ~ */
static const uint32_t tilde_keys[] = {
	[1] = KEY_CODE_HOME,	   [2] = KEY_CODE_INSERT,    [3] = KEY_CODE_DELETE,    [4] = KEY_CODE_END,
	[5] = KEY_CODE_PAGE_UP,	   [6] = KEY_CODE_PAGE_DOWN, [7] = KEY_CODE_HOME,      [8] = KEY_CODE_END,
	[11] = KEY_CODE_F1,	   [12] = KEY_CODE_F1 + 1,   [13] = KEY_CODE_F1 + 2,   [14] = KEY_CODE_F1 + 3,
	[15] = KEY_CODE_F1 + 4,	   [17] = KEY_CODE_F1 + 5,   [18] = KEY_CODE_F1 + 6,   [19] = KEY_CODE_F1 + 7,
	[20] = KEY_CODE_F1 + 8,	   [21] = KEY_CODE_F1 + 9,   [23] = KEY_CODE_F1 + 10,  [24] = KEY_CODE_F12,
};

void
keys_init(struct keys *keys)
{
	*keys = (struct keys){ 0 };
}

size_t
keys_feed(struct keys *keys, const char *bytes, size_t len)
{
	size_t room;

	memmove(keys->buffer, keys->buffer + keys->used, keys->len - keys->used);
	keys->len -= keys->used;
	keys->used = 0;
	room = sizeof keys->buffer - keys->len;
	if (len > room)
		len = room;
	memcpy(keys->buffer + keys->len, bytes, len);
	keys->len += len;
	return len;
}

bool
keys_unfinished(const struct keys *keys)
{
	return keys->used < keys->len;
}

static bool
press(struct key *key, uint32_t code, unsigned modifiers)
{
	*key = (struct key){ .kind = KEY_PRESS, .code = code, .modifiers = modifiers };
	return true;
}

/* A control byte as the key that made it. */
static bool
press_control(struct key *key, unsigned char byte, unsigned modifiers)
{
	switch (byte) {
	case '\r':
		return press(key, KEY_CODE_ENTER, modifiers);
	case '\t':
		return press(key, KEY_CODE_TAB, modifiers);
	case BYTE_ESC:
		return press(key, KEY_CODE_ESCAPE, modifiers);
	case BYTE_DEL:
		return press(key, KEY_CODE_BACKSPACE, modifiers);
	case 0:
		return press(key, ' ', modifiers | KEY_CTRL);
	default:
		return press(key, byte < 0x1B ? byte + 'a' - 1u : byte + 0x40u, modifiers | KEY_CTRL);
	}
}

static bool
is_control(unsigned char byte)
{
	return byte < ' ' || byte == BYTE_DEL;
}

/* Bytes at the end that begin a character whose rest has not come. */
static size_t
unfinished_tail(const char *bytes, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char byte = (unsigned char)bytes[len - back];
		size_t need = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;

		if (byte >= 0xC2 && byte <= 0xF4)
			return need > back ? back : 0;
		if ((byte & 0xC0) != 0x80)
			return 0;
	}
	return 0;
}

/* One character or control byte at the beginning of the bytes; returns how many it took, 0 = not complete. */
static size_t
read_character(const char *bytes, size_t len, bool complete, struct key *key, bool *found)
{
	unsigned char first = (unsigned char)bytes[0];
	uint32_t code;
	size_t step;

	*found = false;
	if (is_control(first)) {
		*found = press_control(key, first, 0);
		return 1;
	}
	step = utf8_decode(bytes, len, &code);
	if (code == 0xFFFD && !complete && unfinished_tail(bytes, len) == len)
		return 0;
	/* U+FFFD comes from a malformed byte, U+0080 to U+009F are no keys. */
	if (code != 0xFFFD && (code < 0x80 || code > 0x9F))
		*found = press(key, code, 0);
	return step;
}

static unsigned
modifiers_of(int parameter)
{
	unsigned bits = parameter > 1 ? (unsigned)(parameter - 1) : 0, modifiers = 0;

	modifiers |= bits & 1 ? KEY_SHIFT : 0;
	modifiers |= bits & 2 ? KEY_ALT : 0;
	modifiers |= bits & 4 ? KEY_CTRL : 0;
	return modifiers;
}

/* Numbers between ';'; missing ones are 0. */
static void
read_parameters(const char *bytes, size_t len, int values[PARAMETERS_MAX])
{
	int index = 0;

	memset(values, 0, PARAMETERS_MAX * sizeof values[0]);
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == ';' && ++index == PARAMETERS_MAX)
			return;
		if (bytes[i] >= '0' && bytes[i] <= '9' && values[index] < 0x110000)
			values[index] = values[index] * 10 + (bytes[i] - '0');
	}
}

/* CSI code;modifiers u: a key in full, as some terminals report them. */
static bool
press_coded(struct key *key, int code, unsigned modifiers)
{
	if (code <= 0 || code > 0x10FFFF)
		return false;
	if (code == '\r' || code == '\t' || code == BYTE_ESC || code == BYTE_DEL)
		return press_control(key, (unsigned char)code, modifiers);
	if (code < ' ' || (code >= 0x80 && code <= 0x9F) || (code >= 0xD800 && code <= 0xF8FF))
		return false;
	return press(key, (uint32_t)code, modifiers & ~(unsigned)KEY_SHIFT);
}

/* What a complete control sequence (after "ESC [") means; false for what is no key. */
static bool
read_sequence(struct keys *keys, const char *body, size_t len, struct key *key)
{
	char final = body[len - 1];
	int values[PARAMETERS_MAX];
	unsigned modifiers;

	if (len > 1 && (body[0] < '0' || body[0] > ';'))
		return false; /* private: an answer of the terminal */
	read_parameters(body, len - 1, values);
	modifiers = modifiers_of(values[1]);
	if (final == '~') {
		if (values[0] == 200)
			keys->pasting = true;
		if (values[0] <= 0 || values[0] >= (int)(sizeof tilde_keys / sizeof tilde_keys[0]) ||
		    tilde_keys[values[0]] == 0)
			return false;
		return press(key, tilde_keys[values[0]], modifiers);
	}
	if (final == 'u')
		return press_coded(key, values[0], modifiers);
	if (final == 'Z')
		return press(key, KEY_CODE_TAB, KEY_SHIFT);
	if (len == 1 && (final == 'I' || final == 'O')) {
		*key = (struct key){ .kind = final == 'I' ? KEY_FOCUS_IN : KEY_FOCUS_OUT };
		return true;
	}
	/* "CSI row;column R" is an answer: F3 has only 1 as its first parameter. */
	if (final == 'M' || (len > 1 && values[0] != 1))
		return false;
	for (size_t i = 0; i < sizeof letter_keys / sizeof letter_keys[0]; i++)
		if (letter_keys[i].name[0] == final)
			return press(key, letter_keys[i].code, modifiers);
	return false;
}

/* "ESC [": returns the bytes of the sequence, 0 when its end has not come. */
static size_t
take_csi(struct keys *keys, const char *bytes, size_t len, struct key *key, bool *found)
{
	for (size_t i = 2; i < len; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (byte >= 0x40 && byte <= 0x7E) {
			*found = read_sequence(keys, bytes + 2, i - 1, key);
			return i + 1;
		}
		/* Broken off by something that can not be part of it, or endless. */
		if (byte < 0x20 || byte > 0x3F || i >= SEQUENCE_MAX)
			return i;
	}
	return 0;
}

/* "ESC O letter", perhaps with a number between. */
static size_t
take_ss3(const char *bytes, size_t len, struct key *key, bool *found)
{
	for (size_t i = 2; i < len; i++) {
		if (bytes[i] >= '0' && bytes[i] <= '9' && i < SEQUENCE_MAX)
			continue;
		if (is_control((unsigned char)bytes[i]) || bytes[i] & 0x80)
			return i;
		for (size_t k = 0; k < sizeof letter_keys / sizeof letter_keys[0]; k++)
			if (letter_keys[k].name[0] == bytes[i])
				*found = press(key, letter_keys[k].code, 0);
		return i + 1;
	}
	return 0;
}

static bool
begins_string(char byte)
{
	return byte == ']' || byte == 'P' || byte == '_' || byte == '^' || byte == 'X';
}

/* Bytes that begin with ESC; returns how many were taken, 0 = wait for more. */
static size_t
take_escape(struct keys *keys, const char *bytes, size_t len, bool complete, struct key *key, bool *found)
{
	size_t step;

	if (len == 1) {
		*found = complete && press(key, KEY_CODE_ESCAPE, 0);
		return complete ? 1 : 0;
	}
	if (bytes[1] == '[')
		return take_csi(keys, bytes, len, key, found);
	if (bytes[1] == 'O')
		return take_ss3(bytes, len, key, found);
	if (begins_string(bytes[1]) && !(complete && len == 2)) {
		keys->in_string = len > 2;
		return keys->in_string ? 2 : 0;
	}
	if (bytes[1] == BYTE_ESC) {
		*found = press(key, KEY_CODE_ESCAPE, 0);
		return 1;
	}
	step = read_character(bytes + 1, len - 1, complete, key, found);
	if (step == 0)
		return 0;
	key->modifiers |= *found ? KEY_ALT : 0;
	return step + 1;
}

/* Swallows a string sequence up to its end: BEL, ST, or any other control byte, which is not part of it. */
static void
skip_string(struct keys *keys)
{
	while (keys->used < keys->len) {
		unsigned char byte = (unsigned char)keys->buffer[keys->used];

		if (byte == BYTE_ESC) {
			if (keys->used + 1 == keys->len)
				return; /* perhaps the first half of ST */
			keys->used += keys->buffer[keys->used + 1] == '\\' ? 2 : 0;
			keys->in_string = false;
			return;
		}
		if (byte < ' ') {
			keys->used += byte == BYTE_BEL;
			keys->in_string = false;
			return;
		}
		keys->used++;
	}
}

static bool
end_paste(struct keys *keys, size_t taken, struct key *key)
{
	keys->pasting = false;
	keys->used += taken;
	*key = (struct key){ .kind = KEY_PASTE_END };
	return true;
}

/* The next piece of a paste. */
static bool
next_pasted(struct keys *keys, bool complete, struct key *key)
{
	const char *bytes = keys->buffer + keys->used;
	size_t len = keys->len - keys->used, mark = sizeof PASTE_END - 1, text;

	if (len == 0)
		return false;
	if (complete && len == 1 && (bytes[0] == BYTE_ESC || bytes[0] == BYTE_INTERRUPT))
		return end_paste(keys, 1, key);
	for (text = 0; text < len; text++) {
		size_t rest = len - text < mark ? len - text : mark;

		if (memcmp(bytes + text, PASTE_END, rest) != 0)
			continue;
		if (rest == mark && text == 0)
			return end_paste(keys, mark, key);
		break;
	}
	if (text == 0)
		return false;
	/* A character cut by the end of a read stays for the next piece. */
	if (text == len && !complete)
		text -= unfinished_tail(bytes, len);
	*key = (struct key){ .kind = KEY_PASTE, .text = bytes, .len = text };
	keys->used += text;
	return text > 0;
}

bool
keys_next(struct keys *keys, bool complete, struct key *key)
{
	bool found = false;
	size_t taken = 1;

	while (!found && taken > 0 && keys->used < keys->len) {
		const char *bytes = keys->buffer + keys->used;
		size_t len = keys->len - keys->used;

		if (keys->pasting)
			return next_pasted(keys, complete, key);
		if (keys->in_string) {
			skip_string(keys);
			if (keys->in_string && complete && keys->used < keys->len) {
				/* A lone ESC: whoever sits there wants out. */
				keys->in_string = false;
			}
			if (keys->in_string)
				return false;
			continue;
		}
		if ((unsigned char)bytes[0] == BYTE_ESC)
			taken = take_escape(keys, bytes, len, complete, key, &found);
		else
			taken = read_character(bytes, len, complete, key, &found);
		keys->used += taken;
	}
	return found;
}

bool
key_parse(const char *name, size_t len, struct key *key)
{
	unsigned modifiers = 0;
	uint32_t code;

	for (; len > 2 && name[1] == '-'; name += 2, len -= 2) {
		if (name[0] != 'C' && name[0] != 'M' && name[0] != 'S')
			return false;
		modifiers |= name[0] == 'C' ? KEY_CTRL : name[0] == 'M' ? KEY_ALT : KEY_SHIFT;
	}
	for (size_t i = 0; i < sizeof named_keys / sizeof named_keys[0]; i++)
		if (strlen(named_keys[i].name) == len && memcmp(named_keys[i].name, name, len) == 0)
			return press(key, named_keys[i].code, modifiers);
	if (len == 0 || utf8_decode(name, len, &code) != len || code == 0xFFFD)
		return false;
	return press(key, code, modifiers);
}

bool
key_is_text(const struct key *key)
{
	return key->kind == KEY_PRESS && key->code < 0x110000 && (key->modifiers & (KEY_ALT | KEY_CTRL)) == 0;
}
