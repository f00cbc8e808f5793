"""What the adapter makes of a bad network and of each kind of answer: real sockets, real time-outs."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.errors import Ambiguous, ChannelError, Permanent, Temporary, Unsupported
from channels.messages import Consent, DeliveryState, OutboundMessage
from channels.twilio_sms import TwilioSmsAdapter
from interaction_hub.demo.carrier import Turn
from tests.contract.channels.conftest import CUSTOMER, OURS, Line, options_for
from tests.contract.channels.raw_server import Serve, raw_server, stall


def message(text: str = "Hello", reference: str = "ref-1", callback: str = "") -> OutboundMessage:
    return OutboundMessage(reference, OURS, CUSTOMER, text, callback)


async def send_to(serve: Serve, **changes: object) -> ChannelError:
    """Send once to a raw server; the error is the result."""
    async with raw_server(serve) as base:
        adapter = TwilioSmsAdapter("main", options_for(base, **changes))
        await adapter.start()
        try:
            with pytest.raises(ChannelError) as caught:
                await adapter.send(message())
            return caught.value
        finally:
            await adapter.close()


def answering(status: int, body: object, headers: str = "") -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n{headers}Connection: close\r\n\r\n"
        writer.write(head.encode() + content)
        await writer.drain()

    return serve


async def test_stalled_server_is_given_up_in_time() -> None:
    """The SDK's own client waited 6 s against a limit of 0.5 s (telephony.md 2.3)."""
    started = time.monotonic()
    error = await send_to(stall, timeout_seconds=0.2)
    assert isinstance(error, Ambiguous)
    assert time.monotonic() - started < 3


async def test_dripping_server_is_given_up_in_time() -> None:
    started = time.monotonic()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(100):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    assert isinstance(await send_to(drip, timeout_seconds=0.3), Ambiguous)
    assert time.monotonic() - started < 3


async def test_connection_cut_after_the_request_is_ambiguous() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    assert isinstance(await send_to(cut), Ambiguous)


async def test_refused_connection_is_temporary() -> None:
    adapter = TwilioSmsAdapter("main", options_for("http://127.0.0.1:9"))
    await adapter.start()
    with pytest.raises(Temporary) as caught:
        await adapter.send(message())
    assert caught.value.retry_after > 0
    await adapter.close()


async def test_unknown_host_is_temporary() -> None:
    adapter = TwilioSmsAdapter("main", options_for("http://no-such-host.invalid", timeout_seconds=5.0))
    await adapter.start()
    with pytest.raises(Temporary):
        await adapter.send(message())
    await adapter.close()


ERROR = {"message": "words of Twilio", "more_info": "https://www.twilio.com/docs/errors/0", "status": 0}


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, {**ERROR, "code": 21211}, Permanent, "21211"),
        (400, {**ERROR, "code": 21610}, Permanent, "21610"),
        (400, {**ERROR, "code": 21611}, Temporary, ""),
        (400, {**ERROR, "code": 99999}, Permanent, "99999"),
        (400, b"<html>", Permanent, "400"),
        (400, [], Permanent, "400"),
        (400, {"code": "21211"}, Permanent, "400"),
        (401, {**ERROR, "code": 20003}, Permanent, "20003"),
        (403, b"", Permanent, "403"),
        (404, {**ERROR, "code": 20404}, Permanent, "20404"),
        (408, b"", Ambiguous, ""),
        (429, {**ERROR, "code": 20429}, Temporary, ""),
        (429, b"", Temporary, ""),
        (500, {**ERROR, "code": 20500}, Ambiguous, ""),
        (500, b"oops", Ambiguous, ""),
        (502, b"", Ambiguous, ""),
        (503, {**ERROR, "code": 20503}, Temporary, ""),
        (503, b"", Ambiguous, ""),
        (504, b"", Ambiguous, ""),
        (302, b"", Permanent, "302"),
        (201, b"{", Ambiguous, ""),
        (201, b"[]", Ambiguous, ""),
        (201, {}, Ambiguous, ""),
        (201, {"sid": ""}, Ambiguous, ""),
        (200, b"\xff\xfe", Ambiguous, ""),
    ],
    ids=str,
)
async def test_answer_is_judged_by_what_to_do_next(
    status: int, body: object, kind: type[ChannelError], code: str
) -> None:
    error = await send_to(answering(status, body))
    assert type(error) is kind
    assert getattr(error, "code", "") == code


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("Retry-After: 7\r\n", 7), ("", 1), ("Retry-After: soon\r\n", 1), ("Retry-After: 999999\r\n", 300)],
)
async def test_retry_after_is_honoured_within_reason(header: str, seconds: float) -> None:
    error = await send_to(answering(429, b"", header))
    assert isinstance(error, Temporary)
    assert error.retry_after == seconds


