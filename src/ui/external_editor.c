/* SPDX-License-Identifier: MIT */
/*
 * A child of this process holds the editor's process group together: the guard. It runs the editor, tells it to go on when
 * it was stopped, and ends as the editor ended; so one descriptor of a process is all that the screen's loop waits for.
 */
#include "ui/external_editor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/utf8.h"
#include "ui/editor.h"

enum { WORDS_MAX = 32, NOT_STARTED = 127, BY_SIGNAL = 128 };

void
external_editor_init(struct external_editor *editor)
{
	*editor = (struct external_editor){ .pid = -1, .pid_fd = -1, .tty_fd = -1 };
}

int
external_editor_fd(const struct external_editor *editor)
{
	return editor->running ? editor->pid_fd : -1;
}

/* Parts a command line into words in its own memory: blanks part, quotes and \ keep together. 0 if there is none. */
static size_t
split(char *line, char **words, size_t max)
{
	size_t count = 0;
	char *in = line, *out = line;

	while (count < max) {
		char quote = '\0';

		in += strspn(in, " \t\n");
		if (*in == '\0')
			break;
		words[count++] = out;
		for (; *in != '\0' && (quote != '\0' || strchr(" \t\n", *in) == NULL); in++) {
			if (quote == '\0' && (*in == '"' || *in == '\''))
				quote = *in;
			else if (quote != '\0' && *in == quote)
				quote = '\0';
			else if (*in == '\\' && quote != '\'' && in[1] != '\0')
				*out++ = *++in;
			else
				*out++ = *in;
		}
		if (*in != '\0')
			in++;
		*out++ = '\0';
	}
	words[count] = NULL;
	return count;
}

static const char *
command_line(void)
{
	const char *line = getenv("VISUAL");

	if (line == NULL || line[strspn(line, " \t")] == '\0')
		line = getenv("EDITOR");
	return line != NULL && line[strspn(line, " \t")] != '\0' ? line : "vi";
}

static bool
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, bytes, len);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			bytes += written;
			len -= (size_t)written;
		}
	}
	return true;
}

/* True if this user alone can get into the folder. */
static bool
is_private(const char *folder)
{
	struct stat facts;

	return folder != NULL && folder[0] == '/' && stat(folder, &facts) == 0 && S_ISDIR(facts.st_mode) &&
	       facts.st_uid == getuid() && (facts.st_mode & 077) == 0;
}

static void
remove_file(struct external_editor *editor)
{
	if (editor->path != NULL)
		unlink(editor->path);
	if (editor->folder != NULL)
		rmdir(editor->folder);
	free(editor->path);
	free(editor->folder);
	free(editor->program);
	editor->path = editor->folder = editor->program = NULL;
}

static enum status
make_file(struct external_editor *editor, const char *text, struct err *err)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	const char *temporary = getenv("TMPDIR");
	int fd;
	bool good;

	if (!is_private(runtime)) {
		if (asprintf(&editor->folder, "%s/hilo-reply-XXXXXX", temporary != NULL ? temporary : "/tmp") < 0 ||
		    mkdtemp(editor->folder) == NULL) {
			free(editor->folder);
			editor->folder = NULL;
			return err_set(err, STATUS_IO, _("No private folder for the draft could be made: %s."),
				       strerror(errno));
		}
		runtime = editor->folder;
	}
	if (asprintf(&editor->path, "%s/hilo-reply-XXXXXX.txt", runtime) < 0) {
		editor->path = NULL;
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory to open the editor."));
	}
	fd = mkostemps(editor->path, (int)strlen(".txt"), O_CLOEXEC);
	good = fd >= 0 && write_all(fd, text, strlen(text));
	if (good && text[0] != '\0' && text[strlen(text) - 1] != '\n')
		good = write_all(fd, "\n", 1);
	if (fd >= 0 && close(fd) != 0)
		good = false;
	return good ? STATUS_OK : err_set(err, STATUS_IO, _("The draft could not be written for the editor: %s."),
					  strerror(errno));
}

