/* SPDX-License-Identifier: MIT */
/*
 * Terms are true, false or, as long as only the conversation's own row was looked at, unknown. A first pass over the row alone
 * decides most candidates; only what it leaves unknown is looked up.
 */
#include "core/query_eval.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/i18n.h"
#include "core/short_name.h"
#include "core/utf8.h"

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_UNKNOWN, TRUTH_FAILED };

void
query_candidate_read(struct db_statement *statement, struct query_candidate *candidate)
{
	candidate->id = db_column_int(statement, 0);
	candidate->at = db_column_int(statement, 1);
	channel_parse(db_column_text(statement, 2), &candidate->channel);
	thread_status_parse(db_column_text(statement, 3), &candidate->status);
	candidate->client_id = db_column_int(statement, 4);
	candidate->unread = db_column_int(statement, 5);
	candidate->assignee_id = db_column_int(statement, 6);
	candidate->priority = db_column_int(statement, 7);
	candidate->unanswered_since = db_column_int(statement, 8);
	candidate->failed_count = db_column_int(statement, 9);
	utf8_copy(candidate->own_address, sizeof candidate->own_address, db_column_text(statement, 10));
}

enum status
query_eval_load(struct query_eval *eval, int64_t id, struct query_candidate *candidate, struct err *err)
{
	struct db_statement *query = db_query(eval->db, "SELECT " QUERY_CANDIDATE_COLUMNS
							" FROM communication_threads t WHERE t.id = $1");
	enum db_step step;

	db_bind_int(query, 1, id);
	step = db_step(query);
	if (step == DB_ROW)
		query_candidate_read(query, candidate);
	db_reset(query);
	return step == DB_FAILED ? db_failure(eval->db, err) : step == DB_ROW ? STATUS_OK : STATUS_NOT_FOUND;
}

bool
query_has_dates(const struct query *query)
{
	return query->from_ms > 0 || query->until_ms < INT64_MAX;
}

/* --- what the terms mean in the store ------------------------------------------------------------------------------ */

static void
copy_name(const struct query *query, struct query_span span, char out[QUERY_SIZE])
{
	memcpy(out, query->text + span.start, span.len);
	out[span.len] = '\0';
}

static enum status
find_id(struct db *db, struct db_statement *query, const char *name, int64_t *id, struct err *err)
{
	enum db_step step;

	db_bind_text(query, 1, name);
	step = db_step(query);
	*id = step == DB_ROW ? db_column_int(query, 0) : -1;
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}

static enum status
find_agent(struct query_eval *eval, const struct query_node *node, struct query_term *term, struct err *err)
{
	struct db_statement *query;
	char name[QUERY_SIZE];

	term->id = 0;
	if (node->value == 0)
		return STATUS_OK;
	copy_name(eval->query, node->name, name);
	query = db_query(eval->db, "SELECT id FROM agents WHERE name = $1 COLLATE NOCASE ORDER BY name = $1 DESC LIMIT 1");
	return find_id(eval->db, query, node->value == 1 ? eval->query->agent : name, &term->id, err);
}

static enum status
find_label(struct query_eval *eval, const struct query_node *node, struct query_term *term, struct err *err)
{
	char name[QUERY_SIZE], folded[SHORT_NAME_SIZE];

	term->id = -1;
	copy_name(eval->query, node->name, name);
	/* What cannot be a label's name is none. */
	if (short_name_fold(name, folded, NULL) != STATUS_OK)
		return STATUS_OK;
	return find_id(eval->db, db_query(eval->db, "SELECT id FROM labels WHERE name = $1"), folded, &term->id, err);
}

enum status
query_eval_init(struct query_eval *eval, struct db *db, const struct query *query, struct err *err)
{
	enum status status = STATUS_OK;

	memset(eval, 0, sizeof *eval);
	eval->db = db;
	eval->query = query;
	for (int i = 0; status == STATUS_OK && i < query->node_count; i++) {
		const struct query_node *node = &query->nodes[i];

		if (node->kind == QUERY_AGENT)
			status = find_agent(eval, node, &eval->terms[i], err);
		else if (node->kind == QUERY_LABEL)
			status = find_label(eval, node, &eval->terms[i], err);
		else if (node->kind == QUERY_TEXT || node->kind == QUERY_FROM)
			status = query_words_compile(db, query, i, &eval->terms[i], err);
	}
	return status;
}

