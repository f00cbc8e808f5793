"""A command that is sent again has one effect and the first answer (decisions 20)."""

from __future__ import annotations

import asyncio
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from interaction_hub.domain import events
from tests.fakes.house import Console, House, documents, open_house

CUSTOMER = "+447700900456"


async def at_work(house: House, console: Console) -> dict[str, Any]:
    """One active contact."""
    await console.do("presence.set", presence="available")
    await house.text(CUSTOMER)
    return await console.take()


async def test_command_repeated_on_the_socket_acts_once(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        contact = await at_work(house, amara)
        before = len(amara.frames)
        frame = {"op": "contact.reply", "id": str(uuid.uuid4()), "args": {"contact": contact["id"], "text": "At two."}}
        for _ in range(5):
            await amara.ws.send(json.dumps(frame))

        def answers() -> list[dict[str, Any]]:
            return [given for given in amara.frames[before:] if given["type"] == "result"]

        await amara.until(lambda: len(answers()) == 5)
        assert all(given == answers()[0] for given in answers())
        assert answers()[0]["ok"]
        await amara.until(lambda: any(m["state"] == "delivered" for m in amara.messages.values()))
        assert [message.body for message in house.carrier.sent_to(CUSTOMER)] == ["At two."]


async def test_command_repeated_over_http_acts_once(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        contact = await at_work(house, amara)
        path, key = f"/api/v1/contacts/{contact['id']}/notes", {"Idempotency-Key": str(uuid.uuid4())}
        calls = [house.call("POST", path, "amara", headers=key, json={"text": "VIP"}) for _ in range(5)]
        answers = await asyncio.gather(*calls)
        assert [answer.status for answer in answers] == [200] * 5
        assert len({answer.data["message"] for answer in answers}) == 1
        later = await house.call("POST", path, "amara", headers=key, json={"text": "VIP"})
        assert later.data == answers[0].data
        added = await house.log(events.TouchpointAdded)
        assert [event.body.touchpoint_kind for event in added].count("note") == 1


async def test_socket_and_http_share_the_key(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        contact = await at_work(house, amara)
        key = str(uuid.uuid4())
        first = await amara.command("contact.note", key, contact=contact["id"], text="once")
        again = await house.call(
            "POST",
            f"/api/v1/contacts/{contact['id']}/notes",
            "amara",
            headers={"Idempotency-Key": key},
            json={"text": "once"},
        )
        assert again.data == first["result"]


async def test_key_of_one_agent_is_not_anothers(database_url: str, tmp_path: Path) -> None:
    async with (
        open_house(database_url, tmp_path, rules=documents(limit=1)) as house,
        house.console("amara") as amara,
        house.console("daniel") as daniel,
    ):
        first = await at_work(house, amara)
        await daniel.do("presence.set", presence="available")
        await house.text("+447700900457")
        second = await daniel.take()
        mine = await amara.command("contact.note", "the same key", contact=first["id"], text="hers")
        his = await daniel.command("contact.note", "the same key", contact=second["id"], text="his")
        assert mine["result"] != his["result"]


@pytest.mark.parametrize("op", ["offer.accept", "offer.decline"])
async def test_repeated_answer_to_an_offer_stays(database_url: str, tmp_path: Path, op: str) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await amara.do("presence.set", presence="available")
        await house.text(CUSTOMER)
        offer = (await amara.offer())["offer"]["id"]
        reason = {"reason": "busy"} if op == "offer.decline" else {}
        answers = [await amara.command(op, "key", offer=offer, **reason) for _ in range(5)]
        assert all(answer == answers[0] for answer in answers)
        assert answers[0]["ok"]
        assert len(await house.log(events.OfferAccepted, events.OfferDeclined)) == 1
