/* SPDX-License-Identifier: MIT */
/*
 * Merging notes each row it moves, so that taking it back moves exactly those. What came after it follows its address: a
 * conversation belongs to whoever has the line it is held on.
 */
#include "core/client_merge.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/audit.h"
#include "core/client.h"
#include "core/i18n.h"
#include "core/strbuf.h"
#include "core/utf8.h"

/* What the kept one has after the merge; all borrowed but notes. */
struct joined {
	const char *name;
	const char *language;
	struct strbuf notes;
};

static void
join(const struct client *kept, const struct client *gone, struct joined *out)
{
	out->name = kept->name[0] != '\0' ? kept->name : gone->name;
	out->language = kept->language[0] != '\0' ? kept->language : gone->language;
	strbuf_init(&out->notes, 2 * CLIENT_NOTES_MAX + 16);
	strbuf_add_string(&out->notes, kept->notes);
	if (gone->notes[0] != '\0' && out->notes.len > 0)
		strbuf_add_char(&out->notes, '\n');
	strbuf_add_string(&out->notes, gone->notes);
}

static enum status
store_texts(struct db *db, const struct client *now, const struct joined *want, int64_t now_ms, struct err *err)
{
	struct db_statement *query;
	enum status status = STATUS_OK;

	if (want->notes.failed)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	if (strcmp(now->name, want->name) != 0)
		status = client_store_name(db, now->id, want->name, now_ms, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE clients SET language = $2, notes = $3, updated_at = $4 WHERE id = $1");
	db_bind_int(query, 1, now->id);
	db_bind_text(query, 2, want->language);
	db_bind_text(query, 3, strbuf_text(&want->notes));
	db_bind_int(query, 4, now_ms);
	return db_run(query, err);
}

static enum status
write_audit(struct db *db, const char *action, const struct client_pair *pair, const char *agent, int64_t now_ms,
	    struct err *err)
{
	struct audit audit = { .actor = agent, .action = action, .object_type = "client", .object_id = pair->kept, .at = now_ms };
	char gone[24], kept[24];
	enum status status;

	snprintf(gone, sizeof gone, "%lld", (long long)pair->gone);
	snprintf(kept, sizeof kept, "%lld", (long long)pair->kept);
	status = audit_write(db, &audit, gone, kept, err);
	audit.object_id = pair->gone;
	return status == STATUS_OK ? audit_write(db, &audit, gone, kept, err) : status;
}

static enum status
run_pair(struct db_statement *query, int64_t first, int64_t second, struct err *err)
{
	db_bind_int(query, 1, first);
	db_bind_int(query, 2, second);
	return db_run(query, err);
}

static enum status
note_merge(struct db *db, const struct client *kept, int64_t gone_id, const char *agent, int64_t now_ms, int64_t *merge_id,
	   struct err *err)
{
	struct db_statement *query;
	enum status status;

	query = db_query(db, "INSERT INTO client_merges (kept_id, gone_id, kept_name, kept_language, kept_notes, agent, merged_at,"
			     " last_address_id, last_thread_id) VALUES ($1, $2, $3, $4, $5, $6, $7,"
			     " (SELECT coalesce(max(id), 0) FROM client_addresses),"
			     " (SELECT coalesce(max(id), 0) FROM communication_threads)) RETURNING id");
	db_bind_int(query, 1, kept->id);
	db_bind_int(query, 2, gone_id);
	db_bind_text(query, 3, kept->name);
	db_bind_text(query, 4, kept->language);
	db_bind_text(query, 5, kept->notes);
	db_bind_text(query, 6, agent);
	db_bind_int(query, 7, now_ms);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	*merge_id = db_column_int(query, 0);
	status = db_run(query, err);
	if (status == STATUS_OK)
		status = run_pair(db_query(db, "INSERT INTO client_merge_rows (merge_id, kind, row_id)"
					       " SELECT $1, 'address', id FROM client_addresses WHERE client_id = $2"),
				  *merge_id, gone_id, err);
	if (status == STATUS_OK)
		status = run_pair(db_query(db, "INSERT INTO client_merge_rows (merge_id, kind, row_id)"
					       " SELECT $1, 'thread', id FROM communication_threads WHERE client_id = $2"),
				  *merge_id, gone_id, err);
	return status;
}

static enum status
move(struct db *db, const struct client_pair *pair, struct err *err)
{
	enum status status;

	status = run_pair(db_query(db, "UPDATE client_addresses SET client_id = $1 WHERE client_id = $2"), pair->kept, pair->gone,
			  err);
	if (status == STATUS_OK)
		status = run_pair(db_query(db, "UPDATE communication_threads SET client_id = $1 WHERE client_id = $2"),
				  pair->kept, pair->gone, err);
	if (status == STATUS_OK)
		status = run_pair(db_query(db, "UPDATE clients SET merged_into = $1 WHERE id = $2"), pair->kept, pair->gone,
				  err);
	return status;
}

enum status
client_merge(struct db *db, const struct client_pair *pair, const char *agent, int64_t now_ms, int64_t *merge_id,
	     struct err *err)
{
	struct client kept = { 0 }, gone = { 0 };
	struct joined want;
	enum status status;

	if (pair->kept == pair->gone)
		return err_set(err, STATUS_INVALID, "%s", _("This is one and the same customer; choose two."));
	status = client_get(db, pair->kept, &kept, err);
	if (status == STATUS_OK)
		status = client_get(db, pair->gone, &gone, err);
	if (status == STATUS_OK && (kept.merged_into != 0 || gone.merged_into != 0))
		status = err_set(err, STATUS_CONFLICT, "%s",
				 _("One of these customers is part of another one already; look at that one."));
	if (status == STATUS_OK)
		status = note_merge(db, &kept, gone.id, agent, now_ms, merge_id, err);
	if (status == STATUS_OK)
		status = move(db, pair, err);
	if (status == STATUS_OK) {
		join(&kept, &gone, &want);
		status = store_texts(db, &kept, &want, now_ms, err);
		strbuf_release(&want.notes);
	}
	if (status == STATUS_OK)
		status = write_audit(db, "merge", pair, agent, now_ms, err);
	client_release(&kept);
	client_release(&gone);
	return status;
}

/* A merge as it was noted. */
struct merge {
	int64_t id;
	struct client_pair pair;
	struct client before; /* the kept one: name, language, notes */
	int64_t last_address_id;
	int64_t last_thread_id;
	bool undone;
};

static enum status
read_merge(struct db *db, int64_t id, struct merge *merge, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	memset(merge, 0, sizeof *merge);
	query = db_query(db, "SELECT kept_id, gone_id, kept_name, kept_language, kept_notes, last_address_id, last_thread_id,"
			     " undone_at FROM client_merges WHERE id = $1");
	db_bind_int(query, 1, id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return err_set(err, STATUS_NOT_FOUND, _("There is no merge %lld of customers."), (long long)id);
	merge->id = id;
	merge->pair = (struct client_pair){ db_column_int(query, 0), db_column_int(query, 1) };
	utf8_copy(merge->before.name, sizeof merge->before.name, db_column_text(query, 2));
	utf8_copy(merge->before.language, sizeof merge->before.language, db_column_text(query, 3));
	merge->before.notes = strdup(db_column_text(query, 4));
	merge->last_address_id = db_column_int(query, 5);
	merge->last_thread_id = db_column_int(query, 6);
	merge->undone = !db_column_is_null(query, 7);
	db_reset(query);
	if (merge->before.notes == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	return STATUS_OK;
}

/* Each of the three goes back unless it is no longer what the merge made of it. */
static enum status
restore_texts(struct db *db, const struct merge *merge, const struct client *kept, const struct client *gone,
	      int64_t now_ms, struct err *err)
{
	struct joined made, want;
	enum status status;

	join(&merge->before, gone, &made);
	want.name = strcmp(kept->name, made.name) == 0 ? merge->before.name : kept->name;
	want.language = strcmp(kept->language, made.language) == 0 ? merge->before.language : kept->language;
	strbuf_init(&want.notes, 2 * CLIENT_NOTES_MAX + 16);
	strbuf_add_string(&want.notes,
			  strcmp(kept->notes, strbuf_text(&made.notes)) == 0 ? merge->before.notes : kept->notes);
	status = store_texts(db, kept, &want, now_ms, err);
	strbuf_release(&made.notes);
	strbuf_release(&want.notes);
	return status;
}

static enum status
move_back(struct db *db, const struct merge *merge, struct err *err)
{
	struct db_statement *query;
	enum status status;

	/* Spellings of a moved line that were met since go with it. */
	query = db_query(db, "UPDATE client_addresses SET client_id = $2 WHERE client_id = $1 AND (id IN"
			     " (SELECT row_id FROM client_merge_rows WHERE merge_id = $3 AND kind = 'address') OR (id > $4"
			     " AND (kind, canonical) IN (SELECT a.kind, a.canonical FROM client_merge_rows r"
			     " JOIN client_addresses a ON a.id = r.row_id WHERE r.merge_id = $3 AND r.kind = 'address')))");
	db_bind_int(query, 1, merge->pair.kept);
	db_bind_int(query, 2, merge->pair.gone);
	db_bind_int(query, 3, merge->id);
	db_bind_int(query, 4, merge->last_address_id);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE communication_threads SET client_id = $2 WHERE client_id = $1 AND (id IN"
			     " (SELECT row_id FROM client_merge_rows WHERE merge_id = $3 AND kind = 'thread') OR (id > $4"
			     " AND client_address IN (SELECT address FROM client_addresses WHERE client_id = $2)))");
	db_bind_int(query, 1, merge->pair.kept);
	db_bind_int(query, 2, merge->pair.gone);
	db_bind_int(query, 3, merge->id);
	db_bind_int(query, 4, merge->last_thread_id);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE clients SET merged_into = NULL WHERE id = $1");
	db_bind_int(query, 1, merge->pair.gone);
	return db_run(query, err);
}

static enum status
check_undone(const struct merge *merge, const struct client *kept, struct err *err)
{
	if (merge->undone)
		return err_set(err, STATUS_CONFLICT, "%s", _("This merge was taken back already."));
	if (kept->merged_into != 0)
		return err_set(err, STATUS_CONFLICT, "%s",
			       _("This customer became part of another one since; take that merge back first."));
	return STATUS_OK;
}

enum status
client_unmerge(struct db *db, int64_t merge_id, const char *agent, int64_t now_ms, struct err *err)
{
	struct client kept = { 0 }, gone = { 0 };
	struct merge merge;
	enum status status = read_merge(db, merge_id, &merge, err);

	if (status == STATUS_OK)
		status = client_get(db, merge.pair.kept, &kept, err);
	if (status == STATUS_OK)
		status = client_get(db, merge.pair.gone, &gone, err);
	if (status == STATUS_OK)
		status = check_undone(&merge, &kept, err);
	if (status == STATUS_OK)
		status = restore_texts(db, &merge, &kept, &gone, now_ms, err);
	if (status == STATUS_OK)
		status = move_back(db, &merge, err);
	if (status == STATUS_OK)
		status = run_pair(db_query(db, "UPDATE client_merges SET undone_at = $1 WHERE id = $2"), now_ms, merge_id, err);
	if (status == STATUS_OK)
		status = write_audit(db, "unmerge", &merge.pair, agent, now_ms, err);
	client_release(&merge.before);
	client_release(&kept);
	client_release(&gone);
	return status;
}

enum status
client_merges(struct db *db, int64_t kept_id, size_t limit, struct client_merge_row *rows, size_t *count, struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;

	*count = 0;
	query = db_query(db, "SELECT m.id, m.gone_id, c.name, m.agent, m.merged_at FROM client_merges m"
			     " JOIN clients c ON c.id = m.gone_id WHERE m.kept_id = $1 AND m.undone_at IS NULL"
			     " ORDER BY m.id DESC LIMIT $2");
	db_bind_int(query, 1, kept_id);
	db_bind_int(query, 2, (int64_t)limit);
	while (*count < limit && (step = db_step(query)) == DB_ROW) {
		struct client_merge_row *row = &rows[(*count)++];

		row->id = db_column_int(query, 0);
		row->gone_id = db_column_int(query, 1);
		utf8_copy(row->gone_name, sizeof row->gone_name, db_column_text(query, 2));
		utf8_copy(row->agent, sizeof row->agent, db_column_text(query, 3));
		row->merged_at = db_column_int(query, 4);
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}
