"""The JSON API: versions that are compared, pages without a gap, and arguments from hell."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from interaction_hub.domain import events
from interaction_hub.storage import tables
from tests.fakes.house import Console, House, open_house
from tests.integration.test_matching import available

CUSTOMER = "+447700900456"
NOBODY = "00000000-0000-0000-0000-000000000000"


async def at_work(house: House, console: Console) -> dict[str, Any]:
    """One active contact."""
    await available(console)
    await house.text(CUSTOMER, "Where is my table?")
    return await console.take()


async def test_stale_version_of_a_customer_is_refused(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        contact = await at_work(house, amara)
        path = f"/api/v1/customers/{contact['customer']['id']}"
        first = await house.call("GET", path, "amara")
        tag = first.headers["ETag"]
        again = await house.call("GET", path, "amara", headers={"If-None-Match": tag})
        assert (again.status, again.body) == (304, b"")

        changes = [{"name": f"Ines {number}"} for number in range(10)]
        answers = await asyncio.gather(
            *(house.call("PATCH", path, "amara", headers={"If-Match": tag}, json=change) for change in changes)
        )
        assert sorted(answer.status for answer in answers) == [200] + [409] * 9
        refused = [answer.data for answer in answers if answer.status == 409]
        assert {one["code"] for one in refused} == {"version"}
        assert {one["by"]["name"] for one in refused} == {"Amara Osei"}, "in the same batch or after it"
        assert all(one["detail"].startswith("Amara Osei changed this customer") for one in refused)
        late = await house.call("PATCH", path, "amara", headers={"If-Match": tag}, json={"name": "Late"})
        (changed,) = await house.log(events.CustomerChanged)
        assert (late.data["by"]["name"], late.data["at"]) == ("Amara Osei", changed.at // 1000)
        winner = next(number for number, answer in enumerate(answers) if answer.status == 200)
        after = await house.call("GET", path, "amara")
        assert after.data["name"] == f"Ines {winner}"
        assert after.headers["ETag"] != tag
        await amara.until(lambda: amara.contacts[contact["id"]]["customer"]["name"] == f"Ines {winner}")
        for tag in ("*", "abc", '"-1"', '"99999999999999999999"'):
            answer = await house.call("PATCH", path, "amara", headers={"If-Match": tag}, json={"name": "x"})
            assert answer.status in (409, 422), tag
        assert (await house.call("PATCH", path, "amara", json={"name": "x"})).status == 422


async def test_pages_of_the_timeline_have_no_gap(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        first = [f"message {number}" for number in range(70)]
        await asyncio.gather(*(house.text(CUSTOMER, text) for text in first))
        (customer,) = await house.rows(sa.select(tables.customer))
        path, cursor, seen = f"/api/v1/customers/{customer.id}/timeline", "", []
        while True:
            page = await house.get(f"{path}?cursor={cursor}", "amara")
            seen += page["items"]
            await asyncio.gather(*(house.text(CUSTOMER, "meanwhile") for _ in range(3)))
            if page["next"] is None:
                break
            cursor = page["next"]
        assert sorted(item["text"] for item in seen) == sorted(first)
        assert len({item["id"] for item in seen}) == len(seen)
        assert [(item["at"], item["id"]) for item in seen] == sorted(
            ((item["at"], item["id"]) for item in seen), reverse=True
        )


async def test_conversation_can_be_read_backwards(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        contact = await at_work(house, amara)
        await asyncio.gather(*(house.text(CUSTOMER, f"message {number}") for number in range(120)))
        before, seen = "", []
        while before is not None:
            page = await house.get(f"/api/v1/contacts/{contact['id']}/messages?before={before}", "amara")
            seen = page["items"] + seen
            before = page["next"]
        assert [message["seq"] for message in seen] == list(range(1, 123))


async def test_agent_sees_only_his_contacts(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        contact = await at_work(house, amara)
        for path in (f"/api/v1/contacts/{contact['id']}", f"/api/v1/contacts/{contact['id']}/messages"):
            assert (await house.call("GET", path, "amara")).status == 200
            assert (await house.call("GET", path, "rk")).status == 200
            theirs = await house.call("GET", path, "daniel")
            nothing = await house.call("GET", path.replace(contact["id"], NOBODY), "daniel")
            assert theirs.status == 404
            assert theirs.data == nothing.data
        answer = await house.call("POST", f"/api/v1/contacts/{contact['id']}/notes", "daniel", json={"text": "hm"})
        assert answer.status == 404


PATHS = (
    "/api/v1/contacts/{}",
    "/api/v1/contacts/{}/messages",
    "/api/v1/customers/{}",
    "/api/v1/customers/{}/timeline",
    "/api/v1/media/{}",
)


@pytest.mark.parametrize(
    "part", ["%00", "a%00b", "%ED%A0%80", "%FF", "..", "%2e%2e%2f", "'", "x" * 5000, "%F0%9F%92%A9"]
)
async def test_strange_ids_do_not_exist(database_url: str, tmp_path: Path, part: str) -> None:
    async with open_house(database_url, tmp_path) as house:
        for path in PATHS:
            answer = await house.call("GET", path.format(part), "rk")
            assert answer.status in (400, 404, 422), (path, answer.status)


@pytest.mark.parametrize(
    "value",
    [
        "%00",
        "1.%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00",
        "%ED%A0%80",
        "-1",
        "x",
        "9" * 40,
        "%F0%9F%92%A9",
    ],
)
async def test_strange_queries_are_refused_or_empty(database_url: str, tmp_path: Path, value: str) -> None:
    async with open_house(database_url, tmp_path) as house:
        await house.text(CUSTOMER)
        (customer,) = await house.rows(sa.select(tables.customer))
        (contact,) = await house.rows(sa.select(tables.contact))
        for query in (
            f"/api/v1/customers/{customer.id}/timeline?cursor={value}",
            f"/api/v1/customers/{customer.id}/timeline?channel={value}",
            f"/api/v1/customers/{customer.id}/timeline?kind={value}",
            f"/api/v1/contacts/{contact.id}/messages?before={value}",
            f"/api/v1/events?after={value}",
            f"/api/v1/events?limit={value}",
        ):
            answer = await house.call("GET", query, "rk")
            assert answer.status in (200, 422), (query, answer.status)


@pytest.mark.parametrize("key", ["\x00", "é", "x" * 65, "\udc80", " ", "'"])
async def test_strange_idempotency_keys_break_nothing(database_url: str, tmp_path: Path, key: str) -> None:
    async with open_house(database_url, tmp_path) as house:
        body = json.dumps({"presence": "away", "reason": "lunch"}).encode()
        token = await house.sign_in("amara")
        head = (
            f"PUT /api/v1/presence HTTP/1.1\r\nHost: {house.url.removeprefix('http://')}\r\nConnection: close\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        )
        port = int(house.url.rsplit(":", 1)[1])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode() + b"Idempotency-Key: " + key.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        assert int(answer.split()[1]) in (200, 400, 422), answer


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\udfffb"])
async def test_unstorable_text_is_refused_over_http(database_url: str, tmp_path: Path, text: str) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        contact = await at_work(house, amara)
        key, customer = contact["id"], contact["customer"]["id"]
        asked: list[tuple[str, str, dict[str, Any]]] = [
            ("POST", f"/api/v1/contacts/{key}/replies", {"text": text}),
            ("POST", f"/api/v1/contacts/{key}/notes", {"text": text}),
            ("POST", f"/api/v1/contacts/{key}/finish", {"disposition": "solved", "note": text}),
            ("POST", f"/api/v1/contacts/{key}/transfer", {"queue": "returns", "note": text}),
            ("PATCH", f"/api/v1/customers/{customer}", {"name": text, "version": 1}),
            ("PUT", "/api/v1/presence", {"presence": "away", "reason": text}),
        ]
        for method, path, body in asked:
            answer = await house.call(
                method, path, "amara", data=json.dumps(body), headers={"Content-Type": "application/json"}
            )
            assert (answer.status, answer.data["code"]) == (422, "invalid"), (path, answer.data)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b"{}", "text/plain", 422),
        (b"{}", "application/x-www-form-urlencoded", 422),
        (b"x" * 1_100_000, "application/json", 413),
    ],
)
async def test_strange_bodies_are_refused(sqlite_url: str, tmp_path: Path, body: bytes, kind: str, status: int) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        answer = await house.call(
            "PUT", "/api/v1/presence", "amara", data=io.BytesIO(body), headers={"Content-Type": kind}
        )
        assert answer.status == status
        assert answer.headers["Content-Type"].startswith("application/problem+json")
