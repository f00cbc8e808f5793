"""What a visitor's browser may say: `message` and `ack`, in bounds, as it was typed; all else is refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.errors import BadPayload, BadSignature, Permanent, Unsupported
from channels.messages import (
    AddressKind,
    DeliveryReport,
    DeliveryState,
    InboundMessage,
    MediaRef,
    OutboundMessage,
    RawRequest,
    VisitorTerms,
)
from channels.webchat import WebchatAdapter
from tests.unit.channels.test_webchat_tokens import FRESH, KEY, NOW, admit, identity

ADAPTER = WebchatAdapter("web", KEY, clock=lambda: NOW)
ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def request(body: bytes, token: str | None = None) -> RawRequest:
    bearer = admit().token if token is None else token
    return RawRequest("POST", "/webhooks/chat/web", "", {"authorization": f"Bearer {bearer}"}, body)


def receive(content: Any, token: str | None = None) -> tuple[Any, ...]:
    return ADAPTER.receive(request(json.dumps(content).encode(), token)).items


def message(**fields: Any) -> InboundMessage:
    (found,) = receive({"op": "message", "id": ID, "text": "Hello", **fields})
    assert isinstance(found, InboundMessage)
    return found


def test_message_has_all_that_was_said() -> None:
    found = message(
        text=" Hello\r\n世界 👍🏽 ",
        files=["f-1", "f-2", "f-1"],
        name="Ada\u202e\n Lovelace",
        answer_to=" ada@example.com ",
        page="https://ada:secret@shop.example/cart?key=7#top",
    )
    assert found == InboundMessage(
        channel="chat",
        account="web",
        provider_id=f"{FRESH}/{ID}",
        sender_kind=AddressKind.VISITOR,
        sender=FRESH,
        recipient="shop",
        text=" Hello\r\n世界 👍🏽 ",
        media=(MediaRef("upload:f-1", ""), MediaRef("upload:f-2", "")),
        sender_name="Ada Lovelace",
        answer_to="ada@example.com",
        page="https://shop.example/cart",
    )


@pytest.mark.parametrize(
    "page",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https:///cart",
        "/cart",
        "https://shop.example/a b",
        "https://shop.example/a\nb",
        "https://shop.example/\u202egpj",
        "https://shop.example/\x00",
        "https://[shop/",
        "null/",
        "https://ada:secret@/cart",
    ],
)
def test_page_that_cannot_be_told_holds_no_words_up(page: str) -> None:
    found = message(page=page)
    assert (found.text, found.page) == ("Hello", "")


def test_long_page_is_cut() -> None:
    assert len(message(page="https://shop.example/" + "x" * 5000).page) == 500


def test_signed_visitor_cannot_be_renamed_by_the_page() -> None:
    token = admit(identity({"name": "Ada", "email": "ada@example.com"})).token
    (found,) = receive({"op": "message", "id": ID, "text": "Hello", "name": "Mallory"}, token)
    assert (found.sender, found.sender_name, found.verified) == ("shop:42", "Ada", True)
    assert found.vouched == ((AddressKind.EMAIL, "ada@example.com"),)


def test_message_id_in_capitals_is_the_same_claim() -> None:
    assert message(id=ID.upper()).provider_id == message().provider_id


def test_file_needs_no_words() -> None:
    assert message(text="", files=["f-1"]).media == (MediaRef("upload:f-1", ""),)


def test_acknowledged_messages_become_reports() -> None:
    found = receive({"op": "ack", "state": "read", "messages": ["m-1", "m-2", "m-1"]})
    assert found == tuple(
        DeliveryReport("chat", "web", one, one, DeliveryState.READ, reporter=FRESH) for one in ("m-1", "m-2")
    )


def test_longest_message_in_the_widest_writing_is_taken() -> None:
    assert len(message(text="👍" * 4000, name="👍" * 120, answer_to="👍" * 200).text) == 4000


MESSAGE = {"op": "message", "id": ID, "text": "Hello"}
REFUSED: dict[str, Any] = {
    "no object": [MESSAGE],
    "null": None,
    "no op": {"id": ID, "text": "Hello"},
    "another op": {"op": "hello", "token": "x"},
    "op of the socket": {"op": "end", "id": ID},
    "unknown field": {**MESSAGE, "agent": "amara"},
    "claims another sender": {**MESSAGE, "sender": "shop:43"},
    "claims to be verified": {**MESSAGE, "verified": True},
    "no id": {"op": "message", "text": "Hello"},
    "id is no UUID": {**MESSAGE, "id": "1"},
    "id with a slash": {**MESSAGE, "id": f"x/{ID}"},
    "id number": {**MESSAGE, "id": 1},
    "text number": {**MESSAGE, "text": 1},
    "text null": {**MESSAGE, "text": None},
    "text list": {**MESSAGE, "text": ["Hello"]},
    "text empty": {**MESSAGE, "text": ""},
    "text blank": {**MESSAGE, "text": " \n\t"},
    "text too long": {**MESSAGE, "text": "x" * 4001},
    "text with NUL": {**MESSAGE, "text": "a\x00b"},
    "text with lone surrogate": {**MESSAGE, "text": "a\ud800b"},
    "six files": {**MESSAGE, "files": [f"f-{n}" for n in range(6)]},
    "file is a path": {**MESSAGE, "files": ["../../etc/passwd"]},
    "file is an address": {**MESSAGE, "files": ["http://169.254.169.254/"]},
    "file is empty": {**MESSAGE, "files": [""]},
    "files text": {**MESSAGE, "files": "f-1"},
    "name too long": {**MESSAGE, "name": "x" * 121},
    "name with NUL": {**MESSAGE, "name": "a\x00b"},
    "answer_to too long": {**MESSAGE, "answer_to": "x" * 201},
    "ack without messages": {"op": "ack", "state": "read"},
    "ack of none": {"op": "ack", "state": "read", "messages": []},
    "ack of 201": {"op": "ack", "state": "read", "messages": [f"m-{n}" for n in range(201)]},
    "ack of a state of ours": {"op": "ack", "state": "failed", "messages": ["m-1"]},
    "ack of no id": {"op": "ack", "state": "read", "messages": ["m 1"]},
    "ack of numbers": {"op": "ack", "state": "read", "messages": [1]},
}


@pytest.mark.parametrize("content", list(REFUSED.values()), ids=list(REFUSED))
def test_what_is_no_frame_is_refused_in_words(content: Any) -> None:
    with pytest.raises(BadPayload, match=r"\w+"):
        receive(content)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"op":"message","id":"' + ID.encode() + b'","text":"\xff"}',
        b'{"op":"message","id":"' + ID.encode() + b'","text":"\xed\xa0\x80"}',
        b"[" * 60_000,
        b'{"op":"message","x":' + b"[" * 60_000,
        b'{"op":"message","id":"' + ID.encode() + b'","text":"Hello","x":"' + b"y" * 70_000 + b'"}',
        json.dumps({**MESSAGE, "text": "Hello"}).encode() + b"{}",
    ],
)
def test_hostile_bytes_are_refused_in_words(body: bytes) -> None:
    with pytest.raises(BadPayload):
        ADAPTER.receive(request(body))


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic x", "Bearer x y", "Bearer nonsense"])
def test_sender_is_proven_before_anything_is_read(header: str) -> None:
    with pytest.raises(BadSignature):
        ADAPTER.receive(RawRequest("POST", "/", "", {"authorization": header}, b"{"))


def test_token_that_is_over_sends_nothing() -> None:
    late = WebchatAdapter("web", KEY, clock=lambda: NOW + 600_000_000)
    with pytest.raises(BadSignature, match="over"):
        late.receive(request(json.dumps(MESSAGE).encode()))


def test_site_of_the_token_is_the_recipient() -> None:
    token = admit(terms=VisitorTerms("other", (1,))).token
    (found,) = receive(MESSAGE, token)
    assert found.recipient == "other"


# Outbound


def outbound(**fields: Any) -> OutboundMessage:
    whole = {"reference": "ref", "sender": "shop", "recipient": FRESH, "text": "Hello", "callback_url": "", **fields}
    return OutboundMessage(**whole)


async def test_file_alone_can_be_sent() -> None:
    sent = await ADAPTER.send(outbound(text="", media_urls=("upload:1",)))
    assert (sent.provider_id, sent.state) == ("ref", DeliveryState.SENT)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"text": "x" * 4001}, Unsupported),
        ({"media_urls": tuple("123456")}, Unsupported),
        ({"text": " "}, Permanent),
        ({"text": "a\x00"}, Permanent),
        ({"recipient": "+14155550111"}, Permanent),
        ({"recipient": ""}, Permanent),
    ],
)
async def test_what_no_browser_could_show_is_refused(fields: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        await ADAPTER.send(outbound(**fields))


def test_text_is_measured_in_characters() -> None:
    measured = ADAPTER.measure("你好👍")
    assert (measured.parts, measured.units, measured.free) == (1, 3, 3997)
    assert ADAPTER.measure("x" * 4001).free == 0
