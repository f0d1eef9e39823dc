/* SPDX-License-Identifier: MIT */
/* Opening the other views, and moving in them: each has rows, so that the same keys serve all. */
#include "core/i18n.h"
#include "ui/app.h"
#include "ui/command_tables.h"

static void
show_view(struct app *app, const char *argument)
{
	enum view_id id;

	if (!view_by_name(argument, &id))
		app_notice(app, STYLE_FAILED, _("There is no such view; press Tab after \":view \" for all of them."));
	else
		view_open(app, id, "");
}

static void
complete_view(struct app *app, const char *argument, struct completion *out)
{
	(void)app;
	(void)argument;
	for (int i = 0; i < VIEW_COUNT; i++)
		if (views[i].draw != NULL && views[i].name != NULL)
			completion_add(out, views[i].name, _(views[i].title), NULL);
}

static void
move(struct app *app, long by)
{
	const struct view *view = &views[view_current(app)];

	if (view->move != NULL)
		view->move(app, by);
}

static long
page(const struct app *app)
{
	const struct view *view = &views[view_current(app)];

	return view->page != NULL ? view->page(app) : 1;
}

/* Further than any list is long. */
enum { TO_THE_END = 1 << 30 };

static void
down(struct app *app)
{
	move(app, 1);
}

static void
up(struct app *app)
{
	move(app, -1);
}

static void
page_down(struct app *app)
{
	move(app, page(app));
}

static void
page_up(struct app *app)
{
	move(app, -page(app));
}

static void
first(struct app *app)
{
	move(app, -TO_THE_END);
}

static void
last(struct app *app)
{
	move(app, TO_THE_END);
}

static const struct command rows[] = {
	{ .name = "view", .keys = "", .contexts = EVERYWHERE, .argument = N_("view"), .argument_needed = true,
	  .help = N_("Open a view by its name"), .run_with = show_view, .complete = complete_view },
	{ .name = "down", .keys = "j Down", .contexts = VIEWS,
	  .help = N_("A line down"), .run = down },
	{ .name = "up", .keys = "k Up", .contexts = VIEWS,
	  .help = N_("A line up"), .run = up },
	{ .name = "page-down", .keys = "PgDn Space C-d C-f", .contexts = VIEWS,
	  .help = N_("A page down"), .run = page_down },
	{ .name = "page-up", .keys = "PgUp C-u C-b", .contexts = VIEWS,
	  .help = N_("A page up"), .run = page_up },
	{ .name = "first", .keys = "g Home", .contexts = VIEWS,
	  .help = N_("To the first line"), .run = first },
	{ .name = "last", .keys = "G End", .contexts = VIEWS,
	  .help = N_("To the last line"), .run = last },
	{ .name = "close-view", .keys = "q", .contexts = VIEWS,
	  .help = N_("Back to where you were"), .hint = N_("back"), .run = view_close },
};

COMMAND_TABLE(commands_view);
