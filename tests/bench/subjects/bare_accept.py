"""The yardstick of a command: accepting offers as one writes it by hand over `sqlite3`, statement by statement.

The same rows are read and written, the same checks made, the same two events hashed into the chain.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.bench.written import durable

_EVENT = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_LINE = (
    "INSERT INTO touchpoint (id, claim, interaction_id, contact_id, customer_id, seq, at_us, channel, account, kind,"
    " direction, author_kind, author_id, state, rank, details, salt)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'event', 'none', 'agent', ?, 'received', 9, ?, ?)"
)


def accept_all(path: Path, offers: list[tuple[str, str]], batch: int) -> float:
    """Units per second; so many are one transaction."""
    with closing(durable(path)) as connection:
        connection.row_factory = sqlite3.Row
        began = time.perf_counter()
        for first in range(0, len(offers), batch):
            connection.execute("BEGIN IMMEDIATE")
            position, digest = connection.execute("SELECT position, hash FROM head WHERE id = 1").fetchone()
            desk = _Desk(connection, position, digest, time.time_ns() // 1000)
            for agent, offer in offers[first : first + batch]:
                desk.accept(agent, offer)
            head = (desk.position, desk.now, desk.digest)
            connection.execute("UPDATE head SET position = ?, at_us = ?, hash = ? WHERE id = 1", head)
            connection.execute("COMMIT")
        return len(offers) / (time.perf_counter() - began)


class _Desk:
    """One transaction."""

    def __init__(self, connection: sqlite3.Connection, position: int, digest: bytes, now: int) -> None:
        self._connection, self.position, self.digest, self.now = connection, position, digest, now

    def accept(self, agent: str, offer: str) -> None:
        asked = self._connection.execute
        command = f"accept-{offer}"
        known = asked("SELECT result FROM command WHERE actor = ? AND command_id = ?", (f"user:{agent}", command))
        if known.fetchone() is not None:
            raise RuntimeError("accepted before")
        made = self._row("offer", offer)
        contact = self._row("contact", made["contact_id"])
        episode = self._row("interaction", contact["interaction_id"])
        customer = self._row("customer", contact["customer_id"])
        person = self._row("agent", agent)
        asked("SELECT * FROM contact WHERE interaction_id = ? AND state != 'ended'", (episode["id"],)).fetchall()
        if made["agent_id"] != agent or made["state"] != "open" or contact["state"] != "offered":
            raise RuntimeError("there is no such offer")
        now, seq, line = self.now, episode["last_seq"] + 1, str(uuid.uuid4())
        asked("UPDATE offer SET state = 'accepted', ended_us = ? WHERE id = ?", (now, offer))
        asked(
            "UPDATE contact SET state = 'active', mode = 'live', accepted_us = ?, agent_id = ?, epoch = ? WHERE id = ?",
            (now, agent, contact["epoch"] + 1, contact["id"]),
        )
        asked(
            "UPDATE interaction SET state = 'open', last_us = ?, last_seq = ?, last_agent = ? WHERE id = ?",
            (now, seq, agent, episode["id"]),
        )
        asked("UPDATE agent SET load_version = ?, missed_in_row = 0 WHERE id = ?", (person["load_version"] + 1, agent))
        asked(
            "UPDATE customer SET touchpoints = ?, last_us = ? WHERE id = ?",
            (customer["touchpoints"] + 1, now, customer["id"]),
        )
        waited = now - contact["entered_us"]
        details = json.dumps({"event": "accepted", "values": {"by": agent, "waited": waited}}).encode()
        ids = (line, f"sms/main/event/{line}", episode["id"], contact["id"], customer["id"], seq, now)
        asked(_LINE, (*ids, contact["channel"], contact["account"], agent, details, os.urandom(16)))
        result = json.dumps({"contact": contact["id"]}).encode()
        asked("INSERT INTO command VALUES (?, ?, ?, ?)", (f"user:{agent}", command, result, now))
        common = {"contact": contact["id"], "agent": agent, "queue": contact["queue"], "channel": contact["channel"]}
        load = person["load_version"] + 1
        taken = {**common, "offer": offer, "epoch": contact["epoch"] + 1, "load_version": load, "waited": waited}
        self._log("OfferAccepted", agent, taken)
        self._log("TouchpointAdded", agent, {**common, "touchpoint": line, "interaction": episode["id"], "seq": seq})

    def _row(self, table: str, key: str) -> Any:
        return self._connection.execute(f"SELECT * FROM {table} WHERE id = ?", (key,)).fetchone()

    def _log(self, kind: str, agent: str, body: dict[str, Any]) -> None:
        self.position += 1
        about = " ".join(f"{name}={body[name]}" for name in ("contact", "agent", "queue", "touchpoint") if name in body)
        row = (self.position, self.now, kind, 1, f"agent:{agent}", "", about, json.dumps(body).encode())
        self.digest = hashlib.sha256(self.digest + repr(row).encode()).digest()
        self._connection.execute(_EVENT, (*row, self.digest))
