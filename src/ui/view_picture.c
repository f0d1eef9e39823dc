/* SPDX-License-Identifier: MIT */
/*
 * A picture, where the terminal can show one; else what is known of it. It is made by a job for the room there is; when the window
 * changes it is made anew.
 */
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "ui/app.h"

/* Rows of the text above the picture. */
enum { HEADING_ROWS = 2 };

static bool
can_show(const struct app *app)
{
	const struct terminal_abilities *abilities = terminal_abilities(app->terminal);

	return abilities->kitty_graphics || abilities->sixel;
}

/* Asks for the picture as it fits there, unless it is made already. */
static void
ask_for_picture(struct app *app, int rows, int columns)
{
	struct files *files = &app->files;
	struct picture_box box = { .kind = terminal_abilities(app->terminal)->kitty_graphics ? PICTURE_KITTY : PICTURE_SIXEL,
				   .columns = columns < PICTURE_CELLS_MAX ? columns : PICTURE_CELLS_MAX,
				   .rows = rows < PICTURE_CELLS_MAX ? rows : PICTURE_CELLS_MAX };
	struct file_jobs *jobs;
	struct err err = { "" };

	if (files->picture_job != 0 || (files->picture_rows == rows && files->picture_columns == columns) || rows < 1 ||
	    columns < 1)
		return;
	jobs = files_jobs(app);
	if (jobs == NULL)
		return;
	terminal_picture_remove(app->terminal);
	terminal_cell_size(app->terminal, &box.cell_width, &box.cell_height);
	files->picture_rows = rows;
	files->picture_columns = columns;
	files->picture_trouble[0] = '\0';
	files->picture_job = file_job_picture(jobs, files->picture_path, &box, &err);
	if (files->picture_job == 0)
		memcpy(files->picture_trouble, err.text, sizeof files->picture_trouble);
}

bool
view_picture_open(struct app *app, const char *argument)
{
	struct files *files = &app->files;

	(void)argument;
	if (files->picture_path == NULL) {
		app_notice(app, STYLE_WARNING, _("There is no picture in this message; J and K choose another."));
		return false;
	}
	files->picture_rows = files->picture_columns = 0;
	files->picture_job = 0;
	files->picture_trouble[0] = '\0';
	return true;
}

static const char *
what_is_to_be_said(const struct app *app)
{
	if (!can_show(app))
		return _("This terminal shows no pictures; v opens it in another program. Any key closes this.");
	if (app->files.picture_trouble[0] != '\0')
		return app->files.picture_trouble;
	if (app->files.picture_job != 0)
		return _("The picture is being prepared …");
	return _("Any key closes this.");
}

void
view_picture_draw(struct app *app, struct area area)
{
	int columns = area.columns - 2, rows = area.rows - HEADING_ROWS;

	if (can_show(app))
		ask_for_picture(app, rows, columns);
	grid_text(&app->grid, area.row, area.column + 1, columns, STYLE_STRONG, app->files.picture_title);
	if (area.rows > 1)
		grid_text(&app->grid, area.row + 1, area.column + 1, columns, STYLE_DIM, what_is_to_be_said(app));
	grid_cursor(&app->grid, area.row, area.column, true);
}

void
files_picture_made(struct app *app, const struct file_job_result *result)
{
	struct files *files = &app->files;
	struct area body = app->layout.body;

	if (result->number != files->picture_job)
		return;
	files->picture_job = 0;
	if (view_current(app) != VIEW_PICTURE)
		return;
	if (result->status != STATUS_OK)
		memcpy(files->picture_trouble, result->err.text, sizeof files->picture_trouble);
	else
		terminal_picture(app->terminal, strbuf_text(&result->picture), result->picture.len, body.row + HEADING_ROWS,
				 body.column + 1);
}

bool
view_picture_key(struct app *app, const struct key *key)
{
	(void)key;
	view_close(app);
	return true;
}

void
view_picture_close(struct app *app)
{
	/* At the end the terminal is gone first. */
	if (!app->quitting)
		terminal_picture_remove(app->terminal);
	app->files.picture_job = 0;
	free(app->files.picture_path);
	app->files.picture_path = NULL;
}
