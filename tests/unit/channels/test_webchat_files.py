"""Files are judged by what they are: pictures are drawn anew, scripts refused, names made harmless (A6)."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from channels.errors import Permanent
from channels.files import MAX_BYTES, clean_name, inspect

KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
HTML = b"<!doctype html><script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (30, 20), **options: Any) -> bytes:
    out = BytesIO()
    noise = Image.effect_noise(size, 90).convert(mode)
    noise.save(out, kind, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    found = Image.open(BytesIO(content))
    found.load()
    return found


def code_of(content: bytes, claimed: str = "image/png", name: str = "a.png") -> str:
    with pytest.raises(Permanent) as refused:
        inspect(content, claimed, name)
    assert refused.value.reason
    return refused.value.code


# Pictures


@pytest.mark.parametrize("kind", KINDS)
def test_picture_is_known_by_its_bytes_alone(kind: str) -> None:
    clean = inspect(picture(kind), "text/html", "index.html")
    assert clean.content_type == KINDS[kind]
    assert clean.name == f"index.{clean.extension}"
    assert opened(clean.content).size == (30, 20)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_pixels_is_left(kind: str) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "SECRET", zip=False)
    exif = Image.Exif()
    exif[0x010E] = "SECRET"
    extra: dict[str, Any] = {
        "PNG": {"pnginfo": notes, "exif": exif, "icc_profile": b"SECRET" * 30},
        "JPEG": {"exif": exif, "comment": "SECRET", "xmp": b"SECRET", "icc_profile": b"SECRET" * 30},
        "GIF": {"comment": "SECRET"},
        "WEBP": {"exif": exif, "xmp": b"SECRET", "icc_profile": b"SECRET" * 30},
    }[kind]
    content = picture(kind, **extra) + b"PK\x03\x04 SECRET.class" + HTML
    assert b"SECRET" in content
    clean = inspect(content, "", "a")
    assert b"SECRET" not in clean.content
    assert b"<script" not in clean.content
    assert not {"exif", "icc_profile", "xmp", "comment", "Comment"} & set(opened(clean.content).info)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_stands_as_it_was_seen(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90° to the right
    lying = Image.new("RGB", (40, 20), "white")
    lying.paste((0, 0, 0), (0, 0, 20, 20))  # dark on the left, so dark at the top when upright
    out = BytesIO()
    lying.save(out, kind, exif=exif)
    upright = opened(inspect(out.getvalue(), "", "a").content).convert("L")
    assert upright.size == (20, 40)
    assert upright.getpixel((10, 5)) < 60
    assert upright.getpixel((10, 35)) > 200


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_exif_does_not_break_a_picture() -> None:
    content = picture("JPEG", exif=b"Exif\x00\x00MM\x00\x2a\x00\x00\xff\xff")
    assert opened(inspect(content, "", "a").content).size == (30, 20)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    + [("JPEG", mode) for mode in ("L", "RGB", "CMYK")]
    + [("GIF", mode) for mode in ("1", "L", "P")]
    + [("WEBP", mode) for mode in ("RGB", "RGBA")],
)
def test_every_usual_mode_is_drawn_anew(kind: str, mode: str) -> None:
    whole = picture(kind, "L" if mode == "I;16" else mode)
    assert opened(inspect(whole, "", "a").content).size == (30, 20)


def test_sixteen_bits_become_eight_of_the_same_shade() -> None:
    out = BytesIO()
    Image.new("I;16", (2, 2), 0x8000).save(out, "PNG")
    assert abs(opened(inspect(out.getvalue(), "", "a").content).getpixel((0, 0)) - 128) <= 1


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_see_through_stays_see_through(kind: str) -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(out, kind)
    assert opened(inspect(out.getvalue(), "", "a").content).convert("RGBA").getpixel((3, 3))[3] == 0


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_moving_picture_keeps_its_first_frame(kind: str) -> None:
    out = BytesIO()
    frames = [Image.new("RGB", (8, 8), shade) for shade in ("red", "green", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=50)
    still = opened(inspect(out.getvalue(), "", "a").content)
    assert getattr(still, "n_frames", 1) == 1
    assert still.convert("RGB").getpixel((3, 3))[0] > 200


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_picture_cut_off_is_broken(kind: str, share: float) -> None:
    whole = picture(kind, size=(100, 100))
    assert code_of(whole[: int(len(whole) * share)]) == "broken"


def png_of(width: int, height: int, pixels: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def webp_of(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x00" * 4 + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


FLOODS = {
    "png": png_of(60_000, 60_000),
    "png of one line": png_of(40_000_001, 1),
    "gif": b"GIF89a"
    + struct.pack("<HHBBB", 60_000, 60_000, 0, 0, 0)
    + b","
    + struct.pack("<HHHHB", 0, 0, 60_000, 60_000, 0)
    + b"\x02\x00;",
    "gif with a frame beyond its canvas": b"GIF89a"
    + struct.pack("<HHBBB", 1, 1, 0, 0, 0)
    + b","
    + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0)
    + b"\x02\x00;",
    "webp": webp_of(16_384, 16_384),
    "webp lossless": b"RIFF\x20\x00\x00\x00WEBPVP8L\x10\x00\x00\x00\x2f" + struct.pack("<I", 0x0FFFFFFF) + b"\x00" * 20,
    "webp lossy": b"RIFF\x20\x00\x00\x00WEBPVP8 \x10\x00\x00\x00\x00\x00\x00\x9d\x01\x2a\xff\x3f\xff\x3f" + bytes(9),
}


@pytest.mark.parametrize("flood", list(FLOODS.values()), ids=list(FLOODS))
def test_pixel_flood_is_refused_before_it_is_decoded(flood: bytes) -> None:
    assert code_of(flood) == "pixels"


def test_jpeg_flood_is_refused_before_it_is_decoded() -> None:
    whole = picture("JPEG", "L")
    start = whole.index(b"\xff\xc0")
    flood = whole[: start + 5] + struct.pack(">HH", 60_000, 60_000) + whole[start + 9 :]
    assert code_of(flood) == "pixels"


def test_png_that_unpacks_to_more_than_it_says_is_harmless() -> None:
    bomb = png_of(1, 1, b"\x00" * 50_000_000)
    clean = inspect(bomb, "", "a")
    assert len(clean.content) < 1000


@given(st.sampled_from(list(KINDS)), st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_damaged_picture_is_refused_or_drawn_anew(kind: str, at: int, damage: bytes) -> None:
    whole = picture(kind, size=(12, 12))
    with suppress(Permanent):  # and nothing else is raised
        opened(inspect(whole[:at] + damage + whole[at + len(damage) :], "image/png", "a.png").content)


# What is no picture


def test_pdf_is_kept_byte_for_byte() -> None:
    content = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 anything"
    clean = inspect(content, "image/png", "bill.png")
    assert (clean.content, clean.content_type, clean.name) == (content, "application/pdf", "bill.pdf")


@pytest.mark.parametrize("claimed", ["text/plain", "Text/Plain; charset=utf-8"])
def test_plain_text_is_kept_byte_for_byte(claimed: str) -> None:
    content = "Grüße\r\n你好\t👍".encode()
    clean = inspect(content, claimed, "notes.md")
    assert (clean.content, clean.content_type, clean.name) == (content, "text/plain", "notes.txt")


def test_text_without_a_claim_needs_a_name_that_says_so() -> None:
    assert inspect(b"Hello", "", "notes.TXT").content_type == "text/plain"
    assert inspect(b"Hello", "application/octet-stream", "notes.txt").content_type == "text/plain"
    assert code_of(b"Hello", "", "notes") == "type"


def test_script_that_claims_to_be_text_comes_out_as_text() -> None:
    for script in (HTML, SVG):
        clean = inspect(script, "text/plain", "index.html")
        assert (clean.content_type, clean.extension, clean.name) == ("text/plain", "txt", "index.txt")


@pytest.mark.parametrize(
    ("content", "claimed"),
    [
        (HTML, "text/html"),
        (HTML, "image/png"),
        (HTML, ""),
        (SVG, "image/svg+xml"),
        (SVG, "image/png"),
        (b"\xef\xbb\xbf" + SVG, "image/svg+xml"),
        (b" %PDF-1.7", "application/pdf"),
        (b"BM" + b"\x00" * 60, "image/bmp"),
        (b"II*\x00" + b"\x00" * 60, "image/tiff"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "image/png"),
        (b"PK\x03\x04", "application/zip"),
        (b"MZ\x90\x00", "text/plain"),
        (b"\x7fELF\x02", "application/octet-stream"),
        (b"a,b", "text/csv"),
        ("Hello".encode("utf-16"), "text/plain"),
        (b"a\x00b", "text/plain"),
        (b"RIFF\x00\x00\x00\x00WAVE", "audio/wav"),
    ],
)
def test_everything_else_is_refused(content: bytes, claimed: str) -> None:
    assert code_of(content, claimed, "picture.png") == "type"


def test_empty_and_enormous_files_are_refused() -> None:
    assert code_of(b"") == "broken"
    assert code_of(bytes(MAX_BYTES + 1)) == "size"


# Names


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("photo.PNG", "photo.png"),
        ("Über uns – 2024.jpeg", "Über uns – 2024.png"),
        ("照片.png", "照片.png"),
        ("Offer 12.03.2024", "Offer 12.03.2024.png"),
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\windows\\win.ini", "win.png"),
        ("C:\\fakepath\\cat.png", "cat.png"),
        ("..", "file.png"),
        ("", "file.png"),
        (" . . ", "file.png"),
        (".htaccess", "htaccess.png"),
        ("\u200b.htaccess", "htaccess.png"),
        (".\u200bhtaccess", "htaccess.png"),
        ("a\u200b.p\u200bhp", "a.png"),
        ("..\u200b/..\u200b/x.png", "x.png"),
        ("\uff0e\uff0e\uff0f\uff0e\uff0e\uff0fx.png", "x.png"),
        ("\u2025/x.png", "x.png"),
        ("a\u2024\u2024b.png", "a.b.png"),
        ("photo\u202egnp.exe", "photognp.png"),
        ("\u2066evil\u2069.png", "evil.png"),
        ("con.txt", "_con.png"),
        ("CON", "_CON.png"),
        ("con.tar.gz", "_con.tar.png"),
        ("aux .png", "_aux.png"),
        ("com\u00b9.png", "_com1.png"),
        ("conference.png", "conference.png"),
        ("evil.png\x00.exe", "evil.png.png"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie_ x.png"),
        ('a"b<c>d|e?f*.png', "a_b_c_d_e_f_.png"),
        ("a\u3164\ufe0f.png", "a.png"),
        ("\ud800x.png", "x.png"),
        ("trailing. . .png", "trailing.png"),
    ],
)
def test_name_keeps_what_people_read(given_name: str, clean: str) -> None:
    assert clean_name(given_name, "png") == clean


def test_long_name_is_cut_before_its_extension() -> None:
    assert clean_name("x" * 500 + ".pdf", "pdf") == "x" * 95 + ".pdf"
    wide = clean_name("\U0001f44d" * 500, "webp")
    assert wide.endswith(".webp")
    assert len(wide) <= 100
    assert len(wide.encode()) <= 240


@given(st.text(max_size=150), st.sampled_from(["png", "txt", "webp"]))
def test_any_name_becomes_a_file_name(name: str, extension: str) -> None:
    clean = clean_name(name, extension)
    assert clean.endswith(f".{extension}")
    assert len(clean) <= 100
    assert clean[0] not in " ."
    assert ".." not in clean
    assert not set(clean) & set('/\\\x00\r\n<>:"|?*\u200b\u202e')
    assert clean_name(clean, extension) == clean
