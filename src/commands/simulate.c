/* SPDX-License-Identifier: MIT */
/*
 * `hilo simulate`: the pretend carrier alone, for trying things out and for tests. The address goes to standard output
 * first, alone on its line, so that a script can read it; the credentials follow on the next lines.
 */
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/channel.h"
#include "core/err.h"
#include "core/i18n.h"
#include "sim/carrier.h"
#include "sim/customers.h"

#define FAIL_MAX 32

enum option_key {
	OPTION_HELP = 'h',
	OPTION_LISTEN = 1000,
	OPTION_BASE_URL,
	OPTION_PUBLIC_URL,
	OPTION_ACCOUNT_SID,
	OPTION_AUTH_TOKEN,
	OPTION_SMS_NUMBER,
	OPTION_WHATSAPP_NUMBER,
	OPTION_ONLY_OWN_NUMBERS,
	OPTION_ENFORCE_WINDOW,
	OPTION_SEED,
	OPTION_CUSTOMERS,
	OPTION_SPEED,
	OPTION_FAULTS,
	OPTION_FAIL,
	OPTION_ORDER,
	OPTION_DUPLICATE,
	OPTION_DELAY,
	OPTION_DROP,
	OPTION_MANUAL,
};

/* One row: the flag, what it takes (NULL: nothing), and what it does. */
static const struct flag {
	enum option_key key;
	const char *name;
	const char *value;
	const char *help;
} flags[] = {
	{ .key = OPTION_LISTEN, .name = "listen", .value = N_("ADDR:PORT"),
	  .help = N_("where to listen; port 0 is a free one (127.0.0.1:0)") },
	{ .key = OPTION_BASE_URL, .name = "base-url", .value = N_("URL"),
	  .help = N_("where webhooks are posted; may end with #rc=3&rp=all&rt=10000 (nowhere)") },
	{ .key = OPTION_PUBLIC_URL, .name = "public-url", .value = N_("URL"),
	  .help = N_("what the signatures are made over (the base URL)") },
	{ .key = OPTION_ACCOUNT_SID, .name = "account-sid", .value = N_("SID"),
	  .help = N_("AC and 32 hex digits (a random one)") },
	{ .key = OPTION_AUTH_TOKEN, .name = "auth-token", .value = N_("TOKEN"),
	  .help = N_("password of the account, key of the signatures (a random one)") },
	{ .key = OPTION_SMS_NUMBER, .name = "sms-number", .value = N_("NUMBER"),
	  .help = N_("our number for SMS (+15005550006)") },
	{ .key = OPTION_WHATSAPP_NUMBER, .name = "whatsapp-number", .value = N_("NUMBER"),
	  .help = N_("our number for WhatsApp (+14155238886)") },
	{ .key = OPTION_ONLY_OWN_NUMBERS, .name = "only-own-numbers", .value = NULL,
	  .help = N_("refuse any other sender") },
	{ .key = OPTION_ENFORCE_WINDOW, .name = "enforce-window", .value = NULL,
	  .help = N_("fail WhatsApp texts more than 24 hours after the customer wrote") },
	{ .key = OPTION_CUSTOMERS, .name = "customers", .value = N_("N"),
	  .help = N_("pretend customers who write and answer (0)") },
	{ .key = OPTION_SEED, .name = "seed", .value = N_("N"),
	  .help = N_("of everything that is drawn by lot (1)") },
	{ .key = OPTION_SPEED, .name = "speed", .value = N_("N"),
	  .help = N_("pace of customers and statuses, 1 is human (1)") },
	{ .key = OPTION_DELAY, .name = "delay", .value = N_("MIN-MAX"),
	  .help = N_("milliseconds between two statuses of a message (50-400)") },
	{ .key = OPTION_ORDER, .name = "order", .value = N_("ORDER"),
	  .help = N_("of callbacks: forward, reverse or random (forward)") },
	{ .key = OPTION_DUPLICATE, .name = "duplicate", .value = N_("N"),
	  .help = N_("post each callback N times more (0)") },
	{ .key = OPTION_DROP, .name = "drop", .value = N_("PERCENT"),
	  .help = N_("callbacks that are never posted (0)") },
	{ .key = OPTION_MANUAL, .name = "manual", .value = NULL,
	  .help = N_("statuses move only by POST /_sim/callback") },
	{ .key = OPTION_FAULTS, .name = "faults", .value = N_("SPEC"),
	  .help = N_("KIND[=VALUE][:COUNT or :PERCENT%], with commas; see below") },
	{ .key = OPTION_FAIL, .name = "fail", .value = N_("NUMBER=CODE"),
	  .help = N_("messages to this number fail with this code; repeatable") },
	{ .key = OPTION_HELP, .name = "help", .value = NULL,
	  .help = N_("show this") },
};
#define FLAG_COUNT (sizeof flags / sizeof flags[0])

