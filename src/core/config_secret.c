/* SPDX-License-Identifier: MIT */
/*
 * Secrets that come from a command, such as a password manager. The command is started without a shell, with the
 * terminal as its standard error so that it can ask for a passphrase, and is ended after 10 s.
 */
#include "core/config_internal.h"

#include <stdlib.h>
#include <string.h>

#include "core/child.h"
#include "core/i18n.h"

#define COMMAND_TIMEOUT_MS 10000

void
config_wipe(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

enum status
config_run_command(const char *command, const char *origin, char **output, struct err *err)
{
	struct child_words words;
	struct child_request request = { .argv = words.words, .timeout_ms = COMMAND_TIMEOUT_MS, .at_terminal = true };
	struct err reason = { "" };
	struct child_end end;
	struct strbuf text;
	enum status status = STATUS_OK;

	*output = NULL;
	strbuf_init(&text, CONFIG_VALUE_MAX - 1);
	if (!child_split(command, &words))
		status = err_set(err, STATUS_INVALID, _("%s: the command is empty, too long, or has an open quote."),
				 origin);
	else if (child_run(&request, &text, &end, &reason) != STATUS_OK)
		status = err_set(err, STATUS_INVALID, _("%s: %s"), origin, reason.text);
	else if (!end.in_time)
		status = err_set(err, STATUS_INVALID, _("%s: the command did not end within 10 seconds."), origin);
	else if (end.exit_code != 0)
		status = err_set(err, STATUS_INVALID, _("%s: the command failed; run it by hand to see why."), origin);
	else if (strcspn(strbuf_text(&text), "\r\n") == 0)
		status = err_set(err, STATUS_INVALID, _("%s: the command printed nothing."), origin);
	else if ((*output = strndup(strbuf_text(&text), strcspn(strbuf_text(&text), "\r\n"))) == NULL)
		status = err_set(err, STATUS_NO_MEMORY, "%s",
				 _("There is not enough memory; close other programs and try again."));
	if (text.data != NULL)
		explicit_bzero(text.data, text.len);
	strbuf_release(&text);
	child_words_release(&words);
	return status;
}
