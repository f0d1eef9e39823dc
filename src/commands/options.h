/* SPDX-License-Identifier: MIT */
/*
 * Options of the commands: one row each, which parsing, `hilo COMMAND --help` and the manual page come from. Every
 * command that uses a configuration takes --set NAME=VALUE and the flags of the settings' table besides its own.
 */
#ifndef HILO_COMMANDS_OPTIONS_H
#define HILO_COMMANDS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/config.h"

struct option_row {
	const char *name;     /* "--limit"; NULL ends the list */
	const char *argument; /* shown name of its argument, "N"; NULL: it has none */
	bool may_be_bare;     /* --wait as well as --wait=60 */
	const char *help;     /* to be translated */
};

#define OPTION_OVERRIDES 32

/* Goes through the arguments of one command. Embedded; texts are borrowed from argv, `copies` are its own. */
struct option_reader {
	const char *command;
	const struct option_row *rows;
	bool takes_settings;
	int argc;
	char **argv;
	int at;
	bool operands_only; /* after "--" */
	struct config_override overrides[OPTION_OVERRIDES];
	char *copies[OPTION_OVERRIDES]; /* names cut out of --set NAME=VALUE */
	size_t override_count;
};

enum { OPTION_END = -1, OPTION_OPERAND = -2, OPTION_WRONG = -3 };

void option_reader_init(struct option_reader *reader, const struct option_row *rows, bool takes_settings, int argc,
			char **argv);
void option_reader_release(struct option_reader *reader);
/*
 * The position of the next option in the rows, *value = its argument (NULL if it has none); OPTION_OPERAND with the
 * word in *value; OPTION_END; or OPTION_WRONG, already explained on standard error: return EXIT_USAGE.
 */
int option_next(struct option_reader *reader, const char **value);
/* Explains wrong usage on standard error in one line that ends with where to look; returns EXIT_USAGE. */
int option_wrong(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A whole number from `least` to `most`; false (and explained) if it is none. */
bool option_number(const struct option_reader *reader, const char *name, const char *value, long range[2], long *out);
/* For a command that takes no options of its own and no operands: EXIT_DONE, or EXIT_USAGE (explained). */
int option_settings_only(struct option_reader *reader);

/* One line of help: indented, the name padded to a column, then the text. */
void option_print(FILE *out, const char *name, const char *text);
/* The rows, then (if it takes settings) --set and the flags of the settings. */
void option_print_rows(FILE *out, const struct option_row *rows, bool takes_settings);
/* The table of settings, for `hilo --help`. */
void option_print_settings(FILE *out);

extern const struct option_row demo_options[];
extern const struct option_row send_options[];
extern const struct option_row conversations_options[];
extern const struct option_row doctor_options[];
extern const struct option_row picture_options[];
extern const struct option_row no_options[];

#endif
