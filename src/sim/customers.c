/* SPDX-License-Identifier: MIT */
/*
 * One thread with a list of people, each with the time of the next thing to do. A person opens a script, waits for the
 * agent, answers some seconds after the agent's message was delivered or read (a question with the details, anything
 * else with the next reply), says thanks, rests, and comes back with another matter. The carrier's threads only note
 * what was heard. Every person draws from a sequence of its own, so the others' timing does not change what it does.
 */
#include "sim/customers.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/strbuf.h"
#include "core/utf8.h"
#include "sim/customer_scripts.h"
#include "sim/sim_random.h"

#define PEOPLE_DEFAULT 24
#define PEOPLE_MAX 10000
#define NEVER INT64_MAX
#define BURST_MS 900	      /* the first third opens within this, at any speed */
#define ARRIVAL_FIRST_MS 4000 /* the others: one after this ... */
#define ARRIVAL_GAP_MS 9000   /* ... and then about one in this time */
#define BETWEEN_LINES_MS 1800 /* between two lines of one person */
#define THINK_MIN_MS 2500
#define THINK_SPAN_MS 4500
#define TYPE_CHARACTER_MS 35
#define TYPE_MAX_MS 9000
#define NUDGE_MIN_MS 90000
#define NUDGE_SPAN_MS 150000
#define REST_MIN_MS 60000
#define REST_SPAN_MS 240000
#define TEXT_MAX 8000

enum phase { PHASE_OPENING, PHASE_WAITING, PHASE_ANSWERING, PHASE_RESTING, PHASE_NODDING };

struct customer {
	char name[80];
	char number[32];
	enum channel channel;
	bool spanish;
	uint64_t random;
	const struct customer_script *script;
	unsigned order; /* what {n} stands for */
	enum phase phase;
	int64_t due_ms; /* monotonic; NEVER: waits for the agent */
	size_t said;	/* lines of the opening */
	size_t replied; /* lines of the replies */
	bool detailed;	/* gave the details */
	bool nudged;
	bool nodded;
	bool asked; /* the agent's message is a question */
	char heard[CARRIER_SID_SIZE]; /* the agent's last message */
};

struct customers {
	struct carrier *carrier;
	double speed;
	pthread_t thread;
	bool started;
	pthread_mutex_t lock; /* guards all that follows, people with it */
	pthread_cond_t wake;
	bool stopping;
	struct customer *people;
	size_t count;
};

static int64_t
scaled(const struct customers *customers, int64_t ms)
{
	return (int64_t)((double)ms / customers->speed);
}

static int64_t
draw(struct customer *customer, int64_t least, int64_t span)
{
	return least + (int64_t)sim_random(&customer->random, (uint64_t)span + 1);
}

/* --- who they are --- */

static void
choose_script(struct customer *customer)
{
	size_t count, pick;
	const struct customer_script *scripts = customer_scripts(&count);

	do {
		pick = (size_t)sim_random(&customer->random, count);
	} while (scripts[pick].spanish != customer->spanish || &scripts[pick] == customer->script);
	customer->script = &scripts[pick];
	customer->order = (unsigned)draw(customer, 10400, 89000);
	customer->phase = PHASE_OPENING;
	customer->said = customer->replied = 0;
	customer->detailed = customer->nudged = customer->nodded = customer->asked = false;
}

static void
name_customer(struct customer *customer, size_t index)
{
	size_t count;
	const struct customer_person *person = customer_people(&count);

	if (index < count) {
		person += index;
		snprintf(customer->name, sizeof customer->name, "%s", person->name);
		snprintf(customer->number, sizeof customer->number, "%s", person->number);
		customer->channel = person->channel;
		customer->spanish = person->spanish;
		return;
	}
	customer->spanish = index % 2 == 0;
	customer->channel = index % 3 == 0 ? CHANNEL_SMS : CHANNEL_WHATSAPP;
	snprintf(customer->name, sizeof customer->name, "%s %s", customer_given_name(customer->spanish, index / 2),
		 customer_family_name(customer->spanish, index / 32 + index));
	snprintf(customer->number, sizeof customer->number, "%s%05zu",
		 !customer->spanish		    ? "+121255"
		 : customer->channel == CHANNEL_SMS ? "+5255556"
						    : "+52155556",
		 index);
}

