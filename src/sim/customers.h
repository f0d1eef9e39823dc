/* SPDX-License-Identifier: MIT */
/*
 * Pretend customers of a pretend carrier: people with Spanish and English names who write about orders, bookings and
 * invoices, send emoji, pictures and locations, and answer in their own language what the agent writes, after it was
 * delivered (SMS) or read (WhatsApp). One thread plays them all. The same seed gives the same people, scripts and pauses.
 */
#ifndef HILO_SIM_CUSTOMERS_H
#define HILO_SIM_CUSTOMERS_H

#include <stdint.h>

#include "core/err.h"
#include "sim/carrier.h"

struct customers;

/* Zeroes mean the default in brackets. */
struct customers_options {
	unsigned threads; /* how many people, at most 10000 [24] */
	double speed;	  /* 1.0 is human pace, 10.0 ten times as fast [1.0] */
	uint64_t seed;	  /* [1] */
};

/*
 * Starts them: a third writes within the first second, the others little by little. Watches `carrier` (borrowed; it must
 * outlive them; its observer is theirs). The caller ends them with customers_stop().
 */
enum status customers_start(struct carrier *carrier, const struct customers_options *options, struct customers **out,
			    struct err *err);
/* Ends and frees; NULL is allowed. */
void customers_stop(struct customers *customers);

#endif
