/* SPDX-License-Identifier: MIT */
#include "commands/demo_texts.h"

#include "core/canned.h"
#include "core/clock.h"
#include "core/template.h"
#include "core/utf8.h"

#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* The same name in both languages: the customer's decides. */
static const struct {
	const char *name, *language, *body;
} replies[] = {
	{ "hello", "en", "Hello {{first_name|there}}, this is {{agent}}. How can I help you?" },
	{ "hello", "es", "Hola, {{first_name|buen día}}: te atiende {{agent}}. ¿En qué te puedo ayudar?" },
	{ "wait", "en", "Thank you. Give me a moment while I look into it." },
	{ "wait", "es", "Gracias. Dame un momento mientras lo reviso." },
	{ "order", "en", "Could you send me your order number, please? It has five digits and is in the confirmation." },
	{ "order", "es", "¿Me puedes mandar tu número de pedido? Tiene cinco cifras y está en la confirmación." },
	{ "picture", "en", "Could you send a photo of it, please? Then we can solve it faster." },
	{ "picture", "es", "¿Nos puedes mandar una foto, por favor? Así lo resolvemos más rápido." },
	{ "hours", "en", "We are here Monday to Saturday from 9:00 to 19:00, at {{number}} too." },
	{ "hours", "es", "Atendemos de lunes a sábado de 9:00 a 19:00, también en el {{number}}." },
	{ "bye", "en", "You're welcome, {{first_name|dear customer}}. Write to us whenever you need anything. {{agent}}" },
	{ "bye", "es", "Con mucho gusto, {{first_name|para eso estamos}}. Escríbenos cuando necesites algo. {{agent}}" },
};

static const struct template_item templates[] = {
	{ .name = "order_update", .language = "en", .content_sid = "HX00000000000000000000000000000d01",
	  .body = "Hello {{1}}, there is news about your order {{2}}. Answer this message to hear it." },
	{ .name = "pedido_listo", .language = "es", .content_sid = "HX00000000000000000000000000000d02",
	  .body = "Hola {{1}}, tu pedido {{2}} está listo. Responde a este mensaje para acordar la entrega." },
};

enum status
demo_texts_store(struct db *db, void *unused, struct err *err)
{
	int64_t now_ms = clock_now_ms();
	enum status status = STATUS_OK;

	(void)unused;
	for (size_t i = 0; status == STATUS_OK && i < SIZE(replies); i++) {
		struct canned canned = { .channel = "" };

		utf8_copy(canned.name, sizeof canned.name, replies[i].name);
		utf8_copy(canned.language, sizeof canned.language, replies[i].language);
		utf8_copy(canned.body, sizeof canned.body, replies[i].body);
		status = canned_save(db, &canned, now_ms, NULL, err);
	}
	for (size_t i = 0; status == STATUS_OK && i < SIZE(templates); i++)
		status = template_save(db, CHANNEL_WHATSAPP, &templates[i], now_ms, err);
	return status;
}
