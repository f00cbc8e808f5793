"""What a file is, by its first bytes: an allow-list. What is not on it is not taken, whatever it is called."""

from __future__ import annotations

from collections.abc import Callable

# type, extension, test of the content. HTML and SVG are absent on purpose: they run scripts (security.md A4).
_Test = Callable[[bytes], bool]


def _starts(*prefixes: bytes) -> _Test:
    return lambda data: data.startswith(prefixes)


def _riff(kind: bytes) -> _Test:
    return lambda data: data.startswith(b"RIFF") and data[8:12] == kind


def _brand(*brands: bytes) -> _Test:
    return lambda data: data[4:8] == b"ftyp" and data[8:12].startswith(brands)


_TYPES: tuple[tuple[str, str, _Test], ...] = (
    ("image/jpeg", "jpg", _starts(b"\xff\xd8\xff")),
    ("image/png", "png", _starts(b"\x89PNG\r\n\x1a\n")),
    ("image/gif", "gif", _starts(b"GIF87a", b"GIF89a")),
    ("image/webp", "webp", _riff(b"WEBP")),
    ("image/heic", "heic", _brand(b"heic", b"heix", b"mif1", b"msf1")),
    ("application/pdf", "pdf", _starts(b"%PDF-")),
    ("audio/amr", "amr", _starts(b"#!AMR")),
    ("audio/mpeg", "mp3", _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    ("audio/ogg", "ogg", _starts(b"OggS")),
    ("audio/wav", "wav", _riff(b"WAVE")),
    ("audio/mp4", "m4a", _brand(b"M4A")),
    ("video/3gpp", "3gp", _brand(b"3gp", b"3g2")),
    ("video/quicktime", "mov", _brand(b"qt  ")),
    (
        "video/mp4",
        "mp4",
        _brand(b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"MSNV", b"dash"),
    ),
    ("text/vcard", "vcf", _starts(b"BEGIN:VCARD")),
    ("text/calendar", "ics", _starts(b"BEGIN:VCALENDAR")),
)


def sniff(content: bytes, claimed: str) -> tuple[str, str] | None:
    """(type, extension) by the bytes, or None if it is on no list. Plain text must also be claimed to be that."""
    for kind, extension, matches in _TYPES:
        if matches(content):
            return kind, extension
    if claimed.partition(";")[0].strip().lower() == "text/plain" and _is_plain(content):
        return "text/plain", "txt"
    return None


def _is_plain(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "<" not in text[:1024] and all(c in "\t\n\r" or c >= " " for c in text)
