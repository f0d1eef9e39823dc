/* SPDX-License-Identifier: MIT */
/*
 * What an agent does with the message that is chosen. Where there is more than one file or link, a line asks which; what it is
 * about was copied by then, so the conversation may change meanwhile.
 */
#include "ui/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/attachment.h"
#include "core/file_name.h"
#include "core/i18n.h"
#include "core/media_type.h"
#include "core/served_file.h"
#include "core/utf8.h"
#include "ui/app.h"
#include "ui/file_complete.h"
#include "ui/opener.h"

#define SAVE_FOLDER "~/Downloads"

enum { COPIED_WORDS = 60 };

/* --- the jobs --- */

struct file_jobs *
files_jobs(struct app *app)
{
	struct err err = { "" };

	if (app->files.jobs == NULL)
		app_report(app, file_jobs_new(app->options->database, "/proc/self/exe", &app->files.jobs, &err), &err);
	return app->files.jobs;
}

int
files_fd(const struct app *app)
{
	return app->files.jobs != NULL ? file_jobs_fd(app->files.jobs) : -1;
}

static void
saved(struct app *app, const struct file_job_result *result)
{
	char size[FILE_SIZE_WORDS];

	if (result->status != STATUS_OK)
		app_notice(app, STYLE_FAILED, result->err.text);
	else
		app_say(app, STYLE_STRONG, _("Saved: %s (%s)"), result->path, file_size_words(result->size, size));
}

void
files_take_done(struct app *app)
{
	struct file_job_result result;

	while (file_jobs_take(app->files.jobs, &result)) {
		switch (result.kind) {
		case FILE_JOB_SAVE:
			saved(app, &result);
			break;
		case FILE_JOB_IMPORT:
			files_imported(app, &result);
			break;
		case FILE_JOB_PICTURE:
			files_picture_made(app, &result);
			break;
		}
		file_job_result_release(&result);
		app->dirty = true;
	}
}

void
files_release(struct app *app)
{
	struct files *files = &app->files;

	file_jobs_free(files->jobs);
	files->jobs = NULL;
	file_targets_release(&files->targets);
	free(files->picture_path);
	files->picture_path = NULL;
	for (size_t i = 0; i < ATTACHED_MAX; i++) {
		free(files->attached[i].name);
		free(files->attached[i].url);
		files->attached[i] = (struct attached_file){ 0 };
	}
}

/* --- the clipboard --- */

static void
copy(struct app *app, const char *text)
{
	size_t len = strlen(text);
	char words[COPIED_WORDS + 8];

	if (!app->options->config->ui.clipboard) {
		app_notice(app, STYLE_FAILED, _("Copying is off; \"[ui] clipboard = yes\" in the configuration allows it."));
	} else if (len > TERMINAL_COPY_MAX) {
		app_say(app, STYLE_FAILED, _("This text is too long for the clipboard of a terminal, which takes %d bytes."),
			TERMINAL_COPY_MAX);
	} else if (!terminal_copy(app->terminal, text, len)) {
		app_notice(app, STYLE_FAILED, _("This terminal takes nothing into its clipboard; select the text with the mouse."));
	} else {
		utf8_copy(words, COPIED_WORDS + 1, text);
		if (strlen(words) < len)
			snprintf(words + strlen(words), 8, "…");
		app_say(app, STYLE_STRONG, _("Copied: %s"), words);
	}
}

static const struct message *
chosen(struct app *app)
{
	const struct message *message = conversation_chosen(&app->conversation);

	if (message == NULL)
		app_notice(app, STYLE_WARNING, _("There is no message here."));
	return message;
}

void
files_copy_text(struct app *app)
{
	const struct message *message = chosen(app);
	struct strbuf words;

	if (message == NULL)
		return;
	if (message->body[0] != '\0' || message->attachment_count == 0) {
		copy(app, message->body);
		return;
	}
	strbuf_init(&words, 1 << 16);
	for (size_t i = 0; i < message->attachment_count; i++) {
		if (i > 0)
			strbuf_add_char(&words, '\n');
		file_describe_facts(&words, &message->attachments[i]);
	}
	copy(app, strbuf_text(&words));
	strbuf_release(&words);
}

