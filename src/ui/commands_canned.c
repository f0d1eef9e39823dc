/* SPDX-License-Identifier: MIT */
/* Making, changing, reading and deleting canned replies. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/canned.h"
#include "core/i18n.h"
#include "core/strbuf.h"
#include "core/template.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/command_tables.h"
#include "ui/one_line.h"
#include "ui/view_canned.h"

enum { PAGE_MAX = 1 << 16, VARIABLES_MAX = 20 };

static void
show(struct app *app)
{
	view_open(app, VIEW_CANNED, "");
}

/* --- reading --- */

static void
describe_template(const struct canned_row *row, struct strbuf *out)
{
	char names[VARIABLES_MAX][TEMPLATE_VARIABLE_SIZE];
	size_t count = template_variables(row->template->body, names, VARIABLES_MAX);

	strbuf_add_format(out, "%s\n\n%s: %s\n", row->template->body, _("Channel"), _(channel_info(row->channel)->title));
	if (row->template->language[0] != '\0')
		strbuf_add_format(out, "%s: %s\n", _("Language"), row->template->language);
	for (size_t i = 0; i < count; i++)
		strbuf_add_format(out, "%s: %s\n", _("To be filled in"), names[i]);
	if (row->template->content_sid[0] != '\0')
		strbuf_add_format(out, "%s: %s\n", _("Name at the carrier"), row->template->content_sid);
}

static void
show_text(struct app *app)
{
	const struct canned_row *row = view_canned_selected(app);
	struct canned canned = { 0 };
	struct err err = { "" };
	struct strbuf text;

	if (view_current(app) != VIEW_CANNED || row == NULL)
		return;
	strbuf_init(&text, PAGE_MAX);
	if (row->canned == NULL) {
		describe_template(row, &text);
		view_page_show(app, row->template->name, strbuf_text(&text));
	} else if (canned_get(app->db, row->canned->id, &canned, &err) == STATUS_OK) {
		view_page_show(app, canned.name, canned.body);
	} else {
		app_notice(app, STYLE_FAILED, err.text);
	}
	strbuf_release(&text);
}

/* --- saving --- */

static enum status
run_save(struct db *db, struct request *request, struct err *err)
{
	return canned_save(db, request->data, request->now_ms, NULL, err);
}

static void
end_save(struct app *app, struct request *request)
{
	const struct canned *canned = request->data;

	if (request->status == STATUS_OK)
		app_say(app, STYLE_STRONG, _("The canned reply \"%s\" is kept."), canned->name);
	else
		app_notice(app, STYLE_FAILED, request->err.text);
}

/* Takes `canned`. */
static void
submit_save(struct app *app, struct canned *canned)
{
	static const struct request_action action = { .run = run_save, .ended = end_save };

	app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action, .data = canned }, NULL);
}

static void
forget_edited(struct app *app)
{
	free(app->canned_view.edited);
	app->canned_view.edited = NULL;
}

static void
take_text(struct app *app, const char *text)
{
	struct canned *canned = app->canned_view.edited;

	app->canned_view.edited = NULL;
	if (canned != NULL && one_line_read(text, canned->body, sizeof canned->body)) {
		submit_save(app, canned);
		return;
	}
	free(canned);
	app_say(app, STYLE_FAILED, _("A canned reply has at most %d bytes; shorten it."), CANNED_BODY_SIZE - 1);
}

static const struct prompt_kind text_prompt = { .label = N_("Text: "), .accept = take_text, .cancel = forget_edited };

/* Asks for the text, beginning with what is there; takes `canned`. */
static void
ask_text(struct app *app, struct canned *canned)
{
	struct strbuf text;

	/* The list shows what is made. */
	if (view_current(app) != VIEW_CANNED && !view_open(app, VIEW_CANNED, "")) {
		free(canned);
		return;
	}
	forget_edited(app);
	app->canned_view.edited = canned;
	strbuf_init(&text, (size_t)2 * CANNED_BODY_SIZE);
	one_line_add(&text, canned->body);
	prompt_open(app, &text_prompt, strbuf_text(&text));
	strbuf_release(&text);
	app_notice(app, STYLE_NORMAL, _("\\n begins a new line; {{name}} and {{agent}} are filled in."));
}

/* "NAME [channel] [language]"; false: something else is there. */
static bool
parse_name(const char *argument, struct canned *canned)
{
	char words[3][CANNED_LANGUAGE_SIZE + SHORT_NAME_SIZE] = { "", "", "" };
	int count = sscanf(argument, "%48s %48s %48s", words[0], words[1], words[2]);
	enum channel channel;
	int next = 1;

	if (count < 1)
		return false;
	utf8_copy(canned->name, sizeof canned->name, words[0]);
	if (next < count && channel_parse(words[next], &channel))
		utf8_copy(canned->channel, sizeof canned->channel, words[next++]);
	if (next < count)
		utf8_copy(canned->language, sizeof canned->language, words[next++]);
	return next == count;
}

