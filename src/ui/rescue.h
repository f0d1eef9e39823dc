/* SPDX-License-Identifier: MIT */
/*
 * Signals while the console has the terminal: those it is told of, and crashes, at which the terminal is given back
 * before the signal takes its way. One at a time in a process.
 */
#ifndef HILO_UI_RESCUE_H
#define HILO_UI_RESCUE_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#define RESCUE_LEAVE_SIZE 512

/* What a crash handler needs to give the terminal back. */
struct rescue {
	int fd;		  /* the terminal's */
	int shell_stderr; /* standard error as it was; -1 = not redirected */
	struct termios shell_modes;
	char leave[RESCUE_LEAVE_SIZE]; /* bytes that give the screen back */
	size_t leave_len;
};

/* Catches the signals from now on; `rescue` is copied. Returns a descriptor that becomes readable at each, or -1. */
int rescue_start(const struct rescue *rescue);
/* Back to how it was, but SIGHUP stays ignored: a terminal that goes away says so more than once. */
void rescue_stop(void);
/* The signals since the last call, as bits of enum terminal_signal. */
unsigned rescue_signals(void);
/* While a child has the terminal, a crash must not touch it. */
void rescue_pause(bool paused);
/* Stops the job as Ctrl-Z does in a shell; returns when it goes on. */
void rescue_stop_job(void);

#endif
