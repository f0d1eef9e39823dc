-- What came with a message is fetched afterwards; what we send from a file is kept where the carrier can fetch it.
ALTER TABLE attachments ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN next_attempt_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN error TEXT NOT NULL DEFAULT '';
ALTER TABLE attachments ADD COLUMN width INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN height INTEGER NOT NULL DEFAULT 0;
CREATE INDEX attachments_pending ON attachments (next_attempt_at, id) WHERE kind = 'media' AND state = 'pending';

-- token is the unguessable part of the address; kept: a message uses it, so the file stays with the message.
CREATE TABLE served_files (
	token TEXT PRIMARY KEY,
	path TEXT NOT NULL,
	content_type TEXT NOT NULL,
	name TEXT NOT NULL,
	size INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	kept INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX served_files_age ON served_files (expires_at) WHERE kept = 0;
