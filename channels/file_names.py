"""The name under which a stranger's file is kept and offered: what people read of it stays, nothing else does."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 100
# File systems count bytes, and the browser that saves it may add " (1)".
_MAX_BYTES = 240
# Controls, invisible and bidi marks, surrogates, private and unassigned, line and page breaks.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks that show nothing (Unicode's default ignorables which are not of the categories above).
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$|clock\$)", re.IGNORECASE)
_NAMELESS = "file"


def clean_name(name: str, extension: str) -> str:
    """A name of at most 100 characters that ends in `.extension` and can be a file on any system. Never empty."""
    plain = _seen(_seen(name))  # taking a mark out may bring two characters together that are one
    last = re.split(r"[/\\]", plain)[-1]
    stem = _EXTENSION.sub("", last)
    stem = re.sub(r"\.{2,}", ".", _FORBIDDEN.sub("_", stem))
    stem = _cut(_tidy(stem), extension)
    if _DEVICES.fullmatch(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    return f"{stem or _NAMELESS}.{extension}"


def _seen(text: str) -> str:
    """NFKC, so that look-alikes of / and . are what they look like; then without what nobody sees."""
    folded = unicodedata.normalize("NFKC", text)
    return _BLANK.sub("", "".join(c for c in folded if unicodedata.category(c) not in _UNSEEN))


def _tidy(stem: str) -> str:
    """One space for many; no dots or blanks at the ends: hidden files here, lost characters there."""
    return " ".join(stem.split()).strip(" .")


def _cut(stem: str, extension: str) -> str:
    room = MAX_NAME - len(extension) - 2  # the dot, and the underscore that a device's name gets
    stem = stem[:room]
    return _tidy(stem.encode()[: _MAX_BYTES - len(extension) - 2].decode(errors="ignore"))
