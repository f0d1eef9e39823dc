-- The base of everything hilo keeps. Times are milliseconds since 1970 UTC. Booleans are 0 and 1.

CREATE TABLE clients (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL DEFAULT '',
	language TEXT NOT NULL DEFAULT '',
	notes TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL
);

-- address is what came and what a reply goes to; canonical joins the spellings of one line.
CREATE TABLE client_addresses (
	id INTEGER PRIMARY KEY,
	client_id INTEGER NOT NULL REFERENCES clients (id),
	kind TEXT NOT NULL CHECK (kind IN ('phone', 'email', 'whatsapp_user')),
	address TEXT NOT NULL,
	canonical TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	UNIQUE (kind, address)
);
CREATE INDEX client_addresses_canonical ON client_addresses (kind, canonical);
CREATE INDEX client_addresses_client ON client_addresses (client_id);

CREATE TABLE agents (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	created_at INTEGER NOT NULL,
	last_seen_at INTEGER NOT NULL
);

-- One customer on one channel with one of our own addresses. The last_* columns repeat the newest message, so that a
-- list never joins it; client_name repeats the customer for the same reason (kept by triggers below).
CREATE TABLE communication_threads (
	id INTEGER PRIMARY KEY,
	thread_type TEXT NOT NULL CHECK (thread_type IN ('whatsapp', 'sms', 'email')),
	client_id INTEGER NOT NULL REFERENCES clients (id),
	status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'pending', 'snoozed', 'closed', 'spam')),
	-- The inbox's view, so that its partial indexes match one plain comparison.
	active INTEGER GENERATED ALWAYS AS (status IN ('open', 'pending')) VIRTUAL,
	active_type TEXT GENERATED ALWAYS AS (CASE WHEN status IN ('open', 'pending') THEN thread_type END) VIRTUAL,
	unread_count_agent INTEGER NOT NULL DEFAULT 0 CHECK (unread_count_agent >= 0),
	own_address TEXT NOT NULL,
	client_address TEXT NOT NULL,
	subject TEXT NOT NULL DEFAULT '',
	assignee_id INTEGER REFERENCES agents (id),
	priority INTEGER NOT NULL DEFAULT 0,
	snoozed_until INTEGER,
	last_message_id INTEGER NOT NULL DEFAULT 0,
	last_message_at INTEGER NOT NULL,
	last_message_sender TEXT NOT NULL DEFAULT '',
	last_message_preview TEXT NOT NULL DEFAULT '',
	last_inbound_at INTEGER NOT NULL DEFAULT 0,
	unanswered_since INTEGER NOT NULL DEFAULT 0,
	read_up_to INTEGER NOT NULL DEFAULT 0,
	failed_count INTEGER NOT NULL DEFAULT 0,
	closed_at INTEGER,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL
);
-- Each index is shaped as a list of the screen: active, by status, unread, and everything.
CREATE INDEX threads_active ON communication_threads (last_message_at, id) WHERE active = 1;
CREATE INDEX threads_active_channel ON communication_threads (active_type, last_message_at, id)
	WHERE active_type IS NOT NULL;
CREATE INDEX threads_unread ON communication_threads (last_message_at, id) WHERE active = 1 AND unread_count_agent > 0;
CREATE INDEX threads_status ON communication_threads (status, last_message_at, id);
CREATE INDEX threads_all ON communication_threads (last_message_at, id);
CREATE INDEX threads_channel ON communication_threads (thread_type, last_message_at, id);
-- Small or seldom changed: what is not active changes only when it is put aside or taken up again.
CREATE INDEX threads_inactive_channel ON communication_threads (status, thread_type, last_message_at, id) WHERE active = 0;
CREATE INDEX threads_inactive_unread ON communication_threads (status, last_message_at, id)
	WHERE active = 0 AND unread_count_agent > 0;
CREATE INDEX threads_client ON communication_threads (client_id, thread_type, own_address, id);

CREATE TABLE messages (
	id INTEGER PRIMARY KEY,
	thread_id INTEGER NOT NULL REFERENCES communication_threads (id),
	sender_type TEXT NOT NULL CHECK (sender_type IN ('client', 'agent', 'system')),
	message_type TEXT NOT NULL CHECK (message_type IN ('whatsapp', 'sms', 'email', 'note')),
	direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'note')),
	author TEXT NOT NULL DEFAULT '',
	body TEXT NOT NULL,
	metadata TEXT NOT NULL DEFAULT '{}',
	provider_message_id TEXT,
	created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX messages_provider ON messages (provider_message_id) WHERE provider_message_id IS NOT NULL;
CREATE INDEX messages_thread ON messages (thread_id, id);

