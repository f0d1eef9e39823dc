/* SPDX-License-Identifier: MIT */
/* What comes from the terminal, and who gets it: palette, prompt, view, keymap, reply. */
#ifndef HILO_UI_INPUT_H
#define HILO_UI_INPUT_H

#include <stdbool.h>

#include "ui/keys.h"

struct app;

/* Takes everything typed so far. False: the terminal is gone. */
bool input_read(struct app *app);
/* Nothing more came for a moment: what is left is the Escape key. */
void input_take_rest(struct app *app);
/* Does what a key does, as if it had been typed. */
void input_take_press(struct app *app, const struct key *key);

#endif