static void
invite(struct customers *customers, uint64_t seed)
{
	int64_t now_ms = clock_monotonic_ms();
	int64_t arrival_ms = ARRIVAL_FIRST_MS;
	size_t burst = (customers->count + 2) / 3;

	for (size_t i = 0; i < customers->count; i++) {
		struct customer *customer = &customers->people[i];

		customer->random = seed * 0x100000001B3u + i;
		name_customer(customer, i);
		choose_script(customer);
		if (i < burst) {
			customer->due_ms = now_ms + draw(customer, 0, BURST_MS);
		} else {
			customer->due_ms = now_ms + scaled(customers, arrival_ms);
			arrival_ms += draw(customer, 0, (int64_t)2 * ARRIVAL_GAP_MS);
		}
	}
}

/* --- what they do --- */

/* What is to be written, decided under the lock and written without it. */
struct utterance {
	enum channel channel;
	char name[80];
	char number[32];
	char quoted[CARRIER_SID_SIZE]; /* the agent's message it answers to, "" = none in particular */
	struct customer_line line;
	unsigned order;
};

static int64_t
typing_ms(const struct customer_line *line)
{
	int64_t ms = (int64_t)utf8_count(line->text, strlen(line->text)) * TYPE_CHARACTER_MS;

	return ms < TYPE_MAX_MS ? ms : TYPE_MAX_MS;
}

static struct customer_line
text_line(const char *text)
{
	return (struct customer_line){ .kind = CUSTOMER_LINE_TEXT, .text = text };
}

/* The answer to what the agent wrote; afterwards the person waits or, with nothing left to say, rests. */
static struct customer_line
answer_line(struct customer *customer)
{
	const struct customer_script *script = customer->script;

	if (customer->asked && !customer->detailed && script->details.kind != CUSTOMER_LINE_NONE) {
		customer->detailed = true;
		return script->details;
	}
	if (customer->replied < CUSTOMER_REPLY_MAX && script->replies[customer->replied].kind != CUSTOMER_LINE_NONE)
		return script->replies[customer->replied++];
	customer->phase = PHASE_RESTING;
	return text_line(script->thanks);
}

static void
wait_for_agent(struct customers *customers, struct customer *customer, int64_t now_ms)
{
	customer->asked = false;
	if (customer->phase == PHASE_RESTING) {
		customer->due_ms = now_ms + scaled(customers, draw(customer, REST_MIN_MS, REST_SPAN_MS));
		return;
	}
	customer->phase = PHASE_WAITING;
	customer->due_ms =
		customer->nudged ? NEVER : now_ms + scaled(customers, draw(customer, NUDGE_MIN_MS, NUDGE_SPAN_MS));
}

static struct customer_line
opening_line(struct customers *customers, struct customer *customer, int64_t now_ms)
{
	struct customer_line line = customer->script->opening[customer->said++];
	bool last = customer->said == CUSTOMER_OPENING_MAX
		    || customer->script->opening[customer->said].kind == CUSTOMER_LINE_NONE;

	if (last)
		wait_for_agent(customers, customer, now_ms);
	else
		customer->due_ms = now_ms
				   + scaled(customers, draw(customer, BETWEEN_LINES_MS / 2, BETWEEN_LINES_MS)
							       + typing_ms(&customer->script->opening[customer->said]));
	return line;
}

