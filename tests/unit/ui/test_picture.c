/* SPDX-License-Identifier: MIT */
/* Pictures for the terminal: how many cells they take, what is sent, and that damaged bytes are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <turbojpeg.h>
#include <webp/encode.h>

#include "ui/picture.h"
#include "ui/picture_decode.h"

/* One red pixel. */
static const unsigned char gif[] = "GIF89a\1\0\1\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";

static void
test_the_cells_a_picture_takes(void **state)
{
	static const struct {
		int width, height;
		struct picture_box box;
		int columns, rows;
	} cases[] = {
		{ 100, 100, { .columns = 80, .rows = 24, .cell_width = 10, .cell_height = 20 }, 10, 5 },
		{ 100, 100, { .columns = 80, .rows = 24 }, 10, 5 },
		{ 101, 101, { .columns = 80, .rows = 24 }, 11, 6 },
		{ 4000, 3000, { .columns = 80, .rows = 24 }, 64, 24 },
		{ 4000, 3000, { .columns = 40, .rows = 24 }, 40, 15 },
		{ 3000, 4000, { .columns = 40, .rows = 24 }, 36, 24 },
		{ 1, 1, { .columns = 40, .rows = 24 }, 1, 1 },
		{ 100000, 1, { .columns = 40, .rows = 24 }, 40, 1 },
		{ 1, 100000, { .columns = 40, .rows = 24 }, 1, 24 },
		{ 0, 0, { .columns = 0, .rows = -1 }, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int columns, rows;

		picture_fit(cases[i].width, cases[i].height, &cases[i].box, &columns, &rows);
		if (columns != cases[i].columns || rows != cases[i].rows)
			fail_msg("case %zu: %dx%d", i, columns, rows);
	}
}

/* A PNG of `width` by `height` with a colour for each half. */
static void
make_png(int width, int height, struct strbuf *out)
{
	struct pixels pixels = { .width = width, .height = height };

	pixels.rgba = calloc((size_t)width * (size_t)height, 4);
	assert_non_null(pixels.rgba);
	for (int i = 0; i < width * height; i++) {
		pixels.rgba[i * 4] = i % width < width / 2 ? 255 : 0;
		pixels.rgba[i * 4 + 2] = i % width < width / 2 ? 0 : 255;
		pixels.rgba[i * 4 + 3] = 255;
	}
	strbuf_init(out, PICTURE_SEQUENCE_MAX);
	assert_true(picture_encode_png(&pixels, out));
	pixels_release(&pixels);
}

static enum status
render(const void *bytes, size_t len, struct picture_box box, struct strbuf *out)
{
	char path[] = "/tmp/hilo-test-XXXXXX";
	int fd = mkstemp(path), columns, rows;
	struct err err = { "" };
	enum status status;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
	strbuf_init(out, PICTURE_SEQUENCE_MAX);
	status = picture_render(path, &box, out, &columns, &rows, &err);
	assert_int_equal(err.text[0] == '\0', status == STATUS_OK);
	unlink(path);
	return status;
}

static void
test_formats_are_decoded(void **state)
{
	struct pixels pixels;
	struct strbuf png;

	(void)state;
	make_png(6, 4, &png);
	assert_true(picture_decode(png.data, png.len, 100, &pixels));
	assert_int_equal(pixels.width, 6);
	assert_int_equal(pixels.height, 4);
	assert_memory_equal(pixels.rgba, "\xff\0\0\xff", 4);
	assert_memory_equal(pixels.rgba + 5 * 4, "\0\0\xff\xff", 4);
	pixels_release(&pixels);
	assert_false(picture_decode(png.data, png.len, 23, &pixels));
	assert_null(pixels.rgba);
	strbuf_release(&png);
	assert_true(picture_decode(gif, sizeof gif - 1, 100, &pixels));
	assert_memory_equal(pixels.rgba, "\xff\0\0\xff", 4);
	pixels_release(&pixels);
}

/* Sixteen by eight pixels of one green, packed by the formats' own libraries. */
static void
test_packed_formats_are_decoded(void **state)
{
	unsigned char green[16 * 8 * 3], *jpeg = NULL, *webp = NULL;
	unsigned long jpeg_len = 0;
	tjhandle handle = tjInitCompress();
	size_t webp_len;

	(void)state;
	for (size_t i = 0; i < sizeof green; i++)
		green[i] = i % 3 == 1 ? 200 : 0;
	assert_int_equal(tjCompress2(handle, green, 16, 0, 8, TJPF_RGB, &jpeg, &jpeg_len, TJSAMP_444, 95, 0), 0);
	webp_len = WebPEncodeLosslessRGB(green, 16, 8, 16 * 3, &webp);
	assert_true(webp_len > 0);
	for (int i = 0; i < 2; i++) {
		const unsigned char *bytes = i == 0 ? jpeg : webp;
		size_t len = i == 0 ? jpeg_len : webp_len;
		struct pixels pixels;

		assert_true(picture_decode(bytes, len, 128, &pixels));
		assert_int_equal(pixels.width, 16);
		assert_int_equal(pixels.height, 8);
		for (int pixel = 0; pixel < 128; pixel++) {
			assert_true(pixels.rgba[pixel * 4] < 8 && pixels.rgba[pixel * 4 + 2] < 8);
			assert_true(abs(pixels.rgba[pixel * 4 + 1] - 200) < 8);
			assert_int_equal(pixels.rgba[pixel * 4 + 3], 255);
		}
		pixels_release(&pixels);
		assert_false(picture_decode(bytes, len, 127, &pixels));
		assert_false(picture_decode(bytes, len / 4, 128, &pixels));
		assert_null(pixels.rgba);
	}
	tjFree(jpeg);
	WebPFree(webp);
	tjDestroy(handle);
}

static void
test_what_is_damaged_is_refused(void **state)
{
	struct pixels pixels;
	struct strbuf png;

	(void)state;
	make_png(60, 40, &png);
	for (size_t len = 0; len < png.len - 20; len++) {
		assert_false(picture_decode(png.data, len, 10000, &pixels));
		assert_null(pixels.rgba);
	}
	strbuf_release(&png);
	for (size_t len = 0; len < sizeof gif - 4; len++)
		assert_false(picture_decode(gif, len, 10000, &pixels));
	assert_false(picture_decode("\xff\xd8\xff\xe0 no more", 13, 10000, &pixels));
	assert_false(picture_decode("hello", 5, 10000, &pixels));
}

static void
test_kitty_gets_chunks_of_png(void **state)
{
	struct picture_box box = { .kind = PICTURE_KITTY, .columns = 20, .rows = 10 };
	struct strbuf png, out;
	size_t chunks = 0;

	(void)state;
	make_png(300, 200, &png);
	assert_int_equal(render(png.data, png.len, box, &out), STATUS_OK);
	/* 200 by 133 pixels. */
	assert_int_equal(strncmp(strbuf_text(&out), "\033_Ga=T,f=100,q=2,C=1,c=20,r=7,m=", 31), 0);
	assert_non_null(strstr(strbuf_text(&out), ";iVBORw0KGgo"));
	for (const char *at = strbuf_text(&out); (at = strstr(at, "\033_G")) != NULL; chunks++) {
		const char *end = strstr(at, "\033\\");
		bool last = strstr(end, "\033_G") == NULL;

		assert_true(end - strchr(at, ';') - 1 <= 4096);
		assert_non_null(memmem(at, (size_t)(end - at), last ? "m=0;" : "m=1;", 4));
		at = end;
	}
	assert_true(chunks >= 1);
	assert_string_equal(strbuf_text(&out) + out.len - 2, "\033\\");
	strbuf_release(&out);
	strbuf_release(&png);
}

static void
test_sixels(void **state)
{
	struct picture_box box = { .kind = PICTURE_SIXEL, .columns = 20, .rows = 10 };
	struct strbuf png, out;
	const char *text;

	(void)state;
	make_png(20, 7, &png);
	assert_int_equal(render(png.data, png.len, box, &out), STATUS_OK);
	text = strbuf_text(&out);
	assert_int_equal(strncmp(text, "\033P0;1;0q\"1;1;20;7#0;2;0;0;0", 27), 0);
	/* Red in the left half of six rows, blue in the right one; then the seventh row. */
	assert_non_null(strstr(text, "#5!10?!10~$#180!10~$-"));
	assert_non_null(strstr(text, "-#5!10?!10@$#180!10@$-\033\\"));
	strbuf_release(&out);
	strbuf_release(&png);
}

static void
test_what_is_no_picture_has_a_sentence(void **state)
{
	struct picture_box box = { .kind = PICTURE_KITTY, .columns = 20, .rows = 10 };
	struct err err = { "" };
	struct strbuf out;
	int columns, rows;

	(void)state;
	assert_int_equal(render("hello", 5, box, &out), STATUS_INVALID);
	strbuf_release(&out);
	assert_int_equal(render("", 0, box, &out), STATUS_INVALID);
	assert_int_equal(picture_render("/dev/zero", &box, &out, &columns, &rows, &err), STATUS_INVALID);
	assert_int_equal(picture_render("/no/such", &box, &out, &columns, &rows, &err), STATUS_IO);
	assert_int_equal(out.len, 0);
	strbuf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_cells_a_picture_takes),
		cmocka_unit_test(test_formats_are_decoded),
		cmocka_unit_test(test_packed_formats_are_decoded),
		cmocka_unit_test(test_what_is_damaged_is_refused),
		cmocka_unit_test(test_kitty_gets_chunks_of_png),
		cmocka_unit_test(test_sixels),
		cmocka_unit_test(test_what_is_no_picture_has_a_sentence),
	};

	return cmocka_run_group_tests_name("pictures", tests, NULL, NULL);
}
