/* SPDX-License-Identifier: MIT */
/* The checks of `hilo doctor` that need no network. */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "commands/doctor.h"
#include "core/db.h"
#include "core/dead_letter.h"
#include "core/i18n.h"
#include "core/service_lock.h"

#define DISK_LEAST_BYTES (100LL * 1024 * 1024)
#define DISK_COMFORT_BYTES (1024LL * 1024 * 1024)

void
doctor_check_files(const struct config *config, struct finding *finding)
{
	char *ini = config_file_name();
	const char *env = access(".env.local", F_OK) == 0 ? _("read") : _("not there");

	if (ini == NULL) {
		finding_set(finding, FINDING_FAILED, "%s",
			    _("There is not enough memory; close other programs and try again."));
		return;
	}
	finding_set(finding, FINDING_FINE, _("%s: %s; ./.env.local: %s; agent \"%s\"."), ini,
		    access(ini, F_OK) == 0 ? _("read") : _("not there"), env, config->agent_name);
	free(ini);
}

/* What came properly signed but could not be used: the carrier has changed something, or somebody tries things out. */
static enum status
find_dead_letters(struct db *db, struct finding *finding, struct err *err)
{
	struct dead_letter newest = { .id = 0 };
	int64_t count = 0;
	size_t got = 0;
	enum status status = dead_letter_count(db, &count, err);

	if (status == STATUS_OK && count > 0)
		status = dead_letter_list(db, 0, 1, &newest, &got, err);
	if (status != STATUS_OK || got == 0)
		return status;
	finding_set(finding, FINDING_NOTE,
		    ngettext("%lld signed request could not be used; the last came to %s: %s",
			     "%lld signed requests could not be used; the last came to %s: %s", (unsigned long)count),
		    (long long)count, newest.route, newest.reason);
	finding_next(finding, "%s",
		     _("They are kept as they came, in the table dead_letters; report them to whoever runs hilo."));
	return STATUS_OK;
}

void
doctor_check_data(const struct config *config, struct finding *finding)
{
	struct err err = { .text = "" };
	struct db *db = NULL;
	enum status status;

	if (strcmp(config->database, ":memory:") == 0) {
		finding_set(finding, FINDING_NOTE, "%s", _("Data are kept in memory and are gone at the end."));
		finding_next(finding, "%s", _("Set HILO_DATABASE to a file to keep them."));
		return;
	}
	if (access(config->database, F_OK) != 0) {
		finding_set(finding, FINDING_FINE, _("%s is not there yet; it will be made at the first start."),
			    config->database);
		return;
	}
	status = db_open(config->database, DB_READ_ONLY, &db, &err);
	if (status == STATUS_OK)
		status = db_check(db, &err);
	if (status == STATUS_OK) {
		finding_set(finding, FINDING_FINE, _("%s is whole."), config->database);
		status = find_dead_letters(db, finding, &err);
	}
	db_close(db);
	if (status == STATUS_OK)
		return;
	finding_set(finding, FINDING_FAILED, "%s", err.text);
	if (status == STATUS_CORRUPT)
		finding_next(finding, "%s",
			     _("Stop every hilo, keep a copy of the file, and go back to your last backup."));
}

/* The nearest folder of `path` that exists. */
static bool
free_bytes(const char *path, long long *bytes)
{
	char *copy = strdup(path);
	struct statvfs info;
	bool known = false;

	for (char *slash = copy; !known && slash != NULL && copy[1] != '\0';) {
		slash = strrchr(copy, '/');
		if (slash != NULL)
			slash[slash == copy] = '\0';
		known = slash != NULL && statvfs(copy, &info) == 0;
	}
	free(copy);
	if (known)
		*bytes = (long long)info.f_bavail * (long long)info.f_frsize;
	return known;
}

void
doctor_check_disk(const struct config *config, struct finding *finding)
{
	long long bytes = 0;

	if (!free_bytes(config->database[0] == '/' ? config->database : "/dev/shm/hilo", &bytes)) {
		finding_set(finding, FINDING_NOTE, _("The free space at %s cannot be read: %s."), config->database,
			    strerror(errno));
		return;
	}
	finding_set(finding, bytes < DISK_LEAST_BYTES ? FINDING_FAILED : FINDING_FINE, _("%lld MiB are free for %s."),
		    bytes / (1024 * 1024), config->database);
	if (bytes < DISK_COMFORT_BYTES) {
		finding->state = bytes < DISK_LEAST_BYTES ? FINDING_FAILED : FINDING_NOTE;
		finding_next(finding, "%s",
			     _("Make room: when the disk is full, messages are refused and come later."));
	}
}

/* 0 if the address can be bound now, else the error. */
static int
try_address(const char *host, int port)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
	struct addrinfo *found = NULL;
	char service[8];
	int one = 1, error = EADDRNOTAVAIL, fd;

	snprintf(service, sizeof service, "%d", port);
	if (getaddrinfo(host, service, &hints, &found) != 0)
		return EADDRNOTAVAIL;
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
		error = bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, 1) == 0 ? 0 : errno;
		close(fd);
	}
	freeaddrinfo(found);
	return error;
}

