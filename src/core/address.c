/* SPDX-License-Identifier: MIT */
/*
 * One customer may come as +5215512345678 on WhatsApp and as +525512345678 by SMS: the canonical key joins the two,
 * while a reply always goes to the text as it came. Where two rules of a country could mean two different lines, they
 * stay apart, since joining two people is worse than splitting one.
 */
#include "core/address.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/i18n.h"
#include "core/utf8.h"

enum {
	DIGITS_MAX = 15,		/* E.164 */
	DIGITS_MIN_TYPED = 7,		/* fewer is a slip of the person who typed it */
	DIGITS_MIN_INBOUND = 3,		/* what a carrier delivers is not refused for being odd */
	SHORT_CODE_MIN = 3,
	SHORT_CODE_MAX = 8,
	SENDER_NAME_MAX = 11,		/* alphanumeric sender, GSM */
	USER_ID_MAX = 128,		/* after the country and the dot */
	LOCAL_PART_MAX = 64,
	LABEL_MAX = 63,
};

static const char whatsapp_prefix[] = "whatsapp:";

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

const char *
address_kind_name(enum address_kind kind)
{
	switch (kind) {
	case ADDRESS_PHONE:
		return "phone";
	case ADDRESS_EMAIL:
		return "email";
	case ADDRESS_WHATSAPP_USER:
		return "whatsapp_user";
	}
	return "unknown";
}

/* What people put between digits, and the invisible marks that come along when a number is copied from a contact. */
static bool
is_separator(uint32_t code)
{
	switch (code) {
	case ' ':
	case '-':
	case '(':
	case ')':
	case '.':
	case '/':
	case 0x00A0: /* no-break space */
	case 0x202F: /* narrow no-break space */
	case 0x2060: /* word joiner */
	case 0x200E: /* direction marks */
	case 0x200F:
	case 0x202A:
	case 0x202C:
	case 0x202D:
	case 0x2066:
	case 0x2068:
	case 0x2069:
		return true;
	}
	return code >= 0x2010 && code <= 0x2015; /* hyphens and dashes */
}

/* Writes '+' and the digits of a number in international form; false if it is none. */
static bool
read_number(const char *text, size_t len, bool inbound, char out[ADDRESS_SIZE])
{
	size_t n = 0, min = inbound ? DIGITS_MIN_INBOUND : DIGITS_MIN_TYPED;
	uint32_t code;

	for (size_t at = 0; at < len;) {
		at += utf8_decode(text + at, len - at, &code);
		if (code == '+' ? n == 0 : (code >= '0' && code <= '9' && n > 0 && n <= DIGITS_MAX))
			out[n++] = (char)code;
		else if (!is_separator(code))
			return false;
	}
	out[n] = '\0';
	return n > min && out[1] != '0';
}

/* Three national rules under which one mobile line is written in two ways. */
static void
canonical_number(const char *number, char out[ADDRESS_SIZE])
{
	size_t len = strlen(number);

	if (len == 14 && strncmp(number, "+521", 4) == 0) {
		/* Mexico dropped the 1 of mobile numbers in 2019; WhatsApp still has it. No area begins with 1. */
		snprintf(out, ADDRESS_SIZE, "+52%s", number + 4);
	} else if (len == 14 && strncmp(number, "+549", 4) == 0) {
		/* Argentina: the 9 of mobile numbers called from abroad. No area begins with 9. */
		snprintf(out, ADDRESS_SIZE, "+54%s", number + 4);
	} else if (len == 13 && strncmp(number, "+55", 3) == 0 && number[5] >= '6') {
		/*
		 * Brazil put a 9 before mobile numbers, which began with 6 to 9; WhatsApp keeps old accounts without
		 * it. Landlines begin with 2 to 5 and stay as they are.
		 */
		snprintf(out, ADDRESS_SIZE, "%.5s9%s", number, number + 5);
	} else {
		snprintf(out, ADDRESS_SIZE, "%s", number);
	}
}

static bool
is_short_code(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_digit(text[i]))
			return false;
	return len >= SHORT_CODE_MIN && len <= SHORT_CODE_MAX;
}

/* A brand in place of a number; at least one letter tells it from one. */
static bool
is_sender_name(const char *text, size_t len)
{
	bool letter = false;

	for (size_t i = 0; i < len; i++) {
		if (is_letter(text[i]))
			letter = true;
		else if (!is_digit(text[i]) && (text[i] == '\0' || strchr(" &+-_.", text[i]) == NULL))
			return false;
	}
	return letter && len <= SENDER_NAME_MAX;
}

