/* SPDX-License-Identifier: MIT */
/*
 * Walks along what query_plan.c chose. Words stand in customers' names, numbers and messages, so these are walked one after the
 * other; conversations met before are remembered and passed over. The place moves only past what has been judged, so a
 * call that was ended early loses nothing.
 */
#include "core/query_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/agent.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/label.h"
#include "core/query_plan.h"
#include "core/strbuf.h"
#include "core/utf8.h"

#define SEEN_MAX (1 << 20) /* conversations that one search remembers; it ends there */
#define SEEN_FIRST 256
#define EXPRESSION_MAX (256 * 1024)
#define OWN_LOOKED_AT 500

enum phase { PHASE_NAMES, PHASE_ADDRESSES, PHASE_MAIN, PHASE_END };

struct place {
	int64_t key, id;
	char address[ADDRESS_SIZE];
};

struct query_run {
	struct db *db;
	struct query query;
	struct query_eval eval;
	struct query_plan plan;
	char *texts[2]; /* what words are looked for in messages and names; owned */
	enum phase phase;
	int address_node; /* in PHASE_ADDRESSES: whose address */
	struct place place;
	struct db_statement *open; /* only during a call */
	int64_t *seen; /* a hash set; 0 = free */
	size_t seen_count, seen_room;
};

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
}

/* --- conversations met --------------------------------------------------------------------------------------------- */

static size_t
seen_slot(const int64_t *seen, size_t room, int64_t id)
{
	size_t at = (size_t)((uint64_t)id * 0x9E3779B97F4A7C15u >> 32) & (room - 1);

	while (seen[at] != 0 && seen[at] != id)
		at = (at + 1) & (room - 1);
	return at;
}

static bool
was_seen(const struct query_run *run, int64_t id)
{
	return run->seen_room > 0 && run->seen[seen_slot(run->seen, run->seen_room, id)] == id;
}

static enum status
remember(struct query_run *run, int64_t id, struct err *err)
{
	if (2 * run->seen_count >= run->seen_room) {
		size_t room = run->seen_room == 0 ? SEEN_FIRST : 2 * run->seen_room;
		int64_t *seen = calloc(room, sizeof *seen);

		if (seen == NULL)
			return no_memory(err);
		for (size_t i = 0; i < run->seen_room; i++) {
			if (run->seen[i] != 0)
				seen[seen_slot(seen, room, run->seen[i])] = run->seen[i];
		}
		free(run->seen);
		run->seen = seen;
		run->seen_room = room;
	}
	run->seen[seen_slot(run->seen, run->seen_room, id)] = id;
	run->seen_count++;
	return STATUS_OK;
}

/* --- beginning ----------------------------------------------------------------------------------------------------- */

/* True if the node is a text or an "or" of nothing else. */
static bool
is_text(const struct query *query, int index)
{
	const struct query_node *node = &query->nodes[index];

	return node->kind == QUERY_TEXT
	       || (node->kind == QUERY_OR && is_text(query, node->first) && is_text(query, node->second));
}

/* The part of the outermost "and" that is text; -1 if there is none. */
static int
find_text(const struct query *query, int index)
{
	int found;

	if (index < 0 || is_text(query, index))
		return index;
	if (query->nodes[index].kind != QUERY_AND)
		return -1;
	found = find_text(query, query->nodes[index].first);
	return found >= 0 ? found : find_text(query, query->nodes[index].second);
}

static bool
is_below(const struct query *query, int index, int wanted)
{
	const struct query_node *node = &query->nodes[index];

	return index == wanted || ((node->kind == QUERY_OR || node->kind == QUERY_AND)
				   && (is_below(query, node->first, wanted) || is_below(query, node->second, wanted)));
}

/* Joins the expressions of the texts below the node by OR. */
static enum status
join_texts(struct query_run *run, int node, struct err *err)
{
	for (int which = 0; node >= 0 && which < 2; which++) {
		struct strbuf out;

		strbuf_init(&out, EXPRESSION_MAX);
		for (int i = 0; i < run->query.node_count; i++) {
			const struct query_term *term = &run->eval.terms[i];
			const char *text = which == 0 ? term->in_messages : term->in_names;

			if (text != NULL && is_below(&run->query, node, i))
				strbuf_add_format(&out, "%s(%s)", out.len > 0 ? " OR " : "", text);
		}
		if (out.len > 0 || out.failed) {
			run->texts[which] = strbuf_detach(&out);
			if (run->texts[which] == NULL)
				return no_memory(err);
		}
		strbuf_release(&out);
	}
	return STATUS_OK;
}

