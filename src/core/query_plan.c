/* SPDX-License-Identifier: MIT */
/*
 * Chooses what to walk along by how many conversations or messages each term of the query holds: numbers that are counted anyway, and
 * for messages the density of the newest thousand. Wrong numbers cost time, never a result.
 */
#include "core/query_plan.h"

#include <string.h>

#include "core/thread.h"

#define NEWEST 1000	/* hits that are looked at to guess how many there are */
#define SORTED_MAX 5000 /* rows that may be sorted */
#define PAGE 50		/* results that have to be quick */
/* Microseconds, measured. */
#define COST_HIT 5
#define COST_ROW 3
#define COST_LOOK_UP 100 /* the words of a query in one conversation */

#define LIST(where) \
	"SELECT " QUERY_CANDIDATE_COLUMNS " FROM communication_threads t WHERE " where \
	" AND (t.last_message_at, t.id) < ($1, $2)"
#define NEWEST_FIRST " ORDER BY t.last_message_at DESC, t.id DESC"
#define SET(table) \
	"SELECT " QUERY_CANDIDATE_COLUMNS " FROM " table " CROSS JOIN communication_threads t ON t.id = s.thread_id" \
	" WHERE (t.last_message_at, t.id) < ($1, $2)" NEWEST_FIRST
#define HIT "SELECT m.thread_id, m.id, m.created_at FROM "

static const char *const statements[] = {
	[DRIVE_ALL] = LIST("TRUE") NEWEST_FIRST,
	[DRIVE_ACTIVE] = LIST("t.active = 1") NEWEST_FIRST,
	[DRIVE_UNREAD] = LIST("t.active = 1 AND t.unread_count_agent > 0") NEWEST_FIRST,
	[DRIVE_STATUS] = LIST("t.status = $4") NEWEST_FIRST,
	[DRIVE_CHANNEL] = LIST("t.thread_type = $4") NEWEST_FIRST,
	[DRIVE_AGENT] = LIST("t.active = 1 AND t.assignee_id = $3") " UNION ALL "
		LIST("t.active = 0 AND t.assignee_id IS NOT NULL AND t.assignee_id = $3") " ORDER BY 2 DESC, 1 DESC",
	[DRIVE_AGENT_ACTIVE] = LIST("t.active = 1 AND t.assignee_id = $3") NEWEST_FIRST,
	[DRIVE_NOBODY_ACTIVE] = LIST("t.active = 1 AND t.assignee_id IS NULL") NEWEST_FIRST,
	[DRIVE_FAILED] = LIST("t.failed_count > 0") NEWEST_FIRST,
	[DRIVE_WAITING] = SET("(SELECT id AS thread_id FROM communication_threads WHERE active = 1 AND unanswered_since > 0) s"),
	[DRIVE_LABEL] = SET("(SELECT thread_id FROM thread_labels WHERE label_id = $3) s"),
	[DRIVE_DRAFT] = SET("(SELECT DISTINCT thread_id FROM drafts) s"),
	[DRIVE_TEXT] = HIT "messages_fts f JOIN messages m ON m.id = f.rowid WHERE messages_fts MATCH $4 AND f.rowid < $1"
			   " ORDER BY f.rowid DESC",
	[DRIVE_ERROR] = HIT "message_deliveries d CROSS JOIN messages m ON m.id = d.message_id WHERE d.error_code = $3"
			    " AND d.error_code > 0 AND d.message_id < $1 ORDER BY d.message_id DESC",
	[DRIVE_MEDIA] = HIT "attachments a CROSS JOIN messages m ON m.id = a.message_id WHERE a.kind = 'media'"
			    " AND a.message_id < $1 ORDER BY a.message_id DESC",
	[DRIVE_NOTE] = HIT "messages m WHERE m.direction = 'note' AND m.id < $1 ORDER BY m.id DESC",
	[DRIVE_FROM] = NULL,
	[DRIVE_NOTHING] = NULL,
};

