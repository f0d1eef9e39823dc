/* SPDX-License-Identifier: MIT */
/* The draft in the agent's own editor, while messages go on arriving. */
#ifndef HILO_UI_REPLY_EXTERNAL_H
#define HILO_UI_REPLY_EXTERNAL_H

struct app;

/* Lends the terminal to $VISUAL or $EDITOR with the text in it. */
void reply_external_start(struct app *app);
/* It may have ended: takes the terminal back, and the text if there is one. */
void reply_external_take(struct app *app);

#endif
