/* SPDX-License-Identifier: MIT */
/* A small seeded sequence (splitmix64), so that what is played can be played again. Not for secrets. */
#ifndef HILO_SIM_SIM_RANDOM_H
#define HILO_SIM_SIM_RANDOM_H

#include <stdint.h>

/* The next number in [0, bound); 0 when bound is 0. The caller owns and guards `state`. */
static inline uint64_t
sim_random(uint64_t *state, uint64_t bound)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return bound > 0 ? (z ^ z >> 31) % bound : 0;
}

#endif
