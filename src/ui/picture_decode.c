/* SPDX-License-Identifier: MIT */
/*
 * Each format has a function of the same form. Sizes are checked against the limit before anything of that size is allocated; the
 * rest is left to the libraries, in a process that may die of them.
 */
#include "ui/picture_decode.h"

#include <gif_lib.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <webp/decode.h>

#include "core/media_type.h"

void
pixels_release(struct pixels *pixels)
{
	free(pixels->rgba);
	memset(pixels, 0, sizeof *pixels);
}

static bool
make_room(struct pixels *out, long width, long height, long pixels_max)
{
	if (width <= 0 || height <= 0 || width > pixels_max / height)
		return false;
	out->width = (int)width;
	out->height = (int)height;
	out->rgba = calloc((size_t)width * (size_t)height, 4);
	return out->rgba != NULL;
}

static bool
decode_png(const unsigned char *bytes, size_t len, long pixels_max, struct pixels *out)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	bool done = false;

	if (png_image_begin_read_from_memory(&image, bytes, len) != 0) {
		image.format = PNG_FORMAT_RGBA;
		done = make_room(out, (long)image.width, (long)image.height, pixels_max)
		       && png_image_finish_read(&image, NULL, out->rgba, 0, NULL) != 0;
	}
	png_image_free(&image);
	return done;
}

static bool
decode_jpeg(const unsigned char *bytes, size_t len, long pixels_max, struct pixels *out)
{
	tjhandle handle = tjInitDecompress();
	int width = 0, height = 0, sampling, space;
	bool done;

	if (handle == NULL)
		return false;
	done = tjDecompressHeader3(handle, bytes, len, &width, &height, &sampling, &space) == 0
	       && make_room(out, width, height, pixels_max);
	/* What is broken after the first part is shown as far as it goes, as browsers do. */
	if (done && tjDecompress2(handle, bytes, len, out->rgba, width, 0, height, TJPF_RGBA, TJFLAG_LIMITSCANS) != 0)
		done = tjGetErrorCode(handle) == TJERR_WARNING;
	tjDestroy(handle);
	return done;
}

static bool
decode_webp(const unsigned char *bytes, size_t len, long pixels_max, struct pixels *out)
{
	int width = 0, height = 0;

	if (!WebPGetInfo(bytes, len, &width, &height) || !make_room(out, width, height, pixels_max))
		return false;
	return WebPDecodeRGBAInto(bytes, len, out->rgba, (size_t)width * (size_t)height * 4, width * 4) != NULL;
}

struct source {
	const unsigned char *bytes;
	size_t len;
};

static int
read_source(GifFileType *gif, GifByteType *out, int wanted)
{
	struct source *source = gif->UserData;
	size_t len = (size_t)wanted < source->len ? (size_t)wanted : source->len;

	memcpy(out, source->bytes, len);
	source->bytes += len;
	source->len -= len;
	return (int)len;
}

/* The row of a picture that is stored every eighth, fourth, second row first. */
static int
interlaced_row(int index, int height)
{
	static const int first[] = { 0, 4, 2, 1 }, step[] = { 8, 8, 4, 2 };

	for (int pass = 0; pass < 4; pass++) {
		int rows = (height - first[pass] + step[pass] - 1) / step[pass];

		if (rows > 0 && index < rows)
			return first[pass] + index * step[pass];
		index -= rows > 0 ? rows : 0;
	}
	return height - 1;
}

static void
put_gif_row(struct pixels *out, const GifImageDesc *frame, const ColorMapObject *colours, const GifByteType *line, int row)
{
	for (int x = 0; x < frame->Width; x++) {
		int at_x = frame->Left + x, at_y = frame->Top + row;
		unsigned char *pixel;

		if (at_x < 0 || at_x >= out->width || at_y < 0 || at_y >= out->height || line[x] >= colours->ColorCount)
			continue;
		pixel = out->rgba + ((size_t)at_y * (size_t)out->width + (size_t)at_x) * 4;
		pixel[0] = colours->Colors[line[x]].Red;
		pixel[1] = colours->Colors[line[x]].Green;
		pixel[2] = colours->Colors[line[x]].Blue;
		pixel[3] = 255;
	}
}

static bool
read_frame(GifFileType *gif, struct pixels *out)
{
	const ColorMapObject *colours;
	GifByteType *line;
	bool done = true;

	if (DGifGetImageDesc(gif) == GIF_ERROR || gif->Image.Width <= 0 || gif->Image.Height <= 0)
		return false;
	colours = gif->Image.ColorMap != NULL ? gif->Image.ColorMap : gif->SColorMap;
	line = malloc((size_t)gif->Image.Width);
	if (colours == NULL || line == NULL) {
		free(line);
		return false;
	}
	for (int i = 0; done && i < gif->Image.Height; i++) {
		done = DGifGetLine(gif, line, gif->Image.Width) != GIF_ERROR;
		if (done)
			put_gif_row(out, &gif->Image, colours, line,
				    gif->Image.Interlace ? interlaced_row(i, gif->Image.Height) : i);
	}
	free(line);
	return done;
}

static bool
decode_gif(const unsigned char *bytes, size_t len, long pixels_max, struct pixels *out)
{
	struct source source = { .bytes = bytes, .len = len };
	GifFileType *gif = DGifOpen(&source, read_source, NULL);
	GifRecordType record = UNDEFINED_RECORD_TYPE;
	bool done = gif != NULL && make_room(out, gif->SWidth, gif->SHeight, pixels_max);

	while (done && record != IMAGE_DESC_RECORD_TYPE) {
		GifByteType *extension;
		int code;

		done = DGifGetRecordType(gif, &record) != GIF_ERROR && record != TERMINATE_RECORD_TYPE;
		if (done && record == EXTENSION_RECORD_TYPE) {
			done = DGifGetExtension(gif, &code, &extension) != GIF_ERROR;
			while (done && extension != NULL)
				done = DGifGetExtensionNext(gif, &extension) != GIF_ERROR;
		}
	}
	done = done && read_frame(gif, out);
	if (gif != NULL)
		DGifCloseFile(gif, NULL);
	return done;
}

static const struct {
	const char *type;
	bool (*decode)(const unsigned char *bytes, size_t len, long pixels_max, struct pixels *out);
} formats[] = {
	{ "image/png", decode_png },
	{ "image/jpeg", decode_jpeg },
	{ "image/webp", decode_webp },
	{ "image/gif", decode_gif },
};

bool
picture_decode(const void *bytes, size_t len, long pixels_max, struct pixels *out)
{
	struct media_type type = media_type_of(bytes, len < MEDIA_TYPE_HEAD ? len : MEDIA_TYPE_HEAD);

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		if (strcmp(type.type, formats[i].type) != 0)
			continue;
		if (formats[i].decode(bytes, len, pixels_max, out))
			return true;
		pixels_release(out);
		return false;
	}
	return false;
}

bool
picture_encode_png(const struct pixels *pixels, struct strbuf *out)
{
	png_image image = { .version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_RGBA };
	png_alloc_size_t size = 0;
	void *bytes = NULL;
	bool done;

	image.width = (png_uint_32)pixels->width;
	image.height = (png_uint_32)pixels->height;
	done = png_image_write_to_memory(&image, NULL, &size, 0, pixels->rgba, 0, NULL) != 0 && (bytes = malloc(size)) != NULL
	       && png_image_write_to_memory(&image, bytes, &size, 0, pixels->rgba, 0, NULL) != 0;
	if (done)
		strbuf_add(out, bytes, size);
	png_image_free(&image);
	free(bytes);
	return done && !out->failed;
}
