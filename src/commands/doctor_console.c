/* SPDX-License-Identifier: MIT */
/* The checks of `hilo doctor` of what the console is configured to do: looks, notifications, openers, spelling. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/doctor.h"
#include "core/child.h"
#include "core/i18n.h"
#include "core/strbuf.h"
#include "core/utf8.h"
#include "ui/notify.h"

/* The word of the table for an enum of the settings. */
static const char *
word_of(const char *environment, int value)
{
	for (size_t i = 0; i < config_setting_count; i++) {
		if (strcmp(config_settings[i].environment, environment) == 0)
			return config_settings[i].words[value];
	}
	return "";
}

static bool
can_run(const char *folder, size_t len, const char *name)
{
	char *path = NULL;
	bool found = asprintf(&path, "%.*s/%s", (int)len, folder, name) >= 0 && access(path, X_OK) == 0;

	free(path);
	return found;
}

static bool
program_exists(const char *name)
{
	const char *at = getenv("PATH");

	if (strchr(name, '/') != NULL)
		return access(name, X_OK) == 0;
	while (at != NULL && *at != '\0') {
		size_t len = strcspn(at, ":");

		if (can_run(at, len, name))
			return true;
		at += len + (at[len] == ':');
	}
	return false;
}

/* The program that a command starts is there. `name` gets it. */
static bool
command_exists(const char *command, char *name, size_t size)
{
	struct child_words words;
	bool found = false;

	utf8_copy(name, size, command);
	if (child_split(command, &words)) {
		utf8_copy(name, size, words.words[0]);
		found = program_exists(words.words[0]);
	}
	child_words_release(&words);
	return found;
}

void
doctor_check_console(const struct config *config, struct finding *finding)
{
	const struct config_ui *ui = &config->ui;

	finding_set(finding, FINDING_FINE,
		    _("theme %s, colours %s, synchronized %s, mouse %s, plain characters %s; %s sends, %d s to take back."),
		    word_of("HILO_THEME", ui->theme), word_of("HILO_COLOURS", ui->colours),
		    word_of("HILO_SYNCHRONIZED", ui->synchronized), ui->mouse ? _("yes") : _("no"),
		    ui->ascii ? _("yes") : _("no"), word_of("HILO_SEND_KEY", ui->send_key), ui->undo_seconds);
	if (ui->theme == CONFIG_THEME_AUTO && getenv("COLORFGBG") == NULL)
		finding_next(finding, "%s",
			     _("The console asks the terminal whether it is dark or light; if it does not answer, set "
			       "HILO_THEME."));
}

void
doctor_check_notifications(const struct config *config, struct finding *finding)
{
	const struct config_notification *notify = &config->notify;
	enum config_notify kind = notify->terminal;
	char program[128];

	if (kind == CONFIG_NOTIFY_AUTO)
		kind = notify_terminal_kind(getenv("TERM"), getenv("TERM_PROGRAM"));
	if (notify->command[0] != '\0' && !command_exists(notify->command, program, sizeof program)) {
		finding_set(finding, FINDING_FAILED, _("The program %s for notifications is not there."), program);
		finding_next(finding, "%s", _("Install it, or change \"command\" in [notify]."));
		return;
	}
	if (kind == CONFIG_NOTIFY_NO && !notify->bell && notify->command[0] == '\0') {
		finding_set(finding, FINDING_NOTE, "%s", _("New messages are not told of outside the console."));
		finding_next(finding, "%s",
			     _("In [notify] set \"bell = yes\", a \"command\", or what your terminal understands in "
			       "\"terminal\"."));
		return;
	}
	finding_set(finding, FINDING_FINE, _("terminal %s, bell %s, command %s, text of the message %s."),
		    word_of("HILO_NOTIFY_TERMINAL", (int)kind), notify->bell ? _("yes") : _("no"),
		    notify->command[0] != '\0' ? program : _("no"), notify->content ? _("yes") : _("no"));
}

void
doctor_check_openers(const struct config *config, struct finding *finding)
{
	const struct config_entries *rows = &config->sections[CONFIG_SECTION_OPEN];
	char program[128];

	for (size_t i = 0; i < rows->count; i++) {
		if (rows->items[i].value[0] == '\0' || command_exists(rows->items[i].value, program, sizeof program))
			continue;
		finding_set(finding, FINDING_FAILED, _("The program %s that opens %s is not there."), program,
			    rows->items[i].name);
		finding_next(finding, _("Install it, or change line %d of the configuration."), rows->items[i].line);
		return;
	}
	if (program_exists("xdg-open")) {
		finding_set(finding, FINDING_FINE, "%s", _("Files and links can be opened."));
		return;
	}
	finding_set(finding, FINDING_NOTE, "%s", _("xdg-open is not there; only what [open] names can be opened."));
	finding_next(finding, "%s", _("Install xdg-utils, or name programs in [open]; links can be copied."));
}

static bool
dictionary_exists(const char *name)
{
	static const char *const folders[] = { "/usr/share/hunspell", "/usr/share/myspell/dicts",
					       "/usr/local/share/hunspell" };

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		char *path = NULL;
		bool found = asprintf(&path, "%s/%s.dic", folders[i], name) >= 0 && access(path, R_OK) == 0;

		free(path);
		if (found)
			return true;
	}
	return false;
}

void
doctor_check_spelling(const struct config *config, struct finding *finding)
{
	const struct config_entries *rows = &config->sections[CONFIG_SECTION_SPELLING];
	const char *standard = strcmp(i18n_language(), "es") == 0 ? "es_MX" : "en_US";

	if (!config->ui.spelling) {
		finding_set(finding, FINDING_SKIPPED, "%s", _("Spelling is not checked."));
		return;
	}
	for (size_t i = 0; i < rows->count || i == 0; i++) {
		const char *name = rows->count > 0 ? rows->items[i].value : standard;

		if (dictionary_exists(name))
			continue;
		finding_set(finding, FINDING_NOTE, _("The dictionary %s is not there."), name);
		finding_next(finding, "%s",
			     _("Install it (a package such as hunspell-es or hunspell-en-us), or name another in "
			       "[spelling]."));
		return;
	}
	finding_set(finding, FINDING_FINE, "%s", _("Spelling is checked; the dictionaries are there."));
}
