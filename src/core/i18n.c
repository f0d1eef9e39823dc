/* SPDX-License-Identifier: MIT */
/*
 * The locale decides the language and how dates are written; the text is UTF-8 whatever it says, since the store
 * and the carrier know nothing else.
 */
#include "core/i18n.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#ifndef HILO_LOCALE_DIR
#define HILO_LOCALE_DIR "/usr/local/share/locale"
#endif

void
i18n_start(void)
{
	const char *folder = getenv("HILO_LOCALE_DIR");

	if (setlocale(LC_ALL, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_ALL, "C.UTF-8");
	/* Numbers in machine output and SQL never use a decimal comma. */
	setlocale(LC_NUMERIC, "C");
	bindtextdomain("hilo", folder != NULL && folder[0] != '\0' ? folder : HILO_LOCALE_DIR);
	bind_textdomain_codeset("hilo", "UTF-8");
	textdomain("hilo");
}

const char *
i18n_language(void)
{
	/* The catalogue in use answers this: the header entry names its language. */
	return strstr(gettext(""), "Language: es") != NULL ? "es" : "en";
}
