"""The carrier's memory: lists, pages, filters, files, failure modes, and the people who listen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from interaction_hub.demo.carrier import Carrier, StoredMessage, Turn
from tests.contract.carrier.conftest import CUSTOMER, MESSAGES, OURS, Client, Hook

GOOD = {"To": CUSTOMER, "From": OURS, "Body": "Hello"}


async def listed(client: Client, query: str) -> list[str]:
    """Bodies over all pages."""
    bodies, path = [], f"{MESSAGES}.json?{query}"
    while path:
        status, page = await client.call("GET", path)
        assert status == 200
        bodies += [message["body"] for message in page["messages"]]
        path = page["next_page_uri"]
    return bodies


async def test_pages_hold_all_newest_first(client: Client) -> None:
    for number in range(7):
        await client.create(**{**GOOD, "Body": str(number)})
    assert await listed(client, "PageSize=3") == list("6543210")
    assert await listed(client, "PageSize=7") == list("6543210")


async def test_new_message_does_not_shift_the_pages(client: Client) -> None:
    for number in range(4):
        await client.create(**{**GOOD, "Body": str(number)})
    _, page = await client.call("GET", f"{MESSAGES}.json?PageSize=2")
    await client.create(**{**GOOD, "Body": "new"})
    assert [m["body"] for m in page["messages"]] == ["3", "2"]
    assert await listed(client, page["next_page_uri"].partition("?")[2]) == ["1", "0"]


async def test_filters_by_both_ends(client: Client, carrier: Carrier) -> None:
    await client.create(**GOOD)
    await client.create(**{**GOOD, "To": "+14155550112", "Body": "other"})
    await carrier.customer_texts(CUSTOMER, OURS, "answer")
    assert await listed(client, "To=%2B14155550111") == ["Hello"]
    assert await listed(client, "From=%2B14155550111") == ["answer"]
    assert await listed(client, "To=%2B14155550111&From=%2B14155550199") == []


async def test_filters_by_the_time_of_sending(client: Client, carrier: Carrier) -> None:
    for body in ("old", "new", "waiting"):
        await client.create(**{**GOOD, "Body": body})
    await carrier.settled()
    old, new, waiting = carrier.messages
    old.sent, new.sent, waiting.sent = datetime.now(UTC) - timedelta(days=3), datetime.now(UTC), None
    day_before = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert await listed(client, f"DateSent>={day_before}") == ["new"]
    assert await listed(client, f"DateSent%3E={day_before}") == ["new"]
    assert await listed(client, f"DateSent%3C={day_before}") == ["old"]
    assert await listed(client, f"DateSent={old.sent:%Y-%m-%d}") == ["old"]


async def test_statuses_go_their_way(client: Client, carrier: Carrier) -> None:
    carrier.script(CUSTOMER, [Turn(), Turn.undelivered(30003), Turn.failed(30008)])
    for _ in range(4):
        await client.create(**GOOD)
    await carrier.settled()
    assert [(m.status, m.error_code) for m in carrier.sent_to(CUSTOMER)] == [
        ("delivered", None),
        ("undelivered", 30003),
        ("failed", 30008),
        ("delivered", None),
    ]


async def test_scripted_refusals_take_nothing(client: Client, carrier: Carrier) -> None:
    carrier.script(
        CUSTOMER, [Turn.busy(7), Turn.busy(7), Turn.broken(), Turn.refused(21614), Turn.broken(503, code=20503)]
    )
    found = [await client.create(**GOOD) for _ in range(6)]
    assert [status for status, _ in found] == [429, 429, 500, 400, 503, 201]
    assert [body.get("code") for _, body in found[:5]] == [20429, 20429, 20500, 21614, 20503]
    assert len(carrier.messages) == 1


async def test_busy_says_when_to_come_again(client: Client, carrier: Carrier) -> None:
    carrier.script(CUSTOMER, [Turn.busy(7)])
    async with client.session.post(f"{client.base}{MESSAGES}.json", data=GOOD, headers=client.headers) as answer:
        assert answer.headers["Retry-After"] == "7"


async def test_broken_answer_may_hide_a_taken_message(client: Client, carrier: Carrier) -> None:
    carrier.script(CUSTOMER, [Turn.broken(takes=True)])
    assert (await client.create(**GOOD))[0] == 500
    assert len(carrier.sent_to(CUSTOMER)) == 1


async def test_silent_carrier_takes_and_never_answers(client: Client, carrier: Carrier) -> None:
    carrier.script(CUSTOMER, [Turn.silent()])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await client.create(**GOOD)
    assert len(carrier.sent_to(CUSTOMER)) == 1


async def test_stop_blocks_this_pair_until_start(client: Client, carrier: Carrier) -> None:
    await carrier.customer_texts(CUSTOMER, OURS, " stop ")
    status, body = await client.create(**GOOD)
    assert (status, body["code"]) == (400, 21610)
    assert (await client.create(**{**GOOD, "To": "+14155550112"}))[0] == 201
    await carrier.customer_texts(CUSTOMER, OURS, "UNSTOP")
    assert (await client.create(**GOOD))[0] == 201


async def test_people_hear_what_the_hub_sends(client: Client, carrier: Carrier) -> None:
    queue, heard = carrier.queue(), []

    async def person(message: StoredMessage) -> None:
        heard.append(message.body)
        await carrier.customer_texts(message.to_number, message.from_number, "Thanks!")

    carrier.subscribe(person)
    await client.create(**GOOD)
    await carrier.settled()
    assert (await queue.get()).body == "Hello"
    assert heard == ["Hello"]
    assert [message.body for message in carrier.messages] == ["Hello", "Thanks!"]


async def test_failing_listener_does_not_stop_the_carrier(client: Client, carrier: Carrier) -> None:
    def broken(message: StoredMessage) -> None:
        raise RuntimeError("listener")

    carrier.subscribe(broken)
    assert (await client.create(**GOOD))[0] == 201
    await carrier.settled()
    assert carrier.sent_to(CUSTOMER)[0].status == "delivered"


async def test_file_needs_the_password_and_lies_elsewhere(client: Client, carrier: Carrier, hook: Hook) -> None:
    await carrier.customer_texts(CUSTOMER, OURS, "See", media=[("image/png", b"picture")])
    url = hook.received[0][1]["MediaUrl0"]
    async with client.session.get(url) as answer:
        assert answer.status == 401
    async with client.session.get(url, headers=client.headers, allow_redirects=False) as answer:
        assert answer.status == 307
        location = client.base + answer.headers["Location"]
    async with client.session.get(location) as answer:
        assert (await answer.read(), answer.content_type) == (b"picture", "image/png")
    async with client.session.get(location, headers=client.headers) as answer:
        assert answer.status == 400


async def test_deleted_file_is_gone(client: Client, carrier: Carrier, hook: Hook) -> None:
    sid = await carrier.customer_texts(CUSTOMER, OURS, "See", media=[("image/png", b"picture")])
    media = carrier.message(sid).media[0].sid
    assert (await client.call("DELETE", f"{MESSAGES}/{sid}/Media/{media}.json"))[0] == 204
    assert (await client.call("GET", f"{MESSAGES}/{sid}/Media/{media}"))[0] == 404


async def test_carrier_can_be_closed_twice_and_hides_its_token(carrier: Carrier) -> None:
    assert carrier.auth_token not in repr(carrier)
    await carrier.close()
    await carrier.close()
