"""Runs commands, from HTTP and sockets alike, through the ledger (decisions 20). The verbs stand in `verbs.py`.

A command carries an id; its answer is written in the same transaction and given again when the id is repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from pydantic import ValidationError

from interaction_hub.clock import Clock
from interaction_hub.domain.permissions import Principal
from interaction_hub.domain.text import is_storable
from interaction_hub.errors import Invalid, NotAllowed, NotFound
from interaction_hub.services.arguments import Arguments
from interaction_hub.services.verbs import Command
from interaction_hub.storage import contacts, tables
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.unit import Lane, Tx

__all__ = ["Call", "Command", "Commands", "Publish", "parse"]

Publish = Callable[[str, dict[str, Any]], None]
"""Hands a frame to those who listen to a topic."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command by somebody. `command_id` is empty if the caller takes the risk of repeating it."""

    command: Command
    principal: Principal
    arguments: Arguments
    command_id: str = ""


class Commands:
    """Checks calls, runs them through the ledger, and shows the signs of life that follow."""

    def __init__(self, ledger: Ledger, clock: Clock, commands: Iterable[Command], publish: Publish) -> None:
        self._ledger, self._clock, self._publish = ledger, clock, publish
        self.all = {command.op: command for command in commands}
        ledger.register("command", _run, Lane.PEOPLE)

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
        if command.after is not None:
            signal = command.after(principal, parsed, self._clock.now())
            self._publish(signal.topic, signal.frame)
        return result


MOST_FIELDS, MOST_TOLD = 50, 10
"""Fields of one command, and how many of them are told what is wrong: no answer is larger than what was asked."""


def parse(model: type[Arguments], arguments: dict[str, Any]) -> Arguments:
    """Check arguments. Raises `Invalid` with a word for each field."""
    if len(arguments) > MOST_FIELDS:
        raise Invalid(f"Give {MOST_FIELDS} fields at the most.", fields={"body": "too many fields"})
    try:
        return model.model_validate(arguments)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)[:MOST_TOLD]
        fields = {".".join(str(part)[:60] for part in item["loc"]) or "body": item["msg"] for item in told}
        listed = "; ".join(f"{name}: {what}" for name, what in fields.items())
        raise Invalid(f"The arguments cannot be used. {listed}", fields=fields) from None


_command = tables.command.c
_ANSWERED = sa.select(_command.actor, _command.command_id, _command.result).where(
    sa.tuple_(_command.actor, _command.command_id).in_(sa.bindparam("ids", expanding=True))
)


def _run(tx: Tx, calls: list[Call]) -> list[dict[str, Any]]:
    """Unit over a list: carry out each once, remember the answers."""
    ids = [(f"user:{call.principal.user_id}", call.command_id) for call in calls]
    answers = _answered(tx, {one for one in ids if one[1]})
    _read_ahead(tx, [call.arguments for call, one in zip(calls, ids, strict=True) if one not in answers])
    results = []
    for number, (call, (actor, command_id)) in enumerate(zip(calls, ids, strict=True)):
        tx.item = number
        known = answers.get((actor, command_id))
        if known is not None:
            results.append(msgspec.json.decode(known))
            continue
        results.append(call.command.run(tx, call.principal, call.arguments, command_id))
        if command_id:
            answer = answers[actor, command_id] = msgspec.json.encode(results[-1])
            tx.add(tables.command, {"actor": actor, "command_id": command_id, "result": answer, "at_us": tx.now})
    tx.item = 0
    return results


def _answered(tx: Tx, ids: set[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """The answers that were given before, by actor and id."""
    rows = tx.execute(_ANSWERED, {"ids": sorted(ids)}) if ids else ()
    return {(row.actor, row.command_id): bytes(row.result) for row in rows}


def _read_ahead(tx: Tx, given: list[Arguments]) -> None:
    """Read in a few statements what the commands will ask for one by one: their contacts, and what belongs to them."""
    named = tx.rows.many(tables.offer, _named(given, "offer"))
    wanted = _named(given, "contact") | {row.contact_id for row in named.values()}
    if not wanted:
        return
    rows = tx.rows.many(tables.contact, wanted).values()
    tx.rows.many(tables.interaction, (row.interaction_id for row in rows))
    tx.rows.many(tables.customer, (row.customer_id for row in rows))
    hands = {row.agent_id for row in (*rows, *named.values())}
    tx.rows.many(tables.agent, (agent for agent in hands if agent))
    contacts.living_of(tx, (row.interaction_id for row in rows))


def _named(given: list[Arguments], field: str) -> set[str]:
    return {key for arguments in given if (key := getattr(arguments, field, ""))}
