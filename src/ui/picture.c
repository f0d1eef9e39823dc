/* SPDX-License-Identifier: MIT */
/*
 * Scaled by averaging, then sent as PNG (kitty scales it to the cells) or as sixels in 216 fixed colours, dithered. When the
 * sequence would be too long the picture is halved: kitty shows it as large but coarser, sixels smaller.
 */
#include "ui/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/i18n.h"
#include "ui/picture_decode.h"

#define CELL_WIDTH 10
#define CELL_HEIGHT 20
#define CELL_MAX 200
#define CHUNK 3072 /* bytes of a piece, 4096 in base64: the most that kitty's protocol takes */
#define SHRINK_MAX 8
#define LEVELS 6 /* of each of red, green and blue */
#define COLOURS (LEVELS * LEVELS * LEVELS)
#define NO_COLOUR 255

const char picture_kitty_erase[] = "\033_Ga=d,q=2\033\\";

static int
at_most(int value, int most)
{
	return value < 1 ? 1 : value > most ? most : value;
}

static void
cell_size(const struct picture_box *box, int *width, int *height)
{
	bool known = box->cell_width > 0 && box->cell_height > 0;

	*width = known ? at_most(box->cell_width, CELL_MAX) : CELL_WIDTH;
	*height = known ? at_most(box->cell_height, CELL_MAX) : CELL_HEIGHT;
}

/* The pixels it takes in the box. */
static void
fit_pixels(int width, int height, const struct picture_box *box, int *out_width, int *out_height)
{
	int cell_width, cell_height;
	double by_width, by_height, scale = 1.0;

	cell_size(box, &cell_width, &cell_height);
	by_width = (double)at_most(box->columns, PICTURE_CELLS_MAX) * cell_width / width;
	by_height = (double)at_most(box->rows, PICTURE_CELLS_MAX) * cell_height / height;
	if (by_width < scale)
		scale = by_width;
	if (by_height < scale)
		scale = by_height;
	*out_width = at_most((int)(width * scale + 0.5), width);
	*out_height = at_most((int)(height * scale + 0.5), height);
}

void
picture_fit(int width, int height, const struct picture_box *box, int *columns, int *rows)
{
	int cell_width, cell_height, pixel_width, pixel_height;

	if (width < 1 || height < 1)
		width = height = 1;
	cell_size(box, &cell_width, &cell_height);
	fit_pixels(width, height, box, &pixel_width, &pixel_height);
	*columns = at_most((pixel_width + cell_width - 1) / cell_width, at_most(box->columns, PICTURE_CELLS_MAX));
	*rows = at_most((pixel_height + cell_height - 1) / cell_height, at_most(box->rows, PICTURE_CELLS_MAX));
}

/* The average of the pixels that fall into one; what is transparent has no colour to add. */
static void
average(const struct pixels *from, const int span[4], unsigned char out[4])
{
	uint64_t sum[3] = { 0 }, alpha = 0, count = (uint64_t)(span[1] - span[0]) * (uint64_t)(span[3] - span[2]);

	for (int y = span[2]; y < span[3]; y++) {
		const unsigned char *pixel = from->rgba + ((size_t)y * (size_t)from->width + (size_t)span[0]) * 4;

		for (int x = span[0]; x < span[1]; x++, pixel += 4) {
			for (int i = 0; i < 3; i++)
				sum[i] += (uint64_t)pixel[i] * pixel[3];
			alpha += pixel[3];
		}
	}
	for (int i = 0; i < 3; i++)
		out[i] = alpha > 0 ? (unsigned char)(sum[i] / alpha) : 0;
	out[3] = (unsigned char)(alpha / count);
}

/* `from` at the size width x height, not larger than it is, in the upper left corner of `to`, which has a size already. */
static bool
scale(const struct pixels *from, int width, int height, struct pixels *to)
{
	to->rgba = calloc((size_t)to->width * (size_t)to->height, 4);
	if (to->rgba == NULL)
		return false;
	for (int y = 0; y < height; y++) {
		for (int x = 0; x < width; x++) {
			int span[4] = { (int)((int64_t)x * from->width / width), (int)((int64_t)(x + 1) * from->width / width),
					(int)((int64_t)y * from->height / height),
					(int)((int64_t)(y + 1) * from->height / height) };

			average(from, span, to->rgba + ((size_t)y * (size_t)to->width + (size_t)x) * 4);
		}
	}
	return true;
}

