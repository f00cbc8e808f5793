"""Form fields as bytes, exactly as sent, so that the signature covers what is read; decoded when a field is read."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from channels.errors import BadPayload

Pairs = tuple[tuple[bytes, bytes], ...]

# Twilio sends about 20 to 40; a number far above it bounds the work on a forged request.
MAX_FIELDS = 1000


def parse_pairs(raw: bytes) -> Pairs:
    """`application/x-www-form-urlencoded` to pairs. Blank values are kept: Twilio signs them."""
    pieces = [piece for piece in raw.split(b"&") if piece]
    if len(pieces) > MAX_FIELDS:
        raise BadPayload(f"more than {MAX_FIELDS} fields")
    return tuple(_pair(piece) for piece in pieces)


def _pair(piece: bytes) -> tuple[bytes, bytes]:
    name, _, value = piece.partition(b"=")
    return unquote_to_bytes(name.replace(b"+", b" ")), unquote_to_bytes(value.replace(b"+", b" "))


class Fields:
    """Read access by name. Raises `BadPayload` for what no text may be (decisions.md 36)."""

    def __init__(self, pairs: Pairs) -> None:
        self._values: dict[bytes, set[bytes]] = {}
        for name, value in pairs:
            self._values.setdefault(name, set()).add(value)

    @property
    def names(self) -> frozenset[bytes]:
        """The names of all fields, exactly as sent."""
        return frozenset(self._values)

    def get(self, name: str, default: str = "") -> str:
        """The value, or the default if the field is absent. A field given twice with two values is refused."""
        values = self._values.get(name.encode())
        if values is None:
            return default
        if len(values) != 1:
            raise BadPayload(f"{name} is given more than once")
        return _decode(name, next(iter(values)))

    def need(self, name: str) -> str:
        """The value; refused if it is absent or blank."""
        value = self.get(name)
        if not value:
            raise BadPayload(f"{name} is missing")
        return value


def _decode(name: str, value: bytes) -> str:
    try:
        text = value.decode("utf-8")  # strict: a lone surrogate or a broken sequence is no text
    except UnicodeDecodeError:
        raise BadPayload(f"{name} is not UTF-8") from None
    if "\x00" in text:
        raise BadPayload(f"{name} contains U+0000")
    return text
