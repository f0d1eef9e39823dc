/* SPDX-License-Identifier: MIT */
/* Searching from the list: the query being typed or kept, what it finds, and the list that waits behind it. */
#ifndef HILO_UI_SEARCH_H
#define HILO_UI_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/query.h"
#include "ui/finder.h"
#include "ui/grid.h"

struct app;

/* How what is found now comes into the list. */
enum search_stage {
	SEARCH_IDLE,	 /* all that was asked for is there */
	SEARCH_NEW,	 /* nothing has come of a new question: the rows are of the one before */
	SEARCH_ADDING,	 /* rows come as they are found */
	SEARCH_RENEWING, /* the same question again: gathered, then put in place of the rows */
};

/* What the step from one place to the next waits for. */
enum search_step {
	STEP_NONE,
	STEP_HERE,     /* the next place in this conversation */
	STEP_ENTERING, /* the oldest place in this conversation, which was entered from its older end */
	STEP_ROWS,     /* more conversations */
};

struct search {
	struct finder *finder; /* made at the first search */
	bool is_on;	       /* the list shows what was found */
	enum search_stage stage;
	struct query query;    /* what was asked last */
	int64_t before;	       /* conversation that was selected in the list */
	char problem[512];     /* why what is typed cannot be asked, translated; "" = it can */
	struct query_span where; /* the part of it */
	int64_t asked_ms;      /* monotonic */
	int64_t took_ms;       /* the last answer */
	int64_t forget_due_ms; /* monotonic: rows of the question before go, 0 = there are none */
	int64_t again_due_ms;  /* monotonic: look again, since the store changed; 0 = not */
	/* While the same question is asked again: */
	struct thread *rows; /* owned */
	int64_t *hits;	     /* owned */
	size_t count;
	/* From place to place: */
	int steps;		/* still to go: positive to older ones; 0 = there */
	int step_by;		/* direction of the step under way */
	enum search_step step;
	int64_t step_thread;	/* the conversation that the finder looks in */
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
/* Does what is due; asks for more when the selection comes near the end. */
void search_continue(struct app *app);
/* When something is due by itself (monotonic ms), 0 = nothing. */
int64_t search_due_ms(const struct search *search);
/* True while something may still come by itself. */
bool search_is_running(const struct search *search);
/* The next (1, older) or previous (-1, newer) place that was found, also in the next conversation. */
void search_next_hit(struct app *app, int by);
/* What the search is about in a text as it is shown, at most `max` places; how many. */
size_t search_spans(const struct app *app, const char *text, size_t len, struct query_span *spans, size_t max);
/* Lets it stand out in a raw text that grid_text() drew in that area. */
void search_show_hits(struct app *app, struct area area, const char *text);

#endif
