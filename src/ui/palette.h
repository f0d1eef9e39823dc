/* SPDX-License-Identifier: MIT */
/* The palette: some letters find a command, a conversation, a customer or a canned reply, Enter goes there. */
#ifndef HILO_UI_PALETTE_H
#define HILO_UI_PALETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/editor.h"
#include "ui/grid.h"
#include "ui/keys.h"
#include "ui/name_index.h"
#include "ui/pager.h"

struct app;

#define PALETTE_ROWS 40

enum palette_kind { PALETTE_COMMAND, PALETTE_CONVERSATION, PALETTE_CANNED };

struct palette_row {
	enum palette_kind kind;
	int64_t thread_id;  /* of a conversation */
	char text[256];	    /* what was found: a command's name, who it is, a canned reply's name */
	char detail[256];   /* what stands beside it */
	enum style style;   /* of its mark */
	const char *mark;   /* ":" or a channel's mark */
	int score;
};

struct palette {
	bool is_open;
	struct editor line;
	struct name_index *names; /* made at the first opening */
	struct palette_row rows[PALETTE_ROWS];
	struct pager pager;
};

void palette_init(struct palette *palette);
void palette_release(struct palette *palette);
void palette_open(struct app *app);
void palette_key(struct app *app, const struct key *key);
void palette_paste(struct app *app, const char *text, size_t len);
/* Descriptor to poll, -1 = none yet. */
int palette_fd(const struct palette *palette);
/* The names have been read. */
void palette_take_names(struct app *app);
/* Draws it over the middle of the screen. */
void palette_draw(struct app *app);

#endif