void
files_copy_address(struct app *app)
{
	const struct message *message = chosen(app);
	const char *address = app->inbox.current.client_address;
	struct file_targets targets;

	if (message == NULL)
		return;
	file_targets_of(message, &targets);
	for (size_t i = 0; i < targets.count; i++) {
		if (targets.items[i].kind == FILE_TARGET_LINK) {
			address = targets.items[i].link;
			break;
		}
	}
	copy(app, address);
	file_targets_release(&targets);
}

/* --- opening --- */

static enum status
run_retry(struct db *db, struct request *request, struct err *err)
{
	return attachment_retry(db, request->number, request->now_ms, err);
}

static void
fetch_again(struct app *app, const struct file_target *target)
{
	static const struct request_action action = { .run = run_retry };

	if (app_request_for(app, app->conversation.thread_id,
			    (struct request){ .kind = REQUEST_OTHER, .action = &action, .number = target->attachment_id }, NULL))
		app_notice(app, STYLE_WARNING, _("This file is not here yet; it is being fetched now."));
}

/* What we sent may still be in our own folder. */
static void
find_own_file(struct app *app, struct file_target *target)
{
	struct served_file file = { .path = NULL };

	if (target->kind != FILE_TARGET_LINK || target->attachment_id == 0
	    || served_file_of_url(app->db, target->link, &file, NULL) != STATUS_OK)
		return;
	free(target->path);
	free(target->content_type);
	free(target->name);
	target->path = file.path;
	target->content_type = file.content_type;
	target->name = file.name;
	target->kind = FILE_TARGET_FILE;
}

static void
open_target(struct app *app, const struct file_target *target)
{
	const struct config *config = app->options->config;
	char *file = target->kind == FILE_TARGET_FILE ? attachment_file(app->options->database, target->path) : NULL;
	struct opener opener = { .file = NULL };
	struct err err = { "" };
	enum status status;

	if (file != NULL)
		status = opener_for_file(&opener, config, target->content_type, file, &err);
	else
		status = opener_for_link(&opener, config, target->link, &err);
	if (status == STATUS_OK)
		status = opener_start(&opener, &err);
	if (status == STATUS_OK)
		app_say(app, STYLE_STRONG, _("Opened: %s"), target->words);
	app_report(app, status, &err);
	opener_release(&opener);
	free(file);
}

/* --- saving --- */

static void
save_as(struct app *app, const char *text)
{
	struct files *files = &app->files;
	const struct file_target *target = &files->targets.items[files->chosen];
	size_t len = strlen(text);
	char destination[FILES_PATH_MAX];
	const char *name = target->name;
	struct file_jobs *jobs = files_jobs(app);
	struct err err = { "" };

	while (len > 0 && text[len - 1] == ' ')
		len--;
	snprintf(destination, sizeof destination, "%.*s", (int)len, text);
	if (len == 0 || jobs == NULL || files->chosen >= files->targets.count)
		return;
	if (strncmp(destination, SAVE_FOLDER "/", sizeof SAVE_FOLDER) == 0) {
		char *folder = file_expand(SAVE_FOLDER);

		/* Only this one, and only where there is a home. */
		if (folder != NULL && mkdir(folder, 0700) != 0 && errno != EEXIST)
			app_say(app, STYLE_FAILED, _("The folder %s cannot be made: %s"), folder, strerror(errno));
		free(folder);
	}
	/* As it was offered: what has that name already gets company. */
	if (strcmp(destination, files->offered) == 0) {
		name = files->offered + sizeof SAVE_FOLDER;
		snprintf(destination, sizeof destination, "%s", SAVE_FOLDER);
	}
	if (file_job_save(jobs, target->path, name, destination, &err) == 0)
		app_notice(app, STYLE_FAILED, err.text);
	else
		app_notice(app, STYLE_HINT, _("Saving …"));
}

static void
complete_save(struct app *app, const char *text, size_t cursor, struct completion *out)
{
	(void)cursor;
	completion_begin(out, 0, strlen(text));
	files_complete_path(app, text, out);
}

static void
ask_where(struct app *app, size_t which)
{
	struct files *files = &app->files;
	const struct file_target *target = &files->targets.items[which];
	char name[FILE_NAME_SIZE];

	files->chosen = which;
	file_name_safe(target->name, media_type_extension(target->content_type), name);
	snprintf(files->offered, sizeof files->offered, "%s/%s", SAVE_FOLDER, name);
	files->prompt = (struct prompt_kind){ .label = _("Save as: "), .accept = save_as, .complete = complete_save };
	prompt_open(app, &files->prompt, files->offered);
}

