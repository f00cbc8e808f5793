"""The registry of commands: one list of verbs serves HTTP and sockets (decisions 20).

A command carries an id; its answer is written in the same transaction and given again when the id is repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from interaction_hub.domain import events
from interaction_hub.domain.permissions import Permission, Principal
from interaction_hub.domain.text import is_storable
from interaction_hub.errors import Conflict, Invalid, NotAllowed, NotFound
from interaction_hub.services.desk import Deed, Desk
from interaction_hub.services.presence import Choice, PresenceKeeper
from interaction_hub.services.steering import Steering, Wish
from interaction_hub.storage import customers, tables, touchpoints
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.unit import Lane, Tx, each, insert_into

MOST_TEXT = 10_000


def _storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("may not hold U+0000 or half a surrogate pair")
    return text


Text = Annotated[str, Field(max_length=MOST_TEXT), AfterValidator(_storable)]
Line = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Key = Annotated[str, Field(max_length=80), AfterValidator(_storable)]


class Arguments(BaseModel):
    """What all arguments share: unknown fields and coerced types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PresenceArguments(Arguments):
    """`presence` is available, away or offline; `reason` belongs to away."""

    presence: Key
    reason: Key = ""
    after_contact: bool = False


class OfferArguments(Arguments):
    """Which offer."""

    offer: Id


class DeclineArguments(OfferArguments):
    """Which offer, and why not."""

    reason: Key


class ContactArguments(Arguments):
    """Which contact."""

    contact: Id


class TextArguments(ContactArguments):
    """Which contact, and what is written."""

    text: Text


class TransferArguments(ContactArguments):
    """Which contact, and where to: a queue or an agent."""

    queue: Key = ""
    agent: Annotated[str, Field(pattern=r"^$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")] = ""
    note: Text = ""


class FinishArguments(ContactArguments):
    """Which contact, and how it is filed."""

    disposition: Key
    keep_open: bool = False
    note: Text = ""


class MessageArguments(Arguments):
    """Which message."""

    message: Id


class FactArguments(Arguments):
    """One thing that is known of a customer, as people read it."""

    label: Line
    value: Line


class CustomerArguments(Arguments):
    """Which customer, the version that was seen, and the new values; what is absent stays."""

    customer: Id
    version: int
    name: Line | None = None
    language: Key | None = None
    tier: Key | None = None
    time_zone: Key | None = None
    facts: Annotated[list[FactArguments], Field(max_length=30)] | None = None


class MoveArguments(ContactArguments):
    """Which waiting contact, and to which queue."""

    queue: Key


class AssignArguments(ContactArguments):
    """Which waiting contact, and to which agent."""

    agent: Id


class PriorityArguments(ContactArguments):
    """Which waiting contact, and the new band, 0 first."""

    band: Annotated[int, Field(ge=0, le=9)]


