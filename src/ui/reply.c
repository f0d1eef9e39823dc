/* SPDX-License-Identifier: MIT */
/*
 * A reply is stored at once, with the time before which it does not go out; so the seconds to take it back need nothing
 * but a repaint while they are counted down, and survive the end of the console.
 */
#include "ui/reply.h"

#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/note.h"
#include "ui/app.h"
#include "ui/reply_marker.h"
#include "ui/reply_template.h"
#include "ui/wording.h"

enum { MS_SECOND = 1000, TICK_MARGIN_MS = 10 };

void
reply_init(struct reply *reply)
{
	*reply = (struct reply){ 0 };
	reply_popup_init(&reply->popup);
	external_editor_init(&reply->external);
}

void
reply_release(struct reply *reply)
{
	external_editor_abort(&reply->external);
	reply_popup_release(&reply->popup);
	reply_spelling_release(&reply->spelling);
	reply_template_free(reply->template);
	*reply = (struct reply){ 0 };
}

/* --- sending --- */

/* Empties the editor: its text belongs to a request now. */
static void
text_is_gone(struct app *app)
{
	editor_set(&app->editor, "");
	app->saved_version = app->editor.version;
	app->draft_due_ms = 0;
	app->conversation.follow = true;
	app->dirty = true;
}

static void
send_now(struct app *app)
{
	static const struct request_action with_file = { .release = free };
	const struct reply *reply = &app->reply;
	struct request request = {
		.kind = REQUEST_SEND,
		.not_before = reply->send_at,
		.delay_ms = (int64_t)app->options->config->ui.undo_seconds * MS_SECOND,
		.seen_message_id = reply->seen_thread == app->conversation.thread_id ? reply->seen_message : 0,
		.action = &with_file,
		.data = files_media(app, app->conversation.thread_id),
	};

	if (!app_request(app, request, editor_text(&app->editor)))
		return;
	files_sent(app, app->conversation.thread_id);
	app->reply.sending++;
	text_is_gone(app);
}

static void
store_note(struct app *app, int64_t subject)
{
	(void)subject;
	if (app->conversation.thread_id == 0 || editor_is_blank(&app->editor))
		return;
	if (app_request(app, (struct request){ .kind = REQUEST_NOTE, .draft = DRAFT_NOTE }, editor_text(&app->editor)))
		text_is_gone(app);
}

/* The limit that binds programs only warns an agent. */
static bool
is_over_limit(struct app *app)
{
	const struct thread *thread = &app->inbox.current;
	struct outgoing out = { .channel = thread->channel,
				.limit_count = app->options->config->limit_count,
				.limit_ms = (int64_t)app->options->config->limit_seconds * MS_SECOND,
				.now_ms = clock_now_ms() };
	struct address to;
	int64_t wait_s = 0;

	return address_parse(thread->channel, thread->client_address, true, &to, NULL) == STATUS_OK &&
	       outbox_limit_wait(app->db, &out, &to, &wait_s, NULL) == STATUS_OK && wait_s > 0;
}

enum question { ASK_MARKERS, ASK_LIMIT, ASK_NOTHING };

/* Asks what there is to ask from that question on; each yes comes back here with the next one. */
static void
send_from(struct app *app, int64_t question)
{
	size_t start, len;

	if (app->conversation.thread_id == 0 || (editor_is_blank(&app->editor) && !files_are_ready(app)))
		return;
	if (question <= ASK_MARKERS && reply_marker_find(editor_text(&app->editor), 0, &start, &len))
		prompt_ask(app, _("Something marked «…?» is not filled in. Send it all the same?"), ASK_LIMIT, send_from);
	else if (question <= ASK_LIMIT && is_over_limit(app))
		prompt_ask(app, _("This customer got many messages lately. Send this one too?"), ASK_NOTHING, send_from);
	else
		send_now(app);
}

static bool
is_held(const struct message *message)
{
	return strcmp(message->status, "held") == 0;
}

bool
reply_ask_about_chosen(struct app *app)
{
	const struct message *message = app->conversation.chosen != 0 ? reply_target(app, is_held) : NULL;

	if (message != NULL)
		prompt_ask(app, _("Send the reply that is held all the same?"), message->id, reply_send_held);
	return message != NULL;
}

/* With nothing written, Enter is about the reply that is held, if there is one. */
static void
ask_about_held(struct app *app)
{
	for (size_t i = app->conversation.count; i > 0; i--) {
		const struct message *message = &app->conversation.messages[i - 1];

		if (is_held(message)) {
			prompt_ask(app, _("Send the reply that is held all the same?"), message->id, reply_send_held);
			return;
		}
	}
}