/* Lets the person take its turn. Locked. */
static void
take_turn(struct customers *customers, struct customer *customer, struct utterance *out)
{
	int64_t now_ms = clock_monotonic_ms();

	out->quoted[0] = '\0';
	switch (customer->phase) {
	case PHASE_RESTING:
		choose_script(customer);
		out->line = opening_line(customers, customer, now_ms);
		break;
	case PHASE_OPENING:
		out->line = opening_line(customers, customer, now_ms);
		break;
	case PHASE_ANSWERING:
		/* Some people always answer to the very message. */
		if (customer->channel == CHANNEL_WHATSAPP && customer->order % 3 == 0)
			memcpy(out->quoted, customer->heard, sizeof out->quoted);
		out->line = answer_line(customer);
		wait_for_agent(customers, customer, now_ms);
		break;
	case PHASE_WAITING:
		customer->nudged = true;
		out->line = text_line(customer_nudge(customer->spanish, (size_t)sim_random(&customer->random, 4)));
		wait_for_agent(customers, customer, now_ms);
		break;
	case PHASE_NODDING: /* the matter was closed, but nobody is left without a word */
		customer->nodded = true;
		customer->phase = PHASE_RESTING;
		out->line = text_line(customer_nod(customer->spanish, (size_t)sim_random(&customer->random, 4)));
		wait_for_agent(customers, customer, now_ms);
		break;
	}
	out->channel = customer->channel;
	out->order = customer->order;
	memcpy(out->name, customer->name, sizeof out->name);
	memcpy(out->number, customer->number, sizeof out->number);
}

static void
expand(const char *text, unsigned order, struct strbuf *out)
{
	const char *mark;

	while ((mark = strstr(text, "{n}")) != NULL) {
		strbuf_add(out, text, (size_t)(mark - text));
		strbuf_add_format(out, "%u", order);
		text = mark + 3;
	}
	strbuf_add_string(out, text);
}

static void
say(struct customers *customers, const struct utterance *utterance)
{
	struct carrier_inbound inbound = { .channel = utterance->channel, .from = utterance->number };
	char latitude[24];
	struct strbuf text;

	strbuf_init(&text, TEXT_MAX);
	expand(utterance->line.text, utterance->order, &text);
	inbound.body = strbuf_text(&text);
	if (utterance->channel == CHANNEL_WHATSAPP)
		inbound.profile_name = utterance->name;
	if (utterance->quoted[0] != '\0')
		inbound.reply_to = utterance->quoted;
	inbound.media_count = utterance->line.kind == CUSTOMER_LINE_PICTURE;
	if (utterance->line.kind == CUSTOMER_LINE_LOCATION && utterance->channel == CHANNEL_WHATSAPP) {
		size_t comma = strcspn(utterance->line.position, ",");

		snprintf(latitude, sizeof latitude, "%.*s", (int)comma, utterance->line.position);
		inbound.latitude = latitude;
		inbound.longitude = utterance->line.position + comma + 1;
		inbound.label = inbound.body;
		inbound.body = "";
	}
	carrier_inbound(customers->carrier, &inbound, NULL, NULL);
	strbuf_release(&text);
}

static void *
play(void *arg)
{
	struct customers *customers = arg;
	struct utterance utterance;

	pthread_mutex_lock(&customers->lock);
	while (!customers->stopping) {
		struct customer *first = &customers->people[0];

		for (size_t i = 1; i < customers->count; i++) {
			if (customers->people[i].due_ms < first->due_ms)
				first = &customers->people[i];
		}
		if (first->due_ms == NEVER) {
			pthread_cond_wait(&customers->wake, &customers->lock);
			continue;
		}
		if (first->due_ms > clock_monotonic_ms()) {
			struct timespec due = { .tv_sec = first->due_ms / 1000,
						.tv_nsec = first->due_ms % 1000 * 1000000 };

			pthread_cond_timedwait(&customers->wake, &customers->lock, &due);
			continue;
		}
		take_turn(customers, first, &utterance);
		pthread_mutex_unlock(&customers->lock);
		say(customers, &utterance);
		pthread_mutex_lock(&customers->lock);
	}
	pthread_mutex_unlock(&customers->lock);
	return NULL;
}

/* --- what they hear --- */

static struct customer *
find_customer(struct customers *customers, enum channel channel, const char *to)
{
	const char *number = channel == CHANNEL_WHATSAPP && strncmp(to, "whatsapp:", 9) == 0 ? to + 9 : to;

	for (size_t i = 0; i < customers->count; i++) {
		struct customer *customer = &customers->people[i];

		if (customer->channel == channel && strcmp(customer->number, number) == 0)
			return customer;
	}
	return NULL;
}

