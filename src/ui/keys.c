/* SPDX-License-Identifier: MIT */
/*
 * A sequence is recognised by its form (ECMA-48), not by a list, so that what is unknown is swallowed to its very
 * end. No timer is needed: an unfinished sequence waits for its rest, a paste whose end got lost ends with Escape
 * or Ctrl-C.
 */
#include "ui/keys.h"

#include <stdio.h>
#include <string.h>

#include "core/utf8.h"

#define PASTE_END "\033[201~"

enum { BYTE_ESC = 0x1B, BYTE_BEL = 0x07, BYTE_DEL = 0x7F, BYTE_INTERRUPT = 0x03, SEQUENCE_MAX = 64, PARAMETERS_MAX = 4, MOUSE_MAX = 9999 };

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

/* Parameters of a control sequence. */
struct parameters {
	int value[PARAMETERS_MAX]; /* missing ones are 0 */
	int sub[PARAMETERS_MAX];   /* what follows the first ':' */
};

/* False for a key with Super or Hyper, which is the window manager's and means nothing here. */
static bool
read_modifiers(int parameter, unsigned *modifiers)
{
	unsigned bits = parameter > 1 ? (unsigned)(parameter - 1) : 0;

	*modifiers = bits & 1 ? KEY_SHIFT : 0;
	*modifiers |= bits & (2 | 32) ? KEY_ALT : 0;
	*modifiers |= bits & 4 ? KEY_CTRL : 0;
	return (bits & (8 | 16)) == 0;
}

static void
add_digit(int *value, char digit)
{
	if (*value < 0x110000)
		*value = *value * 10 + (digit - '0');
}

/* Numbers between ';', each perhaps with parts after ':'. */
static void
read_parameters(const char *bytes, size_t len, struct parameters *parameters)
{
	int index = 0, part = 0;

	*parameters = (struct parameters){ 0 };
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == ';') {
			if (++index == PARAMETERS_MAX)
				return;
			part = 0;
		} else if (bytes[i] == ':') {
			part++;
		} else if (bytes[i] >= '0' && bytes[i] <= '9' && part < 2) {
			add_digit(part == 0 ? &parameters->value[index] : &parameters->sub[index], bytes[i]);
		}
	}
}

/* Keys of the number block, which the kitty protocol tells apart. */
static uint32_t
keypad_key(int code)
{
	static const char texts[] = "0123456789./*-+";
	static const uint32_t keys[] = {
		[0] = KEY_CODE_ENTER,	[1] = '=',		[2] = ',',		   [3] = KEY_CODE_LEFT,
		[4] = KEY_CODE_RIGHT,	[5] = KEY_CODE_UP,	[6] = KEY_CODE_DOWN,	   [7] = KEY_CODE_PAGE_UP,
		[8] = KEY_CODE_PAGE_DOWN, [9] = KEY_CODE_HOME,	[10] = KEY_CODE_END,	   [11] = KEY_CODE_INSERT,
		[12] = KEY_CODE_DELETE,
	};

	if (code >= 57399 && code < 57414)
		return (uint32_t)texts[code - 57399];
	return code >= 57414 && code <= 57426 ? keys[code - 57414] : 0;
}

/* CSI code:shifted;modifiers u, or CSI 27;modifiers;code ~: a key in full, as some terminals report them. */
static bool
press_coded(struct key *key, int code, int shifted, unsigned modifiers)
{
	uint32_t keypad = keypad_key(code);

	if (code <= 0 || code > 0x10FFFF)
		return false;
	if (keypad != 0)
		return press(key, keypad, keypad < 0x110000 ? modifiers & ~(unsigned)KEY_SHIFT : modifiers);
	if (code == '\r' || code == '\t' || code == BYTE_ESC || code == BYTE_DEL)
		return press_control(key, (unsigned char)code, modifiers);
	if ((modifiers & KEY_SHIFT) && shifted > 0)
		code = shifted;
	else if ((modifiers & (KEY_SHIFT | KEY_CTRL)) == KEY_SHIFT && code >= 'a' && code <= 'z')
		code += 'A' - 'a';
	else if ((modifiers & KEY_CTRL) && code >= 'A' && code <= 'Z')
		code += 'a' - 'A';
	if (code < ' ' || (code >= 0x7F && code <= 0x9F) || (code >= 0xD800 && code <= 0xF8FF) || code > 0x10FFFF)
		return false;
	return press(key, (uint32_t)code, modifiers & ~(unsigned)KEY_SHIFT);
}

/* CSI < button;column;row M or m. False for what is no event of ours: motion without a button, wheels to the side. */
static bool
read_mouse(const char *body, size_t len, struct key *key)
{
	struct parameters parameters;
	int bits, button;

	read_parameters(body + 1, len - 2, &parameters);
	bits = parameters.value[0];
	button = bits & 3;
	if (bits > 127 || parameters.value[1] < 1 || parameters.value[2] < 1 || parameters.value[1] > MOUSE_MAX ||
	    parameters.value[2] > MOUSE_MAX)
		return false;
	*key = (struct key){ .kind = KEY_MOUSE, .column = parameters.value[1] - 1, .row = parameters.value[2] - 1 };
	key->modifiers = (bits & 4 ? KEY_SHIFT : 0u) | (bits & 8 ? KEY_ALT : 0u) | (bits & 16 ? KEY_CTRL : 0u);
	if (bits & 64) {
		key->action = button == 0 ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
		return button < 2 && (bits & 32) == 0 && body[len - 1] == 'M';
	}
	if (button == 3)
		return false;
	key->button = button + 1;
	key->action = body[len - 1] == 'm' ? MOUSE_RELEASE : bits & 32 ? MOUSE_DRAG : MOUSE_PRESS;
	return true;
}

