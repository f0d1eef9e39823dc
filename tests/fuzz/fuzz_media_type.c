/* SPDX-License-Identifier: MIT */
/* Any bytes as a file: its type, its size, and as a name. Names are judged by rules of their own. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/file_name.h"
#include "core/media_type.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void
try_name(const char *name, const char *extension)
{
	char out[FILE_NAME_SIZE];

	file_name_safe(name, extension, out);
	require(out[0] != '\0' && out[0] != '.' && out[0] != '-' && utf8_valid(out, strlen(out)));
	for (const char *c = out; *c != '\0'; c++)
		require((unsigned char)*c >= ' ' && *c != 0x7f && strchr("/\\:*?\"<>|`$;&'", *c) == NULL);
	require(strlen(out) < FILE_NAME_SIZE && out[strlen(out) - 1] != '.' && out[strlen(out) - 1] != ' ');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct media_type media = media_type_of(data, size);
	char name[1024];
	size_t len = size < sizeof name ? size : sizeof name - 1;

	require(media.type != NULL && media.extension != NULL && media.width >= 0 && media.height >= 0);
	require((media.width == 0) == (media.height == 0));
	memcpy(name, data, len);
	name[len] = '\0';
	try_name(name, media.extension);
	try_name(name, NULL);
	return 0;
}