void
query_eval_release(struct query_eval *eval)
{
	for (int i = 0; i < QUERY_NODES_MAX; i++) {
		free(eval->terms[i].in_messages);
		free(eval->terms[i].in_names);
	}
}

/* --- look-ups ------------------------------------------------------------------------------------------------------ */

/* The first column of the first row, 0 if there is none. */
static enum truth
exists(struct query_eval *eval, struct db_statement *query, struct err *err)
{
	enum db_step step = db_step(query);

	db_reset(query);
	if (step == DB_FAILED) {
		db_failure(eval->db, err);
		return TRUTH_FAILED;
	}
	return step == DB_ROW ? TRUTH_TRUE : TRUTH_FALSE;
}

static void
bind_time(const struct query_eval *eval, struct db_statement *query)
{
	db_bind_int(query, 2, eval->query->from_ms);
	db_bind_int(query, 3, eval->query->until_ms);
}

#define IN_TIME " AND m.created_at >= $2 AND m.created_at < $3"

enum status
query_eval_hits(struct query_eval *eval, int node, int64_t thread_id, int64_t below, int64_t *ids, size_t max, size_t *count,
		struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;

	*count = 0;
	if (eval->terms[node].in_messages == NULL)
		return STATUS_OK;
	/* The messages of one conversation are few beside those that have a word: each is looked up in the index. */
	query = db_query(eval->db, "SELECT m.id FROM messages m CROSS JOIN messages_fts f ON f.rowid = m.id"
				   " WHERE m.thread_id = $1" IN_TIME " AND m.id < $4 AND messages_fts MATCH $5"
				   " ORDER BY m.id DESC LIMIT $6");
	db_bind_int(query, 1, thread_id);
	bind_time(eval, query);
	db_bind_int(query, 4, below);
	db_bind_text(query, 5, eval->terms[node].in_messages);
	db_bind_int(query, 6, (int64_t)max);
	while (*count < max && (step = db_step(query)) == DB_ROW)
		ids[(*count)++] = db_column_int(query, 0);
	db_reset(query);
	return step == DB_FAILED ? db_failure(eval->db, err) : STATUS_OK;
}

static enum truth
has_name(struct query_eval *eval, int node, const struct query_candidate *candidate, struct err *err)
{
	const struct query_term *term = &eval->terms[node];
	enum truth truth = TRUTH_FALSE;
	struct db_statement *query;

	if (term->in_names != NULL) {
		query = db_query(eval->db, "SELECT 1 FROM clients_fts WHERE clients_fts MATCH $1 AND rowid = $2");
		db_bind_text(query, 1, term->in_names);
		db_bind_int(query, 2, candidate->client_id);
		truth = exists(eval, query, err);
	}
	if (truth != TRUTH_FALSE || term->address[0] == '\0')
		return truth;
	query = db_query(eval->db, "SELECT 1 FROM client_addresses WHERE client_id = $2 AND +address >= $1"
				   " AND +address < $1 || '~'");
	db_bind_text(query, 1, term->address);
	db_bind_int(query, 2, candidate->client_id);
	return exists(eval, query, err);
}

static enum truth
has_text(struct query_eval *eval, int node, const struct query_candidate *candidate, struct query_known *known, struct err *err)
{
	enum truth truth = has_name(eval, node, candidate, err);
	size_t count = 0;
	int64_t hit;

	if (truth == TRUTH_FAILED)
		return truth;
	if (query_eval_hits(eval, node, candidate->id, INT64_MAX, &hit, 1, &count, err) != STATUS_OK)
		return TRUTH_FAILED;
	if (count > 0 && hit > known->hit)
		known->hit = hit;
	return count > 0 ? TRUTH_TRUE : truth;
}

