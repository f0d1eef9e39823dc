/* SPDX-License-Identifier: MIT */
/*
 * One thread, one connection, up to FETCHES_MAX transfers. It sleeps until a transfer moves, something was committed, or the next
 * try is due. "12.part" is being written, "12.png" is whole.
 */
#include "net/media_fetch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/attachment.h"
#include "core/clock.h"
#include "core/db.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/media_type.h"
#include "net/http_client.h"
#include "net/served_sweep.h"

#define FETCHES_MAX 4
#define REDIRECTS_MAX 3
#define TIMEOUT_MS 120000
#define PAUSE_MS 2000 /* after the data could not be used */
#define NAME_SIZE 40

struct fetch {
	struct media_fetch *owner;
	int64_t id; /* 0: free */
	int fd;
	int64_t size;
	int redirects;
	bool too_large;
	int write_error; /* errno, or 0 */
};

struct media_fetch {
	const struct config *config;
	struct change_hub *hub;
	struct db *db; /* this and what follows: the thread's */
	struct http_client *client;
	int folder_fd;
	int change_fd;
	int stop_fd;
	struct fetch fetches[FETCHES_MAX];
	int64_t paused_until_ms; /* monotonic */
	pthread_t thread;
};

/* `prefix` of two letters and 32 hexadecimal digits at `text`; what follows them, or NULL. */
static const char *
skip_sid(const char *text, const char *prefix)
{
	size_t len = strspn(text + strnlen(text, 2), "0123456789abcdefABCDEF");

	return strncmp(text, prefix, 2) == 0 && len == 32 ? text + 34 : NULL;
}

static const char *
skip_word(const char *text, const char *word)
{
	return text != NULL && strncmp(text, word, strlen(word)) == 0 ? text + strlen(word) : NULL;
}

char *
media_fetch_address(const struct config *config, const char *url)
{
	static const char start[] = "/2010-04-01/Accounts/";
	const char *path = strstr(url, start), *at;
	char *address;

	if (path == NULL)
		return NULL;
	at = skip_word(skip_word(path, start), config->twilio_account_sid);
	at = skip_word(at, "/Messages/");
	if (at != NULL)
		at = strncmp(at, "MM", 2) == 0 ? skip_sid(at, "MM") : skip_sid(at, "SM");
	at = skip_word(at, "/Media/");
	if (at != NULL)
		at = skip_sid(at, "ME");
	if (at == NULL || *at != '\0')
		return NULL;
	return asprintf(&address, "%s%s", config->twilio_api_url, path) < 0 ? NULL : address;
}

bool
media_fetch_may_follow(const struct config *config, const char *location, bool *outside)
{
	const char *api = config->twilio_api_url;
	size_t len = strlen(api);

	*outside = strncasecmp(location, api, len) != 0 || location[len] != '/';
	for (const char *c = location; *c != '\0'; c++)
		if (*c <= ' ' || *c >= 0x7f)
			return false;
	if (!*outside)
		return true;
	/* A name before '@' would be somebody's password. */
	return strncasecmp(location, "https://", 8) == 0 && location[8] != '\0'
	       && memchr(location + 8, '@', strcspn(location + 8, "/?#")) == NULL;
}

static void
part_name(int64_t id, char out[NAME_SIZE])
{
	snprintf(out, NAME_SIZE, "%lld.part", (long long)id);
}

/* Frees the place; the half file goes. */
static void
end_fetch(struct fetch *fetch)
{
	char name[NAME_SIZE];

	if (fetch->fd >= 0)
		close(fetch->fd);
	part_name(fetch->id, name);
	unlinkat(fetch->owner->folder_fd, name, 0);
	fetch->fd = -1;
	fetch->id = 0;
}

static bool
take_piece(void *data, const char *bytes, size_t len)
{
	struct fetch *fetch = data;

	if (fetch->size + (int64_t)len > ATTACHMENT_SIZE_MAX) {
		fetch->too_large = true;
		return false;
	}
	while (len > 0) {
		ssize_t written = write(fetch->fd, bytes, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			fetch->write_error = errno;
			return false;
		}
		bytes += written;
		len -= (size_t)written;
		fetch->size += written;
	}
	return true;
}