/* Locked. */
static void
hear_agent(struct customers *customers, struct customer *customer, const char *body)
{
	const struct customer_line *next = &customer->script->replies[0];
	int64_t think_ms;

	switch (customer->phase) {
	case PHASE_OPENING: /* what was left of the opening is not said any more */
	case PHASE_WAITING:
	case PHASE_ANSWERING: /* the agent goes on: thinks anew */
		customer->phase = PHASE_ANSWERING;
		customer->asked = customer->asked || (body != NULL && strchr(body, '?') != NULL);
		break;
	case PHASE_RESTING:
		if (customer->nodded)
			return;
		customer->phase = PHASE_NODDING;
		break;
	case PHASE_NODDING:
		break;
	}
	think_ms = draw(customer, THINK_MIN_MS, THINK_SPAN_MS);
	if (customer->asked && !customer->detailed)
		next = &customer->script->details;
	if (customer->phase == PHASE_ANSWERING && next->text != NULL)
		think_ms += typing_ms(next);
	customer->due_ms = clock_monotonic_ms() + scaled(customers, think_ms);
}

/* On a thread of the carrier. */
static void
hear(void *arg, const struct carrier_notice *notice)
{
	struct customers *customers = arg;
	struct customer *customer;
	enum carrier_status heard = notice->channel == CHANNEL_WHATSAPP ? CARRIER_READ : CARRIER_DELIVERED;

	if (notice->status != heard)
		return;
	pthread_mutex_lock(&customers->lock);
	customer = find_customer(customers, notice->channel, notice->to);
	if (customer != NULL) {
		snprintf(customer->heard, sizeof customer->heard, "%s", notice->sid);
		hear_agent(customers, customer, notice->body);
		pthread_cond_signal(&customers->wake);
	}
	pthread_mutex_unlock(&customers->lock);
}

/* --- start and end --- */

static void
start_locks(struct customers *customers)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&customers->lock, NULL);
	pthread_cond_init(&customers->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

enum status
customers_start(struct carrier *carrier, const struct customers_options *options, struct customers **out,
		struct err *err)
{
	size_t count = options->threads > 0 ? options->threads : PEOPLE_DEFAULT;
	double speed = options->speed != 0 ? options->speed : 1;
	struct customers *customers;
	int failure;

	if (count > PEOPLE_MAX || !(speed > 0) || speed > 1e6)
		return err_set(err, STATUS_INVALID,
			       _("There can be 1 to %d pretend customers, with a speed above 0 and up to 1000000."),
			       PEOPLE_MAX);
	customers = calloc(1, sizeof *customers);
	if (customers == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is no memory for the pretend customers."));
	start_locks(customers);
	customers->carrier = carrier;
	customers->speed = speed;
	customers->count = count;
	customers->people = calloc(count, sizeof *customers->people);
	if (customers->people == NULL) {
		customers_stop(customers);
		return err_set(err, STATUS_NO_MEMORY, _("There is no memory for the pretend customers."));
	}
	invite(customers, options->seed != 0 ? options->seed : 1);
	carrier_observe(carrier, hear, customers);
	failure = pthread_create(&customers->thread, NULL, play, customers);
	if (failure != 0) {
		customers_stop(customers);
		return err_set(err, STATUS_FAILED, _("The pretend customers cannot be started: %s."),
			       strerror(failure));
	}
	customers->started = true;
	*out = customers;
	return STATUS_OK;
}

void
customers_stop(struct customers *customers)
{
	if (customers == NULL)
		return;
	carrier_observe(customers->carrier, NULL, NULL);
	pthread_mutex_lock(&customers->lock);
	customers->stopping = true;
	pthread_cond_signal(&customers->wake);
	pthread_mutex_unlock(&customers->lock);
	if (customers->started)
		pthread_join(customers->thread, NULL);
	pthread_cond_destroy(&customers->wake);
	pthread_mutex_destroy(&customers->lock);
	free(customers->people);
	free(customers);
}