bool
query_drive_is_hits(enum query_drive drive)
{
	return drive == DRIVE_TEXT || drive == DRIVE_ERROR || drive == DRIVE_MEDIA || drive == DRIVE_NOTE;
}

const char *
query_drive_sql(enum query_drive drive)
{
	return statements[drive];
}

/* --- how many ------------------------------------------------------------------------------------------------------ */

struct planner {
	struct query_eval *eval;
	struct thread_view_counts counts;
	int64_t threads;
	int64_t messages;
	bool active; /* nothing but active ones can belong */
	struct query_plan list, hits;
	int64_t list_size, hits_size;
	struct err *err;
};

static enum status
read_number(struct planner *planner, struct db_statement *query, int64_t *number)
{
	enum db_step step = db_step(query);

	*number = step == DB_ROW ? db_column_int(query, 0) : 0;
	db_reset(query);
	return step == DB_FAILED ? db_failure(planner->eval->db, planner->err) : STATUS_OK;
}

/* A walk by last activity ends where the query's time begins. */
static enum status
shorten_list(struct planner *planner)
{
	struct db_statement *query = db_query(planner->eval->db, "SELECT count(*) FROM (SELECT 1 FROM communication_threads"
								 " WHERE last_message_at >= $1 LIMIT $2)");
	int64_t size;
	enum status status;

	db_bind_int(query, 1, planner->eval->query->from_ms);
	db_bind_int(query, 2, SORTED_MAX);
	status = read_number(planner, query, &size);
	if (status == STATUS_OK && size < SORTED_MAX && size < planner->list_size)
		planner->list_size = size;
	return status;
}

/* How many messages there are, from how far back the newest thousand reach. */
static enum status
guess_hits(struct planner *planner, enum query_drive drive, int64_t value, const char *text, int64_t *guess)
{
	struct db_statement *query = db_query(planner->eval->db, statements[drive]);
	int64_t count = 0, newest = 0, oldest = 0;
	enum db_step step = DB_DONE;

	db_bind_int(query, 1, INT64_MAX);
	db_bind_int(query, 3, value);
	db_bind_text(query, 4, text);
	while (count < NEWEST && (step = db_step(query)) == DB_ROW) {
		oldest = db_column_int(query, 1);
		if (count++ == 0)
			newest = oldest;
	}
	db_reset(query);
	if (step == DB_FAILED)
		return db_failure(planner->eval->db, planner->err);
	if (count < NEWEST)
		*guess = count;
	else
		*guess = (int64_t)((double)NEWEST * (double)planner->messages / (double)(newest - oldest + 1));
	return STATUS_OK;
}

/* --- candidates for the way ---------------------------------------------------------------------------------------- */

static void
offer_list(struct planner *planner, int64_t size, struct query_plan plan)
{
	bool sorted = plan.drive == DRIVE_WAITING || plan.drive == DRIVE_LABEL || plan.drive == DRIVE_DRAFT;

	if (size < planner->list_size && (!sorted || size <= SORTED_MAX)) {
		planner->list = plan;
		planner->list_size = size;
	}
}

static enum status
offer_hits(struct planner *planner, struct query_plan plan)
{
	int64_t size = NEWEST;
	enum status status = STATUS_OK;

	if (plan.drive != DRIVE_FROM && (plan.drive != DRIVE_TEXT || plan.text != NULL))
		status = guess_hits(planner, plan.drive, plan.value, plan.text, &size);
	if (status == STATUS_OK && size < planner->hits_size) {
		planner->hits = plan;
		planner->hits_size = size;
	}
	return status;
}

