/* SPDX-License-Identifier: MIT */
/* What is not plainly a part of a name becomes '_', so that what was there is still seen. */
#include "core/file_name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/media_type.h"
#include "core/strbuf.h"
#include "core/text_class.h"
#include "core/utf8.h"

#define BASE_MAX 96  /* bytes of a name before its extension and a number are added */
#define TRIES_MAX 999
#define EXTENSION_MAX 12

static bool
is_plain(uint32_t code)
{
	switch (text_class_of(code)) {
	case TEXT_CLASS_NARROW:
	case TEXT_CLASS_WIDE:
	case TEXT_CLASS_EMOJI_NARROW:
	case TEXT_CLASS_EMOJI_WIDE:
	case TEXT_CLASS_MARK:
		/* What other systems, shells and URLs take for something else. */
		return code >= 0x80 || strchr("/\\:*?\"<>|`$;&'", (int)code) == NULL;
	case TEXT_CLASS_EMOJI_UNSURE:
	case TEXT_CLASS_BLANK:
	case TEXT_CLASS_LINE_END:
	case TEXT_CLASS_HIDDEN:
	case TEXT_CLASS_DIRECTION:
	case TEXT_CLASS_UNSURE:
	case TEXT_CLASS_SELECTOR:
	case TEXT_CLASS_KEYCAP:
	case TEXT_CLASS_TONE:
	case TEXT_CLASS_JOINER:
	case TEXT_CLASS_NONJOINER:
	case TEXT_CLASS_REGIONAL:
		break;
	}
	return false;
}

static void
add_plain(struct strbuf *out, const char *name, size_t len)
{
	uint32_t code;
	size_t step;

	for (size_t i = 0; i < len && !out->failed; i += step) {
		step = utf8_decode(name + i, len - i, &code);
		if (code == ' ' || code == 0xa0)
			strbuf_add_char(out, ' ');
		else if (code != 0xfffd && is_plain(code))
			strbuf_add(out, name + i, step);
		else if (out->len == 0 || out->data[out->len - 1] != '_')
			strbuf_add_char(out, '_');
	}
}

/* Names of devices elsewhere: a copy may end there. */
static bool
is_reserved(const char *name)
{
	static const char *const words[] = { "con", "prn", "aux", "nul", "com", "lpt" };
	size_t len = strcspn(name, ".");

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strncasecmp(name, words[i], 3) == 0
		    && (i < 4 ? len == 3 : len == 4 && name[3] >= '0' && name[3] <= '9'))
			return true;
	return false;
}

/* The extension of `name` without its dot, "" if there is none. */
static const char *
extension_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && dot != name && strlen(dot + 1) <= EXTENSION_MAX ? dot + 1 : "";
}

static bool
is_of_type(const char *own, const char *extension)
{
	const char *type = media_type_named(own), *wanted = media_type_named(extension);

	return strcasecmp(own, extension) == 0 || (type != NULL && wanted != NULL && strcmp(type, wanted) == 0);
}

/* Blanks and dots at the end are lost elsewhere, so what they hide would come out. */
static void
cut_end(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && strchr(". ", text[len - 1]) != NULL)
		text[--len] = '\0';
}

void
file_name_safe(const char *name, const char *extension, char out[FILE_NAME_SIZE])
{
	const char *given = name != NULL ? name : "", *slash, *own;
	char *start, nothing[1] = "";
	char base[BASE_MAX + 1], tail[EXTENSION_MAX + 1] = "";
	struct strbuf plain;
	size_t len;

	while ((slash = strpbrk(given, "/\\")) != NULL)
		given = slash + 1;
	strbuf_init(&plain, 4096);
	add_plain(&plain, given, strnlen(given, 1024));
	start = plain.data != NULL ? plain.data : nothing;
	start += strspn(start, ".-_~ ");
	cut_end(start);
	own = extension_of(start);
	if (extension == NULL || is_of_type(own, extension)) {
		utf8_copy(tail, sizeof tail, own);
		len = strlen(start) - strlen(own) - (own[0] != '\0');
	} else {
		utf8_copy(tail, sizeof tail, extension);
		len = strlen(start);
	}
	len = utf8_cut(start, len, BASE_MAX);
	memcpy(base, start, len);
	base[len] = '\0';
	cut_end(base);
	snprintf(out, FILE_NAME_SIZE, "%s%s%s%s", is_reserved(base) ? "_" : "", base[0] != '\0' ? base : "file",
		 tail[0] != '\0' ? "." : "", tail);
	strbuf_release(&plain);
}

enum status
file_name_create(const char *folder, const char *name, int *fd, char made[FILE_NAME_SIZE], struct err *err)
{
	const char *extension;
	int folder_fd, stem;

	*fd = -1;
	folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder_fd < 0)
		return err_set(err, STATUS_IO, _("The folder %s cannot be used (%s); choose another one."), folder,
			       strerror(errno));
	extension = extension_of(name);
	stem = (int)(strlen(name) - strlen(extension) - (extension[0] != '\0'));
	utf8_copy(made, FILE_NAME_SIZE, name);
	for (int i = 2; i <= TRIES_MAX; i++) {
		*fd = openat(folder_fd, made, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (*fd >= 0 || errno != EEXIST)
			break;
		snprintf(made, FILE_NAME_SIZE, "%.*s (%d)%s%s", stem, name, i, extension[0] != '\0' ? "." : "", extension);
	}
	if (*fd < 0)
		err_set(err, STATUS_IO, _("The file %s cannot be made in %s (%s); choose another folder."), made, folder,
			strerror(errno));
	close(folder_fd);
	return *fd < 0 ? STATUS_IO : STATUS_OK;
}
