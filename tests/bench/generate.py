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
    start, day = 1790000000000, 86400000
    step = max(1, 365 * day // max(1, messages))
    db.execute("CREATE TEMP TABLE words (n INTEGER PRIMARY KEY, word TEXT)")
    db.executemany("INSERT INTO words VALUES (?, ?)", enumerate(WORDS))
    series = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    word = "(SELECT word FROM words WHERE n = abs((i * {0}) % " + str(len(WORDS)) + "))"
    body = " || ' ' || ".join(word.format(k) for k in (1, 7, 11, 13, 17, 19, 23)) + " || ' ' || (i % 9973)"
    db.execute(f"{series} INSERT INTO clients (id, name, created_at, updated_at) SELECT i, 'Cliente ' || i, {start}, {start}"
               " FROM n", (threads,))
    db.execute(f"{series} INSERT INTO client_addresses (client_id, kind, address, canonical, created_at)"
               f" SELECT i, 'phone', '+1415' || (1000000 + i), '+1415' || (1000000 + i), {start} FROM n", (threads,))
    # Message i belongs to a conversation by a fixed hop, so that neighbours in time are strangers.
    hop = f"1 + ((i * 7919) % {threads})"
    db.execute(f"{series} INSERT INTO communication_threads (id, thread_type, client_id, status, own_address, client_address,"
               f" last_message_at, created_at, updated_at) SELECT i, CASE i % 3 WHEN 0 THEN 'sms' ELSE 'whatsapp' END, i,"
               f" CASE WHEN i % 10 < 8 THEN 'closed' ELSE 'open' END, '+15551230000', '+1415' || (1000000 + i), {start},"
               f" {start}, {start} FROM n", (threads,))
    db.execute(f"{series} INSERT INTO messages (id, thread_id, sender_type, message_type, direction, author, body,"
               f" provider_message_id, created_at) SELECT i, {hop}, CASE WHEN i % 2 THEN 'client' ELSE 'agent' END, 'sms',"
               f" CASE WHEN i % 2 THEN 'in' ELSE 'out' END, '', {body}, 'SM' || printf('%032x', i), {start} + i * {step}"
               " FROM n", (messages,))
    db.execute("UPDATE communication_threads SET (last_message_id, last_message_at, last_message_preview,"
               " last_message_sender) = (SELECT id, created_at, body, sender_type FROM messages m"
               " WHERE m.thread_id = communication_threads.id ORDER BY id DESC LIMIT 1)"
               " WHERE id IN (SELECT thread_id FROM messages)")
    db.execute("UPDATE communication_threads SET unread_count_agent = 1 WHERE status = 'open' AND id % 7 = 0")
    db.execute("INSERT INTO messages_fts (messages_fts) VALUES ('rebuild')")
    db.execute("INSERT INTO clients_fts (clients_fts) VALUES ('rebuild')")
    db.execute("UPDATE counters SET value = ? WHERE name = 'search_mark'", (messages,))
    db.execute("UPDATE counters SET value = ? WHERE name = 'client_search_mark'", (threads,))
    db.execute("COMMIT")
    db.execute("INSERT INTO messages_fts (messages_fts) VALUES ('optimize')")
    db.close()


if __name__ == "__main__":
    main()
