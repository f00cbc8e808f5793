"""Phone addresses in their one stored form: E.164, or a short code or alphanumeric sender as it stands."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from channels.errors import BadPayload

_E164 = re.compile(r"\+[1-9][0-9]{4,14}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
# Letters make it a name: https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id
_ALPHANUMERIC = re.compile(r"(?=[A-Za-z0-9 ]*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9 ]{0,9}[A-Za-z0-9])?")
# phonenumbers would find the number inside of "whatsapp:+1415…" and "sip:…": those are other channels' addresses.
_DIALLED = re.compile(r"[+＋]?[\d\s()./\-‐-–]{3,40}")


def normalise_address(address: str, region: str = "") -> str:
    """The form that identities are stored in. `region` (GB, US, …) reads national numbers; without it they are refused.

    Only numbers that can exist are taken: a wrong region gives a well-formed wrong number otherwise.
    """
    text = address.strip()
    if _ALPHANUMERIC.fullmatch(text):
        return text
    short = bool(_SHORT_CODE.fullmatch(text))
    if short and not region:
        return text
    try:
        return _e164(text, region)
    except BadPayload:
        if short:
            return text
        raise


@lru_cache(maxsize=1024)
def provider_address(address: str) -> str:
    """The same for an address that Twilio vouches for: a number that our tables do not know yet is taken as it is."""
    try:
        return normalise_address(address)
    except BadPayload:
        if _E164.fullmatch(address.strip()):
            return address.strip()
        raise


def can_receive(address: str) -> bool:
    """A text can be sent to it: a number, not the name of an alphanumeric sender."""
    return bool(_E164.fullmatch(address) or _SHORT_CODE.fullmatch(address))


def _e164(text: str, region: str) -> str:
    if not _DIALLED.fullmatch(text):
        raise BadPayload("not a phone number")
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        raise BadPayload("not a phone number: write it with + and the country code") from None
    # The plain is_possible_number() also says yes to numbers without their area code.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadPayload("not a possible phone number: too short or too long for its country")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
