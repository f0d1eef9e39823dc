/* SPDX-License-Identifier: MIT */
/* Stands in the shell's place between the terminal for tests and the program it runs. */
#ifndef HILO_TESTS_JOB_LEADER_H
#define HILO_TESTS_JOB_LEADER_H

enum report_kind {
	REPORT_STARTED,
	REPORT_STOPPED,
	REPORT_CONTINUED,
	REPORT_ENDED,
};

struct report {
	enum report_kind kind;
	int value; /* process id or wait status */
};

/*
 * Runs `argv` as the foreground job of the controlling terminal (standard input) and reports on `fd`, a sequenced-packet
 * socket; one byte on it resumes a stopped job. Never returns.
 */
void job_leader_run(char **argv, int fd) __attribute__((noreturn));

#endif
