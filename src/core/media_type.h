/* SPDX-License-Identifier: MIT */
/*
 * What a file is, told by its own bytes: a sender's word about it (a content type, a name) is never trusted. Nothing is decoded;
 * only headers are read, so any bytes may be given. Never fails; any thread.
 */
#ifndef HILO_CORE_MEDIA_TYPE_H
#define HILO_CORE_MEDIA_TYPE_H

#include <stddef.h>

/* As much of the beginning of a file as is worth giving: a picture's size may stand behind what a camera wrote. */
#define MEDIA_TYPE_HEAD ((size_t)256 * 1024)

struct media_type {
	const char *type;      /* "image/png"; "application/octet-stream" when not known. A literal */
	const char *extension; /* "png", without the dot; "bin" when not known. A literal */
	int width, height;     /* of a picture in pixels; 0 = not known */
};

/* Looks at the first `len` bytes of a file. */
struct media_type media_type_of(const void *bytes, size_t len);
/* The extension for a content type as somebody announced it ("image/jpeg; x=y"), or NULL. */
const char *media_type_extension(const char *type);
/* The content type that an extension ("JPG", without the dot) stands for, or NULL. */
const char *media_type_named(const char *extension);

#endif
