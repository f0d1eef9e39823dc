/* SPDX-License-Identifier: MIT */
/*
 * A pretend carrier: Twilio's REST paths for messages on its own HTTP server, signed webhooks and status callbacks from
 * its own HTTP client, and faults on demand. It shares with the program under test only foundations (forms, JSON, the
 * signature), none of its listener, client or database, so each checks the other. Everything is kept in memory and gone
 * with carrier_free(). The control routes under /_sim and the fault words are described in src/sim/README.
 *
 * All functions may be called from any thread.
 */
#ifndef HILO_SIM_CARRIER_H
#define HILO_SIM_CARRIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/err.h"

#define CARRIER_SID_SIZE 35 /* two letters, 32 hex digits, NUL */

struct carrier;

enum carrier_order { CARRIER_ORDER_FORWARD, CARRIER_ORDER_REVERSE, CARRIER_ORDER_RANDOM };

/* "forward", "reverse" or "random". */
bool carrier_order_parse(const char *name, enum carrier_order *out);

/* Zeroes and NULLs mean the default in brackets. Everything is copied. */
struct carrier_options {
	const char *listen;	 /* numeric ADDR:PORT; port 0 picks a free one ["127.0.0.1:0"] */
	const char *base_url;	 /* where webhooks are posted; may carry #rc=..&rp=..&rt=.. [none: nothing is posted] */
	const char *public_url;	 /* what signatures are made over and StatusCallback begins with [base_url] */
	const char *account_sid; /* ["AC" and 32 random hex digits] */
	const char *auth_token;	 /* [32 random hex digits] */
	const char *sms_number;	 /* our number that customers write to by SMS ["+15005550006"] */
	const char *whatsapp_number; /* the same for WhatsApp, without "whatsapp:" ["+14155238886"] */
	bool only_own_numbers;	     /* another From is refused (21606, on WhatsApp 63007) */
	bool enforce_window;	     /* WhatsApp text over 24 h after the customer wrote fails with 63016 */
	uint64_t seed;		     /* of delays, orders and probabilities; ids are always fresh [1] */
	double speed;		     /* divides the delays of statuses [1.0] */
	int64_t delay_min_ms;	     /* between two statuses of a message */
	int64_t delay_max_ms;	     /* [both 0: 50 to 400] */
	bool no_delay;		     /* statuses follow at once, whatever the two above say */
	enum carrier_order order;    /* of the callbacks of one message */
	unsigned duplicate;	     /* each callback comes this many times more */
	unsigned drop_percent;	     /* of the callbacks that are never posted */
	bool manual;		     /* no status moves by itself: only carrier_callback() and /_sim/callback */
	const char *faults;	     /* fault words, see carrier_add_faults() */
};

/* Starts server and workers. STATUS_INVALID: a wrong option, STATUS_BUSY: address taken. The caller frees *out. */
enum status carrier_new(const struct carrier_options *options, struct carrier **out, struct err *err);
/* Stops at once: open requests are cut, what waits to be posted is dropped. NULL is allowed. */
void carrier_free(struct carrier *carrier);

/* Where it listens: the port, and "http://127.0.0.1:PORT". Borrowed, valid until carrier_free(). */
int carrier_port(const struct carrier *carrier);
const char *carrier_url(const struct carrier *carrier);
const char *carrier_account_sid(const struct carrier *carrier);
const char *carrier_auth_token(const struct carrier *carrier);
/* Our number on `channel`, E.164. */
const char *carrier_number(const struct carrier *carrier, enum channel channel);

/* Points the webhooks somewhere (the listener may get its port later than the carrier). NULL public_url: base_url. */
enum status carrier_set_webhooks(struct carrier *carrier, const char *base_url, const char *public_url,
				 struct err *err);

struct carrier_inbound {
	enum channel channel;
	const char *from;	  /* E.164 or a business-scoped id (MX.1A2B), with or without "whatsapp:" */
	const char *to;		  /* NULL: our number on the channel */
	const char *body;	  /* NULL: "" */
	const char *profile_name; /* WhatsApp; NULL: left out */
	const char *reply_to;	  /* WhatsApp: id of the message it quotes; NULL: none */
	unsigned media_count;	  /* pictures, served by the carrier itself */
	const char *media_type;	  /* NULL: "image/png" */
	const char *latitude;	  /* decimal with a point; NULL: no location */
	const char *longitude;
	const char *label;
	const char *address;
};

/* A customer writes: recorded, then posted by a worker. `sid` may be NULL. STATUS_INVALID: an address is none. */
enum status carrier_inbound(struct carrier *carrier, const struct carrier_inbound *message, char sid[CARRIER_SID_SIZE],
			    struct err *err);

