"""The conformance suite, run for the Twilio adapter against the simulated carrier; and proof that the suite bites."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from channels.conformance import Conformance, ConformanceError, Mood
from channels.contract import Adapter
from channels.errors import BadPayload, Temporary
from channels.messages import DeliveryState, OutboundMessage, RawRequest, Received, Sent
from channels.twilio_sms import TwilioSmsAdapter
from interaction_hub.demo.carrier import Turn
from tests.contract.channels.conftest import CUSTOMER, OURS, Line
from tests.unit.channels.twilio_requests import PATH, inbound_params, request_of, status_params

STATUS_OF = {
    DeliveryState.QUEUED: "queued",
    DeliveryState.SENDING: "sending",
    DeliveryState.SENT: "sent",
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.READ: "read",
    DeliveryState.FAILED: "undelivered",
}
TURN_OF = {
    Mood.ACCEPTS: Turn(),
    Mood.BUSY: Turn.busy(),
    Mood.REFUSES: Turn.refused(21211),
    Mood.BREAKS: Turn.broken(),
    Mood.HANGS_AFTER_TAKING: Turn.silent(),
}


class TwilioRig:
    """The provider is the simulated carrier."""

    def __init__(self, line: Line) -> None:
        self.adapter: Adapter = line.adapter
        self._carrier = line.carrier
        self._hub = line.hub
        self._made = 0

    def text_request(self, text: str) -> RawRequest:
        self._made += 1
        sid = f"SM{self._made:032x}"
        return request_of(inbound_params(Body=text, MessageSid=sid, SmsSid=sid, SmsMessageSid=sid).items())

    def tampered(self, request: RawRequest) -> RawRequest:
        return replace(request, body=request.body.replace(b"%2B1415555", b"%2B1415556"))

    def unsigned(self, request: RawRequest) -> RawRequest:
        return replace(request, headers={k: v for k, v in request.headers.items() if k != "x-twilio-signature"})

    def unreadable_request(self) -> RawRequest:
        return request_of(inbound_params(MessageSid="nonsense").items())

    def report_request(self, reference: str, state: DeliveryState) -> RawRequest | None:
        if state not in STATUS_OF:
            return None
        params = status_params(STATUS_OF[state], **({"ErrorCode": "30003"} if state is DeliveryState.FAILED else {}))
        return request_of(params.items(), path_qs=f"{PATH}/status?{urlencode({'ref': reference})}")

    def outbound(self, reference: str, text: str) -> OutboundMessage:
        return OutboundMessage(reference, OURS, CUSTOMER, text, f"{self._hub.base_url}{PATH}/status")

    async def set_mood(self, mood: Mood) -> None:
        if mood is Mood.UNREACHABLE:
            await self._carrier.close()
        else:
            self._carrier.default_turn = TURN_OF[mood]

    def taken(self) -> list[str]:
        return [message.body for message in self._carrier.sent_to(CUSTOMER)]

    async def settle(self) -> None:
        await self._carrier.settled()

    async def customer_writes(self, text: str) -> str:
        self._carrier.webhook_base = "http://127.0.0.1:9#rc=0"  # the discard port: nobody answers there
        return await self._carrier.customer_texts(CUSTOMER, OURS, text)


@pytest.fixture
def rig(line: Line) -> TwilioRig:
    return TwilioRig(line)


@pytest.mark.parametrize("name", Conformance.names(TwilioSmsAdapter.capabilities))
async def test_twilio_sms_keeps_the_contract(name: str, rig: TwilioRig) -> None:
    await Conformance(rig).run(name)


def test_suite_has_its_checks() -> None:
    assert len(Conformance.names(TwilioSmsAdapter.capabilities)) >= 25


# The suite itself: a broken adapter must fail it.


class Broken:
    """The real adapter with one method replaced."""

    def __init__(self, whole: Adapter, **broken: Callable[..., Any]) -> None:
        self._whole = whole
        self.__dict__.update(broken)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)


def swallows(whole: Adapter) -> Callable[..., Received]:
    return lambda request: Received(())


def refuses_all(whole: Adapter) -> Callable[..., Received]:
    def receive(request: RawRequest) -> Received:
        raise BadPayload("no")

    return receive


def strips_texts(whole: Adapter) -> Callable[..., Received]:
    def receive(request: RawRequest) -> Received:
        received = whole.receive(request)
        items = tuple(
            replace(item, text=item.text.strip()) if hasattr(item, "text") else item for item in received.items
        )
        return replace(received, items=items)

    return receive


def sends_twice(whole: Adapter) -> Callable[..., Any]:
    async def send(message: OutboundMessage) -> Sent:
        await whole.send(replace(message, reference="twice"))
        return await whole.send(message)

    return send


def calls_all_temporary(whole: Adapter) -> Callable[..., Any]:
    async def send(message: OutboundMessage) -> Sent:
        raise Temporary("later")

    return send


def finds_nothing(whole: Adapter) -> Callable[..., Any]:
    async def look_up(message: OutboundMessage) -> Sent | None:
        return None

    return look_up


def has_no_books(whole: Adapter) -> Callable[..., Any]:
    async def reconcile(since_us: int) -> AsyncIterator[Any]:
        return
        yield

    return reconcile


@pytest.mark.parametrize(
    ("method", "fault", "check"),
    [
        ("receive", swallows, "check_text_is_received_whole"),
        ("receive", swallows, "check_tampered_request_is_refused"),
        ("receive", refuses_all, "check_signature_comes_before_the_content"),
        ("receive", strips_texts, "check_text_is_received_whole"),
        ("send", sends_twice, "check_accepted_send_names_its_provider_id"),
        ("send", calls_all_temporary, "check_silence_after_taking_is_ambiguous_and_found"),
        ("send", calls_all_temporary, "check_refusal_is_permanent_with_words"),
        ("look_up", finds_nothing, "check_silence_after_taking_is_ambiguous_and_found"),
        ("reconcile", has_no_books, "check_reconcile_finds_a_lost_message"),
        ("reconcile", has_no_books, "check_reconcile_reports_on_what_was_sent"),
    ],
)
async def test_broken_adapter_fails_the_suite(
    method: str, fault: Callable[..., Any], check: str, rig: TwilioRig
) -> None:
    rig.adapter = Broken(rig.adapter, **{method: fault(rig.adapter)})
    with pytest.raises(ConformanceError):
        await Conformance(rig).run(check)
