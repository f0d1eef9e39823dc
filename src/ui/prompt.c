/* SPDX-License-Identifier: MIT */
/*
 * The text is an editor of one line, so its keys are those of the reply. Tab shows what may follow; while the popup is
 * shown, Tab and the arrows choose and Enter takes the choice into the line first.
 */
#include "ui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/log.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/app.h"

enum { LINE_MAX_BYTES = 1000 };

void
prompt_init(struct prompt *prompt)
{
	*prompt = (struct prompt){ 0 };
	editor_init(&prompt->line);
	completion_init(&prompt->completion);
}

void
prompt_release(struct prompt *prompt)
{
	editor_release(&prompt->line);
	completion_release(&prompt->completion);
	free(prompt->typed);
	*prompt = (struct prompt){ 0 };
}

bool
prompt_is_open(const struct prompt *prompt)
{
	return prompt->kind != NULL || prompt->asking;
}

static void
offer(struct app *app)
{
	struct prompt *prompt = &app->prompt;

	completion_clear(&prompt->completion);
	if (prompt->kind->complete != NULL)
		prompt->kind->complete(app, editor_text(&prompt->line), prompt->line.cursor, &prompt->completion);
}

void
prompt_open(struct app *app, const struct prompt_kind *kind, const char *text)
{
	app->prompt.asking = false;
	app->prompt.kind = kind;
	app->prompt.completing = false;
	app->prompt.history_at = app->history.count;
	editor_set(&app->prompt.line, text);
	offer(app);
	app->dirty = true;
}

void
prompt_ask(struct app *app, const char *question, int64_t subject, void (*confirmed)(struct app *, int64_t))
{
	app->prompt.kind = NULL;
	app->prompt.asking = true;
	app->prompt.confirmed = confirmed;
	app->prompt.subject = subject;
	utf8_copy(app->prompt.question, sizeof app->prompt.question, question);
	app->dirty = true;
}

static void
changed(struct app *app)
{
	struct prompt *prompt = &app->prompt;

	prompt->completing = false;
	offer(app);
	if (prompt->kind->changed != NULL)
		prompt->kind->changed(app, editor_text(&prompt->line));
}

/* Puts the chosen completion in place of what it completes. */
static void
take_choice(struct app *app)
{
	struct prompt *prompt = &app->prompt;
	const struct completion_item *item = completion_selected(&prompt->completion);

	if (item == NULL)
		return;
	editor_replace(&prompt->line, prompt->completion.start, prompt->completion.end, item->text, strlen(item->text));
	prompt->completion.end = prompt->completion.start + strlen(item->text);
}

/* Tab: what all have in common first, then one after the other. */
static void
next_choice(struct app *app, int by)
{
	struct prompt *prompt = &app->prompt;

	if (prompt->completion.count == 0)
		return;
	if (prompt->completing)
		completion_move(&prompt->completion, by);
	else
		completion_select(&prompt->completion, by > 0 ? 0 : prompt->completion.count - 1);
	prompt->completing = true;
	take_choice(app);
	if (prompt->completion.count == 1) {
		editor_move(&prompt->line, EDITOR_LINE_END);
		if (prompt->kind->has_history && prompt->completion.start == 0)
			editor_insert(&prompt->line, " ", 1);
		changed(app);
	}
}

static void
accept(struct app *app)
{
	struct prompt *prompt = &app->prompt;
	const struct prompt_kind *kind = prompt->kind;
	char *text = strdup(editor_text(&prompt->line));
	struct err err = { "" };

	prompt->kind = NULL;
	/* A line that cannot be kept is only not remembered. */
	if (text != NULL && kind->has_history && history_add(&app->history, text, &err) != STATUS_OK)
		log_warning("history_not_kept");
	if (text != NULL)
		kind->accept(app, text);
	free(text);
}

/* Lines of before that begin as the one being typed: towards the older (1) or newer (-1) ones. */
static void
recall(struct app *app, int by)
{
	struct prompt *prompt = &app->prompt;
	const char *line;

	if (!prompt->kind->has_history)
		return;
	if (prompt->history_at == app->history.count) {
		free(prompt->typed);
		prompt->typed = strdup(editor_text(&prompt->line));
	}
	if (prompt->typed == NULL)
		return;
	if (by > 0) {
		line = history_before(&app->history, prompt->typed, prompt->history_at, &prompt->history_at);
		if (line == NULL)
			return;
	} else {
		line = history_after(&app->history, prompt->typed, prompt->history_at, &prompt->history_at);
		if (line == NULL) {
			line = prompt->typed;
			prompt->history_at = app->history.count;
		}
	}
	editor_set(&prompt->line, line);
	changed(app);
}

static void
cancel(struct app *app)
{
	const struct prompt_kind *kind = app->prompt.kind;

	app->prompt.kind = NULL;
	if (kind->cancel != NULL)
		kind->cancel(app);
}

