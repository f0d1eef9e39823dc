/* SPDX-License-Identifier: MIT */
/*
 * Decoding never makes a text longer, so one block of the body's size holds every name and value: each takes the place
 * of its own encoded form, and its NUL the place of the '=' or '&' that followed.
 */
#include "core/form.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Decodes `len` bytes into `out` and ends them by NUL; false for a malformed escape. */
static bool
decode(const char *text, size_t len, char *out, size_t *out_len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = len - i > 2 ? hex_value(text[i + 1]) : -1;
			int low = high >= 0 ? hex_value(text[i + 2]) : -1;

			if (low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		}
		out[n++] = c;
	}
	out[n] = '\0';
	*out_len = n;
	return true;
}

static size_t
count_pairs(const char *body, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += body[i] != '&' && (i == 0 || body[i - 1] == '&');
	return count;
}

static enum status
parse_pair(const char *pair, size_t len, char *storage, struct form_field *field, struct err *err)
{
	const char *equals = memchr(pair, '=', len);
	size_t name_len = equals != NULL ? (size_t)(equals - pair) : len;
	char *value = storage + name_len;

	field->name = storage;
	field->value = value;
	field->value_len = 0;
	if (!decode(pair, name_len, storage, &field->name_len))
		return err_set(err, STATUS_INVALID, _("The form has a percent sign without two hexadecimal digits."));
	if (equals == NULL) {
		*value = '\0';
	} else {
		value++;
		field->value = value;
		if (!decode(equals + 1, len - name_len - 1, value, &field->value_len))
			return err_set(err, STATUS_INVALID,
				       _("The form has a percent sign without two hexadecimal digits."));
	}
	return STATUS_OK;
}

/* A value with a NUL is as good as any for the signature, but whoever reads it as a C string would see it cut. */
static bool
holds_nul(const struct form_field *field)
{
	return memchr(field->name, '\0', field->name_len) != NULL ||
	       memchr(field->value, '\0', field->value_len) != NULL;
}

static bool
is_utf8(const struct form_field *field)
{
	return utf8_valid(field->name, field->name_len) && utf8_valid(field->value, field->value_len);
}

enum status
form_parse_bytes(const char *body, size_t len, size_t max_fields, struct form *form, struct err *err)
{
	size_t pairs = count_pairs(body, len);
	enum status status = STATUS_OK;

	memset(form, 0, sizeof *form);
	if (pairs > max_fields)
		return err_set(err, STATUS_INVALID, _("The form has more than %zu fields."), max_fields);
	if (len > 0 && memchr(body, '\0', len) != NULL)
		return err_set(err, STATUS_INVALID, _("The form has a zero byte that is not escaped."));
	form->storage = malloc(len + 1);
	form->fields = calloc(pairs + 1, sizeof *form->fields);
	if (form->storage == NULL || form->fields == NULL)
		status = err_set(err, STATUS_NO_MEMORY, _("There is no memory left to read a form."));
	for (size_t start = 0, end; status == STATUS_OK && start < len; start = end + 1) {
		const char *stop = memchr(body + start, '&', len - start);
		struct form_field *field = &form->fields[form->count];

		end = stop != NULL ? (size_t)(stop - body) : len;
		if (end == start)
			continue;
		status = parse_pair(body + start, end - start, form->storage + start, field, err);
		form->holds_nul |= status == STATUS_OK && holds_nul(field);
		form->not_utf8 |= status == STATUS_OK && !is_utf8(field);
		form->count++;
	}
	if (status != STATUS_OK)
		form_release(form);
	return status;
}

enum status
form_parse(const char *body, size_t len, size_t max_fields, struct form *form, struct err *err)
{
	enum status status = form_parse_bytes(body, len, max_fields, form, err);

	if (status != STATUS_OK || !form->not_utf8)
		return status;
	form_release(form);
	return err_set(err, STATUS_INVALID, _("The form is not UTF-8."));
}

void
form_release(struct form *form)
{
	free(form->fields);
	free(form->storage);
	memset(form, 0, sizeof *form);
}

const char *
form_get(const struct form *form, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < form->count; i++) {
		const struct form_field *field = &form->fields[i];

		if (field->name_len == len && memcmp(field->name, name, len) == 0)
			return memchr(field->value, '\0', field->value_len) == NULL ? field->value : NULL;
	}
	return NULL;
}

static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == '_' || c == '~';
}

void
form_escape(struct strbuf *out, const char *text, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (is_unreserved(text[i])) {
			strbuf_add_char(out, text[i]);
		} else {
			char escape[3] = { '%', digits[byte >> 4], digits[byte & 15] };

			strbuf_add(out, escape, sizeof escape);
		}
	}
}

void
form_encode(struct strbuf *out, const char *name, const char *value)
{
	if (out->len > 0)
		strbuf_add_char(out, '&');
	form_escape(out, name, strlen(name));
	strbuf_add_char(out, '=');
	form_escape(out, value, strlen(value));
}
