/* SPDX-License-Identifier: MIT */
/* Our phone number as the account has it: where its incoming messages go, to be read and changed through the API. */
#include "sim/carrier_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"

void
carrier_sms_url(const struct carrier *carrier, char out[CARRIER_URL_MAX + 64])
{
	if (carrier->sms_url != NULL)
		snprintf(out, CARRIER_URL_MAX + 64, "%.4096s", carrier->sms_url);
	else
		snprintf(out, CARRIER_URL_MAX + 64, "%.4096s/api/webhooks/sms", carrier->public_url);
}

/* Locked. */
static struct json *
number_json(const struct carrier *carrier)
{
	static const char *const nulls[] = {
		"address_sid",		 "identity_sid",       "sms_application_sid",
		"sms_fallback_url",	 "status_callback",    "trunk_sid",
		"voice_application_sid", "voice_fallback_url", "voice_url",
		"emergency_address_sid", "bundle_sid",
	};
	static const char *const posts[] = { "sms_fallback_method", "status_callback_method", "voice_method",
					     "voice_fallback_method" };
	struct json *object = json_new_object();
	struct json *capabilities = json_add_object(object, "capabilities");
	char url[CARRIER_URL_MAX + 64], uri[160], date[40];

	json_add_boolean(capabilities, "sms", true);
	json_add_boolean(capabilities, "mms", true);
	json_add_boolean(capabilities, "voice", false);
	json_add_boolean(capabilities, "fax", false);
	json_add_string(object, "sid", carrier->number_sid);
	json_add_string(object, "account_sid", carrier->account_sid);
	json_add_string(object, "api_version", "2010-04-01");
	json_add_string(object, "friendly_name", carrier->numbers[CHANNEL_SMS]);
	json_add_string(object, "phone_number", carrier->numbers[CHANNEL_SMS]);
	json_add_string(object, "origin", "twilio");
	json_add_string(object, "status", "in-use");
	json_add_string(object, "address_requirements", "none");
	json_add_string(object, "emergency_status", "Inactive");
	json_add_string(object, "emergency_address_status", "unregistered");
	json_add_string(object, "voice_receive_mode", "voice");
	json_add_boolean(object, "voice_caller_id_lookup", false);
	json_add_boolean(object, "beta", false);
	url[0] = '\0';
	if (carrier->sms_url != NULL || carrier->public_url != NULL)
		carrier_sms_url(carrier, url);
	json_add_string(object, "sms_url", url[0] != '\0' ? url : NULL);
	json_add_string(object, "sms_method", carrier->sms_by_get ? "GET" : "POST");
	for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++)
		json_add_null(object, nulls[i]);
	for (size_t i = 0; i < sizeof posts / sizeof posts[0]; i++)
		json_add_string(object, posts[i], "POST");
	json_add_string(object, "date_created", clock_rfc2822(carrier->started_ms, date, sizeof date));
	json_add_string(object, "date_updated", clock_rfc2822(carrier->started_ms, date, sizeof date));
	snprintf(uri, sizeof uri, "/2010-04-01/Accounts/%s/IncomingPhoneNumbers/%s.json", carrier->account_sid,
		 carrier->number_sid);
	json_add_string(object, "uri", uri);
	return object;
}

void
carrier_list_numbers(struct carrier_call *call)
{
	const char *wanted = form_get(&call->query, "PhoneNumber");
	struct json *object = json_new_object();
	struct json *list = json_add_array(object, "incoming_phone_numbers");
	char uri[128];

	carrier_lock(call->carrier);
	if (wanted == NULL || strcmp(wanted, call->carrier->numbers[CHANNEL_SMS]) == 0)
		json_add_value(list, NULL, number_json(call->carrier));
	carrier_unlock(call->carrier);
	snprintf(uri, sizeof uri, "/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json?PageSize=50&Page=0",
		 call->carrier->account_sid);
	json_add_integer(object, "page", 0);
	json_add_integer(object, "page_size", 50);
	json_add_integer(object, "start", 0);
	json_add_integer(object, "end", 0);
	json_add_string(object, "uri", uri);
	json_add_string(object, "first_page_uri", uri);
	json_add_null(object, "next_page_uri");
	json_add_null(object, "previous_page_uri");
	carrier_answer_json(call->answer, 200, object);
}

static bool
is_number(const struct carrier_call *call)
{
	if (strcmp(call->captures[1], call->carrier->number_sid) == 0)
		return true;
	carrier_answer_error(call->answer, 404, 20404, "The requested phone number was not found");
	return false;
}

void
carrier_fetch_number(struct carrier_call *call)
{
	if (!is_number(call))
		return;
	carrier_lock(call->carrier);
	carrier_answer_json(call->answer, 200, number_json(call->carrier));
	carrier_unlock(call->carrier);
}

void
carrier_update_number(struct carrier_call *call)
{
	const char *url = form_get(&call->form, "SmsUrl");
	const char *method = form_get(&call->form, "SmsMethod");
	struct carrier *carrier = call->carrier;
	char *copy = NULL;

	if (!is_number(call))
		return;
	if (url != NULL && !carrier_url_valid(url)) {
		carrier_answer_error(call->answer, 400, 21402, "SmsUrl is not a valid URL");
		return;
	}
	if (method != NULL && strcmp(method, "GET") != 0 && strcmp(method, "POST") != 0) {
		carrier_answer_error(call->answer, 400, 21403, "SmsMethod must be GET or POST");
		return;
	}
	if (url != NULL)
		copy = strdup(url);
	carrier_lock(carrier);
	if (copy != NULL) {
		free(carrier->sms_url);
		carrier->sms_url = copy;
	}
	if (method != NULL)
		carrier->sms_by_get = strcmp(method, "GET") == 0;
	carrier_answer_json(call->answer, 200, number_json(carrier));
	carrier_unlock(carrier);
}
