/* SPDX-License-Identifier: MIT */
/* One table of signatures; what needs more than a signature (boxes, archives, text, sizes) has a function each. */
#include "core/media_type.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "core/utf8.h"

#define SIDE_MAX 1000000 /* pixels; more is a lie */

struct bytes {
	const unsigned char *data;
	size_t len;
};

/* Types by name, the first of each type with the extension it gets. */
static const struct {
	const char *type;
	const char *extension;
} names[] = {
	{ "image/jpeg", "jpg" },
	{ "image/jpeg", "jpeg" },
	{ "image/png", "png" },
	{ "image/gif", "gif" },
	{ "image/webp", "webp" },
	{ "audio/ogg", "ogg" },
	{ "audio/ogg", "opus" },
	{ "audio/mpeg", "mp3" },
	{ "audio/amr", "amr" },
	{ "audio/mp4", "m4a" },
	{ "audio/aac", "aac" },
	{ "audio/wav", "wav" },
	{ "video/mp4", "mp4" },
	{ "video/3gpp", "3gp" },
	{ "video/webm", "webm" },
	{ "application/pdf", "pdf" },
	{ "application/zip", "zip" },
	{ "application/gzip", "gz" },
	{ "application/msword", "doc" },
	{ "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx" },
	{ "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx" },
	{ "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx" },
	{ "application/x-executable", "exe" },
	{ "text/vcard", "vcf" },
	{ "text/x-vcard", "vcf" },
	{ "text/html", "html" },
	{ "text/plain", "txt" },
};

#define NAME_COUNT (sizeof names / sizeof names[0])

static const struct {
	size_t at;
	const char *signature;
	size_t len;
	const char *type;
} signatures[] = {
	{ 0, "\x89PNG\r\n\x1a\n", 8, "image/png" },
	{ 0, "\xff\xd8\xff", 3, "image/jpeg" },
	{ 0, "GIF87a", 6, "image/gif" },
	{ 0, "GIF89a", 6, "image/gif" },
	{ 8, "WEBPVP8", 7, "image/webp" },
	{ 0, "OggS", 4, "audio/ogg" },
	{ 0, "ID3", 3, "audio/mpeg" },
	{ 0, "\xff\xfb", 2, "audio/mpeg" },
	{ 0, "\xff\xf3", 2, "audio/mpeg" },
	{ 0, "#!AMR", 5, "audio/amr" },
	{ 0, "\xff\xf1", 2, "audio/aac" },
	{ 0, "\xff\xf9", 2, "audio/aac" },
	{ 8, "WAVE", 4, "audio/wav" },
	{ 0, "\x1a\x45\xdf\xa3", 4, "video/webm" },
	{ 0, "%PDF-", 5, "application/pdf" },
	{ 0, "\x1f\x8b", 2, "application/gzip" },
	{ 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "application/msword" },
	{ 0, "MZ", 2, "application/x-executable" },
	{ 0, "\x7f" "ELF", 4, "application/x-executable" },
	{ 0, "#!", 2, "application/x-executable" },
};

#define SIGNATURE_COUNT (sizeof signatures / sizeof signatures[0])

static unsigned
little(const unsigned char *at, int count)
{
	unsigned value = 0;

	while (count-- > 0)
		value = value << 8 | at[count];
	return value;
}

static unsigned
big(const unsigned char *at, int count)
{
	unsigned value = 0;

	for (int i = 0; i < count; i++)
		value = value << 8 | at[i];
	return value;
}

static bool
holds(const struct bytes *bytes, size_t at, const char *text, size_t len)
{
	return bytes->len >= len && at <= bytes->len - len && memcmp(bytes->data + at, text, len) == 0;
}

static void
set_size(struct media_type *media, unsigned width, unsigned height)
{
	if (width == 0 || height == 0 || width > SIDE_MAX || height > SIDE_MAX)
		return;
	media->width = (int)width;
	media->height = (int)height;
}

/* Segments up to the start of frame (C0 to CF without tables), whose first bytes are precision, height and width. */
static void
measure_jpeg(const struct bytes *bytes, struct media_type *media)
{
	const unsigned char *data = bytes->data;
	size_t at = 2;

	while (at + 9 <= bytes->len && data[at] == 0xff) {
		unsigned marker = data[at + 1];

		if (marker == 0xff) { /* filling */
			at++;
			continue;
		}
		if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
			set_size(media, big(data + at + 7, 2), big(data + at + 5, 2));
			return;
		}
		if (marker == 0xda || marker == 0xd9)
			return;
		if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8))
			at += 2;
		else
			at += 2 + (size_t)big(data + at + 2, 2);
	}
}