/* Keys that move and delete. */
static bool
edit(struct editor *line, const struct key *key)
{
	static const struct {
		uint32_t code;
		unsigned modifiers;
		enum editor_move move;
		bool deletes;
	} moves[] = {
		{ KEY_CODE_LEFT, 0, EDITOR_LEFT, false },	{ 'b', KEY_CTRL, EDITOR_LEFT, false },
		{ KEY_CODE_RIGHT, 0, EDITOR_RIGHT, false },	{ 'f', KEY_CTRL, EDITOR_RIGHT, false },
		{ KEY_CODE_HOME, 0, EDITOR_LINE_START, false }, { 'a', KEY_CTRL, EDITOR_LINE_START, false },
		{ KEY_CODE_END, 0, EDITOR_LINE_END, false },	{ 'e', KEY_CTRL, EDITOR_LINE_END, false },
		{ KEY_CODE_LEFT, KEY_CTRL, EDITOR_WORD_LEFT, false }, { KEY_CODE_RIGHT, KEY_CTRL, EDITOR_WORD_RIGHT, false },
		{ KEY_CODE_BACKSPACE, 0, EDITOR_LEFT, true },	{ 'h', KEY_CTRL, EDITOR_LEFT, true },
		{ KEY_CODE_DELETE, 0, EDITOR_RIGHT, true },	{ 'd', KEY_CTRL, EDITOR_RIGHT, true },
		{ 'w', KEY_CTRL, EDITOR_WORD_LEFT, true },	{ 'u', KEY_CTRL, EDITOR_LINE_START, true },
		{ 'k', KEY_CTRL, EDITOR_LINE_END, true },
	};

	for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
		if (moves[i].code != key->code || moves[i].modifiers != key->modifiers)
			continue;
		if (moves[i].deletes)
			editor_delete(line, moves[i].move, moves[i].move != EDITOR_LEFT && moves[i].move != EDITOR_RIGHT);
		else
			editor_move(line, moves[i].move);
		return true;
	}
	if (key->code == 'y' && key->modifiers == KEY_CTRL) {
		editor_yank(line);
		return true;
	}
	return false;
}

bool
prompt_edit(struct editor *line, const struct key *key)
{
	char text[4];

	if (!key_is_text(key))
		return edit(line, key);
	return editor_insert(line, text, utf8_encode(key->code, text));
}

void
prompt_insert_paste(struct editor *line, const char *text, size_t len)
{
	char piece[256];

	/* A line is short; what is longer than any line may be is not looked at. */
	if (len > LINE_MAX_BYTES - (line->len < LINE_MAX_BYTES ? line->len : LINE_MAX_BYTES))
		len = line->len < LINE_MAX_BYTES ? LINE_MAX_BYTES - line->len : 0;
	for (size_t i = 0, used = 0; i < len; i++) {
		piece[used++] = text[i] == '\n' || text[i] == '\r' || text[i] == '\t' ? ' ' : text[i];
		if (used == sizeof piece || i + 1 == len) {
			editor_insert(line, piece, used);
			used = 0;
		}
	}
}

static void
line_key(struct app *app, const struct key *key)
{
	struct prompt *prompt = &app->prompt;
	bool was_empty = prompt->line.len == 0;

	if (key->code == KEY_CODE_ENTER) {
		accept(app);
	} else if (key->code == KEY_CODE_ESCAPE || (key->code == 'c' && key->modifiers == KEY_CTRL)) {
		cancel(app);
	} else if (key->code == KEY_CODE_TAB) {
		next_choice(app, key->modifiers & KEY_SHIFT ? -1 : 1);
	} else if (key->code == KEY_CODE_UP || (key->code == 'p' && key->modifiers == KEY_CTRL)) {
		recall(app, 1);
	} else if (key->code == KEY_CODE_DOWN || (key->code == 'n' && key->modifiers == KEY_CTRL)) {
		recall(app, -1);
	} else if (was_empty && (key->code == KEY_CODE_BACKSPACE || (key->code == 'h' && key->modifiers == KEY_CTRL))) {
		cancel(app);
	} else if (prompt_edit(&prompt->line, key)) {
		prompt->history_at = app->history.count;
		changed(app);
	}
}

void
prompt_key(struct app *app, const struct key *key)
{
	bool yes = key->code == 'y' || key->code == 'Y' || key->code == 's' || key->code == 'S';

	app->dirty = true;
	if (!app->prompt.asking) {
		line_key(app, key);
		return;
	}
	/* Spanish and English keys for yes; anything else is no. */
	app->prompt.asking = false;
	if (yes && (key->modifiers & (KEY_CTRL | KEY_ALT)) == 0)
		app->prompt.confirmed(app, app->prompt.subject);
}

void
prompt_paste(struct app *app, const char *text, size_t len)
{
	prompt_insert_paste(&app->prompt.line, text, len);
	changed(app);
}

/* --- drawing --- */

enum { REASON_ROWS = 3, POPUP_ROWS = 8, POPUP_NAME = 24, POPUP_DETAIL = 14 };

