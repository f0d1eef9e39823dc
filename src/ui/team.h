/* SPDX-License-Identifier: MIT */
/*
 * Work with one or many conversations from the console: marks, actions in chunks with progress, undo, and who else is
 * there.
 */
#ifndef HILO_UI_TEAM_H
#define HILO_UI_TEAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/presence.h"
#include "core/thread_work.h"
#include "ui/marks.h"

struct app;
struct bulk;

#define TEAM_UNDO_MAX 50
#define TEAM_OTHERS_MAX 64

struct team {
	struct marks marks;
	int64_t mark_from;	    /* where a range begins: the conversation marked last */
	bool marking;		    /* everything listed is being marked, a page a turn */
	struct thread_cursor marking_at;
	struct bulk *bulk;	    /* the action under way, those after it behind; or NULL */
	size_t bulk_count;
	struct undo undos[TEAM_UNDO_MAX]; /* newest last */
	size_t undo_count;
	int64_t undo_pushed_ms; /* monotonic: when the newest came */
	/* Who is elsewhere, and what was told of us: */
	char console[128]; /* our name among the consoles */
	struct presence others[TEAM_OTHERS_MAX];
	size_t other_count;
	int64_t told_thread; /* 0 = nothing was told */
	enum presence_doing told_doing;
	int64_t tell_due_ms; /* monotonic; 0 = nothing to tell */
};

void team_init(struct team *team);
void team_release(struct team *team);
/* Tells the store that this agent is here. */
void team_start(struct app *app);
/* Looks at who else is there. */
enum status team_refresh(struct app *app, struct err *err);
/* Does `work` (its name is copied) with what is marked, else with the selected conversation. */
void team_do(struct app *app, const struct work *work);
/* Takes the last action back. */
void team_undo(struct app *app);
/* Remembers what can be undone; takes the contents of `undo`. */
void team_push_undo(struct app *app, struct undo *undo);
/* What is under way ("Closing 500 of 1,200 …"), or "". */
const char *team_progress(const struct app *app, char *out, size_t size);

/* Marks or unmarks the selected conversation. */
void team_toggle_mark(struct app *app);
/* Marks everything from the last mark to the selection. */
void team_mark_range(struct app *app);
/* Begins to mark all that the list has; team_continue() goes on with it. */
void team_mark_all(struct app *app);
void team_clear_marks(struct app *app);
/* A page more of what is being marked. */
void team_continue(struct app *app);

/* After a turn of the loop: sees to it that the others know where we are. */
void team_note_place(struct app *app);
/* Tells what is due. */
void team_tell(struct app *app);
/* Somebody else in that conversation, or NULL; writing before viewing. */
const struct presence *team_other_in(const struct app *app, int64_t thread_id);

#endif
