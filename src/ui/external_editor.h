/* SPDX-License-Identifier: MIT */
/*
 * The draft in the person's own editor ($VISUAL, $EDITOR, else vi), which has the terminal to itself while the program
 * goes on: the screen's loop waits for a descriptor and only stops painting. The text travels through a private file
 * (0600, in XDG_RUNTIME_DIR or a folder made for it) that is gone afterwards. An editor that was stopped (Ctrl-Z) is
 * told to go on at once, since there is no shell here to go back to. One editor at a time; one thread.
 */
#ifndef HILO_UI_EXTERNAL_EDITOR_H
#define HILO_UI_EXTERNAL_EDITOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/err.h"

struct external_editor {
	bool running;
	pid_t pid;     /* of the guard that runs it */
	int pid_fd;    /* readable when it ended */
	int tty_fd;    /* borrowed */
	char *folder;  /* owned, NULL: the file is in XDG_RUNTIME_DIR */
	char *path;    /* owned */
	char *program; /* owned: its name, for sentences */
};

void external_editor_init(struct external_editor *editor);
/*
 * Writes the text to the file and starts the editor on the terminal `tty_fd` as its foreground process group. The caller
 * has given the screen back before (terminal_release_screen()) and does not paint until external_editor_finish().
 * STATUS_BUSY if one runs already. That there is no such editor is told by external_editor_finish().
 */
enum status external_editor_start(struct external_editor *editor, int tty_fd, const char *text, struct err *err);
/* Descriptor to poll for input; -1 while none runs. */
int external_editor_fd(const struct external_editor *editor);
/*
 * Call when the descriptor is readable. STATUS_BUSY: it still runs, wait further. Else it ended, the terminal's foreground
 * is ours again and the caller takes the screen back: STATUS_OK and *text (heap, the caller frees, without the line ends
 * at its end), or a sentence: then the old text stays as it was.
 */
enum status external_editor_finish(struct external_editor *editor, char **text, struct err *err);
/* Ends the editor (SIGHUP), takes terminal and file back. For the way out. Nothing if none runs. */
void external_editor_abort(struct external_editor *editor);

#endif