/* One change of a row in a transaction of its own: `facts` (ready), a size (too large) or a sentence. */
struct outcome {
	const struct attachment_facts *facts;
	const char *reason;
	bool final;
};

static bool
store(struct media_fetch *media, const struct fetch *fetch, const struct outcome *outcome)
{
	struct err err;
	enum status status = db_begin(media->db, &err);

	if (status == STATUS_OK) {
		if (outcome->facts != NULL)
			status = attachment_set_ready(media->db, fetch->id, outcome->facts, &err);
		else if (outcome->reason == NULL)
			status = attachment_set_too_large(media->db, fetch->id, fetch->size, &err);
		else
			status = attachment_set_failed(media->db, fetch->id, outcome->final, outcome->reason, clock_now_ms(),
						       &err);
		if (status == STATUS_OK)
			status = db_commit(media->db, &err);
		else
			db_rollback(media->db);
	}
	if (status == STATUS_OK) {
		change_tick(media->hub);
		return true;
	}
	log_warning("media cannot use the data: %s", err.text);
	media->paused_until_ms = clock_monotonic_ms() + PAUSE_MS;
	return false;
}

static void
fail(struct fetch *fetch, bool final, const char *reason)
{
	struct outcome outcome = { .reason = reason, .final = final };

	store(fetch->owner, fetch, &outcome);
	end_fetch(fetch);
}

static void
fail_disk(struct fetch *fetch, int error)
{
	struct err err;

	err_set(&err, STATUS_IO, _("The file cannot be kept (%s); make room on the disk."), strerror(error));
	log_warning("media not kept id=%lld: %s", (long long)fetch->id, strerror(error));
	fail(fetch, false, err.text);
}

/* Whole: gets its name on the disk first, then its row. */
static void
keep(struct fetch *fetch)
{
	struct media_fetch *media = fetch->owner;
	char part[NAME_SIZE], name[NAME_SIZE], *head = malloc(MEDIA_TYPE_HEAD);
	struct media_type type;
	ssize_t len;

	if (head == NULL) {
		fail(fetch, false, _("There is not enough memory; close other programs and try again."));
		return;
	}
	len = pread(fetch->fd, head, MEDIA_TYPE_HEAD, 0);
	type = media_type_of(head, len > 0 ? (size_t)len : 0);
	free(head);
	part_name(fetch->id, part);
	snprintf(name, sizeof name, "%lld.%s", (long long)fetch->id, type.extension);
	if (len < 0 || fsync(fetch->fd) < 0 || renameat(media->folder_fd, part, media->folder_fd, name) < 0
	    || fsync(media->folder_fd) < 0) {
		fail_disk(fetch, errno);
	} else {
		struct attachment_facts facts = { .path = name,
						  .content_type = type.type,
						  .size = fetch->size,
						  .width = type.width,
						  .height = type.height };
		struct outcome outcome = { .facts = &facts };

		if (store(media, fetch, &outcome))
			log_info("media kept id=%lld size=%lld type=%s", (long long)fetch->id, (long long)fetch->size,
				 type.type);
		end_fetch(fetch);
	}
}

static bool
request(struct fetch *fetch, const char *address, bool login, bool outside)
{
	struct media_fetch *media = fetch->owner;
	struct http_call call;
	struct err err;
	enum status status;

	http_call_init(&call);
	strbuf_add_string(&call.url, address);
	call.method = HTTP_CLIENT_GET;
	call.user = login ? media->config->twilio_account_sid : NULL;
	call.password = login ? media->config->twilio_auth_token : NULL;
	call.take = take_piece;
	call.public_only = outside;
	call.timeout_ms = TIMEOUT_MS;
	status = http_client_start(media->client, &call, fetch, &err);
	http_call_release(&call);
	return status == STATUS_OK;
}

static void
follow(struct fetch *fetch, const char *location)
{
	bool outside;

	if (++fetch->redirects > REDIRECTS_MAX) {
		fail(fetch, true, _("The carrier sent the request from one address to the next; the file cannot be fetched."));
	} else if (location == NULL || !media_fetch_may_follow(fetch->owner->config, location, &outside)) {
		fail(fetch, true, _("The carrier points to an address that is not safe to ask; the file was not fetched."));
	} else if (!request(fetch, location, false, outside)) {
		fail(fetch, false, _("The file cannot be asked for now; it is tried again."));
	}
}

