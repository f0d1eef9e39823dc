/* SPDX-License-Identifier: MIT */
/* Types by their bytes, sizes of pictures, and names of files that strangers chose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file_name.h"
#include "core/media_type.h"

#define BYTES(text) text, sizeof text - 1

static void
test_types(void **state)
{
	static const struct {
		const char *name;
		const char *bytes;
		size_t len;
		const char *type;
		int width, height;
	} rows[] = {
		{ "nothing", BYTES(""), "application/octet-stream", 0, 0 },
		{ "png", BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x02\0\0\0\x05"), "image/png", 258, 5 },
		{ "png cut in its size", BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"), "image/png", 0, 0 },
		{ "png of an absurd size", BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff"), "image/png", 0, 0 },
		{ "gif", BYTES("GIF89a\x0a\0\x14\0"), "image/gif", 10, 20 },
		{ "jpeg behind a camera's words", BYTES("\xff\xd8\xff\xe1\0\x04zz\xff\xc2\0\x11\x08\0\x20\0\x30\x03"), "image/jpeg",
		  48, 32 },
		{ "jpeg whose tables come first", BYTES("\xff\xd8\xff\xc4\0\x04zz\xff\xc0\0\x11\x08\0\x01\0\x02\x03"),
		  "image/jpeg", 2, 1 },
		{ "jpeg without a frame", BYTES("\xff\xd8\xff\xe0\xff\xff"), "image/jpeg", 0, 0 },
		{ "webp with everything", BYTES("RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x63\0\0\x31\0\0"), "image/webp", 100, 50 },
		{ "webp without loss", BYTES("RIFF\x20\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x63\x40\x0c\0\0\0\0\0\0"), "image/webp", 100, 50 },
		{ "pdf", BYTES("%PDF-1.7\n"), "application/pdf", 0, 0 },
		{ "voice", BYTES("OggS\0\x02"), "audio/ogg", 0, 0 },
		{ "amr is no script", BYTES("#!AMR\n"), "audio/amr", 0, 0 },
		{ "script", BYTES("#!/bin/sh\n"), "application/x-executable", 0, 0 },
		{ "program", BYTES("MZ\x90\0"), "application/x-executable", 0, 0 },
		{ "video", BYTES("\0\0\0\x20" "ftypisom"), "video/mp4", 0, 0 },
		{ "video of an old phone", BYTES("\0\0\0\x20" "ftyp3gp5"), "video/3gpp", 0, 0 },
		{ "archive", BYTES("PK\x03\x04\x14"), "application/zip", 0, 0 },
		{ "contact", BYTES("BEGIN:VCARD\r\nVERSION:3.0\r\n"), "text/vcard", 0, 0 },
		{ "page", BYTES("\n <!DOCTYPE html><script>"), "text/html", 0, 0 },
		{ "drawing with scripts", BYTES("<svg onload='x'>"), "text/html", 0, 0 },
		{ "text", BYTES("hola, ¿qué tal?\n"), "text/plain", 0, 0 },
		{ "text with a control", BYTES("hola\x1b[2J"), "application/octet-stream", 0, 0 },
		{ "text with a NUL", BYTES("hola\0mundo"), "application/octet-stream", 0, 0 },
		{ "broken text", BYTES("hola\xff\xfe hola hola"), "application/octet-stream", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct media_type media = media_type_of(rows[i].bytes, rows[i].len);

		if (strcmp(media.type, rows[i].type) != 0 || media.width != rows[i].width || media.height != rows[i].height)
			fail_msg("%s: %s %dx%d", rows[i].name, media.type, media.width, media.height);
	}
}

static void
test_names_of_types(void **state)
{
	(void)state;
	assert_string_equal(media_type_extension("IMAGE/JPEG; charset=x"), "jpg");
	assert_null(media_type_extension("image/jpegg"));
	assert_string_equal(media_type_named("JPEG"), "image/jpeg");
	assert_null(media_type_named(""));
}

static void
test_safe_names(void **state)
{
	static const struct {
		const char *name;
		const char *extension;
		const char *safe;
	} rows[] = {
		{ "foto.jpg", "jpg", "foto.jpg" },
		{ "foto.JPEG", "jpg", "foto.JPEG" },
		{ "año nuevo.png", "png", "año nuevo.png" },
		{ "../../etc/passwd", "txt", "passwd.txt" },
		{ "C:\\windows\\a.png", "png", "a.png" },
		{ ".bashrc", "txt", "bashrc.txt" },
		{ "-rf.png", "png", "rf.png" },
		{ "x.jpg.exe", "exe", "x.jpg.exe" },
		{ "x.jpg", "exe", "x.jpg.exe" },
		{ "gpj.\xe2\x80\xae" "exe", "exe", "gpj._exe.exe" },
		{ "a\x1b]0;x\a.png", "png", "a_]0_x_.png" },
		{ "a\nb\tc.png", "png", "a_b_c.png" },
		{ "bad\xff\xfe.png", "png", "bad_.png" },
		{ "con.txt", "txt", "_con.txt" },
		{ "lpt1", "txt", "_lpt1.txt" },
		{ "console.txt", "txt", "console.txt" },
		{ "", "png", "file.png" },
		{ NULL, "png", "file.png" },
		{ "...", "bin", "file.bin" },
		{ "///", NULL, "file" },
		{ "$(id);'x'.pdf", "pdf", "(id)_x_.pdf" },
		{ "doc. . .pdf", "pdf", "doc.pdf" },
	};
	char out[FILE_NAME_SIZE], longer[1000];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		file_name_safe(rows[i].name, rows[i].extension, out);
		if (strcmp(out, rows[i].safe) != 0)
			fail_msg("row %zu: %s, not %s", i, out, rows[i].safe);
	}
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	file_name_safe(longer, "png", out);
	assert_true(strlen(out) <= 110);
	assert_string_equal(out + strlen(out) - 4, ".png");
}

static void
test_files_are_new(void **state)
{
	char folder[] = "/tmp/hilo-names-XXXXXX", made[FILE_NAME_SIZE], path[256];
	static const char *const expected[] = { "a.png", "a (2).png", "a (4).png" };
	struct stat info;
	struct err err;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	/* A link in the way is gone round, not followed. */
	snprintf(path, sizeof path, "%s/a (3).png", folder);
	assert_int_equal(symlink("/nowhere/at/all", path), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(file_name_create(folder, "a.png", &fd, made, &err), STATUS_OK);
		assert_string_equal(made, expected[i]);
		assert_int_equal(fstat(fd, &info), 0);
		assert_int_equal(info.st_mode & 07777, 0600);
		close(fd);
	}
	assert_int_equal(file_name_create("/nowhere/at/all", "a.png", &fd, made, &err), STATUS_IO);
	assert_int_equal(fd, -1);
	for (size_t i = 0; i < 3; i++) {
		char name[256];

		snprintf(name, sizeof name, "%s/%s", folder, expected[i]);
		unlink(name);
	}
	unlink(path);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_names_of_types),
		cmocka_unit_test(test_safe_names),
		cmocka_unit_test(test_files_are_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
