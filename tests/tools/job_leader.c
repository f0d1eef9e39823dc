/* SPDX-License-Identifier: MIT */
/*
 * The job is started in a process group of its own and given the terminal. When it stops, the leader takes the terminal
 * back and waits for the byte that resumes it. A hang-up ends the leader, and with it the kernel tells the job.
 */
#include "job_leader.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
tell(int fd, enum report_kind kind, int value)
{
	struct report report = {.kind = kind, .value = value};

	if (write(fd, &report, sizeof report) != (ssize_t)sizeof report)
		_exit(1);
}

static void
run_job(char **argv)
{
	sigset_t none;

	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

void
job_leader_run(char **argv, int fd)
{
	sigset_t none;
	pid_t job = fork();
	char resume;
	int status;

	if (job == 0) {
		close(fd);
		run_job(argv);
	}
	if (job < 0)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(job, job);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(STDIN_FILENO, job);
	tell(fd, REPORT_STARTED, job);
	for (;;) {
		if (waitpid(job, &status, WUNTRACED) < 0)
			_exit(1);
		if (!WIFSTOPPED(status))
			break;
		tcsetpgrp(STDIN_FILENO, getpgrp());
		tell(fd, REPORT_STOPPED, job);
		if (read(fd, &resume, 1) != 1)
			_exit(1);
		tcsetpgrp(STDIN_FILENO, job);
		tell(fd, REPORT_CONTINUED, job);
		kill(-job, SIGCONT);
	}
	tell(fd, REPORT_ENDED, status);
	_exit(0);
}
