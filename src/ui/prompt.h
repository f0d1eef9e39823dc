/* SPDX-License-Identifier: MIT */
/*
 * The line at the bottom while it takes keys: lines to be typed (":", "/", an argument) with completion and history,
 * and questions to be answered with y or n.
 */
#ifndef HILO_UI_PROMPT_H
#define HILO_UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/completion.h"
#include "ui/editor.h"
#include "ui/grid.h"
#include "ui/keys.h"

struct app;

/* What a line is for; a row of data that stays as long as the program. */
struct prompt_kind {
	const char *label;   /* before the text: ":" */
	bool has_history;    /* its lines are remembered */
	/* Enter: the prompt is closed already. */
	void (*accept)(struct app *app, const char *text);
	/* After each change of the text; NULL = none. */
	void (*changed)(struct app *app, const char *text);
	/* Escape; NULL = nothing more to do. */
	void (*cancel)(struct app *app);
	/* What the word at the cursor may become; NULL = nothing is offered. */
	void (*complete)(struct app *app, const char *text, size_t cursor, struct completion *out);
	/* Where in the text something is wrong (bytes); false = nothing is. NULL = never. */
	bool (*wrong)(struct app *app, const char *text, size_t *start, size_t *len);
	/* Why, as a sentence; NULL = not told. */
	const char *(*explain)(struct app *app);
};

struct prompt {
	const struct prompt_kind *kind; /* NULL: no line is open */
	struct editor line;		/* its text */
	struct completion completion;
	bool completing; /* the popup is shown */
	size_t history_at; /* place in the history; its count = the line being typed */
	char *typed;	   /* owned: what was typed before the history was asked, or NULL */
	/* A question: */
	bool asking;
	char question[160];
	int64_t subject;
	void (*confirmed)(struct app *app, int64_t subject);
};

void prompt_init(struct prompt *prompt);
void prompt_release(struct prompt *prompt);
bool prompt_is_open(const struct prompt *prompt);
/* Opens a line with `text` in it. */
void prompt_open(struct app *app, const struct prompt_kind *kind, const char *text);
/* The ":" line, with `text` in it. */
void prompt_open_command(struct app *app, const char *text);
/* Asks; `confirmed` is called on yes with `subject` (the id of what it is about). */
void prompt_ask(struct app *app, const char *question, int64_t subject, void (*confirmed)(struct app *, int64_t));
/* Takes a key while a prompt is open. */
void prompt_key(struct app *app, const struct key *key);
/* Takes pasted text into the line: line ends become blanks, and nothing is accepted by it. */
void prompt_paste(struct app *app, const char *text, size_t len);
/* One key of typing and editing in a line that is not the prompt's; false if it means nothing there. */
bool prompt_edit(struct editor *line, const struct key *key);
/* Pasted text into such a line, in one row. */
void prompt_insert_paste(struct editor *line, const char *text, size_t len);
/*
 * Draws such a line and its cursor, scrolled so that the cursor is seen; `text` is editor_text() of it. Returns the
 * first byte drawn.
 */
size_t prompt_draw_text(struct grid *grid, struct area area, const struct editor *line, const char *text);
/* Draws it on that row, and its popup above. */
void prompt_draw(struct app *app, int row);

#endif
