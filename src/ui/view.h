/* SPDX-License-Identifier: MIT */
/*
 * The views: one row a view with its name and functions, and a stack of those that are open. The inbox (list,
 * messages, reply, customer) is always at the bottom of it; the others take its whole body. A new view is one file, a
 * row in view.c and its state in struct app.
 */
#ifndef HILO_UI_VIEW_H
#define HILO_UI_VIEW_H

#include <stdbool.h>

#include "ui/command.h"
#include "ui/grid.h"

struct app;

enum view_id { VIEW_INBOX, VIEW_HELP, VIEW_CUSTOMER, VIEW_OUTBOX, VIEW_DEAD_LETTERS, VIEW_CANNED, VIEW_PICTURE, VIEW_PAGE };
#define VIEW_COUNT 8
#define VIEW_STACK_MAX 8

struct view {
	const char *name;     /* for ":view NAME" */
	const char *title;    /* to be translated */
	enum context context; /* its place in the keymap */
	/* Loads what it shows; false: it cannot be shown (a notice says why). NULL = nothing to load. */
	bool (*open)(struct app *app, const char *argument);
	/* The store changed. NULL = it shows nothing of it. */
	void (*refresh)(struct app *app);
	void (*draw)(struct app *app, struct area body);
	/* First chance at a key press: true if it was taken. NULL = it takes none. */
	bool (*key)(struct app *app, const struct key *key);
	/* Moves the selection, or scrolls, by rows. */
	void (*move)(struct app *app, long by);
	/* Rows of a page, for PgDn and the like. */
	long (*page)(const struct app *app);
	/* A click on that cell of the screen; NULL = nothing to click. */
	void (*click)(struct app *app, int row, int column);
	/* Frees what open() made; also when the program ends. */
	void (*close)(struct app *app);
};

extern const struct view views[VIEW_COUNT];

/* The view on top. */
enum view_id view_current(const struct app *app);
/* Opens it over what is open (or comes back to it); false if it cannot be shown. */
bool view_open(struct app *app, enum view_id id, const char *argument);
/* Back to the view before; nothing for the inbox. */
void view_close(struct app *app);
/* Back to the inbox. */
void view_close_all(struct app *app);
/* The view of that name; false if there is none. */
bool view_by_name(const char *name, enum view_id *id);

#endif
