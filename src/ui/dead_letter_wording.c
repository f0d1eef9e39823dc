/* SPDX-License-Identifier: MIT */
/* A dead letter as a page of text: the form is decoded, for escaped it could not be read. */
#include <string.h>

#include "core/form.h"
#include "core/i18n.h"
#include "ui/view_dead_letters.h"
#include "ui/wording.h"

enum { FIELDS_MAX = 500 };

/* Bytes of the body that form whole escapes: its end may be cut off in the middle of one. */
static size_t
whole_length(const struct dead_letter *letter)
{
	size_t len = strlen(letter->body);

	if ((int64_t)len < letter->body_size)
		for (size_t back = 1; back <= 2 && back <= len; back++)
			if (letter->body[len - back] == '%')
				return len - back;
	return len;
}

static void
add_form(const struct dead_letter *letter, struct strbuf *out)
{
	struct form form;
	struct err err = { "" };

	/* What is no form is shown as it came. */
	if (letter->body[0] == '{' || letter->body[0] == '[' ||
	    form_parse_bytes(letter->body, whole_length(letter), FIELDS_MAX, &form, &err) != STATUS_OK) {
		strbuf_add_format(out, "%s\n", letter->body);
		return;
	}
	for (size_t i = 0; i < form.count; i++) {
		strbuf_add_format(out, "%s = ", form.fields[i].name);
		strbuf_add(out, form.fields[i].value, form.fields[i].value_len);
		strbuf_add_char(out, '\n');
	}
	form_release(&form);
}

void
dead_letter_describe(const struct dead_letter *letter, struct strbuf *out)
{
	char time[WORDING_SIZE];

	strbuf_add_format(out, "%s: %s\n", _("Arrived"), wording_moment(letter->received_at, time));
	strbuf_add_format(out, "%s: %s\n", _("Route"), letter->route);
	strbuf_add_format(out, "%s: %s\n", _("Reason"), letter->reason);
	if (letter->replay_requested_at > 0 && letter->replayed_at == 0)
		strbuf_add_format(out, "%s: %s\n", _("To be taken in again since"),
				  wording_moment(letter->replay_requested_at, time));
	if (letter->replayed_at > 0)
		strbuf_add_format(out, "%s: %s\n", _("Dealt with"), wording_moment(letter->replayed_at, time));
	if (letter->replay_result[0] != '\0')
		strbuf_add_format(out, "%s: %s\n", _("Result"), letter->replay_result);
	strbuf_add_char(out, '\n');
	add_form(letter, out);
	if ((int64_t)strlen(letter->body) < letter->body_size)
		strbuf_add_format(out, _("... and so on: %lld bytes in all, of which the beginning is shown."),
				  (long long)letter->body_size);
}
