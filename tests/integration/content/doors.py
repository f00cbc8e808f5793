"""Files and messages through the doors that the world has: the carrier's webhook, the visitor's upload, the agent's."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import sqlalchemy as sa

from interaction_hub.demo.carrier_fields import inbound_fields
from interaction_hub.demo.carrier_store import StoredMessage, new_sid, now
from interaction_hub.demo.carrier_webhooks import sign
from interaction_hub.storage import tables
from tests.fakes.house import OUR_NUMBER, SID, TOKEN, Answer, House

CUSTOMER = "+447700900457"


@dataclass(frozen=True)
class File:
    """What is given: the claim and the bytes."""

    content: bytes
    kind: str
    name: str = "file.bin"


def form(text: str = "Hello", number: str = CUSTOMER, **more: str) -> dict[str, str]:
    """The fields of a customer's SMS, as the carrier posts them."""
    message = StoredMessage(new_sid("SM"), "inbound", number, OUR_NUMBER, text, "received", now())
    return {**inbound_fields(message, SID, "http://carrier.test"), **more}


async def post_sms(house: House, fields: dict[str, str], **headers: str) -> Answer:
    """A signed webhook."""
    url = f"{house.url}/webhooks/sms/main"
    given = {"X-Twilio-Signature": sign(TOKEN, url, fields), "Content-Type": "application/x-www-form-urlencoded"}
    return await house.call(
        "POST", "/webhooks/sms/main", headers=given | headers, data=io.BytesIO(urlencode(fields).encode())
    )


async def agent_gives(house: House, file: File, login: str = "amara") -> Answer:
    """An upload of the console."""
    headers = {"Content-Type": file.kind, "X-File-Name": quote(file.name)}
    return await house.call("POST", "/api/v1/uploads", login, headers=headers, data=io.BytesIO(file.content))


async def media_rows(house: House, number: int) -> list[Any]:
    """The files of all messages, once so many of them are fetched or refused."""
    statement = sa.select(tables.media).where(tables.media.c.state != "waiting").order_by(tables.media.c.id)

    async def enough() -> list[Any]:
        found = await house.rows(statement)
        return list(found) if len(found) >= number else []

    async with asyncio.timeout(30):
        return await house.until(enough, 30)