/* --- which one --- */

static void
act(struct app *app, size_t which)
{
	struct files *files = &app->files;
	struct file_target *target = &files->targets.items[which];

	find_own_file(app, target);
	switch (target->kind) {
	case FILE_TARGET_WAITING:
	case FILE_TARGET_FAILED:
		fetch_again(app, target);
		return;
	case FILE_TARGET_LARGE:
		app_notice(app, STYLE_WARNING, _("The file is larger than 16 MB; ask the customer for a smaller one."));
		return;
	case FILE_TARGET_FILE:
		break;
	case FILE_TARGET_LINK:
		if (files->action != FILE_ACTION_OPEN) {
			app_notice(app, STYLE_WARNING, _("This is a link; v opens it and Y copies it."));
			return;
		}
		break;
	}
	switch (files->action) {
	case FILE_ACTION_OPEN:
		open_target(app, target);
		break;
	case FILE_ACTION_SAVE:
		ask_where(app, which);
		break;
	case FILE_ACTION_SHOW:
		free(files->picture_path);
		files->picture_path = strdup(target->path);
		utf8_copy(files->picture_title, sizeof files->picture_title, target->words);
		view_open(app, VIEW_PICTURE, "");
		break;
	}
}

static void
take_number(struct app *app, const char *text)
{
	long number = strtol(text, NULL, 10);

	if (number >= 1 && (size_t)number <= app->files.targets.count)
		act(app, (size_t)number - 1);
	else
		app_notice(app, STYLE_WARNING, _("There is no such number here."));
}

static void
complete_number(struct app *app, const char *text, size_t cursor, struct completion *out)
{
	completion_begin(out, 0, cursor);
	for (size_t i = 0; i < app->files.targets.count; i++) {
		char number[24];

		snprintf(number, sizeof number, "%zu", i + 1);
		if (strncmp(number, text, cursor) == 0)
			completion_add(out, number, NULL, app->files.targets.items[i].words);
	}
}

static bool
fits(const struct file_target *target, enum file_action action)
{
	switch (action) {
	case FILE_ACTION_OPEN:
		return true;
	case FILE_ACTION_SAVE:
		return target->attachment_id != 0 && strncmp(target->link, "https://www.openstreetmap.org/", 30) != 0;
	case FILE_ACTION_SHOW:
		return strncmp(target->content_type, "image/", 6) == 0 ||
		       (target->kind == FILE_TARGET_LINK && fits(target, FILE_ACTION_SAVE));
	}
	return false;
}

/* Leaves those that the action is for. */
static void
keep_fitting(struct file_targets *targets, enum file_action action)
{
	struct file_targets kept = { .count = 0 }, others = { .count = 0 };

	for (size_t i = 0; i < targets->count; i++) {
		struct file_targets *list = fits(&targets->items[i], action) ? &kept : &others;

		list->items[list->count++] = targets->items[i];
	}
	file_targets_release(&others);
	*targets = kept;
}

static void
begin(struct app *app, enum file_action action, const char *none, const char *label)
{
	const struct message *message = chosen(app);
	struct files *files = &app->files;

	if (message == NULL)
		return;
	file_targets_release(&files->targets);
	file_targets_of(message, &files->targets);
	files->action = action;
	keep_fitting(&files->targets, action);
	if (files->targets.count == 0) {
		app_notice(app, STYLE_WARNING, none);
	} else if (files->targets.count == 1) {
		act(app, 0);
	} else {
		files->prompt = (struct prompt_kind){ .label = label, .accept = take_number, .complete = complete_number };
		prompt_open(app, &files->prompt, "");
	}
}

void
files_open(struct app *app)
{
	begin(app, FILE_ACTION_OPEN, _("There is no file and no link in this message; J and K choose another."),
	      _("Open which one? "));
}

void
files_save(struct app *app)
{
	begin(app, FILE_ACTION_SAVE, _("There is no file in this message; J and K choose another."), _("Save which one? "));
}

void
files_show(struct app *app)
{
	begin(app, FILE_ACTION_SHOW, _("There is no picture in this message; J and K choose another."), _("Show which one? "));
}
