/* SPDX-License-Identifier: MIT */
/* Between the files of `hilo doctor`: one check is one function and one row of the table in doctor.c. */
#ifndef HILO_COMMANDS_DOCTOR_H
#define HILO_COMMANDS_DOCTOR_H

#include <stdbool.h>

#include "core/config.h"

enum finding_state { FINDING_FINE, FINDING_NOTE /* works, but look at it */, FINDING_FAILED, FINDING_SKIPPED };

struct finding {
	enum finding_state state;
	char text[512]; /* what is, one sentence, translated */
	char next[512]; /* what to do next, or "" */
};

/* Fills the finding; `text` is formatted. Foreign text in it is made harmless when it is printed. */
void finding_set(struct finding *finding, enum finding_state state, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void finding_next(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* doctor_local.c */
void doctor_check_files(const struct config *config, struct finding *finding);
void doctor_check_data(const struct config *config, struct finding *finding);
void doctor_check_disk(const struct config *config, struct finding *finding);
void doctor_check_listener(const struct config *config, struct finding *finding);
void doctor_check_api(const struct config *config, struct finding *finding);
void doctor_check_mail(const struct config *config, struct finding *finding);
void doctor_check_terminal(const struct config *config, struct finding *finding);
/* doctor_network.c */
void doctor_check_account(const struct config *config, struct finding *finding);
void doctor_check_public_url(const struct config *config, struct finding *finding);
void doctor_check_webhooks(const struct config *config, struct finding *finding);
/* doctor_console.c */
void doctor_check_console(const struct config *config, struct finding *finding);
void doctor_check_notifications(const struct config *config, struct finding *finding);
void doctor_check_openers(const struct config *config, struct finding *finding);
void doctor_check_spelling(const struct config *config, struct finding *finding);

#endif
