-- Lists of the console beyond the inbox: mine and unassigned, longest wait, window closing, failed; and what a search looks
-- up. Most of these are small: an index over few rows costs little where messages arrive.
CREATE INDEX threads_assignee ON communication_threads (assignee_id, last_message_at, id) WHERE active = 1;
CREATE INDEX threads_inactive_assignee ON communication_threads (assignee_id, last_message_at, id)
	WHERE active = 0 AND assignee_id IS NOT NULL;
CREATE INDEX threads_waiting ON communication_threads (unanswered_since, id) WHERE active = 1 AND unanswered_since > 0;
CREATE INDEX threads_window ON communication_threads (active_type, last_inbound_at, id) WHERE active_type = 'whatsapp';
CREATE INDEX threads_failed ON communication_threads (last_message_at, id) WHERE failed_count > 0;
CREATE INDEX deliveries_error ON message_deliveries (error_code, message_id) WHERE error_code > 0;
CREATE INDEX messages_notes ON messages (id) WHERE direction = 'note';
-- The words of the full-text indexes: a beginning is looked up as the words that begin so, which costs less than FTS5's own.
CREATE VIRTUAL TABLE messages_terms USING fts5vocab (messages_fts, instance);
CREATE VIRTUAL TABLE clients_terms USING fts5vocab (clients_fts, instance);

-- Active conversations of each agent, 0 = nobody's; kept by the triggers below in the same transaction.
CREATE TABLE assignee_counts (
	assignee_id INTEGER PRIMARY KEY,
	threads INTEGER NOT NULL DEFAULT 0,
	unread_threads INTEGER NOT NULL DEFAULT 0,
	waiting_threads INTEGER NOT NULL DEFAULT 0
);
INSERT INTO assignee_counts (assignee_id, threads, unread_threads, waiting_threads)
SELECT coalesce(assignee_id, 0), count(*), sum(unread_count_agent > 0), sum(unanswered_since > 0)
FROM communication_threads WHERE active = 1 GROUP BY 1;
INSERT INTO counters (name, value) SELECT 'threads_failed', count(*) FROM communication_threads WHERE failed_count > 0;

CREATE TRIGGER threads_assigned AFTER INSERT ON communication_threads WHEN NEW.status IN ('open', 'pending')
BEGIN
	INSERT INTO assignee_counts (assignee_id, threads, unread_threads, waiting_threads)
	VALUES (coalesce(NEW.assignee_id, 0), 1, NEW.unread_count_agent > 0, NEW.unanswered_since > 0)
	ON CONFLICT (assignee_id) DO UPDATE SET threads = threads + 1,
		unread_threads = unread_threads + excluded.unread_threads,
		waiting_threads = waiting_threads + excluded.waiting_threads;
END;
-- It changed hands, was put aside or was taken up again.
CREATE TRIGGER threads_reassigned AFTER UPDATE OF status, assignee_id ON communication_threads
WHEN (OLD.status IN ('open', 'pending')) <> (NEW.status IN ('open', 'pending')) OR OLD.assignee_id IS NOT NEW.assignee_id
BEGIN
	UPDATE assignee_counts SET threads = threads - 1, unread_threads = unread_threads - (OLD.unread_count_agent > 0),
		waiting_threads = waiting_threads - (OLD.unanswered_since > 0)
	WHERE OLD.status IN ('open', 'pending') AND assignee_id = coalesce(OLD.assignee_id, 0);
	INSERT INTO assignee_counts (assignee_id, threads, unread_threads, waiting_threads)
	SELECT coalesce(NEW.assignee_id, 0), 1, NEW.unread_count_agent > 0, NEW.unanswered_since > 0
	WHERE NEW.status IN ('open', 'pending')
	ON CONFLICT (assignee_id) DO UPDATE SET threads = threads + 1,
		unread_threads = unread_threads + excluded.unread_threads,
		waiting_threads = waiting_threads + excluded.waiting_threads;
END;
CREATE TRIGGER threads_attended AFTER UPDATE OF unread_count_agent, unanswered_since ON communication_threads
WHEN ((OLD.unread_count_agent > 0) <> (NEW.unread_count_agent > 0)
	OR (OLD.unanswered_since > 0) <> (NEW.unanswered_since > 0))
	AND OLD.status IN ('open', 'pending') AND NEW.status IN ('open', 'pending') AND OLD.assignee_id IS NEW.assignee_id
BEGIN
	UPDATE assignee_counts SET
		unread_threads = unread_threads + (NEW.unread_count_agent > 0) - (OLD.unread_count_agent > 0),
		waiting_threads = waiting_threads + (NEW.unanswered_since > 0) - (OLD.unanswered_since > 0)
	WHERE assignee_id = coalesce(NEW.assignee_id, 0);
END;
CREATE TRIGGER threads_unassigned AFTER DELETE ON communication_threads WHEN OLD.status IN ('open', 'pending')
BEGIN
	UPDATE assignee_counts SET threads = threads - 1, unread_threads = unread_threads - (OLD.unread_count_agent > 0),
		waiting_threads = waiting_threads - (OLD.unanswered_since > 0)
	WHERE assignee_id = coalesce(OLD.assignee_id, 0);
END;

CREATE TRIGGER threads_failure_counted AFTER UPDATE OF failed_count ON communication_threads
WHEN (OLD.failed_count > 0) <> (NEW.failed_count > 0)
BEGIN
	UPDATE counters SET value = value + (NEW.failed_count > 0) - (OLD.failed_count > 0) WHERE name = 'threads_failed';
END;
CREATE TRIGGER threads_failure_inserted AFTER INSERT ON communication_threads WHEN NEW.failed_count > 0
BEGIN
	UPDATE counters SET value = value + 1 WHERE name = 'threads_failed';
END;
CREATE TRIGGER threads_failure_deleted AFTER DELETE ON communication_threads WHEN OLD.failed_count > 0
BEGIN
	UPDATE counters SET value = value - 1 WHERE name = 'threads_failed';
END;

-- Replies that wait on purpose, looked up by their conversation.
CREATE INDEX outbox_on_purpose ON outbox (thread_id, state) WHERE state = 'scheduled' OR state = 'held';
