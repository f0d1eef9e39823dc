/* SPDX-License-Identifier: MIT */
/* Some two hundred bindings in the order of the tables; the configuration's come first, so that they win. */
#include "ui/keymap.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"

static const struct {
	const char *name;
	unsigned contexts;
} places[] = {
	{ "list", CONTEXT_LIST },	    { "messages", CONTEXT_MESSAGES },
	{ "reply", CONTEXT_REPLY },	    { "help", CONTEXT_HELP },
	{ "customer", CONTEXT_CUSTOMER },   { "outbox", CONTEXT_OUTBOX },
	{ "dead-letters", CONTEXT_DEAD_LETTERS }, { "canned", CONTEXT_CANNED },
	{ "everywhere", CONTEXT_EVERYWHERE },
};

unsigned
keymap_context(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (strlen(places[i].name) == len && memcmp(places[i].name, name, len) == 0)
			return places[i].contexts;
	return 0;
}

static bool
same_key(const struct key *a, const struct key *b)
{
	return a->code == b->code && a->modifiers == b->modifiers;
}

static struct binding *
add(struct keymap *keymap)
{
	struct binding *items = reallocarray(keymap->items, keymap->count + 1, sizeof *items);

	if (items == NULL)
		return NULL;
	keymap->items = items;
	items[keymap->count] = (struct binding){ 0 };
	return &items[keymap->count++];
}

/* What the configuration gave a meaning in some places keeps its own one only in the others. */
static void
take_away(struct keymap *keymap, size_t configured, const struct key *key, unsigned contexts)
{
	for (size_t i = configured; i < keymap->count; i++)
		if (same_key(&keymap->items[i].key, key))
			keymap->items[i].contexts &= ~contexts;
}

static bool
add_tables(struct keymap *keymap)
{
	for (size_t i = 0; i < command_count(); i++) {
		const struct command *command = command_at(i);
		const char *rest = command->keys, *name;
		struct key key;
		size_t len;

		while (command_next_key(&rest, &key, &name, &len)) {
			struct binding *binding = add(keymap);

			if (binding == NULL)
				return false;
			*binding = (struct binding){ .contexts = command->contexts, .key = key, .command = command };
		}
	}
	return true;
}

static void
problem(struct strbuf *problems, const struct keymap_setting *setting, const char *what)
{
	if (problems->len > 0)
		strbuf_add_char(problems, '\n');
	strbuf_add_format(problems, "%s: %s", setting->origin, what);
}

/* One row of [keys]: "place.key = line". False without memory. */
static bool
add_configured(struct keymap *keymap, const struct keymap_setting *setting, struct strbuf *problems)
{
	const char *dot = strchr(setting->name, '.'), *line = setting->value;
	size_t word = strcspn(line, " ");
	const struct command *command = command_by_name(line, word);
	struct binding *binding;
	unsigned contexts;
	struct key key;

	contexts = dot != NULL ? keymap_context(setting->name, (size_t)(dot - setting->name)) : 0;
	if (contexts == 0) {
		problem(problems, setting, _("The name must begin with list, messages, reply, "
			"help, customer, outbox, dead-letters, canned or everywhere, and a dot."));
		return true;
	}
	if (!key_parse(dot + 1, strlen(dot + 1), &key)) {
		problem(problems, setting, _("There is no such key; write for example list.x, reply.C-s or everywhere.F5."));
		return true;
	}
	if (contexts == CONTEXT_REPLY && key_is_text(&key)) {
		problem(problems, setting, _("In the reply a character writes itself; take a key with C- or M-, or a function key."));
		return true;
	}
	for (size_t i = 0; i < keymap->count; i++) {
		if ((keymap->items[i].contexts & contexts) && same_key(&keymap->items[i].key, &key)) {
			problem(problems, setting, _("This key has a meaning here already; leave one of the two rows out."));
			return true;
		}
	}
	binding = add(keymap);
	if (binding == NULL)
		return false;
	*binding = (struct binding){ .contexts = contexts, .key = key };
	if (line[word] == '\0' && command != NULL)
		binding->command = command;
	else if (line[0] != '\0' && (binding->line = strdup(line)) == NULL)
		return false;
	return true;
}

