/* SPDX-License-Identifier: MIT */
/* Lookups in the tables. They have some hundred and fifty rows, so each is a walk over them. */
#include "ui/command.h"

#include <string.h>

#include "ui/command_tables.h"

static const struct command_table *const tables[] = {
	&commands_reply, &commands_list, &commands_search, &commands_messages, &commands_files,
	&commands_team, &commands_where, &commands_client, &commands_outbox, &commands_dead_letters,
	&commands_canned, &commands_view, &commands_macro, &commands_app,
};

#define TABLE_COUNT (sizeof tables / sizeof tables[0])

size_t
command_count(void)
{
	size_t count = 0;

	for (size_t i = 0; i < TABLE_COUNT; i++)
		count += tables[i]->count;
	return count;
}

const struct command *
command_at(size_t index)
{
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (index < tables[i]->count)
			return &tables[i]->rows[index];
		index -= tables[i]->count;
	}
	return NULL;
}

bool
command_next_key(const char **rest, struct key *key, const char **name, size_t *len)
{
	*name = *rest + strspn(*rest, " ");
	*len = strcspn(*name, " ");
	*rest = *name + *len;
	return *len > 0 && key_parse(*name, *len, key);
}

const struct command *
command_by_name(const char *name, size_t len)
{
	for (size_t i = 0; i < TABLE_COUNT; i++)
		for (size_t k = 0; k < tables[i]->count; k++)
			if (strlen(tables[i]->rows[k].name) == len && memcmp(tables[i]->rows[k].name, name, len) == 0)
				return &tables[i]->rows[k];
	return NULL;
}

const struct command *
command_by_word(const char *word, size_t len)
{
	const struct command *found = command_by_name(word, len);

	if (found != NULL || len == 0)
		return found;
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		for (size_t k = 0; k < tables[i]->count; k++) {
			if (strncmp(tables[i]->rows[k].name, word, len) != 0)
				continue;
			if (found != NULL)
				return NULL;
			found = &tables[i]->rows[k];
		}
	}
	return found;
}
