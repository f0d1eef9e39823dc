/* SPDX-License-Identifier: MIT */
/*
 * The inside of the pretend carrier, for the carrier_*.c files alone. Everything in struct carrier after `lock` is
 * touched with `lock` held; what stands before it is set once at the start. No call to the outside is made under it.
 */
#ifndef HILO_SIM_CARRIER_PRIVATE_H
#define HILO_SIM_CARRIER_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/form.h"
#include "core/json.h"
#include "core/signature.h"
#include "sim/carrier.h"
#include "sim/sim_client.h"
#include "sim/sim_server.h"

#define CARRIER_WORKERS 4
#define CARRIER_LOG_MAX 100000u	     /* entries kept of requests and of posts; the oldest quarter goes */
#define CARRIER_MESSAGE_MAX 1000000u /* then nothing more is taken until a reset */
#define CARRIER_FAULT_MAX 64
#define CARRIER_URL_MAX 4096
#define CARRIER_TOKEN_SIZE 37

enum carrier_fault_kind {
	CARRIER_FAULT_NONE,
	CARRIER_FAULT_TOO_MANY, /* 429; value: Retry-After in seconds, -1: without */
	CARRIER_FAULT_500_BEFORE,
	CARRIER_FAULT_500_AFTER,
	CARRIER_FAULT_503,
	CARRIER_FAULT_CLOSE_BEFORE,
	CARRIER_FAULT_CLOSE_AFTER,
	CARRIER_FAULT_HALF,
	CARRIER_FAULT_SLOW,	   /* accepted, answered after value ms */
	CARRIER_FAULT_SLOW_BEFORE, /* accepted and answered after value ms */
	CARRIER_FAULT_NOT_JSON,
	CARRIER_FAULT_REDIRECT,
	CARRIER_FAULT_REJECT, /* 400 with the carrier's code value */
};

struct carrier_fault {
	enum carrier_fault_kind kind;
	bool on_get; /* meets list and fetch in place of creates */
	long value;
	unsigned count;	  /* still to come; 0 with a percentage */
	unsigned percent; /* 0: counted */
};

/* A request to the REST API, for /_sim/requests. */
struct carrier_request {
	uint64_t serial;
	int64_t at_ms;
	const char *kind;  /* "create", "list", "fetch": a constant */
	const char *fault; /* a constant; NULL: none */
	int status;	   /* 0: closed without an answer */
	int code;	   /* the carrier's error code, 0: none */
	char sid[CARRIER_SID_SIZE];
	char *to, *from, *body, *service_sid, *status_callback; /* NULL: not given */
};

enum carrier_post_kind { CARRIER_POST_WEBHOOK, CARRIER_POST_CALLBACK };

/* A try to post something, for /_sim/webhooks. */
struct carrier_post_log {
	int64_t at_ms;
	enum carrier_post_kind kind;
	enum carrier_status message_status;
	enum sim_outcome outcome;
	int http_status;
	unsigned attempt;
	char sid[CARRIER_SID_SIZE];
	char *url;
};

/* What the fragment of a URL asks for: #rc=3&rp=5xx,rt&ct=2000&rt=10000&tt=15000. */
struct carrier_override {
	unsigned retries;
	unsigned policy; /* CARRIER_RETRY_* bits */
	int64_t connect_ms;
	int64_t total_ms;
};
#define CARRIER_RETRY_4XX 1u
#define CARRIER_RETRY_5XX 2u
#define CARRIER_RETRY_CONNECT 4u
#define CARRIER_RETRY_READ 8u

/* Something to be posted, complete and signed. */
struct carrier_post {
	enum carrier_post_kind kind;
	enum carrier_status message_status;
	char sid[CARRIER_SID_SIZE];
	char *url; /* where to connect */
	char *body;
	size_t body_len;
	char signature[64]; /* "" = no header */
	char token[CARRIER_TOKEN_SIZE];
	unsigned attempt; /* tries made */
	struct carrier_override override;
};

enum carrier_job_kind { CARRIER_JOB_TICK, CARRIER_JOB_CALLBACK, CARRIER_JOB_POST, CARRIER_JOB_FETCH };

struct carrier_job {
	int64_t due_ms; /* monotonic */
	uint64_t sequence;
	enum carrier_job_kind kind;
	unsigned generation; /* of the messages; an older one is dropped */
	size_t message;	     /* tick, callback, fetch */
	enum carrier_status status;
	int error_code;
	bool asked;		   /* by carrier_callback(): also after the message was canceled */
	struct carrier_post *post; /* owned */
};

struct carrier_worker {
	struct carrier *carrier;
	struct sim_client *client;
	pthread_t thread;
	bool started;
	pthread_cond_t wake;
	struct carrier_job *jobs; /* a heap by due_ms, then sequence */
	size_t count, capacity;
	bool busy;
};

