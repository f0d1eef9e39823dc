/* SPDX-License-Identifier: MIT */
/* The configuration as the parts of the console want it. */
#ifndef HILO_UI_SETUP_H
#define HILO_UI_SETUP_H

#include "core/config.h"
#include "core/strbuf.h"
#include "ui/keymap.h"
#include "ui/terminal.h"

/* What [ui] says of the terminal; borrows from `config`. */
void setup_terminal(const struct config *config, struct terminal_options *options);
/* The keys of the tables, changed by [keys] and by the key that sends. As keymap_init(). */
bool setup_keymap(const struct config *config, struct keymap *keymap, struct strbuf *problems);
/* The line that an alias of that name stands for, or NULL. */
const char *setup_alias(const struct config *config, const char *name, size_t len);
/* Aliases that hide a command or run nothing are told as keymap_init() tells of keys. */
void setup_check_aliases(const struct config *config, struct strbuf *problems);

#endif
