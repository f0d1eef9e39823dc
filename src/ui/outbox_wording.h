/* SPDX-License-Identifier: MIT */
/* Rows of the outbox in words: state, reason, and what helps. Translated, raw. */
#ifndef HILO_UI_OUTBOX_WORDING_H
#define HILO_UI_OUTBOX_WORDING_H

#include "core/outbox_list.h"
#include "core/strbuf.h"
#include "ui/wording.h"

/* What helps with a row that is in trouble. */
enum outbox_remedy {
	OUTBOX_REMEDY_NONE,
	OUTBOX_REMEDY_AGAIN,   /* send it again */
	OUTBOX_REMEDY_EDIT,    /* change it first */
	OUTBOX_REMEDY_DISMISS, /* nothing but another way to the customer */
	OUTBOX_REMEDY_RELEASE, /* send what is held all the same */
};

struct delivery_look outbox_look(const struct outbox_item *item);
/* Appends why it is where it is; nothing when all is well. */
void outbox_reason(const struct outbox_item *item, struct strbuf *out);
enum outbox_remedy outbox_remedy(const struct outbox_item *item);

#endif
