/* SPDX-License-Identifier: MIT */
/*
 * Handlers, not a signal descriptor: the services' threads were started before and may take a signal, too. A handler
 * sets a bit and writes to an eventfd, both safe in any thread at any moment.
 */
#include "ui/rescue.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ui/terminal.h"

/* Written before the handlers are installed. */
static struct rescue current = { .fd = -1, .shell_stderr = -1 };
static volatile sig_atomic_t paused;
static int wake = -1;
static atomic_uint pending;

static const int told_signals[] = { SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT };
static const int crash_signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT };
#define TOLD_COUNT (sizeof told_signals / sizeof told_signals[0])
#define CRASH_COUNT (sizeof crash_signals / sizeof crash_signals[0])
static struct sigaction told_before[TOLD_COUNT], crash_before[CRASH_COUNT];

static unsigned
signal_bit(int number)
{
	switch (number) {
	case SIGWINCH:
		return TERMINAL_RESIZED;
	case SIGTSTP:
		return TERMINAL_STOP;
	case SIGCONT:
		return TERMINAL_CONTINUED;
	default:
		return TERMINAL_QUIT;
	}
}

static void
on_signal(int number)
{
	int saved_errno = errno;
	uint64_t one = 1;
	ssize_t written;

	atomic_fetch_or(&pending, signal_bit(number));
	written = write(wake, &one, sizeof one);
	(void)written;
	errno = saved_errno;
}

/* Only calls that are safe in a handler. Then the signal takes the way it had before us. */
static void
on_crash(int number)
{
	if (!paused) {
		ssize_t written = write(current.fd, current.leave, current.leave_len);

		(void)written;
		tcsetattr(current.fd, TCSANOW, &current.shell_modes);
	}
	if (current.shell_stderr >= 0)
		dup2(current.shell_stderr, STDERR_FILENO);
	for (size_t i = 0; i < CRASH_COUNT; i++)
		if (crash_signals[i] == number)
			sigaction(number, &crash_before[i], NULL);
	raise(number);
}

int
rescue_start(const struct rescue *rescue)
{
	struct sigaction told = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct sigaction crash = { .sa_handler = on_crash };

	wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (wake < 0)
		return -1;
	current = *rescue;
	paused = 0;
	atomic_store(&pending, 0);
	sigemptyset(&told.sa_mask);
	sigemptyset(&crash.sa_mask);
	for (size_t i = 0; i < TOLD_COUNT; i++) {
		sigaction(told_signals[i], NULL, &told_before[i]);
		/* Started by nohup: the end of the terminal is seen by poll. */
		if (told_signals[i] != SIGHUP || told_before[i].sa_handler != SIG_IGN)
			sigaction(told_signals[i], &told, NULL);
	}
	for (size_t i = 0; i < CRASH_COUNT; i++)
		sigaction(crash_signals[i], &crash, &crash_before[i]);
	return wake;
}

void
rescue_stop(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	if (wake < 0)
		return;
	for (size_t i = 0; i < TOLD_COUNT; i++)
		sigaction(told_signals[i], &told_before[i], NULL);
	for (size_t i = 0; i < CRASH_COUNT; i++)
		sigaction(crash_signals[i], &crash_before[i], NULL);
	/* The second time must not end the storing of a draft. */
	sigaction(SIGHUP, &ignore, NULL);
	close(wake);
	wake = -1;
}

void
rescue_pause(bool now)
{
	paused = now;
}

unsigned
rescue_signals(void)
{
	uint64_t count;
	ssize_t got = read(wake, &count, sizeof count);

	(void)got;
	return atomic_exchange(&pending, 0);
}

void
rescue_stop_job(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, standard = { .sa_handler = SIG_DFL }, ours;

	/*
	 * The others of the job first (make, a script around us), then we by a signal that comes before raise()
	 * returns.
	 */
	sigaction(SIGTSTP, &ignore, &ours);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &standard, NULL);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
	atomic_fetch_and(&pending, ~(unsigned)TERMINAL_CONTINUED);
}
