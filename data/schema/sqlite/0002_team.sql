-- What a team does with conversations: who has it, how urgent it is, what it is called, until when it sleeps, who looks at
-- it, and which customers turned out to be one person.

-- name is folded to lower case and has no blanks.
CREATE TABLE labels (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	threads INTEGER NOT NULL DEFAULT 0,
	created_at INTEGER NOT NULL
);
CREATE TABLE thread_labels (
	thread_id INTEGER NOT NULL REFERENCES communication_threads (id),
	label_id INTEGER NOT NULL REFERENCES labels (id),
	created_at INTEGER NOT NULL,
	PRIMARY KEY (thread_id, label_id)
) WITHOUT ROWID;
CREATE INDEX thread_labels_label ON thread_labels (label_id, thread_id);
CREATE TRIGGER thread_labels_counted AFTER INSERT ON thread_labels
BEGIN
	UPDATE labels SET threads = threads + 1 WHERE id = NEW.label_id;
END;
CREATE TRIGGER thread_labels_uncounted AFTER DELETE ON thread_labels
BEGIN
	UPDATE labels SET threads = threads - 1 WHERE id = OLD.label_id;
END;

-- Sleeping until a time; without one, until the customer writes.
CREATE INDEX threads_asleep ON communication_threads (snoozed_until) WHERE snoozed_until IS NOT NULL;

-- Which console looks at which conversation. A row ends with its console, or when nothing was heard of it for a while.
CREATE TABLE presence (
	console TEXT PRIMARY KEY,
	agent TEXT NOT NULL,
	thread_id INTEGER NOT NULL REFERENCES communication_threads (id),
	doing TEXT NOT NULL CHECK (doing IN ('viewing', 'writing')),
	since INTEGER NOT NULL,
	seen_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX presence_thread ON presence (thread_id);

-- One person who was two customers: what was moved, so that it can be moved back.
ALTER TABLE clients ADD COLUMN merged_into INTEGER REFERENCES clients (id);
CREATE TABLE client_merges (
	id INTEGER PRIMARY KEY,
	kept_id INTEGER NOT NULL REFERENCES clients (id),
	gone_id INTEGER NOT NULL REFERENCES clients (id),
	-- The kept one before it.
	kept_name TEXT NOT NULL,
	kept_language TEXT NOT NULL,
	kept_notes TEXT NOT NULL,
	-- The newest rows at that time: what is younger came after it.
	last_address_id INTEGER NOT NULL,
	last_thread_id INTEGER NOT NULL,
	agent TEXT NOT NULL,
	merged_at INTEGER NOT NULL,
	undone_at INTEGER
);
CREATE INDEX client_merges_kept ON client_merges (kept_id, id);
CREATE INDEX client_merges_gone ON client_merges (gone_id, id);
CREATE TABLE client_merge_rows (
	merge_id INTEGER NOT NULL REFERENCES client_merges (id),
	kind TEXT NOT NULL CHECK (kind IN ('address', 'thread')),
	row_id INTEGER NOT NULL,
	PRIMARY KEY (merge_id, kind, row_id)
) WITHOUT ROWID;

-- An agent's own: queries with a name, and recorded keys.
CREATE TABLE saved_views (
	agent TEXT NOT NULL,
	name TEXT NOT NULL,
	query TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (agent, name)
) WITHOUT ROWID;
CREATE TABLE macros (
	agent TEXT NOT NULL,
	name TEXT NOT NULL,
	keys TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (agent, name)
) WITHOUT ROWID;
