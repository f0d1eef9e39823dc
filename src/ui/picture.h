/* SPDX-License-Identifier: MIT */
/*
 * A picture in the terminal: PNG, JPEG, WebP and the first frame of GIF, scaled to a box of cells, as a sequence of the kitty
 * graphics protocol or in sixels. The bytes come from strangers, so the console never decodes them itself: it runs
 * `hilo picture`, a process with little memory, little time and no new rights (see file_job_picture()).
 */
#ifndef HILO_UI_PICTURE_H
#define HILO_UI_PICTURE_H

#include "core/err.h"
#include "core/strbuf.h"

#define PICTURE_FILE_MAX ((size_t)16 * 1024 * 1024) /* bytes */
#define PICTURE_PIXELS_MAX ((long)40 * 1000 * 1000)
#define PICTURE_SEQUENCE_MAX ((size_t)4 * 1024 * 1024)
#define PICTURE_CELLS_MAX 500 /* columns, and rows */

enum picture_kind { PICTURE_KITTY, PICTURE_SIXEL };

/* Where it has to fit. */
struct picture_box {
	enum picture_kind kind;
	int columns, rows;	     /* at most; 1 to PICTURE_CELLS_MAX */
	int cell_width, cell_height; /* pixels of a cell; 0 = not known: 10 by 20 */
};

/*
 * The cells that a picture of this size takes in the box: as large as it fits, never larger than its own size, its sides in
 * proportion, at least one cell.
 */
void picture_fit(int width, int height, const struct picture_box *box, int *columns, int *rows);

/*
 * Decodes the file and makes `out` the sequence that draws it at the cursor; the cursor's place afterwards is not defined. Only in a
 * process that may die of it. STATUS_INVALID: not a picture that can be read, or too large; STATUS_IO.
 */
enum status picture_render(const char *path, const struct picture_box *box, struct strbuf *out, int *columns, int *rows,
			   struct err *err);

/* What takes all pictures of kitty's protocol off the screen again. Sixels go when their cells are drawn anew. */
extern const char picture_kitty_erase[];

#endif
