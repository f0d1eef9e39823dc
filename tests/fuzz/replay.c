/* SPDX-License-Identifier: MIT */
/*
 * Replays the files of a corpus folder through a fuzz target, in the order of their names, without libFuzzer. Prints TAP:
 * one test for each file, and a crash ends the program, which the runner counts as a failure.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool
replay(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *data = NULL;
	FILE *file;
	long size;
	bool good = false;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "rbe");
	if (file == NULL)
		return false;
	if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0) {
		/* Exactly the size, so that reading one byte too many is seen. */
		data = malloc(size > 0 ? (size_t)size : 1);
		good = data != NULL && fread(data, 1, (size_t)size, file) == (size_t)size;
		if (good)
			good = LLVMFuzzerTestOneInput(data, (size_t)size) == 0;
	}
	free(data);
	fclose(file);
	return good;
}

int
main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	int failures = 0;
	int count;

	if (argc != 2) {
		fprintf(stderr, "usage: replay CORPUS-FOLDER\n");
		return 2;
	}
	count = scandir(argv[1], &entries, is_visible, alphasort);
	if (count <= 0) {
		fprintf(stderr, "%s: holds no file to replay\n", argv[1]);
		return 1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		bool good = replay(argv[1], entries[i]->d_name);

		printf("%s %d - %s\n", good ? "ok" : "not ok", i + 1, entries[i]->d_name);
		fflush(stdout);
		failures += good ? 0 : 1;
		free(entries[i]);
	}
	free(entries);
	return failures == 0 ? 0 : 1;
}
