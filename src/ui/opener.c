/* SPDX-License-Identifier: MIT */
/* The command for a content type: an exact row of [open], then one for all of its kind, then the standard ones. */
#include "ui/opener.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/i18n.h"

#define STANDARD "xdg-open"
#define LINK_BYTES_MAX 2048

static const struct {
	const char *pattern;
	const char *command; /* "" = never, also where a later row would allow it */
} standard_rows[] = {
	{ "image/svg+xml", "" },
	{ "image/*", STANDARD },
	{ "audio/*", STANDARD },
	{ "video/*", STANDARD },
	{ "application/pdf", STANDARD },
	{ "text/plain", STANDARD },
	{ "link", STANDARD },
};

/* 2: the pattern is this type; 1: it holds all of this kind; 0: it does not fit. */
static int
matches(const char *pattern, const char *type)
{
	size_t kind = strcspn(pattern, "/");

	if (strcasecmp(pattern, type) == 0)
		return 2;
	return strcmp(pattern + kind, "/*") == 0 && strncasecmp(pattern, type, kind + 1) == 0;
}

/* The command for the type, "" for never; NULL: no row. */
static const char *
find_command(const struct config *config, const char *type)
{
	const struct config_entries *own = &config->sections[CONFIG_SECTION_OPEN];
	const char *command = NULL;
	int best = 0;

	for (size_t i = 0; i < own->count; i++) {
		int match = matches(own->items[i].name, type);

		if (match > best) {
			best = match;
			command = own->items[i].value;
		}
	}
	for (size_t i = 0; i < sizeof standard_rows / sizeof standard_rows[0]; i++) {
		int match = matches(standard_rows[i].pattern, type);

		/* "image" and a star in the configuration does not mean to open the dangerous kinds too. */
		if (match > best) {
			best = match;
			command = standard_rows[i].command;
		}
	}
	return command;
}

static enum status
build(struct opener *opener, const struct config *config, const char *type, struct err *err)
{
	const char *command = find_command(config, type);
	size_t count = 0;
	bool placed = false;

	if (command == NULL || command[0] == '\0')
		return err_set(err, STATUS_INVALID,
			       _("%s is not opened, for safety; to allow it, write \"%s = PROGRAM\" in [open]."), type,
			       type);
	if (!child_split(command, &opener->words) || opener->words.count > CHILD_WORDS_MAX)
		return err_set(err, STATUS_INVALID, _("The command for %s in [open] cannot be read."), type);
	for (size_t i = 0; i < opener->words.count; i++) {
		bool is_place = i > 0 && strcmp(opener->words.words[i], "%s") == 0;

		opener->argv[count++] = is_place ? opener->file : opener->words.words[i];
		placed = placed || is_place;
	}
	if (!placed)
		opener->argv[count++] = opener->file;
	opener->argv[count] = NULL;
	return STATUS_OK;
}

/* The type alone, in small letters; false if it is none. */
static bool
clean_type(const char *content_type, char out[128])
{
	size_t len = strcspn(content_type, "; \t");

	if (len == 0 || len >= 128
	    || strspn(content_type, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&^_.+-/") < len)
		return false;
	for (size_t i = 0; i < len; i++)
		out[i] = (char)(content_type[i] >= 'A' && content_type[i] <= 'Z' ? content_type[i] + 32
										 : content_type[i]);
	out[len] = '\0';
	return strchr(out, '/') != NULL;
}

enum status
opener_for_file(struct opener *opener, const struct config *config, const char *content_type, const char *path,
		struct err *err)
{
	char type[128], folder[PATH_MAX];

	memset(opener, 0, sizeof *opener);
	if (!clean_type(content_type, type))
		return err_set(err, STATUS_INVALID, "%s", _("The type of this file is not known, so it is not opened; "
							    "save it instead."));
	/* An absolute path cannot be taken for an option. */
	if (path[0] == '/')
		opener->file = strdup(path);
	else if (getcwd(folder, sizeof folder) == NULL || asprintf(&opener->file, "%s/%s", folder, path) < 0)
		opener->file = NULL;
	if (opener->file == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	return build(opener, config, type, err);
}

enum status
opener_for_link(struct opener *opener, const struct config *config, const char *link, struct err *err)
{
	size_t scheme = strncasecmp(link, "https://", 8) == 0 ? 8 : strncasecmp(link, "http://", 7) == 0 ? 7 : 0;
	size_t len = strlen(link);

	memset(opener, 0, sizeof *opener);
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)link[i] <= 0x20 || link[i] == 0x7f)
			scheme = 0;
	}
	if (scheme == 0 || link[scheme] == '\0' || len > LINK_BYTES_MAX)
		return err_set(err, STATUS_INVALID, "%s", _("Only links of http and https are opened."));
	opener->file = strdup(link);
	if (opener->file == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	return build(opener, config, "link", err);
}

enum status
opener_start(const struct opener *opener, struct err *err)
{
	struct child_request request = { .argv = opener->argv };

	return child_spawn(&request, err);
}

void
opener_release(struct opener *opener)
{
	child_words_release(&opener->words);
	free(opener->file);
	memset(opener, 0, sizeof *opener);
}
