/* SPDX-License-Identifier: MIT */
/*
 * An answer is about the text it was asked for: while another one is on its way only the words before the change are
 * marked, and never the word that is being typed.
 */
#include "ui/reply_spelling.h"

#include <stdlib.h>
#include <string.h>

#include "core/client.h"
#include "core/i18n.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/reply_popup.h"
#include "ui/spelling.h"

void
reply_spelling_release(struct reply_spelling *spelling)
{
	spelling_free(spelling->checker);
	*spelling = (struct reply_spelling){ 0 };
}

int
reply_spelling_fd(const struct reply_spelling *spelling)
{
	return spelling->checker != NULL ? spelling_fd(spelling->checker) : -1;
}

/* The customer's language, as the configuration wants it spelled; "" = that of the locale. */
static void
languages_for(struct app *app, char *out, size_t size)
{
	const struct config_entries *entries = &app->options->config->sections[CONFIG_SECTION_SPELLING];
	struct client client = { 0 };

	out[0] = '\0';
	if (client_get(app->db, app->inbox.current.client_id, &client, NULL) == STATUS_OK) {
		utf8_copy(out, size, client.language);
		client_release(&client);
	}
	for (size_t i = 0; i < entries->count; i++) {
		if (strcmp(entries->items[i].name, out[0] != '\0' ? out : i18n_language()) == 0) {
			utf8_copy(out, size, entries->items[i].value);
			break;
		}
	}
	for (char *c = out; *c != '\0'; c++)
		if (*c == '-')
			*c = '_';
}

static bool
prepare(struct app *app)
{
	struct reply_spelling *spelling = &app->reply.spelling;
	struct err err = { "" };
	char languages[64];

	if (spelling->checker != NULL && spelling->thread_id == app->conversation.thread_id)
		return true;
	languages_for(app, languages, sizeof languages);
	if (spelling->checker != NULL) {
		spelling_set_languages(spelling->checker, languages);
	} else if (spelling_new(languages, &spelling->checker, &err) != STATUS_OK) {
		spelling->failed = true;
		app_notice(app, STYLE_WARNING, err.text);
		return false;
	}
	spelling->thread_id = app->conversation.thread_id;
	spelling->asked = 0;
	return true;
}

void
reply_spelling_update(struct app *app)
{
	struct reply_spelling *spelling = &app->reply.spelling;

	if (!(app->options->config->ui.spelling || spelling->wanted) || spelling->failed ||
	    app_context(app) != CONTEXT_REPLY || !prepare(app) || spelling->asked == app->editor.version)
		return;
	spelling->asked = app->editor.version;
	spelling_check(spelling->checker, app->editor.version, editor_text(&app->editor));
}

/* The wrong word that the cursor is in or behind, else the first one. False: nothing is wrong. */
static bool
wrong_word(const struct app *app, size_t *start, size_t *end)
{
	const struct spelling_range *ranges;
	uint64_t version;
	size_t count, found;

	ranges = spelling_ranges(app->reply.spelling.checker, &version, &count);
	if (version != app->editor.version || count == 0)
		return false;
	for (found = 0; found < count; found++)
		if (app->editor.cursor <= ranges[found].start + ranges[found].len)
			break;
	/* Behind the last one: the nearest before. */
	if (found == count)
		found = count - 1;
	*start = ranges[found].start;
	*end = *start + ranges[found].len;
	return true;
}

static char *
copy_word(const struct app *app, size_t start, size_t end)
{
	return strndup(editor_text(&app->editor) + start, end - start);
}

void
reply_spelling_suggest(struct app *app)
{
	struct reply_spelling *spelling = &app->reply.spelling;
	size_t start, end;
	char *word;

	if (spelling->checker == NULL) {
		spelling->wanted = true;
		spelling->failed = false;
		reply_spelling_update(app);
		if (spelling->checker != NULL)
			app_notice(app, STYLE_STRONG, _("Spelling is checked from now on; the same key offers other words."));
		return;
	}
	word = wrong_word(app, &start, &end) ? copy_word(app, start, end) : NULL;
	if (word == NULL)
		app_notice(app, STYLE_STRONG, _("No word is known to be wrong."));
	else
		spelling_suggest(spelling->checker, word);
	free(word);
}

void
reply_spelling_add(struct app *app, size_t start, size_t end)
{
	char *word = copy_word(app, start, end);

	if (word != NULL && app->reply.spelling.checker != NULL) {
		spelling_add(app->reply.spelling.checker, word);
		app->reply.spelling.asked = 0;
	}
	free(word);
}

void
reply_spelling_take(struct app *app)
{
	struct spelling *checker = app->reply.spelling.checker;
	unsigned news = spelling_take(checker);
	const char *word, *const *words;
	size_t count, start, end;

	app->dirty = true;
	if (news & SPELLING_MISSING)
		app_notice(app, STYLE_WARNING, spelling_missing(checker));
	if (!(news & SPELLING_SUGGESTIONS) || app_context(app) != CONTEXT_REPLY)
		return;
	words = spelling_suggestions(checker, &word, &count);
	/* The text may be another one by now. */
	if (wrong_word(app, &start, &end) && strlen(word) == end - start &&
	    memcmp(editor_text(&app->editor) + start, word, end - start) == 0)
		reply_popup_offer_words(app, start, end, words, count);
}

void
reply_spelling_dress(const struct app *app, const struct dress_row *row)
{
	const struct reply_spelling *spelling = &app->reply.spelling;
	const struct spelling_range *ranges;
	uint64_t version;
	size_t count, cursor = app->editor.cursor;

	if (spelling->checker == NULL || spelling->thread_id != app->conversation.thread_id)
		return;
	ranges = spelling_ranges(spelling->checker, &version, &count);
	for (size_t i = 0; i < count; i++) {
		size_t end = ranges[i].start + ranges[i].len;

		if (end == cursor || end > app->editor.len || (version != app->editor.version && end + 1 >= cursor))
			continue;
		dress_range(row, ranges[i].start, ranges[i].len, STYLE_ERROR_WORD);
	}
}
