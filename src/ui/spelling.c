/* SPDX-License-Identifier: MIT */
/*
 * One slot for each kind of question, since only the newest counts; the thread takes them under the lock, works without
 * it, leaves the answer and writes the descriptor. Only the thread knows Enchant. A dictionary that is missing is told of
 * once and then not asked again; without any, every word is right.
 */
#include "ui/spelling.h"

#include <enchant.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/strbuf.h"

enum { LANGUAGES = 4, LANGUAGE_SIZE = 16, TOLD_MAX = 8, MISSING_SIZE = 256, ADDED_MAX = 16 };

struct answer {
	struct spelling_range ranges[SPELLING_RANGES_MAX];
	size_t range_count;
	uint64_t version;
	char *suggestions[SPELLING_SUGGESTIONS_MAX]; /* owned */
	size_t suggestion_count;
	char word[SPELLING_WORD_MAX];
	char missing[MISSING_SIZE];
	unsigned news;
};

struct spelling {
	pthread_t thread;
	pthread_mutex_t lock; /* guards the questions and `ready` */
	pthread_cond_t wake;
	bool stop;
	char *text; /* owned, NULL = nothing asked */
	uint64_t version;
	char word[SPELLING_WORD_MAX]; /* "" = nothing asked */
	char added[ADDED_MAX][SPELLING_WORD_MAX];
	size_t added_count;
	char languages[LANGUAGES][LANGUAGE_SIZE];
	bool languages_new;
	struct answer ready;
	int fd;
	struct answer taken; /* of the calling thread */
	/* Of the thread. */
	EnchantBroker *broker;
	EnchantDict *dicts[LANGUAGES];
	char told[TOLD_MAX][LANGUAGE_SIZE];
	size_t told_count;
};

/* A question as the thread took it. */
struct question {
	bool stop, languages_new;
	char *text; /* owned */
	uint64_t version;
	char word[SPELLING_WORD_MAX];
	char added[ADDED_MAX][SPELLING_WORD_MAX];
	size_t added_count;
	char languages[LANGUAGES][LANGUAGE_SIZE];
};

static void
set_languages(struct spelling *spelling, const char *languages)
{
	const char *at = languages;

	memset(spelling->languages, 0, sizeof spelling->languages);
	for (size_t count = 0; count < LANGUAGES;) {
		size_t len;

		at += strspn(at, " ,");
		len = strcspn(at, " ,");
		if (len == 0)
			break;
		if (len < LANGUAGE_SIZE)
			snprintf(spelling->languages[count++], LANGUAGE_SIZE, "%.*s", (int)len, at);
		at += len;
	}
	if (spelling->languages[0][0] == '\0') {
		const char *locale = getenv("LC_ALL");

		if (locale == NULL || locale[0] == '\0')
			locale = getenv("LANG");
		if (locale != NULL && strcspn(locale, ".@") > 1 && strcspn(locale, ".@") < LANGUAGE_SIZE)
			snprintf(spelling->languages[0], LANGUAGE_SIZE, "%.*s", (int)strcspn(locale, ".@"), locale);
		else
			snprintf(spelling->languages[0], LANGUAGE_SIZE, "en_US");
	}
	spelling->languages_new = true;
}

/* The dictionary of "es_MX", else of "es". */
static EnchantDict *
open_dict(struct spelling *spelling, const char *language)
{
	char bare[LANGUAGE_SIZE];
	const char *name = language;
	EnchantDict *dict;

	/* Aspell, first for English as Debian has it, would keep added words in files of its own. */
	enchant_broker_set_ordering(spelling->broker, name, "hunspell,nuspell,aspell");
	dict = enchant_broker_request_dict(spelling->broker, name);
	if (dict != NULL)
		return dict;
	snprintf(bare, sizeof bare, "%.*s", (int)strcspn(language, "_-"), language);
	name = strcmp(bare, "en") == 0 ? "en_US" : bare;
	enchant_broker_set_ordering(spelling->broker, name, "hunspell,nuspell,aspell");
	return enchant_broker_request_dict(spelling->broker, name);
}

