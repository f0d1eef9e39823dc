/* SPDX-License-Identifier: MIT */
/*
 * The loop: waits for keys, signals, changes of the store and ended requests; takes all that is there, then draws
 * one frame. Without any of them it sleeps; the only clock is the age column, once a minute. A flood of changes is
 * looked at at most every REFRESH_MS, so that keys are always answered.
 */
#include "ui/app.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/change.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/text.h"
#include "core/utf8.h"
#include "ui/input.h"
#include "ui/reply_external.h"
#include "ui/setup.h"



enum { REFRESH_MS = 20, DRAFT_DELAY_MS = 700, ESCAPE_MS = 20, MINUTE_MS = 60000, PROBLEMS_MAX = 4096 };

void
app_notice(struct app *app, enum style style, const char *text)
{
	struct strbuf shown;

	strbuf_init(&shown, 4 * sizeof app->notice);
	text_show(&shown, text, strlen(text), TEXT_ONE_LINE);
	utf8_copy(app->notice, sizeof app->notice, strbuf_text(&shown));
	strbuf_release(&shown);
	app->notice_style = style;
	app->dirty = true;
}

void
app_say(struct app *app, enum style style, const char *format, ...)
{
	char text[sizeof app->notice];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	app_notice(app, style, text);
}

void
app_report(struct app *app, enum status status, const struct err *err)
{
	if (status == STATUS_OK)
		return;
	log_warning("console_problem status=%s", status_name(status));
	app_notice(app, STYLE_FAILED, err->text);
}

void
app_set_focus(struct app *app, enum focus focus)
{
	enum focus before = app->focus;
	struct err err = { "" };

	app->focus = app->conversation.thread_id != 0 ? focus : FOCUS_LIST;
	app->dirty = true;
	if (app->focus == FOCUS_LIST && before != FOCUS_LIST) {
		app_save_draft(app);
		/* What was open may have left the list meanwhile. */
		app_report(app, inbox_refresh(&app->inbox, app->db, false, &err), &err);
		app_show_selected(app);
	}
	app_mark_read(app);
}

static void
remember_place(struct app *app)
{
	int64_t here = app->conversation.thread_id;

	if (here == 0 || (app->jump_count > 0 && app->jumps[app->jump_count - 1] == here))
		return;
	if (app->jump_count == JUMPS_MAX)
		memmove(app->jumps, app->jumps + 1, --app->jump_count * sizeof *app->jumps);
	app->jumps[app->jump_count++] = here;
}

static void
open_at(struct app *app, int64_t thread_id, int64_t message_id)
{
	struct err err = { "" };

	view_close_all(app);
	app_report(app, inbox_select(&app->inbox, app->db, thread_id, &err), &err);
	app_show_selected(app);
	if (app->conversation.thread_id != thread_id)
		return;
	if (app->focus == FOCUS_LIST)
		app_set_focus(app, FOCUS_MESSAGES);
	if (message_id != 0)
		app_report(app, conversation_go_to(&app->conversation, app->db, message_id, &err), &err);
	app->dirty = true;
}

void
app_open_conversation(struct app *app, int64_t thread_id, int64_t message_id)
{
	if (thread_id != app->conversation.thread_id)
		remember_place(app);
	open_at(app, thread_id, message_id);
}

void
app_go_back(struct app *app)
{
	while (app->jump_count > 0) {
		int64_t thread_id = app->jumps[--app->jump_count];

		if (thread_id != app->conversation.thread_id) {
			open_at(app, thread_id, 0);
			return;
		}
	}
	app_notice(app, STYLE_WARNING, _("There is no conversation to go back to."));
}

enum context
app_context(const struct app *app)
{
	if (app->view_depth > 0)
		return views[view_current(app)].context;
	switch (app->focus) {
	case FOCUS_LIST:
		return CONTEXT_LIST;
	case FOCUS_MESSAGES:
		return CONTEXT_MESSAGES;
	case FOCUS_REPLY:
		return CONTEXT_REPLY;
	}
	return CONTEXT_LIST;
}

void
app_run_command(struct app *app, const struct command *command, const char *argument)
{
	if (command->need != NEED_LIST)
		app_show_selected(app);
	if (command->need == NEED_CONVERSATION && app->conversation.thread_id == 0) {
		app_notice(app, STYLE_WARNING, _("There is no conversation to do that with."));
		return;
	}
	if (command->argument == NULL && argument[0] != '\0') {
		app_say(app, STYLE_FAILED, _("\"%s\" takes nothing after it."), command->name);
		return;
	}
	if (command->argument_needed && argument[0] == '\0') {
		char line[COMMAND_LINE_SIZE];

		snprintf(line, sizeof line, "%s ", command->name);
		prompt_open_command(app, line);
		return;
	}
	/* A command of the inbox ends what is over it. */
	if (app->view_depth > 0 && (command->contexts & (app_context(app) | CONTEXT_EVERYWHERE)) == 0)
		view_close_all(app);
	if (command->run_with != NULL)
		command->run_with(app, argument);
	else
		command->run(app);
}

