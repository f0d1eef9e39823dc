/* SPDX-License-Identifier: MIT */
/* readdir order is not sorted, so what is looked at is collected, cut to the bound, and sorted then. */
#include "ui/file_complete.h"

#include <dirent.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/text_class.h"
#include "core/utf8.h"

static const char *
home(void)
{
	const char *folder = getenv("HOME");

	return folder != NULL && folder[0] == '/' ? folder : "/";
}

char *
file_expand(const char *path)
{
	char *whole;

	if (path[0] != '~' || (path[1] != '/' && path[1] != '\0'))
		return strdup(path);
	return asprintf(&whole, "%s%s", home(), path + 1) < 0 ? NULL : whole;
}

/* What would change a line on the screen, or look like something else, is not offered. */
static bool
can_be_shown(const char *name)
{
	size_t len = strlen(name), at = 0;

	if (!utf8_valid(name, len))
		return false;
	while (at < len) {
		uint32_t code;
		size_t used = utf8_decode(name + at, len - at, &code);
		enum text_class class = text_class_of(code);

		if (class == TEXT_CLASS_LINE_END || class == TEXT_CLASS_HIDDEN || class == TEXT_CLASS_DIRECTION)
			return false;
		if (code < 0x20 || (code >= 0x7f && code < 0xa0))
			return false;
		at += used;
	}
	return true;
}

static bool
is_folder(int folder_fd, const struct dirent *entry)
{
	struct stat facts;

	if (entry->d_type == DT_DIR)
		return true;
	if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return false;
	return fstatat(folder_fd, entry->d_name, &facts, 0) == 0 && S_ISDIR(facts.st_mode);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One name into the sorted whole: `found` has room for FILE_COMPLETE_LOOKED_AT_MAX. */
static void
collect(DIR *folder, const char *start, const char *typed, char **found, size_t *count, bool *cut)
{
	int64_t until_ms = clock_monotonic_ms() + FILE_COMPLETE_TIME_MS;
	size_t len = strlen(typed), looked_at = 0;
	struct dirent *entry;

	while ((entry = readdir(folder)) != NULL) {
		const char *name = entry->d_name;

		if (++looked_at > FILE_COMPLETE_LOOKED_AT_MAX || clock_monotonic_ms() > until_ms) {
			*cut = true;
			return;
		}
		if (strncmp(name, typed, len) != 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if ((name[0] == '.' && typed[0] != '.') || !can_be_shown(name))
			continue;
		if (asprintf(&found[*count], "%s%s%s", start, name, is_folder(dirfd(folder), entry) ? "/" : "") >= 0)
			(*count)++;
	}
}

static size_t
complete_in(const char *start, const char *typed, char **items, size_t max, bool *cut)
{
	char *where = file_expand(start[0] != '\0' ? start : ".");
	char **found = calloc(FILE_COMPLETE_LOOKED_AT_MAX, sizeof *found);
	DIR *folder = where != NULL ? opendir(where) : NULL;
	size_t count = 0, kept;

	if (folder != NULL && found != NULL)
		collect(folder, start, typed, found, &count, cut);
	if (folder != NULL)
		closedir(folder);
	if (count > 0)
		qsort(found, count, sizeof *found, by_name);
	kept = count < max ? count : max;
	for (size_t i = 0; i < count; i++)
		if (i < kept)
			items[i] = found[i];
		else
			free(found[i]);
	*cut = *cut || count > max;
	free(found);
	free(where);
	return kept;
}

size_t
file_complete(const char *prefix, char **items, size_t max, bool *cut)
{
	const char *slash = strrchr(prefix, '/');
	char *start;
	size_t count;

	*cut = false;
	if (max == 0)
		return 0;
	if (strcmp(prefix, "~") == 0) {
		items[0] = strdup("~/");
		return items[0] != NULL ? 1 : 0;
	}
	start = strndup(prefix, slash != NULL ? (size_t)(slash + 1 - prefix) : 0);
	if (start == NULL)
		return 0;
	count = complete_in(start, slash != NULL ? slash + 1 : prefix, items, max, cut);
	free(start);
	return count;
}