/* A pair of our number and a customer's who wrote STOP, or a number that fails. */
struct carrier_mark {
	char number[200]; /* the customer's */
	char own[64];	  /* "" for failing numbers */
	int error_code;
};

struct carrier {
	struct sim_server *server;
	char account_sid[CARRIER_SID_SIZE];
	char *auth_token;
	char number_sid[CARRIER_SID_SIZE]; /* of our SMS number */
	int64_t started_ms;
	char *authorization;		/* the header that opens the REST API */
	char *numbers[2];		/* by channel: SMS, WhatsApp */
	struct carrier_options options; /* its strings are not used after the start */
	struct carrier_worker workers[CARRIER_WORKERS];

	pthread_mutex_t observer_lock; /* held while the observer runs, taken before `lock` */
	void (*notify)(void *arg, const struct carrier_notice *notice);
	void *notify_arg;

	pthread_mutex_t lock;
	pthread_cond_t changed; /* a worker got idle, or it stops */
	bool stopping;
	uint64_t random;
	uint64_t sequence;
	unsigned generation;
	unsigned in_progress;
	char *base_url;	  /* without fragment and closing slash; NULL: none */
	char *public_url; /* likewise */
	char *sms_url;	  /* set through the API in place of the above; NULL: not set */
	bool sms_by_get;  /* what SmsMethod says; posts are posts all the same */
	struct carrier_override override;
	struct carrier_message **messages;
	size_t message_count, message_capacity;
	struct carrier_request *requests;
	size_t request_count, request_capacity;
	struct carrier_post_log *posts;
	size_t post_count, post_capacity;
	struct carrier_fault faults[CARRIER_FAULT_MAX];
	size_t fault_count;
	struct carrier_mark *opt_outs, *failing;
	size_t opt_out_count, failing_count;
	struct carrier_stats stats;
};

/* --- carrier.c, carrier_messages.c: state --- */

void carrier_lock(struct carrier *carrier);
void carrier_unlock(struct carrier *carrier);
/* Next number of the seeded sequence in [0, bound). Locked. */
uint64_t carrier_random(struct carrier *carrier, uint64_t bound);
/* Makes an empty message with a fresh id; NULL when full or without memory. Strings of `model` are copied. Locked. */
struct carrier_message *carrier_add_message(struct carrier *carrier, const struct carrier_message *model);
void carrier_message_free(struct carrier_message *message);
/* The message of that id, deleted ones too; NULL: none. Locked. */
struct carrier_message *carrier_find(struct carrier *carrier, const char *sid);
/* Moves the status on, with its times. Locked. */
void carrier_set_status(struct carrier_message *message, enum carrier_status status, int error_code);
bool carrier_status_final(enum carrier_status status);
/* True if `customer` wrote STOP to `own`. Locked. */
bool carrier_opted_out(struct carrier *carrier, const char *customer, const char *own);
/* Notes STOP and START in an SMS; true if it was one of them. Locked. */
bool carrier_note_opt_out(struct carrier *carrier, const char *customer, const char *own, const char *body);
/* The code that messages to `number` fail with; 0: none. Locked. */
int carrier_failing_code(struct carrier *carrier, const char *number);
/* True if `customer` wrote to us on WhatsApp within 24 h. Locked. */
bool carrier_window_open(struct carrier *carrier, const char *customer);
/* Tells the observer. Not locked. */
void carrier_tell(struct carrier *carrier, const char *sid, enum carrier_status status);
/* True for "+" and 7 to 15 digits, and on WhatsApp for CC.alnum; `text` is without "whatsapp:". */
bool carrier_address_valid(enum channel channel, const char *text);
/* `text` without "whatsapp:"; *channel set by it. */
const char *carrier_address_split(const char *text, enum channel *channel);
/* Makes room for one more of `size` bytes; false without memory. */
bool carrier_grow(void **array, size_t count, size_t *capacity, size_t size);

/* --- carrier_faults.c --- */

const char *carrier_fault_name(enum carrier_fault_kind kind);
/* Takes the fault that the next create (or GET) meets; kind NONE: none. Locked. */
struct carrier_fault carrier_take_fault(struct carrier *carrier, bool on_get);
/* Writes the rules that still stand into the array `list`. Locked. */
void carrier_list_faults(struct carrier *carrier, struct json *list);

/* --- carrier_schedule.c: jobs and the threads that run them --- */

