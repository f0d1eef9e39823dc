/* SPDX-License-Identifier: MIT */
/* The tables of commands, one for each area of work; a new one is a file and a line here and in command.c. */
#ifndef HILO_UI_COMMAND_TABLES_H
#define HILO_UI_COMMAND_TABLES_H

#include "ui/command.h"

enum {
	LIST = CONTEXT_LIST,
	MESSAGES = CONTEXT_MESSAGES,
	REPLY = CONTEXT_REPLY,
	HELP = CONTEXT_HELP,
	CUSTOMER = CONTEXT_CUSTOMER,
	OUTBOX = CONTEXT_OUTBOX,
	DEAD_LETTERS = CONTEXT_DEAD_LETTERS,
	CANNED = CONTEXT_CANNED,
	PICTURE = CONTEXT_PICTURE,
	PAGE = CONTEXT_PAGE,
	EVERYWHERE = CONTEXT_EVERYWHERE,
	/* Every view over the inbox. */
	VIEWS = HELP | CUSTOMER | OUTBOX | DEAD_LETTERS | CANNED | PAGE
};

struct command_table {
	const struct command *rows;
	size_t count;
};

/* Defines the table NAME of the file from its static array `rows`. */
#define COMMAND_TABLE(name) const struct command_table name = { rows, sizeof rows / sizeof rows[0] }

extern const struct command_table commands_list;     /* choosing a conversation */
extern const struct command_table commands_search;   /* lists, queries, hits */
extern const struct command_table commands_messages; /* reading it */
extern const struct command_table commands_reply;    /* answering */
extern const struct command_table commands_files;    /* what hangs on messages */
extern const struct command_table commands_team;     /* status, labels, who has it */
extern const struct command_table commands_where;    /* where a reply goes */
extern const struct command_table commands_client;   /* the customer */
extern const struct command_table commands_outbox;   /* the view of it */
extern const struct command_table commands_dead_letters;
extern const struct command_table commands_canned;
extern const struct command_table commands_view;     /* the other views */
extern const struct command_table commands_macro;    /* recorded keys */
extern const struct command_table commands_app;	     /* everywhere */

#endif
