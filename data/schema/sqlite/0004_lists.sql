-- Lists of the console beyond the inbox: mine and unassigned, longest wait, window closing, failed.
CREATE INDEX threads_assignee ON communication_threads (assignee_id, last_message_at, id) WHERE active = 1;
CREATE INDEX threads_waiting ON communication_threads (unanswered_since, id) WHERE active = 1 AND unanswered_since > 0;
CREATE INDEX threads_window ON communication_threads (last_inbound_at, id) WHERE active_type = 'whatsapp';
CREATE INDEX threads_failed ON communication_threads (last_message_at, id) WHERE failed_count > 0;