static const char fault_help[] =
	N_("Faults, for the next COUNT creates or a share of them; get- before the kind: for lists and fetches:\n"
	   "  429[=SECONDS]    too many requests, with Retry-After when seconds are given\n"
	   "  500-before       internal error, nothing accepted\n"
	   "  500-after        internal error, but accepted\n"
	   "  503              not available, nothing accepted\n"
	   "  close-before     closed without an answer, nothing accepted\n"
	   "  close-after      closed without an answer, but accepted\n"
	   "  half             accepted, the answer is cut in half\n"
	   "  slow[=MS]        accepted at once, answered late (3000)\n"
	   "  slow-before[=MS] accepted and answered late (3000)\n"
	   "  not-json         accepted, the answer is HTML\n"
	   "  redirect         sent elsewhere, nothing accepted\n"
	   "  reject[=CODE]    refused with a code of the carrier (21610)\n"
	   "Example: --faults '429=5:2,500-after:10%,close-after:5%'\n");

struct settings {
	struct carrier_options carrier;
	unsigned customers;
	const char *fail[FAIL_MAX];
	size_t fail_count;
	bool help;
};

static void
print_help(void)
{
	puts(_("Usage: hilo simulate [FLAGS]"));
	puts(_("A pretend carrier: takes messages like the real one, posts signed webhooks, misbehaves on demand."));
	puts(_("Runs until it is interrupted. The first line of output is the address it listens on."));
	putchar('\n');
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		char left[64];

		snprintf(left, sizeof left, "--%s%s%s", flags[i].name, flags[i].value != NULL ? " " : "",
			 flags[i].value != NULL ? _(flags[i].value) : "");
		printf("  %-28s %s\n", left, _(flags[i].help));
	}
	putchar('\n');
	fputs(_(fault_help), stdout);
	puts(_("While it runs, tests steer it under /_sim; src/sim/README lists the routes."));
}

/* Prints why a flag is wrong; returns the exit code. */
static int
wrong(const char *flag, const char *value, const char *expected)
{
	fprintf(stderr, _("hilo simulate: --%s cannot be \"%s\"; give %s.\n"), flag, value, expected);
	return EXIT_USAGE;
}

static bool
read_count(const char *text, uint64_t most, uint64_t *out)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	*out = strtoull(text, &end, 10);
	return *end == '\0' && *out <= most;
}

static bool
read_delay(const char *text, struct carrier_options *options)
{
	char *end;
	long low = strtol(text, &end, 10);
	long high = low;

	if (end == text || low < 0)
		return false;
	if (*end == '-') {
		text = end + 1;
		high = strtol(text, &end, 10);
		if (end == text)
			return false;
	}
	options->delay_min_ms = low;
	options->delay_max_ms = high;
	options->no_delay = high == 0;
	return *end == '\0' && high >= low && high <= 3600000;
}

static int
take_number(enum option_key key, const char *name, const char *value, struct settings *settings)
{
	struct carrier_options *carrier = &settings->carrier;
	uint64_t number = 0;
	char *end;

	switch (key) {
	case OPTION_SEED:
		return read_count(value, UINT64_MAX - 1, &carrier->seed) ? EXIT_DONE
									 : wrong(name, value, _("a number"));
	case OPTION_CUSTOMERS:
		if (!read_count(value, 10000, &number))
			return wrong(name, value, _("a number up to 10000"));
		settings->customers = (unsigned)number;
		return EXIT_DONE;
	case OPTION_SPEED:
		carrier->speed = strtod(value, &end);
		if (end == value || *end != '\0' || !(carrier->speed > 0) || carrier->speed > 1e6)
			return wrong(name, value, _("a number above 0"));
		return EXIT_DONE;
	case OPTION_DUPLICATE:
		if (!read_count(value, 20, &number))
			return wrong(name, value, _("a number up to 20"));
		carrier->duplicate = (unsigned)number;
		return EXIT_DONE;
	case OPTION_DROP:
		if (!read_count(value, 100, &number))
			return wrong(name, value, _("a number up to 100"));
		carrier->drop_percent = (unsigned)number;
		return EXIT_DONE;
	default:
		return EXIT_USAGE;
	}
}

static int
take_flag(enum option_key key, const char *name, const char *value, struct settings *settings)
{
	struct carrier_options *carrier = &settings->carrier;

	switch (key) {
	case OPTION_HELP:
		settings->help = true;
		break;
	case OPTION_LISTEN:
		carrier->listen = value;
		break;
	case OPTION_BASE_URL:
		carrier->base_url = value;
		break;
	case OPTION_PUBLIC_URL:
		carrier->public_url = value;
		break;
	case OPTION_ACCOUNT_SID:
		carrier->account_sid = value;
		break;
	case OPTION_AUTH_TOKEN:
		carrier->auth_token = value;
		break;
	case OPTION_SMS_NUMBER:
		carrier->sms_number = value;
		break;
	case OPTION_WHATSAPP_NUMBER:
		carrier->whatsapp_number = value;
		break;
	case OPTION_ONLY_OWN_NUMBERS:
		carrier->only_own_numbers = true;
		break;
	case OPTION_ENFORCE_WINDOW:
		carrier->enforce_window = true;
		break;
	case OPTION_MANUAL:
		carrier->manual = true;
		break;
	case OPTION_FAULTS:
		carrier->faults = value;
		break;
	case OPTION_FAIL:
		if (settings->fail_count == FAIL_MAX || strchr(value, '=') == NULL)
			return wrong(name, value, _("a number and a code like +15555550100=30003"));
		settings->fail[settings->fail_count++] = value;
		break;
	case OPTION_ORDER:
		if (!carrier_order_parse(value, &carrier->order))
			return wrong(name, value, _("forward, reverse or random"));
		break;
	case OPTION_DELAY:
		if (!read_delay(value, carrier))
			return wrong(name, value, _("milliseconds like 50-400"));
		break;
	case OPTION_SEED:
	case OPTION_CUSTOMERS:
	case OPTION_SPEED:
	case OPTION_DUPLICATE:
	case OPTION_DROP:
		return take_number(key, name, value, settings);
	}
	return EXIT_DONE;
}

