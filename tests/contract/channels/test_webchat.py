"""The conformance suite, run for web chat; what it leaves out; and proof that its part for the hub's channels bites."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from channels.conformance import Conformance, ConformanceError
from channels.conformance_scope import EXEMPTIONS, exemption
from channels.contract import VisitorChannel
from channels.errors import Ambiguous
from channels.messages import (
    DeliveryReport,
    DeliveryState,
    OutboundMessage,
    Pass,
    RawRequest,
    Received,
    Sent,
    VisitorTerms,
)
from channels.registry import create_adapter
from channels.twilio_sms import TwilioSmsAdapter
from channels.webchat import WebchatAdapter

NOW = 1_790_000_000_000_000
KEY = bytes(range(32))
SITE = "shop"
STRANGER = "a-stranger-of-128-bits"


class WebchatRig:
    """One site. There is no provider to double: requests are frames with a token, as the socket hands them over."""

    terms = VisitorTerms(SITE, (1,))
    now = NOW

    def __init__(self) -> None:
        self.adapter: VisitorChannel = WebchatAdapter("web", KEY, clock=lambda: NOW)
        self._token = self.adapter.admit(self.terms, identity="", credential="", now=NOW, fresh_id=STRANGER).token
        self._made = 0

    def text_request(self, text: str) -> RawRequest:
        self._made += 1
        return self.text_by(self._token, str(UUID(int=self._made)), text)

    def text_by(self, token: str, message_id: str, text: str) -> RawRequest:
        return frame(token, {"op": "message", "id": message_id, "text": text})

    def tampered(self, request: RawRequest) -> RawRequest:
        head, claims, signature = request.headers["authorization"].split(".")
        other = claims.replace(claims[10], "A" if claims[10] != "A" else "B")
        return replace(request, headers={"authorization": f"{head}.{other}.{signature}"})

    def unsigned(self, request: RawRequest) -> RawRequest:
        return replace(request, headers={})

    def unreadable_request(self) -> RawRequest:
        return frame(self._token, {"op": "shout", "text": "Hello"})

    def report_request(self, reference: str, state: DeliveryState) -> RawRequest | None:
        if state not in (DeliveryState.DELIVERED, DeliveryState.READ):
            return None
        return frame(self._token, {"op": "ack", "state": state.value, "messages": [reference]})

    def outbound(self, reference: str, text: str) -> OutboundMessage:
        return OutboundMessage(reference, SITE, STRANGER, text, "")

    def identity(self, subject: str) -> str:
        secret = OctKey.import_key(self.adapter.secret(SITE, 1))
        return jwt.encode({"alg": "HS256"}, {"sub": subject, "exp": NOW // 10**6 + 3600}, secret)


def frame(token: str, content: dict[str, Any]) -> RawRequest:
    path = "/webhooks/chat/web"
    body = json.dumps(content).encode()
    return RawRequest("POST", path, f"https://hub.example{path}", {"authorization": f"Bearer {token}"}, body)


@pytest.fixture
def rig() -> WebchatRig:
    return WebchatRig()


@pytest.mark.parametrize("name", Conformance.names(WebchatAdapter.capabilities))
async def test_webchat_keeps_the_contract(name: str, rig: WebchatRig) -> None:
    await Conformance(rig).run(name)


def test_registry_makes_a_visitor_channel() -> None:
    assert isinstance(create_adapter("webchat", "web", {}, KEY), VisitorChannel)


# What is left out: by one table, with a reason, never silently.


def test_each_check_holds_some_channel() -> None:
    sides = (WebchatAdapter.capabilities, TwilioSmsAdapter.capabilities)
    assert set(Conformance.names()) == {name for side in sides for name in Conformance.names(side)}
    assert len(Conformance.names(WebchatAdapter.capabilities)) >= 30


def test_table_names_only_real_checks() -> None:
    named = {check for one in EXEMPTIONS for check in one.checks}
    assert named <= set(Conformance.names())
    assert all(one.reason for one in EXEMPTIONS)
    assert not any(exemption(check, TwilioSmsAdapter.capabilities) for check in named)


async def test_exempt_check_does_not_pass_unseen(rig: WebchatRig) -> None:
    with pytest.raises(ConformanceError, match="does not hold this channel"):
        await Conformance(rig).run("check_busy_provider_is_temporary")


# A broken adapter must fail.


class Broken:
    """The real adapter with one method replaced."""

    def __init__(self, whole: VisitorChannel, **broken: Callable[..., Any]) -> None:
        self._whole = whole
        self.__dict__.update(broken)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)


def doubts(whole: VisitorChannel) -> Callable[..., Any]:
    async def send(message: OutboundMessage) -> Sent:
        raise Ambiguous("perhaps")

    return send


def only_queues(whole: VisitorChannel) -> Callable[..., Any]:
    async def send(message: OutboundMessage) -> Sent:
        return Sent(message.reference, DeliveryState.QUEUED)

    return send


def finds_nothing(whole: VisitorChannel) -> Callable[..., Any]:
    async def look_up(message: OutboundMessage) -> Sent | None:
        return None

    return look_up


def has_books(whole: VisitorChannel) -> Callable[..., Any]:
    async def reconcile(since_us: int) -> AsyncIterator[DeliveryReport]:
        yield DeliveryReport("chat", "web", "ref", "ref", DeliveryState.DELIVERED)

    return reconcile


def shares_claims(whole: VisitorChannel) -> Callable[..., Any]:
    def receive(request: RawRequest) -> Received:
        received = whole.receive(request)
        items = [replace(item, provider_id=item.provider_id.rpartition("/")[2]) for item in received.items]
        return replace(received, items=tuple(items))

    return receive


def forgets_reporters(whole: VisitorChannel) -> Callable[..., Any]:
    def receive(request: RawRequest) -> Received:
        items = [
            replace(item, reporter="") if isinstance(item, DeliveryReport) else item
            for item in whole.receive(request).items
        ]
        return Received(tuple(items))

    return receive


def falls_back(whole: VisitorChannel) -> Callable[..., Any]:
    def admit(terms: VisitorTerms, *, identity: str, credential: str, now: int, fresh_id: str) -> Pass:
        try:
            return whole.admit(terms, identity=identity, credential=credential, now=now, fresh_id=fresh_id)
        except Exception:
            return whole.admit(terms, identity="", credential=credential, now=now, fresh_id=fresh_id)

    return admit


def keeps_credential(whole: VisitorChannel) -> Callable[..., Any]:
    def admit(terms: VisitorTerms, **asked: Any) -> Pass:
        return replace(whole.admit(terms, **asked), credential=asked["credential"] or "new")

    return admit


def never_ends(whole: VisitorChannel) -> Callable[..., Any]:
    return lambda token, now: whole.visitor(token, now=NOW)


def one_secret(whole: VisitorChannel) -> Callable[..., Any]:
    return lambda site, version: whole.secret("shop", version)


@pytest.mark.parametrize(
    ("method", "fault", "check"),
    [
        ("send", doubts, "check_hub_send_never_leaves_doubt"),
        ("send", doubts, "check_hub_send_takes_at_once"),
        ("send", only_queues, "check_hub_send_takes_at_once"),
        ("send", only_queues, "check_hub_send_never_leaves_doubt"),
        ("look_up", finds_nothing, "check_hub_look_up_says_what_send_said"),
        ("reconcile", has_books, "check_hub_has_no_other_books"),
        ("receive", shares_claims, "check_hub_claim_holds_its_visitor"),
        ("receive", forgets_reporters, "check_hub_reports_name_their_reporter"),
        ("admit", falls_back, "check_hub_false_identity_is_no_stranger"),
        ("admit", keeps_credential, "check_hub_signed_visitor_leaves_nothing_behind"),
        ("visitor", never_ends, "check_hub_token_names_its_holder_and_ends"),
        ("secret", one_secret, "check_hub_secrets_differ"),
    ],
)
async def test_broken_adapter_fails_the_hub_checks(
    method: str, fault: Callable[..., Any], check: str, rig: WebchatRig
) -> None:
    rig.adapter = Broken(rig.adapter, **{method: fault(rig.adapter)})  # type: ignore[assignment]
    # Doubts are raised as they are where a check expects an answer; everything else is in the suite's own words.
    with pytest.raises((ConformanceError, Ambiguous)):
        await Conformance(rig).run(check)
