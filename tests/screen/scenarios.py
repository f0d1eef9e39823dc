# SPDX-License-Identifier: MIT
"""One row for each view that is kept as a screen: how to get there from the first screen of a filled store.

Keys of a row: steps (see golden.Stage), and optionally store (False: an empty one), conversations, work, settings, config,
ready (what shows that it has started), sizes, modes. The selection starts on Ana Ruiz, the newest conversation.
"""

ESC = "\x1b[27u"  # Escape that the next key cannot turn into another one
OPENED = ("wait", "(?:To|A) Ana Ruiz · WhatsApp")
FEW_MODES = ("256-dark", "16-dark", "none")

SCENARIOS = {
    "inbox": {"steps": []},
    "empty": {"steps": [], "store": False, "ready": "hilo", "modes": FEW_MODES},
    "conversation": {"steps": ["\r", OPENED, ESC, ("wait", "▸WhatsApp")]},
    "reply": {"steps": ["\r", OPENED, "¡Sí! A las diez está bien 🙂"]},
    "help": {"steps": ["?"], "modes": FEW_MODES},
    "failed": {"steps": ["jjj", ("wait", "63016")], "modes": FEW_MODES},
    "hostile": {"steps": ["jjjjj", ("wait", "title")], "modes": FEW_MODES},
    "command-line": {"steps": [":fil", ("wait", "filter-unread")], "modes": FEW_MODES},
    "palette": {"steps": ["\x10", "an"], "modes": FEW_MODES},
    "note": {"steps": ["\r", OPENED, ESC, "P", ("wait", "[Nn]ot[ea]"), "Ask Luis about the table."]},
    "details": {"steps": ["\r", OPENED, ESC, "K", "I"], "modes": FEW_MODES},
    "outbox": {"steps": ["O", ("wait", "cómo sigue")]},
    "outbox-failed": {"steps": ["O", ("wait", "cómo sigue"), "5", ("wait", "▸ 5")], "modes": FEW_MODES},
    "dead-letters": {"steps": ["D", ("wait", "signature")], "modes": FEW_MODES},
    "dead-letter": {"steps": ["D", ("wait", "signature"), "\r", ("wait", "MessageSid")], "modes": FEW_MODES},
    "canned": {"steps": ["T", ("wait", "horario")], "modes": FEW_MODES},
    "canned-in-reply": {"steps": ["\r", OPENED, "/ho", ("wait", "horario")], "modes": FEW_MODES},
    "customer": {"steps": ["C", ("wait", "Prefers mornings")]},
    "search": {"steps": ["/mesa\r", ("wait", "mesa para hoy")]},
}