async def test_endless_answer_is_cut_off() -> None:
    assert isinstance(await send_to(answering(201, b" " * 5_000_000), timeout_seconds=10.0), Ambiguous)


async def test_refusal_speaks_the_agents_language(line: Line) -> None:
    line.carrier.script(CUSTOMER, [Turn.refused(21614)])
    with pytest.raises(Permanent, match="not a mobile number") as caught:
        await line.adapter.send(message())
    assert "Twilio" not in caught.value.reason


async def test_errors_never_show_the_secret() -> None:
    error = await send_to(answering(401, {**ERROR, "code": 20003}), auth_token="canary-token")
    shown = f"{error!r} {error} {error.__cause__!r}"
    assert "canary" not in shown


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"text": "x" * 1601}, Unsupported),
        ({"media_urls": tuple(f"https://x.example/{i}" for i in range(11))}, Unsupported),
        ({"text": ""}, Permanent),
        ({"text": " \n"}, Permanent),
        ({"text": "a\x00"}, Permanent),
        ({"text": "a\ud800"}, Permanent),
        ({"recipient": "MyBank"}, Permanent),
        ({"recipient": "whatsapp:+14155550111"}, Permanent),
        ({"sender": "+14155559999"}, Permanent),
    ],
    ids=str,
)
async def test_hopeless_message_never_leaves(line: Line, change: dict[str, object], kind: type[ChannelError]) -> None:
    with pytest.raises(kind):
        await line.adapter.send(replace(message(), **change))  # type: ignore[arg-type]
    assert line.carrier.api.requests == []


async def test_request_has_only_what_is_meant(line: Line) -> None:
    await line.adapter.send(message("你好 & +1", callback=f"{line.hub.base_url}/webhooks/sms/main/status"))
    ((method, _, form),) = line.carrier.api.requests
    assert method == "POST"
    assert form == {
        "To": [CUSTOMER],
        "From": [OURS],
        "Body": ["你好 & +1"],
        "StatusCallback": [f"{line.hub.base_url}/webhooks/sms/main/status?ref=ref-1"],
    }


async def test_pictures_go_out_by_their_addresses(line: Line) -> None:
    urls = ("https://hub.example.com/m/1", "https://hub.example.com/m/2")
    await line.adapter.send(replace(message(""), media_urls=urls))
    assert line.carrier.sent_to(CUSTOMER)[0].media_urls == urls
    assert "Body" not in line.carrier.api.requests[0][2]


async def test_reports_arrive_with_our_reference(line: Line) -> None:
    callback = f"{line.hub.base_url}/webhooks/sms/main/status"
    line.carrier.script(CUSTOMER, [Turn(), Turn.undelivered(30007)])
    await line.adapter.send(message(reference="a b/1", callback=callback))
    await line.carrier.settled()
    await line.adapter.send(message(reference="2", callback=callback))
    await line.carrier.settled()
    assert [(r.reference, r.state, r.error_code) for r in line.hub.reports] == [
        ("a b/1", DeliveryState.SENT, ""),
        ("a b/1", DeliveryState.DELIVERED, ""),
        ("2", DeliveryState.SENT, ""),
        ("2", DeliveryState.FAILED, "30007"),
    ]
    assert set(line.hub.statuses) == {204}


async def test_late_and_doubled_reports_rank_right(line: Line) -> None:
    line.carrier.script(CUSTOMER, [Turn(backwards=True, copies=3)])
    await line.adapter.send(message(callback=f"{line.hub.base_url}/webhooks/sms/main/status"))
    await line.carrier.settled()
    states = [report.state for report in line.hub.reports]
    assert states == [DeliveryState.DELIVERED] * 3 + [DeliveryState.SENT] * 3
    assert max(states, key=lambda state: state.rank) is DeliveryState.DELIVERED


async def test_customer_stop_is_read_and_blocks_at_the_carrier(line: Line) -> None:
    await line.carrier.customer_texts(CUSTOMER, OURS, "Stop")
    assert line.hub.texts[0].consent is Consent.STOP
    with pytest.raises(Permanent, match="opted out") as caught:
        await line.adapter.send(message())
    assert caught.value.code == "21610"
    await line.carrier.customer_texts(CUSTOMER, OURS, "START")
    assert (await line.adapter.send(message())).provider_id


async def test_own_rate_limit_makes_room_or_says_when(line: Line) -> None:
    slow = TwilioSmsAdapter("main", options_for(line.carrier.base_url, messages_per_second=1.0, timeout_seconds=0.2))
    await slow.start()
    await slow.send(message("one"))
    with pytest.raises(Temporary) as caught:
        await slow.send(message("two"))
    assert caught.value.retry_after == 1.0
    assert [m.body for m in line.carrier.sent_to(CUSTOMER)] == ["one"]
    await slow.close()


