/* SPDX-License-Identifier: MIT */
/*
 * The table of commands, and what holds for all of them: language, file mode, signals. No logic of the product lives
 * here.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/options.h"
#include "core/i18n.h"

#ifndef HILO_VERSION
#define HILO_VERSION "unknown"
#endif

struct command {
	const char *name;
	const char *usage;
	const char *help; /* to be translated */
	const struct option_row *options; /* NULL: the command answers --help itself */
	bool takes_settings;
	int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{ .name = "console", .usage = "", .options = no_options, .takes_settings = true, .run = command_console,
	  .help = N_("the console (also without a command); runs the services unless another hilo does") },
	{ .name = "demo", .usage = "[--speed N] [--seed N] [--threads N]", .options = demo_options,
	  .run = command_demo,
	  .help = N_("the console on throw-away data with a pretend carrier and pretend customers") },
	{ .name = "serve", .usage = "", .options = no_options, .takes_settings = true, .run = command_serve,
	  .help = N_("the services without the console") },
	{ .name = "send",
	  .usage = "--channel C --to ADDRESS [--subject S] [--template NAME [--var K=V]...] [--media FILE|URL]...\n"
		   "                 [--wait[=SECONDS]] [TEXT | -]",
	  .options = send_options, .takes_settings = true, .run = command_send,
	  .help = N_("queue one message; --wait follows it to its end and exits by it") },
	{ .name = "conversations", .usage = "[--channel C] [--status S] [--query Q] [--limit N] [--json]",
	  .options = conversations_options, .takes_settings = true, .run = command_conversations,
	  .help = N_("list conversations") },
	{ .name = "doctor", .usage = "[--json]", .options = doctor_options, .takes_settings = true,
	  .run = command_doctor, .help = N_("check the installation and say what to do next") },
	{ .name = "picture", .usage = "[--kitty | --sixel] [--columns N] [--rows N] [--cell WxH] FILE",
	  .options = picture_options, .run = command_picture,
	  .help = N_("print a picture for a terminal that can show it") },
	{ .name = "simulate", .usage = "[--listen ADDR:PORT] ...", .run = command_simulate,
	  .help = N_("the pretend carrier alone, for tests and trials") },
};
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static void
print_help(void)
{
	printf(_("Usage: hilo [COMMAND] [OPTION]...\n"
		 "One inbox in the terminal for SMS and WhatsApp conversations with customers.\n"));
	printf(_("\nCommands (each explains itself with --help):\n"));
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		option_print(stdout, commands[i].name, _(commands[i].help));
	printf(_("\nOptions:\n"));
	option_print(stdout, "--help", _("this text"));
	option_print(stdout, "--version", _("the version"));
	option_print_rows(stdout, no_options, true);
	printf(_("\nSettings: environment, then section and key of $XDG_CONFIG_HOME/hilo/config. Later wins: that "
		 "file,\n"
		 "./.env.local, the environment, options. Instead of a token X its command X_COMMAND can be given.\n"));
	option_print_settings(stdout);
	printf(_("\nExit codes: 0 done, 1 it failed, 2 wrong usage, 3 wrong configuration.\n"));
}

static void
print_command_help(const struct command *command)
{
	printf(_("Usage: hilo %s %s\n"), command->name, command->usage);
	printf("%s\n", _(command->help));
	printf(_("\nOptions:\n"));
	option_print_rows(stdout, command->options, command->takes_settings);
	option_print(stdout, "--help", _("this text"));
}

static bool
wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	}
	return false;
}

static int
run_command(const char *name, int argc, char **argv)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		if (commands[i].options != NULL && wants_help(argc, argv)) {
			print_command_help(&commands[i]);
			return EXIT_DONE;
		}
		return commands[i].run(argc, argv);
	}
	fprintf(stderr, _("hilo: there is no command \"%s\". See: hilo --help\n"), name);
	return EXIT_USAGE;
}

/* What every command relies on; false (and explained) when the program may not run. */
static bool
prepare(void)
{
	struct rlimit none = { 0, 0 };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	/* Before anything can make a file. */
	umask(077);
	i18n_start();
	if (getauxval(AT_SECURE) != 0 || getuid() != geteuid() || getgid() != getegid()) {
		fprintf(stderr, "%s\n", _("hilo: this program refuses to run with the rights of its file's owner; "
					  "remove its setuid and setgid bits."));
		return false;
	}
	/* A peer that went away is an error of one call, not the end; a core file would hold the tokens. */
	sigaction(SIGPIPE, &ignore, NULL);
	setrlimit(RLIMIT_CORE, &none);
	return true;
}

int
main(int argc, char **argv)
{
	static char console[] = "console";

	if (!prepare())
		return EXIT_FAILED;
	if (argc > 1 && argv[1][0] != '-')
		return run_command(argv[1], argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		printf("hilo %s\n", HILO_VERSION);
		return EXIT_DONE;
	}
	if (wants_help(argc, argv)) {
		print_help();
		return EXIT_DONE;
	}
	if (argc > 0)
		argv[0] = console;
	return run_command(console, argc, argv);
}
