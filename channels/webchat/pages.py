"""The page that a visitor is on, as agents may see and follow it.

It never holds a person's words up: what cannot be told is no page.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from channels.webchat.address import is_storable, single_line

MAX_PAGE = 500


def page_of(told: object) -> str:
    """An http or https address without user, query and fragment, where sites put names and keys; "" for all else."""
    if not isinstance(told, str) or not is_storable(told):
        return ""
    address = told.strip()
    if single_line(address) != address or " " in address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https") or not host:
        return ""
    # Not urlunsplit: it would write some odd hosts otherwise than they were.
    return f"{parts.scheme}://{host}{parts.path}"[:MAX_PAGE]