static void
begin_phase(struct query_run *run, enum phase phase)
{
	run->phase = phase;
	run->open = NULL;
	run->place = (struct place){ INT64_MAX, INT64_MAX, "" };
	if (phase == PHASE_MAIN && query_drive_sql(run->plan.drive) == NULL)
		run->phase = PHASE_END;
	if (phase == PHASE_MAIN && run->plan.drive == DRIVE_TEXT && run->plan.text == NULL)
		run->phase = PHASE_END;
}

enum status
query_run_new(struct db *db, const struct query *query, struct query_run **out, struct err *err)
{
	struct query_run *run = calloc(1, sizeof *run);
	int text = query->root < 0 ? -1 : find_text(query, query->root);
	enum status status;

	*out = NULL;
	if (run == NULL)
		return no_memory(err);
	run->db = db;
	run->query = *query;
	status = query_eval_init(&run->eval, db, &run->query, err);
	if (status == STATUS_OK)
		status = join_texts(run, text, err);
	if (status == STATUS_OK)
		status = query_plan_choose(&run->eval, text, run->texts, &run->plan, err);
	if (status != STATUS_OK) {
		query_run_free(run);
		return status;
	}
	if (run->plan.drive == DRIVE_FROM) {
		free(run->texts[1]);
		run->texts[1] = NULL;
		if (run->eval.terms[run->plan.node].in_names != NULL
		    && (run->texts[1] = strdup(run->eval.terms[run->plan.node].in_names)) == NULL) {
			query_run_free(run);
			return no_memory(err);
		}
	}
	run->address_node = -1;
	begin_phase(run, run->plan.drive == DRIVE_TEXT || run->plan.drive == DRIVE_FROM ? PHASE_NAMES : PHASE_MAIN);
	*out = run;
	return STATUS_OK;
}

void
query_run_free(struct query_run *run)
{
	if (run == NULL)
		return;
	query_eval_release(&run->eval);
	free(run->texts[0]);
	free(run->texts[1]);
	free(run->seen);
	free(run);
}

/* --- walking ------------------------------------------------------------------------------------------------------- */

struct found {
	struct query_candidate candidate;
	struct query_known known;
	struct place place;
	bool skip; /* nothing to be judged */
};

/* The next text below the driving node that may be an address. */
static bool
next_address(struct query_run *run)
{
	while (++run->address_node < run->query.node_count) {
		if (run->eval.terms[run->address_node].address[0] != '\0'
		    && is_below(&run->query, run->plan.node, run->address_node))
			return true;
	}
	return false;
}

/* Opens the phase's statement at the place; goes on to the next phase while there is nothing to open. */
static void
open_phase(struct query_run *run)
{
	while (run->open == NULL && run->phase == PHASE_NAMES) {
		if (run->texts[1] == NULL) {
			begin_phase(run, PHASE_ADDRESSES);
			break;
		}
		run->open = db_query(run->db, "SELECT " QUERY_CANDIDATE_COLUMNS ", f.rowid FROM clients_fts f"
					      " JOIN communication_threads t ON t.client_id = f.rowid"
					      " WHERE clients_fts MATCH $2 AND f.rowid <= $1 ORDER BY f.rowid DESC");
		db_bind_int(run->open, 1, run->place.key);
		db_bind_text(run->open, 2, run->texts[1]);
	}
	if (run->open == NULL && run->phase == PHASE_ADDRESSES) {
		if (run->address_node < 0 && !next_address(run)) {
			begin_phase(run, PHASE_MAIN);
		} else if (run->address_node >= run->query.node_count) {
			begin_phase(run, PHASE_MAIN);
		} else {
			const char *address = run->eval.terms[run->address_node].address;

			run->open = db_query(run->db, "SELECT " QUERY_CANDIDATE_COLUMNS ", a.address FROM client_addresses a"
						      " CROSS JOIN communication_threads t ON t.client_id = a.client_id"
						      " WHERE a.kind IN ('phone', 'email', 'whatsapp_user')"
						      " AND a.address >= $1 AND a.address < $2 || '~'"
						      " ORDER BY a.address");
			/* One lower bound: the place, once there is one. */
			db_bind_text(run->open, 1, run->place.address[0] != '\0' ? run->place.address : address);
			db_bind_text(run->open, 2, address);
		}
	}
	if (run->open == NULL && run->phase == PHASE_MAIN) {
		run->open = db_query(run->db, query_drive_sql(run->plan.drive));
		db_bind_int(run->open, 1, run->place.key);
		db_bind_int(run->open, 2, run->place.id);
		db_bind_int(run->open, 3, run->plan.value);
		db_bind_text(run->open, 4, run->plan.text);
	}
}