/* Rows above the line: what may follow, the chosen one marked. */
static void
draw_popup(struct app *app, int row)
{
	const struct completion *completion = &app->prompt.completion;
	size_t rows = completion->count < POPUP_ROWS ? completion->count : POPUP_ROWS, top;
	int columns = app->grid.columns;

	if ((int)rows > row - 1)
		rows = row > 1 ? (size_t)(row - 1) : 0;
	top = completion->selected >= rows && rows > 0 ? completion->selected + 1 - rows : 0;
	for (size_t i = 0; i < rows; i++) {
		const struct completion_item *item = &completion->items[top + i];
		int at = row - (int)rows + (int)i;

		app->grid.mark_selected = app->prompt.completing && top + i == completion->selected;
		grid_fill(&app->grid, (struct area){ at, 0, 1, columns }, STYLE_HINT);
		grid_text(&app->grid, at, 1, POPUP_NAME - 1, STYLE_STRONG, item->text);
		grid_text(&app->grid, at, 1 + POPUP_NAME, POPUP_DETAIL - 1, STYLE_KEY, item->detail);
		grid_text(&app->grid, at, 1 + POPUP_NAME + POPUP_DETAIL, columns - POPUP_NAME - POPUP_DETAIL - 2,
			  STYLE_DIM, item->help);
		app->grid.mark_selected = false;
	}
}

size_t
prompt_draw_text(struct grid *grid, struct area area, const struct editor *line, const char *text)
{
	int columns = area.columns - 1, cursor = text_width(text, line->cursor);
	size_t from = 0;

	while (cursor >= columns && from < line->cursor) {
		size_t cluster = text_cluster(text + from, line->len - from);

		cursor -= text_width(text + from, cluster);
		from += cluster;
	}
	grid_text_len(grid, area, STYLE_NORMAL, text + from, line->len - from);
	grid_cursor(grid, area.row, area.column + cursor, true);
	return from;
}

/* Why it is wrong, in the rows above the line. */
static void
draw_reason(struct app *app, int row)
{
	const char *reason = app->prompt.kind->explain != NULL ? app->prompt.kind->explain(app) : NULL;
	struct text_line lines[REASON_ROWS];
	size_t count;

	if (reason == NULL)
		return;
	count = text_wrap(reason, strlen(reason), app->grid.columns - 2, lines, REASON_ROWS);
	count = count < REASON_ROWS ? count : REASON_ROWS;
	for (size_t i = 0; i < count && (int)count < row; i++) {
		int at = row - (int)count + (int)i;

		grid_fill(&app->grid, (struct area){ at, 0, 1, app->grid.columns }, STYLE_HINT);
		grid_text_len(&app->grid, (struct area){ at, 1, 1, app->grid.columns - 2 }, STYLE_FAILED,
			      reason + lines[i].start, lines[i].len);
	}
}

/* What is wrong in it is marked. */
static void
draw_line(struct app *app, int row)
{
	struct prompt *prompt = &app->prompt;
	const char *text = editor_text(&prompt->line);
	int label = grid_text(&app->grid, row, 0, app->grid.columns, STYLE_KEY, prompt->kind->label);
	struct area area = { row, label, 1, app->grid.columns - label };
	size_t from = prompt_draw_text(&app->grid, area, &prompt->line, text), start, len;

	if (prompt->kind->wrong != NULL && prompt->kind->wrong(app, text, &start, &len) && start >= from) {
		int before = text_width(text + from, start - from);

		if (before < area.columns)
			grid_text_len(&app->grid, (struct area){ row, label + before, 1, area.columns - before },
				      STYLE_FAILED, text + start, len);
		draw_reason(app, row);
	}
}

/* A question that leaves no room for its answers takes the rows above, so that all of it is read. */
static void
draw_question(struct app *app, int row)
{
	enum { LINES = 8 };
	const char *question = app->prompt.question, *answers = _("y yes · n no");
	int columns = app->grid.columns - 2, width = text_width(answers, strlen(answers)), column;
	struct text_line lines[LINES];
	size_t count = text_wrap(question, strlen(question), columns, lines, LINES);

	count = count < LINES ? count : LINES;
	column = 1 + text_width(question + lines[count - 1].start, lines[count - 1].len) + 1;
	/* The answers need a row of their own then. */
	if (column + width > columns + 1)
		column = 1;
	for (size_t i = 0; i < count; i++) {
		int at = row - (int)(count - i) + (column > 1);

		if (at < 0)
			continue;
		grid_fill(&app->grid, (struct area){ at, 0, 1, app->grid.columns }, STYLE_NORMAL);
		grid_text_len(&app->grid, (struct area){ at, 1, 1, columns }, STYLE_WARNING, question + lines[i].start,
			      lines[i].len);
	}
	grid_text(&app->grid, row, column, app->grid.columns - column, STYLE_KEY, answers);
	grid_cursor(&app->grid, row, column, true);
}

void
prompt_draw(struct app *app, int row)
{
	grid_fill(&app->grid, (struct area){ row, 0, 1, app->grid.columns }, STYLE_NORMAL);
	if (!app->prompt.asking) {
		draw_popup(app, row);
		draw_line(app, row);
		return;
	}
	draw_question(app, row);
}
