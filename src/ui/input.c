/* SPDX-License-Identifier: MIT */
#include "ui/input.h"

#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/mouse.h"

enum { READ_SIZE = 4096 };

static void
insert(struct app *app, const char *text, size_t len)
{
	if (!editor_insert(&app->editor, text, len))
		app_notice(app, STYLE_FAILED, _("The text is too long; nothing more fits in."));
}

static void
insert_typed(struct app *app, const struct key *key)
{
	char text[4];

	insert(app, text, utf8_encode(key->code, text));
	if (key->code == ':')
		editor_expand_emoji(&app->editor);
}

/* A paste is text for the reply and nothing else, wherever it comes. */
static void
take_paste(struct app *app, const struct key *key)
{
	if (app->palette.is_open)
		palette_paste(app, key->text, key->len);
	else if (app->prompt.kind != NULL)
		prompt_paste(app, key->text, key->len);
	else if (app_context(app) == CONTEXT_REPLY && !app->prompt.asking)
		insert(app, key->text, key->len);
	else
		app_notice(app, STYLE_WARNING, _("Press r first: text can be pasted into a reply."));
}

/* Keys that the agent types go into the macro; those that a macro plays do not, nor the one that ends it. */
static void
record(struct app *app, const struct key *key)
{
	const struct binding *binding = keymap_find(&app->keymap, app_context(app), key);
	bool ends = !prompt_is_open(&app->prompt) && binding != NULL && binding->command != NULL &&
		    strcmp(binding->command->name, "toggle-recording") == 0;

	if (!app->recording || app->macro_depth > 0 || ends)
		return;
	if (!macro_record(&app->recorder, key))
		app_notice(app, STYLE_WARNING, _("The macro is as long as it may be; Q ends it."));
}

void
input_take_press(struct app *app, const struct key *key)
{
	const struct binding *binding;

	app->notice[0] = '\0';
	record(app, key);
	if (app->palette.is_open) {
		palette_key(app, key);
		return;
	}
	if (prompt_is_open(&app->prompt)) {
		prompt_key(app, key);
		return;
	}
	if (!app->layout.too_small && views[view_current(app)].key != NULL && views[view_current(app)].key(app, key))
		return;
	if (!app->layout.too_small && app_context(app) == CONTEXT_REPLY && reply_popup_key(app, key))
		return;
	binding = keymap_find(&app->keymap, app_context(app), key);
	/* Too small to see what a key would do: only the ways out. */
	if (app->layout.too_small &&
	    (binding == NULL || binding->command == NULL || binding->command->need != NEED_NO_SCREEN))
		return;
	if (binding != NULL && binding->command != NULL)
		app_run_command(app, binding->command, "");
	else if (binding != NULL && binding->line != NULL)
		app_run_line(app, binding->line);
	else if (binding == NULL && app_context(app) == CONTEXT_REPLY && key_is_text(key))
		insert_typed(app, key);
}

static void
take_key(struct app *app, const struct key *key)
{
	bool dirty = app->dirty;

	app->dirty = true;
	switch (key->kind) {
	case KEY_PRESS:
		input_take_press(app, key);
		break;
	case KEY_PASTE:
		take_paste(app, key);
		break;
	case KEY_PASTE_END:
		app->editor.after_return = false;
		break;
	case KEY_FOCUS_IN:
	case KEY_FOCUS_OUT:
		app->terminal_focused = key->kind == KEY_FOCUS_IN;
		app_mark_read(app);
		break;
	case KEY_ANSWER:
		app->dirty = terminal_take_answer(app->terminal, key) || dirty;
		break;
	case KEY_MOUSE:
		mouse_take(app, key);
		break;
	}
}

static void
take_keys(struct app *app, bool complete)
{
	struct key key;

	while (!app->quitting && keys_next(&app->keys, complete, &key))
		take_key(app, &key);
}

bool
input_read(struct app *app)
{
	char bytes[READ_SIZE];
	ssize_t got;

	while (!app->quitting && (got = terminal_read(app->terminal, bytes, sizeof bytes)) != 0) {
		size_t taken = 0;

		if (got < 0)
			return false;
		while (taken < (size_t)got) {
			taken += keys_feed(&app->keys, bytes + taken, (size_t)got - taken);
			take_keys(app, false);
			if (app->quitting)
				return true;
		}
		if (got < (ssize_t)sizeof bytes)
			break;
	}
	app->keys_undecided = keys_unfinished(&app->keys);
	return true;
}

void
input_take_rest(struct app *app)
{
	take_keys(app, true);
}
