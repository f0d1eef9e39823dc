/* SPDX-License-Identifier: MIT */
/*
 * The sections whose keys the user chooses: [open], [keys], [aliases], [macros], [views], [spelling]. Here the form of a
 * line is checked and that no name comes twice; whether a command, a key or a query exists is known to those who use it.
 */
#include "core/config_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

#define ENTRIES_MAX 500
#define NAME_BYTES_MAX 63
#define VALUE_BYTES_MAX 1000

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

struct section_row {
	const char *name;
	bool (*is_name)(const char *name);
	const char *name_expected; /* end of "the name must be ..." */
	bool (*is_value)(const char *value);
	const char *value_expected;
};

/* "image/png", "image" and a star, "link". */
static bool
is_content_type(const char *name)
{
	static const char allowed[] = LETTERS DIGITS "!#$&^_.+-";
	size_t first = strspn(name, allowed);
	const char *second = name + first + 1;

	if (strcmp(name, "link") == 0)
		return true;
	if (first == 0 || name[first] != '/')
		return false;
	return strcmp(second, "*") == 0 || (second[0] != '\0' && second[strspn(second, allowed)] == '\0');
}

/* "list.j", "reply.C-s": a context, a dot, and something without blanks at its ends. */
static bool
is_key(const char *name)
{
	size_t context = strspn(name, "abcdefghijklmnopqrstuvwxyz-");

	return context > 0 && name[context] == '.' && name[context + 1] != '\0';
}

static bool
is_word(const char *name)
{
	return name[0] != '\0' && strchr(LETTERS, name[0]) != NULL && name[strspn(name, LETTERS DIGITS "_-")] == '\0';
}

static bool
is_language(const char *name)
{
	size_t letters = strspn(name, "abcdefghijklmnopqrstuvwxyz");

	return (letters == 2 || letters == 3) && name[letters] == '\0';
}

static bool
is_dictionary(const char *value)
{
	return is_word(value);
}

static bool
is_not_empty(const char *text)
{
	return text[0] != '\0';
}

static bool
is_anything(const char *text)
{
	(void)text;
	return true;
}

static const struct section_row rows[] = {
	[CONFIG_SECTION_OPEN] = { "open", is_content_type, N_("a content type such as image/png or image/*, or link"),
				  setting_is_command,
				  N_("a program and its arguments, with closed quotation marks, or empty for never") },
	[CONFIG_SECTION_KEYS] = { "keys", is_key, N_("a place, a dot and a key, such as list.j"), is_anything, "" },
	[CONFIG_SECTION_ALIASES] = { "aliases", is_word, N_("a word of letters, digits, \"-\" and \"_\""), is_not_empty,
				     N_("a command") },
	[CONFIG_SECTION_MACROS] = { "macros", is_word, N_("a word of letters, digits, \"-\" and \"_\""), is_not_empty,
				    N_("keys") },
	[CONFIG_SECTION_VIEWS] = { "views", is_not_empty, N_("a name"), is_not_empty, N_("a search") },
	[CONFIG_SECTION_SPELLING] = { "spelling", is_language, N_("a language of two or three letters, such as es"),
				      is_dictionary, N_("the name of a dictionary, such as es_MX") },
};
_Static_assert(sizeof rows / sizeof rows[0] == CONFIG_SECTION_COUNT, "a section has no row");

const char *
config_section_name(enum config_section section)
{
	return rows[section].name;
}

enum config_section
config_section_find(const char *name)
{
	size_t i = 0;

	while (i < CONFIG_SECTION_COUNT && strcmp(rows[i].name, name) != 0)
		i++;
	return (enum config_section)i;
}

char *
config_entry_origin(enum config_section section, const struct config_entry *entry)
{
	char *file = config_file_name(), *origin = NULL;

	if (file != NULL
	    && asprintf(&origin, _("%s, line %d, [%s] %s"), file, entry->line, rows[section].name, entry->name) < 0)
		origin = NULL;
	free(file);
	return origin;
}

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	}
	return false;
}

static enum status
check(const struct section_row *row, const struct config_entry *entry, const char *path, struct err *err)
{
	if (strlen(entry->name) > NAME_BYTES_MAX || has_control(entry->name) || !row->is_name(entry->name))
		return err_set(err, STATUS_INVALID,
			       _("%s, line %d: the name before \"=\" in [%s] must be %s, at most %d bytes."), path,
			       entry->line, row->name, _(row->name_expected), NAME_BYTES_MAX);
	if (strlen(entry->value) > VALUE_BYTES_MAX || has_control(entry->value))
		return err_set(err, STATUS_INVALID,
			       _("%s, line %d, [%s] %s: the value must be at most %d bytes without control characters."),
			       path, entry->line, row->name, entry->name, VALUE_BYTES_MAX);
	if (!row->is_value(entry->value))
		return err_set(err, STATUS_INVALID, _("%s, line %d, [%s] %s: the value must be %s."), path, entry->line,
			       row->name, entry->name, _(row->value_expected));
	return STATUS_OK;
}

enum status
config_section_add(struct raw_config *raw, enum config_section section, const struct config_entry *entry,
		   const char *path, struct err *err)
{
	struct config_entries *entries = &raw->sections[section];
	struct config_entry *items, copy = { .line = entry->line };
	enum status status = check(&rows[section], entry, path, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < entries->count; i++) {
		if (strcmp(entries->items[i].name, entry->name) == 0)
			return err_set(err, STATUS_INVALID,
				       _("%s, line %d, [%s] %s: it is given twice, first in line %d; remove one."), path,
				       entry->line, rows[section].name, entry->name, entries->items[i].line);
	}
	if (entries->count == ENTRIES_MAX)
		return err_set(err, STATUS_INVALID, _("%s, line %d: [%s] may have at most %d lines."), path, entry->line,
			       rows[section].name, ENTRIES_MAX);
	items = realloc(entries->items, (entries->count + 1) * sizeof *items);
	if (items != NULL) {
		entries->items = items;
		copy.name = strdup(entry->name);
		copy.value = strdup(entry->value);
	}
	if (copy.name == NULL || copy.value == NULL) {
		free(copy.name);
		free(copy.value);
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	}
	items[entries->count++] = copy;
	return STATUS_OK;
}

void
config_sections_release(struct config_entries sections[CONFIG_SECTION_COUNT])
{
	for (size_t section = 0; section < CONFIG_SECTION_COUNT; section++) {
		for (size_t i = 0; i < sections[section].count; i++) {
			free(sections[section].items[i].name);
			free(sections[section].items[i].value);
		}
		free(sections[section].items);
		sections[section] = (struct config_entries){ .count = 0 };
	}
}
