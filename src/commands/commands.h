/* SPDX-License-Identifier: MIT */
/* The commands: one file each, called by the table in main.c with argv[0] = the command's name. Each returns the exit code. */
#ifndef HILO_COMMANDS_COMMANDS_H
#define HILO_COMMANDS_COMMANDS_H

/* Exit codes of the program. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_CONFIG = 3 };

int command_console(int argc, char **argv);
int command_demo(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_send(int argc, char **argv);
int command_conversations(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_picture(int argc, char **argv);
int command_simulate(int argc, char **argv);

#endif
