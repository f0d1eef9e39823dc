#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a database of a given size from the schema files, inside SQLite (about 35 s a million messages).

usage: generate.py FILE CONVERSATIONS MESSAGES
"""
import glob
import os
import sqlite3
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WORDS = ("hola pedido factura mañana gracias reserva hotel pago urgente vuelo llega cambio fecha número favor camión "
         "habitación problema dirección semana precio oferta recibo envío tarjeta código cliente servicio ayuda").split()


def work(db, start):
    """What a team leaves behind: 20 agents, 50 labels from common to rare, waiting, failed, snoozed and spam."""
    db.executemany("INSERT INTO agents (id, name, created_at, last_seen_at) VALUES (?, ?, ?, ?)",
                   ((i + 1, name, start, start) for i, name in enumerate(["ana", "eva", "luis"] + [f"agente{k}" for k in range(17)])))
    db.execute("UPDATE communication_threads SET assignee_id = 1 + id / 10 % 20 WHERE id % 4 > 0")
    db.execute("UPDATE communication_threads SET unanswered_since = last_message_at, last_inbound_at = last_message_at"
               " WHERE last_message_sender = 'client' AND status = 'open'")
    db.execute("UPDATE communication_threads SET status = CASE WHEN id % 20 = 1 THEN 'snoozed' ELSE 'spam' END WHERE id % 100 IN (1, 2)")
    db.execute("UPDATE communication_threads SET priority = id % 3 WHERE id % 50 = 3")
    db.executemany("INSERT INTO labels (id, name, created_at) VALUES (?, ?, ?)", ((k, f"tema{k}", start) for k in range(1, 51)))
    for label in range(1, 51):
        db.execute("INSERT INTO thread_labels (thread_id, label_id, created_at) SELECT id, ?, ? FROM communication_threads"
                   " WHERE id % ? = 7", (label, start, 20 * label * label))
    db.execute("UPDATE communication_threads SET failed_count = 1 WHERE id % 997 = 5")
    db.execute("INSERT INTO message_deliveries (message_id, delivery_method, status, status_rank, error_code, updated_at)"
               " SELECT last_message_id, 'sms', 'failed', 50, CASE id % 3 WHEN 0 THEN 30007 ELSE 30003 END, last_message_at"
               " FROM communication_threads WHERE failed_count > 0 AND last_message_id > 0")


def main():
    path, threads, messages = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if os.path.exists(path):
        os.unlink(path)
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -262144")
    for version, name in enumerate(sorted(glob.glob(os.path.join(ROOT, "data/schema/sqlite/*.sql"))), 1):
        with open(name, encoding="utf-8") as schema:
            db.executescript(schema.read())
        db.execute(f"PRAGMA user_version = {version}")
    db.execute("PRAGMA application_id = 1751739503")
    db.execute("BEGIN")
    start, day = 1763000000000, 86400000
    step = max(1, 365 * day // max(1, messages))
    db.execute("CREATE TEMP TABLE words (n INTEGER PRIMARY KEY, word TEXT)")
    db.executemany("INSERT INTO words VALUES (?, ?)", enumerate(WORDS))
    series = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    word = "(SELECT word FROM words WHERE n = abs((i * {0}) % " + str(len(WORDS)) + "))"
    # Seven common words, a number of some hundred messages, and in each tenth message a reference of ten or fewer.
    body = (" || ' ' || ".join(word.format(k) for k in (1, 7, 11, 13, 17, 19, 23)) + " || ' ' || (i % 9973)"
            " || CASE WHEN i % 10 = 0 THEN ' ref' || (i / 10 % 100003) ELSE '' END")
    db.execute(f"{series} INSERT INTO clients (id, name, created_at, updated_at) SELECT i, 'Cliente ' || i, {start}, {start}"
               " FROM n", (threads,))
    db.execute(f"{series} INSERT INTO client_addresses (client_id, kind, address, canonical, created_at)"
               f" SELECT i, 'phone', '+1415' || (1000000 + i), '+1415' || (1000000 + i), {start} FROM n", (threads,))
    # Message i belongs to a conversation by a fixed hop, so that neighbours in time are strangers.
    hop = f"1 + ((i * 7919) % {threads})"
    inward = f"(i + i / {threads}) % 2"
    db.execute(f"{series} INSERT INTO communication_threads (id, thread_type, client_id, status, own_address, client_address,"
               f" last_message_at, created_at, updated_at) SELECT i, CASE i % 3 WHEN 0 THEN 'sms' ELSE 'whatsapp' END, i,"
               f" CASE WHEN i % 10 < 8 THEN 'closed' ELSE 'open' END, '+15551230000', '+1415' || (1000000 + i), {start},"
               f" {start}, {start} FROM n", (threads,))
    db.execute(f"{series} INSERT INTO messages (id, thread_id, sender_type, message_type, direction, author, body,"
               f" provider_message_id, created_at) SELECT i, {hop}, CASE WHEN {inward} THEN 'client' ELSE 'agent' END,"
               f" 'sms', CASE WHEN {inward} THEN 'in' ELSE 'out' END, '', {body}, 'SM' || printf('%032x', i), {start} + i * {step}"
               " FROM n", (messages,))
    db.execute("UPDATE communication_threads SET (last_message_id, last_message_at, last_message_preview,"
               " last_message_sender) = (SELECT id, created_at, body, sender_type FROM messages m"
               " WHERE m.thread_id = communication_threads.id ORDER BY id DESC LIMIT 1)"
               " WHERE id IN (SELECT thread_id FROM messages)")
    db.execute("UPDATE communication_threads SET unread_count_agent = 1 WHERE status = 'open' AND id % 7 = 0")
    work(db, start)
    db.execute("INSERT INTO messages_fts (messages_fts) VALUES ('rebuild')")
    db.execute("INSERT INTO clients_fts (clients_fts) VALUES ('rebuild')")
    db.execute("UPDATE counters SET value = ? WHERE name = 'search_mark'", (messages,))
    db.execute("UPDATE counters SET value = ? WHERE name = 'client_search_mark'", (threads,))
    db.execute("COMMIT")
    db.execute("INSERT INTO messages_fts (messages_fts) VALUES ('optimize')")
    db.close()


if __name__ == "__main__":
    main()