static enum truth
has_label(struct query_eval *eval, int node, const struct query_candidate *candidate, struct err *err)
{
	struct db_statement *query;

	query = db_query(eval->db, "SELECT 1 FROM thread_labels WHERE thread_id = $1 AND label_id = $2");
	db_bind_int(query, 1, candidate->id);
	db_bind_int(query, 2, eval->terms[node].id);
	return exists(eval, query, err);
}

/* $4 of a query that has one: the error's code, 0 = any. */
static enum truth
has_message(struct query_eval *eval, struct db_statement *query, const struct query_candidate *candidate, int64_t code,
	    struct err *err)
{
	db_bind_int(query, 1, candidate->id);
	bind_time(eval, query);
	if (code >= 0)
		db_bind_int(query, 4, code);
	return exists(eval, query, err);
}

static enum truth
look_up(struct query_eval *eval, int index, const struct query_candidate *candidate, struct query_known *known, struct err *err)
{
	const struct query_node *node = &eval->query->nodes[index];
	struct db_statement *query;

	switch (node->kind) {
	case QUERY_TEXT:
		return has_text(eval, index, candidate, known, err);
	case QUERY_FROM:
		return has_name(eval, index, candidate, err);
	case QUERY_LABEL:
		return has_label(eval, index, candidate, err);
	case QUERY_MEDIA:
		query = db_query(eval->db, "SELECT 1 FROM messages m JOIN attachments a ON a.message_id = m.id AND a.kind = 'media'"
					   " WHERE m.thread_id = $1" IN_TIME " LIMIT 1");
		return has_message(eval, query, candidate, -1, err);
	case QUERY_NOTE:
		query = db_query(eval->db, "SELECT 1 FROM messages m WHERE m.thread_id = $1 AND +m.direction = 'note'" IN_TIME
					   " LIMIT 1");
		return has_message(eval, query, candidate, -1, err);
	case QUERY_ERROR:
		query = db_query(eval->db, "SELECT 1 FROM messages m JOIN message_deliveries d ON d.message_id = m.id"
					   " WHERE m.thread_id = $1" IN_TIME " AND d.error_code > 0"
					   " AND (+d.error_code = $4 OR $4 = 0) LIMIT 1");
		return has_message(eval, query, candidate, node->value, err);
	case QUERY_DRAFT:
		query = db_query(eval->db, "SELECT 1 FROM drafts WHERE thread_id = $1 LIMIT 1");
		db_bind_int(query, 1, candidate->id);
		return exists(eval, query, err);
	case QUERY_AND:
	case QUERY_OR:
	case QUERY_NOT:
	case QUERY_CHANNEL:
	case QUERY_STATUS:
	case QUERY_TO:
	case QUERY_AGENT:
	case QUERY_PRIORITY:
	case QUERY_UNREAD:
	case QUERY_FAILED:
	case QUERY_WAITING:
		break;
	}
	return TRUTH_FALSE;
}

/* --- the conversation's own row ------------------------------------------------------------------------------------ */

/* True if the address begins with that part of the query; a plus may be missing. */
static bool
begins(const struct query *query, struct query_span name, const char *address)
{
	const char *wanted = query->text + name.start;

	if (address[0] == '+' && name.len > 0 && wanted[0] != '+')
		address++;
	return strncasecmp(address, wanted, name.len) == 0;
}

static bool
is_active(const struct query_candidate *candidate)
{
	return candidate->status == THREAD_OPEN || candidate->status == THREAD_PENDING;
}

/* Stored priorities beyond the named ones are the nearest of them. */
static int64_t
nearest_priority(int64_t priority)
{
	return priority < -1 ? -1 : priority > 2 ? 2 : priority;
}

