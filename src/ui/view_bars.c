/* SPDX-License-Identifier: MIT */
/* The bar at the top (what is to be done, who runs the services) and the line at the bottom (notices, keys). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "core/i18n.h"
#include "core/text.h"
#include "ui/app.h"

enum { CELL_GAP = 2, NOTICE_ROWS_MAX = 3 };

struct totals {
	long long unread;
	long long open;
};

static struct totals
count_all(const struct app *app)
{
	struct totals totals = { 0 };

	for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
		totals.unread += app->counts.unread[channel][THREAD_OPEN] + app->counts.unread[channel][THREAD_PENDING];
		totals.open += app->counts.threads[channel][THREAD_OPEN] + app->counts.threads[channel][THREAD_PENDING];
	}
	return totals;
}

/* One figure of the bar; returns the column after it. */
__attribute__((format(printf, 4, 5))) static int
draw_figure(struct app *app, int column, enum style style, const char *format, ...)
{
	char text[96];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	column += grid_text(&app->grid, 0, column, app->grid.columns - column, STYLE_BAR, " · ");
	return column + grid_text(&app->grid, 0, column, app->grid.columns - column, style, text);
}

static void
set_title(struct app *app, long long unread)
{
	char title[64];

	if (unread > 0)
		snprintf(title, sizeof title, "(%lld) hilo", unread);
	else
		snprintf(title, sizeof title, "hilo");
	terminal_set_title(app->terminal, title);
}

void
view_bar_draw(struct app *app)
{
	struct totals totals = count_all(app);
	struct ui_status services = { 0 };
	const char *missing = config_missing(app->options->config);
	char progress[64];
	int columns = app->grid.columns, column;

	grid_fill(&app->grid, (struct area){ 0, 0, 1, columns }, STYLE_BAR);
	column = 1 + grid_text(&app->grid, 0, 1, columns - 1, STYLE_BAR_STRONG, "hilo");
	if (app->options->banner != NULL)
		column += 1 + grid_text(&app->grid, 0, column + 1, columns - column - 1, STYLE_BAR_WARNING,
					app->options->banner);
	column = draw_figure(app, column, totals.unread > 0 ? STYLE_BAR_STRONG : STYLE_BAR,
			     ngettext("%lld unread", "%lld unread", (unsigned long)totals.unread), totals.unread);
	column = draw_figure(app, column, STYLE_BAR,
			     ngettext("%lld open", "%lld open", (unsigned long)totals.open), totals.open);
	if (app->outbox.waiting > 0)
		column = draw_figure(app, column, STYLE_BAR, ngettext("%lld waits to be sent", "%lld wait to be sent",
				     (unsigned long)app->outbox.waiting), (long long)app->outbox.waiting);
	if (app->outbox.unsure > 0)
		column = draw_figure(app, column, STYLE_BAR_WARNING, ngettext("%lld unconfirmed", "%lld unconfirmed",
				     (unsigned long)app->outbox.unsure), (long long)app->outbox.unsure);
	if (app->dead_letters > 0)
		column = draw_figure(app, column, STYLE_BAR_WARNING, ngettext("%lld dead letter", "%lld dead letters",
				     (unsigned long)app->dead_letters), (long long)app->dead_letters);
	if (team_progress(app, progress, sizeof progress)[0] != '\0')
		column = draw_figure(app, column, STYLE_BAR_WARNING, "%s", progress);
	if (app->recording)
		column = draw_figure(app, column, STYLE_BAR_WARNING, _("recording %s"), app->macro_name);
	if (app->options->describe != NULL)
		app->options->describe(app->options->describe_arg, &services);
	/* What is missing has its own row. */
	if (missing != NULL && strcmp(services.text, missing) == 0)
		services.text[0] = '\0';
	if (services.text[0] != '\0' && column + CELL_GAP < columns - 1)
		grid_text_right(&app->grid, 0, column + CELL_GAP, columns - 1 - column - CELL_GAP, STYLE_BAR, services.text);
	if (app->layout.warning_row >= 0 && missing != NULL)
		grid_text(&app->grid, app->layout.warning_row, 1, columns - 2, STYLE_WARNING, missing);
	set_title(app, totals.unread);
}

/* "key word" of the commands of a context that have a hint, from `column` on as many as fit. */
static void
draw_hints_of(struct app *app, unsigned contexts, int column, int end)
{
	int row = app->layout.hint_row;
	char key[32];

	for (size_t i = 0; i < command_count(); i++) {
		const struct command *command = command_at(i);
		int width;

		if (command->hint == NULL || (command->contexts & contexts) == 0 ||
		    (command->need == NEED_CONVERSATION && !app->inbox.has_current))
			continue;
		if (keymap_label(&app->keymap, command, contexts, key, sizeof key)[0] == '\0')
			continue;
		width = grid_text_width(&app->grid, key) + 1 + grid_text_width(&app->grid, _(command->hint));
		if (column + width > end)
			return;
		column += grid_text(&app->grid, row, column, end - column, STYLE_KEY, key) + 1;
		column += grid_text(&app->grid, row, column, end - column, STYLE_HINT, _(command->hint)) + CELL_GAP;
	}
}

/* Help has its place at the right end, whatever else fits. */
static void
draw_keys(struct app *app)
{
	const struct command *help = command_by_name("help", 4);
	int columns = app->grid.columns, width;
	char key[32], text[96];

	keymap_label(&app->keymap, help, CONTEXT_EVERYWHERE, key, sizeof key);
	snprintf(text, sizeof text, "%s %s", key, _(help->hint));
	width = grid_text_width(&app->grid, text);
	draw_hints_of(app, app_context(app), 1, columns - 1 - width - CELL_GAP);
	grid_text(&app->grid, app->layout.hint_row, columns - 1 - width, width, STYLE_HINT, text);
	grid_text(&app->grid, app->layout.hint_row, columns - 1 - width, grid_text_width(&app->grid, key), STYLE_KEY, key);
}

/* Returns how many lines there are; what is more than fits stands at the end of the last one and is cut there. */
static int
wrap_notice(const struct app *app, int columns, struct text_line lines[NOTICE_ROWS_MAX])
{
	size_t len = strlen(app->notice), count = text_wrap(app->notice, len, columns - 2, lines, NOTICE_ROWS_MAX);

	if (count <= NOTICE_ROWS_MAX)
		return (int)count;
	lines[NOTICE_ROWS_MAX - 1].len = len - lines[NOTICE_ROWS_MAX - 1].start;
	return NOTICE_ROWS_MAX;
}

int
view_hint_rows(const struct app *app, int columns)
{
	struct text_line lines[NOTICE_ROWS_MAX];

	return !prompt_is_open(&app->prompt) && app->notice[0] != '\0' ? wrap_notice(app, columns, lines) : 1;
}

static void
draw_notice(struct app *app)
{
	struct text_line lines[NOTICE_ROWS_MAX];
	int count = wrap_notice(app, app->grid.columns, lines), room = app->grid.rows - app->layout.hint_row;

	if (count > room) {
		count = room;
		lines[count - 1].len = strlen(app->notice) - lines[count - 1].start;
	}
	for (int i = 0; i < count; i++)
		grid_text_len(&app->grid, (struct area){ app->layout.hint_row + i, 1, 1, app->grid.columns - 2 },
			      app->notice_style, app->notice + lines[i].start, lines[i].len);
}

void
view_hints_draw(struct app *app)
{
	if (prompt_is_open(&app->prompt))
		prompt_draw(app, app->layout.hint_row);
	else if (app->notice[0] != '\0')
		draw_notice(app);
	else
		draw_keys(app);
}
