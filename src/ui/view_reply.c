/* SPDX-License-Identifier: MIT */
/* The reply pane: to whom and how, what it will be sent as, the text and its cursor. */
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/segment.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/reply_marker.h"
#include "ui/text_dress.h"
#include "ui/wording.h"

enum { ROWS_MAX = 64, INVITATION_LINES = 4 };

/* Why no reply can be written; a note always can. */
static const char *
refusal(const struct app *app)
{
	return app->reply.note ? NULL : app_refusal(app);
}

/* Where nothing but a template may be sent, how to get at one. */
static bool
wants_template(const struct app *app)
{
	return app->focus == FOCUS_REPLY && refusal(app) != NULL;
}

static bool
is_too_long(const struct app *app)
{
	size_t most = channel_info(app->inbox.current.channel)->max_characters;

	return most > 0 && utf8_count(editor_text(&app->editor), app->editor.len) > most;
}

/* What so many SMS cost as far as the last one here with a known price tells; "" if none does. */
static const char *
cost_words(const struct app *app, unsigned segments, char out[WORDING_SIZE])
{
	const struct conversation *conversation = &app->conversation;

	out[0] = '\0';
	for (size_t i = conversation->count; i > 0 && out[0] == '\0'; i--)
		if (conversation->messages[i - 1].direction == MESSAGE_OUT)
			wording_cost(&conversation->messages[i - 1], segments, out);
	return out;
}

/* What the text will be sent as; `why`: also what makes an SMS dear. */
static void
count_words(const struct app *app, bool why, char *out, size_t size)
{
	const struct channel_info *info = channel_info(app->inbox.current.channel);
	const struct editor *editor = &app->editor;
	struct sms_count count;
	char forces[5] = "", cost[WORDING_SIZE];
	size_t used;

	out[0] = '\0';
	if (editor->len == 0 || app->reply.note)
		return;
	if (!info->counts_segments || is_too_long(app)) {
		if (info->max_characters > 0)
			snprintf(out, size, "%zu/%zu", utf8_count(editor_text(editor), editor->len), info->max_characters);
		return;
	}
	sms_count(editor_text(editor), editor->len, 0, &count);
	snprintf(out, size, ngettext("%u SMS", "%u SMS", count.segments), count.segments);
	used = strlen(out);
	snprintf(out + used, size - used, ngettext(" · %u left", " · %u left", count.left), count.left);
	used = strlen(out);
	if (why && cost_words(app, count.segments, cost)[0] != '\0') {
		snprintf(out + used, size - used, " · %s", cost);
		used = strlen(out);
	}
	if (why && count.forces_ucs2 != 0) {
		forces[utf8_encode(count.forces_ucs2, forces)] = '\0';
		/* Translators: %s is the character that makes the message take the long alphabet. */
		snprintf(out + used, size - used, _(" · Unicode because of %s"), forces);
	}
}

/* " · WhatsApp · 23h left" */
static void
address_facts(const struct app *app, char *out, size_t size)
{
	const struct thread *thread = &app->inbox.current;
	char window[WORDING_SIZE];
	size_t used;

	snprintf(out, size, " · %s", _(channel_info(thread->channel)->title));
	used = strlen(out);
	if (wording_window(thread, app->now_ms, window)[0] != '\0')
		snprintf(out + used, size - used, app_refusal(app) != NULL ? " · %s" : _(" · %s left"), window);
}

/*
 * "To NAME · WhatsApp · 23h left ───── 12/1600". Where not all of it has room, first the reason of the counter goes,
 * then the name is cut; the facts stay.
 */
static void
draw_heading(struct app *app, struct area area)
{
	bool focused = app->focus == FOCUS_REPLY;
	enum style style = app->reply.note ? STYLE_NOTE : app_refusal(app) != NULL ? STYLE_WARNING :
			   focused ? STYLE_STRONG : STYLE_DIM;
	int end = area.column + area.columns - 1, column = area.column + 1, facts_columns, name_columns;
	char to[THREAD_NAME_SIZE + 32], facts[WORDING_SIZE * 2], counter[160], file[320];

	grid_rule_across(&app->grid, area.row, area.column, area.columns, STYLE_BORDER);
	view_heading_mark(app, area, focused);
	if (app->reply.note) {
		utf8_copy(to, sizeof to, _("Private note"));
		utf8_copy(facts, sizeof facts, _(" — the customer does not see it"));
	} else {
		/* Translators: to whom the reply goes. */
		snprintf(to, sizeof to, _("To %s"), wording_name(&app->inbox.current));
		address_facts(app, facts, sizeof facts);
	}
	facts_columns = grid_text_width(&app->grid, facts);
	name_columns = grid_text_width(&app->grid, to);
	count_words(app, true, counter, sizeof counter);
	if (name_columns + facts_columns + 2 + grid_text_width(&app->grid, counter) > end - column)
		count_words(app, false, counter, sizeof counter);
	if (counter[0] != '\0') {
		end = grid_text_right(&app->grid, area.row, column, end - column,
				      is_too_long(app) ? STYLE_FAILED : STYLE_STRONG, counter) - 1;
		grid_text(&app->grid, area.row, end, 1, STYLE_BORDER, " ");
	}
	if (files_attached_words(app, file, sizeof file)[0] != '\0') {
		int room = (end - column) / 2;

		end = grid_text_right(&app->grid, area.row, end - room, room, STYLE_STRONG, file) - 1;
		grid_text(&app->grid, area.row, end, 1, STYLE_BORDER, " ");
	}
	if (name_columns > end - column - facts_columns)
		name_columns = end - column - facts_columns;
	column += grid_text(&app->grid, area.row, column, name_columns, style, to);
	column += grid_text(&app->grid, area.row, column, end - column, style, facts);
	if (column < end)
		grid_text(&app->grid, area.row, column, 1, STYLE_BORDER, " ");
}

