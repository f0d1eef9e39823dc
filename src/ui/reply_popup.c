/* SPDX-License-Identifier: MIT */
#include "ui/reply_popup.h"

#include <stdlib.h>
#include <string.h>

#include "core/canned.h"
#include "core/client.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/template.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/emoji.h"
#include "ui/fuzzy.h"
#include "ui/reply_spelling.h"
#include "ui/reply_template.h"
#include "ui/wording.h"

enum { CANNED_LISTED = 500, TEMPLATES_LISTED = 100, OFFERED = 50, EMOJI_OFFERED = 20, EMOJI_LEAST = 3, NAME_FIRST = 10000 };
enum { POPUP_ROWS = 8, NAME_COLUMNS = 22, POPUP_COLUMNS_LEAST = 12 };

void
reply_popup_init(struct reply_popup *popup)
{
	*popup = (struct reply_popup){ 0 };
	completion_init(&popup->items);
}

void
reply_popup_release(struct reply_popup *popup)
{
	completion_release(&popup->items);
	*popup = (struct reply_popup){ 0 };
}

static void
close_popup(struct reply_popup *popup)
{
	popup->kind = POPUP_NONE;
	completion_clear(&popup->items);
}

/* --- what is offered --- */

struct scored {
	int score;
	size_t index;
};

static int
better(const void *a, const void *b)
{
	const struct scored *one = a, *other = b;

	if (one->score != other->score)
		return one->score > other->score ? -1 : 1;
	return one->index < other->index ? -1 : one->index > other->index;
}

/* How well a name or the text behind it fits; 0 = not at all. */
static int
score(const char *letters, const char *name, const char *text)
{
	struct fuzzy_hit hit;

	if (fuzzy_match(letters, name, &hit))
		return NAME_FIRST + hit.score + 1;
	return fuzzy_match(letters, text, &hit) ? 1 + (hit.score > 0 ? hit.score : 0) : 0;
}

static const char *
customer_language(struct app *app, char out[CLIENT_LANGUAGE_SIZE])
{
	struct client client = { 0 };

	out[0] = '\0';
	if (client_get(app->db, app->inbox.current.client_id, &client, NULL) == STATUS_OK) {
		utf8_copy(out, CLIENT_LANGUAGE_SIZE, client.language);
		client_release(&client);
	}
	return out;
}

void
reply_complete_canned(struct app *app, const char *letters, struct completion *out)
{
	char language[CLIENT_LANGUAGE_SIZE];
	struct canned_query query = { .fitting = true, .channel = app->inbox.current.channel, .limit = CANNED_LISTED };
	struct scored found[CANNED_LISTED];
	struct err err = { "" };
	size_t count = 0;

	query.language = customer_language(app, language);
	query.rows = calloc(CANNED_LISTED, sizeof *query.rows);
	if (query.rows == NULL)
		return;
	app_report(app, canned_list(app->db, &query, &err), &err);
	for (size_t i = 0; i < query.count; i++) {
		int value = score(letters, query.rows[i].name, query.rows[i].preview);

		if (value > 0)
			found[count++] = (struct scored){ value, i };
	}
	qsort(found, count, sizeof *found, better);
	for (size_t i = 0; i < count && i < OFFERED; i++)
		completion_add(out, query.rows[found[i].index].name, NULL, query.rows[found[i].index].preview);
	free(query.rows);
}

void
reply_complete_template(struct app *app, const char *letters, struct completion *out)
{
	struct template_item *items = calloc(TEMPLATES_LISTED, sizeof *items);
	struct scored found[TEMPLATES_LISTED];
	struct err err = { "" };
	size_t listed = 0, count = 0;

	if (items == NULL)
		return;
	app_report(app, template_list(app->db, app->inbox.current.channel, TEMPLATES_LISTED, items, &listed, &err), &err);
	for (size_t i = 0; i < listed; i++) {
		int value = score(letters, items[i].name, items[i].body);

		if (value > 0)
			found[count++] = (struct scored){ value, i };
	}
	qsort(found, count, sizeof *found, better);
	for (size_t i = 0; i < count && i < OFFERED; i++) {
		const struct template_item *item = &items[found[i].index];

		completion_add(out, item->name, item->language, item->body);
	}
	free(items);
}