/* Two capitals of the country, a dot, letters and digits. */
static bool
is_whatsapp_user(const char *text, size_t len)
{
	if (len < 4 || len > 3 + USER_ID_MAX || text[2] != '.')
		return false;
	for (size_t i = 0; i < len; i++)
		if (i != 2 && !(i < 2 ? text[i] >= 'A' && text[i] <= 'Z' : is_letter(text[i]) || is_digit(text[i])))
			return false;
	return true;
}

/* What would end or split a header or a command of the mail protocols is refused; quoted local parts are, too. */
static bool
is_local_part(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7F || strchr("()<>[]:;@\\,\"", text[i]) != NULL)
			return false;
	return len > 0 && len <= LOCAL_PART_MAX && text[0] != '.' && text[0] != '-' && text[len - 1] != '.';
}

static bool
is_domain(const char *text, size_t len, bool needs_dot)
{
	size_t label = 0, dots = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '.') {
			if (label == 0 || text[i - 1] == '-')
				return false;
			label = 0;
			dots++;
			continue;
		}
		if (!is_letter(c) && !is_digit(c) && (unsigned char)c < 0x80 && (c != '-' || label == 0))
			return false;
		if (++label > LABEL_MAX)
			return false;
	}
	return label > 0 && text[len - 1] != '-' && (dots > 0 || !needs_dot);
}

static void
copy(char out[ADDRESS_SIZE], const char *text, size_t len)
{
	memcpy(out, text, len);
	out[len] = '\0';
}

/* The text has no NUL and is shorter than ADDRESS_SIZE. */
static enum status
parse_email(const char *text, size_t len, bool inbound, struct address *out, struct err *err)
{
	const char *at = memrchr(text, '@', len);
	size_t local = at != NULL ? (size_t)(at - text) : 0;

	if (at == NULL || !utf8_valid(text, len) || !is_local_part(text, local) ||
	    !is_domain(at + 1, len - local - 1, !inbound))
		return err_set(err, STATUS_INVALID,
			       _("This is not a mail address; write one like ana@example.com, without a name."));
	out->kind = ADDRESS_EMAIL;
	copy(out->text, text, len);
	copy(out->canonical, text, len);
	for (char *c = out->canonical; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return STATUS_OK;
}

static enum status
parse_whatsapp(const char *text, size_t len, bool inbound, struct address *out, struct err *err)
{
	size_t prefix = strlen(whatsapp_prefix);

	if (len >= prefix && strncasecmp(text, whatsapp_prefix, prefix) == 0) {
		text += prefix;
		len -= prefix;
	}
	if (is_whatsapp_user(text, len)) {
		out->kind = ADDRESS_WHATSAPP_USER;
		copy(out->text, text, len);
		copy(out->canonical, text, len);
		return STATUS_OK;
	}
	if (!read_number(text, len, inbound, out->text))
		return err_set(err, STATUS_INVALID,
			       _("This is not a WhatsApp address; write the number with + and the country, "
				 "like +525512345678."));
	out->kind = ADDRESS_PHONE;
	canonical_number(out->text, out->canonical);
	return STATUS_OK;
}

static enum status
parse_sms(const char *text, size_t len, bool inbound, struct address *out, struct err *err)
{
	out->kind = ADDRESS_PHONE;
	if (read_number(text, len, inbound, out->text)) {
		canonical_number(out->text, out->canonical);
		return STATUS_OK;
	}
	if (inbound && (is_short_code(text, len) || is_sender_name(text, len))) {
		copy(out->text, text, len);
		copy(out->canonical, text, len);
		return STATUS_OK;
	}
	return err_set(err, STATUS_INVALID,
		       _("This is not a phone number; write it with + and the country, like +525512345678."));
}

enum status
address_parse(enum channel channel, const char *text, bool inbound, struct address *out, struct err *err)
{
	size_t len;

	memset(out, 0, sizeof *out);
	text = text != NULL ? text : "";
	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	if (len == 0)
		return err_set(err, STATUS_INVALID, _("The address is empty; write a number or a mail address."));
	if (len >= ADDRESS_SIZE)
		return err_set(err, STATUS_INVALID, _("The address is longer than %d bytes."), ADDRESS_SIZE - 1);
	switch (channel) {
	case CHANNEL_SMS:
		return parse_sms(text, len, inbound, out, err);
	case CHANNEL_WHATSAPP:
		return parse_whatsapp(text, len, inbound, out, err);
	case CHANNEL_EMAIL:
		return parse_email(text, len, inbound, out, err);
	}
	return err_set(err, STATUS_INVALID, _("The channel is unknown."));
}

char *
address_for_carrier(enum channel channel, const char *text, char out[ADDRESS_SIZE])
{
	bool bare = strncasecmp(text, whatsapp_prefix, strlen(whatsapp_prefix)) != 0;

	snprintf(out, ADDRESS_SIZE, "%s%s", channel == CHANNEL_WHATSAPP && bare ? whatsapp_prefix : "", text);
	return out;
}