static void
take_signals(struct app *app)
{
	unsigned signals = terminal_signals(app->terminal);

	if (signals & TERMINAL_QUIT)
		app->quitting = true;
	if (signals & TERMINAL_STOP) {
		app_save_draft(app);
		terminal_suspend(app->terminal);
	}
	app->dirty = true;
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

/* Milliseconds until something is due by the clock; -1 = never. */
static int
time_to_wait(const struct app *app)
{
	int64_t due = earlier(earlier(app->draft_due_ms, app->refresh_due_ms), app->unsaved_due_ms), now, wait;

	due = earlier(due, search_due_ms(&app->search));
	due = earlier(earlier(due, app->team.tell_due_ms), earlier(app->reply.tick_due_ms, app->reply.sight_due_ms));
	if (app->team.marking)
		return 0;

	/* A sequence that only Escape can be is decided at once. */
	if (app->keys_undecided)
		return ESCAPE_MS;
	wait = MINUTE_MS - clock_now_ms() % MINUTE_MS;
	if (app->inbox.count == 0)
		wait = -1;
	now = clock_monotonic_ms();
	if (due != 0 && (wait < 0 || due - now < wait))
		wait = due > now ? due - now : 0;
	return (int)wait;
}

static void
do_what_is_due(struct app *app)
{
	int64_t now = clock_monotonic_ms();

	/* The editor tells by its version whether there is something to keep. */
	if (app->editor.version != app->saved_version && app->draft_due_ms == 0 && app->conversation.thread_id != 0)
		app->draft_due_ms = now + DRAFT_DELAY_MS;
	if (app->draft_due_ms != 0 && app->draft_due_ms <= now)
		app_save_draft(app);
	search_continue(app);
	team_note_place(app);
	if (app->team.tell_due_ms != 0 && app->team.tell_due_ms <= now)
		team_tell(app);
	if (app->team.marking)
		team_continue(app);
	if (app->unsaved_due_ms != 0 && app->unsaved_due_ms <= now)
		app_save_unsaved(app);
	if (app->reply.sight_due_ms != 0 && app->reply.sight_due_ms <= now)
		app_mark_read(app);
	if (app->reply.tick_due_ms != 0 && app->reply.tick_due_ms <= now) {
		app->reply.tick_due_ms = 0;
		app->dirty = true;
	}
	if (app->refresh_due_ms != 0 && app->refresh_due_ms <= now) {
		app->refresh_due_ms = 0;
		app_refresh(app);
		notices_look(app);
		app->refreshed_ms = clock_monotonic_ms();
	}
}

static void
note_change(struct app *app)
{
	int64_t now = clock_monotonic_ms(), next = app->refreshed_ms + REFRESH_MS;

	change_drain(app->change_fd);
	search_note_change(app);
	if (app->refresh_due_ms == 0)
		app->refresh_due_ms = next > now ? next : now;
}

/* One turn of the loop. False: the terminal is gone. */
static bool
turn(struct app *app)
{
	struct pollfd fds[] = {
		{ .fd = terminal_fd(app->terminal), .events = POLLIN },
		{ .fd = terminal_signal_fd(app->terminal), .events = POLLIN },
		{ .fd = app->change_fd, .events = POLLIN },
		{ .fd = requests_fd(app->requests), .events = POLLIN },
		{ .fd = palette_fd(&app->palette), .events = POLLIN },
		{ .fd = files_fd(app), .events = POLLIN },
		{ .fd = reply_spelling_fd(&app->reply.spelling), .events = POLLIN },
		{ .fd = external_editor_fd(&app->reply.external), .events = POLLIN },
		{ .fd = search_fd(&app->search), .events = POLLIN },
	};
	int ready;

	if (terminal_is_behind(app->terminal))
		fds[0].events |= POLLOUT;
	ready = poll(fds, sizeof fds / sizeof fds[0], time_to_wait(app));
	if (ready < 0 && errno != EINTR)
		return false;
	if (ready == 0) {
		if (app->keys_undecided)
			input_take_rest(app);
		app->keys_undecided = false;
		app->dirty = true;
	}
	if (ready > 0) {
		if (fds[1].revents != 0)
			take_signals(app);
		if ((fds[0].revents & POLLOUT) && !terminal_flush(app->terminal))
			return false;
		if ((fds[0].revents & POLLIN) && !input_read(app))
			return false;
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			return false;
		if (fds[2].revents != 0)
			note_change(app);
		if (fds[3].revents != 0)
			app_take_done(app);
		if (fds[4].revents != 0)
			palette_take_names(app);
		if (fds[5].revents != 0)
			files_take_done(app);
		if (fds[6].revents != 0)
			reply_spelling_take(app);
		if (fds[7].revents != 0)
			reply_external_take(app);
		if (fds[8].revents != 0)
			search_take(app);
	}
	do_what_is_due(app);
	app->now_ms = clock_now_ms();
	if (!app->dirty || terminal_is_behind(app->terminal) || app->quitting)
		return true;
	app->dirty = false;
	app_show_selected(app);
	reply_popup_update(app);
	reply_spelling_update(app);
	screen_draw(app);
	reply_after_draw(app);
	return terminal_draw(app->terminal, &app->grid);
}

/* Whoever plays with throw-away data leaves nothing behind. */
static void
open_history(struct app *app)
{
	char *path = app->options->banner == NULL ? history_file_name() : NULL;
	struct err err = { "" };

	if (history_open(&app->history, path, &err) != STATUS_OK)
		log_warning("history_not_read");
	free(path);
}

static enum status
start(struct app *app, struct strbuf *problems, struct err *err)
{
	const struct ui_options *options = app->options;
	struct terminal_options terminal;
	enum status status;

	grid_init(&app->grid);
	keys_init(&app->keys);
	editor_init(&app->editor);
	conversation_init(&app->conversation);
	prompt_init(&app->prompt);
	team_init(&app->team);
	palette_init(&app->palette);
	search_init(&app->search);
	reply_init(&app->reply);
	open_history(app);
	if (!setup_keymap(options->config, &app->keymap, problems) || !inbox_init(&app->inbox))
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	status = db_open(options->database, DB_READ_ONLY, &app->db, err);
	if (status != STATUS_OK)
		return status;
	app->requests = requests_new(options->writer, options->config->agent_name);
	app->change_fd = change_watch(options->hub);
	if (app->requests == NULL || app->change_fd < 0)
		return err_set(err, STATUS_FAILED, _("There are not enough file descriptors; raise \"ulimit -n\" and try again."));
	setup_check_aliases(options->config, problems);
	setup_terminal(options->config, &terminal);
	app->grid.ascii = terminal.ascii;
	app->list_columns = options->config->ui.list_columns;
	return terminal_new(&terminal, &app->terminal, err);
}

static void
stop(struct app *app)
{
	const char *farewell;

	/* The screen first: whoever left must not wait for the disk to see the shell. */
	terminal_free(app->terminal);
	app->quitting = true;
	if (app->requests != NULL) {
		app_save_draft(app);
		team_tell(app);
		/* A reply that is refused only now becomes a draft again; an action on many goes on to its end. */
		do {
			requests_wait(app->requests);
			app_take_done(app);
		} while (app->team.bulk != NULL);
		farewell = reply_farewell(app);
		if (farewell != NULL)
			puts(farewell);
	}
	requests_free(app->requests);
	view_close_all(app);
	files_release(app);
	while (app->unsaved != NULL) {
		struct request *next = app->unsaved->next_done;

		request_free(app->unsaved);
		app->unsaved = next;
	}
	change_unwatch(app->options->hub, app->change_fd);
	db_close(app->db);
	team_release(&app->team);
	palette_release(&app->palette);
	search_release(&app->search);
	history_release(&app->history);
	if (app->recording)
		macro_recorder_release(&app->recorder);
	conversation_release(&app->conversation);
	reply_release(&app->reply);
	editor_release(&app->editor);
	prompt_release(&app->prompt);
	keymap_release(&app->keymap);
	inbox_release(&app->inbox);
	grid_release(&app->grid);
}

enum status
ui_run(const struct ui_options *options, struct err *err)
{
	struct app app = { .options = options, .change_fd = -1, .terminal_focused = true, .dirty = true };
	struct strbuf problems;
	enum status status;

	strbuf_init(&problems, PROBLEMS_MAX);
	status = start(&app, &problems, err);
	if (status == STATUS_OK) {
		if (problems.len > 0)
			app_notice(&app, STYLE_FAILED, strbuf_text(&problems));
		app.now_ms = clock_now_ms();
		team_start(&app);
		notices_start(&app);
		app.saved_version = app.editor.version;
		app_refresh(&app);
		screen_draw(&app);
		app.quitting = !terminal_draw(app.terminal, &app.grid);
		app.dirty = true;
		while (!app.quitting && turn(&app))
			;
	}
	stop(&app);
	strbuf_release(&problems);
	return status;
}
