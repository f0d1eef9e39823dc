/* SPDX-License-Identifier: MIT */
/* What the tests of this folder share: reading a file of tests/vectors, and a check that names its row. */
#ifndef HILO_TESTS_VECTOR_FILE_H
#define HILO_TESTS_VECTOR_FILE_H

#include <stdio.h>
#include <stdlib.h>

/* Inside a loop over table rows: says which row failed. */
#define check_row(name, condition)                                                                                     \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			fail_msg("row \"%s\": %s", (name), #condition);                                                \
	} while (0)

/* The bytes of tests/vectors/NAME, ended by NUL; the caller frees. */
static inline char *
vector_file_read(const char *name, size_t *len)
{
	char path[4096];
	char *text;
	FILE *file;
	long size = -1;

	snprintf(path, sizeof path, "%s/vectors/%s", HILO_TESTS_DIR, name);
	file = fopen(path, "rb");
	if (file != NULL && fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	if (size < 0)
		fail_msg("cannot read %s", path);
	rewind(file);
	text = malloc((size_t)size + 1);
	assert_non_null(text);
	*len = fread(text, 1, (size_t)size, file);
	assert_int_equal(*len, size);
	text[*len] = '\0';
	fclose(file);
	return text;
}

#endif