/* Leaves a sentence about a dictionary that is missing, once for each language. */
static void
tell_missing(struct spelling *spelling, const char *language, struct answer *answer)
{
	for (size_t i = 0; i < spelling->told_count; i++)
		if (strcmp(spelling->told[i], language) == 0)
			return;
	if (spelling->told_count < TOLD_MAX)
		snprintf(spelling->told[spelling->told_count++], LANGUAGE_SIZE, "%s", language);
	snprintf(answer->missing, sizeof answer->missing,
		 _("There is no dictionary for %s; install the package hunspell-%.2s to check its spelling."), language, language);
	answer->news |= SPELLING_MISSING;
}

static void
load(struct spelling *spelling, struct question *question, struct answer *answer)
{
	for (size_t i = 0; i < LANGUAGES; i++) {
		if (spelling->dicts[i] != NULL)
			enchant_broker_free_dict(spelling->broker, spelling->dicts[i]);
		spelling->dicts[i] = NULL;
		if (question->languages[i][0] == '\0')
			continue;
		spelling->dicts[i] = open_dict(spelling, question->languages[i]);
		if (spelling->dicts[i] == NULL)
			tell_missing(spelling, question->languages[i], answer);
	}
}

static bool
is_right(const struct spelling *spelling, const char *word, size_t len)
{
	bool known = false;

	for (size_t i = 0; i < LANGUAGES; i++) {
		if (spelling->dicts[i] == NULL)
			continue;
		known = true;
		if (enchant_dict_check(spelling->dicts[i], word, (ssize_t)len) <= 0)
			return true;
	}
	return !known;
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n';
}

