/* SPDX-License-Identifier: MIT */
/*
 * The two files. The INI file is ours alone, so an unknown section or key is a mistake and named. .env.local is
 * shared with other programs, so what is not ours is skipped there, whatever it looks like (values in quotation marks
 * may go over several lines). Both are refused when they hold a secret and others can read them.
 */
#include "core/config_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/strbuf.h"
#include "core/utf8.h"

#define FILE_MAX_BYTES (1024 * 1024)
#define NAME_MAX_BYTES 64
#define MAIL_MAX 32

struct source {
	const char *path;
	bool others_can_read;
	int line; /* of the setting being read */
	struct strbuf text;
	struct raw_config *raw;
};

/* Reads the file; STATUS_NOT_FOUND when there is none. The caller releases the text. */
static enum status
source_open(struct source *source, const char *path, struct raw_config *raw, struct err *err)
{
	char block[8192];
	struct stat info;
	ssize_t got;
	int fd;

	*source = (struct source){ .path = path, .raw = raw };
	strbuf_init(&source->text, FILE_MAX_BYTES);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return STATUS_NOT_FOUND;
	if (fd < 0)
		return err_set(err, STATUS_INVALID, _("%s cannot be read: %s."), path, strerror(errno));
	source->others_can_read = fstat(fd, &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0;
	while ((got = read(fd, block, sizeof block)) > 0 && !source->text.failed)
		strbuf_add(&source->text, block, (size_t)got);
	explicit_bzero(block, sizeof block);
	close(fd);
	if (got < 0)
		return err_set(err, STATUS_INVALID, _("%s cannot be read: %s."), path, strerror(errno));
	if (source->text.failed)
		return err_set(err, STATUS_INVALID, _("%s is larger than 1 MiB, so it is no configuration file."),
			       path);
	if (memchr(strbuf_text(&source->text), '\0', source->text.len) != NULL
	    || !utf8_valid(strbuf_text(&source->text), source->text.len))
		return err_set(err, STATUS_INVALID, _("%s is not UTF-8 text."), path);
	/* Some editors begin a file with this mark; the first line would not be known again. */
	if (strncmp(strbuf_text(&source->text), "\xEF\xBB\xBF", 3) == 0) {
		source->text.len -= 3;
		memmove(source->text.data, source->text.data + 3, source->text.len + 1);
	}
	return STATUS_OK;
}

static void
source_close(struct source *source)
{
	if (source->text.data != NULL)
		explicit_bzero(source->text.data, source->text.len);
	strbuf_release(&source->text);
}

/* The path as a word for a shell. */
static void
add_shell_word(struct strbuf *out, const char *path)
{
	if (path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-@:")] == '\0') {
		strbuf_add_string(out, path);
		return;
	}
	strbuf_add_char(out, '\'');
	for (; *path != '\0'; path++) {
		if (*path == '\'')
			strbuf_add_string(out, "'\\''");
		else
			strbuf_add_char(out, *path);
	}
	strbuf_add_char(out, '\'');
}

static enum status
refuse_open_file(const struct source *source, const char *name, struct err *err)
{
	struct strbuf word;
	enum status status;

	strbuf_init(&word, 4096);
	add_shell_word(&word, source->path);
	status = err_set(err, STATUS_INVALID,
			 _("%s, line %d: %s is a secret, but others may use this file. Run: chmod 600 %s"),
			 source->path, source->line, name, strbuf_text(&word));
	strbuf_release(&word);
	return status;
}

/* Hands one value to the raw configuration, with where it came from. */
static enum status
source_set(const struct source *source, struct setting_match match, const char *name, const char *value,
	   struct err *err)
{
	enum status status;
	char *origin = NULL;

	if (source->others_can_read && setting_is_secret(&config_settings[match.index]) && value[0] != '\0'
	    && !match.is_command)
		return refuse_open_file(source, name, err);
	if (asprintf(&origin, _("%s, line %d, %s"), source->path, source->line, name) < 0)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	status = raw_config_set(source->raw, match, value, origin, err);
	free(origin);
	return status;
}

/*
 * Reads a value up to the end of its line: bare (ended by a comment after a blank), 'as it is', or "with \n, \t, \" and
 * \\". `one_line` refuses a quotation mark left open at the line's end; otherwise the text goes on below. Returns the
 * character after it, or NULL if the quotation mark stays open or something follows the closing one.
 */
static const char *
read_value(const char *at, bool one_line, struct strbuf *out)
{
	char quote = *at == '"' || *at == '\'' ? *at : '\0';
	const char *end;

	strbuf_clear(out);
	if (quote == '\0') {
		end = at;
		while (*end != '\0' && *end != '\n'
		       && !((*end == '#' || *end == ';') && (end[-1] == ' ' || end[-1] == '\t')))
			end++;
		strbuf_add(out, at, (size_t)(end - at));
		while (out->len > 0 && strchr(" \t\r", out->data[out->len - 1]) != NULL)
			out->data[--out->len] = '\0';
		return end + strcspn(end, "\n");
	}
	for (at++; *at != '\0' && *at != quote && !(one_line && *at == '\n'); at++) {
		if (quote == '"' && *at == '\\' && at[1] != '\0' && at[1] != '\n') {
			at++;
			strbuf_add_char(out, *at == 'n' ? '\n' : *at == 't' ? '\t' : *at);
		} else {
			strbuf_add_char(out, *at);
		}
	}
	if (*at != quote)
		return NULL;
	at++;
	at += strspn(at, " \t\r");
	return *at == '\0' || *at == '\n' || *at == '#' || *at == ';' ? at + strcspn(at, "\n") : NULL;
}

/* --- .env.local --- */

/* Reads NAME or "export NAME" and '='; returns what follows, or NULL if the line is no assignment. */
static const char *
read_assignment(const char *at, char name[NAME_MAX_BYTES])
{
	size_t len;

	if (strncmp(at, "export", 6) == 0 && (at[6] == ' ' || at[6] == '\t'))
		at += 6 + strspn(at + 6, " \t");
	len = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	if (len == 0 || len >= NAME_MAX_BYTES)
		return NULL;
	memcpy(name, at, len);
	name[len] = '\0';
	at += len;
	at += strspn(at, " \t");
	return *at == '=' ? at + 1 + strspn(at + 1, " \t") : NULL;
}

static enum status
read_env_line(struct source *source, const char **line, struct strbuf *value, struct err *err)
{
	char name[NAME_MAX_BYTES];
	const char *at = read_assignment(*line, name);
	const char *end = at != NULL ? read_value(at, false, value) : NULL;
	struct setting_match match;

	if (at == NULL) {
		*line += strcspn(*line, "\n");
		return STATUS_OK;
	}
	*line = end != NULL ? end : at + strcspn(at, "\n");
	match = setting_by_environment(name, strlen(name));
	if (match.index < 0)
		return STATUS_OK;
	if (end == NULL || value->failed)
		return err_set(err, STATUS_INVALID,
			       _("%s, line %d, %s: expected a value, maybe in closed quotation marks."),
			       source->path, source->line, name);
	return source_set(source, match, name, strbuf_text(value), err);
}

enum status
config_read_env_file(const char *path, struct raw_config *raw, struct err *err)
{
	struct source source;
	struct strbuf value;
	enum status status = source_open(&source, path, raw, err);
	const char *at = strbuf_text(&source.text);

	strbuf_init(&value, CONFIG_VALUE_MAX);
	source.line = 1;
	while (status == STATUS_OK && *at != '\0') {
		const char *line = at + strspn(at, " \t\r");

		if (*line == '#')
			line += strcspn(line, "\n");
		else
			status = read_env_line(&source, &line, &value, err);
		for (; at < line; at++)
			source.line += *at == '\n';
		if (*at == '\n') {
			at++;
			source.line++;
		}
	}
	config_wipe(strbuf_detach(&value));
	source_close(&source);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* --- INI --- */

/* Where the following keys belong. */
struct ini_section {
	char name[NAME_MAX_BYTES]; /* "twilio", "email" */
	struct config_mail *mail;  /* of [email "..."]; borrowed */
	enum config_section free;  /* a section of free keys, or CONFIG_SECTION_COUNT */
};

static const char *const mail_keys[] = { "address", "name", "imap_url", "smtp_url", "user", "password",
					 "password_command", "oauth2_command", "folder", "poll", "ca_file" };

static bool
is_section(const char *name)
{
	for (size_t i = 0; i < config_setting_count; i++) {
		if (strcmp(config_settings[i].section, name) == 0)
			return true;
	}
	return config_section_find(name) != CONFIG_SECTION_COUNT;
}

/* The account of that name, made if it is not there; NULL without memory or when there are too many. */
static struct config_mail *
mail_account(struct raw_config *raw, const char *name)
{
	struct config_mail *mail;

	for (size_t i = 0; i < raw->mail_count; i++) {
		if (strcmp(raw->mail[i].name, name) == 0)
			return &raw->mail[i];
	}
	mail = raw->mail_count < MAIL_MAX ? realloc(raw->mail, (raw->mail_count + 1) * sizeof *mail) : NULL;
	if (mail == NULL)
		return NULL;
	raw->mail = mail;
	mail += raw->mail_count;
	mail->name = strdup(name);
	mail->address = strdup("");
	if (mail->name == NULL || mail->address == NULL) {
		free(mail->name);
		free(mail->address);
		return NULL;
	}
	raw->mail_count++;
	return mail;
}

/* "[twilio]" or "[email "support"]"; the text ends at the line's end. */
static enum status
read_section(const struct source *source, const char *text, struct ini_section *section, struct err *err)
{
	char name[NAME_MAX_BYTES] = "", account[NAME_MAX_BYTES] = "", tail[2] = "";
	int parts = sscanf(text, "[ %63[a-z_] \"%63[^\"]\" ] %1s", name, account, tail);

	if (parts == 1)
		parts = sscanf(text, "[ %63[a-z_] ] %1s", name, tail);
	else if (parts == 2 && strcmp(name, "email") == 0 && strchr(text, ']') != NULL) {
		utf8_copy(section->name, sizeof section->name, name);
		section->free = CONFIG_SECTION_COUNT;
		section->mail = mail_account(source->raw, account);
		return section->mail != NULL ? STATUS_OK
					     : err_set(err, STATUS_INVALID, _("%s, line %d: too many mail accounts."),
						       source->path, source->line);
	}
	if (parts == 1 && strchr(text, ']') != NULL && is_section(name)) {
		utf8_copy(section->name, sizeof section->name, name);
		section->mail = NULL;
		section->free = config_section_find(name);
		return STATUS_OK;
	}
	return err_set(err, STATUS_INVALID,
		       _("%s, line %d: unknown section; expected [twilio], [listener], [api], [data], [log], [agent], "
			 "[limits], [ui], [notify], [open], [keys], [aliases], [macros], [views], [spelling] or [email \"name\"]."),
		       source->path, source->line);
}

static enum status
store_mail_key(const struct source *source, struct config_mail *mail, const char *key, const char *value,
	       struct err *err)
{
	size_t i = 0;

	while (i < sizeof mail_keys / sizeof mail_keys[0] && strcmp(mail_keys[i], key) != 0)
		i++;
	if (i == sizeof mail_keys / sizeof mail_keys[0])
		return err_set(err, STATUS_INVALID, _("%s, line %d: unknown key \"%s\" in [email \"%s\"]."),
			       source->path,
			       source->line, key, mail->name);
	if (strcmp(key, "password") == 0 && source->others_can_read)
		return refuse_open_file(source, key, err);
	if (strcmp(key, "address") == 0) {
		char *copy = strdup(value);

		if (copy == NULL)
			return err_set(err, STATUS_NO_MEMORY, "%s",
				       _("There is not enough memory; close other programs and try again."));
		free(mail->address);
		mail->address = copy;
	}
	return STATUS_OK;
}

/* "key = value". `text` is the line without blanks before it; its end is at '\n' or NUL. */
static enum status
read_key(const struct source *source, const char *text, const struct ini_section *section, struct strbuf *value,
	 struct err *err)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
	const char *at = text + len + strspn(text + len, " \t");
	char key[NAME_MAX_BYTES] = "", name[2 * NAME_MAX_BYTES + 4];
	struct setting_match match = { -1, false };

	if (len == 0 || len >= sizeof key || *at != '=')
		return err_set(err, STATUS_INVALID, _("%s, line %d: expected \"key = value\", [section] or a comment."),
			       source->path, source->line);
	memcpy(key, text, len);
	at++;
	at += strspn(at, " \t");
	if (read_value(at, true, value) == NULL || value->failed)
		return err_set(err, STATUS_INVALID,
			       _("%s, line %d, %s: expected a value, maybe in closed quotation marks."),
			       source->path, source->line, key);
	if (section->mail != NULL)
		return store_mail_key(source, section->mail, key, strbuf_text(value), err);
	if (section->name[0] != '\0')
		match = setting_by_key(section->name, key);
	if (match.index < 0)
		return err_set(err, STATUS_INVALID, _("%s, line %d: unknown key \"%s\" in [%s]."), source->path,
			       source->line,
			       key, section->name);
	snprintf(name, sizeof name, "[%s] %s", section->name, key);
	return source_set(source, match, name, strbuf_text(value), err);
}

/*
 * Where the "=" after a free name is; NULL if there is none. In [keys] a "=" after "." or "-" is the key itself, such
 * as list.= or list.C-=.
 */
static const char *
find_equals(const char *text, enum config_section section)
{
	const char *end = text + strcspn(text, "\n"), *at = text;

	for (; at < end; at++) {
		if (*at == '=' && !(section == CONFIG_SECTION_KEYS && at > text && strchr(".-", at[-1]) != NULL))
			return at;
	}
	return NULL;
}

/* "name = value" in a section of free keys. */
static enum status
read_entry(const struct source *source, const char *text, enum config_section section, struct strbuf *value,
	   struct err *err)
{
	const char *equals = find_equals(text, section), *end = equals;
	struct config_entry entry = { .line = source->line };
	enum status status;

	if (equals == NULL)
		return err_set(err, STATUS_INVALID, _("%s, line %d: expected \"key = value\", [section] or a comment."),
			       source->path, source->line);
	while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (read_value(equals + 1 + strspn(equals + 1, " \t"), true, value) == NULL || value->failed)
		return err_set(err, STATUS_INVALID,
			       _("%s, line %d: expected a value after \"=\", maybe in closed quotation marks."),
			       source->path, source->line);
	entry.name = strndup(text, (size_t)(end - text));
	if (entry.name == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	/* Only read from there. */
	entry.value = (char *)strbuf_text(value);
	status = config_section_add(source->raw, section, &entry, source->path, err);
	free(entry.name);
	return status;
}

enum status
config_read_ini(const char *path, struct raw_config *raw, struct err *err)
{
	struct ini_section section = { .name = "", .free = CONFIG_SECTION_COUNT };
	struct source source;
	struct strbuf value;
	enum status status = source_open(&source, path, raw, err);
	const char *at = strbuf_text(&source.text);

	strbuf_init(&value, CONFIG_VALUE_MAX);
	for (source.line = 1; status == STATUS_OK && *at != '\0'; source.line++) {
		const char *text = at + strspn(at, " \t\r");

		bool is_setting = *text != '\n' && *text != '\0' && *text != '#' && *text != ';';

		if (*text == '[') {
			char line[256];

			utf8_copy(line, sizeof line, text);
			line[strcspn(line, "\n#;")] = '\0';
			status = read_section(&source, line, &section, err);
		} else if (is_setting && section.free != CONFIG_SECTION_COUNT) {
			status = read_entry(&source, text, section.free, &value, err);
		} else if (is_setting) {
			status = read_key(&source, text, &section, &value, err);
		}
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	config_wipe(strbuf_detach(&value));
	source_close(&source);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
