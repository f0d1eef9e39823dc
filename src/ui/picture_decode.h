/* SPDX-License-Identifier: MIT */
/* From the bytes of a picture to its pixels and back to PNG: the one place that knows the libraries of the formats. */
#ifndef HILO_UI_PICTURE_DECODE_H
#define HILO_UI_PICTURE_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/strbuf.h"

struct pixels {
	int width, height;
	unsigned char *rgba; /* owned; width * height * 4 bytes, rows from above */
};
void pixels_release(struct pixels *pixels);

/* Decodes PNG, JPEG, WebP or the first frame of GIF, told by its bytes; false if it is none, damaged or over `pixels_max`. */
bool picture_decode(const void *bytes, size_t len, long pixels_max, struct pixels *out);
/* Appends the pixels as PNG; false without memory or room. */
bool picture_encode_png(const struct pixels *pixels, struct strbuf *out);

#endif
