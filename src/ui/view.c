/* SPDX-License-Identifier: MIT */
#include "ui/view.h"

#include <string.h>

#include "core/i18n.h"
#include "ui/app.h"
#include "ui/views.h"

const struct view views[VIEW_COUNT] = {
	[VIEW_INBOX] = { .name = "inbox", .title = N_("Inbox"), .context = CONTEXT_LIST, .draw = view_inbox_panes_draw,
			 .click = view_inbox_click },
	[VIEW_HELP] = { .name = "help", .title = N_("Help"), .context = CONTEXT_HELP, .open = view_help_open,
			.key = view_help_key, .draw = view_help_draw, .move = view_help_move, .page = view_help_page },
	[VIEW_PICTURE] = { .name = NULL, .title = N_("Picture"), .context = CONTEXT_PICTURE, .open = view_picture_open,
			   .key = view_picture_key, .draw = view_picture_draw, .close = view_picture_close },
	[VIEW_CUSTOMER] = { .name = "customer", .title = N_("Customer"), .context = CONTEXT_CUSTOMER,
			    .open = view_history_open, .refresh = view_history_refresh, .draw = view_history_draw,
			    .move = view_history_move, .page = view_history_page, .click = view_history_click,
			    .close = view_history_close },
	[VIEW_OUTBOX] = { .name = "outbox", .title = N_("Outbox"), .context = CONTEXT_OUTBOX, .open = view_outbox_open,
			  .refresh = view_outbox_refresh, .key = view_outbox_key, .draw = view_outbox_draw,
			  .move = view_outbox_move, .page = view_outbox_page, .click = view_outbox_click,
			  .close = view_outbox_close },
	[VIEW_DEAD_LETTERS] = { .name = "dead-letters", .title = N_("Dead letters"), .context = CONTEXT_DEAD_LETTERS,
				.open = view_letters_open, .refresh = view_letters_refresh, .draw = view_letters_draw,
				.move = view_letters_move, .page = view_letters_page, .click = view_letters_click,
				.close = view_letters_close },
	[VIEW_CANNED] = { .name = "canned", .title = N_("Canned replies"), .context = CONTEXT_CANNED,
			  .open = view_canned_open, .refresh = view_canned_refresh, .draw = view_canned_draw,
			  .move = view_canned_move, .page = view_canned_page, .click = view_canned_click,
			  .close = view_canned_close },
	[VIEW_PAGE] = { .name = NULL, .title = N_("Page"), .context = CONTEXT_PAGE, .draw = view_page_draw, .move = view_page_move,
			.page = view_page_page, .close = view_page_close },
};

enum view_id
view_current(const struct app *app)
{
	return app->view_depth > 0 ? app->view_stack[app->view_depth - 1] : VIEW_INBOX;
}

bool
view_open(struct app *app, enum view_id id, const char *argument)
{
	const struct view *view = &views[id];

	if (id == VIEW_INBOX) {
		view_close_all(app);
		return true;
	}
	/* One that is open already is shown anew, on top. */
	for (size_t i = 0; i < app->view_depth; i++) {
		if (app->view_stack[i] != id)
			continue;
		while (app->view_depth > i)
			view_close(app);
	}
	if (view->draw == NULL || app->view_depth == VIEW_STACK_MAX)
		return false;
	app_save_draft(app);
	if (view->open != NULL && !view->open(app, argument))
		return false;
	app->view_stack[app->view_depth++] = id;
	app->dirty = true;
	app_mark_read(app);
	return true;
}

void
view_close(struct app *app)
{
	const struct view *view = &views[view_current(app)];

	if (app->view_depth == 0)
		return;
	app->view_depth--;
	if (view->close != NULL)
		view->close(app);
	app->dirty = true;
	app_mark_read(app);
}

void
view_close_all(struct app *app)
{
	while (app->view_depth > 0)
		view_close(app);
}

bool
view_by_name(const char *name, enum view_id *id)
{
	for (int i = 0; i < VIEW_COUNT; i++) {
		if (views[i].name != NULL && strcmp(views[i].name, name) == 0) {
			*id = (enum view_id)i;
			return true;
		}
	}
	return false;
}