CREATE TABLE attachments (
	id INTEGER PRIMARY KEY,
	message_id INTEGER NOT NULL REFERENCES messages (id),
	position INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('media', 'location')),
	content_type TEXT NOT NULL DEFAULT '',
	name TEXT NOT NULL DEFAULT '',
	url TEXT NOT NULL DEFAULT '',
	size INTEGER NOT NULL DEFAULT 0,
	state TEXT NOT NULL DEFAULT 'pending',
	path TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,
	UNIQUE (message_id, position)
);

-- status is the one of the highest rank so far; error_code is never erased.
CREATE TABLE message_deliveries (
	id INTEGER PRIMARY KEY,
	message_id INTEGER NOT NULL UNIQUE REFERENCES messages (id),
	delivery_method TEXT NOT NULL,
	status TEXT NOT NULL,
	status_rank INTEGER NOT NULL,
	provider_message_id TEXT,
	error_code INTEGER,
	error_message TEXT NOT NULL DEFAULT '',
	segments INTEGER NOT NULL DEFAULT 0,
	price TEXT,
	currency TEXT,
	sent_at INTEGER,
	delivered_at INTEGER,
	read_at INTEGER,
	failed_at INTEGER,
	updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX deliveries_provider ON message_deliveries (provider_message_id)
	WHERE provider_message_id IS NOT NULL;
CREATE INDEX deliveries_open ON message_deliveries (updated_at, message_id)
	WHERE provider_message_id IS NOT NULL AND status_rank < 50;
CREATE INDEX deliveries_failed ON message_deliveries (message_id) WHERE status_rank = 50;

-- Every callback as it came; message_id is NULL while the message is not known yet.
CREATE TABLE delivery_events (
	id INTEGER PRIMARY KEY,
	message_id INTEGER REFERENCES messages (id),
	provider_message_id TEXT NOT NULL,
	status TEXT NOT NULL,
	error_code INTEGER NOT NULL DEFAULT 0,
	error_message TEXT NOT NULL DEFAULT '',
	payload TEXT NOT NULL DEFAULT '{}',
	received_at INTEGER NOT NULL,
	UNIQUE (provider_message_id, status, error_code)
);
CREATE INDEX delivery_events_message ON delivery_events (message_id, id);

CREATE TABLE outbox (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	message_id INTEGER NOT NULL UNIQUE REFERENCES messages (id),
	thread_id INTEGER NOT NULL REFERENCES communication_threads (id),
	delivery_method TEXT NOT NULL,
	sender TEXT NOT NULL,
	recipient TEXT NOT NULL,
	media_url TEXT,
	content_sid TEXT,
	variables TEXT,
	state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'unknown', 'unsure')),
	attempts INTEGER NOT NULL DEFAULT 0,
	next_attempt_at INTEGER NOT NULL,
	started_at INTEGER NOT NULL DEFAULT 0,
	lease_owner TEXT NOT NULL DEFAULT '',
	lease_until INTEGER NOT NULL DEFAULT 0,
	last_error TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL
);
CREATE INDEX outbox_due ON outbox (state, next_attempt_at, id);
CREATE INDEX outbox_thread ON outbox (thread_id, id) WHERE state <> 'unsure';

CREATE TABLE templates (
	id INTEGER PRIMARY KEY,
	channel TEXT NOT NULL,
	name TEXT NOT NULL,
	language TEXT NOT NULL DEFAULT '',
	content_sid TEXT NOT NULL DEFAULT '',
	body TEXT NOT NULL DEFAULT '',
	variables TEXT NOT NULL DEFAULT '{}',
	status TEXT NOT NULL DEFAULT 'approved',
	updated_at INTEGER NOT NULL,
	UNIQUE (channel, name, language)
);

CREATE TABLE drafts (
	thread_id INTEGER NOT NULL REFERENCES communication_threads (id),
	agent TEXT NOT NULL,
	body TEXT NOT NULL,
	updated_at INTEGER NOT NULL,
	PRIMARY KEY (thread_id, agent)
) WITHOUT ROWID;

-- Customers who said STOP to one of our numbers; revoked_at when they said START.
CREATE TABLE opt_outs (
	own_address TEXT NOT NULL,
	canonical TEXT NOT NULL,
	reason TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	revoked_at INTEGER,
	PRIMARY KEY (own_address, canonical)
) WITHOUT ROWID;

CREATE TABLE dead_letters (
	id INTEGER PRIMARY KEY,
	route TEXT NOT NULL,
	reason TEXT NOT NULL,
	body BLOB NOT NULL,
	received_at INTEGER NOT NULL,
	replayed_at INTEGER
);
CREATE INDEX dead_letters_age ON dead_letters (received_at);