static void
fail_answer(struct fetch *fetch, int status)
{
	struct err err;

	log_info("media refused id=%lld status=%d", (long long)fetch->id, status);
	if (status == 404)
		fail(fetch, false, _("The carrier does not have the file (404); it may have been removed."));
	else if (status == 401 || status == 403)
		fail(fetch, false, _("The carrier does not give out the file; check the account and its token."));
	else {
		bool passing = status == 408 || status == 425 || status == 429 || status >= 500;

		err_set(&err, STATUS_FAILED, _("The carrier did not give the file (answer %d); try again later."), status);
		fail(fetch, !passing, err.text);
	}
}

static void
on_done(void *context, const struct http_result *result)
{
	struct fetch *fetch = result->data;

	(void)context;
	if (fetch->too_large) {
		struct outcome outcome = { .reason = NULL };

		log_info("media too large id=%lld", (long long)fetch->id);
		store(fetch->owner, fetch, &outcome);
		end_fetch(fetch);
	} else if (fetch->write_error != 0) {
		fail_disk(fetch, fetch->write_error);
	} else if (result->outcome != HTTP_OUTCOME_ANSWER) {
		log_info("media not fetched id=%lld: %s", (long long)fetch->id, result->reason);
		fail(fetch, false, _("The file did not come whole: the connection failed or was too slow."));
	} else if (result->status == 200 && fetch->size > 0) {
		keep(fetch);
	} else if (result->status == 200) {
		fail(fetch, false, _("The file came empty; it is tried again."));
	} else if (result->status >= 301 && result->status <= 308 && result->status != 304) {
		follow(fetch, result->location);
	} else {
		fail_answer(fetch, result->status);
	}
}

static void
begin(struct fetch *fetch, const struct attachment_due *due)
{
	struct media_fetch *media = fetch->owner;
	char *address = media_fetch_address(media->config, due->url);
	char name[NAME_SIZE];

	fetch->id = due->id;
	fetch->fd = -1;
	fetch->size = 0;
	fetch->redirects = fetch->write_error = 0;
	fetch->too_large = false;
	if (address == NULL) {
		log_warning("media address refused id=%lld", (long long)due->id);
		fail(fetch, true, _("The file's address is not one of this account at the carrier; it was not fetched."));
		return;
	}
	part_name(fetch->id, name);
	fetch->fd = openat(media->folder_fd, name, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fetch->fd < 0)
		fail_disk(fetch, errno);
	else if (!request(fetch, address, true, false))
		fail(fetch, false, _("The file cannot be asked for now; it is tried again."));
	free(address);
}

static bool
is_in_flight(const struct media_fetch *media, int64_t id)
{
	for (size_t i = 0; i < FETCHES_MAX; i++)
		if (media->fetches[i].id == id)
			return true;
	return false;
}

static struct fetch *
free_place(struct media_fetch *media)
{
	for (size_t i = 0; i < FETCHES_MAX; i++)
		if (media->fetches[i].id == 0)
			return &media->fetches[i];
	return NULL;
}

/* Starts what is due; returns how long to sleep, negative: until something happens. */
static int64_t
look(struct media_fetch *media)
{
	struct attachment_due items[FETCHES_MAX * 2];
	int64_t pause = media->paused_until_ms - clock_monotonic_ms(), now_ms = clock_now_ms(), due_ms = 0;
	size_t count = 0;
	struct err err;
	enum status status;

	if (pause > 0)
		return pause;
	if (free_place(media) == NULL)
		return -1;
	status = attachment_list_due(media->db, now_ms, items, sizeof items / sizeof items[0], &count, &err);
	for (size_t i = 0; i < count; i++) {
		struct fetch *place = free_place(media);

		if (place != NULL && !is_in_flight(media, items[i].id))
			begin(place, &items[i]);
		attachment_due_release(&items[i]);
	}
	if (status == STATUS_OK)
		status = attachment_next_after(media->db, now_ms, &due_ms, &err);
	if (status != STATUS_OK) {
		log_warning("media cannot use the data: %s", err.text);
		media->paused_until_ms = clock_monotonic_ms() + PAUSE_MS;
		return PAUSE_MS;
	}
	served_sweep(media->db, media->folder_fd, now_ms, &due_ms);
	if (due_ms == 0)
		return -1;
	return due_ms > now_ms ? due_ms - now_ms : 1;
}

