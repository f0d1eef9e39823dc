/* SPDX-License-Identifier: MIT */
/* Searching from the list: the query being typed or kept, what it finds, and the list that waits behind it. */
#ifndef HILO_UI_SEARCH_H
#define HILO_UI_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/query.h"
#include "ui/finder.h"

struct app;

struct search {
	struct finder *finder; /* made at the first search */
	bool is_on;	       /* the list shows what was found */
	bool running;	       /* more may come by itself */
	struct query query;    /* what was asked last */
	int64_t before;	       /* conversation that was selected in the list */
	char problem[512];     /* why what is typed cannot be asked, translated; "" = it can */
	struct query_span where; /* the part of it */
	int64_t again_due_ms;  /* monotonic: look again, since the store changed; 0 = not */
};

void search_init(struct search *search);
void search_release(struct search *search);
/* The "/" line. */
void search_open(struct app *app);
/* Shows what the query finds, as if it had been typed. False: it cannot be understood (a notice says why). */
bool search_for(struct app *app, const char *text);
/* Back to the list as it was. */
void search_end(struct app *app);
/* Descriptor to poll, -1 = none yet. */
int search_fd(const struct search *search);
/* Takes what was found. */
void search_take(struct app *app);
/* The store changed. */
void search_note_change(struct app *app);
/* Asks again, when it is due; asks for more, when the selection comes near the end. */
void search_continue(struct app *app);
/* The next (1, older) or previous (-1, newer) place that was found, also in the next conversation. */
void search_next_hit(struct app *app, int by);

#endif
