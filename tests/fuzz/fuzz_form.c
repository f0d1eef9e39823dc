/* SPDX-License-Identifier: MIT */
/* Any body: what is read and written again reads the same, and has the same signature. */
#include <string.h>

#include "core/form.h"
#include "core/signature.h"
#include "core/utf8.h"
#include "require.h"

static void
check_fields(const struct form *form)
{
	bool nul = false;

	for (size_t i = 0; i < form->count; i++) {
		const struct form_field *field = &form->fields[i];

		require(field->name[field->name_len] == '\0' && field->value[field->value_len] == '\0');
		require(utf8_valid(field->name, field->name_len) && utf8_valid(field->value, field->value_len));
		nul |= strlen(field->name) != field->name_len || strlen(field->value) != field->value_len;
	}
	require(nul == form->holds_nul);
}

static void
check_same(const struct form *a, const struct form *b)
{
	require(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct form_field *left = &a->fields[i], *right = &b->fields[i];

		require(left->name_len == right->name_len && left->value_len == right->value_len);
		require(memcmp(left->name, right->name, left->name_len) == 0);
		require(memcmp(left->value, right->value, left->value_len) == 0);
	}
}

static void
encode(const struct form *form, struct strbuf *out)
{
	for (size_t i = 0; i < form->count; i++) {
		const struct form_field *field = &form->fields[i];

		if (!form->holds_nul) {
			form_encode(out, field->name, field->value);
			continue;
		}
		if (i > 0)
			strbuf_add_char(out, '&');
		form_escape(out, field->name, field->name_len);
		strbuf_add_char(out, '=');
		form_escape(out, field->value, field->value_len);
	}
}

static void
check_signature(const struct form *form, const struct form *again)
{
	static const char url[] = "https://console.example.com:8443/hook?at=12:30";
	const char *tokens[] = { "0123456789abcdef0123456789abcdef" };
	char first[SIGNATURE_SIZE], second[SIGNATURE_SIZE];

	signature_compute(tokens[0], url, form, first);
	signature_compute(tokens[0], url, again, second);
	require(strlen(first) == SIGNATURE_SIZE - 1 && strcmp(first, second) == 0);
	require(signature_matches(first, url, form, tokens, 1));
	first[5] = first[5] == 'A' ? 'B' : 'A';
	require(!signature_matches(first, url, form, tokens, 1));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct form form, again;
	struct strbuf body;

	if (form_parse((const char *)data, size, 500, &form, NULL) != STATUS_OK)
		return 0;
	check_fields(&form);
	strbuf_init(&body, 4 * size + 2048);
	encode(&form, &body);
	require(!body.failed);
	require(form_parse(strbuf_text(&body), body.len, 500, &again, NULL) == STATUS_OK);
	check_same(&form, &again);
	check_signature(&form, &again);
	strbuf_release(&body);
	form_release(&again);
	form_release(&form);
	return 0;
}
