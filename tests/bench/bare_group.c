/* SPDX-License-Identifier: MIT */
/*
 * The limit of the design: the same requests, the same schema and durability (WAL, synchronous=FULL, one transaction for all
 * that waits, 200 after the commit, full-text rows afterwards), and nothing else: no signature, no checks, no counters
 * but the schema's, no second reader. Takes the path of a prepared database file.
 */
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/form.h"

#define BODY_MAX 16384

struct job {
	struct MHD_Connection *connection;
	struct job *next;
	size_t len;
	bool done, waiting;
	char body[BODY_MAX];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static struct job *first, **last = &first;
static sqlite3 *db;

static sqlite3_stmt *
prepare(const char *sql)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
		exit(1);
	}
	return statement;
}

static void
text(sqlite3_stmt *statement, int index, const char *value)
{
	sqlite3_bind_text(statement, index, value, -1, SQLITE_STATIC);
}

/* Runs it and returns its first column, 0 if there is no row. */
static sqlite3_int64
run(sqlite3_stmt *statement)
{
	sqlite3_int64 value = 0;
	int code;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		value = sqlite3_column_int64(statement, 0);
	if (code != SQLITE_DONE) {
		fprintf(stderr, "%s\n", sqlite3_errmsg(db));
		exit(1);
	}
	sqlite3_reset(statement);
	return value;
}

static sqlite3_stmt *find_client, *make_client, *add_address, *find_thread, *make_thread, *add_message, *touch, *begin, *commit;

static void
prepare_all(void)
{
	find_client = prepare("SELECT client_id FROM client_addresses WHERE kind = 'phone' AND canonical = ?1 LIMIT 1");
	make_client = prepare("INSERT INTO clients (created_at, updated_at) VALUES (?1, ?1) RETURNING id");
	add_address = prepare("INSERT INTO client_addresses (client_id, kind, address, canonical, created_at)"
			      " VALUES (?1, 'phone', ?2, ?2, ?3)");
	find_thread = prepare("SELECT id FROM communication_threads WHERE client_id = ?1 AND thread_type = 'sms'"
			      " AND own_address = ?2 ORDER BY id DESC LIMIT 1");
	make_thread = prepare("INSERT INTO communication_threads (thread_type, client_id, own_address, client_address,"
			      " last_message_at, created_at, updated_at) VALUES ('sms', ?1, ?2, ?3, ?4, ?4, ?4) RETURNING id");
	add_message = prepare("INSERT INTO messages (thread_id, sender_type, message_type, direction, body, metadata,"
			      " provider_message_id, created_at) VALUES (?1, 'client', 'sms', 'in', ?2, ?3, ?4, ?5) RETURNING id");
	touch = prepare("UPDATE communication_threads SET last_message_id = ?2, last_message_at = ?3, last_message_sender ="
			" 'client', last_message_preview = ?4, unread_count_agent = unread_count_agent + 1,"
			" last_inbound_at = ?3, updated_at = ?3 WHERE id = ?1");
	begin = prepare("BEGIN IMMEDIATE");
	commit = prepare("COMMIT");
}

static void
store(const struct job *job)
{
	struct timespec time;
	sqlite3_int64 now, client, thread, message;
	struct form form;
	const char *from, *to, *body;

	clock_gettime(CLOCK_REALTIME, &time);
	now = (sqlite3_int64)time.tv_sec * 1000 + time.tv_nsec / 1000000;
	if (form_parse(job->body, job->len, 500, &form, NULL) != STATUS_OK)
		exit(1);
	from = form_get(&form, "From");
	to = form_get(&form, "To");
	body = form_get(&form, "Body");
	text(find_client, 1, from);
	client = run(find_client);
	if (client == 0) {
		sqlite3_bind_int64(make_client, 1, now);
		client = run(make_client);
		sqlite3_bind_int64(add_address, 1, client);
		text(add_address, 2, from);
		sqlite3_bind_int64(add_address, 3, now);
		run(add_address);
	}
	sqlite3_bind_int64(find_thread, 1, client);
	text(find_thread, 2, to);
	thread = run(find_thread);
	if (thread == 0) {
		sqlite3_bind_int64(make_thread, 1, client);
		text(make_thread, 2, to);
		text(make_thread, 3, from);
		sqlite3_bind_int64(make_thread, 4, now);
		thread = run(make_thread);
	}
	sqlite3_bind_int64(add_message, 1, thread);
	text(add_message, 2, body);
	/* The same amount of metadata, without the work of making JSON of it. */
	sqlite3_bind_text(add_message, 3, job->body, (int)job->len, SQLITE_STATIC);
	text(add_message, 4, form_get(&form, "MessageSid"));
	sqlite3_bind_int64(add_message, 5, now);
	message = run(add_message);
	sqlite3_bind_int64(touch, 1, thread);
	sqlite3_bind_int64(touch, 2, message);
	sqlite3_bind_int64(touch, 3, now);
	text(touch, 4, body);
	run(touch);
	form_release(&form);
}

