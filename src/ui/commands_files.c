/* SPDX-License-Identifier: MIT */
/* What hangs on a message, and files of our own. */
#include "core/i18n.h"
#include "ui/app.h"
#include "ui/command_tables.h"

static const struct command rows[] = {
	{ .name = "copy", .keys = "y", .contexts = MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Copy the text of the chosen message"), .hint = N_("copy"), .run = files_copy_text },
	{ .name = "copy-address", .keys = "Y", .contexts = MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Copy the link in the chosen message, or the customer's address"), .run = files_copy_address },
	{ .name = "open-file", .keys = "v", .contexts = MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Open the file or link of the chosen message; try again to fetch it"), .hint = N_("open file"),
	  .run = files_open },
	{ .name = "save", .keys = "S", .contexts = MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Save the file of the chosen message"), .run = files_save },
	{ .name = "picture", .keys = "p", .contexts = MESSAGES, .need = NEED_CONVERSATION,
	  .help = N_("Show the picture of the chosen message here"), .run = files_show },
	{ .name = "attach", .keys = "F9", .contexts = REPLY, .need = NEED_CONVERSATION, .argument = N_("file"),
	  .argument_needed = true, .help = N_("Send a file with the next reply"), .run_with = files_attach,
	  .complete = files_complete_path },
	{ .name = "detach", .keys = "", .contexts = REPLY, .need = NEED_CONVERSATION,
	  .help = N_("Do not send the file with the reply"), .run = files_detach },
};

COMMAND_TABLE(commands_files);
