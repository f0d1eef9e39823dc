/* SPDX-License-Identifier: MIT */
/*
 * The configuration files: whatever they hold, they are read or refused in words, and what is read is whole. The first
 * byte chooses the kind of file. No command is run here: only the reading is fuzzed, not the storing of winners.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/config_internal.h"
#include "require.h"

static void
release(struct raw_config *raw)
{
	for (size_t i = 0; i < CONFIG_SETTING_MAX; i++) {
		config_wipe(raw->settings[i].value);
		free(raw->settings[i].origin);
	}
	for (size_t i = 0; i < raw->mail_count; i++) {
		free(raw->mail[i].name);
		free(raw->mail[i].address);
	}
	free(raw->mail);
	config_sections_release(raw->sections);
}

/* Every value that was kept is checked as well; a refusal must say why. */
static void
store_each(const struct raw_config *raw)
{
	for (size_t i = 0; i < config_setting_count; i++) {
		const struct raw_setting *setting = &raw->settings[i];
		struct err err = { "" };
		struct config config;

		if (setting->value == NULL || setting->is_command)
			continue;
		require(setting->origin != NULL && config_load_only(NULL, 0, &config, NULL) == STATUS_OK);
		require(setting_store(&config_settings[i], setting->value, setting->origin, &config, &err) == STATUS_OK
			|| err.text[0] != '\0');
		config_release(&config);
	}
}

/* What was kept of the free sections is as the header promises: named, each name once, whole. */
static void
check_entries(const struct raw_config *raw)
{
	for (size_t section = 0; section < CONFIG_SECTION_COUNT; section++) {
		const struct config_entries *entries = &raw->sections[section];

		for (size_t i = 0; i < entries->count; i++) {
			require(entries->items[i].name[0] != '\0' && entries->items[i].line > 0);
			require(strpbrk(entries->items[i].name, "\n\033") == NULL);
			require(strpbrk(entries->items[i].value, "\n\033") == NULL);
			for (size_t k = 0; k < i; k++)
				require(strcmp(entries->items[i].name, entries->items[k].name) != 0);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct raw_config raw = { .mail_count = 0 };
	struct err err = { "" };
	enum status status;
	char path[64];
	int fd = size > 0 ? memfd_create("config", MFD_CLOEXEC) : -1;

	if (fd < 0)
		return 0;
	require(write(fd, data + 1, size - 1) == (ssize_t)(size - 1) && fchmod(fd, 0600) == 0);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	status = data[0] % 2 == 0 ? config_read_ini(path, &raw, &err) : config_read_env_file(path, &raw, &err);
	require((status != STATUS_OK) == (err.text[0] != '\0'));
	store_each(&raw);
	check_entries(&raw);
	release(&raw);
	close(fd);
	return 0;
}
