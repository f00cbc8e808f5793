"""What of the console's first data is readable before a script runs: the work list and the selected contact.

Only values, no words and no HTML: templates/console/ makes the page of them, with the classes of the elements that
replace it. Clock times are left to the browser, because only it knows the reader's zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_HAN = re.compile(r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_SHOWN = frozenset({"message", "note", "event"})
MOST_MESSAGES = 20
"""What fits a tall window; the rest comes with the script."""


def first_paint(first: dict[str, Any]) -> dict[str, Any]:
    """Rows, the selected contact with its last messages, and who the agent is. `first`: a snapshot frame."""
    state, now = first["state"], first["at"]
    contacts = sorted(state["contacts"], key=_arrival)
    ringing = [one for one in contacts if one["state"] == "offered"]
    active = [one for one in contacts if one["state"] == "active"]
    wrapping = [one for one in contacts if one["state"] == "wrapping"]
    selected = next(iter([*active, *wrapping]), None)
    return {
        "me": state["me"],
        "ringing": [_row(one, now) for one in ringing],
        "active": [_row(one, now) for one in active],
        "wrapping": [_row(one, now) for one in wrapping],
        "snoozed": sorted(state.get("snoozed", []), key=lambda one: one["due_at"]),
        "selected": _row(selected, now) if selected else None,
        "preview": _row(ringing[0], now) if ringing and not selected else None,
        "replies": bool(state.get("rules", {}).get("replies")),
        "messages": list(_messages(state["messages"].get(selected["id"], []))) if selected else [],
    }


def language_of(text: str) -> str:
    """The language of a text as far as its letters tell it."""
    if _KANA.search(text):
        return "ja"
    return "zh-Hans" if _HAN.search(text) else ""


def duration(ms: int) -> str:
    """m:ss, or nothing from one hour on: then there are words in it, and they come with the script."""
    minutes, seconds = divmod(max(0, ms) // 1000, 60)
    return f"{minutes}:{seconds:02}" if minutes < 60 else ""


def _arrival(contact: dict[str, Any]) -> tuple[int, str]:
    return contact["accepted_at"] or contact["entered_at"], contact["id"]


def _row(contact: dict[str, Any], now: int) -> dict[str, Any]:
    since, tone = _clock(contact, now)
    name = contact["customer"]["name"] or contact.get("display") or contact["address"]
    return contact | {"name": name, "name_lang": language_of(name), "clock": duration(since), "tone": tone}


def _clock(contact: dict[str, Any], now: int) -> tuple[int, str]:
    """How long, and with which colour; as sections.js has it."""
    if contact["state"] == "wrapping":
        return (contact["wrap_until"] or now) - now, ""
    waits, target = contact["customer_waits_since"], contact["target_ms"]
    if waits:
        waited = now - waits
        return waited, "bad" if waited >= target else "warn" if waited >= target / 2 else ""
    last = contact["last"]
    return now - ((last and last["at"]) or contact["accepted_at"] or now), ""


def _messages(messages: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    shown = [one for one in messages if one["kind"] in _SHOWN and one["text"]]
    for one in sorted(shown, key=lambda entry: int(entry["seq"]))[-MOST_MESSAGES:]:
        side = "is-note" if one["kind"] == "note" else "is-out" if one["direction"] == "out" else "is-in"
        yield {"id": one["id"], "text": one["text"], "lang": language_of(one["text"]), "side": side}