static enum truth
look_at_row(const struct query_eval *eval, int index, const struct query_candidate *candidate)
{
	const struct query_node *node = &eval->query->nodes[index];

	switch (node->kind) {
	case QUERY_CHANNEL:
		return (int64_t)candidate->channel == node->value;
	case QUERY_STATUS:
		return (node->value >> candidate->status & 1) != 0;
	case QUERY_TO:
		return begins(eval->query, node->name, candidate->own_address);
	case QUERY_AGENT:
		return candidate->assignee_id == eval->terms[index].id;
	case QUERY_LABEL:
		return eval->terms[index].id < 0 ? TRUTH_FALSE : TRUTH_UNKNOWN;
	case QUERY_PRIORITY:
		return nearest_priority(candidate->priority) == node->value;
	case QUERY_UNREAD:
		return candidate->unread > 0;
	case QUERY_FAILED:
		return candidate->failed_count > 0;
	case QUERY_WAITING:
		return is_active(candidate) && candidate->unanswered_since > 0;
	case QUERY_TEXT:
	case QUERY_FROM:
	case QUERY_MEDIA:
	case QUERY_NOTE:
	case QUERY_DRAFT:
	case QUERY_ERROR:
	case QUERY_AND:
	case QUERY_OR:
	case QUERY_NOT:
		break;
	}
	return TRUTH_UNKNOWN;
}

/* --- the whole query ----------------------------------------------------------------------------------------------- */

struct judge {
	struct query_eval *eval;
	const struct query_candidate *candidate;
	struct query_known *known;
	bool deep; /* look up what the row does not say */
	struct err *err;
};

static enum truth judge(const struct judge *with, int index);

/* "and" is settled by the first that is false, "or" by the first that is true. */
static enum truth
judge_pair(const struct judge *with, const struct query_node *node)
{
	enum truth settled = node->kind == QUERY_AND ? TRUTH_FALSE : TRUTH_TRUE;
	/* Words cost most. */
	bool swap = with->eval->query->nodes[node->first].kind == QUERY_TEXT;
	enum truth first = judge(with, swap ? node->second : node->first), second;

	if (first == settled || first == TRUTH_FAILED)
		return first;
	second = judge(with, swap ? node->first : node->second);
	if (second == settled || second == TRUTH_FAILED)
		return second;
	return first == TRUTH_UNKNOWN ? first : second;
}

static enum truth
judge(const struct judge *with, int index)
{
	const struct query_node *node = &with->eval->query->nodes[index];
	enum truth truth;

	if (index == with->known->node)
		return TRUTH_TRUE;
	if (node->kind == QUERY_AND || node->kind == QUERY_OR)
		return judge_pair(with, node);
	if (node->kind == QUERY_NOT) {
		int64_t hit = with->known->hit;

		truth = judge(with, node->first);
		with->known->hit = hit; /* nothing was found that is asked for */
		return truth == TRUTH_TRUE ? TRUTH_FALSE : truth == TRUTH_FALSE ? TRUTH_TRUE : truth;
	}
	truth = look_at_row(with->eval, index, with->candidate);
	if (truth == TRUTH_UNKNOWN && with->deep)
		truth = look_up(with->eval, index, with->candidate, with->known, with->err);
	return truth;
}

static enum truth
has_time(struct query_eval *eval, const struct query_candidate *candidate, struct err *err)
{
	struct db_statement *query;

	query = db_query(eval->db, "SELECT 1 FROM messages m WHERE m.thread_id = $1" IN_TIME " ORDER BY m.id DESC LIMIT 1");
	return has_message(eval, query, candidate, -1, err);
}

enum status
query_eval_takes(struct query_eval *eval, const struct query_candidate *candidate, struct query_known *known, bool *takes,
		 struct err *err)
{
	struct judge with = { eval, candidate, known, false, err };
	enum truth truth = TRUTH_TRUE;

	*takes = false;
	if (eval->query->active_only && !is_active(candidate))
		return STATUS_OK;
	if (eval->query->root >= 0)
		truth = judge(&with, eval->query->root);
	if (truth == TRUTH_FALSE)
		return STATUS_OK;
	if (query_has_dates(eval->query) && !known->in_time) {
		enum truth in_time = has_time(eval, candidate, err);

		if (in_time != TRUTH_TRUE)
			return in_time == TRUTH_FAILED ? db_failure(eval->db, err) : STATUS_OK;
	}
	with.deep = true;
	if (truth == TRUTH_UNKNOWN)
		truth = judge(&with, eval->query->root);
	*takes = truth == TRUTH_TRUE;
	return truth == TRUTH_FAILED ? db_failure(eval->db, err) : STATUS_OK;
}
