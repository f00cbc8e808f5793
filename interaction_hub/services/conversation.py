"""Writing into a conversation: message, note or event line, each a touchpoint with its number in the interaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from channels.messages import DeliveryState
from interaction_hub.domain import events
from interaction_hub.domain.carriage import CARRIED_BY_HUB
from interaction_hub.errors import Conflict
from interaction_hub.ids import new_id, new_salt
from interaction_hub.services.masking import mask_cards
from interaction_hub.storage import customers, interactions, outbox, tables, touchpoints, uploads
from interaction_hub.storage.unit import Tx


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written, by whom, into which contact's interaction (`contact` is its row)."""

    contact: Any
    kind: str
    direction: str
    author_kind: str
    author_id: str
    text: str
    correlation: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    claim: str = ""


def write_message(tx: Tx, draft: Draft) -> str:
    """Add the touchpoint, and the outbox row if somebody else has to carry it. Returns the touchpoint's id.

    `files` are uploads of the author. Raises `Conflict` if one of them is gone.
    """
    contact = draft.contact
    text, _ = mask_cards(draft.text)
    touchpoint, salt = new_id(), new_salt()
    outgoing = draft.direction == "out"
    carried_by_hub = outgoing and contact.channel in CARRIED_BY_HUB
    seq = interactions.next_seq(tx, contact.interaction_id)
    tx.add(
        tables.touchpoint,
        {
            "id": touchpoint,
            "claim": draft.claim or touchpoints.claim_of(contact.channel, contact.account, draft.kind, touchpoint),
            "interaction_id": contact.interaction_id,
            "contact_id": contact.id,
            "customer_id": contact.customer_id,
            "seq": seq,
            "at_us": tx.now,
            "channel": contact.channel,
            "account": contact.account,
            "kind": draft.kind,
            "direction": draft.direction,
            "author_kind": draft.author_kind,
            "author_id": draft.author_id,
            "text": text,
            "state": _first_state(outgoing, carried_by_hub),
            "rank": DeliveryState.SENT.rank if carried_by_hub else 0 if outgoing else 9,
            "code": "",
            "reason": "",
            "parts": 0,
            "provider_id": touchpoint if carried_by_hub else "",
            "details": msgspec.json.encode(draft.details),
            "salt": salt,
        },
    )
    customers.spoke(tx, contact.customer_id)
    if draft.files and not carried_by_hub:
        raise Conflict("This channel cannot send files.", code="no_files")
    if draft.files:
        tx.settle()  # files point to the touchpoint
        if uploads.attach(tx, touchpoint, f"user:{draft.author_id}", draft.files):
            raise Conflict("A file is not there any more. Add it again.", code="file_gone")
    if outgoing and not carried_by_hub:
        _enqueue(tx, touchpoint, contact)
    tx.emit(
        events.TouchpointAdded(
            touchpoint=touchpoint,
            interaction=contact.interaction_id,
            customer=contact.customer_id,
            contact=contact.id,
            channel=contact.channel,
            touchpoint_kind=draft.kind,
            direction=draft.direction,
            seq=seq,
            digest=touchpoints.digest_of(salt, text),
            agent=draft.author_id if draft.author_kind == "agent" else "",
        ),
        actor="system:desk" if draft.author_kind == "system" else f"{draft.author_kind}:{draft.author_id}",
        correlation=draft.correlation,
    )
    return touchpoint


def _first_state(outgoing: bool, carried_by_hub: bool) -> str:
    if carried_by_hub:
        return DeliveryState.SENT  # the commit is the sending
    return DeliveryState.QUEUED if outgoing else "received"


def _enqueue(tx: Tx, touchpoint: str, contact: Any) -> None:
    interaction = interactions.find(tx, contact.interaction_id)
    identity = tx.rows.one(tables.identity, contact.identity_id)
    assert interaction is not None
    assert identity is not None
    outbox.add(
        tx,
        {
            "touchpoint_id": touchpoint,
            "channel": contact.channel,
            "account": contact.account,
            "sender": interaction.our_address,
            "recipient": identity.value,
            "state": "queued",
            "next_us": tx.now,
        },
    )