static void
offer_emoji(struct completion *out, const char *letters, size_t len)
{
	struct emoji_match matches[EMOJI_OFFERED];
	size_t count = emoji_complete(letters, len, matches, EMOJI_OFFERED);

	for (size_t i = 0; i < count; i++)
		completion_add(out, matches[i].emoji, NULL, matches[i].name);
}

/* What the text at the cursor asks for, and which bytes of it. */
static enum popup_kind
wanted(struct app *app, size_t *start, size_t *end)
{
	const struct editor *editor = &app->editor;
	const char *text = editor_text(editor);
	size_t len;

	*start = 0;
	*end = editor->cursor;
	if (!app->reply.note && text[0] == '/' && editor->cursor == editor->len && strcspn(text, " \n") == editor->len)
		return app_refusal(app) != NULL ? POPUP_TEMPLATE : POPUP_CANNED;
	if (editor_emoji_name(editor, start, &len) && len >= EMOJI_LEAST)
		return POPUP_EMOJI;
	return POPUP_NONE;
}

static void
fill(struct app *app, enum popup_kind kind, size_t start, size_t end)
{
	struct reply_popup *popup = &app->reply.popup;
	const char *text = editor_text(&app->editor) + start + 1;
	size_t len = end - start - 1;
	char letters[FUZZY_PATTERN_MAX * 4 + 1];

	utf8_copy(letters, len + 1 < sizeof letters ? len + 1 : sizeof letters, text);
	completion_begin(&popup->items, start, end);
	if (kind == POPUP_CANNED)
		reply_complete_canned(app, letters, &popup->items);
	else if (kind == POPUP_TEMPLATE)
		reply_complete_template(app, letters, &popup->items);
	else
		offer_emoji(&popup->items, text, len);
	popup->kind = popup->items.count > 0 ? kind : POPUP_NONE;
}

void
reply_popup_update(struct app *app)
{
	struct reply_popup *popup = &app->reply.popup;
	enum popup_kind kind;
	size_t start, end;

	if (app_context(app) != CONTEXT_REPLY) {
		close_popup(popup);
		popup->thread_id = 0;
		return;
	}
	if (popup->thread_id == app->conversation.thread_id && popup->version == app->editor.version &&
	    popup->cursor == app->editor.cursor)
		return;
	popup->thread_id = app->conversation.thread_id;
	popup->version = app->editor.version;
	popup->cursor = app->editor.cursor;
	close_popup(popup);
	kind = wanted(app, &start, &end);
	if (kind == POPUP_NONE)
		popup->dismissed = false;
	else if (!popup->dismissed)
		fill(app, kind, start, end);
}

void
reply_popup_offer_words(struct app *app, size_t start, size_t end, const char *const *words, size_t count)
{
	struct reply_popup *popup = &app->reply.popup;

	reply_popup_update(app);
	close_popup(popup);
	completion_begin(&popup->items, start, end);
	for (size_t i = 0; i < count; i++)
		completion_add(&popup->items, words[i], NULL, NULL);
	completion_add(&popup->items, _("(it is right)"), NULL, _("Keep this word for all time"));
	popup->kind = POPUP_WORDS;
	app->dirty = true;
}

/* --- what is chosen --- */

static void
expand(struct app *app, const struct canned *canned, struct strbuf *out, size_t *missing)
{
	const struct thread *thread = &app->inbox.current;
	char today[WORDING_SIZE];
	struct canned_values values = { .name = thread->client_name, .agent = app->options->config->agent_name,
					.number = thread->own_address, .date = wording_day(clock_now_ms(), today) };

	canned_expand(canned->body, &values, out, missing);
}