/* With the text of the reply, if one is being written; else it is asked for. */
static void
save(struct app *app, const char *argument)
{
	struct canned *canned = calloc(1, sizeof *canned);

	if (canned == NULL || !parse_name(argument, canned)) {
		free(canned);
		app_notice(app, STYLE_FAILED, _("Write \":canned-save NAME\", and perhaps a channel and a language: \"hours sms es\"."));
		return;
	}
	if (editor_is_blank(&app->editor)) {
		ask_text(app, canned);
		return;
	}
	utf8_copy(canned->body, sizeof canned->body, editor_text(&app->editor));
	if (strlen(editor_text(&app->editor)) < sizeof canned->body) {
		submit_save(app, canned);
		return;
	}
	free(canned);
	app_say(app, STYLE_FAILED, _("A canned reply has at most %d bytes; shorten it."), CANNED_BODY_SIZE - 1);
}

static void
complete_save(struct app *app, const char *argument, struct completion *out)
{
	(void)app;
	/* After the name. */
	if (strchr(argument, ' ') == NULL)
		return;
	for (int channel = 0; channel < CHANNEL_COUNT; channel++)
		completion_add(out, channel_name((enum channel)channel), _(channel_info((enum channel)channel)->title), NULL);
}

/* The selected one as it is in the store, heap; NULL, and says why, if there is none. */
static struct canned *
load_selected(struct app *app)
{
	const struct canned_row *row = view_current(app) == VIEW_CANNED ? view_canned_selected(app) : NULL;
	struct canned *canned;
	struct err err = { "" };
	enum status status;

	if (row == NULL || row->canned == NULL) {
		app_notice(app, STYLE_WARNING, row == NULL ? _("Choose a canned reply first.") :
			   _("Templates are changed where they were approved: at the carrier."));
		return NULL;
	}
	canned = calloc(1, sizeof *canned);
	if (canned == NULL)
		return NULL;
	status = canned_get(app->db, row->canned->id, canned, &err);
	app_report(app, status, &err);
	if (status == STATUS_OK)
		return canned;
	free(canned);
	return NULL;
}

static void
edit(struct app *app)
{
	struct canned *canned = load_selected(app);

	if (canned != NULL)
		ask_text(app, canned);
}

static void
new_reply(struct app *app)
{
	prompt_open_command(app, "canned-save ");
}

/* --- deleting --- */

static enum status
run_delete(struct db *db, struct request *request, struct err *err)
{
	return canned_delete(db, request->number, err);
}

static void
delete_it(struct app *app, int64_t id)
{
	static const struct request_action action = { .run = run_delete };

	app_request_for(app, 0, (struct request){ .kind = REQUEST_OTHER, .action = &action, .number = id }, NULL);
}

static void
ask_to_delete(struct app *app)
{
	struct canned *canned = load_selected(app);
	char question[160];

	if (canned == NULL)
		return;
	snprintf(question, sizeof question, _("Delete the canned reply \"%s\"?"), canned->name);
	prompt_ask(app, question, canned->id, delete_it);
	free(canned);
}

/* --- filter --- */

static void
end_filter(struct app *app)
{
	view_canned_set_filter(app, "");
}

static void
filter(struct app *app)
{
	static const struct prompt_kind kind = { .label = "/", .accept = view_canned_set_filter,
						 .changed = view_canned_set_filter, .cancel = end_filter };

	prompt_open(app, &kind, app->canned_view.filter);
}

static const struct command rows[] = {
	{ .name = "canned-replies", .keys = "T", .contexts = LIST | MESSAGES,
	  .help = N_("Canned replies and templates: read, make, change"), .run = show },
	{ .name = "canned-show", .keys = "Enter Right l", .contexts = CANNED,
	  .help = N_("The whole text"), .hint = N_("read it"), .run = show_text },
	{ .name = "canned-new", .keys = "n", .contexts = CANNED,
	  .help = N_("Make a canned reply"), .hint = N_("new"), .run = new_reply },
	{ .name = "canned-edit", .keys = "e E", .contexts = CANNED,
	  .help = N_("Change its text"), .hint = N_("edit"), .run = edit },
	{ .name = "canned-delete", .keys = "d Delete", .contexts = CANNED,
	  .help = N_("Delete it"), .hint = N_("delete"), .run = ask_to_delete },
	{ .name = "canned-filter", .keys = "/", .contexts = CANNED,
	  .help = N_("Show only what has these letters"), .hint = N_("filter"), .run = filter },
	{ .name = "canned-save", .keys = "", .contexts = EVERYWHERE, .argument = N_("name channel language"),
	  .argument_needed = true, .help = N_("Keep what is written as a canned reply; nothing written: type its text"),
	  .run_with = save, .complete = complete_save },
};

COMMAND_TABLE(commands_canned);
