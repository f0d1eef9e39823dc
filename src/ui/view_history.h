/* SPDX-License-Identifier: MIT */
/* The customer over all channels and all our numbers: who it is, and every message in one line of time. */
#ifndef HILO_UI_VIEW_HISTORY_H
#define HILO_UI_VIEW_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/client.h"
#include "core/client_merge.h"
#include "core/client_timeline.h"
#include "ui/grid.h"
#include "ui/pager.h"

/* What the heading shows of them. */
#define HISTORY_ADDRESSES_MAX 16
#define HISTORY_THREADS_MAX 50

struct app;

struct history_view {
	int64_t client_id;
	struct client client; /* owned */
	struct client_address addresses[HISTORY_ADDRESSES_MAX];
	size_t address_count;
	struct thread *threads; /* owned, HISTORY_THREADS_MAX of them; newest activity first */
	size_t thread_count;
	struct client_suggestion suggestion; /* the best one */
	size_t suggestion_count;	     /* 0 or 1 */
	struct message *messages;	     /* owned, oldest first; the pager's count of them */
	struct pager pager;
	bool at_start; /* there are no older ones */
	int heading;   /* lines above the messages */
};

bool view_history_open(struct app *app, const char *argument);
void view_history_refresh(struct app *app);
void view_history_draw(struct app *app, struct area body);
void view_history_move(struct app *app, long by);
long view_history_page(const struct app *app);
void view_history_click(struct app *app, int row, int column);
void view_history_close(struct app *app);

/* The selected message, or NULL. Borrowed until the next refresh. */
const struct message *view_history_selected(const struct app *app);

#endif
