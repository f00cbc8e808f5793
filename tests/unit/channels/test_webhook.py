"""From signed webhooks to frozen values, and the refusals."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote_from_bytes, urlencode

import pytest

from channels.errors import BadPayload
from channels.messages import AddressKind, Consent, DeliveryReport, DeliveryState, InboundMessage, RawRequest, Received
from channels.twilio_sms import TwilioSmsAdapter, TwilioSmsOptions
from channels.twilio_sms.adapter import callback_with
from tests.unit.channels.twilio_requests import (
    ACCOUNT_SID,
    BASE,
    FORM,
    MESSAGE_SID,
    PATH,
    TOKEN,
    inbound,
    inbound_params,
    report,
    request_of,
    sign,
    status_params,
)

ADAPTER = TwilioSmsAdapter("main", TwilioSmsOptions(account_sid=ACCOUNT_SID, auth_token=TOKEN))


def message_of(request: RawRequest) -> InboundMessage:
    (item,) = ADAPTER.receive(request).items
    assert isinstance(item, InboundMessage)
    return item


def report_of(request: RawRequest) -> DeliveryReport:
    (item,) = ADAPTER.receive(request).items
    assert isinstance(item, DeliveryReport)
    return item


def test_message_is_read_field_by_field() -> None:
    assert message_of(inbound()) == InboundMessage(
        channel="sms",
        account="main",
        provider_id=MESSAGE_SID,
        sender_kind=AddressKind.PHONE,
        sender="+14155550111",
        recipient="+14155550100",
        text="Hello & 1+1=2, ünï 你好",
    )


def test_message_is_answered_by_empty_twiml() -> None:
    received = ADAPTER.receive(inbound())
    assert (received.reply_status, received.reply_content_type) == (200, "text/xml")
    assert received.reply_body == b"<Response/>"


def test_report_is_answered_without_content() -> None:
    assert ADAPTER.receive(report()) == Received((report_of(report()),), 204)


def test_message_by_get_is_read_from_the_query() -> None:
    query = "?" + urlencode(inbound_params())
    url = BASE + PATH + query
    request = RawRequest("GET", PATH + query, url, {"x-twilio-signature": sign(url, [])}, b"")
    assert message_of(request) == message_of(inbound())


def test_report_by_get_is_read_from_the_query() -> None:
    query = "?ref=ref-1&" + urlencode(status_params())
    url = f"{BASE}{PATH}/status{query}"
    request = RawRequest("GET", f"{PATH}/status{query}", url, {"x-twilio-signature": sign(url, [])}, b"")
    assert report_of(request) == report_of(report())


def test_pictures_are_named_in_order() -> None:
    message = message_of(
        inbound(
            NumMedia="2",
            MediaUrl0="https://api.twilio.com/a",
            MediaContentType0="image/jpeg",
            MediaUrl1="https://api.twilio.com/b",
            MediaContentType1='text/html"><script>',
        )
    )
    assert [(ref.url[-1], ref.content_type) for ref in message.media] == [
        ("a", "image/jpeg"),
        ("b", "application/octet-stream"),
    ]


def test_keyword_becomes_consent_and_stays_a_message() -> None:
    message = message_of(inbound(Body=" stop\n"))
    assert message.consent is Consent.STOP
    assert message.text == " stop\n"


def test_twilio_verdict_on_consent_comes_first() -> None:
    assert message_of(inbound(Body="ARRET", OptOutType="STOP")).consent is Consent.STOP


def test_profile_name_is_put_on_one_line() -> None:
    assert message_of(inbound(ProfileName="Ann\r\nX-Evil: 1\u2028\u202e")).sender_name == "Ann X-Evil: 1"


def test_sender_may_be_a_short_code_or_a_name() -> None:
    assert message_of(inbound(From="72345")).sender == "72345"
    assert message_of(inbound(From="MyBank")).sender == "MyBank"


def test_number_that_our_tables_do_not_know_is_not_lost() -> None:
    assert message_of(inbound(From="+9991234567")).sender == "+9991234567"


@pytest.mark.parametrize(
    "changes",
    [
        {"MessageSid": ""},
        {"MessageSid": "SM1"},
        {"MessageSid": "CA" + "1b" * 16},
        {"MessageSid": MESSAGE_SID + "\n"},
        {"From": ""},
        {"From": "whatsapp:+14155550111"},
        {"From": "sip:alice@example.com"},
        {"From": "+1\r\nX: y"},
        {"To": ""},
        {"AccountSid": ""},
        {"AccountSid": "AC" + "ff" * 16},
        {"NumMedia": "-1"},
        {"NumMedia": "11"},
        {"NumMedia": "1e3"},
        {"NumMedia": "٣"},
        {"NumMedia": "1"},
        {"Body": "a\x00b"},
        {"ProfileName": "a\x00"},
        {"OptOutType": "\x00"},
    ],
    ids=str,
)
def test_signed_but_undocumented_message_is_bad_payload(changes: dict[str, str]) -> None:
    with pytest.raises(BadPayload):
        ADAPTER.receive(inbound(**changes))


@pytest.mark.parametrize("raw", [b"\xed\xa0\x80", b"\xff", b"\xc0\x80", b"\xf4\x90\x80\x80"], ids=repr)
def test_text_that_is_not_utf8_is_bad_payload(raw: bytes) -> None:
    """A lone surrogate (ED A0 80) among them: signed right, and still no text (decisions.md 36)."""
    import base64
    import hashlib
    import hmac

    params = inbound_params()
    del params["Body"]
    body = (urlencode(params) + "&Body=" + quote_from_bytes(raw)).encode()
    pairs = sorted([(n.encode(), v.encode()) for n, v in params.items()] + [(b"Body", raw)])
    text = (BASE + PATH).encode() + b"".join(n + v for n, v in pairs)
    signature = base64.b64encode(hmac.new(TOKEN.encode(), text, hashlib.sha1).digest()).decode()
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    with pytest.raises(BadPayload, match="UTF-8"):
        ADAPTER.receive(RawRequest("POST", PATH, BASE + PATH, headers, body))


def test_field_with_two_values_is_bad_payload() -> None:
    with pytest.raises(BadPayload, match="more than once"):
        ADAPTER.receive(request_of([*inbound_params().items(), ("Body", "other")]))


@pytest.mark.parametrize("path", ["/webhooks/sms/other", "/webhooks/sms/main/", "/webhooks/sms/main/statuses", "/"])
def test_other_path_is_bad_payload(path: str) -> None:
    with pytest.raises(BadPayload, match="path"):
        ADAPTER.receive(request_of(inbound_params().items(), path_qs=path))


def test_other_method_is_bad_payload() -> None:
    with pytest.raises(BadPayload, match="form"):
        ADAPTER.receive(replace(inbound(), method="PUT"))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("accepted", DeliveryState.QUEUED),
        ("scheduled", DeliveryState.QUEUED),
        ("queued", DeliveryState.QUEUED),
        ("sending", DeliveryState.SENDING),
        ("sent", DeliveryState.SENT),
        ("partially_delivered", DeliveryState.SENT),
        ("delivered", DeliveryState.DELIVERED),
        ("read", DeliveryState.READ),
        ("undelivered", DeliveryState.FAILED),
        ("failed", DeliveryState.FAILED),
        ("canceled", DeliveryState.FAILED),
    ],
)
def test_status_maps_to_state(status: str, state: DeliveryState) -> None:
    found = report_of(report(status))
    assert (found.state, found.reference, found.provider_id) == (state, "ref-1", MESSAGE_SID)
    assert bool(found.reason) == (state is DeliveryState.FAILED or status == "partially_delivered")


def test_every_outbound_status_of_the_specification_is_mapped(twilio_statuses: frozenset[str]) -> None:
    from channels.twilio_sms.webhook import STATES

    assert STATES.keys() == twilio_statuses - {"receiving", "received"}


@pytest.fixture
def twilio_statuses() -> frozenset[str]:
    import json

    from interaction_hub.demo.carrier import DEMO_SPEC

    schemas = json.loads(DEMO_SPEC.read_text(encoding="utf-8"))["components"]["schemas"]
    return frozenset(schemas["message_enum_status"]["enum"])


def test_late_sent_ranks_below_delivered() -> None:
    late, final = report_of(report("sent")), report_of(report("delivered"))
    assert late.state.rank < final.state.rank


def test_failure_carries_code_and_words() -> None:
    found = report_of(report("undelivered", ErrorCode="30003"))
    assert found.error_code == "30003"
    assert "could not be reached" in found.reason


def test_unknown_code_has_plain_words() -> None:
    assert report_of(report("failed", ErrorCode="39999")).reason == "The message was not delivered."


@pytest.mark.parametrize(
    "request_",
    [
        report("received"),
        report("Delivered"),
        report(""),
        report("failed", ErrorCode="'; drop"),
        report(ref="a\x00b"),
        report(ref="x" * 201),
        report(ref="ü"),
        report(AccountSid="AC" + "ff" * 16),
    ],
    ids=["inbound state", "capital", "blank", "code", "NUL in ref", "long ref", "odd ref", "account"],
)
def test_undocumented_report_is_bad_payload(request_: RawRequest) -> None:
    with pytest.raises(BadPayload):
        ADAPTER.receive(request_)


def test_report_without_our_reference_keeps_its_provider_id() -> None:
    found = report_of(request_of(status_params().items(), path_qs=f"{PATH}/status"))
    assert (found.reference, found.provider_id) == ("", MESSAGE_SID)


@pytest.mark.parametrize("reference", ["abc", "a b", "a&b=c", "0191-f?#%", ""])
def test_reference_survives_the_callback_address(reference: str) -> None:
    url = callback_with(f"{BASE}{PATH}/status", reference)
    assert report_of(request_of(status_params().items(), path_qs=url.removeprefix(BASE))).reference == reference


def test_callback_address_keeps_its_own_query() -> None:
    assert callback_with("https://h/x?a=1", "r") == "https://h/x?a=1&ref=r"
    assert callback_with("", "r") == ""


def test_callback_address_with_the_reference_stays() -> None:
    assert callback_with("https://h/x?ref=r", "r") == "https://h/x?ref=r"
    assert callback_with("https://h/x?a=1&ref=r", "r") == "https://h/x?a=1&ref=r"