@dataclass(frozen=True, slots=True)
class Command:
    """One verb. `target` is the argument that stands in the URL; `status` is the answer to a success over HTTP."""

    op: str
    method: str
    path: str
    arguments: type[Arguments]
    permission: Permission
    run: Callable[[Tx, Principal, Any, str], dict[str, Any]]
    summary: str
    target: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command by somebody. `command_id` is empty if the caller takes the risk of repeating it."""

    command: Command
    principal: Principal
    arguments: Arguments
    command_id: str = ""


class Commands:
    """Builds the list over the services and runs calls through the ledger."""

    def __init__(self, ledger: Ledger, desk: Desk, presence: PresenceKeeper, steering: Steering) -> None:
        self._ledger = ledger
        self.all = {command.op: command for command in _list(desk, presence, steering)}
        ledger.register("command", each(_call), Lane.PEOPLE)

    async def run(
        self, op: str, principal: Principal, arguments: dict[str, Any], command_id: str = ""
    ) -> dict[str, Any]:
        """Check and carry out. Raises `HubError` kinds; the same id gives the first answer again."""
        command = self.all.get(op)
        if command is None:
            raise NotFound(f"There is no command {op[:60]!r}.", code="unknown_command")
        if not principal.may(command.permission):
            raise NotAllowed("Your role may not do this.")
        if len(command_id) > 64:
            raise Invalid("The command id is too long.", fields={"id": "at most 64 characters"})
        if not is_storable(command_id):
            raise Invalid("The command id cannot be stored.", fields={"id": "no U+0000, no half a surrogate pair"})
        parsed = parse(command.arguments, arguments)
        result: dict[str, Any] = await self._ledger.submit("command", Call(command, principal, parsed, command_id))
        return result


def parse(model: type[Arguments], arguments: dict[str, Any]) -> Arguments:
    """Check arguments. Raises `Invalid` with a word for each field."""
    try:
        return model.model_validate(arguments)
    except ValidationError as error:
        fields = {".".join(str(part) for part in item["loc"]) or "body": item["msg"] for item in error.errors()}
        listed = "; ".join(f"{name}: {what}" for name, what in fields.items())
        raise Invalid(f"The arguments cannot be used. {listed}", fields=fields) from None


_FIND = sa.select(tables.command.c.result).where(
    tables.command.c.actor == sa.bindparam("a"), tables.command.c.command_id == sa.bindparam("c")
)


def _call(tx: Tx, call: Call) -> dict[str, Any]:
    """Unit: carry out once, remember the answer."""
    actor = f"user:{call.principal.user_id}"
    if call.command_id:
        row = tx.execute(_FIND, {"a": actor, "c": call.command_id}).first()
        if row is not None:
            return msgspec.json.decode(bytes(row.result))  # type: ignore[no-any-return]
    result = call.command.run(tx, call.principal, call.arguments, call.command_id)
    if call.command_id:
        tx.execute(
            insert_into(tables.command),
            {"actor": actor, "command_id": call.command_id, "result": msgspec.json.encode(result), "at_us": tx.now},
        )
    return result


def _list(desk: Desk, presence: PresenceKeeper, steering: Steering) -> list[Command]:
    def deed(verb: Callable[[Tx, Deed], dict[str, Any]]) -> Callable[[Tx, Principal, Any, str], dict[str, Any]]:
        def run(tx: Tx, principal: Principal, given: Any, correlation: str) -> dict[str, Any]:
            return verb(
                tx,
                Deed(
                    agent=principal.user_id,
                    target=getattr(given, "offer", "") or given.contact,
                    text=getattr(given, "text", "") or getattr(given, "note", "") or getattr(given, "reason", ""),
                    queue=getattr(given, "queue", ""),
                    other_agent=getattr(given, "agent", ""),
                    disposition=getattr(given, "disposition", ""),
                    keep_open=getattr(given, "keep_open", False),
                    correlation=correlation,
                ),
            )

        return run

    def wish(verb: Callable[[Tx, Wish], dict[str, Any]]) -> Callable[[Tx, Principal, Any, str], dict[str, Any]]:
        def run(tx: Tx, principal: Principal, given: Any, correlation: str) -> dict[str, Any]:
            return verb(
                tx,
                Wish(
                    actor=f"user:{principal.user_id}",
                    contact=given.contact,
                    queue=getattr(given, "queue", ""),
                    agent=getattr(given, "agent", ""),
                    band=getattr(given, "band", 0),
                    correlation=correlation,
                ),
            )

        return run

    def choose(tx: Tx, principal: Principal, given: Any, correlation: str) -> dict[str, Any]:
        return presence.set(
            tx, Choice(principal.user_id, given.presence, given.reason, given.after_contact, correlation)
        )

    work, steer = Permission.WORK, Permission.STEER
    contact, offer, waiting = "/api/v1/contacts/{contact}", "/api/v1/offers/{offer}", "/api/v1/waiting/{contact}"

    def on_contact(op: str, end: str, arguments: type[Arguments], verb: Any, summary: str) -> Command:
        return Command(op, "POST", f"{contact}/{end}", arguments, work, deed(verb), summary, "contact")

    def on_waiting(op: str, end: str, arguments: type[Arguments], verb: Any, summary: str) -> Command:
        return Command(op, "POST", f"{waiting}/{end}", arguments, steer, wish(verb), summary, "contact", 202)

    return [
        Command("presence.set", "PUT", "/api/v1/presence", PresenceArguments, work, choose, "Choose your presence"),
        Command(
            "offer.accept",
            "POST",
            f"{offer}/accept",
            OfferArguments,
            work,
            deed(desk.accept),
            "Accept an offer",
            "offer",
        ),
        Command(
            "offer.decline",
            "POST",
            f"{offer}/decline",
            DeclineArguments,
            work,
            deed(desk.decline),
            "Decline an offer with a reason",
            "offer",
        ),
        on_contact("contact.reply", "replies", TextArguments, desk.reply, "Send a message to the customer"),
        on_contact("contact.note", "notes", TextArguments, desk.note, "Write an internal note"),
        on_contact("contact.hold", "hold", ContactArguments, desk.hold, "Put a contact on hold"),
        on_contact("contact.resume", "resume", ContactArguments, desk.resume, "Take a contact off hold"),
        on_contact("contact.transfer", "transfer", TransferArguments, desk.transfer, "Transfer to a queue or an agent"),
        on_contact("contact.end", "end", ContactArguments, desk.end, "End the conversation; wrap-up begins"),
        on_contact("contact.extend", "extend", ContactArguments, desk.extend, "Extend the wrap-up"),
        on_contact("contact.finish", "finish", FinishArguments, desk.finish, "File the contact with a disposition"),
        on_contact("contact.read", "read", ContactArguments, desk.read, "Mark all messages as seen"),
        Command(
            "message.retry",
            "POST",
            "/api/v1/messages/{message}/retry",
            MessageArguments,
            work,
            lambda tx, principal, given, correlation: _retry(tx, desk, principal, given, correlation),
            "Send a failed message again",
            "message",
        ),
        Command(
            "customer.update",
            "PATCH",
            "/api/v1/customers/{customer}",
            CustomerArguments,
            work,
            _update_customer,
            "Change what is known of a customer",
            "customer",
        ),
        on_waiting("waiting.move", "move", MoveArguments, steering.move, "Move a waiting contact to another queue"),
        on_waiting("waiting.assign", "assign", AssignArguments, steering.assign, "Offer a waiting contact to an agent"),
        on_waiting("waiting.prioritise", "priority", PriorityArguments, steering.prioritise, "Change the band"),
    ]


def _retry(tx: Tx, desk: Desk, principal: Principal, given: MessageArguments, correlation: str) -> dict[str, Any]:
    row = touchpoints.by_ids(tx.connection, [given.message]).get(given.message)
    if row is None or row.kind != "message" or row.direction != "out":
        raise NotFound("There is no such message.")
    if row.state != "failed":
        raise Conflict(f"The message is {row.state}; only one that failed can be sent again.", code="state")
    return desk.reply(tx, Deed(principal.user_id, row.contact_id or "", text=row.text, correlation=correlation))


def _update_customer(tx: Tx, principal: Principal, given: CustomerArguments, correlation: str) -> dict[str, Any]:
    row = customers.get(tx.connection, given.customer)
    if row is None:
        raise NotFound("There is no such customer.")
    values = given.model_dump(exclude={"customer", "version"}, exclude_none=True)
    if not values:
        raise Invalid("There is nothing to change.", fields={"name": "or another field is needed"})
    if "facts" in values:
        values["facts"] = msgspec.json.encode(values["facts"])
    if not customers.update(tx, given.customer, given.version, values):
        raise Conflict(
            "Somebody changed this customer meanwhile. Look at the new values, then try again.", code="version"
        )
    tx.emit(
        events.CustomerChanged(customer=given.customer, version=given.version + 1, fields=tuple(sorted(values))),
        actor=f"user:{principal.user_id}",
        correlation=correlation,
    )
    return {"version": given.version + 1}
