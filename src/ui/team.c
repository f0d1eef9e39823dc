/* SPDX-License-Identifier: MIT */
/*
 * An action on many conversations goes to the writer in chunks, one after the other, so that what arrives meanwhile is
 * stored between them and the screen shows how far it is. What it changed is kept for undo, in memory: whoever leaves
 * the console has decided.
 */
#include "ui/team.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/outbox.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/wording.h"

enum { BULKS_MAX = 64, MARK_PAGE = 200, TELL_DELAY_MS = 1000 };

struct bulk {
	struct bulk *next; /* waits until this one is done */
	struct work work; /* its name is `name` */
	char name[AGENT_NAME_SIZE];
	int64_t *ids; /* owned; NULL of an undo */
	size_t count;
	size_t done;
	struct undo undo; /* what was changed so far, or what is taken back */
	bool undoing;
	size_t skipped;
	bool lost_undo; /* too much to remember */
	bool failed;
	/* Of the chunk under way: */
	size_t chunk;
	struct undo part;
	size_t part_skipped;
};

void
team_init(struct team *team)
{
	*team = (struct team){ 0 };
	marks_init(&team->marks);
	outbox_owner(team->console);
}

static void
bulk_free(struct bulk *bulk)
{
	if (bulk == NULL)
		return;
	undo_release(&bulk->undo);
	undo_release(&bulk->part);
	free(bulk->ids);
	free(bulk);
}

void
team_release(struct team *team)
{
	for (size_t i = 0; i < team->undo_count; i++)
		undo_release(&team->undos[i]);
	while (team->bulk != NULL) {
		struct bulk *next = team->bulk->next;

		bulk_free(team->bulk);
		team->bulk = next;
	}
	marks_release(&team->marks);
	*team = (struct team){ 0 };
}

/* --- undo --- */

void
team_push_undo(struct app *app, struct undo *undo)
{
	struct team *team = &app->team;

	if (team->undo_count == TEAM_UNDO_MAX) {
		undo_release(&team->undos[0]);
		memmove(team->undos, team->undos + 1, (TEAM_UNDO_MAX - 1) * sizeof *team->undos);
		team->undo_count--;
	}
	team->undos[team->undo_count++] = *undo;
	team->undo_pushed_ms = clock_monotonic_ms();
	undo_init(undo);
}

/* --- an action --- */

static enum status
run_chunk(struct db *db, struct request *request, struct err *err)
{
	struct bulk *bulk = *(struct bulk **)request->data;

	if (bulk->undoing) {
		struct undo_part part = { .first = bulk->done, .count = bulk->chunk, .actor = request->agent,
					  .now_ms = request->now_ms };

		return work_undo(db, &bulk->undo, &part, &bulk->part_skipped, err);
	}
	return work_apply(db, &bulk->work, bulk->ids + bulk->done, bulk->chunk, &bulk->part, err);
}

static void
say_done(struct app *app, const struct bulk *bulk)
{
	unsigned long count = bulk->undoing ? bulk->count - bulk->skipped : bulk->undo.count;
	char words[128];

	if (bulk->undoing && bulk->skipped > 0) {
		app_say(app, STYLE_WARNING,
			ngettext("Taken back; %lu conversation was changed by somebody meanwhile and stays as it is.",
				 "Taken back; %lu conversations were changed by somebody meanwhile and stay as they are.",
				 bulk->skipped), (unsigned long)bulk->skipped);
		return;
	}
	if (bulk->undoing) {
		app_notice(app, STYLE_STRONG, _("Taken back."));
		return;
	}
	if (count == 0) {
		app_notice(app, STYLE_WARNING, _("Nothing to change: it is so already."));
		return;
	}
	wording_work(&bulk->work, words);
	if (count == 1)
		app_say(app, STYLE_STRONG, bulk->lost_undo ? "%s" : _("%s U takes it back."), words);
	else
		app_say(app, STYLE_STRONG, ngettext("%s (%lu conversation) U takes it back.",
						    "%s (%lu conversations) U takes it back.", count), words, count);
}

static void start_bulk(struct app *app);

/* The first one is done: what it did can be taken back, the next one begins. */
static void
end_bulk(struct app *app)
{
	struct bulk *bulk = app->team.bulk;

	app->team.bulk = bulk->next;
	app->team.bulk_count--;
	/* An undo that could not be stored can be tried again; what it did already is passed over then. */
	if (bulk->undoing ? bulk->failed : bulk->undo.count > 0)
		team_push_undo(app, &bulk->undo);
	bulk_free(bulk);
	if (app->team.bulk != NULL)
		start_bulk(app);
}

static void submit_chunk(struct app *app);

