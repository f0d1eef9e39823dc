/* SPDX-License-Identifier: MIT */
/* The mouse, where the configuration allows it: wheel, click, and dragging the divider beside the list. */
#ifndef HILO_UI_MOUSE_H
#define HILO_UI_MOUSE_H

#include "ui/keys.h"

struct app;

/* Takes a KEY_MOUSE. */
void mouse_take(struct app *app, const struct key *key);

#endif
