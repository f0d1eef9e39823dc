/* SPDX-License-Identifier: MIT */
/*
 * Each change of the line asks anew, with the last word as a beginning; Enter keeps what was found, Escape brings the
 * list back. What the store changes afterwards is asked again after a moment of quiet.
 */
#include "ui/search.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/query_run.h"
#include "core/utf8.h"
#include "ui/app.h"

enum { AGAIN_MS = 1500, NEAR_END = 20, HITS_MAX = 200 };

void
search_init(struct search *search)
{
	*search = (struct search){ 0 };
}

void
search_release(struct search *search)
{
	finder_free(search->finder);
	*search = (struct search){ 0 };
}

int
search_fd(const struct search *search)
{
	return search->finder != NULL ? finder_fd(search->finder) : -1;
}

static enum status
understand(struct app *app, const char *text, bool typing, struct query *query, struct err *err)
{
	struct query_options options = { .now_ms = clock_now_ms(), .agent = app->options->config->agent_name, .prefix = typing };

	return query_parse(text, &options, query, &app->search.where, err);
}

/* Leaves the list for what will be found. */
static bool
turn_on(struct app *app)
{
	struct search *search = &app->search;

	if (search->finder == NULL)
		search->finder = finder_new(app->options->database);
	if (search->finder == NULL) {
		app_notice(app, STYLE_FAILED, _("There is not enough memory; close other programs and try again."));
		return false;
	}
	if (!search->is_on) {
		search->before = app->inbox.has_current ? app->inbox.current.id : 0;
		inbox_begin_search(&app->inbox);
	}
	search->is_on = true;
	return true;
}

static void
ask(struct app *app, const struct query *query)
{
	struct search *search = &app->search;

	if (!turn_on(app))
		return;
	search->query = *query;
	search->running = true;
	search->again_due_ms = 0;
	finder_ask(search->finder, query);
	app->conversation.stale = true;
	app->dirty = true;
}

void
search_end(struct app *app)
{
	struct search *search = &app->search;
	struct err err = { "" };

	if (!search->is_on)
		return;
	finder_stop(search->finder);
	search->is_on = search->running = false;
	search->again_due_ms = 0;
	app->conversation.stale = true;
	app_report(app, inbox_end_search(&app->inbox, app->db, search->before, &err), &err);
	app_show_selected(app);
	app->dirty = true;
}

bool
search_for(struct app *app, const char *text)
{
	struct query query;
	struct err err = { "" };

	if (understand(app, text, false, &query, &err) != STATUS_OK) {
		app_notice(app, STYLE_FAILED, err.text);
		return false;
	}
	app_set_focus(app, FOCUS_LIST);
	ask(app, &query);
	return true;
}

/* --- the line --- */

static void
typed(struct app *app, const char *text)
{
	struct search *search = &app->search;
	struct err err = { "" };
	struct query query;

	search->problem[0] = '\0';
	if (text[strspn(text, " ")] == '\0') {
		search_end(app);
		return;
	}
	if (understand(app, text, true, &query, &err) == STATUS_OK)
		ask(app, &query);
	else
		utf8_copy(search->problem, sizeof search->problem, err.text);
}

static void
accepted(struct app *app, const char *text)
{
	if (text[strspn(text, " ")] == '\0')
		search_end(app);
	else
		search_for(app, text);
}

static void
complete(struct app *app, const char *text, size_t cursor, struct completion *out)
{
	struct query_completion found;

	query_complete(text, cursor, query_values, app->db, &found);
	completion_begin(out, found.replace.start, found.replace.start + found.replace.len);
	for (size_t i = 0; i < found.count; i++)
		completion_add(out, found.items[i].text, NULL, found.items[i].help);
}

static bool
is_wrong(struct app *app, const char *text, size_t *start, size_t *len)
{
	(void)text;
	*start = app->search.where.start;
	*len = app->search.where.len;
	return app->search.problem[0] != '\0';
}

static const char *
explain(struct app *app)
{
	return app->search.problem;
}

static const struct prompt_kind search_line = {
	.label = "/",
	.accept = accepted,
	.changed = typed,
	.cancel = search_end,
	.complete = complete,
	.wrong = is_wrong,
	.explain = explain,
};

void
search_open(struct app *app)
{
	app->search.problem[0] = '\0';
	if (app->focus != FOCUS_LIST)
		app_set_focus(app, FOCUS_LIST);
	prompt_open(app, &search_line, app->search.is_on ? app->search.query.text : "");
}

/* --- what was found --- */

void
search_take(struct app *app)
{
	struct search *search = &app->search;
	struct finder_piece piece;

	while (finder_take(search->finder, &piece)) {
		if (search->is_on) {
			inbox_add_found(&app->inbox, piece.rows, piece.hits, piece.count, piece.first, piece.more);
			search->running = !piece.done;
			if (piece.status != STATUS_OK && piece.status != STATUS_CANCELED)
				app_report(app, piece.status, &piece.err);
			app->dirty = true;
		}
		free(piece.rows);
		free(piece.hits);
	}
}

void
search_note_change(struct app *app)
{
	if (app->search.is_on && app->search.again_due_ms == 0)
		app->search.again_due_ms = clock_monotonic_ms() + AGAIN_MS;
}

void
search_continue(struct app *app)
{
	struct search *search = &app->search;
	const struct inbox *inbox = &app->inbox;

	if (!search->is_on || search->running)
		return;
	if (inbox->more && inbox->selected + inbox->visible + NEAR_END >= inbox->count) {
		search->running = true;
		finder_more(search->finder);
	} else if (search->again_due_ms != 0 && search->again_due_ms <= clock_monotonic_ms()) {
		search->again_due_ms = 0;
		/* Further down nothing moves under the reader. */
		if (inbox->top == 0 && inbox->count <= FINDER_PAGE)
			ask(app, &search->query);
	}
}

/* The newest hit of the open conversation that is older than `below`; 0 = none. */
static int64_t
older_hit(struct app *app, int64_t below)
{
	int64_t id = 0;
	struct err err = { "" };
	size_t count = 0;

	app_report(app, query_hits(app->db, &app->search.query, app->conversation.thread_id, below, &id, 1, &count, &err), &err);
	return count > 0 ? id : 0;
}

/* The oldest hit that is newer than `above`, among the newest HITS_MAX. */
static int64_t
newer_hit(struct app *app, int64_t above)
{
	int64_t ids[HITS_MAX], found = 0;
	struct err err = { "" };
	size_t count = 0;

	app_report(app, query_hits(app->db, &app->search.query, app->conversation.thread_id, INT64_MAX, ids, HITS_MAX, &count,
				   &err), &err);
	for (size_t i = 0; i < count && ids[i] > above; i++)
		found = ids[i];
	return found;
}

void
search_next_hit(struct app *app, int by)
{
	int64_t here = app->conversation.chosen, hit;
	struct err err = { "" };
	size_t before = app->inbox.selected;

	hit = by > 0 ? older_hit(app, here != 0 ? here : INT64_MAX) : newer_hit(app, here);
	if (hit == 0) {
		app_report(app, inbox_move(&app->inbox, app->db, by, &err), &err);
		if (app->inbox.selected == before) {
			app_notice(app, STYLE_WARNING, _("Nothing more was found."));
			return;
		}
		app_show_selected(app);
		hit = inbox_hit(&app->inbox);
	}
	if (app->focus == FOCUS_LIST)
		app_set_focus(app, FOCUS_MESSAGES);
	if (hit != 0)
		app_report(app, conversation_go_to(&app->conversation, app->db, hit, &err), &err);
	app->dirty = true;
}