bool
keymap_init(struct keymap *keymap, const struct keymap_setting *settings, size_t count, struct strbuf *problems)
{
	size_t configured;

	*keymap = (struct keymap){ 0 };
	for (size_t i = 0; i < count; i++)
		if (!add_configured(keymap, &settings[i], problems))
			return false;
	configured = keymap->count;
	if (!add_tables(keymap))
		return false;
	for (size_t i = 0; i < configured; i++)
		take_away(keymap, configured, &keymap->items[i].key, keymap->items[i].contexts);
	return true;
}

void
keymap_release(struct keymap *keymap)
{
	for (size_t i = 0; i < keymap->count; i++)
		free(keymap->items[i].line);
	free(keymap->items);
	*keymap = (struct keymap){ 0 };
}

static const struct binding *
find_in(const struct keymap *keymap, unsigned contexts, const struct key *key)
{
	for (size_t i = 0; i < keymap->count; i++)
		if ((keymap->items[i].contexts & contexts) && same_key(&keymap->items[i].key, key))
			return &keymap->items[i];
	return NULL;
}

const struct binding *
keymap_find(const struct keymap *keymap, enum context context, const struct key *key)
{
	const struct binding *binding;

	if (key->kind != KEY_PRESS || (context == CONTEXT_REPLY && key_is_text(key)))
		return NULL;
	binding = find_in(keymap, context, key);
	return binding != NULL ? binding : find_in(keymap, CONTEXT_EVERYWHERE, key);
}

static const struct {
	uint32_t code;
	const char *name;
} key_names[] = {
	{ KEY_CODE_ENTER, "Enter" }, { KEY_CODE_TAB, "Tab" },	    { KEY_CODE_ESCAPE, "Esc" },
	{ KEY_CODE_UP, "Up" },	     { KEY_CODE_DOWN, "Down" },	    { KEY_CODE_BACKSPACE, "Backspace" },
	{ KEY_CODE_LEFT, "Left" },   { KEY_CODE_RIGHT, "Right" },   { KEY_CODE_PAGE_UP, "PgUp" },
	{ KEY_CODE_HOME, "Home" },   { KEY_CODE_END, "End" },	    { KEY_CODE_PAGE_DOWN, "PgDn" },
	{ KEY_CODE_INSERT, "Insert" }, { KEY_CODE_DELETE, "Delete" }, { ' ', "Space" },
};

const char *
keymap_key_label(const struct key *key, char *out, size_t size)
{
	const char *control = key->modifiers & KEY_CTRL ? "^" : "", *alt = key->modifiers & KEY_ALT ? "Alt-" : "";
	const char *shift = key->modifiers & KEY_SHIFT ? "Shift-" : "";
	char character[5] = "";

	for (size_t i = 0; i < sizeof key_names / sizeof key_names[0]; i++) {
		if (key_names[i].code == key->code) {
			snprintf(out, size, "%s%s%s%s", alt, shift, control, key_names[i].name);
			return out;
		}
	}
	if (key->code >= KEY_CODE_F1 && key->code <= KEY_CODE_F12) {
		snprintf(out, size, "%s%s%sF%u", alt, shift, control, (unsigned)(key->code - KEY_CODE_F1 + 1));
		return out;
	}
	character[utf8_encode(key->code, character)] = '\0';
	if ((key->modifiers & KEY_CTRL) && key->code < 0x80)
		character[0] = (char)toupper((unsigned char)character[0]);
	snprintf(out, size, "%s%s%s%s", alt, shift, control, character);
	return out;
}

const char *
keymap_label(const struct keymap *keymap, const struct command *command, unsigned contexts, char *out, size_t size)
{
	out[0] = '\0';
	for (size_t i = 0; i < keymap->count; i++)
		if (keymap->items[i].command == command && (keymap->items[i].contexts & contexts))
			return keymap_key_label(&keymap->items[i].key, out, size);
	return out;
}

const char *
keymap_labels(const struct keymap *keymap, const struct command *command, unsigned contexts, char *out, size_t size)
{
	char label[32];
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < keymap->count && used + 1 < size; i++) {
		const struct binding *binding = &keymap->items[i];

		if (binding->command != command || (binding->contexts & contexts) == 0)
			continue;
		if (used > 0)
			out[used++] = ' ';
		utf8_copy(out + used, size - used, keymap_key_label(&binding->key, label, sizeof label));
		used += strlen(out + used);
	}
	return out;
}
