/* SPDX-License-Identifier: MIT */
/* What is done with dead letters: read, taken in again, put away. */
#include "core/dead_letter.h"
#include "core/i18n.h"
#include "core/strbuf.h"
#include "ui/app.h"
#include "ui/command_tables.h"
#include "ui/view_dead_letters.h"

enum { PAGE_MAX = 1 << 16 };

static void
show(struct app *app)
{
	view_open(app, VIEW_DEAD_LETTERS, "");
}

/* The selected row; says so when there is none. */
static const struct dead_letter *
target(struct app *app)
{
	const struct dead_letter *letter = view_current(app) == VIEW_DEAD_LETTERS ? view_letters_selected(app) : NULL;

	if (letter == NULL)
		app_notice(app, STYLE_WARNING, _("Choose a dead letter first."));
	return letter;
}

static void
show_letter(struct app *app)
{
	const struct dead_letter *letter = target(app);
	struct strbuf text;

	if (letter == NULL)
		return;
	strbuf_init(&text, PAGE_MAX);
	dead_letter_describe(letter, &text);
	view_page_show(app, _("Dead letter"), strbuf_text(&text));
	strbuf_release(&text);
}

/* --- taking in again --- */

static enum status
run_replay(struct db *db, struct request *request, struct err *err)
{
	return dead_letter_request_replay(db, request->number, request->now_ms, err);
}

static void
end_replay(struct app *app, struct request *request)
{
	struct ui_status services = { 0 };

	if (request->status != STATUS_OK) {
		app_notice(app, STYLE_FAILED, request->err.text);
		return;
	}
	app->letters_view.asked_id = request->number;
	if (app->options->describe != NULL)
		app->options->describe(app->options->describe_arg, &services);
	app_notice(app, STYLE_STRONG, services.services_here ? _("It is being taken in again ...") :
		   _("The services do not run here: it is taken in where they run, or when they start."));
	/* They may have been quicker than this. */
	if (view_current(app) == VIEW_DEAD_LETTERS)
		view_letters_refresh(app);
}

static void
replay(struct app *app)
{
	static const struct request_action action = { .run = run_replay, .ended = end_replay };
	const struct dead_letter *letter = target(app);

	if (letter != NULL)
		app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action, .number = letter->id }, NULL);
}

/* --- putting away --- */

static enum status
run_dismiss(struct db *db, struct request *request, struct err *err)
{
	return dead_letter_dismiss(db, request->number, request->now_ms, err);
}

static void
put_away(struct app *app, int64_t id)
{
	static const struct request_action action = { .run = run_dismiss };

	app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action, .number = id }, NULL);
}

static void
ask_to_put_away(struct app *app)
{
	const struct dead_letter *letter = target(app);

	if (letter != NULL)
		prompt_ask(app, _("Put this dead letter away without using it?"), letter->id, put_away);
}

static const struct command rows[] = {
	{ .name = "dead-letters", .keys = "D", .contexts = LIST | MESSAGES,
	  .help = N_("Dead letters: what the carrier sent and could not be used"), .run = show },
	{ .name = "letter-show", .keys = "Enter Right l", .contexts = DEAD_LETTERS,
	  .help = N_("The whole of it, field by field"), .hint = N_("read it"), .run = show_letter },
	{ .name = "letter-replay", .keys = "R", .contexts = DEAD_LETTERS,
	  .help = N_("Take it in again"), .hint = N_("take in again"), .run = replay },
	{ .name = "letter-put-away", .keys = "d", .contexts = DEAD_LETTERS,
	  .help = N_("Put it away: it is not used"), .hint = N_("put away"), .run = ask_to_put_away },
};

COMMAND_TABLE(commands_dead_letters);
