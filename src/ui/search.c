/* SPDX-License-Identifier: MIT */
/*
 * Each change of the line asks anew, with the last word as a beginning; Enter keeps what was found, Escape brings the
 * list back. When the store changes, the same is asked again, and its answer takes the place of the rows at once, with selection and
 * place kept. All of it is answered by the finder's thread; here nothing is waited for.
 */
#include "ui/search.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/query_run.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/app.h"

enum {
	AGAIN_MS = 500,	 /* after a change: at most so often, */
	AGAIN_SHARE = 10, /* and so many times as long as the answer takes */
	FORGET_MS = 100, /* rows of the question before are gone by then */
	NEAR_END = 20,
	STEPS_MAX = 100,
	SPANS_MAX = 32
};

void
search_init(struct search *search)
{
	*search = (struct search){ 0 };
}

static void
drop_gathered(struct search *search)
{
	free(search->rows);
	free(search->hits);
	search->rows = NULL;
	search->hits = NULL;
	search->count = 0;
}

void
search_release(struct search *search)
{
	finder_free(search->finder);
	drop_gathered(search);
	*search = (struct search){ 0 };
}

int
search_fd(const struct search *search)
{
	return search->finder != NULL ? finder_fd(search->finder) : -1;
}

bool
search_is_running(const struct search *search)
{
	return search->stage == SEARCH_NEW || search->stage == SEARCH_ADDING;
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

/* `again`: the rows are of this question, and stay until its answer is complete. */
static void
ask(struct app *app, const struct query *query, bool again)
{
	struct search *search = &app->search;
	const struct inbox *inbox = &app->inbox;

	if (!turn_on(app))
		return;
	if (query != &search->query)
		search->query = *query;
	drop_gathered(search);
	search->steps = 0;
	search->step = STEP_NONE;
	search->asked_ms = clock_monotonic_ms();
	search->again_due_ms = 0;
	search->forget_due_ms = again || inbox->count == 0 ? 0 : search->asked_ms + FORGET_MS;
	search->stage = again ? SEARCH_RENEWING : SEARCH_NEW;
	finder_ask(search->finder, query, again && inbox->count > FINDER_PAGE ? inbox->count : FINDER_PAGE);
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
	drop_gathered(search);
	search->is_on = false;
	search->stage = SEARCH_IDLE;
	search->again_due_ms = search->forget_due_ms = 0;
	search->steps = 0;
	search->step = STEP_NONE;
	app_report(app, inbox_end_search(&app->inbox, app->db, search->before, &err), &err);
	app_show_selected(app);
	app->dirty = true;
}

bool
search_for(struct app *app, const char *text)
{
	const struct search *search = &app->search;
	struct query query;
	struct err err = { "" };

	if (understand(app, text, false, &query, &err) != STATUS_OK) {
		app_notice(app, STYLE_FAILED, err.text);
		return false;
	}
	app_set_focus(app, FOCUS_LIST);
	/* What was seen while it was typed stays in sight. */
	ask(app, &query, search->is_on && search->stage == SEARCH_IDLE && app->inbox.count > 0 &&
	    strcmp(search->query.text, query.text) == 0);
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
		ask(app, &query, false);
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

/* Keeps a piece until the answer is complete; false without memory. */
static bool
gather(struct search *search, const struct finder_piece *piece)
{
	size_t count = search->count + piece->count;
	struct thread *rows;
	int64_t *hits;

	if (piece->count == 0)
		return true;
	rows = realloc(search->rows, count * sizeof *rows);
	if (rows != NULL)
		search->rows = rows;
	hits = realloc(search->hits, count * sizeof *hits);
	if (hits != NULL)
		search->hits = hits;
	if (rows == NULL || hits == NULL)
		return false;
	memcpy(rows + search->count, piece->rows, piece->count * sizeof *rows);
	memcpy(hits + search->count, piece->hits, piece->count * sizeof *hits);
	search->count = count;
	return true;
}

static void
take_renewed(struct app *app, const struct finder_piece *piece)
{
	struct search *search = &app->search;
	bool good = gather(search, piece) && piece->status == STATUS_OK;

	if (good && !piece->done)
		return;
	/* An answer that is not complete changes nothing. */
	if (good)
		inbox_renew_found(&app->inbox, &(struct inbox_found){ search->rows, search->hits, search->count, piece->more },
				  app->focus != FOCUS_LIST);
	drop_gathered(search);
	search->stage = SEARCH_IDLE;
}

/* The conversation that is open already is shown where it was found now. */
static void
show_hit(struct app *app)
{
	int64_t hit = inbox_hit(&app->inbox);
	struct err err = { "" };

	if (hit != 0 && app->inbox.current.id == app->conversation.thread_id)
		app_report(app, conversation_go_to(&app->conversation, app->db, hit, &err), &err);
}

static void
take_piece(struct app *app, const struct finder_piece *piece)
{
	struct search *search = &app->search;
	struct inbox_found found = { piece->rows, piece->hits, piece->count, piece->more };

	switch (search->stage) {
	case SEARCH_RENEWING:
		take_renewed(app, piece);
		break;
	case SEARCH_NEW:
		search->forget_due_ms = 0;
		inbox_set_found(&app->inbox, &found);
		show_hit(app);
		search->stage = SEARCH_ADDING;
		break;
	case SEARCH_ADDING:
	case SEARCH_IDLE:
		inbox_add_found(&app->inbox, &found);
		break;
	}
	if (piece->done) {
		search->stage = SEARCH_IDLE;
		search->took_ms = clock_monotonic_ms() - search->asked_ms;
	}
	if (piece->status != STATUS_OK && piece->status != STATUS_CANCELED)
		app_report(app, piece->status, &piece->err);
	app->dirty = true;
}

void
search_note_change(struct app *app)
{
	struct search *search = &app->search;
	int64_t wait = search->took_ms * AGAIN_SHARE > AGAIN_MS ? search->took_ms * AGAIN_SHARE : AGAIN_MS;

	if (search->is_on && search->again_due_ms == 0)
		search->again_due_ms = clock_monotonic_ms() + wait;
}

static void
want_more(struct search *search)
{
	search->stage = SEARCH_ADDING;
	search->asked_ms = clock_monotonic_ms();
	finder_more(search->finder);
}

int64_t
search_due_ms(const struct search *search)
{
	/* What is under way comes first; its end is heard of. */
	int64_t again = search->stage == SEARCH_IDLE && search->steps == 0 ? search->again_due_ms : 0;

	if (search->forget_due_ms == 0)
		return again;
	return again == 0 || search->forget_due_ms < again ? search->forget_due_ms : again;
}

void
search_continue(struct app *app)
{
	struct search *search = &app->search;
	const struct inbox *inbox = &app->inbox;
	int64_t due = search_due_ms(search);
	bool is_due = due != 0 && due <= clock_monotonic_ms();

	if (!search->is_on)
		return;
	if (is_due && due == search->forget_due_ms) {
		search->forget_due_ms = 0;
		inbox_forget_found(&app->inbox);
		app->dirty = true;
	} else if (is_due) {
		ask(app, &search->query, true);
	} else if (search->stage == SEARCH_IDLE && inbox->more && inbox->selected + inbox->visible + NEAR_END >= inbox->count) {
		want_more(search);
	}
}

/* --- from place to place --- */

static int
direction(const struct search *search)
{
	return search->steps > 0 ? 1 : -1;
}

static void
ask_hit(struct app *app, enum search_step step, int64_t from)
{
	struct search *search = &app->search;

	search->step = step;
	search->step_thread = app->conversation.thread_id;
	finder_ask_hit(search->finder, search->step_thread, from, direction(search));
}

static void to_conversation(struct app *app);

/* The next place, seen from where the agent is. */
static void
go_on(struct app *app)
{
	struct search *search = &app->search;
	int64_t here = app->conversation.chosen;

	if (search->steps == 0 || search->step != STEP_NONE)
		return;
	/* Nothing is newer than the newest. */
	if (!query_has_words(&search->query) || (here == 0 && direction(search) < 0))
		to_conversation(app);
	else
		ask_hit(app, STEP_HERE, here);
}

static void
arrive(struct app *app, int64_t hit)
{
	struct search *search = &app->search;
	enum search_step step = search->step;
	enum status status = STATUS_OK;
	struct err err = { "" };

	search->step = STEP_NONE;
	if (hit != 0)
		status = conversation_go_to(&app->conversation, app->db, hit, &err);
	app_report(app, status, &err);
	app->dirty = true;
	/* What is too far back to go to must not hold up the way to the next conversation. */
	if (status != STATUS_OK && step == STEP_HERE) {
		to_conversation(app);
		return;
	}
	search->steps -= direction(search);
	go_on(app);
}

/* There is nothing more in this conversation: on to the next one that was found. */
static void
to_conversation(struct app *app)
{
	struct search *search = &app->search;
	struct inbox *inbox = &app->inbox;
	int by = direction(search);
	bool at_end = inbox->count == 0 || (inbox->listed && (by > 0 ? inbox->selected + 1 >= inbox->count : inbox->selected == 0));
	struct err err = { "" };

	if (at_end && by > 0 && (inbox->more || search_is_running(search))) {
		search->step = STEP_ROWS;
		if (search->stage == SEARCH_IDLE)
			want_more(search);
		return;
	}
	search->step = STEP_NONE;
	if (at_end) {
		search->steps = 0;
		app_notice(app, STYLE_WARNING, _("Nothing more was found."));
		return;
	}
	app_report(app, inbox_move(inbox, app->db, by, &err), &err);
	app_show_selected(app);
	if (by < 0 && inbox_hit(inbox) != 0)
		ask_hit(app, STEP_ENTERING, 0);
	else
		arrive(app, inbox_hit(inbox));
}

static void
take_hit(struct app *app)
{
	struct search *search = &app->search;
	struct err err = { "" };
	enum status status;
	int64_t hit;

	if (!finder_take_hit(search->finder, &hit, &status, &err) ||
	    (search->step != STEP_HERE && search->step != STEP_ENTERING))
		return;
	app_report(app, status, &err);
	if (status != STATUS_OK || search->step_thread != app->conversation.thread_id) {
		/* The agent went elsewhere meanwhile. */
		search->steps = 0;
		search->step = STEP_NONE;
	} else if (hit == 0 && search->step == STEP_HERE) {
		to_conversation(app);
	} else {
		arrive(app, hit);
	}
}

void
search_next_hit(struct app *app, int by)
{
	struct search *search = &app->search;
	bool from_list = app->focus == FOCUS_LIST;

	app_set_focus(app, FOCUS_MESSAGES);
	if (app->focus != FOCUS_MESSAGES)
		return;
	/* From the list the first step leads to what was found in the selected conversation. */
	if (from_list && by > 0 && search->steps == 0 && inbox_hit(&app->inbox) != 0) {
		show_hit(app);
		return;
	}
	if (search->steps * by < 0)
		search->steps = 0;
	if (search->steps * by < STEPS_MAX)
		search->steps += by;
	if (search->step != STEP_NONE && direction(search) != search->step_by)
		search->step = STEP_NONE;
	search->step_by = by;
	go_on(app);
}

void
search_take(struct app *app)
{
	struct search *search = &app->search;
	struct finder_piece piece;

	while (finder_take(search->finder, &piece)) {
		if (search->is_on)
			take_piece(app, &piece);
		free(piece.rows);
		free(piece.hits);
	}
	if (search->is_on && search->step == STEP_ROWS)
		to_conversation(app);
	if (search->is_on)
		take_hit(app);
}

/* --- what stands out --- */

size_t
search_spans(const struct app *app, const char *text, size_t len, struct query_span *spans, size_t max)
{
	size_t count = 0, from = 0;

	if (!app->search.is_on || !query_has_words(&app->search.query))
		return 0;
	while (count < max && query_find(&app->search.query, text, len, from, &spans[count]) && spans[count].len > 0) {
		from = spans[count].start + spans[count].len;
		count++;
	}
	return count;
}

void
search_show_hits(struct app *app, struct area area, const char *text)
{
	struct query_span spans[SPANS_MAX];
	struct strbuf shown;
	size_t count;

	if (!app->search.is_on)
		return;
	strbuf_init(&shown, 4 * THREAD_PREVIEW_SIZE);
	text_show(&shown, text, strlen(text), TEXT_ONE_LINE);
	text = strbuf_text(&shown);
	/* The last column is the mark of what was cut. */
	if (text_width(text, shown.len) > area.columns)
		area.columns--;
	count = search_spans(app, text, shown.len, spans, SPANS_MAX);
	for (size_t i = 0; i < count; i++) {
		int from = text_width(text, spans[i].start), to = from + text_width(text + spans[i].start, spans[i].len);

		to = to < area.columns ? to : area.columns;
		if (from < to)
			grid_restyle(&app->grid, (struct area){ area.row, area.column + from, 1, to - from }, STYLE_HIT);
	}
	strbuf_release(&shown);
}
