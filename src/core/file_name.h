/* SPDX-License-Identifier: MIT */
/*
 * Names of files that strangers chose, made safe to create, list and read out: no folder, no control, no direction control, no
 * leading dot or dash, bounded; the extension says what the file is, so "photo.jpg.exe" of a program stays that visibly.
 */
#ifndef HILO_CORE_FILE_NAME_H
#define HILO_CORE_FILE_NAME_H

#include <stddef.h>

#include "core/err.h"

#define FILE_NAME_SIZE 128 /* bytes with the NUL */

/*
 * Writes a safe name for `name` (any bytes, may be "" or NULL) into `out`. `extension` ("png", no dot) is what the bytes of the
 * file are: it is appended unless the name has it, or another one of the same type; NULL leaves the name's own. Never fails.
 */
void file_name_safe(const char *name, const char *extension, char out[FILE_NAME_SIZE]);

/*
 * Makes a new file of that safe name in `folder`, "name (2).jpg" and so on when there is one already; never follows a link, never
 * overwrites; mode 0600. *fd is open for writing, `made` gets the name it has. STATUS_IO in words.
 */
enum status file_name_create(const char *folder, const char *name, int *fd, char made[FILE_NAME_SIZE], struct err *err);

#endif
