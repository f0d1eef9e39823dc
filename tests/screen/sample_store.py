# SPDX-License-Identifier: MIT
"""A store with a bit of everything, for screens that are compared cell by cell.

Every instant is told from now, and zone() moves the clock on the wall to 15:00, so that times of day and ages come out
the same on every run; only names of days and dates change, which golden.py masks.
"""

import datetime
import glob
import json
import os
import sqlite3
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
APPLICATION_ID = 1751739503
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
OWN = {"sms": "+15005550006", "whatsapp": "+14155238886"}
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
AGENTS = ["tester", "eva", "luis"]
RANKS = {"queued": 10, "sent": 30, "delivered": 40, "failed": 50, "undelivered": 50, "read": 60}

LONG = " ".join(
    f"Paso {number}: mire primero que la luz sea verde, después apague el aparato y espere un minuto entero." for number in range(1, 25)
)

# Who, their address, channel, status, assignee, priority, labels, messages. A message is who wrote it, how long ago, the
# text and facts: status and error of a reply, attachments, quoted message (its place in this list).
CONVERSATIONS = [
    {
        "name": "Ana Ruiz", "address": "+5215512345678", "channel": "whatsapp", "language": "es", "notes": "Prefers mornings.",
        "assignee": "tester", "labels": ["reserva"], "unread": 2,
        "messages": [
            ("client", 2 * DAY + 4 * HOUR, "Hola, ¿tienen mesa para hoy a la noche?", {}),
            ("agent", 2 * DAY + 4 * HOUR - 3 * MINUTE, "¡Claro! ¿Para cuántas personas?", {"status": "read"}),
            ("client", 5 * HOUR, "Somos cuatro, y un bebé 👶🏽", {}),
            ("agent", 5 * HOUR - 4 * MINUTE, "Perfecto, *hoy* a las nueve.", {"status": "delivered"}),
            ("note", 4 * HOUR, "Asked for the quiet table by the window.", {}),
            ("client", 33 * MINUTE, "¿Puede ser a las diez?", {"reply_to": 3}),
            ("client", 32 * MINUTE + 20_000, f"Somos {FAMILY} y el café ☕️ ❤️", {}),
        ],
    },
    {
        "name": "Bruno Díaz", "address": "+5215587654321", "channel": "sms", "language": "es", "assignee": "eva", "priority": 2,
        "labels": ["factura", "urgente"], "unread": 1,
        "messages": [
            ("agent", 3 * HOUR, "Le mandamos la factura por correo.", {"status": "delivered"}),
            ("client", 2 * HOUR + 30 * MINUTE, "No me llegó nada. Es la tercera vez que la pido.", {}),
        ],
    },
    {
        "name": "佐藤 花子", "address": "+819012345678", "channel": "whatsapp", "language": "ja",
        "messages": [
            ("client", 7 * HOUR + 30 * MINUTE, "こんにちは、予約を変更したいです。", {}),
            ("agent", 6 * HOUR + 30 * MINUTE, "何日がよろしいですか？", {"status": "sent"}),
        ],
    },
    {
        "name": "Carla Méndez Ibáñez de la Torre", "address": "+34600111222", "channel": "whatsapp", "language": "es",
        "messages": [
            ("client", 9 * HOUR + 30 * MINUTE, "", {"media": [("image/jpeg", "recibo.jpg", 48_213), ("audio/ogg", "", 9_120)]}),
            ("client", 9 * HOUR + 29 * MINUTE, "", {"location": "Zócalo 19.4326 -99.1332"}),
            ("agent", 9 * HOUR, "Gracias, lo veo.", {"status": "failed", "error": 63016}),
        ],
    },
    {
        "name": "Dan O'Neil", "address": "+14155550123", "channel": "sms", "language": "en", "draft": "Half a thought",
        "messages": [
            ("client", 26 * HOUR + 30 * MINUTE, "Where is my order? https://shop.example/orders/1234", {}),
            ("agent", 26 * HOUR, "On its way, it arrives tomorrow.", {"status": "undelivered", "error": 30003}),
        ],
    },
    {
        "name": "Elif Şahin", "address": "+905321112233", "channel": "whatsapp", "labels": ["reserva"],
        "messages": [("client", 23 * HOUR + 30 * MINUTE + 20_000, "file\u202egnp.exe \x1b]0;title\x07 \u0627\u0644\u0633\u0644\u0627\u0645", {})],
    },
    {
        "name": "Fátima", "address": "+212600112233", "channel": "whatsapp",
        "messages": [("client", 3 * DAY + 5 * HOUR, LONG, {}), ("agent", 3 * DAY + 4 * HOUR, "Gracias.", {"status": "read"})],
    },
    {
        "name": "", "address": "+14155550199", "channel": "sms",
        "messages": [("client", 4 * DAY + 5 * HOUR, "STOP", {})],
    },
    {
        "name": "Greta", "address": "+4915112345678", "channel": "whatsapp", "status": "closed",
        "messages": [("client", 6 * DAY + 5 * HOUR, "Danke, alles gut!", {}), ("agent", 6 * DAY + 4 * HOUR, "Gern.", {"status": "read"})],
    },
    {
        "name": "Hugo", "address": "+56911112222", "channel": "sms", "status": "snoozed", "snoozed": 18 * HOUR,
        "messages": [("client", 5 * DAY + 5 * HOUR, "Escríbame otro día, por favor.", {})],
    },
    {
        "name": "Win a prize", "address": "+14155550666", "channel": "sms", "status": "spam",
        "messages": [("client", 8 * DAY + 5 * HOUR, "You have won!!! http://prize.example", {})],
    },
]