static bool
is_letter(char byte)
{
	return (byte & 0x80) != 0 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* Bytes of U+2000 to U+2BFF, U+3000.. punctuation, U+00A1.. punctuation, and emoji, which part words; 0 for a letter. */
static size_t
symbol(const char *text, size_t len)
{
	unsigned char first = (unsigned char)text[0], second = len > 1 ? (unsigned char)text[1] : 0;

	if (first >= 0xF0)
		return len < 4 ? len : 4;
	if (first == 0xE2 || first == 0xEF || (first == 0xE3 && second == 0x80))
		return len < 3 ? len : 3;
	if (first == 0xC2)
		return len < 2 ? len : 2;
	return 0;
}

/* What stands between two blanks is no word: an address, a name with a sign, a variable, something with digits. */
static bool
is_no_word(const char *text, size_t len)
{
	if (text[0] == '/' || text[0] == '@' || text[0] == '#' || memchr(text, '@', len) != NULL ||
	    memmem(text, len, "://", 3) != NULL || memmem(text, len, "{{", 2) != NULL ||
	    (len > 4 && strncasecmp(text, "www.", 4) == 0))
		return true;
	for (size_t i = 0; i < len; i++)
		if (text[i] >= '0' && text[i] <= '9')
			return true;
	for (size_t i = 1; i + 1 < len; i++) /* example.com */
		if ((text[i] == '.' || text[i] == '/' || text[i] == '_') && is_letter(text[i - 1]) && is_letter(text[i + 1]))
			return true;
	return text[0] == ':' && len > 2 && memchr(text + 1, ':', len - 1) != NULL;
}

static void
check_words(const struct spelling *spelling, const char *text, struct spelling_range piece, struct answer *answer)
{
	size_t end = piece.start + piece.len;

	for (size_t at = piece.start; at < end && answer->range_count < SPELLING_RANGES_MAX;) {
		size_t start = at, skip;

		while (at < end && is_letter(text[at]) && symbol(text + at, end - at) == 0)
			at++;
		/* "don't": an apostrophe between letters belongs to the word. */
		while (at > start && at + 1 < end && text[at] == '\'' && is_letter(text[at + 1]))
			for (at++; at < end && is_letter(text[at]) && symbol(text + at, end - at) == 0;)
				at++;
		if (at - start > 1 && at - start < SPELLING_WORD_MAX && !is_right(spelling, text + start, at - start))
			answer->ranges[answer->range_count++] =
				(struct spelling_range){ (uint32_t)start, (uint32_t)(at - start) };
		if (at == start) {
			skip = symbol(text + at, end - at);
			at += skip > 0 ? skip : 1;
		}
	}
}

static void
check(const struct spelling *spelling, const struct question *question, struct answer *answer)
{
	const char *text = question->text;
	bool in_variable = false;

	for (size_t at = 0; text[at] != '\0';) {
		size_t start = at;

		while (text[at] != '\0' && !is_blank(text[at]))
			at++;
		if (at > start) {
			/* "{{first name}}" may have blanks inside. */
			in_variable = in_variable || memmem(text + start, at - start, "{{", 2) != NULL;
			if (!in_variable && !is_no_word(text + start, at - start))
				check_words(spelling, text,
					    (struct spelling_range){ (uint32_t)start, (uint32_t)(at - start) }, answer);
			if (memmem(text + start, at - start, "}}", 2) != NULL)
				in_variable = false;
		}
		while (is_blank(text[at]))
			at++;
	}
	answer->version = question->version;
	answer->news |= SPELLING_RANGES;
}

static void
free_suggestions(struct answer *answer)
{
	for (size_t i = 0; i < answer->suggestion_count; i++)
		free(answer->suggestions[i]);
	answer->suggestion_count = 0;
}

static void
suggest(const struct spelling *spelling, const struct question *question, struct answer *answer)
{
	snprintf(answer->word, sizeof answer->word, "%s", question->word);
	answer->news |= SPELLING_SUGGESTIONS;
	for (size_t i = 0; i < LANGUAGES; i++) {
		size_t count = 0;
		char **words = spelling->dicts[i] == NULL ? NULL : enchant_dict_suggest(spelling->dicts[i], question->word,
											(ssize_t)strlen(question->word), &count);

		for (size_t k = 0; k < count && answer->suggestion_count < SPELLING_SUGGESTIONS_MAX; k++) {
			char *copy = strdup(words[k]);

			if (copy != NULL)
				answer->suggestions[answer->suggestion_count++] = copy;
		}
		if (words != NULL)
			enchant_dict_free_string_list(spelling->dicts[i], words);
	}
}

static void
wait_for(struct spelling *spelling, struct question *question)
{
	pthread_mutex_lock(&spelling->lock);
	while (!spelling->stop && spelling->text == NULL && spelling->word[0] == '\0' && spelling->added_count == 0 &&
	       !spelling->languages_new)
		pthread_cond_wait(&spelling->wake, &spelling->lock);
	*question = (struct question){ .stop = spelling->stop, .languages_new = spelling->languages_new,
				       .text = spelling->text, .version = spelling->version,
				       .added_count = spelling->added_count };
	memcpy(question->word, spelling->word, sizeof question->word);
	memcpy(question->added, spelling->added, sizeof question->added);
	memcpy(question->languages, spelling->languages, sizeof question->languages);
	spelling->text = NULL;
	spelling->word[0] = '\0';
	spelling->added_count = 0;
	spelling->languages_new = false;
	pthread_mutex_unlock(&spelling->lock);
}

/* Moves what `from` has news of; what `to` had of that kind goes. */
static void
merge(struct answer *to, struct answer *from)
{
	if ((from->news & SPELLING_RANGES) != 0) {
		memcpy(to->ranges, from->ranges, from->range_count * sizeof from->ranges[0]);
		to->range_count = from->range_count;
		to->version = from->version;
	}
	if ((from->news & SPELLING_SUGGESTIONS) != 0) {
		free_suggestions(to);
		memcpy(to->suggestions, from->suggestions, sizeof to->suggestions);
		to->suggestion_count = from->suggestion_count;
		memcpy(to->word, from->word, sizeof to->word);
		from->suggestion_count = 0;
	}
	if ((from->news & SPELLING_MISSING) != 0)
		memcpy(to->missing, from->missing, sizeof to->missing);
	to->news |= from->news;
	from->news = 0;
}

static void *
work(void *argument)
{
	struct spelling *spelling = argument;
	static const uint64_t one = 1;

	spelling->broker = enchant_broker_init();
	for (;;) {
		struct answer answer = { .news = 0 };
		struct question question;

		wait_for(spelling, &question);
		if (question.stop) {
			free(question.text);
			break;
		}
		if (question.languages_new)
			load(spelling, &question, &answer);
		for (size_t i = 0; i < question.added_count; i++)
			if (spelling->dicts[0] != NULL)
				enchant_dict_add(spelling->dicts[0], question.added[i], (ssize_t)strlen(question.added[i]));
		if (question.text != NULL)
			check(spelling, &question, &answer);
		if (question.word[0] != '\0')
			suggest(spelling, &question, &answer);
		free(question.text);
		if (answer.news == 0)
			continue;
		pthread_mutex_lock(&spelling->lock);
		merge(&spelling->ready, &answer);
		pthread_mutex_unlock(&spelling->lock);
		while (write(spelling->fd, &one, sizeof one) < 0 && errno == EINTR)
			continue;
	}
	for (size_t i = 0; i < LANGUAGES; i++)
		if (spelling->dicts[i] != NULL)
			enchant_broker_free_dict(spelling->broker, spelling->dicts[i]);
	enchant_broker_free(spelling->broker);
	return NULL;
}

enum status
spelling_new(const char *languages, struct spelling **out, struct err *err)
{
	struct spelling *spelling = calloc(1, sizeof *spelling);

	*out = NULL;
	if (spelling == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory to check the spelling."));
	pthread_mutex_init(&spelling->lock, NULL);
	pthread_cond_init(&spelling->wake, NULL);
	set_languages(spelling, languages);
	spelling->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (spelling->fd < 0 || pthread_create(&spelling->thread, NULL, work, spelling) != 0) {
		if (spelling->fd >= 0)
			close(spelling->fd);
		free(spelling);
		return err_set(err, STATUS_IO, _("The spelling cannot be checked: no thread could be started."));
	}
	*out = spelling;
	return STATUS_OK;
}

void
spelling_free(struct spelling *spelling)
{
	if (spelling == NULL)
		return;
	pthread_mutex_lock(&spelling->lock);
	spelling->stop = true;
	pthread_cond_signal(&spelling->wake);
	pthread_mutex_unlock(&spelling->lock);
	pthread_join(spelling->thread, NULL);
	close(spelling->fd);
	free(spelling->text);
	free_suggestions(&spelling->ready);
	free_suggestions(&spelling->taken);
	pthread_cond_destroy(&spelling->wake);
	pthread_mutex_destroy(&spelling->lock);
	free(spelling);
}

void
spelling_set_languages(struct spelling *spelling, const char *languages)
{
	pthread_mutex_lock(&spelling->lock);
	set_languages(spelling, languages);
	pthread_cond_signal(&spelling->wake);
	pthread_mutex_unlock(&spelling->lock);
}

int
spelling_fd(const struct spelling *spelling)
{
	return spelling->fd;
}

void
spelling_check(struct spelling *spelling, uint64_t version, const char *text)
{
	char *copy = strdup(text), *old;

	if (copy == NULL)
		return;
	pthread_mutex_lock(&spelling->lock);
	old = spelling->text;
	spelling->text = copy;
	spelling->version = version;
	pthread_cond_signal(&spelling->wake);
	pthread_mutex_unlock(&spelling->lock);
	free(old);
}

void
spelling_suggest(struct spelling *spelling, const char *word)
{
	if (strlen(word) >= SPELLING_WORD_MAX)
		return;
	pthread_mutex_lock(&spelling->lock);
	snprintf(spelling->word, sizeof spelling->word, "%s", word);
	pthread_cond_signal(&spelling->wake);
	pthread_mutex_unlock(&spelling->lock);
}

void
spelling_add(struct spelling *spelling, const char *word)
{
	if (word[0] == '\0' || strlen(word) >= SPELLING_WORD_MAX)
		return;
	pthread_mutex_lock(&spelling->lock);
	if (spelling->added_count < ADDED_MAX)
		snprintf(spelling->added[spelling->added_count++], SPELLING_WORD_MAX, "%s", word);
	pthread_cond_signal(&spelling->wake);
	pthread_mutex_unlock(&spelling->lock);
}

unsigned
spelling_take(struct spelling *spelling)
{
	uint64_t count;

	while (read(spelling->fd, &count, sizeof count) < 0 && errno == EINTR)
		continue;
	spelling->taken.news = 0;
	pthread_mutex_lock(&spelling->lock);
	merge(&spelling->taken, &spelling->ready);
	pthread_mutex_unlock(&spelling->lock);
	return spelling->taken.news;
}

const struct spelling_range *
spelling_ranges(const struct spelling *spelling, uint64_t *version, size_t *count)
{
	*version = spelling->taken.version;
	*count = spelling->taken.range_count;
	return spelling->taken.ranges;
}

const char *const *
spelling_suggestions(const struct spelling *spelling, const char **word, size_t *count)
{
	*word = spelling->taken.word;
	*count = spelling->taken.suggestion_count;
	return (const char *const *)spelling->taken.suggestions;
}

const char *
spelling_missing(const struct spelling *spelling)
{
	return spelling->taken.missing;
}