CREATE TABLE idempotency_keys (
	key TEXT PRIMARY KEY,
	request_hash TEXT NOT NULL,
	http_status INTEGER NOT NULL,
	body TEXT NOT NULL,
	created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- What counts against the per-customer limit: one row a message of the API or a command.
CREATE TABLE send_log (
	channel TEXT NOT NULL,
	canonical TEXT NOT NULL,
	at INTEGER NOT NULL,
	message_id INTEGER NOT NULL REFERENCES messages (id),
	PRIMARY KEY (channel, canonical, at, message_id)
) WITHOUT ROWID;

CREATE TABLE audit_log (
	id INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	object_type TEXT NOT NULL,
	object_id INTEGER NOT NULL,
	detail TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_log_object ON audit_log (object_type, object_id, id);

-- Numbers of the screens, kept by the triggers below in the same transaction as what they count.
CREATE TABLE inbox_counts (
	thread_type TEXT NOT NULL,
	status TEXT NOT NULL,
	threads INTEGER NOT NULL DEFAULT 0,
	unread_threads INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (thread_type, status)
) WITHOUT ROWID;

CREATE TABLE counters (
	name TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('dead_letters', 0), ('outbox_waiting', 0), ('outbox_unsure', 0),
	('search_mark', 0), ('client_search_mark', 0);

CREATE TRIGGER threads_counted AFTER INSERT ON communication_threads
BEGIN
	INSERT INTO inbox_counts (thread_type, status, threads, unread_threads)
	VALUES (NEW.thread_type, NEW.status, 1, NEW.unread_count_agent > 0)
	ON CONFLICT (thread_type, status) DO UPDATE
	SET threads = threads + 1, unread_threads = unread_threads + excluded.unread_threads;
END;
CREATE TRIGGER threads_recounted AFTER UPDATE OF status, unread_count_agent ON communication_threads
WHEN OLD.status <> NEW.status OR (OLD.unread_count_agent > 0) <> (NEW.unread_count_agent > 0)
BEGIN
	UPDATE inbox_counts SET threads = threads - 1, unread_threads = unread_threads - (OLD.unread_count_agent > 0)
	WHERE thread_type = OLD.thread_type AND status = OLD.status;
	INSERT INTO inbox_counts (thread_type, status, threads, unread_threads)
	VALUES (NEW.thread_type, NEW.status, 1, NEW.unread_count_agent > 0)
	ON CONFLICT (thread_type, status) DO UPDATE
	SET threads = threads + 1, unread_threads = unread_threads + excluded.unread_threads;
END;
CREATE TRIGGER threads_uncounted AFTER DELETE ON communication_threads
BEGIN
	UPDATE inbox_counts SET threads = threads - 1, unread_threads = unread_threads - (OLD.unread_count_agent > 0)
	WHERE thread_type = OLD.thread_type AND status = OLD.status;
END;

CREATE TRIGGER dead_letters_counted AFTER INSERT ON dead_letters
BEGIN
	UPDATE counters SET value = value + 1 WHERE name = 'dead_letters';
END;
CREATE TRIGGER outbox_counted AFTER INSERT ON outbox
BEGIN
	UPDATE counters SET value = value + 1
	WHERE name = CASE NEW.state WHEN 'unsure' THEN 'outbox_unsure' ELSE 'outbox_waiting' END;
END;
CREATE TRIGGER outbox_recounted AFTER UPDATE OF state ON outbox
WHEN (OLD.state = 'unsure') <> (NEW.state = 'unsure')
BEGIN
	UPDATE counters SET value = value - 1
	WHERE name = CASE OLD.state WHEN 'unsure' THEN 'outbox_unsure' ELSE 'outbox_waiting' END;
	UPDATE counters SET value = value + 1
	WHERE name = CASE NEW.state WHEN 'unsure' THEN 'outbox_unsure' ELSE 'outbox_waiting' END;
END;
CREATE TRIGGER outbox_uncounted AFTER DELETE ON outbox
BEGIN
	UPDATE counters SET value = value - 1
	WHERE name = CASE OLD.state WHEN 'unsure' THEN 'outbox_unsure' ELSE 'outbox_waiting' END;
END;

-- Accents folded, prefixes of two and three letters indexed for search as you type. Rows are added by the writer in a
-- following transaction, up to the marks in counters.
CREATE VIRTUAL TABLE messages_fts USING fts5 (
	body,
	content = 'messages',
	content_rowid = 'id',
	tokenize = 'unicode61 remove_diacritics 2',
	prefix = '2 3'
);
CREATE VIRTUAL TABLE clients_fts USING fts5 (
	name,
	content = 'clients',
	content_rowid = 'id',
	tokenize = 'unicode61 remove_diacritics 2',
	prefix = '2 3'
);
