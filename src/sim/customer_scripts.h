/* SPDX-License-Identifier: MIT */
/* Who the pretend customers are and what they say. Constant tables; "{n}" in a text stands for an order number. */
#ifndef HILO_SIM_CUSTOMER_SCRIPTS_H
#define HILO_SIM_CUSTOMER_SCRIPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/channel.h"

struct customer_person {
	const char *name;
	const char *number; /* E.164; by WhatsApp with Mexico's 1 */
	enum channel channel;
	bool spanish;
};

enum customer_line_kind { CUSTOMER_LINE_NONE, CUSTOMER_LINE_TEXT, CUSTOMER_LINE_PICTURE, CUSTOMER_LINE_LOCATION };

struct customer_line {
	enum customer_line_kind kind;
	const char *text;     /* caption of a picture, name of a place */
	const char *position; /* of a location: "19.4326,-99.1332" */
};

#define CUSTOMER_OPENING_MAX 4
#define CUSTOMER_REPLY_MAX 3

struct customer_script {
	bool spanish;
	struct customer_line opening[CUSTOMER_OPENING_MAX]; /* one after the other, before anybody answers */
	struct customer_line details;			    /* to the agent's first question */
	struct customer_line replies[CUSTOMER_REPLY_MAX];   /* to what the agent writes otherwise */
	const char *thanks;				    /* the last word */
};

/* The table of people; *count of them. */
const struct customer_person *customer_people(size_t *count);
/* The table of scripts; *count of them. */
const struct customer_script *customer_scripts(size_t *count);
/* Given and family names for more people than the table has; position `index` of `*count`. */
const char *customer_given_name(bool spanish, size_t index);
const char *customer_family_name(bool spanish, size_t index);
/* What one writes when nobody answers, and after everything is said. */
const char *customer_nudge(bool spanish, size_t index);
const char *customer_nod(bool spanish, size_t index);

#endif