static void
measure_webp(const struct bytes *bytes, struct media_type *media)
{
	const unsigned char *data = bytes->data;

	if (bytes->len < 30)
		return;
	if (holds(bytes, 12, "VP8X", 4)) {
		set_size(media, little(data + 24, 3) + 1, little(data + 27, 3) + 1);
	} else if (holds(bytes, 12, "VP8L", 4) && data[20] == 0x2f) {
		unsigned packed = little(data + 21, 4);

		set_size(media, (packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1);
	} else if (holds(bytes, 12, "VP8 ", 4) && holds(bytes, 23, "\x9d\x01\x2a", 3)) {
		set_size(media, little(data + 26, 2) & 0x3fff, little(data + 28, 2) & 0x3fff);
	}
}

static void
measure(const struct bytes *bytes, struct media_type *media)
{
	if (strcmp(media->type, "image/png") == 0 && holds(bytes, 12, "IHDR", 4) && bytes->len >= 24)
		set_size(media, big(bytes->data + 16, 4), big(bytes->data + 20, 4));
	else if (strcmp(media->type, "image/gif") == 0 && bytes->len >= 10)
		set_size(media, little(bytes->data + 6, 2), little(bytes->data + 8, 2));
	else if (strcmp(media->type, "image/jpeg") == 0)
		measure_jpeg(bytes, media);
	else if (strcmp(media->type, "image/webp") == 0)
		measure_webp(bytes, media);
}

static const char *
type_of_boxes(const struct bytes *bytes)
{
	if (!holds(bytes, 4, "ftyp", 4))
		return NULL;
	if (holds(bytes, 8, "M4A", 3))
		return "audio/mp4";
	return holds(bytes, 8, "3g", 2) ? "video/3gpp" : "video/mp4";
}

/* Office files are archives; the names of their parts stand between the compressed data. */
static const char *
type_of_archive(const struct bytes *bytes)
{
	if (!holds(bytes, 0, "PK\x03\x04", 4))
		return NULL;
	if (memmem(bytes->data, bytes->len, "word/", 5) != NULL)
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
	if (memmem(bytes->data, bytes->len, "xl/", 3) != NULL)
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
	if (memmem(bytes->data, bytes->len, "ppt/", 4) != NULL)
		return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
	return "application/zip";
}

static bool
begins(const char *text, size_t len, const char *word)
{
	return len >= strlen(word) && strncasecmp(text, word, strlen(word)) == 0;
}

static const char *
type_of_text(const struct bytes *bytes)
{
	const char *text = (const char *)bytes->data;
	size_t len = bytes->len;

	if (holds(bytes, 0, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}
	if (len == 0 || !utf8_valid(text, utf8_cut(text, len, len > 4 ? len - 4 : len)))
		return NULL;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' && strchr("\t\n\r\f", text[i]) == NULL)
			return NULL;
		else if (text[i] == '\0' || text[i] == 0x7f)
			return NULL;
	while (len > 0 && strchr(" \t\r\n", *text) != NULL) {
		text++;
		len--;
	}
	if (begins(text, len, "BEGIN:VCARD"))
		return "text/vcard";
	if (begins(text, len, "<!doctype html") || begins(text, len, "<html") || begins(text, len, "<script")
	    || begins(text, len, "<svg") || begins(text, len, "<?xml"))
		return "text/html";
	return "text/plain";
}

struct media_type
media_type_of(const void *data, size_t len)
{
	struct bytes bytes = { .data = data, .len = len };
	struct media_type media = { .type = NULL };

	for (size_t i = 0; i < SIGNATURE_COUNT && media.type == NULL; i++)
		if (holds(&bytes, signatures[i].at, signatures[i].signature, signatures[i].len))
			media.type = signatures[i].type;
	if (media.type == NULL)
		media.type = type_of_boxes(&bytes);
	if (media.type == NULL)
		media.type = type_of_archive(&bytes);
	if (media.type == NULL)
		media.type = type_of_text(&bytes);
	if (media.type == NULL)
		return (struct media_type){ .type = "application/octet-stream", .extension = "bin" };
	media.extension = media_type_extension(media.type);
	measure(&bytes, &media);
	return media;
}

const char *
media_type_extension(const char *type)
{
	size_t len = strcspn(type, "; \t");

	for (size_t i = 0; i < NAME_COUNT; i++)
		if (strlen(names[i].type) == len && strncasecmp(names[i].type, type, len) == 0)
			return names[i].extension;
	return NULL;
}

const char *
media_type_named(const char *extension)
{
	for (size_t i = 0; i < NAME_COUNT; i++)
		if (strcasecmp(names[i].extension, extension) == 0)
			return names[i].type;
	return NULL;
}
