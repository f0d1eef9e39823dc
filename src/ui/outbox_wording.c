/* SPDX-License-Identifier: MIT */
#include "ui/outbox_wording.h"

#include <string.h>

#include "core/carrier_error.h"
#include "core/i18n.h"
#include "core/outbox.h"

struct state_row {
	const char *state;
	struct delivery_look look;
};

static const struct state_row states[] = {
	{ "queued", { "○", N_("waiting"), STYLE_NORMAL } },
	{ "sending", { "◌", N_("sending"), STYLE_NORMAL } },
	{ "unknown", { "?", N_("asking"), STYLE_WARNING } },
	{ "unsure", { "?", N_("unconfirmed"), STYLE_WARNING } },
	{ "scheduled", { "⏱", N_("scheduled"), STYLE_NORMAL } },
	{ "held", { "⏸", N_("held"), STYLE_WARNING } },
	{ "failed", { "✗", N_("failed"), STYLE_FAILED } },
};

static bool
is_in(const struct outbox_item *item, const char *state)
{
	return strcmp(item->state, state) == 0;
}

struct delivery_look
outbox_look(const struct outbox_item *item)
{
	if (item->dealt_with)
		return (struct delivery_look){ "·", _("dealt with"), STYLE_DIM };
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		if (is_in(item, states[i].state)) {
			struct delivery_look look = states[i].look;

			look.word = _(look.word);
			return look;
		}
	}
	return (struct delivery_look){ "·", item->state, STYLE_DIM };
}

static void
held_reason(const struct outbox_item *item, struct strbuf *out)
{
	for (int problem = SEND_FINE + 1; problem <= SEND_NEWER; problem++) {
		if (strcmp(item->reason, send_problem_code((enum send_problem)problem)) == 0) {
			strbuf_add_string(out, send_problem_text((enum send_problem)problem));
			return;
		}
	}
	strbuf_add_string(out, _("Something changed since it was written."));
}

static void
failed_reason(const struct outbox_item *item, struct strbuf *out)
{
	const char *words = item->error_code != 0 ? carrier_error_text(item->error_code, i18n_language()) : NULL;

	if (words == NULL)
		words = item->reason[0] != '\0' ? item->reason : _("The carrier gave no reason.");
	if (item->error_code != 0)
		strbuf_add_format(out, "%d ", item->error_code);
	strbuf_add_string(out, words);
}

void
outbox_reason(const struct outbox_item *item, struct strbuf *out)
{
	if (is_in(item, "failed"))
		failed_reason(item, out);
	else if (is_in(item, "held"))
		held_reason(item, out);
	else if (is_in(item, "unsure"))
		strbuf_add_string(out, _("It is not known whether it arrived; ask the customer."));
	else if (is_in(item, "unknown"))
		strbuf_add_string(out, _("No answer came; the carrier is being asked whether it arrived."));
	else
		strbuf_add_string(out, item->reason);
}

enum outbox_remedy
outbox_remedy(const struct outbox_item *item)
{
	const struct carrier_error *error = item->error_code != 0 ? carrier_error_find(item->error_code) : NULL;

	if (item->dealt_with)
		return OUTBOX_REMEDY_NONE;
	if (is_in(item, "held"))
		return OUTBOX_REMEDY_RELEASE;
	if (is_in(item, "unsure"))
		return OUTBOX_REMEDY_AGAIN;
	if (!is_in(item, "failed"))
		return OUTBOX_REMEDY_NONE;
	if (error == NULL)
		return OUTBOX_REMEDY_AGAIN;
	switch (error->retry) {
	case CARRIER_RETRY_LATER:
		return OUTBOX_REMEDY_AGAIN;
	case CARRIER_RETRY_FIX:
		return OUTBOX_REMEDY_EDIT;
	case CARRIER_RETRY_NEVER:
		return OUTBOX_REMEDY_DISMISS;
	}
	return OUTBOX_REMEDY_NONE;
}