void
reply_send(struct app *app, int64_t not_before)
{
	const char *refusal = app_refusal(app);

	if (app->conversation.thread_id == 0)
		return;
	if (!app->reply.note && files_are_preparing(app)) {
		app_notice(app, STYLE_WARNING, _("The file is still being prepared; send the reply in a moment."));
		return;
	}
	if (editor_is_blank(&app->editor) && (app->reply.note || !files_are_ready(app))) {
		if (!app->reply.note)
			ask_about_held(app);
		return;
	}
	if (app->reply.note) {
		if (not_before > 0)
			app_notice(app, STYLE_WARNING, _("A private note is kept at once; Esc goes back to the reply."));
		else if (note_looks_like_answer(editor_text(&app->editor)))
			prompt_ask(app, _("This reads like an answer to the customer. Keep it as a private note?"), 0, store_note);
		else
			store_note(app, 0);
		return;
	}
	app->reply.send_at = not_before;
	if (refusal != NULL)
		app_notice(app, STYLE_FAILED, refusal);
	else
		send_from(app, ASK_MARKERS);
}

void
app_send(struct app *app)
{
	reply_send(app, 0);
}

static void
say_how_to_take_back(struct app *app, int seconds)
{
	const struct command *undo = command_by_name("undo-text", strlen("undo-text"));
	char key[32];

	if (keymap_label(&app->keymap, undo, CONTEXT_REPLY, key, sizeof key)[0] != '\0')
		/* Translators: a key, and a number of seconds. */
		app_say(app, STYLE_HINT, _("%s takes the reply back for %d s."), key, seconds);
}

void
reply_note_sent(struct app *app, const struct request *request)
{
	struct reply *reply = &app->reply;
	char time[WORDING_SIZE];

	if (request->not_before > 0) {
		app_say(app, STYLE_STRONG, _("It will be sent on %s. X takes it back."),
			wording_appointment(request->not_before, time));
		return;
	}
	if (request->delay_ms <= 0)
		return;
	if (reply->sent_count == REPLY_SENT_MAX)
		memmove(reply->sent, reply->sent + 1, --reply->sent_count * sizeof *reply->sent);
	reply->sent[reply->sent_count++] = (struct sent_reply){
		.message_id = request->result.message_id,
		.thread_id = request->thread_id,
		.due_ms = request->now_ms + request->delay_ms,
		.sent_ms = clock_monotonic_ms() - (clock_now_ms() - request->now_ms),
	};
	if (reply->take_back_next) {
		reply->take_back_next = false;
		reply_take_back_newest(app, 0);
	} else if (app->notice[0] == '\0') {
		say_how_to_take_back(app, (int)(request->delay_ms / MS_SECOND));
	}
}

/* --- taking back --- */

void
reply_put_back(struct app *app, const char *text)
{
	const char *now = editor_text(&app->editor);
	struct strbuf joined;

	/* It may have come with the draft already. */
	if (strncmp(now, text, strlen(text)) == 0)
		return;
	strbuf_init(&joined, 2 * EDITOR_MAX);
	strbuf_add_string(&joined, text);
	if (!editor_is_blank(&app->editor))
		strbuf_add_format(&joined, "\n%s", now);
	editor_set(&app->editor, strbuf_text(&joined));
	strbuf_release(&joined);
	app_save_draft(app);
}

static enum status
run_take_back(struct db *db, struct request *request, struct err *err)
{
	return outbox_take_back(db, request->message_id, request->agent, request->now_ms, err);
}

static void
end_take_back(struct app *app, struct request *request)
{
	if (request->status != STATUS_OK) {
		app_notice(app, STYLE_FAILED, request->err.text);
		return;
	}
	files_give_back_of(app, request->thread_id, request->message_id);
	/* The store has put it into the draft of its conversation; an open one is newer than that. */
	if (request->thread_id != app->conversation.thread_id) {
		app_open_conversation(app, request->thread_id, 0);
	} else {
		reply_set_note(app, false);
		reply_put_back(app, request->text);
	}
	if (request->thread_id == app->conversation.thread_id)
		app_set_focus(app, FOCUS_REPLY);
	app_notice(app, STYLE_STRONG, _("Taken back; the text is here again."));
}

static void
submit_take_back(struct app *app, int64_t thread_id, int64_t message_id, const char *text)
{
	static const struct request_action action = { .run = run_take_back, .ended = end_take_back };

	app_request_for(app, thread_id,
			(struct request){ .kind = REQUEST_OTHER, .action = &action, .message_id = message_id }, text);
}

void
reply_take_back(struct app *app, const struct message *message)
{
	submit_take_back(app, message->thread_id, message->id, message->body);
}

