/* SPDX-License-Identifier: MIT */
/*
 * An open-file-description lock: the kernel drops it when the last descriptor of that opening is closed, so with the
 * process, and it can be asked for without being taken. The waiter sleeps in fcntl(); a private signal whose handler
 * does nothing ends that sleep. A signal that arrives just before the sleep begins would be lost, so interrupt()
 * repeats it until the waiter says that it is out.
 */
#include "core/service_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"

#define WAKE_SIGNAL (SIGRTMIN + 5)
#define REPEAT_NS (5 * 1000 * 1000)

struct service_lock {
	int fd;
	char *path;
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t out;    /* the waiter has left */
	pthread_t waiter;
	bool waiting;
	bool interrupted;
	bool held;
};

static void
wake(int number)
{
	(void)number;
}

static void
install_handler(void)
{
	struct sigaction action = { .sa_handler = wake }; /* without SA_RESTART: fcntl() shall return */

	sigemptyset(&action.sa_mask);
	sigaction(WAKE_SIGNAL, &action, NULL);
}

enum status
service_lock_new(const char *database, struct service_lock **out, struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct service_lock *lock = calloc(1, sizeof *lock);
	pthread_condattr_t attributes;

	*out = NULL;
	if (lock == NULL || asprintf(&lock->path, "%s-lock", database) < 0) {
		free(lock);
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	}
	lock->fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock->fd < 0) {
		enum status status = err_set(err, STATUS_IO, _("The lock file %s cannot be opened: %s."), lock->path,
					     strerror(errno));
		free(lock->path);
		free(lock);
		return status;
	}
	pthread_once(&once, install_handler);
	pthread_mutex_init(&lock->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&lock->out, &attributes);
	pthread_condattr_destroy(&attributes);
	*out = lock;
	return STATUS_OK;
}

void
service_lock_free(struct service_lock *lock)
{
	if (lock == NULL)
		return;
	close(lock->fd);
	pthread_cond_destroy(&lock->out);
	pthread_mutex_destroy(&lock->mutex);
	free(lock->path);
	free(lock);
}

static int
lock_call(const struct service_lock *lock, int command, short type, struct flock *range)
{
	*range = (struct flock){ .l_type = type, .l_whence = SEEK_SET };
	return fcntl(lock->fd, command, range);
}

static enum status
explain(const struct service_lock *lock, int error, struct err *err)
{
	if (error == EAGAIN || error == EACCES)
		return err_set(err, STATUS_BUSY, "%s", _("Another hilo runs the services on these data."));
	return err_set(err, STATUS_IO, _("The lock file %s cannot be locked: %s."), lock->path, strerror(error));
}

enum status
service_lock_try(struct service_lock *lock, struct err *err)
{
	struct flock range;

	if (lock_call(lock, F_OFD_SETLK, F_WRLCK, &range) != 0)
		return explain(lock, errno, err);
	service_lock_announce(lock, "");
	pthread_mutex_lock(&lock->mutex);
	lock->held = true;
	pthread_mutex_unlock(&lock->mutex);
	return STATUS_OK;
}

/* False when it was interrupted before it began. */
static bool
begin_wait(struct service_lock *lock)
{
	bool begin;

	pthread_mutex_lock(&lock->mutex);
	begin = !lock->interrupted;
	lock->waiting = begin;
	lock->waiter = pthread_self();
	pthread_mutex_unlock(&lock->mutex);
	return begin;
}

static bool
was_interrupted(struct service_lock *lock)
{
	bool interrupted;

	pthread_mutex_lock(&lock->mutex);
	interrupted = lock->interrupted;
	pthread_mutex_unlock(&lock->mutex);
	return interrupted;
}

static void
end_wait(struct service_lock *lock, bool held)
{
	pthread_mutex_lock(&lock->mutex);
	lock->waiting = false;
	lock->held = held;
	pthread_cond_broadcast(&lock->out);
	pthread_mutex_unlock(&lock->mutex);
}

enum status
service_lock_wait(struct service_lock *lock, struct err *err)
{
	sigset_t wake_set, before;
	struct flock range;
	int error = EINTR;

	if (!begin_wait(lock))
		return err_set(err, STATUS_BUSY, "%s", _("Another hilo runs the services on these data."));
	sigemptyset(&wake_set);
	sigaddset(&wake_set, WAKE_SIGNAL);
	pthread_sigmask(SIG_UNBLOCK, &wake_set, &before);
	while (error == EINTR && !was_interrupted(lock))
		error = lock_call(lock, F_OFD_SETLKW, F_WRLCK, &range) == 0 ? 0 : errno;
	/* What both sides did at the same moment counts as interrupted. */
	if (error == 0 && was_interrupted(lock)) {
		lock_call(lock, F_OFD_SETLK, F_UNLCK, &range);
		error = EINTR;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error == 0)
		service_lock_announce(lock, ""); /* what stands there is of a holder that is gone */
	end_wait(lock, error == 0);
	if (error == 0)
		return STATUS_OK;
	return explain(lock, error == EINTR ? EAGAIN : error, err);
}

void
service_lock_interrupt(struct service_lock *lock)
{
	pthread_mutex_lock(&lock->mutex);
	lock->interrupted = true;
	while (lock->waiting) {
		struct timespec until;

		pthread_kill(lock->waiter, WAKE_SIGNAL);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += REPEAT_NS;
		if (until.tv_nsec >= 1000 * 1000 * 1000) {
			until.tv_nsec -= 1000 * 1000 * 1000;
			until.tv_sec++;
		}
		pthread_cond_timedwait(&lock->out, &lock->mutex, &until);
	}
	pthread_mutex_unlock(&lock->mutex);
}

void
service_lock_describe(struct service_lock *lock, char *out, unsigned size)
{
	struct flock range;
	ssize_t len = -1;
	bool held;

	pthread_mutex_lock(&lock->mutex);
	held = lock->held;
	pthread_mutex_unlock(&lock->mutex);
	/* Our own lock is no obstacle to ourselves, so the kernel does not report it. */
	if (!held && lock_call(lock, F_OFD_GETLK, F_WRLCK, &range) == 0)
		held = range.l_type != F_UNLCK;
	if (held && size > 1)
		len = pread(lock->fd, out, size - 1, 0);
	if (size > 0)
		out[len > 0 ? len : 0] = '\0';
}

void
service_lock_announce(struct service_lock *lock, const char *line)
{
	/* Only told to people: nothing depends on it, so a full disk does no harm. */
	if (ftruncate(lock->fd, 0) == 0)
		(void)!pwrite(lock->fd, line, strlen(line), 0);
}
