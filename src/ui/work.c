/* SPDX-License-Identifier: MIT */
/*
 * What the agent does with the store. Reading is done here and now, by key and page; whatever is stored goes to the
 * writer, and its end is heard of later. A text is given up only when the store has it: what could not be sent
 * becomes the draft of its conversation again, and a draft that could not be kept is tried again.
 */
#include <stdlib.h>
#include <string.h>

#include "core/agent.h"
#include "core/clock.h"
#include "core/dead_letter.h"
#include "core/draft.h"
#include "core/i18n.h"
#include "ui/app.h"

enum { DRAFT_DELAY_MS = 700, RETRY_DELAY_MS = 5000 };

enum { AGENTS_LOOKED_AT = 50 };

int64_t
app_agent_id(struct app *app)
{
	const char *name = app->options->config->agent_name;
	struct agent agents[AGENTS_LOOKED_AT];
	struct err err = { "" };
	size_t count = 0;

	if (app->agent_id != 0)
		return app->agent_id;
	app_report(app, agent_list(app->db, name, AGENTS_LOOKED_AT, agents, &count, &err), &err);
	for (size_t i = 0; i < count; i++)
		if (strcmp(agents[i].name, name) == 0)
			app->agent_id = agents[i].id;
	return app->agent_id;
}

static enum status
read_all(struct app *app, struct err *err)
{
	enum status status;

	/* Where the window has closed meanwhile the conversation leaves the list. */
	app->inbox.filter.now_ms = app->now_ms;
	status = inbox_refresh(&app->inbox, app->db, app->focus != FOCUS_LIST, err);

	if (status == STATUS_OK)
		status = thread_counts(app->db, &app->counts, err);
	if (status == STATUS_OK)
		status = thread_view_counts(app->db, app_agent_id(app), &app->view_counts, err);
	if (status == STATUS_OK)
		status = outbox_counts(app->db, &app->outbox, err);
	if (status == STATUS_OK)
		status = dead_letter_count(app->db, &app->dead_letters, err);
	if (status == STATUS_OK)
		status = team_refresh(app, err);
	if (status == STATUS_OK && app->inbox.has_current && app->inbox.current.id == app->conversation.thread_id)
		status = conversation_refresh(&app->conversation, app->db, err);
	return status;
}

void
app_refresh(struct app *app)
{
	int64_t open = app->conversation.thread_id;
	struct err err = { "" };
	enum status status = db_begin_read(app->db, &err);

	if (status == STATUS_OK) {
		status = read_all(app, &err);
		db_rollback(app->db);
	}
	for (size_t i = 0; status == STATUS_OK && i < app->view_depth; i++)
		if (views[app->view_stack[i]].refresh != NULL)
			views[app->view_stack[i]].refresh(app);
	app_report(app, status, &err);
	app_show_selected(app);
	/* What was open is no more (erased): the next keys must not write to somebody else. */
	if (app->conversation.thread_id != open && app->focus != FOCUS_LIST)
		app_set_focus(app, FOCUS_LIST);
	app_mark_read(app);
	app->dirty = true;
}

bool
app_request_for(struct app *app, int64_t thread_id, struct request request, const char *text)
{
	request.thread_id = thread_id;
	request.now_ms = clock_now_ms();
	if (requests_submit(app->requests, &request, text))
		return true;
	app_notice(app, STYLE_FAILED, _("Nothing can be stored at the moment; try again."));
	return false;
}

bool
app_request(struct app *app, struct request request, const char *text)
{
	request.channel = app->inbox.current.channel;
	return app_request_for(app, app->conversation.thread_id, request, text);
}

/* --- drafts --- */

static enum draft_kind
draft_kind(const struct app *app)
{
	return app->reply.note ? DRAFT_NOTE : DRAFT_REPLY;
}

void
app_save_draft(struct app *app)
{
	app->draft_due_ms = 0;
	if (app->conversation.thread_id == 0 || app->editor.version == app->saved_version)
		return;
	if (app_request(app, (struct request){ .kind = REQUEST_SAVE_DRAFT, .draft = draft_kind(app) },
			editor_text(&app->editor)))
		app->saved_version = app->editor.version;
	else
		app->draft_due_ms = clock_monotonic_ms() + DRAFT_DELAY_MS;
}

