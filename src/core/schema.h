/* SPDX-License-Identifier: MIT */
/* Numbered schema files, built into the program from data/schema/; a change is a new file, never an edit. */
#ifndef HILO_CORE_SCHEMA_H
#define HILO_CORE_SCHEMA_H

#include <stddef.h>

struct schema_file {
	int version; /* its number, from 1, without gaps */
	const char *name;
	const char *sql;
};

extern const struct schema_file schema_sqlite_files[];
extern const size_t schema_sqlite_count;

#endif