static void
end_chunk(struct app *app, struct request *request)
{
	struct bulk *bulk = app->team.bulk;

	if (request->status != STATUS_OK) {
		app_notice(app, STYLE_FAILED, request->err.text);
		bulk->count = bulk->done;
		bulk->failed = true;
	} else {
		bulk->done += bulk->chunk;
		bulk->skipped += bulk->part_skipped;
		if (!bulk->undoing && undo_join(&bulk->undo, &bulk->part, NULL) != STATUS_OK)
			bulk->lost_undo = true;
	}
	if (bulk->done < bulk->count) {
		submit_chunk(app);
		return;
	}
	if (request->status == STATUS_OK)
		say_done(app, bulk);
	end_bulk(app);
}

static void
submit_chunk(struct app *app)
{
	static const struct request_action action = { .run = run_chunk, .ended = end_chunk };
	struct bulk *bulk = app->team.bulk, **data = malloc(sizeof *data);
	bool going = data != NULL;

	bulk->chunk = bulk->count - bulk->done < WORK_CHUNK ? bulk->count - bulk->done : WORK_CHUNK;
	if (going) {
		*data = bulk;
		going = app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action, .data = data }, NULL);
	}
	if (!going) {
		bulk->failed = true;
		end_bulk(app);
	}
}

/* What an undo takes back is known only now: the action before it may just have ended. */
static void
start_bulk(struct app *app)
{
	struct team *team = &app->team;
	struct bulk *bulk = team->bulk;

	if (bulk->undoing && team->undo_count == 0) {
		app_notice(app, STYLE_WARNING, _("There is nothing to take back."));
		end_bulk(app);
		return;
	}
	if (bulk->undoing) {
		bulk->undo = team->undos[--team->undo_count];
		undo_init(&team->undos[team->undo_count]);
		/* A merge is one piece. */
		bulk->count = bulk->undo.count > 0 ? bulk->undo.count : 1;
	}
	submit_chunk(app);
}

/* One after the other, in the order in which they were asked for. Takes `bulk`. */
static void
add_bulk(struct app *app, struct bulk *bulk)
{
	struct bulk **link = &app->team.bulk;

	if (app->team.bulk_count == BULKS_MAX) {
		app_notice(app, STYLE_WARNING, _("Too many actions are still under way; wait a moment."));
		bulk_free(bulk);
		return;
	}
	while (*link != NULL)
		link = &(*link)->next;
	*link = bulk;
	if (app->team.bulk_count++ == 0)
		start_bulk(app);
}

void
team_do(struct app *app, const struct work *work)
{
	size_t count = app->team.marks.count;
	struct bulk *bulk;

	if (count == 0 && app->conversation.thread_id == 0) {
		app_notice(app, STYLE_WARNING, _("There is no conversation to do that with."));
		return;
	}
	bulk = calloc(1, sizeof *bulk);
	if (bulk != NULL)
		bulk->ids = count > 0 ? marks_ids(&app->team.marks) : calloc(1, sizeof *bulk->ids);
	if (bulk == NULL || bulk->ids == NULL) {
		bulk_free(bulk);
		app_notice(app, STYLE_FAILED, _("There is not enough memory; close other programs and try again."));
		return;
	}
	bulk->count = count > 0 ? count : 1;
	if (count == 0)
		bulk->ids[0] = app->conversation.thread_id;
	bulk->work = *work;
	utf8_copy(bulk->name, sizeof bulk->name, work->name != NULL ? work->name : "");
	bulk->work.name = bulk->name;
	bulk->work.actor = app->options->config->agent_name;
	bulk->work.now_ms = clock_now_ms();
	add_bulk(app, bulk);
	if (count > 0)
		team_clear_marks(app);
}

void
team_undo(struct app *app)
{
	const struct team *team = &app->team;
	struct bulk *bulk;

	/* What was done last: an action, or a reply that has not gone out yet. */
	if (team->bulk == NULL && reply_take_back_newest(app, team->undo_count > 0 ? team->undo_pushed_ms : 0))
		return;
	bulk = calloc(1, sizeof *bulk);
	if (bulk == NULL)
		return;
	bulk->undoing = true;
	add_bulk(app, bulk);
}

const char *
team_progress(const struct app *app, char *out, size_t size)
{
	const struct bulk *bulk = app->team.bulk;

	out[0] = '\0';
	if (bulk != NULL && bulk->count > WORK_CHUNK)
		snprintf(out, size, _("%zu of %zu done"), bulk->done, bulk->count);
	else if (app->team.marking)
		snprintf(out, size, _("marking: %zu"), app->team.marks.count);
	return out;
}

/* --- marks --- */

static void
add_mark(struct app *app, int64_t id)
{
	if (!marks_add(&app->team.marks, id)) {
		app->team.marking = false;
		app_say(app, STYLE_WARNING, _("No more than %d conversations can be marked at once."), MARKS_MAX);
	}
}

void
team_toggle_mark(struct app *app)
{
	int64_t id = app->inbox.current.id;

	if (!app->inbox.has_current)
		return;
	if (marks_has(&app->team.marks, id))
		marks_remove(&app->team.marks, id);
	else
		add_mark(app, id);
	app->team.mark_from = id;
}

