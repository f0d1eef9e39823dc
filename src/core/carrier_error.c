/* SPDX-License-Identifier: MIT */
/*
 * The table is made from data, both languages in it, so that an operator's report can be in the other one. What the
 * agent can do is written here: by code where the code says more than its kind, else by kind.
 */
#include "core/carrier_error.h"

#include <stdlib.h>
#include <string.h>

#include "core/carrier_error_table.h"
#include "core/i18n.h"

struct next_step {
	int code;
	const char *text;
};

static const char step_number[] = N_("Check the number with the customer, or use another channel.");
static const char step_other_number[] = N_("This number cannot receive it: use another channel or another number.");
static const char step_rules[] = N_("Change the text or the attachment and send it again.");
static const char step_operator[] = N_("Tell the operator: the account or its configuration has to be changed.");
static const char step_template[] = N_("Choose another approved template or correct its variables.");

/* Sorted by code. */
static const struct next_step steps[] = {
	{ 20500, N_("Look up with the carrier whether it was sent before you send it again.") },
	{ 20503, N_("Look up with the carrier whether it was sent before you send it again.") },
	{ 21211, step_number },
	{ 21214, step_other_number },
	{ 21217, step_number },
	{ 21265, step_other_number },
	{ 21266, step_number },
	{ 21401, step_number },
	{ 21602, N_("Write a text or attach a file.") },
	{ 21604, step_number },
	{ 21610, N_("Do not write again: the customer opted out and only they can opt in, by sending START.") },
	{ 21614, step_other_number },
	{ 21617, N_("Shorten the text to 1600 characters or send it in parts.") },
	{ 21618, step_rules },
	{ 21619, N_("Write a text or attach a file.") },
	{ 21620, step_rules },
	{ 21623, N_("Send at most 10 files in one message.") },
	{ 21635, step_other_number },
	{ 21654, step_template },
	{ 21655, step_template },
	{ 21656, step_template },
	{ 30003, N_("The phone may be off: send it again later.") },
	{ 30004, step_other_number },
	{ 30005, step_number },
	{ 30006, step_other_number },
	{ 30007, step_rules },
	{ 30011, step_rules },
	{ 30019, step_rules },
	{ 30110, step_rules },
	{ 63003, step_other_number },
	{ 63005, step_rules },
	{ 63013, step_rules },
	{ 63015, N_("Ask the customer to join the sandbox again.") },
	{ 63016, N_("Send an approved template: free text is allowed only for 24 hours after the customer wrote.") },
	{ 63019, step_rules },
	{ 63021, step_rules },
	{ 63024, step_other_number },
	{ 63027, step_template },
	{ 63028, step_template },
	{ 63034, N_("Send a smaller file.") },
	{ 63040, step_template },
	{ 63041, step_template },
	{ 63042, step_template },
	{ 92005, step_template },
	{ 92006, step_template },
	{ 92007, step_template },
};

static int
compare_error(const void *key, const void *row)
{
	int code = *(const int *)key, other = ((const struct carrier_error *)row)->code;

	return (code > other) - (code < other);
}

static int
compare_step(const void *key, const void *row)
{
	int code = *(const int *)key, other = ((const struct next_step *)row)->code;

	return (code > other) - (code < other);
}

const struct carrier_error *
carrier_error_find(int code)
{
	return bsearch(&code, carrier_errors, sizeof carrier_errors / sizeof carrier_errors[0],
		       sizeof carrier_errors[0], compare_error);
}

const char *
carrier_error_text(int code, const char *language)
{
	const struct carrier_error *error = carrier_error_find(code);

	if (error == NULL)
		return NULL;
	return language != NULL && strcmp(language, "es") == 0 ? error->spanish : error->english;
}

const char *
carrier_error_next_step(int code)
{
	const struct carrier_error *error = carrier_error_find(code);
	const struct next_step *step =
		bsearch(&code, steps, sizeof steps / sizeof steps[0], sizeof steps[0], compare_step);

	if (step != NULL)
		return _(step->text);
	if (error == NULL)
		return _("Look the code up with the carrier before you send it again.");
	switch (error->retry) {
	case CARRIER_RETRY_NEVER:
		return _("Sending it again will not help: use another channel.");
	case CARRIER_RETRY_LATER:
		return _("Send it again later.");
	case CARRIER_RETRY_FIX:
		break;
	}
	return _(step_operator);
}
