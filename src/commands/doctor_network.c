/* SPDX-License-Identifier: MIT */
/* The checks of `hilo doctor` that ask the carrier and the tunnel. Nothing here changes anything anywhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/doctor.h"
#include "core/form.h"
#include "core/i18n.h"
#include "core/json.h"
#include "core/strbuf.h"
#include "net/http_client.h"

#define ANSWER_MAX (256 * 1024)
#define ANSWER_DEPTH 16
#define CONNECT_TIMEOUT_MS 5000
#define TIMEOUT_MS 10000

struct answer {
	bool came;
	int status;
	struct strbuf body;
	char reason[256]; /* why none came */
};

static void
keep_answer(void *context, const struct http_result *result)
{
	struct answer *answer = context;

	answer->came = result->outcome == HTTP_OUTCOME_ANSWER;
	answer->status = result->status;
	strbuf_add(&answer->body, result->body, result->body_len);
	snprintf(answer->reason, sizeof answer->reason, "%s", result->reason);
}

/* Gets base + path; with `config` as the account, else as nobody. The caller releases the body. */
static void
get(const char *base, const char *path, const struct config *config, struct answer *answer)
{
	struct http_client *client = NULL;
	struct err err = { .text = "" };
	struct http_call call;

	memset(answer, 0, sizeof *answer);
	strbuf_init(&answer->body, ANSWER_MAX);
	http_call_init(&call);
	call.method = HTTP_CLIENT_GET;
	strbuf_add_string(&call.url, base);
	strbuf_add_string(&call.url, path);
	call.user = config != NULL ? config->twilio_account_sid : NULL;
	call.password = config != NULL ? config->twilio_auth_token : NULL;
	call.answer_max = ANSWER_MAX;
	call.connect_timeout_ms = CONNECT_TIMEOUT_MS;
	call.timeout_ms = TIMEOUT_MS;
	if (http_client_new(base, keep_answer, answer, &client, &err) != STATUS_OK
	    || http_client_start(client, &call, NULL, &err) != STATUS_OK)
		snprintf(answer->reason, sizeof answer->reason, "%.255s", err.text);
	while (client != NULL && http_client_in_flight(client) > 0)
		http_client_wait(client, NULL, 0, -1);
	http_client_free(client);
	http_call_release(&call);
}

static struct json *
answer_json(const struct answer *answer)
{
	struct json *value = NULL;

	if (!answer->came
	    || json_parse(strbuf_text(&answer->body), answer->body.len, ANSWER_DEPTH, &value, NULL) != STATUS_OK)
		return NULL;
	return value;
}

static bool
skip_without_account(const struct config *config, struct finding *finding)
{
	if (config_has_twilio(config))
		return false;
	finding_set(finding, FINDING_SKIPPED, "%s", _("No account is configured."));
	return true;
}

void
doctor_check_account(const struct config *config, struct finding *finding)
{
	struct answer answer;
	char path[128];

	if (!config_has_twilio(config)) {
		finding_set(finding, FINDING_NOTE, "%s", _("No account is configured, so SMS and WhatsApp are off."));
		finding_next(finding, "%s", config_missing(config));
		return;
	}
	snprintf(path, sizeof path, "/2010-04-01/Accounts/%s.json", config->twilio_account_sid);
	get(config->twilio_api_url, path, config, &answer);
	if (!answer.came) {
		finding_set(finding, FINDING_FAILED, _("%s does not answer: %s."), config->twilio_api_url,
			    answer.reason);
		finding_next(finding, "%s", _("Check the network of this machine, its proxy, and TWILIO_API_URL."));
	} else if (answer.status == 401 || answer.status == 403) {
		finding_set(finding, FINDING_FAILED, _("The carrier refuses the account or its token (answer %d)."),
			    answer.status);
		finding_next(finding, "%s", _("Copy account SID and auth token anew from the carrier's console; test "
					      "credentials do not work here."));
	} else if (answer.status != 200) {
		finding_set(finding, FINDING_FAILED, _("The carrier answers %d to a question about the account."),
			    answer.status);
		finding_next(finding, "%s", _("Check TWILIO_ACCOUNT_SID and TWILIO_API_URL, then try again later."));
	} else {
		const char *sender = config_missing(config);

		finding_set(finding, sender == NULL ? FINDING_FINE : FINDING_NOTE,
			    _("The carrier accepts the account %s."),
			    config->twilio_account_sid);
		if (sender != NULL)
			finding_next(finding, "%s", sender);
	}
	strbuf_release(&answer.body);
}

/* A proxy may pass only the API on: there, a wrong method gets an answer that only this program gives. */
static bool
api_answers(const char *public_url)
{
	struct answer answer;
	struct json *value;
	bool success = true, ours;

	get(public_url, "/api/webhooks/sms", NULL, &answer);
	value = answer_json(&answer);
	ours = answer.status == 405 && json_boolean(json_get(value, "success"), &success) && !success;
	json_free(value);
	strbuf_release(&answer.body);
	return ours;
}