static void
end_phase(struct query_run *run)
{
	run->open = NULL;
	if (run->phase == PHASE_ADDRESSES && next_address(run))
		begin_phase(run, PHASE_ADDRESSES);
	else
		begin_phase(run, run->phase + 1);
}

/* A message that the walk came to. */
static enum status
read_hit(struct query_run *run, struct found *found, struct err *err)
{
	int64_t thread_id = db_column_int(run->open, 0), id = db_column_int(run->open, 1);
	int64_t at = db_column_int(run->open, 2);
	enum status status;

	found->place = (struct place){ id, 0, "" };
	found->skip = at < run->query.from_ms || at >= run->query.until_ms || was_seen(run, thread_id);
	found->known = (struct query_known){ run->plan.node, run->plan.drive == DRIVE_TEXT ? id : 0, true };
	if (found->skip)
		return STATUS_OK;
	status = query_eval_load(&run->eval, thread_id, &found->candidate, err);
	found->skip = status == STATUS_NOT_FOUND;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
read_found(struct query_run *run, struct found *found, struct err *err)
{
	found->skip = false;
	if (run->phase == PHASE_MAIN && query_drive_is_hits(run->plan.drive))
		return read_hit(run, found, err);
	query_candidate_read(run->open, &found->candidate);
	found->known = (struct query_known){ run->plan.node, 0, false };
	if (run->phase == PHASE_NAMES) {
		found->place = (struct place){ db_column_int(run->open, 11), 0, "" };
	} else if (run->phase == PHASE_ADDRESSES) {
		utf8_copy(found->place.address, sizeof found->place.address, db_column_text(run->open, 11));
	} else {
		found->place = (struct place){ found->candidate.at, found->candidate.id, "" };
		/* No message of a conversation is newer than its last activity. */
		if (found->candidate.at < run->query.from_ms)
			run->phase = PHASE_END;
	}
	found->skip = run->phase == PHASE_END || was_seen(run, found->candidate.id);
	return STATUS_OK;
}

/* Judges one row of the walk; what belongs becomes a row of the page. */
static enum status
judge(struct query_run *run, struct found *found, struct query_page *page, struct err *err)
{
	bool remembered = run->phase != PHASE_MAIN || query_drive_is_hits(run->plan.drive);
	struct thread *row = &page->rows[page->count];
	bool takes = false;
	enum status status;

	status = query_eval_takes(&run->eval, &found->candidate, &found->known, &takes, err);
	if (status == STATUS_OK && takes) {
		status = thread_get(run->db, found->candidate.id, row, err);
		takes = status == STATUS_OK;
		status = status == STATUS_NOT_FOUND ? STATUS_OK : status;
	}
	if (status == STATUS_OK && remembered)
		status = remember(run, found->candidate.id, err);
	if (status != STATUS_OK || !takes)
		return status;
	if (page->hits != NULL)
		page->hits[page->count] = found->known.hit;
	page->count++;
	return STATUS_OK;
}

static enum status
step(struct query_run *run, struct query_page *page, struct err *err)
{
	struct found found;
	enum status status;

	open_phase(run);
	if (run->open == NULL)
		return STATUS_OK;
	switch (db_step(run->open)) {
	case DB_FAILED:
		return db_failure(run->db, err);
	case DB_DONE:
		end_phase(run);
		return STATUS_OK;
	case DB_ROW:
		break;
	}
	status = read_found(run, &found, err);
	if (status == STATUS_OK && !found.skip)
		status = judge(run, &found, page, err);
	if (status == STATUS_OK)
		run->place = found.place;
	return status;
}

enum status
query_run_next(struct query_run *run, const struct query_budget *budget, struct query_page *page, struct err *err)
{
	int64_t until = budget->ms > 0 ? clock_monotonic_ms() + budget->ms : INT64_MAX;
	enum status status = STATUS_OK;

	page->count = 0;
	while (status == STATUS_OK && page->count < page->limit && run->phase != PHASE_END) {
		if (budget->stop != NULL && atomic_load(budget->stop))
			status = err_set(err, STATUS_CANCELED, _("The search was ended before it was done."));
		else
			status = step(run, page, err);
		if (run->seen_count >= SEEN_MAX)
			run->phase = PHASE_END;
		if (clock_monotonic_ms() >= until)
			break;
	}
	if (run->open != NULL)
		db_reset(run->open);
	run->open = NULL;
	page->more = run->phase != PHASE_END;
	return status;
}

/* --- one conversation ---------------------------------------------------------------------------------------------- */

enum status
query_takes(struct db *db, const struct query *query, int64_t thread_id, bool *takes, struct err *err)
{
	struct query_known known = { -1, 0, false };
	struct query_candidate candidate;
	struct query_eval eval;
	enum status status;

	*takes = false;
	status = query_eval_init(&eval, db, query, err);
	if (status == STATUS_OK)
		status = query_eval_load(&eval, thread_id, &candidate, err);
	if (status == STATUS_OK)
		status = query_eval_takes(&eval, &candidate, &known, takes, err);
	query_eval_release(&eval);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Puts an id into its place of a list that falls, at most `max` long. */
static void
insert(int64_t *ids, size_t *count, size_t max, int64_t id)
{
	size_t at = 0;

	while (at < *count && ids[at] > id)
		at++;
	if (at == max || (at < *count && ids[at] == id))
		return;
	if (*count == max)
		(*count)--;
	memmove(ids + at + 1, ids + at, (*count - at) * sizeof *ids);
	ids[at] = id;
	(*count)++;
}

enum status
query_hits(struct db *db, const struct query *query, int64_t thread_id, int64_t below, int64_t *ids, size_t max,
	   size_t *count, struct err *err)
{
	int64_t *found = calloc(max > 0 ? max : 1, sizeof *found);
	struct query_eval eval;
	enum status status;
	size_t got;

	*count = 0;
	if (found == NULL)
		return no_memory(err);
	status = query_eval_init(&eval, db, query, err);
	for (int i = 0; status == STATUS_OK && i < query->node_count; i++) {
		if (!query_asks(query, i))
			continue;
		status = query_eval_hits(&eval, i, thread_id, below, found, max, &got, err);
		for (size_t k = 0; status == STATUS_OK && k < got; k++)
			insert(ids, count, max, found[k]);
	}
	query_eval_release(&eval);
	free(found);
	return status;
}

/* --- values -------------------------------------------------------------------------------------------------------- */

static size_t
list_agents(struct db *db, const char *prefix, char (*values)[QUERY_VALUE_SIZE], size_t max)
{
	struct agent *rows = calloc(max, sizeof *rows);
	size_t count = 0, kept = 0;

	if (rows != NULL && agent_list(db, prefix, max, rows, &count, NULL) == STATUS_OK) {
		for (size_t i = 0; i < count; i++) {
			if (strlen(rows[i].name) < QUERY_VALUE_SIZE)
				utf8_copy(values[kept++], QUERY_VALUE_SIZE, rows[i].name);
		}
	}
	free(rows);
	return kept;
}

static size_t
list_labels(struct db *db, const char *prefix, char (*values)[QUERY_VALUE_SIZE], size_t max)
{
	struct label *rows = calloc(max, sizeof *rows);
	size_t count = 0, kept = 0;

	if (rows != NULL && label_list(db, prefix, max, rows, &count, NULL) == STATUS_OK) {
		for (size_t i = 0; i < count; i++) {
			if (strlen(rows[i].name) < QUERY_VALUE_SIZE)
				utf8_copy(values[kept++], QUERY_VALUE_SIZE, rows[i].name);
		}
	}
	free(rows);
	return kept;
}

/* Ours that were used lately. */
static size_t
list_own(struct db *db, const char *prefix, char (*values)[QUERY_VALUE_SIZE], size_t max)
{
	struct db_statement *query;
	size_t kept = 0, len = strlen(prefix);

	query = db_query(db, "SELECT DISTINCT own_address FROM (SELECT own_address FROM communication_threads"
			     " ORDER BY last_message_at DESC, id DESC LIMIT $1) ORDER BY 1");
	db_bind_int(query, 1, OWN_LOOKED_AT);
	while (kept < max && db_step(query) == DB_ROW) {
		const char *address = db_column_text(query, 0);
		bool plus = address[0] == '+' && prefix[0] != '+';

		if (strncmp(address + plus, prefix, len) == 0 && strlen(address) < QUERY_VALUE_SIZE)
			utf8_copy(values[kept++], QUERY_VALUE_SIZE, address);
	}
	db_reset(query);
	return kept;
}

size_t
query_values(void *db, enum query_data what, const char *prefix, char (*values)[QUERY_VALUE_SIZE], size_t max)
{
	switch (what) {
	case QUERY_DATA_AGENT:
		return list_agents(db, prefix, values, max);
	case QUERY_DATA_LABEL:
		return list_labels(db, prefix, values, max);
	case QUERY_DATA_OWN_ADDRESS:
		return list_own(db, prefix, values, max);
	}
	return 0;
}