/* What another hilo on the same data says about itself, "" if there is none. */
static void
describe_holder(const char *database, char *out, unsigned size)
{
	struct service_lock *lock;

	out[0] = '\0';
	/* Only where the data are: the lock file would be made otherwise. */
	if (access(database, F_OK) != 0 || service_lock_new(database, &lock, NULL) != STATUS_OK)
		return;
	service_lock_describe(lock, out, size);
	service_lock_free(lock);
}

void
doctor_check_listener(const struct config *config, struct finding *finding)
{
	bool is_v6 = strchr(config->listen_host, ':') != NULL;
	char address[300], holder[256];
	int error;

	snprintf(address, sizeof address, is_v6 ? "[%s]:%d" : "%s:%d", config->listen_host, config->listen_port);
	describe_holder(config->database, holder, sizeof holder);
	if (holder[0] != '\0') {
		finding_set(finding, FINDING_FINE, _("Another hilo runs the services on these data (%s)."), holder);
		return;
	}
	error = try_address(config->listen_host, config->listen_port);
	if (error == 0) {
		finding_set(finding, FINDING_FINE, _("%s is free; no hilo is listening there now."), address);
		return;
	}
	finding_set(finding, FINDING_FAILED, _("The listener cannot use %s: %s."), address, strerror(error));
	if (error == EADDRINUSE)
		finding_next(finding, "%s",
			     _("Stop the program that holds this port, or set HILO_LISTEN to another one."));
	else
		finding_next(finding, "%s",
			     _("Set HILO_LISTEN to an address of this machine, such as 127.0.0.1:8080."));
}

void
doctor_check_api(const struct config *config, struct finding *finding)
{
	if (config->api_token[0] == '\0') {
		finding_set(finding, FINDING_NOTE, "%s", _("The REST API is off: it has no token."));
		finding_next(finding, "%s",
			     _("Set HILO_API_TOKEN to a long random text if other programs shall use it."));
		return;
	}
	if (strlen(config->api_token) < 20) {
		finding_set(finding, FINDING_NOTE, "%s", _("The token of the REST API is short and could be guessed."));
		finding_next(finding, "%s", _("Use at least 20 random characters in HILO_API_TOKEN."));
		return;
	}
	finding_set(finding, FINDING_FINE, "%s", _("The REST API is on."));
}

void
doctor_check_mail(const struct config *config, struct finding *finding)
{
	if (config->mail_count == 0)
		finding_set(finding, FINDING_SKIPPED, "%s", _("No mail account is configured."));
	else
		finding_set(finding, FINDING_SKIPPED,
			    ngettext("%zu mail account is configured; mail is not in this version.",
				     "%zu mail accounts are configured; mail is not in this "
				     "version.", config->mail_count),
			    config->mail_count);
}

/* True if the environment asks for UTF-8; the program itself falls back to it anyway. */
static bool
locale_is_utf8(void)
{
	locale_t own = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool utf8 = own != (locale_t)0 && strcmp(nl_langinfo_l(CODESET, own), "UTF-8") == 0;

	if (own != (locale_t)0)
		freelocale(own);
	return utf8;
}

static const char *
colours(const char *term)
{
	const char *depth = getenv("COLORTERM"), *none = getenv("NO_COLOR");

	if (none != NULL && none[0] != '\0')
		return _("no colours (NO_COLOR)");
	if (depth != NULL && (strcmp(depth, "truecolor") == 0 || strcmp(depth, "24bit") == 0))
		return _("true colour");
	return strstr(term, "256color") != NULL ? _("256 colours") : _("basic colours");
}

void
doctor_check_terminal(const struct config *config, struct finding *finding)
{
	const char *term = getenv("TERM");
	struct winsize size = { .ws_col = 0 };

	(void)config;
	if (!isatty(STDOUT_FILENO)) {
		finding_set(finding, FINDING_SKIPPED, "%s", _("Standard output is no terminal here."));
		return;
	}
	if (term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0) {
		finding_set(finding, FINDING_FAILED, "%s",
			    _("TERM does not name a terminal that the console can draw on."));
		finding_next(finding, "%s", _("Set TERM to what your terminal is, for example xterm-256color."));
		return;
	}
	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	finding_set(finding, FINDING_FINE, _("%s, %d columns by %d lines, %s."), term, size.ws_col, size.ws_row,
		    colours(term));
	if (!locale_is_utf8()) {
		finding->state = FINDING_NOTE;
		finding_next(finding, "%s",
			     _("The locale is not UTF-8; set LANG, for example to C.UTF-8 or es_MX.UTF-8."));
	} else if (size.ws_col < 40 || size.ws_row < 10) {
		finding->state = FINDING_FAILED;
		finding_next(finding, "%s", _("Make the window at least 40 columns by 10 lines."));
	}
}