void
team_mark_range(struct app *app)
{
	const struct inbox *inbox = &app->inbox;
	size_t from = inbox->count, to = inbox->selected, low, high;

	for (size_t i = 0; i < inbox->count; i++)
		if (inbox->rows[i].id == app->team.mark_from)
			from = i;
	if (!inbox->listed || from == inbox->count) {
		app_notice(app, STYLE_WARNING, _("Mark the first one with Space, move to the last one and press M."));
		return;
	}
	low = from < to ? from : to;
	high = from < to ? to : from;
	for (size_t i = low; i <= high; i++)
		add_mark(app, inbox->rows[i].id);
}

void
team_mark_all(struct app *app)
{
	if (app->search.is_on) {
		/* What was found so far: a search may go on for long. */
		for (size_t i = 0; i < app->inbox.count; i++)
			add_mark(app, app->inbox.rows[i].id);
		if (app->inbox.more)
			app_notice(app, STYLE_WARNING, _("Only what was found so far is marked; G finds more."));
		return;
	}
	app->team.marking = true;
	app->team.marking_at = (struct thread_cursor){ 0, 0 };
	team_continue(app);
}

void
team_clear_marks(struct app *app)
{
	marks_clear(&app->team.marks);
	app->team.marking = false;
	app->dirty = true;
}

void
team_continue(struct app *app)
{
	struct thread *rows = calloc(MARK_PAGE, sizeof *rows);
	struct err err = { "" };
	enum status status;
	size_t count = 0;

	if (rows == NULL) {
		app->team.marking = false;
		return;
	}
	status = thread_list(app->db, &app->inbox.filter, app->team.marking_at, MARK_PAGE, rows, &count, &err);
	app_report(app, status, &err);
	for (size_t i = 0; i < count && app->team.marking; i++)
		add_mark(app, rows[i].id);
	if (status != STATUS_OK || count < MARK_PAGE)
		app->team.marking = false;
	else
		app->team.marking_at = thread_place(&app->inbox.filter, &rows[count - 1]);
	free(rows);
	app->dirty = true;
}

/* --- who is where --- */

static enum status
run_seen(struct db *db, struct request *request, struct err *err)
{
	return agent_seen(db, request->agent, request->now_ms, err);
}

void
team_start(struct app *app)
{
	static const struct request_action action = { .run = run_seen };

	app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action }, NULL);
}

enum status
team_refresh(struct app *app, struct err *err)
{
	struct team *team = &app->team;

	return presence_list_all(app->db, team->console, app->now_ms, TEAM_OTHERS_MAX, team->others, &team->other_count,
				 err);
}

static enum status
run_presence(struct db *db, struct request *request, struct err *err)
{
	struct presence_report report = { .console = request->text, .agent = request->agent, .thread_id = request->thread_id,
					  .doing = (enum presence_doing)request->number, .now_ms = request->now_ms };

	if (request->thread_id == 0)
		return presence_clear(db, request->text, err);
	return presence_set(db, &report, err);
}

/* Where this console is: the conversation that is open, 0 for the list. */
static int64_t
place(const struct app *app, enum presence_doing *doing)
{
	*doing = app->focus == FOCUS_REPLY && app->editor.len > 0 ? PRESENCE_WRITING : PRESENCE_VIEWING;
	return app->focus != FOCUS_LIST && app->terminal_focused && !app->quitting ? app->conversation.thread_id : 0;
}

void
team_note_place(struct app *app)
{
	struct team *team = &app->team;
	enum presence_doing doing;
	int64_t thread_id = place(app, &doing);

	if (thread_id == team->told_thread && (thread_id == 0 || doing == team->told_doing))
		return;
	/* A moment later: whoever only passes by tells nobody. */
	if (team->tell_due_ms == 0 || team->tell_due_ms > clock_monotonic_ms() + TELL_DELAY_MS)
		team->tell_due_ms = clock_monotonic_ms() + TELL_DELAY_MS;
}

void
team_tell(struct app *app)
{
	static const struct request_action action = { .run = run_presence };
	struct team *team = &app->team;
	struct request request = { .kind = REQUEST_OTHER, .action = &action };
	enum presence_doing doing;
	int64_t thread_id = place(app, &doing);

	request.number = doing;
	team->tell_due_ms = 0;
	if (thread_id == 0 && team->told_thread == 0)
		return;
	if (app_request_for(app, thread_id, request, team->console)) {
		team->told_thread = thread_id;
		team->told_doing = doing;
	}
	/* Said again while it lasts, or it would be taken for gone. */
	if (thread_id != 0)
		team->tell_due_ms = clock_monotonic_ms() + PRESENCE_REFRESH_MS;
}

const struct presence *
team_other_in(const struct app *app, int64_t thread_id)
{
	const struct presence *found = NULL;

	for (size_t i = 0; i < app->team.other_count; i++) {
		const struct presence *other = &app->team.others[i];

		if (other->thread_id == thread_id && (found == NULL || other->doing == PRESENCE_WRITING))
			found = other;
	}
	return found;
}