/* --- kitty ---------------------------------------------------------------------------------------------------------- */

/* The picture is made up to whole cells with transparency, so that scaling it to the cells keeps its proportions. */
static bool
add_kitty(const struct pixels *picture, const struct picture_box *box, int shrink, struct strbuf *out)
{
	int width, height, cell_width, cell_height, columns, rows;
	struct pixels canvas = { 0 };
	struct strbuf png;
	bool done;

	cell_size(box, &cell_width, &cell_height);
	fit_pixels(picture->width, picture->height, box, &width, &height);
	picture_fit(picture->width, picture->height, box, &columns, &rows);
	canvas.width = at_most(columns * cell_width / shrink, PICTURE_CELLS_MAX * CELL_MAX);
	canvas.height = at_most(rows * cell_height / shrink, PICTURE_CELLS_MAX * CELL_MAX);
	strbuf_init(&png, out->max);
	done = scale(picture, at_most(width / shrink, canvas.width), at_most(height / shrink, canvas.height), &canvas)
	       && picture_encode_png(&canvas, &png);
	pixels_release(&canvas);
	for (size_t at = 0; done && at < png.len; at += CHUNK) {
		size_t len = png.len - at < CHUNK ? png.len - at : CHUNK;

		strbuf_add_string(out, "\033_G");
		if (at == 0)
			strbuf_add_format(out, "a=T,f=100,q=2,C=1,c=%d,r=%d,", columns, rows);
		strbuf_add_format(out, "m=%d;", at + len < png.len);
		digest_base64(out, png.data + at, len);
		strbuf_add_string(out, "\033\\");
	}
	strbuf_release(&png);
	return done && !out->failed;
}

/* --- sixel ---------------------------------------------------------------------------------------------------------- */

static unsigned char
colour_of(const unsigned char pixel[4], int x, int y)
{
	static const int pattern[4][4] = { { 0, 8, 2, 10 }, { 12, 4, 14, 6 }, { 3, 11, 1, 9 }, { 15, 7, 13, 5 } };
	int index = 0;

	if (pixel[3] < 128)
		return NO_COLOUR;
	for (int i = 0; i < 3; i++) {
		/* In sixteenths of a step, so that the pattern decides what lies between two levels. */
		int fine = pixel[i] * (LEVELS - 1) * 16 / 255 + pattern[y & 3][x & 3];

		index = index * LEVELS + at_most(fine / 16 + 1, LEVELS) - 1;
	}
	return (unsigned char)index;
}

static void
add_run(struct strbuf *out, int bits, int count)
{
	if (count > 3)
		strbuf_add_format(out, "!%d%c", count, 63 + bits);
	for (int i = 0; count <= 3 && i < count; i++)
		strbuf_add_char(out, (char)(63 + bits));
}

/* One colour of a band of six rows. */
static void
add_colour(const unsigned char *band, int width, int rows, int colour, struct strbuf *out)
{
	int last = -1, count = 0;

	strbuf_add_format(out, "#%d", colour);
	for (int x = 0; x < width; x++) {
		int bits = 0;

		for (int y = 0; y < rows; y++)
			bits |= (band[(size_t)y * (size_t)width + (size_t)x] == colour) << y;
		if (bits != last && count > 0) {
			add_run(out, last, count);
			count = 0;
		}
		last = bits;
		count++;
	}
	if (last != 0)
		add_run(out, last, count);
	strbuf_add_char(out, '$');
}

