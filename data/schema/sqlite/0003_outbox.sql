-- Replies that wait on purpose, notes, quotes and canned replies.

-- scheduled: the agent chose the time; held: it was due, but something changed since it was written. Both wait without
-- keeping later replies back.
CREATE TABLE outbox_new (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	message_id INTEGER NOT NULL UNIQUE REFERENCES messages (id),
	thread_id INTEGER NOT NULL REFERENCES communication_threads (id),
	delivery_method TEXT NOT NULL,
	sender TEXT NOT NULL,
	recipient TEXT NOT NULL,
	media_url TEXT,
	content_sid TEXT,
	variables TEXT,
	state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'unknown', 'unsure', 'scheduled', 'held')),
	attempts INTEGER NOT NULL DEFAULT 0,
	next_attempt_at INTEGER NOT NULL,
	started_at INTEGER NOT NULL DEFAULT 0,
	lease_owner TEXT NOT NULL DEFAULT '',
	lease_until INTEGER NOT NULL DEFAULT 0,
	last_error TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,
	-- The newest message its author had seen; 0 = not to be checked.
	seen_message_id INTEGER NOT NULL DEFAULT 0,
	-- Why it is held: a send problem's code.
	held_reason TEXT NOT NULL DEFAULT ''
);
INSERT INTO outbox_new (id, message_id, thread_id, delivery_method, sender, recipient, media_url, content_sid, variables,
	state, attempts, next_attempt_at, started_at, lease_owner, lease_until, last_error, created_at)
SELECT id, message_id, thread_id, delivery_method, sender, recipient, media_url, content_sid, variables,
	state, attempts, next_attempt_at, started_at, lease_owner, lease_until, last_error, created_at FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_new RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (state, next_attempt_at, id);
CREATE INDEX outbox_thread ON outbox (thread_id, id) WHERE state IN ('queued', 'sending', 'unknown');

INSERT INTO counters (name, value) VALUES ('outbox_scheduled', 0), ('outbox_held', 0);
CREATE TRIGGER outbox_counted AFTER INSERT ON outbox
BEGIN
	UPDATE counters SET value = value + 1
	WHERE name = CASE NEW.state WHEN 'unsure' THEN 'outbox_unsure' WHEN 'scheduled' THEN 'outbox_scheduled'
		WHEN 'held' THEN 'outbox_held' ELSE 'outbox_waiting' END;
END;
CREATE TRIGGER outbox_recounted AFTER UPDATE OF state ON outbox
WHEN (CASE WHEN OLD.state IN ('unsure', 'scheduled', 'held') THEN OLD.state ELSE 'waiting' END) <>
	(CASE WHEN NEW.state IN ('unsure', 'scheduled', 'held') THEN NEW.state ELSE 'waiting' END)
BEGIN
	UPDATE counters SET value = value - 1
	WHERE name = CASE OLD.state WHEN 'unsure' THEN 'outbox_unsure' WHEN 'scheduled' THEN 'outbox_scheduled'
		WHEN 'held' THEN 'outbox_held' ELSE 'outbox_waiting' END;
	UPDATE counters SET value = value + 1
	WHERE name = CASE NEW.state WHEN 'unsure' THEN 'outbox_unsure' WHEN 'scheduled' THEN 'outbox_scheduled'
		WHEN 'held' THEN 'outbox_held' ELSE 'outbox_waiting' END;
END;
CREATE TRIGGER outbox_uncounted AFTER DELETE ON outbox
BEGIN
	UPDATE counters SET value = value - 1
	WHERE name = CASE OLD.state WHEN 'unsure' THEN 'outbox_unsure' WHEN 'scheduled' THEN 'outbox_scheduled'
		WHEN 'held' THEN 'outbox_held' ELSE 'outbox_waiting' END;
END;

-- The message that a customer's message answers to, where the channel says so.
ALTER TABLE messages ADD COLUMN reply_to INTEGER REFERENCES messages (id);

-- A note has a draft of its own beside the reply's.
CREATE TABLE drafts_new (
	thread_id INTEGER NOT NULL REFERENCES communication_threads (id),
	agent TEXT NOT NULL,
	kind TEXT NOT NULL DEFAULT 'reply' CHECK (kind IN ('reply', 'note')),
	body TEXT NOT NULL,
	updated_at INTEGER NOT NULL,
	PRIMARY KEY (thread_id, agent, kind)
) WITHOUT ROWID;
INSERT INTO drafts_new (thread_id, agent, body, updated_at) SELECT thread_id, agent, body, updated_at FROM drafts;
DROP TABLE drafts;
ALTER TABLE drafts_new RENAME TO drafts;

-- channel and language '' fit all.
CREATE TABLE canned_replies (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	channel TEXT NOT NULL DEFAULT '',
	language TEXT NOT NULL DEFAULT '',
	body TEXT NOT NULL,
	updated_at INTEGER NOT NULL,
	UNIQUE (name, channel, language)
);

-- The services replay a dead letter that an agent asked for.
ALTER TABLE dead_letters ADD COLUMN replay_requested_at INTEGER;
ALTER TABLE dead_letters ADD COLUMN replay_result TEXT NOT NULL DEFAULT '';
CREATE INDEX dead_letters_replay ON dead_letters (id) WHERE replay_requested_at IS NOT NULL AND replayed_at IS NULL;
-- The counter is of those that are open.
CREATE TRIGGER dead_letters_settled AFTER UPDATE OF replayed_at ON dead_letters
WHEN (OLD.replayed_at IS NULL) <> (NEW.replayed_at IS NULL)
BEGIN
	UPDATE counters SET value = value + CASE WHEN NEW.replayed_at IS NULL THEN 1 ELSE -1 END WHERE name = 'dead_letters';
END;
