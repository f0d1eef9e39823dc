/* SPDX-License-Identifier: MIT */
/*
 * hilo picture: a picture for the terminal on standard output. The console runs it for every picture of a customer, since the bytes
 * of strangers are decoded only in a process that has little memory, little time, nothing to write to and no way to more rights.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "commands/commands.h"
#include "commands/options.h"
#include "commands/session.h"
#include "core/i18n.h"
#include "core/strbuf.h"
#include "ui/picture.h"

#define MEMORY_MAX ((rlim_t)1024 * 1024 * 1024) /* 40 megapixels in memory, as coefficients and as pixels */
#define OUTPUT_MAX ((rlim_t)16 * 1024 * 1024)
#define SECONDS_MAX 5
#define COLUMNS_STANDARD 80
#define ROWS_STANDARD 24

enum { OPTION_KITTY, OPTION_SIXEL, OPTION_COLUMNS, OPTION_ROWS, OPTION_CELL };

const struct option_row picture_options[] = {
	[OPTION_KITTY] = { "--kitty", NULL, false, N_("for a terminal with kitty's graphics (the standard)") },
	[OPTION_SIXEL] = { "--sixel", NULL, false, N_("for a terminal with sixels") },
	[OPTION_COLUMNS] = { "--columns", N_("N"), false, N_("at most so many columns (80)") },
	[OPTION_ROWS] = { "--rows", N_("N"), false, N_("at most so many rows (24)") },
	[OPTION_CELL] = { "--cell", N_("WxH"), false, N_("pixels of a character cell (10x20)") },
	{ .name = NULL },
};

static bool
take_cell(const struct option_reader *reader, const char *value, struct picture_box *box)
{
	char rest;

	/* 0x0 is what a caller passes on that does not know it. */
	if (strlen(value) <= 9 && sscanf(value, "%dx%d%c", &box->cell_width, &box->cell_height, &rest) == 2
	    && box->cell_width >= 0 && box->cell_height >= 0)
		return true;
	option_wrong(reader->command, "%s", _("--cell needs width and height in pixels, as 10x20."));
	return false;
}

static bool
take_option(const struct option_reader *reader, int which, const char *value, struct picture_box *box)
{
	long range[2] = { 1, PICTURE_CELLS_MAX }, number = 0;
	bool fine = true;

	switch (which) {
	case OPTION_KITTY:
		box->kind = PICTURE_KITTY;
		break;
	case OPTION_SIXEL:
		box->kind = PICTURE_SIXEL;
		break;
	case OPTION_COLUMNS:
		fine = option_number(reader, "--columns", value, range, &number);
		box->columns = (int)number;
		break;
	case OPTION_ROWS:
		fine = option_number(reader, "--rows", value, range, &number);
		box->rows = (int)number;
		break;
	case OPTION_CELL:
		fine = take_cell(reader, value, box);
		break;
	}
	return fine;
}

static bool
limit(int what, rlim_t most)
{
	struct rlimit both = { .rlim_cur = most, .rlim_max = most };

	return setrlimit((__rlimit_resource_t)what, &both) == 0;
}

/* Before the first byte of the file is looked at. */
static bool
lock_in(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	bool memory = true; /* the checkers reserve more than any limit */
#else
	bool memory = limit(RLIMIT_AS, MEMORY_MAX);
#endif

	return memory && limit(RLIMIT_CPU, SECONDS_MAX) && limit(RLIMIT_FSIZE, OUTPUT_MAX) && limit(RLIMIT_CORE, 0)
	       && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

static int
draw(const char *path, const struct picture_box *box)
{
	struct err err = { .text = "" };
	struct strbuf out;
	int columns, rows, code = EXIT_DONE;

	if (!lock_in()) {
		err_set(&err, STATUS_FAILED, "%s", _("The limits for reading pictures cannot be set on this system."));
		return session_fail(EXIT_FAILED, &err);
	}
	strbuf_init(&out, PICTURE_SEQUENCE_MAX);
	if (picture_render(path, box, &out, &columns, &rows, &err) != STATUS_OK) {
		code = session_fail(EXIT_FAILED, &err);
	} else if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0) {
		err_set(&err, STATUS_IO, "%s", _("The picture cannot be written to standard output."));
		code = session_fail(EXIT_FAILED, &err);
	}
	strbuf_release(&out);
	return code;
}

int
command_picture(int argc, char **argv)
{
	struct picture_box box = { .kind = PICTURE_KITTY, .columns = COLUMNS_STANDARD, .rows = ROWS_STANDARD };
	struct option_reader reader;
	const char *value, *path = NULL;
	int which, code = EXIT_DONE;

	option_reader_init(&reader, picture_options, false, argc, argv);
	while (code == EXIT_DONE && (which = option_next(&reader, &value)) != OPTION_END) {
		if (which == OPTION_WRONG || (which >= 0 && !take_option(&reader, which, value, &box)))
			code = EXIT_USAGE;
		else if (which == OPTION_OPERAND && path != NULL)
			code = option_wrong(reader.command, "%s", _("Give one file."));
		else if (which == OPTION_OPERAND)
			path = value;
	}
	if (code == EXIT_DONE && path == NULL)
		code = option_wrong(reader.command, "%s", _("Give the file of the picture."));
	if (code == EXIT_DONE)
		code = draw(path, &box);
	option_reader_release(&reader);
	return code;
}