/* Reads the flags; returns an exit code, EXIT_DONE to go on. */
static int
read_flags(int argc, char **argv, struct settings *settings)
{
	struct option table[FLAG_COUNT + 1];
	int found, index = 0, code = EXIT_DONE;

	memset(table, 0, sizeof table);
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		table[i].name = flags[i].name;
		table[i].has_arg = flags[i].value != NULL ? required_argument : no_argument;
		table[i].val = (int)flags[i].key;
	}
	optind = 1;
	opterr = 0;
	while (code == EXIT_DONE && (found = getopt_long(argc, argv, ":h", table, &index)) != -1) {
		if (found == '?' || found == ':') {
			fprintf(stderr,
				found == ':' ? _("hilo simulate: %s needs a value.\n")
					     : _("hilo simulate: there is no flag %s.\n"),
				argv[optind - 1]);
			code = EXIT_USAGE;
		} else {
			code = take_flag((enum option_key)found, found == 'h' ? "help" : table[index].name, optarg,
					 settings);
		}
	}
	if (code == EXIT_DONE && optind < argc) {
		fprintf(stderr, _("hilo simulate: \"%s\" is not expected here.\n"), argv[optind]);
		code = EXIT_USAGE;
	}
	if (code == EXIT_USAGE)
		fputs(_("See: hilo simulate --help\n"), stderr);
	return code;
}

static enum status
apply_failing(struct carrier *carrier, const struct settings *settings, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < settings->fail_count && status == STATUS_OK; i++) {
		const char *equals = strchr(settings->fail[i], '=');
		char number[64];

		snprintf(number, sizeof number, "%.*s",
			 (int)(equals - settings->fail[i] < 63 ? equals - settings->fail[i] : 63), settings->fail[i]);
		status = carrier_fail_number(carrier, number, (int)strtol(equals + 1, NULL, 10), err);
	}
	return status;
}

static void
print_account(const struct carrier *carrier)
{
	puts(carrier_url(carrier));
	printf("TWILIO_API_URL=%s\n", carrier_url(carrier));
	printf("TWILIO_ACCOUNT_SID=%s\n", carrier_account_sid(carrier));
	printf("TWILIO_AUTH_TOKEN=%s\n", carrier_auth_token(carrier));
	printf("TWILIO_PHONE_NUMBER=%s\n", carrier_number(carrier, CHANNEL_SMS));
	printf("TWILIO_WHATSAPP_NUMBER=%s\n", carrier_number(carrier, CHANNEL_WHATSAPP));
	fflush(stdout);
}

/* Starts everything, waits for the signal (blocked before any thread was made), ends everything. */
static enum status
run(const struct settings *settings, const sigset_t *ending, struct err *err)
{
	struct customers_options people = { .threads = settings->customers,
					    .speed = settings->carrier.speed,
					    .seed = settings->carrier.seed };
	struct customers *customers = NULL;
	struct carrier *carrier = NULL;
	enum status status = carrier_new(&settings->carrier, &carrier, err);
	int signal_number;

	if (status == STATUS_OK)
		status = apply_failing(carrier, settings, err);
	if (status == STATUS_OK && settings->customers > 0)
		status = customers_start(carrier, &people, &customers, err);
	if (status == STATUS_OK) {
		print_account(carrier);
		sigwait(ending, &signal_number);
	}
	customers_stop(customers);
	carrier_free(carrier);
	return status;
}

int
command_simulate(int argc, char **argv)
{
	struct settings settings = { .help = false };
	struct err err = { .text = "" };
	sigset_t ending;
	enum status status;
	int code = read_flags(argc, argv, &settings);

	if (code != EXIT_DONE)
		return code;
	if (settings.help) {
		print_help();
		return EXIT_DONE;
	}
	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ending, NULL);
	signal(SIGPIPE, SIG_IGN); /* a client that went away must not end the carrier */
	status = run(&settings, &ending, &err);
	if (status == STATUS_OK)
		return EXIT_DONE;
	fprintf(stderr, "hilo simulate: %s\n", err.text);
	return status == STATUS_INVALID ? EXIT_USAGE : EXIT_FAILED;
}
