/* SPDX-License-Identifier: MIT */
/* Lookups in the table. It has some fifty rows, so each of them is a walk over it. */
#include "ui/command.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

bool
command_next_key(const char **rest, struct key *key, const char **name, size_t *len)
{
	*name = *rest + strspn(*rest, " ");
	*len = strcspn(*name, " ");
	*rest = *name + *len;
	return *len > 0 && key_parse(*name, *len, key);
}

bool
command_has_key(const struct command *command, const struct key *key)
{
	const char *rest = command->keys, *name;
	struct key own;
	size_t len;

	while (command_next_key(&rest, &own, &name, &len))
		if (own.code == key->code && own.modifiers == key->modifiers)
			return true;
	return false;
}

static const struct command *
find_in(unsigned contexts, const struct key *key)
{
	for (size_t i = 0; i < command_count; i++)
		if ((commands[i].contexts & contexts) && command_has_key(&commands[i], key))
			return &commands[i];
	return NULL;
}

const struct command *
command_for_key(enum context context, const struct key *key)
{
	const struct command *command;

	if (key->kind != KEY_PRESS || (context == CONTEXT_REPLY && key_is_text(key)))
		return NULL;
	command = find_in(context, key);
	return command != NULL ? command : find_in(CONTEXT_EVERYWHERE, key);
}

const struct command *
command_by_name(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

size_t
command_complete(const char *prefix, const struct command **found, size_t max)
{
	size_t count = 0, len = strlen(prefix);

	for (size_t i = 0; i < command_count; i++) {
		if (strncmp(commands[i].name, prefix, len) != 0)
			continue;
		if (count < max)
			found[count] = &commands[i];
		count++;
	}
	return count;
}

static void
label(const char *name, size_t len, char *out, size_t size)
{
	if (len == 3 && name[0] == 'C' && name[1] == '-')
		snprintf(out, size, "^%c", toupper((unsigned char)name[2]));
	else if (len > 2 && name[1] == '-')
		snprintf(out, size, "%s%.*s", name[0] == 'M' ? "Alt-" : name[0] == 'S' ? "Shift-" : "^", (int)(len - 2),
			 name + 2);
	else
		snprintf(out, size, "%.*s", (int)len, name);
}

const char *
command_key_label(const struct command *command, char *out, size_t size)
{
	const char *rest = command->keys, *name;
	struct key key;
	size_t len;

	out[0] = '\0';
	if (command_next_key(&rest, &key, &name, &len))
		label(name, len, out, size);
	return out;
}

const char *
command_keys_label(const struct command *command, char *out, size_t size)
{
	const char *rest = command->keys, *name;
	struct key key;
	size_t len, used = 0;

	out[0] = '\0';
	while (command_next_key(&rest, &key, &name, &len) && used + 1 < size) {
		if (used > 0)
			out[used++] = ' ';
		label(name, len, out + used, size - used);
		used += strlen(out + used);
	}
	return out;
}