enum carrier_status {
	CARRIER_ACCEPTED,
	CARRIER_SCHEDULED,
	CARRIER_QUEUED,
	CARRIER_SENDING,
	CARRIER_SENT,
	CARRIER_DELIVERED,
	CARRIER_READ,
	CARRIER_UNDELIVERED,
	CARRIER_FAILED,
	CARRIER_CANCELED,
	CARRIER_RECEIVED,
};
#define CARRIER_STATUS_COUNT 11

/* As on the wire: "delivered". */
const char *carrier_status_name(enum carrier_status status);
bool carrier_status_parse(const char *name, enum carrier_status *out);

/* Sets the status of a message and posts its callback. error_code 0: none. STATUS_NOT_FOUND: no such message. */
enum status carrier_callback(struct carrier *carrier, const char *sid, enum carrier_status status, int error_code,
			     struct err *err);

/*
 * Adds faults: KIND[=VALUE][:COUNT or :PERCENT%], several with commas. For the next COUNT creates (1 if none given), or
 * for that share of all. Counted ones come first, in order. STATUS_INVALID names the wrong word.
 */
enum status carrier_add_faults(struct carrier *carrier, const char *faults, struct err *err);
void carrier_clear_faults(struct carrier *carrier);
/* From now on messages to `number` (with or without "whatsapp:") fail with `error_code`; 0 takes it back. */
enum status carrier_fail_number(struct carrier *carrier, const char *number, int error_code, struct err *err);

enum carrier_direction { CARRIER_INBOUND, CARRIER_OUTBOUND_API, CARRIER_OUTBOUND_REPLY };

/* One message as the carrier has it. Addresses carry "whatsapp:" on WhatsApp. */
struct carrier_message {
	char sid[CARRIER_SID_SIZE];
	enum channel channel;
	enum carrier_direction direction;
	enum carrier_status status;
	int error_code; /* 0: none */
	char *to;
	char *from;	       /* NULL until a service has chosen */
	char *body;	       /* NULL: made from a template */
	char *service_sid;     /* NULL: none */
	char *status_callback; /* as asked for; NULL: none */
	char media_type[64];
	unsigned media_count;
	int fetched_status; /* how its file was answered; 0: not asked for, or no answer */
	char fetched_type[96];
	size_t fetched_size;
	unsigned segments;
	int64_t created_ms;
	int64_t sent_ms; /* 0: not yet */
	int64_t updated_ms;
	int64_t send_at_ms;			 /* 0: at once */
	int64_t status_ms[CARRIER_STATUS_COUNT]; /* when each status was first reached; 0: never */
	bool deleted;				 /* by DELETE: hidden from the REST API */
	size_t number;				 /* position among all messages since the start or the last reset */
};

/* Calls `visit` for every message, oldest first, with the carrier locked: copy what is wanted, call nothing here. */
void carrier_each(struct carrier *carrier, void (*visit)(void *arg, const struct carrier_message *message), void *arg);

/* Counters since the start or the last reset. */
struct carrier_stats {
	uint64_t requests;	/* creates that came, with whatever outcome */
	uint64_t accepted;	/* creates that made a message, faults or not */
	uint64_t refused;	/* creates answered 4xx by the carrier's own rules */
	uint64_t faulted;	/* creates that met a fault */
	uint64_t inbound;	/* messages of customers */
	uint64_t posts;		/* webhooks and callbacks, every try */
	uint64_t webhooks_done; /* inbound webhooks answered 2xx */
	uint64_t webhooks_lost; /* given up after the last try */
	uint64_t callbacks_done;
	uint64_t callbacks_lost;
	uint64_t callbacks_dropped; /* on purpose */
	size_t waiting;		    /* what is still to be done: statuses, posts, retries */
};

void carrier_stats(struct carrier *carrier, struct carrier_stats *out);
/* Waits until nothing is waiting; false when `timeout_ms` passed first. */
bool carrier_wait_idle(struct carrier *carrier, int64_t timeout_ms);
/* Forgets messages, requests, faults, opt-outs, failing numbers and what waits. */
void carrier_reset(struct carrier *carrier);

/* Something happened to a message that came through the REST API: it was accepted, or its status moved. */
struct carrier_notice {
	enum channel channel;
	enum carrier_status status;
	const char *sid; /* all borrowed for the time of the call */
	const char *to;
	const char *body; /* NULL: made from a template */
};

/*
 * `notify` is called on a worker's or request's thread, one call at a time; it must be quick and call nothing of the
 * carrier. NULL takes it away: once this has returned it is not called again.
 */
void carrier_observe(struct carrier *carrier, void (*notify)(void *arg, const struct carrier_notice *notice),
		     void *arg);

#endif
