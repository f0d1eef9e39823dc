/* SPDX-License-Identifier: MIT */
/* An approved template from its name to the outbox: its variables are asked for one after the other, then it is shown. */
#ifndef HILO_UI_REPLY_TEMPLATE_H
#define HILO_UI_REPLY_TEMPLATE_H

struct app;
struct template_fill;

/* Begins with the template of that name (or id); asks for its variables. */
void reply_template_start(struct app *app, const char *name);
void reply_template_free(struct template_fill *fill);

#endif
