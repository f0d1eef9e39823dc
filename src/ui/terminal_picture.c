/* SPDX-License-Identifier: MIT */
/*
 * A picture over the cells. Its bytes go out behind the cells in the frame's single write, and again whenever the whole screen is
 * drawn anew; when it is taken away everything is, for sixels are part of the cells they cover.
 */
#include <string.h>
#include <sys/ioctl.h>

#include "ui/picture.h"
#include "ui/terminal_caps.h"
#include "ui/terminal_state.h"

static bool
is_kitty(const struct terminal *terminal)
{
	return terminal->picture.len > 2 && memcmp(terminal->picture.data, "\033_G", 3) == 0;
}

bool
terminal_picture(struct terminal *terminal, const char *bytes, size_t len, int row, int column)
{
	terminal_picture_remove(terminal);
	if (terminal->simple)
		return false;
	strbuf_init(&terminal->picture, PICTURE_SEQUENCE_MAX);
	strbuf_add(&terminal->picture, bytes, len);
	if (terminal->picture.failed) {
		strbuf_release(&terminal->picture);
		return false;
	}
	terminal->picture_row = row;
	terminal->picture_column = column;
	terminal->picture_due = true;
	return true;
}

void
terminal_picture_remove(struct terminal *terminal)
{
	if (terminal->picture.len == 0)
		return;
	if (is_kitty(terminal))
		strbuf_add_string(&terminal->verbs, picture_kitty_erase);
	strbuf_release(&terminal->picture);
	terminal->picture_due = false;
	terminal_forget(terminal);
}

void
terminal_add_picture(struct terminal *terminal)
{
	if (!terminal->picture_due || terminal->picture.len == 0)
		return;
	terminal->picture_due = false;
	if (is_kitty(terminal))
		strbuf_add_string(&terminal->frame, picture_kitty_erase);
	terminal_caps_add_place(&terminal->frame, terminal->picture_row, terminal->picture_column);
	strbuf_add(&terminal->frame, terminal->picture.data, terminal->picture.len);
	terminal->at_row = terminal->at_column = -1;
}

void
terminal_cell_size(const struct terminal *terminal, int *width, int *height)
{
	struct winsize size;

	*width = *height = 0;
	if (ioctl(terminal->fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
		return;
	*width = size.ws_xpixel / size.ws_col;
	*height = size.ws_ypixel / size.ws_row;
}
