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
from interaction_hub.storage import tables
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.unit import Lane, Tx, each, insert_into

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
        if command.after is not None:
            signal = command.after(principal, parsed, self._clock.now())
            self._publish(signal.topic, signal.frame)
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
