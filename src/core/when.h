/* SPDX-License-Identifier: MIT */
/*
 * Times as people type them, in English and Spanish whatever the locale, meant in the local time zone:
 *
 *   how long    30m, 2h, in 2 hours, 3d, 1w, en 2h, dentro de 3 días a las 10
 *   which time  9:30, at 18, 18h, 6pm, tonight, esta noche, a las 9 y media
 *   which day   tomorrow, tomorrow at 9:30, mañana 9, pasado mañana 10, mon 9, lunes, next week, la próxima semana,
 *               today 18, hoy 18, 24/12, 24/12 10:00, 2026-12-24 10:00
 *
 * A day without a time means 9:00, a part of the day ("mañana por la tarde", "tonight") its usual hour. Days and weeks keep the
 * clock's time across a change of summer time; hours and minutes are as long as they are. "18h" alone is a time of day, "2h" a
 * span: from 13 to 23 nobody means the span without writing "in".
 */
#ifndef HILO_CORE_WHEN_H
#define HILO_CORE_WHEN_H

#include <stdint.h>

#include "core/err.h"

/*
 * *out_ms gets what `text` means when it is now_ms: always later, at most a year. A time of today that is past is tomorrow's.
 * STATUS_INVALID, with examples: not understood, past, or too far. Any thread; reads the zone that tzset() set.
 */
enum status when_parse(const char *text, int64_t now_ms, int64_t *out_ms, struct err *err);

#endif