/* Takes that draft of the conversation that could not be stored out of the list; NULL if there is none. */
static struct request *
take_unsaved(struct app *app, int64_t thread_id, enum draft_kind kind)
{
	for (struct request **link = &app->unsaved; *link != NULL; link = &(*link)->next_done) {
		struct request *request = *link;

		if (request->thread_id == thread_id && request->kind == REQUEST_SAVE_DRAFT && request->draft == kind) {
			*link = request->next_done;
			return request;
		}
	}
	return NULL;
}

/* The newest text: on its way to the store, refused by it, or in it. */
void
app_load_draft(struct app *app)
{
	int64_t thread_id = app->conversation.thread_id;
	struct draft_key key = { .thread_id = thread_id, .agent = app->options->config->agent_name, .kind = draft_kind(app) };
	const char *on_its_way = requests_draft_on_its_way(app->requests, thread_id, key.kind);
	struct request *unsaved = take_unsaved(app, thread_id, key.kind);
	struct err err = { "" };
	char *stored = NULL;

	app->draft_due_ms = 0;
	if (thread_id == 0) {
		editor_set(&app->editor, "");
	} else if (on_its_way != NULL) {
		editor_set(&app->editor, on_its_way);
	} else if (unsaved != NULL) {
		editor_set(&app->editor, unsaved->text);
		app->draft_due_ms = clock_monotonic_ms() + DRAFT_DELAY_MS;
	} else {
		app_report(app, draft_load_kind(app->db, &key, &stored, &err), &err);
		editor_set(&app->editor, stored != NULL ? stored : "");
	}
	app->saved_version = app->draft_due_ms > 0 ? 0 : app->editor.version;
	request_free(unsaved);
	free(stored);
}

void
app_show_selected(struct app *app)
{
	const struct thread *thread = app->inbox.has_current ? &app->inbox.current : NULL;
	struct err err = { "" };

	if ((thread != NULL ? thread->id : 0) == app->conversation.thread_id)
		return;
	app->dirty = true;
	app_save_draft(app);
	app->reply.note = false;
	app_report(app, conversation_open(&app->conversation, app->db, thread, &err), &err);
	app_load_draft(app);
	if (inbox_hit(&app->inbox) != 0)
		app_report(app, conversation_go_to(&app->conversation, app->db, inbox_hit(&app->inbox), &err), &err);
	if (thread == NULL)
		app_set_focus(app, FOCUS_LIST);
	app_mark_read(app);
}

/*
 * The store did not take a draft: the one that is open is still in the editor, others are kept here. Takes
 * `request`.
 */
static void
keep_unsaved(struct app *app, struct request *request)
{
	if (request->kind == REQUEST_SAVE_DRAFT && request->thread_id == app->conversation.thread_id &&
	    request->draft == draft_kind(app)) {
		app->saved_version = 0;
		app->draft_due_ms = clock_monotonic_ms() + RETRY_DELAY_MS;
		request_free(request);
		return;
	}
	request->next_done = app->unsaved;
	app->unsaved = request;
	app->unsaved_due_ms = clock_monotonic_ms() + RETRY_DELAY_MS;
}

static bool give_text_back(struct app *app, const struct request *request);

void
app_save_unsaved(struct app *app)
{
	struct request *request = app->unsaved;

	app->unsaved = NULL;
	app->unsaved_due_ms = 0;
	while (request != NULL) {
		struct request *next = request->next_done;

		if (request->kind == REQUEST_RESTORE_DRAFT) {
			if (give_text_back(app, request))
				request_free(request);
			else
				keep_unsaved(app, request);
		} else if (requests_draft_on_its_way(app->requests, request->thread_id, request->draft) != NULL ||
			   requests_submit(app->requests, request, request->text)) {
			request_free(request);
		} else {
			keep_unsaved(app, request);
		}
		request = next;
	}
}

/* --- sending --- */

const char *
app_refusal(const struct app *app)
{
	const struct thread *thread = &app->inbox.current;
	int64_t until;

	if (!app->inbox.has_current)
		return NULL;
	until = thread_window_until(thread);
	if (until > 0 && until <= app->now_ms)
		return send_problem_text(SEND_WINDOW_CLOSED);
	return NULL;
}

