"""Intake: a customer's message becomes identity, interaction, contact and touchpoint, in one unit over a list.

Durable first, understood second (D6): the claim, the raw payload and the touchpoint are committed before the provider
gets its answer. Twenty first messages of one customer make one contact (D8).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from channels.messages import Consent, InboundMessage
from interaction_hub.domain import events
from interaction_hub.domain.documents import Queue
from interaction_hub.domain.rules import REOPEN_WINDOW, RuleBook, micros
from interaction_hub.domain.states import ContactState, Outcome
from interaction_hub.ids import new_id, new_salt
from interaction_hub.services import endings
from interaction_hub.services.acquaintance import Acquaintance
from interaction_hub.services.masking import mask_cards, mask_raw
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts, customers, interactions, media, tables, touchpoints, uploads
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.unit import Lane, Tx

MESSAGE = "message"
NO_DETAILS = b"{}"
UPLOADED = "upload:"
SUBJECT_LENGTH = 60
_PERSONS_OWN = ("text", "sender_name", "answer_to")
"""What of a message a person wrote himself, and may have written a card's number into."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as it came, card numbers already masked, with the salt of its digest."""

    message: InboundMessage
    raw: bytes
    salt: bytes
    correlation: str = ""

    @property
    def claim(self) -> str:
        """What makes it exactly once."""
        message = self.message
        return touchpoints.claim_of(message.channel, message.account, MESSAGE, message.provider_id)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it. A duplicate changed nothing."""

    touchpoint: str
    contact: str | None
    duplicate: bool = False


def arrival(message: InboundMessage, raw: bytes, correlation: str = "") -> Arrival:
    """Mask and salt a message, outside of the unit."""
    masked, found = {}, []
    for name in _PERSONS_OWN:
        masked[name], numbers = mask_cards(getattr(message, name))
        found += numbers
    if found:
        message = InboundMessage(**{**_fields(message), **masked})
        raw = mask_raw(raw, found)
    return Arrival(message, raw, new_salt(), correlation)


def _fields(message: InboundMessage) -> dict[str, Any]:
    return {name: getattr(message, name) for name in InboundMessage.__slots__}


class Intake:
    """Registers the unit `receive`."""

    def __init__(self, ledger: Ledger, rules: Rules) -> None:
        self._ledger = ledger
        self._rules = rules
        ledger.register("receive", self._receive, Lane.MACHINES)

    async def receive(self, items: list[Arrival]) -> list[Taken]:
        """Commit all items of one webhook; returns when they are on disk."""
        futures = [self._ledger.submit("receive", item) for item in items]
        return [await future for future in futures]

    def _receive(self, tx: Tx, items: list[Arrival]) -> list[Taken]:
        return _Reception(tx, items, self._rules.current).run()


@dataclass(slots=True)
class _Episode:
    """What the unit knows of one (identity, account, thread) while it walks over the messages."""

    interaction: str
    last_seq: int
    contact: str | None = None
    state: str = ""
    agent: str | None = None
    mode: str = ""
    last_agent: str | None = None
    row: Any = None


@dataclass(slots=True)
class _Rows:
    interactions: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    seqs: dict[str, int] = field(default_factory=dict)
    wrote: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


class _Reception:
    """One run of the unit: a few set-wise reads, one walk in the order of arrival, a few set-wise writes."""

    def __init__(self, tx: Tx, items: list[Arrival], book: RuleBook) -> None:
        self.tx = tx
        self.items = items
        self.book = book
        self.rows = _Rows()
        self.results: list[Taken | None] = [None] * len(items)
        self.who: dict[int, tuple[str, str]] = {}
        self.episodes: dict[tuple[str, str, str], _Episode] = {}

    def run(self) -> list[Taken]:
        fresh = self._drop_duplicates()
        if fresh:
            messages = {number: self.items[number].message for number in fresh}
            correlations = {number: self.items[number].correlation for number in fresh}
            acquaintance = Acquaintance(self.tx, correlations)
            self.who = acquaintance.meet(messages)
            self._find_episodes({self._key(number) for number in fresh}, acquaintance.strangers)
            for number in fresh:
                self._take(number)
            self._write()
        return [result for result in self.results if result is not None]

    def _drop_duplicates(self) -> list[int]:
        claims = [item.claim for item in self.items]
        known = touchpoints.claimed(self.tx.connection, claims)
        first: dict[str, int] = {}
        fresh: list[int] = []
        self._repeats: list[tuple[int, int]] = []
        for number, claim in enumerate(claims):
            if (row := known.get(claim)) is not None:
                self.results[number] = Taken(row.id, row.contact_id, duplicate=True)
            elif claim in first:
                self._repeats.append((number, first[claim]))
            else:
                first[claim] = number
                fresh.append(number)
        return fresh

    def _find_episodes(self, wanted: set[tuple[str, str, str]], strangers: set[str]) -> None:
        known = {key[0] for key in wanted} - strangers
        if known:
            self._find_open(known)
        missing = {key[0] for key in wanted if key not in self.episodes} - strangers
        if missing:
            self._find_recent(missing)

    def _find_open(self, identities: set[str]) -> None:
        found = contacts.open_of(self.tx, identities)
        by_id = interactions.by_ids(self.tx.connection, (row.interaction_id for row in found)) if found else {}
        for row in found:
            episode = by_id[row.interaction_id]
            self.episodes[row.identity_id, row.account, row.thread] = _Episode(
                episode.id, episode.last_seq, row.id, row.state, row.agent_id, row.mode, episode.last_agent, row
            )

    def _find_recent(self, identities: set[str]) -> None:
        longest = max(REOPEN_WINDOW.values())
        for row in interactions.recent(self.tx, identities, self.tx.now - longest):
            key = (row.identity_id, row.account, row.thread)
            known = self.episodes.get(key)
            window = REOPEN_WINDOW.get(row.channel, longest)
            if (known is None or known.contact is None) and row.last_us >= self.tx.now - window:
                self.episodes[key] = _Episode(row.id, row.last_seq, last_agent=row.last_agent, row=row)

    def _key(self, number: int) -> tuple[str, str, str]:
        message = self.items[number].message
        return self.who[number][0], message.account, message.thread

    def _take(self, number: int) -> None:
        message = self.items[number].message
        identity, customer = self.who[number]
        key = self._key(number)
        episode = self.episodes.get(key)
        if episode is None:
            episode = self.episodes[key] = self._open_interaction(number, identity, customer)
        elif episode.row is not None and episode.contact is None:
            self._go_on(number, customer, episode)
        self._consent(number, identity, customer, episode)
        if episode.contact is None and message.consent is None:
            self._queue(number, identity, customer, episode)
        elif episode.contact is not None:
            self._continue(number, episode)
        self._touch(number, customer, episode)
        if message.consent in (Consent.STOP, Consent.START):
            self._consent_line(number, customer, episode)

    def _go_on(self, number: int, customer: str, episode: _Episode) -> None:
        """The customer comes back to an interaction without an open contact: closed, or snoozed by an agent."""
        row, episode.row = episode.row, None
        if row.state == "closed":
            self._emit(number, events.InteractionReopened(interaction=episode.interaction, customer=customer))
        if row.due_us is not None:
            woken = events.InteractionWoken(
                interaction=episode.interaction, customer=customer, agent=row.owner or "", reason="customer"
            )
            self._emit(number, woken)

    def _open_interaction(self, number: int, identity: str, customer: str) -> _Episode:
        message = self.items[number].message
        interaction = new_id()
        self.rows.interactions.append(
            {
                "id": interaction,
                "customer_id": customer,
                "identity_id": identity,
                "channel": message.channel,
                "account": message.account,
                "our_address": message.recipient,
                "thread": message.thread,
                "subject": _first_words(message.text),
                "state": "open",
                "opened_us": self.tx.now,
                "last_us": self.tx.now,
            }
        )
        self._emit(
            number,
            events.InteractionOpened(
                interaction=interaction, customer=customer, channel=message.channel, account=message.account
            ),
        )
        return _Episode(interaction, 0)

    def _queue(self, number: int, identity: str, customer: str, episode: _Episode) -> None:
        message = self.items[number].message
        queue = self.book.queue_for(message.channel, message.recipient)
        hold = micros(queue.preferred_hold) if queue is not None and episode.last_agent else 0
        contact = new_id()
        row = {
            "id": contact,
            "interaction_id": episode.interaction,
            "customer_id": customer,
            "identity_id": identity,
            "channel": message.channel,
            "account": message.account,
            "thread": message.thread,
            "queue": queue.key if queue is not None else "",
            "state": ContactState.QUEUED,
            "band": queue.band if queue is not None else 5,
            "virtual_start_us": self._virtual_start(queue, episode),
            "arrival": self.tx.arrival(number),
            "entered_us": self.tx.now,
            "preferred_agent": episode.last_agent,
            "preferred_until_us": self.tx.now + hold if hold else 0,
            "rules_version": self.book.version,
            "epoch": 1,
            "unread": 1,
            "customer_waits_us": self.tx.now,
        }
        self.rows.contacts.append(row)
        episode.contact, episode.state = contact, ContactState.QUEUED
        self._emit(number, endings.queued_event(row))

    def _virtual_start(self, queue: Queue | None, episode: _Episode) -> int:
        """Now; or the old one of somebody who left the queue and is back within its grace (decisions 5)."""
        left = contacts.left_last(self.tx, episode.interaction) if queue is not None and episode.last_seq else None
        if left is None or queue is None or left.ended_us < self.tx.now - micros(queue.grace):
            return self.tx.now
        return int(left.virtual_start_us)

    def _continue(self, number: int, episode: _Episode) -> None:
        assert episode.contact is not None
        fresh = next((row for row in self.rows.contacts if row["id"] == episode.contact), None)
        if fresh is not None:
            fresh["unread"] += 1
            return
        self.rows.wrote[episode.contact] = self.rows.wrote.get(episode.contact, 0) + 1
        if episode.state == ContactState.ACTIVE and episode.mode == "paused" and episode.agent:
            episode.mode = "live"
            self._emit(
                number,
                events.ContactModeChanged(
                    contact=episode.contact,
                    agent=episode.agent,
                    channel=self.items[number].message.channel,
                    mode="live",
                    load_version=agents.raise_load(self.tx, episode.agent),
                ),
            )

    def _consent(self, number: int, identity: str, customer: str, episode: _Episode) -> None:
        message = self.items[number].message
        if message.consent not in (Consent.STOP, Consent.START):
            return
        stop = message.consent is Consent.STOP
        customers.set_opted_out(self.tx, identity, message.account, opted_out=stop)
        self._emit(
            number,
            events.ConsentChanged(
                identity=identity, customer=customer, account=message.account, consent=message.consent
            ),
        )
        if stop and episode.contact is not None and episode.state in (ContactState.QUEUED, ContactState.OFFERED):
            self._abandon(number, episode)

    def _abandon(self, number: int, episode: _Episode) -> None:
        """STOP is the one way in which a text contact is abandoned (decisions 5)."""
        fresh = next((row for row in self.rows.contacts if row["id"] == episode.contact), None)
        if fresh is not None:
            return  # asked and stopped in one batch: the contact stays, the composer will be blocked
        self.tx.item = number
        endings.leave(self.tx, episode.row, Outcome.ABANDONED, actor=self._actor(number), reason="customer_left")
        episode.contact = None

    def _touch(self, number: int, customer: str, episode: _Episode) -> None:
        item, message = self.items[number], self.items[number].message
        episode.last_seq += 1
        self.rows.seqs[episode.interaction] = episode.last_seq
        self.rows.counts[customer] = self.rows.counts.get(customer, 0) + 1
        touchpoint = new_id()
        self.tx.add(
            tables.touchpoint,
            touchpoint_row(
                id=touchpoint,
                claim=item.claim,
                interaction_id=episode.interaction,
                contact_id=episode.contact,
                customer_id=customer,
                seq=episode.last_seq,
                at_us=self.tx.now,
                channel=message.channel,
                account=message.account,
                kind=MESSAGE,
                direction="in",
                author_kind="customer",
                author_id=customer,
                text=message.text,
                state="received",
                rank=9,
                provider_id=message.provider_id,
                salt=item.salt,
                details=_details(message),
            ),
        )
        self.tx.add(tables.raw, {"touchpoint_id": touchpoint, "content": item.raw})
        self._files(touchpoint, message)
        self._emit(
            number,
            events.TouchpointAdded(
                touchpoint=touchpoint,
                interaction=episode.interaction,
                customer=customer,
                contact=episode.contact or "",
                channel=message.channel,
                touchpoint_kind=MESSAGE,
                direction="in",
                seq=episode.last_seq,
                digest=touchpoints.digest_of(item.salt, message.text),
            ),
        )
        self.results[number] = Taken(touchpoint, episode.contact)

    def _files(self, touchpoint: str, message: InboundMessage) -> None:
        """Files at a provider are fetched later; those that were uploaded to the hub are here already."""
        uploaded = [ref.url.removeprefix(UPLOADED) for ref in message.media if ref.url.startswith(UPLOADED)]
        gone = uploads.attach(self.tx, touchpoint, f"visitor:{message.sender}", uploaded) if uploaded else []
        for place, ref in enumerate(message.media):
            if not ref.url.startswith(UPLOADED):
                media.add(self.tx, touchpoint, place, ref.url, "waiting", claimed_type=ref.content_type)
            elif (key := ref.url.removeprefix(UPLOADED)) in gone:
                uploads.refuse(self.tx, touchpoint, place, key)

    def _consent_line(self, number: int, customer: str, episode: _Episode) -> None:
        """The grey line in the conversation that says what the keyword did."""
        item, message = self.items[number], self.items[number].message
        episode.last_seq += 1
        self.rows.seqs[episode.interaction] = episode.last_seq
        self.rows.counts[customer] += 1
        line = new_id()
        what = "opted_out" if message.consent is Consent.STOP else "opted_in"
        self.tx.add(
            tables.touchpoint,
            touchpoint_row(
                id=line,
                claim=touchpoints.claim_of(message.channel, message.account, "event", line),
                interaction_id=episode.interaction,
                contact_id=episode.contact,
                customer_id=customer,
                seq=episode.last_seq,
                at_us=self.tx.now,
                channel=message.channel,
                account=message.account,
                kind="event",
                direction="none",
                author_kind="customer",
                author_id=customer,
                state="received",
                rank=9,
                salt=item.salt,
                details=msgspec.json.encode({"event": what, "values": {}}),
            ),
        )
        self._emit(
            number,
            events.TouchpointAdded(
                touchpoint=line,
                interaction=episode.interaction,
                customer=customer,
                contact=episode.contact or "",
                channel=message.channel,
                touchpoint_kind="event",
                direction="none",
                seq=episode.last_seq,
                digest=touchpoints.digest_of(item.salt, ""),
            ),
        )

    def _write(self) -> None:
        fresh = {row["id"]: row for row in self.rows.interactions}
        for interaction, seq in list(self.rows.seqs.items()):
            if interaction in fresh:
                fresh[interaction]["last_seq"] = seq
                del self.rows.seqs[interaction]
        interactions.insert(self.tx, self.rows.interactions)
        interactions.touch(self.tx, self.rows.seqs)
        contacts.insert(self.tx, self.rows.contacts)
        contacts.customer_wrote(self.tx, self.rows.wrote)
        customers.count_touchpoints(self.tx, self.rows.counts, self.tx.now)
        for repeat, first in self._repeats:
            taken = self.results[first]
            assert taken is not None
            self.results[repeat] = Taken(taken.touchpoint, taken.contact, duplicate=True)

    def _actor(self, number: int) -> str:
        return f"customer:{self.who[number][1]}"

    def _emit(self, number: int, body: events.Body, actor: str | None = None) -> None:
        self.tx.emit(body, actor=actor or self._actor(number), correlation=self.items[number].correlation, item=number)


def _details(message: InboundMessage) -> bytes:
    """What came with a visitor's message: where he asks for the answer, and the page that he was on."""
    values = {name: value for name in ("answer_to", "page") if (value := getattr(message, name))}
    return msgspec.json.encode({"values": values}) if values else NO_DETAILS


def _first_words(text: str) -> str:
    """A subject for a channel that has none: the first line, cut at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= SUBJECT_LENGTH:
        return line
    return (
        line[:SUBJECT_LENGTH].rpartition(" ")[0] + "…" if " " in line[:SUBJECT_LENGTH] else line[:SUBJECT_LENGTH] + "…"
    )


def touchpoint_row(**values: Any) -> dict[str, Any]:
    """A touchpoint's row with every column, so that rows of one batch share one statement."""
    empty = {
        "code": "",
        "reason": "",
        "parts": 0,
        "provider_id": "",
        "author_id": "",
        "text": "",
        "details": NO_DETAILS,
    }
    return {**empty, **values}