static void
add_bands(const struct pixels *canvas, unsigned char *band, struct strbuf *out)
{
	for (int top = 0; top < canvas->height && !out->failed; top += 6) {
		int rows = canvas->height - top < 6 ? canvas->height - top : 6;
		bool used[NO_COLOUR + 1] = { false };

		for (int i = 0; i < rows * canvas->width; i++) {
			int x = i % canvas->width, y = top + i / canvas->width;

			band[i] = colour_of(canvas->rgba + ((size_t)top * (size_t)canvas->width + (size_t)i) * 4, x, y);
			used[band[i]] = true;
		}
		for (int colour = 0; colour < COLOURS; colour++)
			if (used[colour])
				add_colour(band, canvas->width, rows, colour, out);
		strbuf_add_char(out, '-');
	}
}

static bool
add_sixel(const struct pixels *picture, const struct picture_box *box, int shrink, struct strbuf *out)
{
	struct pixels canvas = { 0 };
	unsigned char *band = NULL;
	bool done;

	fit_pixels(picture->width, picture->height, box, &canvas.width, &canvas.height);
	canvas.width = at_most(canvas.width / shrink, canvas.width);
	canvas.height = at_most(canvas.height / shrink, canvas.height);
	done = scale(picture, canvas.width, canvas.height, &canvas)
	       && (band = malloc((size_t)canvas.width * 6)) != NULL;
	if (done) {
		/* P2 = 1: what has no colour stays as it is. */
		strbuf_add_format(out, "\033P0;1;0q\"1;1;%d;%d", canvas.width, canvas.height);
		for (int i = 0; i < COLOURS; i++)
			strbuf_add_format(out, "#%d;2;%d;%d;%d", i, i / 36 * 20, i / 6 % 6 * 20, i % 6 * 20);
		add_bands(&canvas, band, out);
		strbuf_add_string(out, "\033\\");
	}
	free(band);
	pixels_release(&canvas);
	return done && !out->failed;
}

/* --- files ---------------------------------------------------------------------------------------------------------- */

static enum status
read_file(const char *path, struct strbuf *bytes, struct err *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat facts;
	char piece[16384];
	ssize_t got = 0;
	enum status status = STATUS_OK;

	if (fd < 0)
		return err_set(err, STATUS_IO, _("The file cannot be opened (%s)."), strerror(errno));
	if (fstat(fd, &facts) < 0 || !S_ISREG(facts.st_mode))
		status = err_set(err, STATUS_INVALID, "%s", _("This is not a file but a folder or a device; choose a file."));
	while (status == STATUS_OK && !bytes->failed && (got = read(fd, piece, sizeof piece)) > 0)
		strbuf_add(bytes, piece, (size_t)got);
	if (status == STATUS_OK && got < 0)
		status = err_set(err, STATUS_IO, _("The file cannot be read (%s)."), strerror(errno));
	close(fd);
	if (status == STATUS_OK && bytes->failed)
		status = err_set(err, STATUS_INVALID, "%s", _("The picture is larger than 16 MB."));
	return status;
}

enum status
picture_render(const char *path, const struct picture_box *box, struct strbuf *out, int *columns, int *rows, struct err *err)
{
	struct pixels picture = { 0 };
	struct strbuf bytes;
	enum status status;
	bool done = false;

	strbuf_init(&bytes, PICTURE_FILE_MAX);
	status = read_file(path, &bytes, err);
	if (status == STATUS_OK && !picture_decode(bytes.data != NULL ? bytes.data : "", bytes.len, PICTURE_PIXELS_MAX, &picture))
		status = err_set(err, STATUS_INVALID, "%s",
				 _("This is not a PNG, JPEG, GIF or WebP picture, or it is damaged or has more than 40 megapixels."));
	strbuf_release(&bytes);
	if (status != STATUS_OK)
		return status;
	picture_fit(picture.width, picture.height, box, columns, rows);
	for (int shrink = 1; !done && shrink <= SHRINK_MAX; shrink *= 2) {
		strbuf_clear(out);
		done = box->kind == PICTURE_KITTY ? add_kitty(&picture, box, shrink, out) : add_sixel(&picture, box, shrink, out);
	}
	pixels_release(&picture);
	return done ? STATUS_OK
		    : err_set(err, STATUS_NO_MEMORY, "%s",
			      _("There is not enough memory; close other programs and try again."));
}