void
reply_insert_canned(struct app *app, const char *name, size_t start, size_t end)
{
	struct canned *canned = calloc(1, sizeof *canned);
	char language[CLIENT_LANGUAGE_SIZE];
	struct err err = { "" };
	struct strbuf text;
	size_t missing = 0;
	enum status status;

	strbuf_init(&text, CANNED_EXPANDED_MAX);
	status = canned == NULL ? err_set(&err, STATUS_NO_MEMORY,
					  _("There is not enough memory; close other programs and try again.")) :
		 canned_choose(app->db, name, app->inbox.current.channel, customer_language(app, language), canned, &err);
	app_report(app, status, &err);
	if (status == STATUS_OK) {
		expand(app, canned, &text, &missing);
		if (!editor_replace(&app->editor, start, end, strbuf_text(&text), text.len))
			app_notice(app, STYLE_FAILED, _("The text is too long; nothing more fits in."));
		else if (missing > 0)
			app_say(app, STYLE_WARNING,
				ngettext("%lu thing is not known; fill in what is marked «…?».",
					 "%lu things are not known; fill in what is marked «…?».", missing),
				(unsigned long)missing);
	}
	strbuf_release(&text);
	free(canned);
}

static void
accept(struct app *app)
{
	struct reply_popup *popup = &app->reply.popup;
	const struct completion_item *item = completion_selected(&popup->items);
	size_t start = popup->items.start, end = popup->items.end;
	enum popup_kind kind = popup->kind;
	char *text = item != NULL ? strdup(item->text) : NULL;
	bool last = popup->items.selected + 1 == popup->items.count;

	close_popup(popup);
	if (text == NULL)
		return;
	switch (kind) {
	case POPUP_CANNED:
		reply_insert_canned(app, text, start, end);
		break;
	case POPUP_TEMPLATE:
		editor_replace(&app->editor, start, end, "", 0);
		reply_template_start(app, text);
		break;
	case POPUP_WORDS:
		if (last)
			reply_spelling_add(app, start, end);
		else
			editor_replace(&app->editor, start, end, text, strlen(text));
		break;
	case POPUP_EMOJI:
		editor_replace(&app->editor, start, end, text, strlen(text));
		break;
	case POPUP_NONE:
		break;
	}
	free(text);
}

bool
reply_popup_key(struct app *app, const struct key *key)
{
	struct reply_popup *popup = &app->reply.popup;

	reply_popup_update(app);
	if (popup->kind == POPUP_NONE || (key->modifiers & ~(unsigned)KEY_SHIFT) != 0)
		return false;
	switch (key->code) {
	case KEY_CODE_UP:
		completion_move(&popup->items, -1);
		return true;
	case KEY_CODE_DOWN:
		completion_move(&popup->items, 1);
		return true;
	case KEY_CODE_ENTER:
	case KEY_CODE_TAB:
		accept(app);
		return true;
	case KEY_CODE_ESCAPE:
		popup->dismissed = popup->kind != POPUP_WORDS;
		close_popup(popup);
		return true;
	default:
		return false;
	}
}

/* Columns for the widest name and a gap, at most so many. */
static int
name_columns(struct app *app, int most)
{
	const struct completion *items = &app->reply.popup.items;
	int widest = 0;

	for (size_t i = 0; i < items->count && widest < most; i++) {
		int width = grid_text_width(&app->grid, items->items[i].text) + 2;

		widest = width > widest ? width : widest;
	}
	return widest < most ? widest : most;
}

void
reply_popup_draw(struct app *app, struct area pane)
{
	const struct reply_popup *popup = &app->reply.popup;
	const struct completion *items = &popup->items;
	int room = pane.row - app->layout.messages.row - 1, names = NAME_COLUMNS, rows;
	size_t top;

	if (popup->kind == POPUP_NONE || room <= 0 || pane.columns < POPUP_COLUMNS_LEAST)
		return;
	rows = items->count < POPUP_ROWS ? (int)items->count : POPUP_ROWS;
	rows = rows < room ? rows : room;
	names = name_columns(app, names < pane.columns / 2 ? names : pane.columns / 2);
	top = items->selected >= (size_t)rows ? items->selected + 1 - (size_t)rows : 0;
	for (int i = 0; i < rows; i++) {
		const struct completion_item *item = &items->items[top + (size_t)i];
		int row = pane.row - rows + i;

		app->grid.mark_selected = top + (size_t)i == items->selected;
		grid_fill(&app->grid, (struct area){ row, pane.column, 1, pane.columns }, STYLE_HINT);
		grid_text(&app->grid, row, pane.column + 1, names - 1, STYLE_STRONG, item->text);
		grid_text(&app->grid, row, pane.column + 1 + names, pane.columns - names - 2, STYLE_DIM, item->help);
		app->grid.mark_selected = false;
	}
}
