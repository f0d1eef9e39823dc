/* SPDX-License-Identifier: MIT */
/* What stands in place of a conversation when there is none: a greeting, or where the others are. */
#include <string.h>

#include "core/config.h"
#include "core/i18n.h"
#include "core/text.h"
#include "ui/app.h"

/* Sentences, each wrapped, under each other; "" is an empty line. */
static void
draw_sentences(struct app *app, struct area area, const char *const *sentences, size_t count)
{
	int row = area.row + 1, columns = area.columns - 4;

	for (size_t i = 0; i < count; i++) {
		struct text_line lines[8];
		size_t len = strlen(sentences[i]), used = text_wrap(sentences[i], len, columns, lines, 8);

		for (size_t k = 0; k < used && k < 8 && row < area.row + area.rows; k++, row++)
			grid_text_len(&app->grid, (struct area){ row, area.column + 2, 1, columns },
				      i == 0 ? STYLE_STRONG : STYLE_NORMAL, sentences[i] + lines[k].start, lines[k].len);
	}
}

static bool
has_conversations(const struct app *app)
{
	for (int channel = 0; channel < CHANNEL_COUNT; channel++)
		for (int status = 0; status < THREAD_STATUS_COUNT; status++)
			if (app->counts.threads[channel][status] > 0)
				return true;
	return false;
}

void
view_empty_draw(struct app *app, struct area area)
{
	const char *missing = config_missing(app->options->config);
	const char *const welcome[] = {
		_("Welcome to hilo."),
		"",
		_("No customer has written yet. What arrives appears here by itself."),
		"",
		missing != NULL ? missing : _("The account is configured; point the carrier's webhook at the listener."),
		_("\"hilo doctor\" checks the configuration and says what to do next."),
		_("\"hilo demo\" shows everything with pretend customers."),
		"",
		_("Press ? for the keys, : for commands, q to leave."),
	};
	const char *const nothing[] = {
		search_is_running(&app->search) ? _("Searching …") : _("Nothing was found."),
		"",
		_("Words of messages, names and numbers are found, and terms such as is:unread, from:ana, since:7d, error:30007."),
		_("Esc goes back to the list."),
	};
	const char *const elsewhere[] = {
		_("Nothing is left here."),
		"",
		_("There are other conversations: f changes the channel, s the status, u shows only the unread or all."),
	};

	if (app->search.is_on)
		draw_sentences(app, area, nothing, sizeof nothing / sizeof nothing[0]);
	else if (has_conversations(app))
		draw_sentences(app, area, elsewhere, sizeof elsewhere / sizeof elsewhere[0]);
	else
		draw_sentences(app, area, welcome, sizeof welcome / sizeof welcome[0]);
}
