/* SPDX-License-Identifier: MIT */
/* Translation: _() where text is shown, N_() in tables, ngettext() for plurals. Log text stays English. */
#ifndef HILO_CORE_I18N_H
#define HILO_CORE_I18N_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text

/*
 * Sets the locale from the environment (falling back to C.UTF-8 so that text is
 * always UTF-8) and binds the catalogue. Called once, first thing, from main.
 */
void i18n_start(void);
/* "es" or "en": the language that messages are shown in. */
const char *i18n_language(void);

#endif
