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
	release(&raw);
	close(fd);
	return 0;
}