/* The text goes back to where it was written. False: the writer takes nothing, so it is still with `request` alone. */
static bool
give_text_back(struct app *app, const struct request *request)
{
	struct request restore = *request;

	if (request->thread_id == app->conversation.thread_id && request->draft == draft_kind(app)) {
		reply_put_back(app, request->text);
		return true;
	}
	restore.kind = REQUEST_RESTORE_DRAFT;
	restore.data = NULL;
	return requests_submit(app->requests, &restore, request->text);
}

static bool
went_well(const struct request *request)
{
	return request->status == STATUS_OK &&
	       ((request->kind != REQUEST_SEND && request->kind != REQUEST_RESEND) ||
		request->result.problem == SEND_FINE);
}

/* Whether what is new has been in sight for as long as the agent wants; if not, when to look again is noted. */
static bool
was_seen(struct app *app, int64_t newest)
{
	struct reply *reply = &app->reply;
	int64_t now = clock_monotonic_ms();

	if (app->options->config->ui.mark_read_seconds == 0)
		return true;
	if (reply->sight_due_ms == 0 || reply->sight_thread != app->conversation.thread_id || reply->sight_message != newest) {
		reply->sight_thread = app->conversation.thread_id;
		reply->sight_message = newest;
		reply->sight_due_ms = now + (int64_t)app->options->config->ui.mark_read_seconds * 1000;
		return false;
	}
	return reply->sight_due_ms <= now;
}

void
app_mark_read(struct app *app)
{
	int64_t newest = conversation_newest(&app->conversation);

	if (!app->terminal_focused || app->focus == FOCUS_LIST || app->view_depth > 0 || app->inbox.current.unread == 0 ||
	    app->conversation.thread_id == 0 || !app->conversation.follow ||
	    (app->read_thread == app->conversation.thread_id && app->read_message == newest)) {
		app->reply.sight_due_ms = 0;
		return;
	}
	if (!was_seen(app, newest))
		return;
	app->reply.sight_due_ms = 0;
	if (app_request(app, (struct request){ .kind = REQUEST_MARK_READ, .message_id = newest }, NULL)) {
		app->read_thread = app->conversation.thread_id;
		app->read_message = newest;
	}
}

/* A text was refused: what is new comes into sight, so that the next Enter is about what was read. */
static void
take_refusal(struct app *app, const struct request *request)
{
	app->dirty = true;
	if (request->kind == REQUEST_SEND && request->status == STATUS_OK && request->result.problem == SEND_NEWER &&
	    request->thread_id == app->conversation.thread_id) {
		app->conversation.follow = true;
		app->refresh_due_ms = clock_monotonic_ms();
	}
}

/* What is done about a request that failed; true if it is kept for another try. */
static bool
take_failure(struct app *app, struct request *request)
{
	switch (request->kind) {
	case REQUEST_SEND:
	case REQUEST_NOTE:
		app->reply.take_back_next = false;
		take_refusal(app, request);
		files_give_back(app, request->thread_id, request->data);
		if (give_text_back(app, request))
			return false;
		request->kind = REQUEST_RESTORE_DRAFT;
		keep_unsaved(app, request);
		return true;
	case REQUEST_MARK_READ:
		app->read_thread = 0;
		return false;
	case REQUEST_SAVE_DRAFT:
	case REQUEST_RESTORE_DRAFT:
		keep_unsaved(app, request);
		return true;
	case REQUEST_RESEND:
	case REQUEST_OTHER:
		return false;
	}
	return false;
}

void
app_take_done(struct app *app)
{
	struct request *request;

	while ((request = requests_take_done(app->requests)) != NULL) {
		bool kept = false;

		app->dirty = true;
		if (request->kind == REQUEST_SEND && app->reply.sending > 0)
			app->reply.sending--;
		if (request->kind == REQUEST_OTHER && request->action->ended != NULL) {
			request->action->ended(app, request);
		} else if (!went_well(request)) {
			app_notice(app, STYLE_FAILED, request->status == STATUS_OK ?
				   send_problem_text(request->result.problem) : request->err.text);
			kept = take_failure(app, request);
		} else if (request->kind == REQUEST_SEND) {
			reply_note_sent(app, request);
		}
		if (!kept)
			request_free(request);
	}
}
