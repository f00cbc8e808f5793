"""Errors as RFC 9457 problem details: one mapping from what services raise to what clients read."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from interaction_hub.domain.text import sendable
from interaction_hub.errors import (
    BadFile,
    Busy,
    ChangedMeanwhile,
    Conflict,
    HubError,
    Invalid,
    NotAllowed,
    NotFound,
    TooLarge,
    TooMany,
    TooSlow,
)
from interaction_hub.storage.ledger import LedgerUnavailable

_STATUS: tuple[tuple[type[HubError], int, str], ...] = (
    (NotFound, 404, "Not found"),
    (Conflict, 409, "Conflict"),
    (NotAllowed, 403, "Not allowed"),
    (Invalid, 422, "Invalid"),
    (BadFile, 415, "Not a file that we take"),
    (TooLarge, 413, "Too large"),
    (TooSlow, 408, "Too slow"),
    (TooMany, 429, "Too many requests"),
    (Busy, 503, "Busy"),
    (LedgerUnavailable, 503, "Unavailable"),
)


def problem(error: HubError) -> dict[str, Any]:
    """The problem's members."""
    status, title = next(((s, t) for kind, s, t in _STATUS if isinstance(error, kind)), (500, "Error"))
    if error.code == "sign_in" or error.code == "signed_out":
        status, title = 401, "Not signed in"
    found: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": title,
        "status": status,
        "detail": sendable(error.message),
        "code": error.code,
    }
    if error.retry_after is not None:
        found["retry_after"] = max(1, round(error.retry_after))
    if error.fields:
        # The names are the caller's own where he sent a field that there is not.
        found["fields"] = {sendable(name): sendable(words) for name, words in error.fields.items()}
    if isinstance(error, ChangedMeanwhile):
        found |= {"by": error.by, "at": error.at}
    return found


def plain_problem(status: int, title: str, detail: str, code: str) -> dict[str, Any]:
    """A problem that no service raised: an unknown URL, a broken body, a bug."""
    return {"type": f"/problems/{code}", "title": title, "status": status, "detail": detail, "code": code}


def response(found: dict[str, Any], headers: dict[str, str] | None = None) -> web.Response:
    """The answer over HTTP."""
    return web.Response(
        body=msgspec.json.encode(found),
        status=int(found["status"]),
        headers=headers,
        content_type="application/problem+json",
    )
