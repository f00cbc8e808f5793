"""The simulated carrier's answers about the account itself and about its numbers, in the schemas of Twilio."""

from __future__ import annotations

import hashlib

from interaction_hub.demo.carrier_desk import Desk

API = "/2010-04-01"
_MADE = "Sat, 22 Nov 2025 10:00:00 +0000"


def show(carrier: Desk) -> dict[str, object]:
    """The schema `api.v2010.account`. The real one shows the token, too; nobody here needs it."""
    return {
        "sid": carrier.account_sid,
        "friendly_name": "Simulated account",
        "status": carrier.status,
        "type": "Full",
        "owner_account_sid": carrier.account_sid,
        "date_created": _MADE,
        "date_updated": _MADE,
        "uri": f"{API}/Accounts/{carrier.account_sid}.json",
        "subresource_uris": {},
    }


def list_numbers(carrier: Desk, path: str, query: dict[str, str]) -> dict[str, object]:
    """One page with all numbers of the account. Where it takes any sender, the number that is asked for is its own."""
    asked = query.get("PhoneNumber", "")
    every = carrier.numbers or ((asked,) if asked else ())
    shown = [_number(carrier, number) for number in every if asked in ("", number)]
    return {
        "incoming_phone_numbers": shown,
        "uri": path,
        "first_page_uri": path,
        "next_page_uri": None,
        "previous_page_uri": None,
        "page": 0,
        "page_size": int(query.get("PageSize", "50")),
        "start": 0,
        "end": max(len(shown) - 1, 0),
    }


def _number(carrier: Desk, number: str) -> dict[str, object]:
    sid = "PN" + hashlib.md5(number.encode(), usedforsecurity=False).hexdigest()
    return {
        "sid": sid,
        "account_sid": carrier.account_sid,
        "phone_number": number,
        "friendly_name": number,
        "sms_url": carrier.posts_to.get(number, carrier.webhook_base_url()),
        "sms_method": "POST",
        "sms_application_sid": "",
        "api_version": "2010-04-01",
        "date_created": _MADE,
        "date_updated": _MADE,
        "uri": f"{API}/Accounts/{carrier.account_sid}/IncomingPhoneNumbers/{sid}.json",
    }
