"""Visitors' addresses, and what may be a text at all. A stranger's address never has the form of a signed visitor's."""

from __future__ import annotations

import re
import unicodedata

from channels.errors import BadPayload

MAX_SUBJECT = 200

# A stranger is his random id: 128 bits are 22 characters of base64url or 32 hexadecimal ones. It has no colon.
_STRANGER = re.compile(r"[A-Za-z0-9_-]{22,64}")
_SITE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
# An address may end up as a link somewhere: none may begin as an address that browsers run.
_SCHEMES = frozenset({"about", "blob", "data", "file", "javascript", "vbscript", "view-source"})
# Controls, invisible marks (bidi and zero width: two ids that look the same), lone surrogates, line and page breaks.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def stranger_address(fresh_id: str) -> str:
    """The address of somebody whom nobody signed for. Raises `BadPayload` for an id that could be guessed or forged."""
    if not _STRANGER.fullmatch(fresh_id):
        raise BadPayload("a stranger's id is 22 to 64 letters, digits, - and _")
    return fresh_id


def signed_address(site: str, subject: str) -> str:
    """The address of somebody whom the site's server signed for. Raises `BadPayload`."""
    if not is_site(site) or site in _SCHEMES:
        raise BadPayload("no site that signs for its visitors can have this key")
    if not 1 <= len(subject) <= MAX_SUBJECT:
        raise BadPayload(f"a visitor's id at the site has 1 to {MAX_SUBJECT} characters")
    if subject != subject.strip() or any(unicodedata.category(c) in _UNSEEN for c in subject):
        raise BadPayload("a visitor's id at the site has no blanks around it and no invisible characters")
    return f"{site}:{subject}"


def normalise_address(address: str) -> str:
    """The address as it is stored, which is as it was made: there is one form only. Raises `BadPayload`."""
    site, colon, subject = address.partition(":")
    return signed_address(site, subject) if colon else stranger_address(address)


def is_site(key: str) -> bool:
    """It can be the key of a site."""
    return bool(_SITE.fullmatch(key))


def is_storable(text: str) -> bool:
    """No U+0000 and no lone surrogates: databases and wires refuse them (decision 36)."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def single_line(text: str) -> str:
    """A name on one line: controls, line breaks and invisible marks become one space."""
    return " ".join("".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text).split())
