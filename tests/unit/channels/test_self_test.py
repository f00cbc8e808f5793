"""Test requests of our own: signed as Twilio signs, and nothing that a customer wrote can be taken for one."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from channels.errors import BadPayload, BadSignature
from channels.messages import InboundMessage
from channels.twilio_sms import TwilioSmsAdapter, TwilioSmsOptions
from tests.unit.channels.twilio_requests import ACCOUNT_SID, BASE, PATH, TOKEN, inbound_params, request_of

KEY, NONCE = b"k" * 32, "0123456789abcdef" * 2
TEST = {"AccountSid": ACCOUNT_SID, "InteractionHubTest": NONCE}


def adapter(token: str = TOKEN, key: bytes = KEY) -> TwilioSmsAdapter:
    return TwilioSmsAdapter("main", TwilioSmsOptions(ACCOUNT_SID, token), key)


def test_request_is_signed_as_the_sdk_would() -> None:
    request = adapter().test_request(BASE + PATH, NONCE)
    params = dict(parse_qsl(request.body.decode()))
    assert params == TEST
    assert RequestValidator(TOKEN).validate(BASE + PATH, params, request.headers["x-twilio-signature"])


def test_message_with_the_tests_field_stays_a_message() -> None:
    received = adapter().receive(request_of(inbound_params(InteractionHubTest=NONCE, Body="Help!").items()))
    (message,) = received.items
    assert isinstance(message, InboundMessage)
    assert message.text == "Help!"


@pytest.mark.parametrize("field", ["MessageSid", "From", "Body", "NumMedia", "x"])
def test_one_more_field_is_no_test(field: str) -> None:
    with pytest.raises(BadPayload):
        adapter().receive(request_of({**TEST, field: ""}.items()))


@pytest.mark.parametrize(
    "change",
    [{"AccountSid": "AC" + "9" * 32}, {"InteractionHubTest": ""}, {"InteractionHubTest": NONCE.upper()}],
)
def test_wrong_test_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(BadPayload):
        adapter().receive(request_of({**TEST, **change}.items()))


def test_field_given_twice_is_refused() -> None:
    with pytest.raises(BadPayload):
        adapter().receive(request_of([*TEST.items(), ("InteractionHubTest", "f" * 32)]))


def test_reports_have_no_tests() -> None:
    with pytest.raises(BadPayload):
        adapter().receive(request_of(TEST.items(), path_qs=f"{PATH}/status?ref=1"))


def test_without_a_key_there_are_no_tests() -> None:
    with pytest.raises(BadPayload):
        adapter(key=b"").receive(request_of(TEST.items()))


def test_another_token_is_refused() -> None:
    with pytest.raises(BadSignature):
        adapter("another").receive(request_of(TEST.items()))


def test_another_key_answers_otherwise() -> None:
    assert adapter().test_answer(NONCE) != adapter(key=b"j" * 32).test_answer(NONCE)