async def test_environment_cannot_lead_past_the_configured_address(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK reads these; with them the password of a demo would go to the real Twilio."""
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    adapter = await restarted(line)
    assert (await adapter.send(message())).provider_id
    await adapter.close()


# Looking up


async def hung(line: Line, text: str, reference: str) -> OutboundMessage:
    sent = message(text, reference)
    line.carrier.script(CUSTOMER, [Turn.silent()])
    with pytest.raises(Ambiguous):
        await line.adapter.send(sent)
    return sent


async def restarted(line: Line) -> TwilioSmsAdapter:
    """The same account after a restart: nothing is remembered in the process."""
    adapter = TwilioSmsAdapter("main", options_for(line.carrier.base_url))
    await adapter.start()
    return adapter


async def test_ambiguous_send_is_found_after_a_restart(line: Line) -> None:
    sent = await hung(line, "Hello", "1")
    adapter = await restarted(line)
    found = await adapter.look_up(sent)
    assert found is not None
    assert found.provider_id == line.carrier.sent_to(CUSTOMER)[0].sid
    await adapter.close()


async def test_equal_texts_are_told_apart_by_known_ids(line: Line) -> None:
    first = await line.adapter.send(message("OK", "1"))
    sent = await hung(line, "OK", "2")
    adapter = await restarted(line)
    found = await adapter.look_up(replace(sent, known_ids=(first.provider_id,)))
    assert found is not None
    assert found.provider_id == line.carrier.sent_to(CUSTOMER)[1].sid
    await adapter.close()


async def test_equal_older_text_is_told_apart_by_time(line: Line) -> None:
    await line.adapter.send(message("OK", "1"))
    line.carrier.sent_to(CUSTOMER)[0].created = datetime.now(UTC) - timedelta(minutes=10)
    adapter = await restarted(line)
    assert await adapter.look_up(replace(message("OK", "2"), attempted_at_us=time.time_ns() // 1000)) is None
    await adapter.close()


async def test_trial_accounts_prefix_is_looked_through(line: Line) -> None:
    sent = await hung(line, "Hello", "1")
    stored = line.carrier.sent_to(CUSTOMER)[0]
    stored.body = "Sent from your Twilio trial account - Hello"
    assert (await line.adapter.look_up(sent)) is not None


async def test_look_up_goes_through_pages(line: Line) -> None:
    sent = await hung(line, "needle", "0")
    for number in range(120):
        await line.adapter.send(message(f"hay {number}", str(number + 1)))
    found = await line.adapter.look_up(sent)
    assert found is not None
    assert found.provider_id == line.carrier.sent_to(CUSTOMER)[0].sid


async def test_failed_look_up_is_temporary(line: Line) -> None:
    sent = await hung(line, "Hello", "1")
    await line.carrier.close()
    with pytest.raises(Temporary):
        await line.adapter.look_up(sent)


# The books


async def test_reconcile_gives_what_the_webhooks_gave(line: Line) -> None:
    await line.carrier.customer_texts(CUSTOMER, OURS, "Hello 你好")
    await line.carrier.customer_texts(CUSTOMER, OURS, "See", media=[("image/png", b"\x89PNG\r\n\x1a\n")])
    await line.adapter.send(message())
    await line.carrier.settled()
    found = [item async for item in line.adapter.reconcile(0)]
    assert [item for item in found if item in line.hub.texts] == line.hub.texts[::-1]
    (report,) = [item for item in found if item not in line.hub.texts]
    assert getattr(report, "state", None) is DeliveryState.DELIVERED


async def test_reconcile_leaves_other_numbers_alone(line: Line) -> None:
    line.carrier.numbers = (OURS, "+14155550199")
    line.hub.answer_with = [200]
    await line.carrier.customer_texts(CUSTOMER, "+14155550199", "not for us")
    assert [item async for item in line.adapter.reconcile(0)] == []


async def test_reconcile_begins_where_it_is_told(line: Line) -> None:
    await line.carrier.customer_texts(CUSTOMER, OURS, "old")
    line.carrier.messages[0].sent = datetime.now(UTC) - timedelta(hours=2)
    await line.carrier.customer_texts(CUSTOMER, OURS, "new")
    since = (time.time_ns() // 1000) - 3_600_000_000
    assert [getattr(item, "text", "") async for item in line.adapter.reconcile(since)] == ["new"]


async def test_reconcile_of_many_goes_through_pages(line: Line) -> None:
    line.hub.answer_with = [200] * 250
    for number in range(250):
        await line.carrier.customer_texts(CUSTOMER, OURS, str(number))
    found = [getattr(item, "text", "") async for item in line.adapter.reconcile(0)]
    assert sorted(found, key=int) == [str(number) for number in range(250)]


# Life


async def test_not_started_adapter_says_so() -> None:
    adapter = TwilioSmsAdapter("main", options_for("http://127.0.0.1:9"))
    with pytest.raises(RuntimeError, match="not started"):
        await adapter.send(message())
    await adapter.close()