static void *
run(void *arg)
{
	struct media_fetch *media = arg;
	int fds[] = { media->stop_fd, media->change_fd };
	uint64_t stop;

	while (read(media->stop_fd, &stop, sizeof stop) < 0) {
		int64_t sleep_ms;

		change_drain(media->change_fd);
		sleep_ms = config_has_twilio(media->config) ? look(media) : -1;
		http_client_wait(media->client, fds, sizeof fds / sizeof fds[0], sleep_ms);
	}
	http_client_free(media->client);
	media->client = NULL;
	for (size_t i = 0; i < FETCHES_MAX; i++)
		if (media->fetches[i].id != 0)
			end_fetch(&media->fetches[i]);
	return NULL;
}

static bool
is_part(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".part") == 0;
}

static void
sweep_parts(int folder_fd)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (folder == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(folder)) != NULL)
		if (is_part(entry->d_name))
			unlinkat(folder_fd, entry->d_name, 0);
	closedir(folder);
}

static enum status
open_folder(struct media_fetch *media, const char *database, struct err *err)
{
	char *folder = attachment_folder(database);
	enum status status = STATUS_OK;

	if (folder == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	if (mkdir(folder, 0700) == 0 || errno == EEXIST)
		media->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (media->folder_fd < 0)
		status = err_set(err, STATUS_IO, _("The folder %s cannot be used (%s); it is for the files of messages."), folder,
				 strerror(errno));
	else
		sweep_parts(media->folder_fd);
	free(folder);
	return status;
}

static void
release(struct media_fetch *media)
{
	http_client_free(media->client);
	if (media->change_fd >= 0)
		change_unwatch(media->hub, media->change_fd);
	if (media->stop_fd >= 0)
		close(media->stop_fd);
	if (media->folder_fd >= 0)
		close(media->folder_fd);
	db_close(media->db);
	free(media);
}

static enum status
start(struct media_fetch *media, const char *database, struct err *err)
{
	sigset_t all, before;
	enum status status;
	int failed;

	media->change_fd = change_watch(media->hub);
	media->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (media->change_fd < 0 || media->stop_fd < 0)
		return err_set(err, STATUS_FAILED, "%s", _("There are no file descriptors left."));
	status = open_folder(media, database, err);
	if (status == STATUS_OK)
		status = db_open(database, DB_OPEN, &media->db, err);
	if (status == STATUS_OK)
		status = http_client_new(media->config->twilio_api_url, on_done, media, &media->client, err);
	if (status != STATUS_OK)
		return status;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&media->thread, NULL, run, media);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed == 0 ? STATUS_OK
			   : err_set(err, STATUS_FAILED, "%s",
				     _("No thread can be started; close other programs and try again."));
}

enum status
media_fetch_new(const struct media_fetch_options *options, struct media_fetch **out, struct err *err)
{
	struct media_fetch *media = calloc(1, sizeof *media);
	enum status status;

	*out = NULL;
	if (media == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	media->config = options->config;
	media->hub = options->hub;
	media->change_fd = media->stop_fd = media->folder_fd = -1;
	for (size_t i = 0; i < FETCHES_MAX; i++)
		media->fetches[i] = (struct fetch){ .owner = media, .fd = -1 };
	status = start(media, options->database, err);
	if (status == STATUS_OK)
		*out = media;
	else
		release(media);
	return status;
}

void
media_fetch_free(struct media_fetch *media)
{
	uint64_t one = 1;

	if (media == NULL)
		return;
	if (write(media->stop_fd, &one, sizeof one) < 0)
		log_error("media cannot be told to stop: %s", strerror(errno));
	pthread_join(media->thread, NULL);
	release(media);
}
