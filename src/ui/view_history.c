/* SPDX-License-Identifier: MIT */
/*
 * The newest message is at the bottom, as in a conversation; going up loads older ones. Each takes three lines: channel, time, who,
 * and which of our numbers; then how its text begins.
 */
#include "ui/view_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/strbuf.h"
#include "ui/app.h"
#include "ui/view_rows.h"
#include "ui/wording.h"

enum { ROW_HEIGHT = 3, FACTS_MAX = 4096, ROWS_LEAST = 9 };

const struct message *
view_history_selected(const struct app *app)
{
	const struct history_view *view = &app->history_view;

	return view->pager.selected < view->pager.count ? &view->messages[view->pager.selected] : NULL;
}

/* --- reading --- */

static void
release_messages(struct message *messages, size_t count)
{
	for (size_t i = 0; i < count; i++)
		message_release(&messages[i]);
	free(messages);
}

/* The newest `wanted` messages, oldest first, into a heap array. */
static enum status
read_messages(struct app *app, size_t wanted, struct message **messages, size_t *count, struct err *err)
{
	struct message *rows = calloc(wanted, sizeof *rows);
	enum status status = STATUS_OK;
	int64_t before = 0;
	size_t got = 0, page = 1;

	if (rows == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	while (status == STATUS_OK && got < wanted && page > 0) {
		struct message_list list = { 0 };

		page = wanted - got < VIEW_ROWS_PAGE ? wanted - got : VIEW_ROWS_PAGE;
		status = client_timeline(app->db, app->history_view.client_id, before, page, &list, err);
		if (status != STATUS_OK)
			break;
		page = list.count;
		/* From the end of the array: what is read later is older. */
		for (size_t i = 0; i < list.count; i++)
			rows[wanted - ++got] = list.items[i];
		if (list.count > 0)
			before = list.items[list.count - 1].id;
		list.count = 0;
		message_list_release(&list);
	}
	memmove(rows, rows + wanted - got, got * sizeof *rows);
	if (status != STATUS_OK) {
		release_messages(rows, got);
		return status;
	}
	*messages = rows;
	*count = got;
	return STATUS_OK;
}

static enum status
reload_messages(struct app *app, size_t wanted, struct err *err)
{
	struct history_view *view = &app->history_view;
	const struct message *selected = view_history_selected(app);
	int64_t id = selected != NULL && view->pager.selected + 1 < view->pager.count ? selected->id : 0;
	struct message *messages = NULL;
	size_t count = 0;
	enum status status = read_messages(app, wanted, &messages, &count, err);

	if (status != STATUS_OK)
		return status;
	release_messages(view->messages, view->pager.count);
	view->messages = messages;
	view->at_start = count < wanted;
	pager_set_count(&view->pager, count);
	/* At the end it follows what comes. */
	if (count > 0)
		pager_select(&view->pager, count - 1);
	for (size_t i = 0; i < count; i++)
		if (messages[i].id == id)
			pager_select(&view->pager, i);
	return STATUS_OK;
}

static enum status
read_client(struct app *app, struct err *err)
{
	struct history_view *view = &app->history_view;
	struct client client = { 0 };
	enum status status = client_get(app->db, view->client_id, &client, err);

	if (status != STATUS_OK)
		return status;
	if (client.merged_into != 0) {
		view->client_id = client.merged_into;
		client_release(&client);
		status = client_get(app->db, view->client_id, &client, err);
		if (status != STATUS_OK)
			return status;
	}
	client_release(&view->client);
	view->client = client;
	status = client_addresses(app->db, view->client_id, HISTORY_ADDRESSES_MAX, view->addresses, &view->address_count, err);
	if (status == STATUS_OK)
		status = client_threads(app->db, view->client_id, HISTORY_THREADS_MAX, view->threads, &view->thread_count, err);
	if (status == STATUS_OK)
		status = client_suggestions(app->db, view->client_id, 1, &view->suggestion, &view->suggestion_count, err);
	return status;
}

static enum status
read_all(struct app *app, struct err *err)
{
	size_t loaded = app->history_view.pager.count;
	enum status status = read_client(app, err);

	if (status == STATUS_OK)
		status = reload_messages(app, loaded > VIEW_ROWS_PAGE ? loaded : VIEW_ROWS_PAGE, err);
	return status;
}

void
view_history_refresh(struct app *app)
{
	struct err err = { "" };

	app_report(app, read_all(app, &err), &err);
	app->dirty = true;
}

bool
view_history_open(struct app *app, const char *argument)
{
	struct err err = { "" };
	enum status status;

	(void)argument;
	if (!app->inbox.has_current) {
		app_notice(app, STYLE_WARNING, _("There is no conversation to do that with."));
		return false;
	}
	app->history_view = (struct history_view){ .client_id = app->inbox.current.client_id };
	app->history_view.threads = calloc(HISTORY_THREADS_MAX, sizeof *app->history_view.threads);
	status = app->history_view.threads != NULL ? read_all(app, &err) :
		err_set(&err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	app_report(app, status, &err);
	if (status != STATUS_OK)
		view_history_close(app);
	return status == STATUS_OK;
}

void
view_history_close(struct app *app)
{
	struct history_view *view = &app->history_view;

	release_messages(view->messages, view->pager.count);
	free(view->threads);
	client_release(&view->client);
	*view = (struct history_view){ 0 };
}

void
view_history_move(struct app *app, long by)
{
	struct history_view *view = &app->history_view;
	struct err err = { "" };

	pager_move(&view->pager, by);
	if (by < 0 && view->pager.selected == 0 && !view->at_start && view->pager.count < VIEW_ROWS_MAX)
		app_report(app, reload_messages(app, view->pager.count + VIEW_ROWS_PAGE, &err), &err);
	app->dirty = true;
}

long
view_history_page(const struct app *app)
{
	return view_rows_page(&app->history_view.pager);
}

/* --- drawing --- */

static const struct thread *
thread_of(const struct history_view *view, const struct message *message)
{
	for (size_t i = 0; i < view->thread_count; i++)
		if (view->threads[i].id == message->thread_id)
			return &view->threads[i];
	return NULL;
}

static void
draw_text(struct app *app, const struct message *message, struct area area)
{
	char files[64];

	if (message->body[0] != '\0' || message->attachment_count == 0) {
		view_rows_wrap(app, area, STYLE_NORMAL, message->body);
		return;
	}
	snprintf(files, sizeof files, ngettext("[%lu file]", "[%lu files]", message->attachment_count),
		 (unsigned long)message->attachment_count);
	view_rows_wrap(app, area, STYLE_DIM, files);
}

static void
draw_message(struct app *app, size_t index, struct area area)
{
	const struct history_view *view = &app->history_view;
	const struct message *message = &view->messages[index];
	const struct thread *thread = thread_of(view, message);
	bool incoming = message->direction == MESSAGE_IN;
	struct area row = { area.row, area.column + 1, 1, area.columns - 2 };
	int column = row.column, end = column + row.columns;
	struct delivery_look look = wording_delivery(message);
	char text[ADDRESS_SIZE + WORDING_SIZE];

	column += grid_text(&app->grid, row.row, column, 1, wording_channel_style(message->channel),
			    channel_info(message->channel)->mark) + 1;
	/* Nobody may take it for something that the customer has read. */
	if (message->direction == MESSAGE_NOTE)
		end = grid_text_right(&app->grid, row.row, column, end - column, STYLE_NOTE, _("private note")) - 1;
	if (message->direction == MESSAGE_OUT)
		end = grid_text_right(&app->grid, row.row, column, end - column, look.style, look.mark) - 1;
	/* Where it came to, or from which it went. */
	if (thread != NULL && message->direction != MESSAGE_NOTE && row.columns >= 60) {
		snprintf(text, sizeof text, "%s %s", incoming ? "→" : "←", thread->own_address);
		end = grid_text_right(&app->grid, row.row, column, end - column, STYLE_DIM, text) - 1;
	}
	column += grid_text(&app->grid, row.row, column, end - column, STYLE_DIM,
			    wording_moment(message->created_at, text)) + 1;
	grid_text(&app->grid, row.row, column, end - column,
		  incoming ? STYLE_CUSTOMER : message->direction == MESSAGE_NOTE ? STYLE_NOTE : STYLE_AGENT, message->author);
	draw_text(app, message, (struct area){ row.row + 1, row.column + 2, area.rows - 1, row.columns - 2 });
}

static struct view_rows
layout(const struct app *app)
{
	return (struct view_rows){ .heading = app->history_view.heading, .height = ROW_HEIGHT, .draw = draw_message };
}

/* One line of the heading; returns the lines used. */
static int
draw_fact(struct app *app, struct area body, int line, enum style style, const char *text)
{
	if (text[0] == '\0' || body.rows - line < ROWS_LEAST)
		return line;
	grid_text(&app->grid, body.row + line, body.column + 1, body.columns - 2, style, text);
	return line + 1;
}

static void
describe_threads(const struct app *app, struct strbuf *out)
{
	const struct history_view *view = &app->history_view;

	for (size_t i = 0; i < view->thread_count; i++)
		strbuf_add_format(out, "%s%s %s %s", i > 0 ? " · " : "", channel_info(view->threads[i].channel)->mark,
				  view->threads[i].own_address, wording_status(view->threads[i].status));
}

static void
draw_heading(struct app *app, struct area body)
{
	struct history_view *view = &app->history_view;
	const struct client *client = &view->client;
	struct strbuf text;
	char key[32];
	int line = 1;

	strbuf_init(&text, FACTS_MAX);
	grid_text(&app->grid, body.row, body.column + 1, body.columns - 2, STYLE_STRONG, client->name[0] != '\0' ? client->name :
		  view->address_count > 0 ? view->addresses[0].address : _("Customer"));
	grid_text_right(&app->grid, body.row, body.column + body.columns / 2, body.columns - body.columns / 2 - 1, STYLE_DIM,
			client->language);
	for (size_t i = 0; i < view->address_count; i++)
		strbuf_add_format(&text, "%s%s", i > 0 ? " · " : "", view->addresses[i].address);
	line = draw_fact(app, body, line, STYLE_NORMAL, strbuf_text(&text));
	strbuf_clear(&text);
	describe_threads(app, &text);
	line = draw_fact(app, body, line, STYLE_DIM, strbuf_text(&text));
	line = draw_fact(app, body, line, STYLE_NOTE, client->notes != NULL ? client->notes : "");
	if (view->suggestion_count > 0) {
		strbuf_clear(&text);
		strbuf_add_format(&text, _("May be the same person: %s %s (%s) — %s makes them one"), view->suggestion.name,
				  view->suggestion.address, suggestion_reason_text(view->suggestion.reason),
				  view_rows_key(app, "merge", CONTEXT_CUSTOMER, key, sizeof key));
		line = draw_fact(app, body, line, STYLE_WARNING, strbuf_text(&text));
	}
	grid_rule_across(&app->grid, body.row + line, body.column, body.columns, STYLE_BORDER);
	view->heading = line + 1;
	strbuf_release(&text);
}

void
view_history_draw(struct app *app, struct area body)
{
	struct view_rows rows;

	draw_heading(app, body);
	rows = layout(app);
	view_rows_draw(app, body, &rows, &app->history_view.pager);
	if (app->history_view.pager.count == 0)
		grid_text(&app->grid, body.row + app->history_view.heading, body.column + 1, body.columns - 2, STYLE_DIM,
			  _("No message yet."));
}

void
view_history_click(struct app *app, int row, int column)
{
	struct view_rows rows = layout(app);

	(void)column;
	view_rows_click(app, &rows, &app->history_view.pager, row);
}
