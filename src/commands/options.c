/* SPDX-License-Identifier: MIT */
#include "commands/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/i18n.h"
#include "core/text.h"

#define HELP_COLUMN 26

const struct option_row no_options[] = { { .name = NULL } };

void
option_reader_init(struct option_reader *reader, const struct option_row *rows, bool takes_settings, int argc,
		   char **argv)
{
	memset(reader, 0, sizeof *reader);
	reader->command = argv[0];
	reader->rows = rows;
	reader->takes_settings = takes_settings;
	reader->argc = argc;
	reader->argv = argv;
	reader->at = 1;
}

void
option_reader_release(struct option_reader *reader)
{
	for (size_t i = 0; i < reader->override_count; i++)
		free(reader->copies[i]);
	reader->override_count = 0;
}

int
option_wrong(const char *command, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "hilo %s: ", command);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, _(" See: hilo %s --help\n"), command);
	return EXIT_USAGE;
}

/* True if `word` is `name`, or `name` followed by '=' and a value. */
static bool
is_option(const char *word, const char *name, const char **value)
{
	size_t len = strlen(name);

	if (strncmp(word, name, len) != 0 || (word[len] != '\0' && word[len] != '='))
		return false;
	*value = word[len] == '=' ? word + len + 1 : NULL;
	return true;
}

/* Gives the option its value from the next word when it came without '='. */
static bool
take_value(struct option_reader *reader, const char *name, const char **value)
{
	if (*value == NULL && reader->at < reader->argc)
		*value = reader->argv[reader->at++];
	if (*value != NULL)
		return true;
	option_wrong(reader->command, _("%s needs a value."), name);
	return false;
}

static bool
add_override(struct option_reader *reader, const char *name, char *copy, const char *value)
{
	if (reader->override_count == OPTION_OVERRIDES) {
		option_wrong(reader->command, _("There are more than %d settings."), OPTION_OVERRIDES);
		free(copy);
		return false;
	}
	reader->copies[reader->override_count] = copy;
	reader->overrides[reader->override_count++] = (struct config_override){ .name = name, .value = value };
	return true;
}

/* --set NAME=VALUE: the name must be one of the table. */
static bool
set_any(struct option_reader *reader, const char *assignment)
{
	const char *equals = strchr(assignment, '=');
	char *name;

	if (equals == NULL) {
		option_wrong(reader->command, _("--set needs NAME=VALUE."));
		return false;
	}
	name = strndup(assignment, (size_t)(equals - assignment));
	for (size_t i = 0; name != NULL && i < config_setting_count; i++) {
		if (strcmp(name, config_settings[i].environment) == 0)
			return add_override(reader, name, name, equals + 1);
	}
	option_wrong(reader->command, _("There is no setting \"%s\"."), name != NULL ? name : "");
	free(name);
	return false;
}

/* 1: it was a flag of a setting and is stored; 0: it is none; -1: it was used wrongly. */
static int
read_setting(struct option_reader *reader, const char *word)
{
	const char *value;

	if (!reader->takes_settings)
		return 0;
	if (is_option(word, "--set", &value))
		return take_value(reader, "--set", &value) && set_any(reader, value) ? 1 : -1;
	for (size_t i = 0; i < config_setting_count; i++) {
		const struct setting *setting = &config_settings[i];

		if (setting->flag == NULL || !is_option(word, setting->flag, &value))
			continue;
		return take_value(reader, setting->flag, &value)
			       && add_override(reader, setting->environment, NULL, value)
		       ? 1 : -1;
	}
	return 0;
}

static int
read_own(struct option_reader *reader, const char *word, const char **value)
{
	for (int i = 0; reader->rows[i].name != NULL; i++) {
		const struct option_row *row = &reader->rows[i];

		if (!is_option(word, row->name, value))
			continue;
		if (row->argument == NULL && *value != NULL) {
			option_wrong(reader->command, _("%s takes no value."), row->name);
			return OPTION_WRONG;
		}
		if (row->argument != NULL && !row->may_be_bare && !take_value(reader, row->name, value))
			return OPTION_WRONG;
		return i;
	}
	option_wrong(reader->command, _("There is no option \"%s\"."), word);
	return OPTION_WRONG;
}

int
option_next(struct option_reader *reader, const char **value)
{
	while (reader->at < reader->argc) {
		const char *word = reader->argv[reader->at++];
		int setting;

		*value = word;
		if (reader->operands_only || word[0] != '-' || strcmp(word, "-") == 0)
			return OPTION_OPERAND;
		if (strcmp(word, "--") == 0) {
			reader->operands_only = true;
			continue;
		}
		setting = read_setting(reader, word);
		if (setting < 0)
			return OPTION_WRONG;
		if (setting == 0)
			return read_own(reader, word, value);
	}
	return OPTION_END;
}

bool
option_number(const struct option_reader *reader, const char *name, const char *value, long range[2], long *out)
{
	char *end;

	errno = 0;
	*out = strtol(value, &end, 10);
	if (errno == 0 && end != value && *end == '\0' && *out >= range[0] && *out <= range[1])
		return true;
	option_wrong(reader->command, _("%s needs a whole number from %ld to %ld."), name, range[0], range[1]);
	return false;
}

int
option_settings_only(struct option_reader *reader)
{
	const char *value;
	int which = option_next(reader, &value);

	if (which == OPTION_END)
		return EXIT_DONE;
	return which == OPTION_OPERAND ? option_wrong(reader->command, _("\"%s\" is one word too many."), value)
				       : EXIT_USAGE;
}

void
option_print(FILE *out, const char *name, const char *text)
{
	int width = text_width(name, strlen(name));

	fprintf(out, "  %s", name);
	if (width > HELP_COLUMN - 2)
		fprintf(out, "\n%*s%s\n", HELP_COLUMN + 2, "", text);
	else
		fprintf(out, "%*s%s\n", HELP_COLUMN - width, "", text);
}

static void
print_row(FILE *out, const char *name, const char *argument, bool may_be_bare, const char *text)
{
	char left[96];

	if (argument == NULL)
		snprintf(left, sizeof left, "%s", name);
	else
		snprintf(left, sizeof left, may_be_bare ? "%s[=%s]" : "%s %s", name, argument);
	option_print(out, left, text);
}

void
option_print_rows(FILE *out, const struct option_row *rows, bool takes_settings)
{
	for (; rows->name != NULL; rows++)
		print_row(out, rows->name, rows->argument != NULL ? _(rows->argument) : NULL, rows->may_be_bare,
			  _(rows->help));
	for (size_t i = 0; takes_settings && i < config_setting_count; i++) {
		if (config_settings[i].flag != NULL)
			print_row(out, config_settings[i].flag, _("VALUE"), false, _(config_settings[i].meaning));
	}
	if (takes_settings)
		print_row(out, "--set", _("NAME=VALUE"), false, _("any setting by its environment name"));
}

void
option_print_settings(FILE *out)
{
	for (size_t i = 0; i < config_setting_count; i++) {
		const struct setting *setting = &config_settings[i];
		const char *standard = setting->shown != NULL ? _(setting->shown) : setting->standard;

		option_print(out, setting->environment, _(setting->meaning));
		fprintf(out, "%*s[%s] %s", HELP_COLUMN + 2, "", setting->section, setting->key);
		if (standard[0] != '\0')
			fprintf(out, _(", default %s"), standard);
		fputc('\n', out);
	}
}