static enum status
offer_agent(struct planner *planner, int index)
{
	struct thread_view_counts counts;
	int64_t id = planner->eval->terms[index].id;
	enum status status;

	if (id < 0) {
		offer_list(planner, -1, (struct query_plan){ DRIVE_NOTHING, -1, 0, NULL });
		return STATUS_OK;
	}
	if (id == 0) {
		if (planner->active)
			offer_list(planner, planner->counts.unassigned, (struct query_plan){ DRIVE_NOBODY_ACTIVE, index, 0, NULL });
		return STATUS_OK;
	}
	status = thread_view_counts(planner->eval->db, id, &counts, planner->err);
	if (status != STATUS_OK)
		return status;
	/* What an agent has put aside is not counted: a guess. */
	if (planner->active)
		offer_list(planner, counts.mine, (struct query_plan){ DRIVE_AGENT_ACTIVE, index, id, NULL });
	else
		offer_list(planner, counts.mine + planner->threads / 50, (struct query_plan){ DRIVE_AGENT, index, id, NULL });
	return STATUS_OK;
}

static void
offer_status(struct planner *planner, int64_t set)
{
	for (int i = 0; i < THREAD_STATUS_COUNT; i++) {
		if (set == 1 << i)
			offer_list(planner, planner->counts.by_status[i],
				   (struct query_plan){ DRIVE_STATUS, -1, 0, thread_status_name((enum thread_status)i) });
	}
}

static enum status
offer_channel(struct planner *planner, enum channel channel)
{
	struct thread_counts counts;
	int64_t size = 0;
	enum status status = thread_counts(planner->eval->db, &counts, planner->err);

	for (int i = 0; status == STATUS_OK && i < THREAD_STATUS_COUNT; i++)
		size += counts.threads[channel][i];
	if (status == STATUS_OK)
		offer_list(planner, size, (struct query_plan){ DRIVE_CHANNEL, -1, 0, channel_name(channel) });
	return status;
}

static enum status
offer_label(struct planner *planner, int index)
{
	int64_t id = planner->eval->terms[index].id, size;
	struct db_statement *query = db_query(planner->eval->db, "SELECT threads FROM labels WHERE id = $1");
	enum status status;

	db_bind_int(query, 1, id);
	status = read_number(planner, query, &size);
	if (status == STATUS_OK)
		offer_list(planner, size, (struct query_plan){ id < 0 ? DRIVE_NOTHING : DRIVE_LABEL, index, id, NULL });
	return status;
}

static enum status
offer_drafts(struct planner *planner, int index)
{
	int64_t size;
	struct db_statement *query = db_query(planner->eval->db, "SELECT count(*) FROM (SELECT 1 FROM drafts LIMIT $1)");
	enum status status;

	db_bind_int(query, 1, SORTED_MAX + 1);
	status = read_number(planner, query, &size);
	if (status == STATUS_OK)
		offer_list(planner, size, (struct query_plan){ DRIVE_DRAFT, index, 0, NULL });
	return status;
}

/* One term that every conversation has to meet. */
static enum status
offer(struct planner *planner, int index)
{
	const struct query_node *node = &planner->eval->query->nodes[index];

	switch (node->kind) {
	case QUERY_STATUS:
		offer_status(planner, node->value);
		return STATUS_OK;
	case QUERY_CHANNEL:
		return offer_channel(planner, (enum channel)node->value);
	case QUERY_AGENT:
		return offer_agent(planner, index);
	case QUERY_LABEL:
		return offer_label(planner, index);
	case QUERY_DRAFT:
		return offer_drafts(planner, index);
	case QUERY_FAILED:
		offer_list(planner, planner->counts.failed, (struct query_plan){ DRIVE_FAILED, index, 0, NULL });
		return STATUS_OK;
	case QUERY_WAITING:
		offer_list(planner, planner->counts.waiting, (struct query_plan){ DRIVE_WAITING, index, 0, NULL });
		return STATUS_OK;
	case QUERY_UNREAD:
		if (planner->active)
			offer_list(planner, planner->counts.active_unread, (struct query_plan){ DRIVE_UNREAD, index, 0, NULL });
		return STATUS_OK;
	case QUERY_FROM:
		return offer_hits(planner, (struct query_plan){ DRIVE_FROM, index, 0, NULL });
	case QUERY_ERROR:
		if (node->value == 0)
			return STATUS_OK;
		return offer_hits(planner, (struct query_plan){ DRIVE_ERROR, index, node->value, NULL });
	case QUERY_MEDIA:
		return offer_hits(planner, (struct query_plan){ DRIVE_MEDIA, index, 0, NULL });
	case QUERY_NOTE:
		return offer_hits(planner, (struct query_plan){ DRIVE_NOTE, index, 0, NULL });
	case QUERY_TEXT: /* offered by the caller, together with "or" of texts */
	case QUERY_TO:
	case QUERY_PRIORITY:
	case QUERY_AND:
	case QUERY_OR:
	case QUERY_NOT:
		break;
	}
	return STATUS_OK;
}

