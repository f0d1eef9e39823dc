/* SPDX-License-Identifier: MIT */
/*
 * The locale decides the language and how dates are written; the text is UTF-8 whatever it says, since the store
 * and the carrier know nothing else.
 */
#include "core/i18n.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef HILO_LOCALE_DIR
#define HILO_LOCALE_DIR "/usr/local/share/locale"
#endif

/* The Spanish catalogue tells whether a folder holds ours at all. */
static bool
holds_catalogue(const char *folder)
{
	char path[PATH_MAX + 64];
	int need = snprintf(path, sizeof path, "%s/es/LC_MESSAGES/hilo.mo", folder);

	return need > 0 && (size_t)need < sizeof path && access(path, R_OK) == 0;
}

/*
 * Looks beside the program first (run from where it was built), then where an install of it puts them, whatever prefix
 * it was moved to. False if neither is there.
 */
static bool
find_beside_program(char *out, size_t size)
{
	static const char *const places[] = {"/locale", "/../share/locale"};
	char program[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
	char *slash;

	if (len <= 0)
		return false;
	program[len] = '\0';
	slash = strrchr(program, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		int need = snprintf(out, size, "%s%s", program, places[i]);

		if (need > 0 && (size_t)need < size && holds_catalogue(out))
			return true;
	}
	return false;
}

static void
set_locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *wanted = NULL;

	if (setlocale(LC_ALL, "") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		return;
	/*
	 * The locale asked for was not made on this machine, which is usual in containers. The language can be had all
	 * the same: gettext takes it from LANGUAGE under any locale but "C".
	 */
	for (size_t i = 0; wanted == NULL && i < sizeof names / sizeof names[0]; i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			wanted = value;
	}
	if (wanted != NULL && strcmp(wanted, "C") != 0 && strcmp(wanted, "POSIX") != 0)
		setenv("LANGUAGE", wanted, 0);
	setlocale(LC_ALL, "C.UTF-8");
}

void
i18n_start(void)
{
	const char *folder = getenv("HILO_LOCALE_DIR");
	char beside[PATH_MAX + 32];

	if (folder == NULL || folder[0] == '\0')
		folder = find_beside_program(beside, sizeof beside) ? beside : HILO_LOCALE_DIR;
	set_locale();
	/* Numbers in machine output and SQL never use a decimal comma. */
	setlocale(LC_NUMERIC, "C");
	bindtextdomain("hilo", folder);
	bind_textdomain_codeset("hilo", "UTF-8");
	textdomain("hilo");
}

const char *
i18n_language(void)
{
	/* The catalogue in use answers this: the header entry names its language. */
	return strstr(gettext(""), "Language: es") != NULL ? "es" : "en";
}