CANNED = [
    ("gracias", "", "es", "Gracias por escribirnos, {{first_name}}. ¿Algo más?"),
    ("hours", "", "en", "We are here from 9 to 18 h, every day."),
    ("horario", "", "es", "Atendemos de 9 a 18 h, todos los días."),
    ("refund", "sms", "en", "Your refund is on its way, {{first_name|dear customer}}."),
]


def zone(now_s):
    """A value for TZ where it is 15:00:00 now: within twelve hours of UTC, on the same day or the next."""
    behind = (now_s - 15 * 3600) % 86400
    if behind > 43200:
        behind -= 86400
    sign = "-" if behind < 0 else ""
    behind = abs(behind)
    return f"TST{sign}{behind // 3600:02}:{behind // 60 % 60:02}:{behind % 60:02}"


def create(path):
    """An empty store of the newest form."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    for version, name in enumerate(sorted(glob.glob(os.path.join(ROOT, "data/schema/sqlite/*.sql"))), 1):
        with open(name, encoding="utf-8") as schema:
            db.executescript(schema.read())
        db.execute(f"PRAGMA user_version = {version}")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    return db


def insert(db, table, **values):
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    return db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values())).lastrowid


def add_message(db, now, thread, spec, sid, ids):
    who, ago, body, facts = spec
    at = now - ago
    message = insert(
        db, "messages", thread_id=thread["id"], sender_type="client" if who == "client" else "agent",
        message_type="note" if who == "note" else thread["channel"],
        direction={"client": "in", "agent": "out", "note": "note"}[who], author="" if who == "client" else "tester", body=body,
        provider_message_id=None if who == "note" else f"SM{sid:032x}", created_at=at,
        reply_to=ids[facts["reply_to"] - 1] if "reply_to" in facts else None,
    )
    if who == "agent":
        status = facts["status"]
        failed = RANKS[status] == 50
        insert(
            db, "message_deliveries", message_id=message, delivery_method=thread["channel"], status=status,
            status_rank=RANKS[status], provider_message_id=f"SM{sid:032x}", error_code=facts.get("error"), segments=1,
            sent_at=at + 1000, failed_at=at + 2000 if failed else None, updated_at=at + 2000,
            delivered_at=at + 2000 if status in ("delivered", "read") else None,
            read_at=at + 60_000 if status == "read" else None,
        )
    for position, (content, name, size) in enumerate(facts.get("media", [])):
        insert(
            db, "attachments", message_id=message, position=position, kind="media", content_type=content, name=name, size=size,
            url=f"https://media.example/{sid}/{position}", state="pending", created_at=at,
            # Far away, so that nobody fetches it meanwhile.
            next_attempt_at=now + 365 * DAY,
        )
    if "location" in facts:
        insert(db, "attachments", message_id=message, position=0, kind="location", name=facts["location"], state="", created_at=at)
    return message, at


def add_conversation(db, now, spec, sid):
    first = now - spec["messages"][0][1]
    client = insert(
        db, "clients", name=spec["name"], language=spec.get("language", ""), notes=spec.get("notes", ""), created_at=first,
        updated_at=first,
    )
    insert(
        db, "client_addresses", client_id=client, kind="phone", address=spec["address"], canonical=spec["address"],
        created_at=first,
    )
    status = spec.get("status", "open")
    thread = {"channel": spec["channel"]}
    thread["id"] = insert(
        db, "communication_threads", thread_type=spec["channel"], client_id=client, status=status,
        own_address=OWN[spec["channel"]], client_address=spec["address"], priority=spec.get("priority", 0),
        assignee_id=AGENTS.index(spec["assignee"]) + 1 if "assignee" in spec else None, created_at=first, last_message_at=first,
        updated_at=first, snoozed_until=now + spec["snoozed"] if "snoozed" in spec else None,
        closed_at=first if status == "closed" else None,
    )
    ids, last, last_in, waits_since, failed = [], None, 0, 0, 0
    for number, message in enumerate(spec["messages"]):
        identity, at = add_message(db, now, thread, message, sid + number, ids)
        ids.append(identity)
        if message[0] == "note":
            continue
        last = (identity, at, message[2], message[0])
        if message[0] == "client":
            last_in = at
            waits_since = waits_since or at
        else:
            waits_since = 0
            failed += RANKS[message[3]["status"]] == 50
    unread = spec.get("unread", 0)
    db.execute(
        "UPDATE communication_threads SET last_message_id = ?, last_message_at = ?, last_message_preview = ?,"
        " last_message_sender = ?, last_inbound_at = ?, unanswered_since = ?, failed_count = ?, unread_count_agent = ?,"
        " read_up_to = ?, updated_at = ? WHERE id = ?",
        (*last, last_in, waits_since, failed, unread, ids[-1 - unread] if unread else ids[-1], last[1], thread["id"]),
    )
    for label in spec.get("labels", []):
        db.execute("INSERT OR IGNORE INTO labels (name, created_at) VALUES (?, ?)", (label, first))
        db.execute(
            "INSERT INTO thread_labels (thread_id, label_id, created_at) SELECT ?, id, ? FROM labels WHERE name = ?",
            (thread["id"], first, label),
        )
    if "draft" in spec:
        insert(db, "drafts", thread_id=thread["id"], agent="tester", body=spec["draft"], updated_at=now - HOUR)
    return thread["id"]


def add_work(db, now, threads):
    """What is on its way, what failed to be understood, and ready-made texts."""
    at = now - 40 * MINUTE
    for number, (name, state, due, why) in enumerate(
        [("Fátima", "scheduled", now + 17 * HOUR + 30 * MINUTE, ""), ("佐藤 花子", "held", at, "newer")]
    ):
        thread = db.execute("SELECT * FROM communication_threads WHERE id = ?", (threads[name],)).fetchone()
        message = insert(
            db, "messages", thread_id=thread["id"], sender_type="agent", message_type=thread["thread_type"], direction="out",
            author="tester", body=["Buenos días, ¿cómo sigue?", "ありがとうございます。"][number], created_at=at,
        )
        insert(
            db, "message_deliveries", message_id=message, delivery_method=thread["thread_type"], status="queued", status_rank=10,
            updated_at=at,
        )
        insert(
            db, "outbox", message_id=message, thread_id=thread["id"], delivery_method=thread["thread_type"],
            sender=thread["own_address"], recipient=thread["client_address"], state=state, next_attempt_at=due, created_at=at,
            seen_message_id=message - 1, held_reason=why,
        )
    for number, reason in enumerate(["signature", "no sender"]):
        insert(
            db, "dead_letters", route="/api/webhooks/sms", reason=reason, received_at=now - (number + 1) * 2 * HOUR,
            body=f"Body=hello+{number}&From=%2B1415555000{number}&MessageSid=SM{number:032x}".encode(),
        )
    for name, channel, language, body in CANNED:
        insert(db, "canned_replies", name=name, channel=channel, language=language, body=body, updated_at=now - DAY)
    insert(
        db, "templates", channel="whatsapp", name="order_update", language="es", content_sid="HX" + "0" * 32,
        body="Hola {{1}}, tu pedido {{2}} va en camino.", variables=json.dumps({"1": "nombre", "2": "pedido"}),
        updated_at=now - DAY,
    )


def fill(path, conversations=None, work=True, now_ms=None):
    """Makes the store at `path`; returns the ids of the conversations by the customer's name."""
    now = now_ms or int(time.time() * 1000)
    db = create(path)
    db.row_factory = sqlite3.Row
    db.execute("BEGIN")
    for name in AGENTS:
        insert(db, "agents", name=name, created_at=now - 30 * DAY, last_seen_at=now - DAY)
    threads = {}
    for number, spec in enumerate(conversations or CONVERSATIONS):
        threads[spec["name"]] = add_conversation(db, now, spec, 1000 * (number + 1))
    if work:
        add_work(db, now, threads)
    newest = db.execute("SELECT coalesce(max(id), 0) FROM messages").fetchone()[0]
    customers = db.execute("SELECT coalesce(max(id), 0) FROM clients").fetchone()[0]
    db.execute("INSERT INTO messages_fts (messages_fts) VALUES ('rebuild')")
    db.execute("INSERT INTO clients_fts (clients_fts) VALUES ('rebuild')")
    db.execute("UPDATE counters SET value = ? WHERE name = 'search_mark'", (newest,))
    db.execute("UPDATE counters SET value = ? WHERE name = 'client_search_mark'", (customers,))
    db.execute("COMMIT")
    db.close()
    return threads


def date_words():
    """Names of days and months in both languages, as a part of a pattern."""
    english = [datetime.date(2026, 11, day).strftime("%A") for day in range(1, 8)]
    english += [datetime.date(2026, month, 1).strftime("%B") for month in range(1, 13)]
    spanish = "domingo lunes martes miércoles jueves viernes sábado enero febrero marzo abril mayo junio julio agosto"
    spanish += " septiembre octubre noviembre diciembre"
    return "|".join(english + spanish.split())
