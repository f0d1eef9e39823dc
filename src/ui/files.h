/* SPDX-License-Identifier: MIT */
/*
 * What hangs on messages: opened, saved, copied, shown, and files sent with a reply. Everything slow is a job of file_job.h; all
 * calls on the UI thread.
 */
#ifndef HILO_UI_FILES_H
#define HILO_UI_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/completion.h"
#include "ui/conversation.h"
#include "ui/file_job.h"
#include "ui/file_target.h"
#include "ui/grid.h"
#include "ui/keys.h"
#include "ui/prompt.h"

struct app;
struct request;

#define FILES_PATH_MAX 1024

/* What is to be done with what was chosen. */
enum file_action { FILE_ACTION_OPEN, FILE_ACTION_SAVE, FILE_ACTION_SHOW };

/* A file that goes with the next reply of a conversation. */
struct attached_file {
	int64_t thread_id; /* 0 = this place is free */
	uint64_t job;	   /* that copies it; 0 = done */
	char *name;	   /* owned */
	char *url;	   /* owned; NULL while it is not ready to be sent */
	int64_t size;
};

#define ATTACHED_MAX 8 /* conversations with a file that waits */

struct files {
	struct file_jobs *jobs; /* NULL until the first one is needed */
	/* The question which one: */
	enum file_action action;
	struct file_targets targets; /* of the message it is about */
	size_t chosen;		     /* the one to be saved */
	struct prompt_kind prompt;
	char offered[FILES_PATH_MAX]; /* where it would be saved */
	/* The picture that is shown: */
	uint64_t picture_job; /* 0 = none is being made */
	char *picture_path;   /* owned */
	char picture_title[256];
	char picture_trouble[sizeof((struct err *)0)->text];
	int picture_rows, picture_columns; /* of the place it was made for */
	struct attached_file attached[ATTACHED_MAX];
};

void files_release(struct app *app);
/* To poll; -1 while there is nothing to wait for. */
int files_fd(const struct app *app);
/* Takes what has ended. */
void files_take_done(struct app *app);
/* The jobs; starts them. NULL after saying why not. */
struct file_jobs *files_jobs(struct app *app);

/* --- files.c: of the message that is chosen --- */

void files_copy_text(struct app *app);
void files_copy_address(struct app *app);
void files_open(struct app *app);
void files_save(struct app *app);
void files_show(struct app *app);

/* --- files_send.c --- */

/* Takes the file at `path` for the next reply of the open conversation. */
void files_attach(struct app *app, const char *path);
/* Takes it off again. */
void files_detach(struct app *app);
void files_complete_path(struct app *app, const char *path, struct completion *out);
/* A copy has ended; takes nothing of `result`. */
void files_imported(struct app *app, const struct file_job_result *result);
/* The file of that conversation, NULL if it has none. Borrowed. */
const struct attached_file *files_attached(const struct app *app, int64_t thread_id);
/* "📎 name 120 kB" for the heading of the reply; "" without one. */
const char *files_attached_words(const struct app *app, char *out, size_t size);
/* The open conversation has a file that is still being copied; that can be sent. */
bool files_are_preparing(const struct app *app);
bool files_are_ready(const struct app *app);
/* The address to send with the reply; heap, the caller frees; NULL without one. */
char *files_media(const struct app *app, int64_t thread_id);
/* It belongs to a reply now. */
void files_sent(struct app *app, int64_t thread_id);
/* What was not sent is attached again, unless another is; `url` may be NULL. */
void files_give_back(struct app *app, int64_t thread_id, const char *url);
/* The same for a message that was taken back. */
void files_give_back_of(struct app *app, int64_t thread_id, int64_t message_id);

/* --- links.c --- */

/* Over a line of a message that is drawn at `place`: its links, where the terminal can open them. */
void links_draw(struct app *app, struct area place, const struct line *line);
/* The same for a line of LINE_ATTACHMENT. */
void links_draw_attachment(struct app *app, struct area place, const struct line *line);

/* --- view_picture.c --- */

void files_picture_made(struct app *app, const struct file_job_result *result);
bool view_picture_open(struct app *app, const char *argument);
void view_picture_draw(struct app *app, struct area area);
bool view_picture_key(struct app *app, const struct key *key);
void view_picture_close(struct app *app);

#endif