static void
default_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Takes the terminal for a process group, also from the background. */
static void
take_foreground(int tty_fd, pid_t group)
{
	sigset_t block, before;

	sigemptyset(&block);
	sigaddset(&block, SIGTTOU);
	sigprocmask(SIG_BLOCK, &block, &before);
	tcsetpgrp(tty_fd, group);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* The editor itself; never returns. Only calls that are safe between fork and exec. */
static void
run_editor(int tty_fd, char **words)
{
	prctl(PR_SET_PDEATHSIG, SIGHUP);
	setpgid(0, 0);
	take_foreground(tty_fd, getpid());
	default_signals();
	for (int fd = 0; fd <= 2; fd++)
		dup2(tty_fd, fd);
	close_range(3, UINT_MAX, 0);
	execvp(words[0], words);
	_exit(NOT_STARTED);
}

/* Runs the editor and waits for its end, in a process of its own; never returns. */
static void
guard(int tty_fd, char **words)
{
	pid_t pid;
	int state = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	default_signals();
	pid = fork();
	if (pid == 0)
		run_editor(tty_fd, words);
	if (pid < 0)
		_exit(NOT_STARTED);
	setpgid(pid, pid);
	close_range(3, UINT_MAX, 0);
	while (waitpid(pid, &state, WUNTRACED) == pid || errno == EINTR) {
		if (!WIFSTOPPED(state))
			_exit(WIFEXITED(state) ? WEXITSTATUS(state) : BY_SIGNAL);
		kill(-pid, SIGCONT);
	}
	_exit(BY_SIGNAL);
}

enum status
external_editor_start(struct external_editor *editor, int tty_fd, const char *text, struct err *err)
{
	char *line = strdup(command_line()), *words[WORDS_MAX + 2];
	enum status status;
	size_t count;

	if (line == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory to open the editor."));
	if (editor->running) {
		status = err_set(err, STATUS_BUSY, _("The editor is open already; end it first."));
		goto done;
	}
	count = split(line, words, WORDS_MAX);
	status = count == 0 ? err_set(err, STATUS_INVALID, _("EDITOR names no program; set it to one.")) :
			      make_file(editor, text, err);
	if (status == STATUS_OK && (editor->program = strdup(words[0])) == NULL)
		status = err_set(err, STATUS_NO_MEMORY, _("There is not enough memory to open the editor."));
	if (status != STATUS_OK)
		goto failed;
	words[count] = editor->path;
	words[count + 1] = NULL;
	editor->pid = fork();
	if (editor->pid == 0)
		guard(tty_fd, words);
	editor->pid_fd = editor->pid > 0 ? pidfd_open(editor->pid, 0) : -1;
	if (editor->pid_fd < 0) {
		status = err_set(err, STATUS_IO, _("%s could not be started: %s."), editor->program, strerror(errno));
		if (editor->pid > 0) {
			kill(editor->pid, SIGKILL);
			waitpid(editor->pid, NULL, 0);
			take_foreground(tty_fd, getpgrp());
		}
		goto failed;
	}
	fcntl(editor->pid_fd, F_SETFD, FD_CLOEXEC);
	editor->tty_fd = tty_fd;
	editor->running = true;
	goto done;
failed:
	remove_file(editor);
done:
	free(line);
	return status;
}

/* Reads what the editor left: a regular file alone, not too long; repaired, without line ends at its end. */
static enum status
read_back(const struct external_editor *editor, char **text, struct err *err)
{
	char *bytes = malloc(EDITOR_MAX + 2);
	int fd = open(editor->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	enum status status = STATUS_OK;
	size_t len = 0;
	struct stat facts;
	ssize_t got = 1;

	if (bytes == NULL || fd < 0 || fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) {
		status = err_set(err, STATUS_IO, _("What %s wrote could not be read; the reply stays as it was."),
				 editor->program);
		goto done;
	}
	while (got > 0 && len <= EDITOR_MAX) {
		got = read(fd, bytes + len, EDITOR_MAX + 1 - len);
		len += got > 0 ? (size_t)got : 0;
		if (got < 0 && errno == EINTR)
			got = 1;
	}
	if (got < 0)
		status = err_set(err, STATUS_IO, _("What %s wrote could not be read; the reply stays as it was."),
				 editor->program);
	else if (len > EDITOR_MAX)
		status = err_set(err, STATUS_LIMIT, _("That text is too long for a reply; the reply stays as it was."));
	if (status != STATUS_OK)
		goto done;
	while (len > 0 && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
		len--;
	*text = utf8_repair(bytes, len);
	if (*text == NULL)
		status = err_set(err, STATUS_NO_MEMORY, _("There is not enough memory to open the editor."));
done:
	if (fd >= 0)
		close(fd);
	free(bytes);
	return status;
}

static void
forget(struct external_editor *editor)
{
	take_foreground(editor->tty_fd, getpgrp());
	close(editor->pid_fd);
	remove_file(editor);
	external_editor_init(editor);
}

enum status
external_editor_finish(struct external_editor *editor, char **text, struct err *err)
{
	enum status status;
	int state = 0;
	pid_t ended;

	*text = NULL;
	if (!editor->running)
		return err_set(err, STATUS_NOT_FOUND, _("No editor is open."));
	ended = waitpid(editor->pid, &state, WNOHANG);
	if (ended == 0)
		return err_set(err, STATUS_BUSY, _("The editor is open already; end it first."));
	if (ended < 0 || !WIFEXITED(state) || WEXITSTATUS(state) >= BY_SIGNAL)
		status = err_set(err, STATUS_FAILED, _("%s was killed; the reply stays as it was."), editor->program);
	else if (WEXITSTATUS(state) == NOT_STARTED)
		status = err_set(err, STATUS_NOT_FOUND,
				 _("%s could not be started; set EDITOR to an editor that is installed."), editor->program);
	else if (WEXITSTATUS(state) != 0)
		status = err_set(err, STATUS_FAILED, _("%s ended with an error; the reply stays as it was."),
				 editor->program);
	else
		status = read_back(editor, text, err);
	forget(editor);
	return status;
}

void
external_editor_abort(struct external_editor *editor)
{
	if (!editor->running)
		return;
	/* The editor hears of the guard's end by SIGHUP. */
	kill(editor->pid, SIGKILL);
	waitpid(editor->pid, NULL, 0);
	forget(editor);
}