/* "CSI ... ~": a key by its number. */
static bool
read_numbered(struct keys *keys, const struct parameters *parameters, unsigned modifiers, struct key *key)
{
	int number = parameters->value[0];

	if (number == 200)
		keys->pasting = true;
	if (number == 27)
		return press_coded(key, parameters->value[2], 0, modifiers);
	if (number <= 0 || number >= (int)(sizeof tilde_keys / sizeof tilde_keys[0]) || tilde_keys[number] == 0)
		return false;
	return press(key, tilde_keys[number], modifiers);
}

/* What a complete control sequence (after "ESC [") means; false for what is no key. */
static bool
read_sequence(struct keys *keys, const char *body, size_t len, struct key *key)
{
	enum { RELEASED = 3 };
	char final = body[len - 1];
	struct parameters parameters;
	unsigned modifiers;

	if (body[0] == '<' && len > 1 && (final == 'M' || final == 'm'))
		return read_mouse(body, len, key);
	if (body[0] == '?' && len > 1) {
		/* The bracket before it tells its kind. */
		*key = (struct key){ .kind = KEY_ANSWER, .text = body - 1, .len = len + 1 };
		return true;
	}
	if (len > 1 && (body[0] < '0' || body[0] > ';'))
		return false; /* private: an answer of the terminal */
	read_parameters(body, len - 1, &parameters);
	if (len == 1 && (final == 'I' || final == 'O')) {
		*key = (struct key){ .kind = final == 'I' ? KEY_FOCUS_IN : KEY_FOCUS_OUT };
		return true;
	}
	if (!read_modifiers(parameters.value[1], &modifiers) || parameters.sub[1] == RELEASED)
		return false;
	if (final == '~')
		return read_numbered(keys, &parameters, modifiers, key);
	if (final == 'u')
		return press_coded(key, parameters.value[0], parameters.sub[0], modifiers);
	if (final == 'Z')
		return press(key, KEY_CODE_TAB, modifiers | KEY_SHIFT);
	/* "CSI row;column R" is an answer: F3 has only 1 as its first parameter. */
	if (final == 'M' || (len > 1 && parameters.value[0] != 1))
		return false;
	for (size_t i = 0; i < sizeof letter_keys / sizeof letter_keys[0]; i++)
		if (letter_keys[i].name[0] == final)
			return press(key, letter_keys[i].code, modifiers);
	return false;
}

/*
 * "ESC [ M" and three bytes: a mouse of the old kind, which nobody asked for; "ESC [ [ A": F1 of the Linux console.
 * Returns the bytes, 0 when they have not all come, and -1 for any other sequence.
 */
static int
take_odd_csi(const char *bytes, size_t len, struct key *key, bool *found)
{
	if (len < 3 || (bytes[2] != 'M' && bytes[2] != '['))
		return -1;
	if (bytes[2] == 'M')
		return len < 6 ? 0 : 6;
	if (len < 4)
		return 0;
	if (bytes[3] >= 'A' && bytes[3] <= 'E')
		*found = press(key, KEY_CODE_F1 + (uint32_t)(bytes[3] - 'A'), 0);
	return is_control((unsigned char)bytes[3]) ? 3 : 4;
}

/* "ESC [": returns the bytes of the sequence, 0 when its end has not come. */
static size_t
take_csi(struct keys *keys, const char *bytes, size_t len, struct key *key, bool *found)
{
	int odd = take_odd_csi(bytes, len, key, found);

	if (odd >= 0)
		return (size_t)odd;
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
		keys->answer[0] = bytes[1];
		keys->answer_len = 1;
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

static bool
end_string(struct keys *keys, size_t taken, struct key *key)
{
	keys->used += taken;
	keys->in_string = false;
	if (taken == 0 || keys->answer_len > KEYS_ANSWER_SIZE)
		return false;
	*key = (struct key){ .kind = KEY_ANSWER, .text = keys->answer, .len = keys->answer_len };
	return true;
}

/*
 * Reads a string sequence up to its end: BEL, ST, or any other control byte, which is not part of it and makes it
 * worthless. True if it is an answer.
 */
static bool
read_string(struct keys *keys, struct key *key)
{
	while (keys->used < keys->len) {
		unsigned char byte = (unsigned char)keys->buffer[keys->used];

		if (byte == BYTE_ESC) {
			if (keys->used + 1 == keys->len)
				return false; /* perhaps the first half of ST */
			return end_string(keys, keys->buffer[keys->used + 1] == '\\' ? 2 : 0, key);
		}
		if (byte < ' ')
			return end_string(keys, byte == BYTE_BEL, key);
		if (keys->answer_len < KEYS_ANSWER_SIZE)
			keys->answer[keys->answer_len] = (char)byte;
		keys->answer_len += keys->answer_len <= KEYS_ANSWER_SIZE;
		keys->used++;
	}
	return false;
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
			if (read_string(keys, key))
				return true;
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
	for (uint32_t number = 2; number <= 12; number++) {
		char function[8];

		snprintf(function, sizeof function, "F%u", (unsigned)number);
		if (strlen(function) == len && memcmp(function, name, len) == 0)
			return press(key, KEY_CODE_F1 + number - 1, modifiers);
	}
	if (len == 0 || utf8_decode(name, len, &code) != len || code == 0xFFFD)
		return false;
	return press(key, code, modifiers);
}

bool
key_is_text(const struct key *key)
{
	return key->kind == KEY_PRESS && key->code < 0x110000 && (key->modifiers & (KEY_ALT | KEY_CTRL)) == 0;
}