void
doctor_check_public_url(const struct config *config, struct finding *finding)
{
	struct answer answer;
	struct json *health;

	if (config->public_url[0] == '\0') {
		finding_set(finding, config_has_twilio(config) ? FINDING_FAILED : FINDING_SKIPPED, "%s",
			    _("No public address is configured, so the carrier cannot reach this program."));
		finding_next(finding, "%s",
			     _("Start a tunnel to the listener and set HILO_PUBLIC_URL to its address."));
		return;
	}
	get(config->public_url, "/healthz", NULL, &answer);
	health = answer_json(&answer);
	if (!answer.came) {
		finding_set(finding, FINDING_FAILED, _("%s does not answer: %s."), config->public_url, answer.reason);
		finding_next(finding, "%s", _("Check that the tunnel runs and that HILO_PUBLIC_URL is its address."));
	} else if (answer.status == 200 && json_is_object(health)) {
		finding_set(finding, FINDING_FINE, _("%s reaches a hilo that is well."), config->public_url);
	} else if (answer.status == 503 && json_is_object(health)) {
		finding_set(finding, FINDING_FAILED, _("%s reaches a hilo that is not well."), config->public_url);
		finding_next(finding, "%s", _("Look into its log; it cannot store messages now."));
	} else if (api_answers(config->public_url)) {
		finding_set(finding, FINDING_FINE, _("%s reaches a hilo."), config->public_url);
	} else {
		finding_set(finding, FINDING_FAILED, _("%s answers %d, so no hilo is behind it now."),
			    config->public_url,
			    answer.status);
		finding_next(finding, "%s",
			     _("Start hilo or hilo serve, and point the tunnel at the address of its listener."));
	}
	json_free(health);
	strbuf_release(&answer.body);
}

/* --- webhooks at the carrier --- */

static const char *
member(const struct json *object, const char *name)
{
	const char *text = json_string(json_get(object, name));

	return text != NULL ? text : "";
}

/* Compares the settings of the number with what this program needs. */
static void
judge_number(const struct config *config, const struct json *number, struct finding *finding)
{
	const char *url = member(number, "sms_url"), *application = member(number, "sms_application_sid");
	char expected[512];
	size_t len = strcspn(url, "#");

	snprintf(expected, sizeof expected, "%s/api/webhooks/sms", config->public_url);
	if (application[0] != '\0') {
		finding_set(finding, FINDING_FAILED,
			    _("%s follows the application %s, which wins over its own address."),
			    config->twilio_phone_number, application);
		finding_next(finding, _("Set the application's address to %s, or take the number out of it."),
			     expected);
	} else if (len != strlen(expected) || strncmp(url, expected, len) != 0) {
		finding_set(finding, FINDING_FAILED, _("Messages to %s go to \"%s\", not to this program."),
			    config->twilio_phone_number, url);
		finding_next(finding, _("Set \"A message comes in\" of the number to %s#rc=3&rp=all"), expected);
	} else if (strcmp(member(number, "sms_method"), "POST") != 0) {
		finding_set(finding, FINDING_FAILED,
			    _("Messages to %s are delivered by %s, but only POST is signed as needed."),
			    config->twilio_phone_number, member(number, "sms_method"));
		finding_next(finding, "%s", _("Set the method of the number's address to HTTP POST."));
	} else if (url[len] == '\0') {
		finding_set(finding, FINDING_NOTE, _("Messages to %s come here, but the carrier tries only once."),
			    config->twilio_phone_number);
		finding_next(finding, _("Add #rc=3&rp=all to the address, so that it tries again: %s#rc=3&rp=all"),
			     expected);
	} else {
		finding_set(finding, FINDING_FINE, _("Messages to %s come to %s."), config->twilio_phone_number,
			    expected);
	}
}

static void
judge_answer(const struct config *config, const struct answer *answer, struct finding *finding)
{
	struct json *value = answer_json(answer);
	struct json *numbers = json_get(value, "incoming_phone_numbers");

	if (!answer->came || answer->status != 200 || !json_is_array(numbers)) {
		finding_set(finding, FINDING_NOTE, _("The webhook of %s cannot be read from %s."),
			    config->twilio_phone_number,
			    config->twilio_api_url);
		finding_next(finding, _("Check by hand that it is %s/api/webhooks/sms with HTTP POST."),
			     config->public_url);
	} else if (json_count(numbers) == 0) {
		finding_set(finding, FINDING_FAILED, _("The account has no number %s."), config->twilio_phone_number);
		finding_next(finding, "%s", _("Set TWILIO_PHONE_NUMBER to a number of this account."));
	} else {
		judge_number(config, json_at(numbers, 0), finding);
	}
	json_free(value);
}

void
doctor_check_webhooks(const struct config *config, struct finding *finding)
{
	struct answer answer;
	struct strbuf path;

	if (skip_without_account(config, finding))
		return;
	if (config->public_url[0] == '\0') {
		finding_set(finding, FINDING_SKIPPED, "%s",
			    _("There is nothing to compare with without a public address."));
		return;
	}
	if (config->twilio_phone_number[0] == '\0') {
		finding_set(finding, FINDING_NOTE, "%s",
			    _("The webhooks of WhatsApp senders and of sender pools cannot be read from here."));
		finding_next(finding,
			     _("Check by hand that they are %s/api/webhooks/whatsapp and %s/api/webhooks/sms with HTTP "
					"POST."), config->public_url, config->public_url);
		return;
	}
	strbuf_init(&path, 1024);
	strbuf_add_format(&path, "/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json?PhoneNumber=",
			  config->twilio_account_sid);
	form_escape(&path, config->twilio_phone_number, strlen(config->twilio_phone_number));
	get(config->twilio_api_url, strbuf_text(&path), config, &answer);
	judge_answer(config, &answer, finding);
	if (config->twilio_whatsapp_number[0] != '\0' && finding->next[0] == '\0')
		finding_next(finding,
			     _("The webhook of the WhatsApp sender cannot be read from here; check by hand that it is "
					"%s/api/webhooks/whatsapp with HTTP POST."), config->public_url);
	strbuf_release(&path);
	strbuf_release(&answer.body);
}
