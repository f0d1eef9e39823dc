/* SPDX-License-Identifier: MIT */
#include "ui/setup.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "ui/command.h"

void
setup_terminal(const struct config *config, struct terminal_options *options)
{
	static const enum terminal_theme themes[] = {
		[CONFIG_THEME_AUTO] = TERMINAL_THEME_AUTO,
		[CONFIG_THEME_DARK] = TERMINAL_THEME_DARK,
		[CONFIG_THEME_LIGHT] = TERMINAL_THEME_LIGHT,
		[CONFIG_THEME_CONTRAST] = TERMINAL_THEME_CONTRAST,
	};
	static const enum terminal_colours colours[] = {
		[CONFIG_COLOURS_AUTO] = TERMINAL_COLOURS_AUTO, [CONFIG_COLOURS_NONE] = TERMINAL_COLOURS_NONE,
		[CONFIG_COLOURS_16] = TERMINAL_COLOURS_16,     [CONFIG_COLOURS_256] = TERMINAL_COLOURS_256,
		[CONFIG_COLOURS_TRUE] = TERMINAL_COLOURS_TRUE,
	};
	static const enum terminal_choice choices[] = {
		[CONFIG_AUTO] = TERMINAL_AUTO,
		[CONFIG_YES] = TERMINAL_YES,
		[CONFIG_NO] = TERMINAL_NO,
	};

	terminal_options_init(options);
	options->theme = themes[config->ui.theme];
	options->colours = colours[config->ui.colours];
	options->ascii = config->ui.ascii;
	options->mouse = config->ui.mouse;
	options->synchronized = choices[config->ui.synchronized];
	options->links = config->ui.links;
	options->clipboard = config->ui.clipboard;
	options->title = config->ui.title;
	options->log_file = config->log_file;
}

/* Enter and Alt-Enter change places; what the user binds himself comes later and is told if it collides. */
static const struct keymap_setting swapped_keys[] = {
	{ "reply.Enter", "newline", "[ui] send_key" },
	{ "reply.M-Enter", "send", "[ui] send_key" },
};
enum { SWAPPED_COUNT = sizeof swapped_keys / sizeof swapped_keys[0] };

bool
setup_keymap(const struct config *config, struct keymap *keymap, struct strbuf *problems)
{
	const struct config_entries *entries = &config->sections[CONFIG_SECTION_KEYS];
	struct keymap_setting *settings = calloc(entries->count + SWAPPED_COUNT, sizeof *settings);
	size_t count = 0, swapped;
	bool made = false;

	if (settings == NULL)
		return keymap_init(keymap, NULL, 0, problems);
	for (; config->ui.send_key == CONFIG_SEND_ALT_ENTER && count < SWAPPED_COUNT; count++)
		settings[count] = swapped_keys[count];
	swapped = count;
	for (size_t i = 0; i < entries->count; i++, count++) {
		settings[count].name = entries->items[i].name;
		settings[count].value = entries->items[i].value;
		settings[count].origin = config_entry_origin(CONFIG_SECTION_KEYS, &entries->items[i]);
		if (settings[count].origin == NULL)
			goto out;
	}
	made = keymap_init(keymap, settings, count, problems);
out:
	for (size_t i = swapped; i < count; i++)
		free((char *)settings[i].origin);
	free(settings);
	return made;
}

const char *
setup_alias(const struct config *config, const char *name, size_t len)
{
	const struct config_entries *entries = &config->sections[CONFIG_SECTION_ALIASES];

	for (size_t i = 0; i < entries->count; i++)
		if (strlen(entries->items[i].name) == len && memcmp(entries->items[i].name, name, len) == 0)
			return entries->items[i].value;
	return NULL;
}

void
setup_check_aliases(const struct config *config, struct strbuf *problems)
{
	const struct config_entries *entries = &config->sections[CONFIG_SECTION_ALIASES];

	for (size_t i = 0; i < entries->count; i++) {
		const struct config_entry *entry = &entries->items[i];
		char *origin;

		if (command_by_name(entry->name, strlen(entry->name)) == NULL)
			continue;
		origin = config_entry_origin(CONFIG_SECTION_ALIASES, entry);
		if (problems->len > 0)
			strbuf_add_char(problems, '\n');
		strbuf_add_format(problems, "%s: %s", origin != NULL ? origin : entry->name,
				  _("This is the name of a command; choose another name for the alias."));
		free(origin);
	}
}
