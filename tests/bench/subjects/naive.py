"""The same work as a careful beginner writes it: one ORM session and one commit for each request and each command.

It stands in the bench so that the product is compared with what most teams would build first, and it is tuned as they
would tune it: write-ahead log with full durability, indexes, one pooled connection a thread, uncompressed sockets. It
speaks the product's frames as far as the crew of the bench looks at them. `python -m … PORT DATABASE`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa
from aiohttp import WSMsgType, web
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from twilio.request_validator import RequestValidator

from interaction_hub.storage import tables
from tests.fakes.house import TOKEN


class Row(DeclarativeBase):
    """Our own schema, mapped."""

    metadata = tables.metadata


class Customer(Row):
    """A person."""

    __table__ = tables.customer


class Identity(Row):
    """An address of a person."""

    __table__ = tables.identity


class Interaction(Row):
    """A matter."""

    __table__ = tables.interaction


class Contact(Row):
    """One visit of it."""

    __table__ = tables.contact


class Touchpoint(Row):
    """What was said."""

    __table__ = tables.touchpoint


class Raw(Row):
    """What the provider posted."""

    __table__ = tables.raw


class Event(Row):
    """What happened."""

    __table__ = tables.event


def _now() -> int:
    return time.time_ns() // 1000


class Naive:
    """One process, one thread for the database."""

    def __init__(self, port: int, path: str) -> None:
        engine = sa.create_engine(f"sqlite:///{path}")
        sa.event.listen(engine, "connect", _durable)
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        self._thread = ThreadPoolExecutor(1)
        self._validator = RequestValidator(TOKEN)
        self._url = f"http://127.0.0.1:{port}"
        self._agents: dict[str, web.WebSocketResponse] = {}
        self._held: dict[str, int] = {}
        with self._sessions() as session:
            self._position = session.scalar(sa.select(sa.func.max(Event.position))) or 0

    # ---- the webhook ---------------------------------------------------------------------------------------------
    async def receive(self, request: web.Request) -> web.Response:
        """Verify, store, offer, answer."""
        body = await request.read()
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        signature = request.headers.get("X-Twilio-Signature", "")
        if not self._validator.validate(self._url + request.path_qs, fields, signature):
            return web.Response(status=403)
        frames = await asyncio.get_running_loop().run_in_executor(self._thread, self._take, fields, body)
        for agent, changes in frames:
            await self._tell(agent, changes)
        return web.Response(body=b"<Response/>", content_type="text/xml")

    def _take(self, fields: dict[str, str], body: bytes) -> list[tuple[str, list[Any]]]:
        with self._sessions() as session:
            claim = f"sms/main/message/{fields['MessageSid']}"
            if session.scalar(sa.select(Touchpoint).where(Touchpoint.claim == claim)):
                return []
            identity = self._identity(session, fields["From"])
            contact = session.scalar(
                sa.select(Contact).where(Contact.identity_id == identity.id, Contact.state != "ended")
            )
            fresh = contact is None
            if contact is None:
                contact = self._open(session, identity)
            matter = session.get_one(Interaction, contact.interaction_id)
            matter.last_seq += 1
            matter.last_us = contact.customer_waits_us = _now()
            person = session.get_one(Customer, identity.customer_id)
            person.touchpoints += 1
            person.last_us = matter.last_us
            touchpoint = Touchpoint(
                id=str(uuid.uuid4()), claim=claim, interaction_id=matter.id, contact_id=contact.id,
                customer_id=person.id, seq=matter.last_seq, at_us=_now(), channel="sms", account="main", kind="message",
                direction="in", author_kind="customer", author_id=person.id, text=fields["Body"], state="received",
                rank=0, code="", reason="", parts=1, provider_id=fields["MessageSid"], details=b"{}", salt=b"0" * 16,
            )  # fmt: skip
            session.add(touchpoint)
            session.add(Raw(touchpoint_id=touchpoint.id, content=body))
            self._event(session, "MessageReceived", {"contact": contact.id, "touchpoint": touchpoint.id})
            if fresh:
                self._event(session, "ContactQueued", {"contact": contact.id})
                self._event(session, "ContactOffered", {"contact": contact.id, "agent": contact.agent_id})
            session.commit()
            changes = [_shown(contact, fields["From"], fields["Body"])]
            if not fresh:
                changes.append({"op": "put", "kind": "message", "id": touchpoint.id, "value": {"text": fields["Body"]}})
            return [(str(contact.agent_id), changes)]

    def _identity(self, session: Session, sender: str) -> Identity:
        known = session.scalar(sa.select(Identity).where(Identity.address == f"phone:{sender}"))
        if known is not None:
            return known
        person = Customer(id=str(uuid.uuid4()), facts=b"{}", created_us=_now(), last_us=_now(), touchpoints=0)
        session.add(person)
        session.flush()
        identity = Identity(
            id=str(uuid.uuid4()), customer_id=person.id, kind="phone", value=sender, address=f"phone:{sender}",
            created_us=_now(),
        )  # fmt: skip
        session.add(identity)
        session.flush()
        return identity

    def _open(self, session: Session, identity: Identity) -> Contact:
        """A new visit, offered to the agent who holds the fewest."""
        common = {"customer_id": identity.customer_id, "identity_id": identity.id, "channel": "sms", "account": "main"}
        matter = Interaction(id=str(uuid.uuid4()), **common, opened_us=_now(), last_us=_now(), last_seq=0)
        session.add(matter)
        session.flush()
        agent = min(self._held, key=lambda one: self._held[one])
        self._held[agent] += 1
        contact = Contact(
            id=str(uuid.uuid4()), interaction_id=matter.id, **common, queue="deliveries", state="offered", band=5,
            virtual_start_us=_now(), arrival=self._position, entered_us=_now(), agent_id=agent,
        )  # fmt: skip
        session.add(contact)
        session.flush()
        return contact

    def _event(self, session: Session, kind: str, payload: dict[str, Any]) -> None:
        self._position += 1
        session.add(
            Event(
                position=self._position,
                at_us=_now(),
                kind=kind,
                version=1,
                actor="",
                correlation="",
                subjects=" ".join(f"{name}={value}" for name, value in payload.items()),
                payload=json.dumps(payload).encode(),
                hash=b"",
            )
        )

    # ---- the agents ----------------------------------------------------------------------------------------------
    async def agent(self, request: web.Request) -> web.WebSocketResponse:
        """A console: accepts and files."""
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        name = str(uuid.uuid4())
        async for message in ws:
            if message.type != WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            if frame["op"] == "hello":
                await ws.send_str('{"type":"snapshot"}')
                continue
            if frame["op"] == "presence.set":
                self._agents[name], self._held[name] = ws, 0
            else:
                given = frame["args"].get("contact") or frame["args"]["offer"]
                loop = asyncio.get_running_loop()
                changes = await loop.run_in_executor(self._thread, self._act, frame["op"], given)
                await self._tell(name, changes)
            await ws.send_str(json.dumps({"type": "result", "id": frame["id"], "ok": True, "result": {}}))
        return ws

    def _act(self, op: str, key: str) -> list[Any]:
        with self._sessions() as session:
            contact = session.get_one(Contact, key)
            if op == "offer.accept":
                contact.state, contact.accepted_us = "active", _now()
                self._event(session, "OfferAccepted", {"contact": key})
            else:
                contact.state, contact.outcome, contact.ended_us = "ended", "handled", _now()
                contact.disposition = "solved"
                self._held[str(contact.agent_id)] -= 1
                self._event(session, "ContactEnded", {"contact": key})
            session.commit()
            last = session.scalar(
                sa.select(Touchpoint)
                .where(Touchpoint.interaction_id == contact.interaction_id)
                .order_by(Touchpoint.seq.desc())
                .limit(1)
            )
            identity = session.get_one(Identity, contact.identity_id)
            return [_shown(contact, identity.value, last.text if last else "")]

    async def _tell(self, agent: str, changes: list[Any]) -> None:
        if agent in self._agents:
            await self._agents[agent].send_str(json.dumps({"type": "delta", "changes": changes}))


def _shown(contact: Contact, address: str, text: str) -> dict[str, Any]:
    value = {
        "id": contact.id, "state": contact.state, "offer": {"id": contact.id} if contact.state == "offered" else None,
        "address": address, "last": {"text": text},
    }  # fmt: skip
    return {"op": "put", "kind": "contact", "id": contact.id, "value": value}


def _durable(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


async def _ready(_request: web.Request) -> web.Response:
    return web.Response()


def main(port: int, path: str) -> None:
    """Serve until ended."""
    naive = Naive(port, path)
    app = web.Application()
    app.add_routes([
        web.post("/webhooks/sms/main", naive.receive), web.get("/ws/agent", naive.agent), web.get("/readyz", _ready)
    ])  # fmt: skip
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
