"""A genuine webhook, changed on its way to the running hub: what the signature does not cover is not taken (A1).

`tests/unit/channels/test_signature.py` asks the checker; here the whole way is asked, with the database behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from interaction_hub.errors import StartRefused
from interaction_hub.storage import tables
from tests.fakes.house import House, open_house
from tests.fuzz.corpora import EXAMPLES
from tests.fuzz.crowd import crowd
from tests.fuzz.forgeries import CUSTOMER, FORGED, LAWFUL, SIGNATURE, WORDS, genuine
from tests.fuzz.quiet import Quiet
from tests.fuzz.texts import PATH, Post
from tests.integration.test_matching import available

PATIENCE = 0.5
"""Seconds until a request that breaks off is left alone."""
AT_A_TIME = 40
"""Forgeries from one address: the hub hears no more than 60 in a minute."""


NEVER_TAKEN = {403, 404, 405, 415, 422}


async def test_forgeries_are_refused_and_leave_nothing(database_url: str, tmp_path: Path, quiet: Quiet) -> None:
    """Each change of a genuine message: refused in words, no row, and the genuine one is taken afterwards, once."""
    assert len(FORGED) >= 40
    async with open_house(database_url, tmp_path) as house, crowd(house, AT_A_TIME) as strangers:
        sent = genuine(house)
        for name, change in FORGED.items():
            forged = change(sent)
            answer = await strangers.call(forged.method, forged.path, headers=list(forged.headers), data=forged.body)
            assert answer.status in NEVER_TAKEN, (name, answer)
            assert answer.headers["Content-Type"] == "application/problem+json", (name, answer)
            assert SIGNATURE not in answer.data["detail"], (name, answer)
            assert await stored(house) == [], name
        for _ in range(3):
            answer = await house.call("POST", PATH, headers=dict(sent.headers), data=sent.body)
            assert answer.status == 200
        assert await stored(house) == [(CUSTOMER, WORDS)]
    quiet.expect_nothing()


async def test_lawful_forms_of_a_message_are_taken(sqlite_url: str, tmp_path: Path, quiet: Quiet) -> None:
    """What a carrier may do otherwise tomorrow without asking us: each is a message, with its words unchanged."""
    async with open_house(sqlite_url, tmp_path) as house:
        for number, (name, change) in enumerate(LAWFUL.items(), 1):
            sent = change(genuine(house))
            answer = await house.call(sent.method, sent.path, headers=dict(sent.headers), data=sent.body)
            assert answer.status == 200, (name, answer)
            assert await stored(house) == [(CUSTOMER, WORDS)] * number, name
    quiet.expect_nothing()


async def test_old_request_is_taken_once(database_url: str, tmp_path: Path, quiet: Quiet) -> None:
    """Whoever kept a genuine request may send it for ever, and nothing comes of it: at once, and when all is over."""
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        sent = genuine(house)

        async def again() -> int:
            return (await house.call("POST", PATH, headers=dict(sent.headers), data=sent.body)).status

        assert await asyncio.gather(*(again() for _ in range(20))) == [200] * 20
        await available(amara)
        contact = await amara.take()
        await amara.do("contact.finish", contact=contact["id"], disposition="solved")
        assert [await again() for _ in range(5)] == [200] * 5
        assert await stored(house) == [(CUSTOMER, WORDS)]
        assert len(await house.rows(sa.select(tables.contact.c.id))) == 1
        assert (await house.history()).faults == []
    quiet.expect_nothing()


@pytest.mark.parametrize("token", ["", " ", "\t"])
async def test_hub_without_a_secret_does_not_start(sqlite_url: str, tmp_path: Path, token: str) -> None:
    """An unset secret signs nothing, because nothing runs without one."""
    with pytest.raises(StartRefused, match="auth_token"):
        async with open_house(sqlite_url, tmp_path, options={"auth_token": token}):
            pass


async def stored(house: House) -> list[tuple[str, str]]:
    """Who wrote what, of all that was taken."""
    rows = await house.rows(
        sa.select(tables.identity.c.value, tables.touchpoint.c.text)
        .join_from(tables.touchpoint, tables.identity, tables.identity.c.customer_id == tables.touchpoint.c.customer_id)
        .where(tables.touchpoint.c.kind == "message")
    )
    return [(row.value, row.text) for row in rows]


# ---- bytes -----------------------------------------------------------------------------------------------------
@st.composite
def wounds(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """One to three things that can happen to bytes: some go, some come, some change, some are there twice."""
    acts, places = st.sampled_from(["cut", "put", "flip", "double"]), st.floats(0, 1, exclude_max=True)
    steps = draw(st.lists(st.tuples(acts, places, st.binary(min_size=1, max_size=12)), min_size=1, max_size=3))

    def hurt(data: bytes) -> bytes:
        for what, place, extra in steps:
            at = int(place * len(data))
            end = at + len(extra)
            if what == "cut":
                data = data[:at] + data[end:]
            elif what == "put":
                data = data[:at] + extra + data[at:]
            elif what == "flip":
                data = data[:at] + bytes(one ^ two for one, two in zip(data[at:end], extra, strict=False)) + data[end:]
            else:
                data = data[:end] + data[at:]
        return data

    return hurt


@pytest.mark.timeout(150 + EXAMPLES)
@pytest.mark.parametrize("where", ["body", "whole request"])
async def test_hurt_bytes_store_nothing_else(sqlite_url: str, tmp_path: Path, where: str, quiet: Quiet) -> None:
    """Hypothesis hurts the body, or all of the request: refused, or taken as it was meant, never anything else."""
    loop = asyncio.get_running_loop()
    async with open_house(sqlite_url, tmp_path) as house:
        sent = genuine(house)
        head = [f"POST {PATH} HTTP/1.1", f"Host: {house.url.removeprefix('http://')}", "Connection: close"]
        head += [f"{name}: {value}" for name, value in sent.headers]
        asked = 0

        async def post(hurt: Callable[[bytes], bytes]) -> tuple[int, list[tuple[str, str]]]:
            nonlocal asked
            asked += 1
            body = hurt(sent.body) if where == "body" else sent.body
            lines = "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode()
            request = lines + body if where == "body" else hurt(lines + body)
            return await status_of(house, request, asked), await stored(house)

        @settings(max_examples=EXAMPLES or 80, deadline=None, derandomize=not EXAMPLES, database=None)
        @given(wounds())
        def hurt_it(hurt: Callable[[bytes], bytes]) -> None:
            status, rows = asyncio.run_coroutine_threadsafe(post(hurt), loop).result(30)
            assert status < 500, status
            assert rows in ([], [(CUSTOMER, WORDS)]), rows
            assert status != 200 or rows

        await asyncio.to_thread(hurt_it)
        assert (await post(bytes))[0] == 200, "unhurt it is taken"
        assert (await Post(house).message("+447700900457", "Hello")).status == 200
    quiet.expect_nothing()


async def status_of(house: House, request: bytes, number: int) -> int:
    """The status of the answer, 0 if the line was shut; from another address for each few requests."""
    host, _, port = house.url.removeprefix("http://").partition(":")
    source = f"127.0.{1 + number // AT_A_TIME // 250}.{2 + number // AT_A_TIME % 250}"
    reader, writer = await asyncio.open_connection(host, int(port), local_addr=(source, 0))
    writer.write(request)
    try:
        line = await asyncio.wait_for(reader.readline(), PATIENCE)
    except (ConnectionError, TimeoutError):  # the hub waits for the rest of it
        line = b""
    writer.close()
    return int(line.split()[1]) if line else 0
