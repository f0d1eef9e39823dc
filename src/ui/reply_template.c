/* SPDX-License-Identifier: MIT */
#include "ui/reply_template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/json.h"
#include "core/template.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/wording.h"

enum { VARIABLES_MAX = 20, PREVIEW_MAX = 16384, MS_SECOND = 1000 };

struct template_fill {
	char name[TEMPLATE_VARIABLE_SIZE];
	char *body; /* owned */
	char names[VARIABLES_MAX][TEMPLATE_VARIABLE_SIZE];
	size_t count, at;
	struct json *values; /* owned */
	int64_t thread_id;
	char label[2 * TEMPLATE_VARIABLE_SIZE + 16];
	struct prompt_kind prompt;
};

void
reply_template_free(struct template_fill *fill)
{
	if (fill == NULL)
		return;
	json_free(fill->values);
	free(fill->body);
	free(fill);
}

static void
forget(struct app *app)
{
	reply_template_free(app->reply.template);
	app->reply.template = NULL;
}

/* The text with what is known so far. */
static void
render(const struct template_fill *fill, struct strbuf *out)
{
	char *variables = json_print(fill->values);
	struct err err = { "" };

	if (template_render(fill->body, variables, out, &err) != STATUS_OK) {
		strbuf_clear(out);
		strbuf_add_string(out, err.text);
	}
	free(variables);
}

/* --- sending --- */

struct template_send {
	char name[TEMPLATE_VARIABLE_SIZE];
	char *variables; /* owned */
};

static void
free_send(void *data)
{
	struct template_send *send = data;

	free(send->variables);
	free(send);
}

static enum status
run_send(struct db *db, struct request *request, struct err *err)
{
	const struct template_send *send = request->data;
	struct outgoing out = {
		.channel = request->channel,
		.thread_id = request->thread_id,
		.template_name = send->name,
		.variables = send->variables,
		.author = request->agent,
		.origin = "console",
		.delay_ms = request->delay_ms,
		.seen_message_id = request->seen_message_id,
		.keep_draft = true,
		.now_ms = request->now_ms,
	};

	return outbox_enqueue(db, &out, &request->result, err);
}

static void
end_send(struct app *app, struct request *request)
{
	if (request->status != STATUS_OK)
		app_notice(app, STYLE_FAILED, request->err.text);
	else if (request->result.problem != SEND_FINE)
		app_notice(app, STYLE_FAILED, send_problem_text(request->result.problem));
	else
		reply_note_sent(app, request);
}

static void
send(struct app *app, int64_t thread_id)
{
	static const struct request_action action = { .run = run_send, .ended = end_send, .release = free_send };
	struct template_fill *fill = app->reply.template;
	struct template_send *data = fill != NULL ? calloc(1, sizeof *data) : NULL;

	if (data == NULL || thread_id != app->conversation.thread_id)
		goto out;
	utf8_copy(data->name, sizeof data->name, fill->name);
	data->variables = json_print(fill->values);
	if (view_current(app) == VIEW_PAGE)
		view_close(app);
	app_request(app, (struct request){ .kind = REQUEST_OTHER, .action = &action, .data = data,
					   .delay_ms = (int64_t)app->options->config->ui.undo_seconds * MS_SECOND,
					   .seen_message_id = app->reply.seen_thread == thread_id ? app->reply.seen_message : 0,
					   }, NULL);
	data = NULL;
	app->conversation.follow = true;
out:
	free(data);
	forget(app);
}

/* --- filling in --- */

static void
preview(struct app *app)
{
	const struct template_fill *fill = app->reply.template;
	struct strbuf text;

	strbuf_init(&text, PREVIEW_MAX);
	render(fill, &text);
	view_page_show(app, fill->name, strbuf_text(&text));
	strbuf_release(&text);
	prompt_ask(app, _("Send this template to the customer?"), fill->thread_id, send);
}

static void ask_next(struct app *app);

static void
take_value(struct app *app, const char *text)
{
	struct template_fill *fill = app->reply.template;

	if (fill == NULL || fill->thread_id != app->conversation.thread_id) {
		forget(app);
		return;
	}
	if (text[0] == '\0') {
		app_notice(app, STYLE_WARNING, _("A template needs a value for each of its variables."));
		forget(app);
		return;
	}
	json_add_string(fill->values, fill->names[fill->at], text);
	fill->at++;
	ask_next(app);
}

/* The text as it is so far stands beside what could be put in. */
static void
complete_value(struct app *app, const char *text, size_t cursor, struct completion *out)
{
	const struct template_fill *fill = app->reply.template;
	struct strbuf body;

	(void)cursor;
	if (fill == NULL)
		return;
	strbuf_init(&body, PREVIEW_MAX);
	render(fill, &body);
	completion_begin(out, 0, strlen(text));
	completion_add(out, text[0] != '\0' ? text : wording_name(&app->inbox.current), NULL, strbuf_text(&body));
	strbuf_release(&body);
}

static void
ask_next(struct app *app)
{
	struct template_fill *fill = app->reply.template;

	if (fill->at == fill->count) {
		preview(app);
		return;
	}
	snprintf(fill->label, sizeof fill->label, "%s {{%s}}: ", fill->name, fill->names[fill->at]);
	fill->prompt = (struct prompt_kind){ .label = fill->label, .accept = take_value, .cancel = forget,
					     .complete = complete_value };
	prompt_open(app, &fill->prompt, "");
}

void
reply_template_start(struct app *app, const char *name)
{
	struct template_row row = { .body = NULL };
	struct template_fill *fill;
	struct err err = { "" };
	enum status status;

	forget(app);
	status = template_find(app->db, app->inbox.current.channel, name, &row, &err);
	app_report(app, status, &err);
	if (status != STATUS_OK)
		return;
	fill = calloc(1, sizeof *fill);
	if (fill != NULL)
		fill->values = json_new_object();
	if (fill == NULL || fill->values == NULL) {
		free(row.body);
		reply_template_free(fill);
		app_notice(app, STYLE_FAILED, _("There is not enough memory; close other programs and try again."));
		return;
	}
	fill->body = row.body;
	fill->thread_id = app->conversation.thread_id;
	utf8_copy(fill->name, sizeof fill->name, name);
	fill->count = template_variables(row.body, fill->names, VARIABLES_MAX);
	app->reply.template = fill;
	ask_next(app);
}
