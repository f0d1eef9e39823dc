/* SPDX-License-Identifier: MIT */
#include "core/short_name.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/strbuf.h"
#include "core/text.h"
#include "core/text_fold.h"

#define TYPED_MAX 1000

/* Blanks at both ends gone, a run of them inside one "-". */
static void
join_words(const char *text, struct strbuf *out)
{
	const char *blanks = " \t\r\n";

	for (;;) {
		size_t len;

		text += strspn(text, blanks);
		len = strcspn(text, blanks);
		if (len == 0)
			return;
		if (out->len > 0)
			strbuf_add_char(out, '-');
		strbuf_add(out, text, len);
		text += len;
	}
}

/* What a screen would change is refused, so that a name looks as it is stored and two that look alike are the same. */
static bool
is_plain(const struct strbuf *name)
{
	struct strbuf shown;
	bool plain;

	strbuf_init(&shown, 4 * TYPED_MAX);
	text_show(&shown, strbuf_text(name), name->len, TEXT_ONE_LINE);
	plain = !shown.failed && strcmp(strbuf_text(&shown), strbuf_text(name)) == 0;
	strbuf_release(&shown);
	return plain;
}

enum status
short_name_fold(const char *typed, char out[SHORT_NAME_SIZE], struct err *err)
{
	enum status status = STATUS_OK;
	struct strbuf name;
	char *lower;

	out[0] = '\0';
	if (strlen(typed) > TYPED_MAX)
		return err_set(err, STATUS_INVALID, _("This name is too long; at most %d bytes fit."), SHORT_NAME_SIZE - 1);
	lower = text_lower(typed);
	if (lower == NULL)
		return err_set(err, STATUS_INVALID, "%s", _("This name has characters that cannot be used; type plain letters."));
	strbuf_init(&name, 4 * TYPED_MAX);
	join_words(lower, &name);
	if (name.failed)
		status = err_set(err, STATUS_NO_MEMORY, "%s",
				 _("There is not enough memory; close other programs and try again."));
	else if (name.len == 0)
		status = err_set(err, STATUS_INVALID, "%s", _("A name is missing; type at least one letter."));
	else if (name.len >= SHORT_NAME_SIZE)
		status = err_set(err, STATUS_INVALID, _("This name is too long; at most %d bytes fit."), SHORT_NAME_SIZE - 1);
	else if (!is_plain(&name))
		status = err_set(err, STATUS_INVALID, "%s",
				 _("This name has characters that cannot be used; type plain letters."));
	else
		memcpy(out, strbuf_text(&name), name.len + 1);
	strbuf_release(&name);
	free(lower);
	return status;
}
