/* SPDX-License-Identifier: MIT */
/* What the terminal for tests answers about its screen and its program, as JSON. */
#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>

#include "core/utf8.h"
#include "vtscreen.h"

static void
add_code(struct strbuf *out, uint32_t code)
{
	char bytes[4];

	if (code == '"' || code == '\\') {
		strbuf_add_char(out, '\\');
		strbuf_add_char(out, (char)code);
	} else if (code < 0x20) {
		strbuf_add_format(out, "\\u%04" PRIx32, code);
	} else {
		strbuf_add(out, bytes, utf8_encode(code, bytes));
	}
}

static void
add_string(struct strbuf *out, const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;
	size_t at = 0;

	strbuf_add_char(out, '"');
	while (at < len) {
		uint32_t code;

		at += utf8_decode(text + at, len - at, &code);
		add_code(out, code);
	}
	strbuf_add_char(out, '"');
}

static void
add_cell_text(struct strbuf *out, const VTermScreenCell *cell)
{
	if (cell->chars[0] == 0)
		strbuf_add_char(out, ' ');
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
		add_code(out, cell->chars[i]);
}

/* The right half of a wide character has no text of its own. */
static bool
is_right_half(const VTermScreenCell *cell)
{
	return cell->chars[0] == (uint32_t)-1;
}

static void
add_row_text(struct terminal *terminal, int row, struct strbuf *out)
{
	VTermScreenCell cell;

	strbuf_add_char(out, '"');
	for (int column = 0; column < terminal->columns; column++) {
		vterm_screen_get_cell(terminal->screen, (VTermPos){.row = row, .col = column}, &cell);
		if (!is_right_half(&cell))
			add_cell_text(out, &cell);
	}
	strbuf_add_char(out, '"');
}

static void
add_color(struct strbuf *out, const char *name, const VTermColor *color, bool is_default)
{
	if (is_default)
		strbuf_add_format(out, ",\"%s\":\"default\"", name);
	else if (VTERM_COLOR_IS_INDEXED(color))
		strbuf_add_format(out, ",\"%s\":%d", name, color->indexed.idx);
	else
		strbuf_add_format(out, ",\"%s\":\"#%02x%02x%02x\"", name, color->rgb.red, color->rgb.green,
		    color->rgb.blue);
}

static const char *
truth(bool value)
{
	return value ? "true" : "false";
}

void
vtscreen_answer_row(struct terminal *terminal, int row, struct strbuf *out)
{
	VTermScreenCell cell;

	strbuf_add_char(out, '[');
	for (int column = 0; row >= 0 && row < terminal->rows && column < terminal->columns; column++) {
		vterm_screen_get_cell(terminal->screen, (VTermPos){.row = row, .col = column}, &cell);
		if (is_right_half(&cell))
			continue;
		if (column > 0)
			strbuf_add_char(out, ',');
		strbuf_add_format(out, "{\"column\":%d,\"width\":%d,\"text\":\"", column, cell.width);
		add_cell_text(out, &cell);
		strbuf_add_char(out, '"');
		add_color(out, "fg", &cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
		add_color(out, "bg", &cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
		strbuf_add_format(out, ",\"bold\":%s,\"italic\":%s,\"underline\":%s,\"reverse\":%s,\"strike\":%s}",
		    truth(cell.attrs.bold), truth(cell.attrs.italic), truth(cell.attrs.underline != 0),
		    truth(cell.attrs.reverse), truth(cell.attrs.strike));
	}
	strbuf_add_char(out, ']');
}

static void
add_program(struct terminal *terminal, struct strbuf *out)
{
	strbuf_add_format(out, ",\"pid\":%d,\"stopped\":%s,\"ended\":%s", (int)terminal->job, truth(terminal->stopped),
	    truth(terminal_is_over(terminal)));
	if (terminal->ended && WIFEXITED(terminal->wait_status))
		strbuf_add_format(out, ",\"exit\":%d,\"signal\":null", WEXITSTATUS(terminal->wait_status));
	else if (terminal->ended)
		strbuf_add_format(out, ",\"exit\":null,\"signal\":%d", WTERMSIG(terminal->wait_status));
	else
		strbuf_add_string(out, ",\"exit\":null,\"signal\":null");
}

void
vtscreen_answer_dump(struct terminal *terminal, struct strbuf *out)
{
	struct termios modes = {0};
	VTermPos cursor = {0};
	bool have_modes = terminal->master >= 0 && tcgetattr(terminal->master, &modes) == 0;

	vterm_state_get_cursorpos(vterm_obtain_state(terminal->vterm), &cursor);
	strbuf_add_format(out, "{\"seq\":%" PRIu64 ",\"rows\":[", terminal->sequence);
	for (int row = 0; row < terminal->rows; row++) {
		if (row > 0)
			strbuf_add_char(out, ',');
		add_row_text(terminal, row, out);
	}
	strbuf_add_format(out, "],\"columns\":%d,\"cursor\":[%d,%d]", terminal->columns, cursor.row, cursor.col);
	strbuf_add_format(out, ",\"cursor_visible\":%s,\"title\":", truth(terminal->cursor_visible));
	add_string(out, terminal->title);
	strbuf_add_format(out, ",\"alternate\":%s,\"mouse\":%d,\"bracketed_paste\":%s", truth(terminal->alternate),
	    terminal->mouse, truth(terminal_marks_paste(terminal)));
	if (have_modes)
		strbuf_add_format(out, ",\"canonical\":%s,\"echo\":%s", truth((modes.c_lflag & ICANON) != 0),
		    truth((modes.c_lflag & ECHO) != 0));
	strbuf_add_format(out, ",\"bells\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"output_ns\":%" PRId64, terminal->bells,
	    terminal->bytes, terminal->output_ns);
	strbuf_add_format(out, ",\"questions\":%d,\"frames\":%d,\"in_frame\":%s,\"theme_changes\":%s", terminal->extra.questions,
	    terminal->extra.frames, truth(terminal->extra.in_frame), truth(terminal->extra.theme_changes));
	strbuf_add_format(out, ",\"focus\":%s,\"mouse_sgr\":%s,\"told\":", truth(terminal->extra.focus),
	    truth(terminal->extra.mouse_sgr));
	add_string(out, strbuf_text(&terminal->extra.told));
	add_program(terminal, out);
	strbuf_add_char(out, '}');
}