/* Calls offer() for each part of the outermost "and"; first finds out whether only active ones are meant. */
static enum status
offer_all(struct planner *planner, int index, bool only_look)
{
	const int64_t active = 1 << THREAD_OPEN | 1 << THREAD_PENDING;
	const struct query_node *node;
	enum status status;

	if (index < 0)
		return STATUS_OK;
	node = &planner->eval->query->nodes[index];
	if (node->kind == QUERY_AND) {
		status = offer_all(planner, node->first, only_look);
		return status == STATUS_OK ? offer_all(planner, node->second, only_look) : status;
	}
	if (!only_look)
		return offer(planner, index);
	if (node->kind == QUERY_WAITING || (node->kind == QUERY_STATUS && (node->value & ~active) == 0))
		planner->active = true;
	return STATUS_OK;
}

/* --- the choice ---------------------------------------------------------------------------------------------------- */

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Until a page is full: through messages of which few conversations fit, or through a list of which few have the words. */
static bool
hits_are_quicker(const struct planner *planner)
{
	int64_t list_size = planner->list_size > 0 ? planner->list_size : 1;
	int64_t hits_size = planner->hits_size > 0 ? planner->hits_size : 1;
	int64_t by_hits = least(hits_size, PAGE * planner->threads / list_size) * COST_HIT;
	bool sorted = planner->list.drive >= DRIVE_WAITING && planner->list.drive <= DRIVE_DRAFT;
	int64_t by_list = (sorted ? planner->list_size * COST_ROW : 0)
			  + least(planner->list_size, PAGE * planner->threads / hits_size) * COST_LOOK_UP;

	return by_hits <= by_list;
}

enum status
query_plan_choose(struct query_eval *eval, int text_node, char *const texts[2], struct query_plan *plan, struct err *err)
{
	struct planner planner = { .eval = eval, .active = eval->query->active_only, .hits_size = INT64_MAX, .err = err };
	enum status status = thread_view_counts(eval->db, 0, &planner.counts, err);

	for (int i = 0; i < THREAD_STATUS_COUNT; i++)
		planner.threads += planner.counts.by_status[i];
	if (status == STATUS_OK)
		status = read_number(&planner, db_query(eval->db, "SELECT max(id) FROM messages"), &planner.messages);
	if (status == STATUS_OK)
		status = offer_all(&planner, eval->query->root, true);
	planner.list_size = planner.active ? planner.counts.active : planner.threads;
	planner.list = (struct query_plan){ planner.active ? DRIVE_ACTIVE : DRIVE_ALL, -1, 0, NULL };
	if (status == STATUS_OK && eval->query->from_ms > 0)
		status = shorten_list(&planner);
	if (status == STATUS_OK)
		status = offer_all(&planner, eval->query->root, false);
	if (status == STATUS_OK && text_node >= 0)
		status = offer_hits(&planner, (struct query_plan){ DRIVE_TEXT, text_node, 0, texts[0] });
	if (status != STATUS_OK)
		return status;
	*plan = planner.list;
	if (planner.hits_size < INT64_MAX && planner.list.drive != DRIVE_NOTHING && hits_are_quicker(&planner))
		*plan = planner.hits;
	return STATUS_OK;
}