bool
reply_take_back_newest(struct app *app, int64_t since_ms)
{
	struct reply *reply = &app->reply;
	struct message message = { 0 };
	struct err err = { "" };
	struct sent_reply sent;

	if (reply->sending > 0) {
		reply->take_back_next = true;
		return true;
	}
	if (reply->sent_count == 0)
		return false;
	sent = reply->sent[reply->sent_count - 1];
	if (sent.due_ms <= clock_now_ms() || sent.sent_ms < since_ms)
		return false;
	reply->sent_count--;
	if (message_get(app->db, sent.message_id, &message, &err) == STATUS_OK)
		submit_take_back(app, sent.thread_id, sent.message_id, message.body);
	else
		app_notice(app, STYLE_FAILED, err.text);
	message_release(&message);
	return true;
}

/* --- held and scheduled --- */

static enum status
run_release(struct db *db, struct request *request, struct err *err)
{
	return outbox_release(db, request->message_id, request->now_ms, err);
}

void
reply_send_held(struct app *app, int64_t message_id)
{
	static const struct request_action action = { .run = run_release };

	app_request(app, (struct request){ .kind = REQUEST_OTHER, .action = &action, .message_id = message_id }, NULL);
}

static enum status
run_reschedule(struct db *db, struct request *request, struct err *err)
{
	return outbox_reschedule(db, request->message_id, request->number, request->now_ms, err);
}

static void
end_reschedule(struct app *app, struct request *request)
{
	char time[WORDING_SIZE];

	if (request->status == STATUS_OK)
		app_say(app, STYLE_STRONG, _("It will be sent on %s. X takes it back."),
			wording_appointment(request->number, time));
	else
		app_notice(app, STYLE_FAILED, request->err.text);
}

void
reply_reschedule(struct app *app, int64_t message_id, int64_t not_before)
{
	static const struct request_action action = { .run = run_reschedule, .ended = end_reschedule };

	app_request(app, (struct request){ .kind = REQUEST_OTHER, .action = &action, .message_id = message_id,
					   .number = not_before }, NULL);
}

const struct message *
reply_target(const struct app *app, bool (*fits)(const struct message *message))
{
	const struct conversation *conversation = &app->conversation;

	for (size_t i = conversation->count; i > 0; i--) {
		const struct message *message = &conversation->messages[i - 1];

		if (message->direction == MESSAGE_OUT && fits(message) &&
		    (conversation->chosen == 0 || conversation->chosen == message->id))
			return message;
	}
	return NULL;
}

/* --- notes --- */

void
reply_set_note(struct app *app, bool note)
{
	if (app->reply.note == note)
		return;
	app_save_draft(app);
	app->reply.note = note;
	app_load_draft(app);
	app->dirty = true;
}

/* --- what is seen --- */

/* Milliseconds until the countdown of what is in sight changes; 0 = nothing counts. */
static int64_t
next_tick(const struct app *app)
{
	const struct conversation *conversation = &app->conversation;
	size_t top = conversation_top(conversation);
	int64_t next = 0;

	for (size_t i = top; i < conversation->line_count && i < top + conversation->height; i++) {
		const struct line *line = &conversation->lines[i];
		int64_t left;

		if (line->kind != LINE_HEAD)
			continue;
		left = wording_countdown_ms(&conversation->messages[line->message], app->now_ms);
		if (left > 0)
			left = left % MS_SECOND > 0 ? left % MS_SECOND : MS_SECOND;
		if (left > 0 && (next == 0 || left < next))
			next = left;
	}
	return next;
}

/* The message of the lowest line of the pane; 0 = none. */
static int64_t
last_in_sight(const struct conversation *conversation)
{
	size_t end = conversation_top(conversation) + conversation->height;

	if (conversation->line_count == 0 || conversation->height == 0)
		return 0;
	return conversation->lines[(end < conversation->line_count ? end : conversation->line_count) - 1].anchor;
}

void
reply_after_draw(struct app *app)
{
	struct reply *reply = &app->reply;
	const struct conversation *conversation = &app->conversation;
	bool shown = app->view_depth == 0 && !app->layout.too_small && app->layout.messages.columns > 0 &&
		     conversation->thread_id != 0;
	int64_t tick = shown ? next_tick(app) : 0;

	reply->tick_due_ms = tick > 0 ? clock_monotonic_ms() + tick + TICK_MARGIN_MS : 0;
	if (reply->seen_thread != conversation->thread_id) {
		reply->seen_thread = conversation->thread_id;
		reply->seen_message = 0;
	}
	if (shown && last_in_sight(conversation) > reply->seen_message)
		reply->seen_message = last_in_sight(conversation);
}

const char *
reply_farewell(struct app *app)
{
	struct ui_status services = { 0 };

	if (app->options->describe != NULL)
		app->options->describe(app->options->describe_arg, &services);
	if (!services.services_here || outbox_counts(app->db, &app->outbox, NULL) != STATUS_OK ||
	    app->outbox.waiting + app->outbox.scheduled == 0)
		return NULL;
	return _("Replies are still to be sent; they go out while \"hilo\" or \"hilo serve\" runs.");
}