static void
index_text(void)
{
	char *error = NULL;

	if (sqlite3_exec(db,
			 "BEGIN IMMEDIATE;"
			 "INSERT INTO messages_fts (rowid, body) SELECT id, body FROM messages WHERE id >"
			 " (SELECT value FROM counters WHERE name = 'search_mark') ORDER BY id LIMIT 256;"
			 "UPDATE counters SET value = coalesce((SELECT max(id) FROM (SELECT id FROM messages WHERE id > value"
			 " ORDER BY id LIMIT 256)), value) WHERE name = 'search_mark';"
			 "COMMIT",
			 NULL, NULL, &error)
	    != SQLITE_OK) {
		fprintf(stderr, "index: %s\n", error);
		exit(1);
	}
}

static void *
write_jobs(void *arg)
{
	bool behind = false;
	size_t since = 0;

	(void)arg;
	for (;;) {
		struct job *batch, *job, *next;
		struct timespec until;
		int code = 0;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += 10000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		pthread_mutex_lock(&lock);
		while (first == NULL && code == 0)
			code = behind ? pthread_cond_timedwait(&wake, &lock, &until) : pthread_cond_wait(&wake, &lock);
		batch = first;
		first = NULL;
		last = &first;
		pthread_mutex_unlock(&lock);
		if (batch != NULL) {
			run(begin);
			for (job = batch; job != NULL; job = job->next, since++)
				store(job);
			run(commit);
			for (job = batch; job != NULL; job = next) {
				next = job->next;
				job->done = true;
				MHD_resume_connection(job->connection);
			}
			behind = true;
		}
		if (behind && (batch == NULL || since >= 4096)) {
			index_text();
			since = since > 256 ? since - 256 : 0;
			behind = since > 0;
		}
	}
	return NULL;
}

static enum MHD_Result
handle(void *arg, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
       const char *data, size_t *size, void **state)
{
	static const char answer[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";
	struct job *job = *state;
	struct MHD_Response *response;
	enum MHD_Result result;

	(void)arg, (void)url, (void)method, (void)version;
	if (job == NULL) {
		*state = job = malloc(sizeof *job);
		job->len = 0;
		job->done = job->waiting = false;
		job->connection = connection;
		return MHD_YES;
	}
	if (*size > 0) {
		if (job->len + *size > BODY_MAX)
			return MHD_NO;
		memcpy(job->body + job->len, data, *size);
		job->len += *size;
		*size = 0;
		return MHD_YES;
	}
	if (!job->waiting) {
		job->waiting = true;
		job->next = NULL;
		MHD_suspend_connection(connection);
		pthread_mutex_lock(&lock);
		*last = job;
		last = &job->next;
		pthread_cond_signal(&wake);
		pthread_mutex_unlock(&lock);
		return MHD_YES;
	}
	response = MHD_create_response_from_buffer(strlen(answer), (void *)answer, MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(response, "Content-Type", "text/xml");
	result = MHD_queue_response(connection, 200, response);
	MHD_destroy_response(response);
	return result;
}

static void
release(void *arg, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	(void)arg, (void)connection, (void)code;
	free(*state);
	*state = NULL;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct MHD_Daemon *daemon;
	pthread_t writer;

	if (argc != 2 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return 2;
	sqlite3_exec(db,
		     "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8192;"
		     "PRAGMA wal_autocheckpoint = 10000",
		     NULL, NULL, NULL);
	prepare_all();
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	daemon = MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, NULL,
				  MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_LIMIT, 1100u,
				  MHD_OPTION_NOTIFY_COMPLETED, release, NULL, MHD_OPTION_END);
	if (daemon == NULL || pthread_create(&writer, NULL, write_jobs, NULL) != 0)
		return 1;
	printf("%u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	fflush(stdout);
	pause();
	return 0;
}
