"""What the papers promise of texts, written down once more (never taken from the product), and signed webhooks."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from tests.fakes.house import OUR_NUMBER, SID, TOKEN, Answer, House
from tests.unit.channels.twilio_requests import FORM, sign

__all__ = ["FORM", "PATH", "Post", "blank", "fields_of", "fresh_session", "one_line", "page_is_clean"]
PATH = "/webhooks/sms/main"
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def one_line(text: str) -> str:
    """A name: controls, line breaks and invisible marks are one space, as all blanks are; none at the ends."""
    return " ".join("".join(" " if unicodedata.category(one) in UNSEEN else one for one in text).split())


def blank(text: str) -> bool:
    """Nothing to send."""
    return not text.strip()


def page_is_clean(page: str) -> bool:
    """No address at all, or one of the web without user, query and fragment."""
    parts = urlsplit(page)
    return not page or (
        parts.scheme in ("http", "https") and not parts.query + parts.fragment and "@" not in parts.netloc
    )


def new_sid() -> str:
    """A message that the carrier has not posted before."""
    return "SM" + secrets.token_hex(16)


def fields_of(number: str, text: str, **more: str) -> dict[str, str]:
    """The form of a customer's message at the account of `house`."""
    return {
        "MessageSid": new_sid(),
        "AccountSid": SID,
        "From": number,
        "To": OUR_NUMBER,
        "Body": text,
        "NumMedia": "0",
        **more,
    }


def fresh_session(house: House, login: str, asked: int) -> None:
    """After each 300 things asked for somebody signs in anew: the hub hears one session 1,200 times in a minute."""
    if asked % 300 == 0:
        house.tokens.pop(login, None)


@dataclass(frozen=True)
class Post:
    """The carrier's webhooks by hand, signed right."""

    house: House

    async def message(self, number: str, text: str, **more: str) -> Answer:
        """A customer writes."""
        return await self.form(fields_of(number, text, **more))

    async def form(self, fields: dict[str, str], path: str = PATH) -> Answer:
        """Any form."""
        headers = {"Content-Type": FORM, "X-Twilio-Signature": sign(self.house.url + path, fields.items(), TOKEN)}
        return await self.house.call("POST", path, headers=headers, data=urlencode(fields).encode())
