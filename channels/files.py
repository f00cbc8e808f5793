"""Which files are taken, and how they are made harmless: by what they are, never by what they are called.

Pictures are decoded under a pixel limit and written anew, so that nothing but pixels is left of them; PDF and plain
text are kept as they are. Pure and slow: run `inspect` in a thread, one or two at a time. The worst picture (40 million
pixels of noise) takes 15 seconds and 700 MB.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from channels.errors import Permanent
from channels.file_names import clean_name

__all__ = ["MAX_BYTES", "MAX_PIXELS", "PICTURES", "CleanFile", "clean_name", "inspect"]

MAX_PIXELS = 40_000_000
# Far above what companies allow (`Company.file_bytes`, held while a file streams in): against a caller who forgot.
MAX_BYTES = 100_000_000

_NO_CLAIM = ("", "application/octet-stream")
_ORIENTATION = 0x0112
# How the pixels must be turned to stand as they were seen: https://www.cipa.jp/std/documents/e/DC-008-2012_E.pdf, 4.6.4
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A harmless file: the type is what was found, and the name ends as that type does."""

    content: bytes
    content_type: str
    extension: str
    name: str


@dataclass(frozen=True, slots=True)
class _Picture:
    """How one kind of picture is read and written. Modes that cannot be written become `fallback`."""

    content_type: str
    extension: str
    opened: Callable[[BytesIO], ImageFile]
    modes: tuple[str, ...]
    fallback: str
    options: dict[str, Any]


_PNG = _Picture("image/png", "png", PngImageFile, ("1", "L", "LA", "P", "RGB", "RGBA"), "RGBA", {"format": "PNG"})
_JPEG = _Picture(
    "image/jpeg", "jpg", JpegImageFile, ("L", "RGB"), "RGB", {"format": "JPEG", "quality": 88, "optimize": False}
)
_GIF = _Picture("image/gif", "gif", GifImageFile, ("1", "L", "P"), "P", {"format": "GIF"})
_WEBP = _Picture(
    "image/webp", "webp", WebPImageFile, ("RGB", "RGBA"), "RGBA", {"format": "WEBP", "quality": 88, "method": 2}
)
PICTURES = frozenset(kind.content_type for kind in (_PNG, _JPEG, _GIF, _WEBP))
"""Types that may be shown in place, because `inspect` has drawn them anew."""


def inspect(content: bytes, claimed_type: str, name: str) -> CleanFile:
    """The file made harmless. Raises `Permanent` with words for people and a code: type, broken, pixels or size.

    HTML and SVG run scripts and are never taken; what claims to be plain text is plain text, whatever it says inside,
    and must only ever be offered as a download.
    """
    if len(content) > MAX_BYTES:
        raise Permanent("This file is too large.", code="size")
    if not content:
        raise Permanent("This file is empty.", code="broken")
    picture = _picture_of(content)
    if picture is not None:
        clean = _draw_anew(content, picture)
        return CleanFile(clean, picture.content_type, picture.extension, clean_name(name, picture.extension))
    if content.startswith(b"%PDF-"):
        return CleanFile(content, "application/pdf", "pdf", clean_name(name, "pdf"))
    if _is_plain(content, claimed_type, name):
        return CleanFile(content, "text/plain", "txt", clean_name(name, "txt"))
    raise Permanent("Only pictures (PNG, JPEG, GIF, WebP), PDF and plain text can be sent.", code="type")


def _picture_of(content: bytes) -> _Picture | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG
    if content.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if content.startswith((b"GIF87a", b"GIF89a")):
        return _GIF
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _WEBP
    return None


def _is_plain(content: bytes, claimed_type: str, name: str) -> bool:
    """Claimed to be that (or nothing, with a name that says so), and UTF-8 without U+0000."""
    claim = claimed_type.partition(";")[0].strip().lower()
    if claim != "text/plain" and not (claim in _NO_CLAIM and name.lower().endswith(".txt")):
        return False
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _draw_anew(content: bytes, kind: _Picture) -> bytes:
    """Decode the first frame, turn it as its EXIF says, and write the pixels alone."""
    try:
        out = BytesIO()
        _pixels_of(content, kind).save(out, **kind.options)
    except Permanent:
        raise
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except Exception:  # noqa: BLE001 - decoders raise anything over hostile bytes, and all of it means the same
        raise Permanent("This picture is broken.", code="broken") from None
    return out.getvalue()


def _pixels_of(content: bytes, kind: _Picture) -> Image.Image:
    """A function of its own, so that the decoder and its memory are gone before the picture is written."""
    if kind is _WEBP:
        _check_pixels(_webp_size(content))  # its decoder takes memory for all pixels as soon as it is opened
    with kind.opened(BytesIO(content)) as source:
        _check_pixels(source.size)
        source.load()
        return _turned(source, _plain_pixels(source, kind))


def _plain_pixels(source: Image.Image, kind: _Picture) -> Image.Image:
    """Without anything that Pillow would write beside them: profiles, comments, resolutions, EXIF, XMP."""
    if source.mode.startswith("I"):
        picture = source.convert("I").point(lambda value: value / 256).convert("L")  # 16 bits a pixel to 8
    elif source.mode in kind.modes:
        picture = source.copy()
    elif kind.fallback == "RGBA" and not source.has_transparency_data:
        picture = source.convert("RGB")
    else:
        picture = source.convert(kind.fallback)
    kept = picture.info.get("transparency") if picture.mode == source.mode else None
    picture.info = {} if kept is None else {"transparency": kept}
    return picture


def _turned(source: Image.Image, picture: Image.Image) -> Image.Image:
    try:
        turn = _TURNS.get(source.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - a picture is not broken because a camera wrote bad EXIF
        turn = None
    if turn is None:
        return picture
    kept = picture.info
    picture = picture.transpose(turn)
    picture.info = kept
    return picture


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> Permanent:
    return Permanent(f"This picture has too many pixels; at most {MAX_PIXELS // 1_000_000} million.", code="pixels")


def _webp_size(content: bytes) -> tuple[int, int]:
    """Width and height from the first chunk: https://developers.google.com/speed/webp/docs/riff_container"""
    chunk, data = content[12:16], content[20:30]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", data[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise Permanent("This picture is broken.", code="broken")
