/* SPDX-License-Identifier: MIT */
/* The console as a whole: what is open, what is written, what is to be done. Used by the files of this folder only. */
#ifndef HILO_UI_APP_H
#define HILO_UI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/db.h"
#include "core/outbox.h"
#include "core/short_name.h"
#include "core/thread.h"
#include "ui/command.h"
#include "ui/conversation.h"
#include "ui/editor.h"
#include "ui/files.h"
#include "ui/grid.h"
#include "ui/history.h"
#include "ui/inbox.h"
#include "ui/keymap.h"
#include "ui/keys.h"
#include "ui/layout.h"
#include "ui/macro.h"
#include "ui/notices.h"
#include "ui/palette.h"
#include "ui/prompt.h"
#include "ui/reply.h"
#include "ui/request.h"
#include "ui/search.h"
#include "ui/team.h"
#include "ui/terminal.h"
#include "ui/ui.h"
#include "ui/view.h"
#include "ui/view_canned.h"
#include "ui/view_dead_letters.h"
#include "ui/view_history.h"
#include "ui/view_outbox.h"
#include "ui/views.h"

/* Between commands of one ":" line. */
#define COMMAND_SEPARATOR " && "
#define COMMAND_LINE_SIZE 1024

/* Conversations to go back to. */
#define JUMPS_MAX 32

enum focus { FOCUS_LIST, FOCUS_MESSAGES, FOCUS_REPLY };

struct app {
	const struct ui_options *options;
	struct db *db; /* for reading */
	struct terminal *terminal;
	struct requests *requests;
	struct keymap keymap;
	struct grid grid;
	struct layout layout;
	int list_columns; /* as the agent or the configuration wants it; 0 = as it fits */
	bool dragging;	  /* the divider, with the mouse */
	struct keys keys;
	bool keys_undecided; /* what is left may be the Escape key: decided shortly */
	int change_fd;
	bool quitting;
	bool terminal_focused;

	enum focus focus; /* in the inbox */
	enum view_id view_stack[VIEW_STACK_MAX];
	size_t view_depth; /* 0: the inbox alone */
	struct help_view help;
	struct page_view page;
	struct outbox_view outbox_view;
	struct letters_view letters_view;
	struct canned_view canned_view;
	struct history_view history_view;
	char reply_to[ADDRESS_SIZE], reply_from[ADDRESS_SIZE]; /* of a conversation that is about to begin */
	struct prompt prompt;
	struct palette palette;
	struct history history; /* of the ":" line */
	bool recording;
	struct macro_recorder recorder;
	char macro_name[SHORT_NAME_SIZE]; /* of the recording */
	int macro_depth;		  /* of those being played */
	int macro_left;			  /* keys that may still be played */
	char notice[sizeof((struct err *)0)->text]; /* made harmless */
	enum style notice_style;

	int64_t jumps[JUMPS_MAX]; /* conversations that were open before, newest last */
	size_t jump_count;
	struct search search;
	struct team team;
	struct notices notices;
	struct files files;
	struct inbox inbox;
	struct conversation conversation; /* the selected one */
	struct editor editor;		  /* its reply, or the note */
	struct reply reply;
	uint64_t saved_version;		  /* of the editor, as kept in the store */
	int64_t draft_due_ms;		  /* monotonic; 0 = nothing to keep */
	struct request *unsaved;	  /* drafts that could not be stored, to be tried again */
	int64_t unsaved_due_ms;
	int64_t read_thread, read_message; /* the last mark asked for */

	struct thread_counts counts;
	struct thread_view_counts view_counts;
	int64_t agent_id; /* the agent's row in the store, 0 = not known yet */
	struct outbox_counts outbox;
	int64_t dead_letters;

	int64_t now_ms;		/* wall clock of this turn */
	int64_t refreshed_ms;	/* monotonic */
	int64_t refresh_due_ms; /* monotonic; 0 = nothing new */
	bool dirty;		/* draw again */
};

/* --- work.c: the store and what is being written --- */

/* The agent of this console, 0 = has not been seen yet. */
int64_t app_agent_id(struct app *app);
/* Looks at everything shown again. */
void app_refresh(struct app *app);
/* After the selection may have changed: keeps the draft of the one before, opens the new one with its draft. */
void app_show_selected(struct app *app);
/* Hands the draft to the writer if it changed. */
void app_save_draft(struct app *app);
/* The draft of what the pane writes now, into the editor. */
void app_load_draft(struct app *app);
/* Tries again what could not be stored. */
void app_save_unsaved(struct app *app);
/* Sends what was written. */
void app_send(struct app *app);
/* Reports what the writer has done. */
void app_take_done(struct app *app);
/* Marks the open conversation as read, if the agent sees it. */
void app_mark_read(struct app *app);
/* Submits `request` for the open conversation (and now); says so and returns false when the writer takes nothing. */
bool app_request(struct app *app, struct request request, const char *text);
/* The sentence why no reply can be written now, or NULL. */
const char *app_refusal(const struct app *app);

/*
 * Submits `request` for that conversation (0: for none) with the time of now; says so and returns false when the writer
 * takes nothing. `data` is taken in any case.
 */
bool app_request_for(struct app *app, int64_t thread_id, struct request request, const char *text);

/* --- app.c --- */

void app_notice(struct app *app, enum style style, const char *text);
/* The same from a printf format that is translated already. */
void app_say(struct app *app, enum style style, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* STATUS_OK: nothing. Else shows the sentence. */
void app_report(struct app *app, enum status status, const struct err *err);
void app_set_focus(struct app *app, enum focus focus);
/* Where keys go: the view on top, or the focus of the inbox. */
enum context app_context(const struct app *app);
/*
 * Opens that conversation over whatever is shown, with that message chosen (0: its newest); where it was is remembered
 * for app_go_back().
 */
void app_open_conversation(struct app *app, int64_t thread_id, int64_t message_id);
/* Back to the conversation that was open before a jump. */
void app_go_back(struct app *app);
/* Runs it, with what is left of the line ("" if nothing). */
void app_run_command(struct app *app, const struct command *command, const char *argument);

/* --- command_line.c --- */

/* Runs a ":" line: the name of a command or an alias and its argument; several are separated by " && ". */
void app_run_line(struct app *app, const char *line);

/* --- screen.c --- */

/* Works out where everything is and draws it into the grid. */
void screen_draw(struct app *app);

#endif
