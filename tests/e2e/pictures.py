"""PNG files made small: what Chromium packs in a hurry is packed again with care, and large ones get a palette."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

COLOURS = 256
ENOUGH_BYTES = 100_000
"""A picture that is smaller than this keeps every colour."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def write_png(path: Path, picture: bytes) -> int:
    """Store a screenshot; gives the size of the file in bytes."""
    smaller = repacked(picture)
    if len(smaller) > ENOUGH_BYTES:
        smaller = repacked(quantised(picture))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(smaller)
    return len(smaller)


def quantised(picture: bytes) -> bytes:
    """At most 256 colours, without dithering: flat grounds stay flat, soft shadows get steps."""
    file = io.BytesIO()
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


def repacked(picture: bytes) -> bytes:
    """The same pixels: all IDAT chunks as one, deflated at the highest level (PNG specification, 10.1)."""
    kept: list[tuple[bytes, bytes]] = []
    pixels = b""
    place = len(SIGNATURE)
    while place < len(picture):
        (length,) = struct.unpack(">I", picture[place : place + 4])
        kind, body = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        place += length + 12
        if kind == b"IDAT":
            pixels += body
        elif kind in (b"IHDR", b"PLTE", b"tRNS"):
            kept.append((kind, body))
    packed = min(
        (_deflated(zlib.decompress(pixels), how) for how in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED)), key=len
    )
    chunks = [*kept, (b"IDAT", packed), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _deflated(data: bytes, strategy: int) -> bytes:
    press = zlib.compressobj(9, zlib.DEFLATED, 15, 9, strategy)
    return press.compress(data) + press.flush()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
