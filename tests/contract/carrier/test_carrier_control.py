"""The control side: playing a customer over HTTP, clearly labelled, for local callers alone."""

from __future__ import annotations

import asyncio
import base64

import pytest

from interaction_hub.demo.carrier import Carrier
from tests.contract.carrier.conftest import CUSTOMER, OURS, Client, Hook

THREAD = f"/simulated/thread?number=%2B{CUSTOMER[1:]}"


async def test_person_writes_as_a_customer(client: Client, carrier: Carrier, hook: Hook) -> None:
    status, body = await client.call(
        "POST",
        "/simulated/texts",
        json={
            "from": CUSTOMER,
            "to": OURS,
            "body": "Hello",
            "media": [{"content_type": "image/png", "base64": base64.b64encode(b"x").decode()}],
        },
    )
    assert (status, body["simulated"], body["webhook_status"]) == (200, True, 200)
    assert carrier.message(body["sid"]).media[0].content == b"x"
    assert hook.received[0][1]["Body"] == "Hello"


async def test_messages_of_a_number_are_listed(client: Client, carrier: Carrier) -> None:
    await carrier.customer_texts(CUSTOMER, OURS, "one")
    await carrier.customer_texts("+14155550112", OURS, "other")
    _, body = await client.call("GET", f"/simulated/messages?number=%2B{CUSTOMER[1:]}")
    assert [(m["body"], m["from_customer"]) for m in body["messages"]] == [("one", True)]
    assert len((await client.call("GET", "/simulated/messages"))[1]["messages"]) == 2
    assert (await client.call("GET", "/simulated/numbers"))[1]["numbers"] == [OURS]


async def test_thread_waits_for_the_answer(client: Client, carrier: Carrier) -> None:
    await carrier.customer_texts(CUSTOMER, OURS, "Hello")
    _, before = await client.call("GET", THREAD)
    waiting = asyncio.create_task(client.call("GET", f"{THREAD}&after={before['position']}&wait=5"))
    await asyncio.sleep(0)
    await client.create(To=CUSTOMER, From=OURS, Body="Hi there")
    _, after = await waiting
    assert [m["body"] for m in after["messages"]] == ["Hi there"]
    assert after["position"] > before["position"]


async def test_thread_shows_changes_of_status(client: Client, carrier: Carrier) -> None:
    await client.create(To=CUSTOMER, From=OURS, Body="Hi there")
    _, before = await client.call("GET", THREAD)
    await carrier.settled()
    _, after = await client.call("GET", f"{THREAD}&after=1")
    assert [m["status"] for m in after["messages"]] == ["delivered"]
    assert before["messages"][0]["sid"] == after["messages"][0]["sid"]


async def test_thread_without_news_answers_empty(client: Client) -> None:
    status, body = await client.call("GET", f"{THREAD}&after=0&wait=0")
    assert (status, body["messages"]) == (200, [])


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"from": "+1"}', "nonsense", '{"from":"a","to":"b","body":"c","media":[1]}']
)
async def test_nonsense_is_a_bad_request(client: Client, body: str) -> None:
    status, _ = await client.call("POST", "/simulated/texts", body, headers={"Content-Type": "application/json"})
    assert status == 400


async def test_form_of_a_foreign_page_is_refused(client: Client, carrier: Carrier) -> None:
    status, _ = await client.call("POST", "/simulated/texts", {"from": CUSTOMER, "to": OURS, "body": "x"})
    assert status == 415
    assert carrier.messages == []


async def test_foreign_host_name_is_refused(client: Client) -> None:
    status, _ = await client.call("GET", "/simulated/messages", headers={"Host": "evil.example:80"})
    assert status == 403


@pytest.mark.parametrize("query", ["after=x", "wait=-1", "wait=1e9", "after=²"])
async def test_odd_numbers_are_a_bad_request(client: Client, query: str) -> None:
    assert (await client.call("GET", f"{THREAD}&{query}"))[0] == 400
