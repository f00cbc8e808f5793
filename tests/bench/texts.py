"""Inbound texts as the provider posts them: whole HTTP requests with their signatures, made before the clock runs."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from urllib.parse import urlencode

from tests.bench.crew import BYE
from tests.fakes.house import OUR_NUMBER, SID, TOKEN

PATH = "/webhooks/sms/"
AT_ONCE = 100
"""Conversations that go on side by side."""


def posted(url: str, messages: int, per_contact: int, *, first_customer: int = 0, first_sid: int = 0) -> list[bytes]:
    """So many texts, `per_contact` of each conversation, the last of which says bye."""
    found = []
    for number, (customer, turn) in enumerate(_turns(messages, per_contact), first_sid):
        words = f"{number} " + (BYE if turn == per_contact - 1 else "Where is my table?")
        found.append(signed(url, number, f"+4477{first_customer + customer:08d}", words))
    return found


def _turns(messages: int, per_contact: int) -> Iterator[tuple[int, int]]:
    """(customer, turn): blocks of conversations that go on side by side."""
    made, block = 0, 0
    while made < messages:
        customers = range(block * AT_ONCE, (block + 1) * AT_ONCE)
        for turn in range(per_contact):
            for customer in customers:
                if made == messages:
                    return
                yield customer, turn
                made += 1
        block += 1


def signed(
    url: str, number: int, sender: str, words: str, *, account: str = "main", recipient: str = OUR_NUMBER
) -> bytes:
    """One text to an account, as a whole request."""
    path = PATH + account
    fields = {
        "MessageSid": f"SM{number:032x}",
        "SmsSid": f"SM{number:032x}",
        "AccountSid": SID,
        "From": sender,
        "To": recipient,
        "Body": words,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }
    body = urlencode(fields).encode()
    proven = url + path + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), proven.encode(), hashlib.sha1)).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {url.removeprefix('http://')}\r\nX-Twilio-Signature: {signature}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