/* What stands there instead of a text. */
static const char *
invitation(const struct app *app)
{
	bool enter_sends = app->options->config->ui.send_key == CONFIG_SEND_ENTER;

	if (app->reply.note)
		return enter_sends ? _("Write a note for your colleagues; Enter keeps it, Esc goes back to the reply.") :
				     _("Write a note for your colleagues; Alt-Enter keeps it, Esc goes back to the reply.");
	if (wants_template(app))
		return _("More than 24 h since the customer wrote: only a template can be sent. / shows the templates.");
	if (refusal(app) != NULL)
		return refusal(app);
	if (app->focus != FOCUS_REPLY)
		return _("Press r to reply.");
	return enter_sends ? _("Write your reply; Enter sends it.") : _("Write your reply; Alt-Enter sends it.");
}

static size_t
wrap_invitation(const struct app *app, int columns, struct text_line lines[INVITATION_LINES])
{
	const char *text = invitation(app);
	size_t count = text_wrap(text, strlen(text), columns, lines, INVITATION_LINES);

	return count < INVITATION_LINES ? count : INVITATION_LINES;
}

int
view_reply_rows(struct app *app, int columns)
{
	struct text_line lines[INVITATION_LINES];

	if (app->editor.len == 0)
		return (int)wrap_invitation(app, columns, lines);
	return (int)editor_rows(&app->editor, columns);
}

static void
draw_invitation(struct app *app, struct area area)
{
	struct text_line lines[INVITATION_LINES];
	size_t count = wrap_invitation(app, area.columns - 2, lines);

	for (size_t i = 0; i < count && (int)i + 1 < area.rows; i++)
		grid_text_len(&app->grid, (struct area){ area.row + 1 + (int)i, area.column + 1, 1, area.columns - 2 },
			      refusal(app) != NULL ? STYLE_WARNING : STYLE_DIM, invitation(app) + lines[i].start,
			      lines[i].len);
}

/* Places that wait to be filled in. */
static void
dress_markers(const struct app *app, const struct dress_row *row)
{
	size_t at = 0, start, len;

	while (reply_marker_find(editor_text(&app->editor), at, &start, &len)) {
		dress_range(row, start, len, STYLE_ERROR_WORD);
		at = start + len;
	}
}

static void
draw_text(struct app *app, struct area area, const struct editor_row *rows, size_t count)
{
	const char *text = editor_text(&app->editor);
	struct markup_span spans[DRESS_SPANS_MAX];
	size_t span_count = 0;

	if (app->inbox.current.channel == CHANNEL_WHATSAPP && !app->reply.note)
		span_count = markup_spans(text, app->editor.len, spans, DRESS_SPANS_MAX);
	for (size_t i = 0; i < count; i++) {
		struct dress_row row = { .grid = &app->grid, .area = { area.row + (int)i, area.column, 1, area.columns },
					 .text = text, .start = rows[i].start, .len = rows[i].len };

		if (app->reply.note)
			grid_fill(&app->grid, row.area, STYLE_NOTE);
		grid_text_len(&app->grid, row.area, app->reply.note ? STYLE_NOTE : STYLE_NORMAL, text + row.start, row.len);
		dress_markup(&row, spans, span_count);
		reply_spelling_dress(app, &row);
		dress_markers(app, &row);
	}
}

void
view_reply_draw(struct app *app, struct area area)
{
	struct editor_row rows[ROWS_MAX], *shown = rows;
	int columns = area.columns - 2, height = area.rows - 1, cursor_column;
	size_t count, cursor_row, top;

	draw_heading(app, area);
	editor_cursor(&app->editor, columns, &cursor_row, &cursor_column);
	/* The part around the cursor; long texts are wrapped up to it. */
	top = cursor_row + 1 > (size_t)height ? cursor_row + 1 - (size_t)height : 0;
	count = editor_rows_from(&app->editor, columns, top, shown, height < ROWS_MAX ? (size_t)height : ROWS_MAX);
	draw_text(app, (struct area){ area.row + 1, area.column + 1, height, columns }, shown, count);
	if (app->editor.len == 0)
		draw_invitation(app, area);
	reply_popup_draw(app, area);
	if (app->focus == FOCUS_REPLY)
		grid_cursor(&app->grid, area.row + 1 + (int)(cursor_row - top), area.column + 1 + cursor_column, true);
}