enum status carrier_start_workers(struct carrier *carrier, struct err *err);
void carrier_stop_workers(struct carrier *carrier);
/* Puts a job (taken) into the lane of `customer`, due at job->due_ms: one lane is worked off in order. Locked. */
bool carrier_schedule(struct carrier *carrier, const char *customer, const struct carrier_job *job);
/* Drops all jobs. Locked. */
void carrier_drop_jobs(struct carrier *carrier);
/* What is still to be done. Locked. */
size_t carrier_waiting(const struct carrier *carrier);

/* --- carrier_callbacks.c: how a message goes on --- */

/* Plans statuses and callbacks of a message just accepted. Locked. */
void carrier_plan(struct carrier *carrier, struct carrier_message *message);
/* Runs a tick or makes the post of a callback (NULL: nothing to post). Not locked. */
void carrier_run_tick(struct carrier *carrier, const struct carrier_job *job);
struct carrier_post *carrier_make_callback(struct carrier *carrier, const struct carrier_job *job);

/* --- carrier_webhook.c: what is posted --- */

enum carrier_signing { CARRIER_SIGN_RIGHT, CARRIER_SIGN_WRONG, CARRIER_SIGN_NONE };

struct carrier_override carrier_override_parse(const char *fragment);
/*
 * Completes a post: signs `fields` for `url` (as the world sees it, a fragment with overrides may follow) and finds where to
 * connect. NULL: no memory. Locked.
 */
struct carrier_post *carrier_make_post(struct carrier *carrier, const char *url, const struct strbuf *fields,
				       enum carrier_signing signing);
void carrier_post_free(struct carrier_post *post);
/*
 * As carrier_inbound(). `extra` (NULL: none): every field whose name begins with a capital is posted too and wins over
 * the carrier's own. `times`: how often the same webhook is posted.
 */
enum status carrier_write_inbound(struct carrier *carrier, const struct carrier_inbound *message,
				  const struct form *extra, enum carrier_signing signing, unsigned times,
				  char sid[CARRIER_SID_SIZE], struct err *err);

/* --- carrier_rest.c, carrier_create.c, carrier_list.c, carrier_numbers.c, carrier_control.c: HTTP --- */

struct carrier_call {
	struct carrier *carrier;
	const struct sim_request *request;
	struct sim_answer *answer;
	int64_t came_ms;
	uint64_t recorded;    /* serial of its entry among the requests; 0: none */
	char captures[3][64]; /* what stood at the stars of the route */
	struct form query;
	struct form form; /* of the body */
};

void carrier_handle(void *arg, const struct sim_request *request, struct sim_answer *answer);
/* Answers in the carrier's error form. */
void carrier_answer_error(struct sim_answer *answer, int status, int code, const char *message);
/* Prints and frees `value` as the answer. */
void carrier_answer_json(struct sim_answer *answer, int status, struct json *value);
/* Waits, but not longer than the carrier lives. Not locked. */
void carrier_sleep(struct carrier *carrier, long ms);
/* Records the request of `call`; NULL without memory. Locked; the entry is valid until unlocked. */
struct carrier_request *carrier_record(struct carrier_call *call, const char *kind);
void carrier_request_release(struct carrier_request *request);
/* The same fault, applied to an answer before anything is done; true if the request ends with it. Not locked. */
bool carrier_fault_before(struct carrier_call *call, const struct carrier_fault *fault);
/* Spoils a good answer after the work was done. Not locked. */
void carrier_fault_after(struct carrier_call *call, const struct carrier_fault *fault);

void carrier_create(struct carrier_call *call);
void carrier_list(struct carrier_call *call);
void carrier_media_list(struct carrier_call *call);
void carrier_list_numbers(struct carrier_call *call);
void carrier_fetch_number(struct carrier_call *call);
void carrier_update_number(struct carrier_call *call);
/* Where incoming SMS are posted; there must be an address. Locked. */
void carrier_sms_url(const struct carrier *carrier, char out[CARRIER_URL_MAX + 64]);
/* True for an absolute http or https address of at most 4000 characters. */
bool carrier_url_valid(const char *text);
/* The message in the carrier's own JSON. Locked. */
struct json *carrier_message_json(const struct carrier *carrier, const struct carrier_message *message);
bool carrier_control(struct carrier_call *call, const char *path);

/* --- carrier_fetch.c: the file of a message we were asked to send --- */

/* Plans to fetch `url` if it lies under the public address of the webhooks: nobody else is ever asked. Locked. */
void carrier_plan_fetch(struct carrier *carrier, const struct carrier_message *message, const char *url);
/* Fetches it and notes what came. Not locked. */
void carrier_run_fetch(struct carrier *carrier, struct sim_client *client, const struct carrier_job *job);

/* --- carrier_picture.c --- */

/* Appends a small PNG whose colours depend on `seed`. */
void carrier_picture(struct strbuf *out, uint32_t seed);

#endif
