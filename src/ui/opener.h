/* SPDX-License-Identifier: MIT */
/*
 * Which program opens a file or a link. Only what cannot run anything is opened without being asked for in [open]:
 * pictures, sound, film, PDF and plain text, and links of http and https. Never web pages, SVG, office files, programs.
 */
#ifndef HILO_UI_OPENER_H
#define HILO_UI_OPENER_H

#include "core/child.h"
#include "core/config.h"
#include "core/err.h"

struct opener {
	struct child_words words; /* the command of the configuration, or the standard one */
	char *file;		  /* owned; absolute path or link */
	const char *argv[CHILD_WORDS_MAX + 2]; /* ended by NULL; borrows the words and the file */
};

/*
 * Chooses for a file of `content_type` ("image/png", with or without parameters) at `path`. A word that is "%s" becomes
 * the file, else the file is the last word; nothing else is replaced. STATUS_INVALID names the setting that would allow
 * it. Release it in any case.
 */
enum status opener_for_file(struct opener *opener, const struct config *config, const char *content_type,
			    const char *path, struct err *err);
/* The same for a link. */
enum status opener_for_link(struct opener *opener, const struct config *config, const char *link, struct err *err);
/* Starts it and does not wait. */
enum status opener_start(const struct opener *opener, struct err *err);
void opener_release(struct opener *opener);

#endif
